// What an expression may make and how long it may take; and being told to stop.
#include <gtest/gtest.h>

#include "lang/eval/diags.h"
#include "tests/lang/eval/fixture.h"

namespace weft::eval::test {
namespace {

// a0 = first, a1 = shape of a0, a2 = shape of a1 …; `#` in the shape stands for the one before.
auto levels(const std::string& first, const std::string& shape, int count, const std::string& type = {}) -> std::string {
  std::string text = "fabric \"t\" {}\nlet a0 = " + first + "\n";
  for (int level = 1; level <= count; ++level) {
    std::string one = shape;
    for (size_t at = one.find('#'); at != std::string::npos; at = one.find('#')) one.replace(at, 1, "a" + std::to_string(level - 1));
    text += "let a" + std::to_string(level) + type + " = " + one + "\n";
  }
  return text;
}

struct Growing {
  const char* first;
  const char* shape;
};

TEST(Bounds, WhatIsSharedCountsWhole) {
  const Growing all[] = {
      {"[1]", "[#, #, #, #, #, #, #, #, #, #]"},
      {"[1]", "{ a = #, b = #, c = #, d = #, e = #, f = #, g = #, h = #, i = #, j = # }"},
      {"[1]", "[for i in range(10): #]"},
      {"[1]", "{ for i in range(10): \"${i}\" => # }"},
      {"[1]", "[{ v = # }, { v = # }, { v = # }, { v = # }, { v = # }, { v = # }, { v = # }, { v = # }][*].v"},
      {"{ x = 1 }", "map.merge([{ a = #, b = #, c = #, d = # }, { e = #, f = #, g = #, h = # }])"},
      {"[secret(1)]", "reveal([#, #, #, #, #, #, #, #, #, #])"},
  };
  for (const Growing& one : all) {
    World world(levels(one.first, one.shape, 12, ": any"), Limits{.weight = 1 << 20});
    ASSERT_EQ(world.checked.problems.errors(), 0u) << one.shape << world.checked.text();
    EXPECT_TRUE(world.value("a2").has_value()) << one.shape << world.text();
    EXPECT_FALSE(world.value("a12").has_value()) << one.shape;
    EXPECT_NE(world.text().find("E0409"), std::string::npos) << world.text();
    EXPECT_NE(world.text().find("this would hold more than 1MiB | every part counts as often as it stands in it"), std::string::npos) << world.text();
    for (const Diagnostic& problem : world.problems.all()) EXPECT_TRUE(problem.range.valid()) << one.shape;
  }
}

TEST(Bounds, WhatIsGatheredEndsBeforeItIsAllThere) {
  // Each inner list is well inside the bound, all of them would be a thousand times beyond; the steps show that it ended early.
  World world("fabric \"t\" {}\nlet x = [for i in range(10000): [for j in range(1000): i * j]]\n", Limits{.steps = 1'000'000, .weight = 1 << 20});
  EXPECT_FALSE(world.value("x").has_value());
  EXPECT_EQ(world.codes(), std::vector<std::string>{"E0409"}) << world.text();
}

TEST(Bounds, SoAreTheLevels) {
  for (const char* shape : {"[#]", "{ a = # }", "[for i in [1]: #]", "{ for i in [\"k\"]: i => # }"}) {
    World world(levels("1", shape, 300, ": any"));
    ASSERT_EQ(world.checked.problems.errors(), 0u) << world.checked.text();
    EXPECT_TRUE(world.value("a200").has_value()) << shape << world.text();
    EXPECT_FALSE(world.value("a201").has_value()) << shape;
    EXPECT_EQ(world.codes(), std::vector<std::string>{"E0409"}) << world.text();
    EXPECT_NE(world.text().find("200 lists, sets and objects in each other"), std::string::npos) << world.text();
  }
}

TEST(Bounds, ATextOftenIsAsMuchAsThatManyTexts) {
  World world("fabric \"t\" {}\nlet t = string.repeat(\"x\", 1000000)\nlet few = [t, t]\nlet many = [for i in range(1000): t]\n");
  EXPECT_TRUE(world.value("few").has_value());
  EXPECT_FALSE(world.value("many").has_value());
  EXPECT_EQ(world.codes(), std::vector<std::string>{"E0409"}) << world.text();
}

TEST(Bounds, StepsAreThoseOfOneExpressionAndOfAll) {
  const std::string text = "fabric \"t\" {}\nlet a = [for i in range(100): i + 1]\nlet b = [for i in range(100): i + 2]\nlet c = [for i in range(1000): i]\n";
  World each(text, Limits{.steps = 600});
  EXPECT_TRUE(each.value("a").has_value()) << each.text();
  EXPECT_TRUE(each.value("b").has_value()) << each.text();
  EXPECT_FALSE(each.value("c").has_value());
  EXPECT_NE(each.text().find("E0410"), std::string::npos) << each.text();
  EXPECT_NE(each.text().find("more than 600 steps\n"), std::string::npos) << each.text();

  World all(text, Limits{.steps = 600, .total = 300});
  EXPECT_TRUE(all.value("a").has_value()) << all.text();
  EXPECT_FALSE(all.value("b").has_value());
  EXPECT_NE(all.text().find("more than 300 steps in all"), std::string::npos) << all.text();
}

TEST(Bounds, WhatIsWalkedWholeCosts) {
  const std::string text = R"(fabric "t" {}
let ints = range(1000)
let same: any = json.decode(json.encode(ints))
let equal = [for i in range(100): ints == same]
let found = [for i in range(100): 999 in ints]
let sorted = [for i in range(100): list.sort(ints)]
let kept: list<list<int>> = [for i in range(100): same]
let first = [for i in range(100): list.first(ints)]
let short = [for i in range(100): length(ints)]
)";
  for (const char* name : {"equal", "found", "sorted", "kept"}) {
    World world(text, Limits{.steps = 50'000});
    ASSERT_EQ(world.checked.problems.errors(), 0u) << world.checked.text();
    EXPECT_FALSE(world.value(name).has_value()) << name;
    EXPECT_EQ(world.codes(), std::vector<std::string>{"E0410"}) << name << world.text();
  }
  for (const char* name : {"first", "short"}) {
    World world(text, Limits{.steps = 50'000});
    EXPECT_TRUE(world.value(name).has_value()) << name << world.text();
  }
}

TEST(Bounds, WhatIsInsideAnotherSharesItsSteps) {
  World world("fabric \"t\" {}\nlet a = [for i in range(100): i + 1]\n", Limits{.steps = 300});
  const Declaration& declaration = world.checked.module.declarations[world.checked.module.names.find("a")->second];
  const auto& expr = *declaration.value;
  std::vector<Value> frame(declaration.slots);
  DiagSink problems;
  // As a template is rendered: its own expression, again and again while another one is evaluated.
  Evaluator inner(world.checked.sources, problems, world.evaluator);
  EXPECT_TRUE(inner.evaluate(expr, world, frame).has_value());
  EXPECT_FALSE(inner.evaluate(expr, world, frame).has_value());
  EXPECT_EQ(problems.errors(), 1u);
  // The next expression begins anew.
  EXPECT_TRUE(world.value("a").has_value()) << world.text();
}

TEST(Bounds, WhoIsToldToStopStopsAndSaysSoOnce) {
  World world("fabric \"t\" {}\nlet a = [for i in range(100000): i + 1]\nlet b = 1 + 2\n");
  int asked = 0;
  world.evaluator.stop_when([&] { return ++asked == 3; });
  EXPECT_FALSE(world.value("a").has_value());
  EXPECT_EQ(asked, 3);
  EXPECT_EQ(world.codes(), std::vector<std::string>{"E0412"}) << world.text();
  EXPECT_TRUE(world.evaluator.stopped());
  EXPECT_FALSE(world.value("b").has_value());
  EXPECT_EQ(world.problems.errors(), 1u);
}

TEST(Bounds, TryDoesNotStepOverAStop) {
  World world("fabric \"t\" {}\nlet a = try([for i in range(100000): i + 1], [1])\n");
  world.evaluator.stop_when([] { return true; });
  EXPECT_FALSE(world.value("a").has_value());
  EXPECT_EQ(world.codes(), std::vector<std::string>{"E0412"}) << world.text();
}

}  // namespace
}  // namespace weft::eval::test
