// Checks after an apply of which not all was done: what they read stands or does not.
#include "tests/engine/ops/fake_bench.h"

namespace weft::ops {
namespace {

class ChecksTest : public FakeTest {
 protected:
  // Known after apply alone, and true of nothing.
  void declare(const std::string& checks) {
    write("main.fabric", "fabric \"f\" {}\nresource a: fake.Thing { Name = \"a\" }\nresource b: fake.Thing { Name = \"b\" }\n" + checks);
  }
  void b_fails() {
    fake->add(fake::Fault{.call = "create", .name = "b", .effect = fake::Effect::kFail, .failure = driver::FailureClass::kDenied});
  }
  static auto count(const ApplyResult& result, std::string_view code) -> size_t {
    return static_cast<size_t>(std::ranges::count(result.diagnostics, code, &Diagnostic::code));
  }
};

TEST_F(ChecksTest, OnesThatReadWhatWasDoneAreJudged) {
  declare("check \"c\" { require a.Id == \"nobody\", \"a is somebody\" }\n"
          "check \"d\" { require b.Id == \"nobody\", \"b is somebody\" }\n"
          "check \"e\" for one in [b.Id] { require one == \"nobody\" }\n");
  b_fails();
  auto result = tried();
  EXPECT_EQ(result.exit, 4) << said(result) << steps_said(result);
  EXPECT_TRUE(result.checks_failed);
  EXPECT_NE(said(result).find("E0603 a is somebody"), std::string::npos) << said(result);
  EXPECT_EQ(said(result).find("b is somebody"), std::string::npos) << "nobody knows\n" << said(result);
  EXPECT_NE(said(result).find("W0631 2 checks are not judged: what they read was not all done"), std::string::npos) << said(result);
  ASSERT_EQ(result.checks.size(), 3u);
  EXPECT_EQ(result.checks[0].name, "c");
  EXPECT_EQ(result.checks[0].messages, Ids{"a is somebody"});
  EXPECT_EQ(result.checks[0].line, 4u);
  EXPECT_TRUE(result.checks[1].messages.empty());
  EXPECT_EQ(result.checks[1].unjudged, 1u);
  EXPECT_EQ(result.checks[2].unjudged, 1u);
}

TEST_F(ChecksTest, APlanHasThemAsFarAsItKnows) {
  declare("check \"c\" { require a.Id == \"nobody\" }\ncheck \"d\" { require a.Name == \"a\" }\n");
  PlanRequest request;
  request.out = folder.path() + "/p.plan";
  planned(request);
  auto w = world();
  auto plan = read_plan(w, request.out);
  ASSERT_TRUE(plan);
  ASSERT_EQ(plan->checks.size(), 2u);
  EXPECT_EQ(plan->checks[0].unjudged, 1u);
  EXPECT_EQ(plan->checks[1].name, "d");
  EXPECT_EQ(plan->checks[1].unjudged, 0u);
  EXPECT_EQ(plan->checks[1].file, "main.fabric");
  EXPECT_EQ(plan->checks[1].line, 5u);
}

TEST_F(ChecksTest, OnesThatHoldAreNoMatter) {
  declare("check \"c\" { require a.Id != \"nobody\", \"a is nobody\" }\n");
  b_fails();
  auto result = tried();
  EXPECT_EQ(result.exit, 4) << said(result);
  EXPECT_FALSE(result.checks_failed);
  EXPECT_EQ(count(result, "W0631"), 0u) << said(result);
}

// What the plan says of an update that failed is not what the world holds.
TEST_F(ChecksTest, ThePlansWordIsNotTheWorlds) {
  auto sized = [&](const std::string& size) {
    write("main.fabric", "fabric \"f\" {}\ninput most: int = 1\nresource a: fake.Thing { Name = \"a\" }\nresource b: fake.Thing {\n  Name = \"b\"\n  Size = " + size +
                             "\n}\nresource c: fake.Thing {\n  Name = \"c\"\n  Size = " + size + "\n}\ncheck \"c\" { require b.Size == " + size + ", \"b is small\" }\n");
  };
  sized("1");
  applied();
  sized("2");
  fake->add(fake::Fault{.call = "update", .name = "b", .effect = fake::Effect::kFail, .failure = driver::FailureClass::kDenied});
  auto result = tried();
  EXPECT_EQ(result.exit, 4) << said(result) << steps_said(result);
  EXPECT_EQ(count(result, "W0631"), 1u) << said(result);
  // Where it is left out on purpose nothing is missed.
  sized("3");
  ApplyRequest only;
  only.planning.only = {"a", "c"};
  result = tried(only);
  EXPECT_EQ(result.exit, 0) << said(result) << steps_said(result);
  EXPECT_EQ(count(result, "W0631"), 0u) << said(result);
}

}  // namespace
}  // namespace weft::ops
