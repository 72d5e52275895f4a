// weft why: of what has no step too.
#include <fmt/core.h>

#include "tests/engine/ops/fake_bench.h"

namespace weft::ops {
namespace {

class WhyTest : public FakeTest {
 protected:
  auto remark(const std::string& address) -> std::string {
    auto w = world();
    auto result = why(w, {}, address, false);
    if (result.failure) return "failure: " + result.failure->text;
    if (result.step != UINT32_MAX) return "a step: " + result.plan->steps[result.step].id;
    return result.remark;
  }
};

TEST_F(WhyTest, SaysWhatThereIsInsideAModule) {
  write("site/site.fabric", "resource a: fake.Thing for k in [\"x\", \"y\"] { Name = \"a-${k}\" }\nresource b: fake.Thing { Name = \"b\" }\n");
  write("main.fabric", "fabric \"f\" {}\nuse site from \"./site\"\nmodule one: site {}\nlookup all: list<fake.Thing> { Zone = \"q\" }\n"
                       "module off: site if 1 > 2 {}\n");
  EXPECT_EQ(remark("one.a[x]"), "a step: 1:one.a[x]:create");
  EXPECT_EQ(remark("one.a"), "one.a holds one.a[x], one.a[y]: ask about one of them");
  EXPECT_EQ(remark("one"), "one holds one.a[x], one.a[y], one.b: ask about one of them");
  EXPECT_EQ(remark("all"), "all is a lookup: it is read, and nothing of it changes");
  EXPECT_EQ(remark("off.b"), "off.b is declared and has no instances: its `if` or `for` leaves none");
  EXPECT_EQ(remark("two"), "failure: nothing is called `two`");
  applied();
  EXPECT_EQ(remark("one.a[x]"), "one.a[x] agrees: nothing of it changes");
  EXPECT_EQ(remark("one.a[z]"), "failure: nothing is called `one.a[z]`");
}

// A module's names too, and through its arguments those of whoever calls it.
TEST_F(WhyTest, NamesWhatTheValueComesFrom) {
  write("site/site.fabric", "input tag: string\nlet full = \"${tag}!\"\nresource a: fake.Named {\n  Name = \"a\"\n  Note = full\n}\n");
  write("main.fabric", "fabric \"f\" {}\nuse site from \"./site\"\ninput mark: string = \"one\"\nlet marks = { x = mark }\n"
                       "module s: site for k, m in marks {\n  tag = m\n}\n");
  applied();
  auto w = world();
  PlanRequest two;
  two.inputs.sets = {{"mark", "two"}};
  auto result = why(w, two, "s[x].a", false);
  ASSERT_TRUE(result.step != UINT32_MAX) << said(result) << result.remark;
  std::string names;
  for (const auto& one : result.names[result.step]) {
    names += fmt::format("{} = {} {}:{} {}\n", one.name, one.value ? display_text(*one.value) : "?", one.source.file, one.source.line, one.set_in);
  }
  EXPECT_EQ(names,
            "full = \"two!\" site/site.fabric:2 \n"
            "tag = \"two\" main.fabric:6 \n"
            "m = \"two\" main.fabric:4 \n"
            "marks = { x = \"two\" } main.fabric:4 \n"
            "mark = \"two\" main.fabric:3 --set mark\n");
}

TEST_F(WhyTest, SaysWhatALaterStagePlans) {
  write("main.fabric", R"(fabric "f" {}
resource nodes: fake.Nodes {
  Name  = "nodes"
  Least = 1
  Most  = 3
}
resource at: fake.Thing for a in nodes.Addresses { Name = "at-${a}" }
)");
  auto why_later = "is planned in stage 2, after nodes; its keys are (known after nodes)";
  EXPECT_EQ(remark("at"), std::string("at ") + why_later);
  EXPECT_EQ(remark("at[q]"), "at[q] is planned in stage 2, after nodes; at: its keys are (known after nodes)");
}

}  // namespace
}  // namespace weft::ops
