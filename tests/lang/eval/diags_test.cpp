// Every diagnostic of the evaluator is shown, at the expression that failed and once; `try` and `can` keep it quiet.
#include <gtest/gtest.h>

#include <set>

#include "lang/eval/diags.h"
#include "tests/lang/eval/fixture.h"

namespace weft::eval::test {
namespace {

struct Case {
  const char* code;
  std::string text;  // declares `x`
  const char* says;  // where, message and label
};

auto cases() -> std::vector<Case> {
  return {
      {"E0401", "let l = [1, 2]\nlet x = l[2]\n", "`l[2]` there is no element 2 in a list of 2 elements | the last one is 1"},
      {"E0401", "let l = [1, 2]\nlet i = -1\nlet x = l[i]\n", "positions count from 0"},
      {"E0402", "let m: map<int> = { https = 1 }\nlet x = m[\"htps\"]\n", "there is no key \"htps\" | did you mean \"https\"?"},
      {"E0402", "let m: map<int> = { a = 1, b = 2 }\nlet x = m.zzzzz\n", "the keys are \"a\", \"b\""},
      {"E0402", "let m: map<int> = {}\nlet x = m.a\n", "there are no keys at all"},
      {"E0402", "resource f: local.File for k in [\"a\"] { path = k }\nlet x = f[\"bb\"].sha256\n", "there is no key \"bb\""},
      {"E0403", "let a: any = json.decode(\"{\\\"p\\\": null}\")\nlet x = a.p + 1\n", "`a.p` is null"},
      {"E0403", "let a: any = json.decode(\"null\")\nlet x = a.p\n", "`a` is null"},
      {"E0403", "let a: any = json.decode(\"null\")\nlet x = [for i in a: i]\n", "null has no elements"},
      {"E0403", "let a: any = json.decode(\"null\")\nlet x = \"${a}\"\n", "a text has no place for null"},
      {"E0404", "let a: any = json.decode(\"\\\"3\\\"\")\nlet x: int = a\n", "expected int"},
      {"E0404", "let a: any = json.decode(\"[1]\")\nlet x = a + 1\n", "does not work with a list and an int"},
      {"E0404", "let a: any = json.decode(\"[1]\")\nlet x = \"${a}\"\n", "this is a list"},
      {"E0404", "let a: any = json.decode(\"5\")\nlet x = a.b\n", "which has no members"},
      {"E0404", "let a: any = json.decode(\"5\")\nlet x = [for i in a: i]\n", "which has no elements"},
      {"E0404", "let a: any = json.decode(\"5\")\nlet x = if a then 1 else 2\n", "expected bool"},
      {"E0405", "let x = number.parse(\"12x\")\n", "12x"},
      {"E0406", "let n = 0\nlet x = 1 / n\n", "`n` division by zero"},
      {"E0406", "let n = 0\nlet x = 1 % n\n", "division by zero"},
      {"E0406", "let n = 0\nlet x = 1h / n\n", "division by zero"},
      {"E0407", "let n = 9223372036854775807\nlet x = n + 1\n", "`n + 1` is too large for an int"},
      {"E0407", "let n = 1e308\nlet x = n * 10\n", "too large for a number"},
      {"E0407", "let n = 100000d\nlet x = n * 10.5\n", "too large for a duration"},
      {"E0408", "let x = { for n in [1, 2, 3]: \"${n % 2}\" => n }\n", "the key \"1\" comes up twice"},
      {"E0409", "let l = range(1000000)\nlet x = [...l, ...l]\n", "more than 1,000,000 elements"},
      {"E0409", "let a = string.repeat(\"x\", 16000000)\nlet x = \"${a}${a}\"\n", "more than 16 MiB of text"},
      {"E0410", "let l = range(300)\nlet x = [for a in l: [for b in l: [for c in l: a + b + c]]]\n", "the evaluation takes too long"},
      {"E0412", "let x = [for i in range(100000): i + 1]\n", "stopped while this was evaluated"},
      {"E0411", "input s: \"a\" | \"b\" = \"a\"\nlet x = match s { \"a\" => 1, \"b\" => 2 }\n", "no arm of `match` takes \"c\""},
  };
}

void give(World& world, const std::string& code) {
  if (code == "E0412") world.evaluator.stop_when([] { return true; });
  if (code == "E0411") world.give("s", Value::string("c"));  // as a newer provider may answer
  world.give_instances("f", {{Value::string("a"), Value::object({{"sha256", Value::string("1")}})}});
}

TEST(EvalDiags, EachFailureIsReportedOnceWhereItIs) {
  for (const Case& one : cases()) {
    World world("fabric \"t\" {}\n" + one.text, Limits{.steps = 3'000'000});
    EXPECT_EQ(world.checked.problems.errors(), 0u) << world.checked.text();
    give(world, one.code);
    EXPECT_FALSE(world.value("x").has_value()) << one.text << world.show("x");
    EXPECT_EQ(world.codes(), std::vector<std::string>{one.code}) << one.text << world.text();
    EXPECT_NE(world.text().find(one.says), std::string::npos) << one.says << "\n" << world.text();
  }
}

TEST(EvalDiags, TryAndCanKeepFailuresQuiet) {
  for (const Case& one : cases()) {
    if (one.code == std::string_view("E0410") || one.code == std::string_view("E0412")) continue;  // the end, not a failure to step over
    const size_t at = one.text.rfind("let x = ");
    if (at == std::string::npos) continue;
    std::string text = one.text.substr(0, at) + "let x = try(" + one.text.substr(at + 8);
    text.back() = ',';
    World world("fabric \"t\" {}\n" + text + " 77)\n");
    EXPECT_EQ(world.checked.problems.errors(), 0u) << world.checked.text();
    give(world, one.code);
    EXPECT_EQ(world.show("x"), "77") << text;
    EXPECT_EQ(world.text(), "");
  }
}

TEST(EvalDiags, EveryCodeIsShownByACase) {
  std::set<std::string_view> shown;
  const auto all = cases();
  for (const Case& one : all) shown.insert(one.code);
  for (const DiagInfo& info : all_diags()) {
    EXPECT_TRUE(shown.contains(info.code)) << info.code << " " << info.text;
    EXPECT_GE(std::ranges::count(info.explanation, '\n'), 0);
    EXPECT_GT(info.explanation.size(), 60u) << info.code;
  }
}

TEST(EvalDiags, SecretsAreNotTold) {
  World world(R"(fabric "t" {}
input token: secret string = "t0ken"
let m: map<int> = { a = 1 }
let x = m[token]
let y = number.parse(token)
input text: secret string = "{\"k3y\": 1}"
let z: int = json.decode(text)
let w: secret int = json.decode(text)
)");
  (void)world.value("x");
  (void)world.value("y");
  (void)world.value("w");
  EXPECT_EQ(world.problems.errors(), 3u) << world.text();
  EXPECT_EQ(world.text().find("t0ken"), std::string::npos) << world.text();
  EXPECT_EQ(world.text().find("k3y"), std::string::npos) << world.text();
}

}  // namespace
}  // namespace weft::eval::test
