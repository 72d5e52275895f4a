// What is offered at the end of a page can be done; and what machines are told of drift is what people are told.
#include <gtest/gtest.h>

#include "lang/os/crash.h"
#include "tests/support/events.h"
#include "tests/support/program.h"

namespace weft {
namespace {

constexpr const char* kKept = R"(fabric "some" {}
input name: string = "a"
resource a: local.File {
  path     = "out/${name}"
  content  = "kept"
  @protect = true
}
)";

TEST(Offers, AnApplyThatWouldBeRefusedIsNotOffered) {
  test::Program program;
  program.files().write("main.fabric", kKept);
  ASSERT_EQ(program.run({"apply", "--auto-approve"}).exit, 0);
  const std::vector<std::string> ways[] = {{"plan", "--set", "name=b"}, {"plan", "--destroy"}};
  for (auto words : ways) {
    auto plan = program.run(words);
    EXPECT_NE(plan.out.find("An apply refuses this plan: 1 resource is protected."), std::string::npos) << plan.all();
    words.insert(words.end(), {"--out", "p.plan"});
    plan = program.run(words);
    EXPECT_EQ(plan.exit, 0) << plan.all();
    EXPECT_NE(plan.out.find("Saved to p.plan."), std::string::npos) << plan.all();
    EXPECT_NE(plan.out.find("An apply refuses this plan"), std::string::npos) << plan.all();
    EXPECT_EQ(plan.all().find("weft apply p.plan"), std::string::npos) << plan.all();
    EXPECT_EQ(program.run({"apply", "p.plan"}).exit, 3);
  }
  auto good = program.run({"plan", "--set", "name=a", "--out", "p.plan"});
  EXPECT_EQ(good.out.find("refuses"), std::string::npos) << good.all();
}

TEST(Offers, DriftGoesFromWhatWasAppliedToWhatIsThere) {
  test::Program program;
  program.files().write("main.fabric", "fabric \"some\" {}\nresource a: local.File {\n  path    = \"a\"\n  content = \"ours\"\n}\n");
  ASSERT_EQ(program.run({"apply", "--auto-approve"}).exit, 0);
  program.files().write("a", "theirs");
  auto ran = program.run({"drift", "--fix", "--auto-approve", "--json"});
  EXPECT_EQ(ran.exit, 0) << ran.all();
  EXPECT_NE(ran.out.find(R"("differences":[{"path":"content","kind":"drift","before":"ours","after":"theirs")"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find(R"("type":"run.started","verb":"drift")"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find(R"("type":"run.ended","verb":"drift","result":"done")"), std::string::npos) << ran.out;
  EXPECT_EQ(ran.out.find(R"("verb":"apply")"), std::string::npos) << ran.out;
}

// A run that ended in order has not died, though it left something open.
TEST(Offers, WhoHasEndedHasNotDied) {
  if (!kHasCrashPoints) GTEST_SKIP() << "this build has no crash points";
  test::Program program;
  program.files().write("main.fabric", "fabric \"some\" {}\nresource c: local.Command { create = [\"true\"] }\n");
  ASSERT_TRUE(program.run({"apply", "--auto-approve"}, {"WEFT_CRASH=call.answered"}).killed());
  auto died = program.run({"apply", "--auto-approve"});
  EXPECT_EQ(died.exit, 4) << died.all();
  EXPECT_NE(died.all().find("ended without a word"), std::string::npos) << died.all();
  auto plan = program.run({"plan"});
  EXPECT_NE(plan.all().find("1 call of a run that is over is in doubt"), std::string::npos) << plan.all();
  EXPECT_EQ(plan.all().find("died"), std::string::npos) << plan.all();
}

}  // namespace
}  // namespace weft
