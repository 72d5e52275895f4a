// weft recover, asked with the inputs of the run that was killed and with others.
#include <fstream>

#include <gtest/gtest.h>

#include "lang/os/crash.h"
#include "tests/support/program.h"

namespace weft {
namespace {

class Recover : public testing::Test {
 protected:
  void SetUp() override {
    if (!kHasCrashPoints) GTEST_SKIP() << "this build has no crash points";
  }
  // An apply with text=first that dies when its command has answered.
  void killed(const std::string& attributes) {
    program.files().write("main.fabric", "fabric \"some\" {}\ninput text: string = \"other\"\nresource c: local.Command {\n"
                                         "  create = [\"sh\", \"-c\", \"echo ${text} >> made\"]\n" + attributes + "}\n");
    ASSERT_TRUE(program.run({"apply", "--auto-approve", "--set", "text=first"}, {"WEFT_CRASH=call.answered"}).killed());
    ASSERT_EQ(program.files().read("made"), "first\n");
  }
  test::Program program;
};

TEST_F(Recover, WhatMayBeRunAgainIsWithTheInputsOfThatRun) {
  killed("  idempotent = true\n");
  auto other = program.run({"recover", "c"});
  EXPECT_EQ(other.exit, 4) << other.all();
  EXPECT_NE(other.out.find("with those of that run it may simply be run again"), std::string::npos) << other.all();
  EXPECT_NE(other.all().find("weft recover c --not-done"), std::string::npos) << other.all();
  auto same = program.run({"recover", "c", "--set", "text=first"});
  EXPECT_EQ(same.exit, 0) << same.all();
  EXPECT_NE(same.all().find("Go on:  weft apply --set text=…"), std::string::npos) << same.all();
}

TEST_F(Recover, ASettleCommandIsAskedWhateverTheInputsAre) {
  killed("  settle = [\"sh\", \"-c\", \"echo $WEFT_OPERATION > asked; test -f made || exit 3\"]\n  remove = [\"rm\", \"made\"]\n");
  auto told = program.run({"recover", "c"});
  EXPECT_EQ(told.exit, 0) << told.all();
  EXPECT_NE(told.out.find("its `settle` command says so"), std::string::npos) << told.all();
  EXPECT_EQ(program.files().read("asked").size(), 33u) << "the operation of that run";
  // It is ours, and what the files say now is not what was made.
  auto plan = program.run({"plan"});
  EXPECT_NE(plan.out.find("REPLACE 1"), std::string::npos) << plan.all();
  EXPECT_EQ(program.run({"destroy", "--auto-approve"}).exit, 0);
  EXPECT_FALSE(std::ifstream(program.files().path("made")).good()) << "removed as the files say how";
}

TEST_F(Recover, ASettleCommandThatSaysNoIsBelieved) {
  killed("  settle = [\"sh\", \"-c\", \"exit 3\"]\n");
  auto told = program.run({"recover", "c"});
  EXPECT_EQ(told.exit, 0) << told.all();
  EXPECT_NE(told.out.find("not done"), std::string::npos) << told.all();
}

TEST_F(Recover, ARemovalIsNotOfferedForAdoption) {
  program.files().write("main.fabric", "fabric \"some\" {}\nresource c: local.Command {\n  create = [\"true\"]\n  remove = [\"true\"]\n}\n");
  ASSERT_EQ(program.run({"apply", "--auto-approve"}).exit, 0);
  ASSERT_TRUE(program.run({"destroy", "--auto-approve"}, {"WEFT_CRASH=call.answered"}).killed());
  for (const std::vector<std::string>& words : {std::vector<std::string>{"recover"}, {"destroy", "--auto-approve"}}) {
    auto told = program.run(words);
    EXPECT_EQ(told.exit, 4) << told.all();
    EXPECT_NE(told.out.find("--not-done"), std::string::npos) << told.all();
    EXPECT_EQ(told.out.find("--adopt"), std::string::npos) << told.all();
  }
}

// Done once more by whoever settles it, and again only in part: that is recorded, and the next apply completes it.
TEST_F(Recover, WhatIsDoneInPartDoesNotStayOpen) {
  std::vector<std::string> fake{"WEFT_FAKE=1", "WEFT_FAKE_WORLD=" + program.files().path("world.json")};
  program.files().write("main.fabric", "fabric \"some\" {}\nresource a: fake.Cluster {\n  Name  = \"a\"\n  Parts = 3\n}\n");
  auto dies = fake;
  dies.emplace_back("WEFT_CRASH=checkpoint.durable");
  ASSERT_TRUE(program.run({"apply", "--auto-approve"}, dies).killed());
  auto world = program.files().read("world.json");
  auto faults = world.find("\"faults\": []");
  ASSERT_NE(faults, std::string::npos) << world;
  program.files().write("world.json", world.replace(faults, 12, "\"faults\":[{\"call\":\"attach\",\"effect\":\"partial\"}]"));
  auto told = program.run({"recover"}, fake);
  EXPECT_EQ(told.exit, 0) << told.all();
  EXPECT_NE(told.out.find("a part of it, the next apply completes it"), std::string::npos) << told.all();
  EXPECT_EQ(program.run({"apply", "--auto-approve"}, fake).exit, 0);
  auto plan = program.run({"plan", "--detailed-exitcode"}, fake);
  EXPECT_EQ(plan.exit, 0) << plan.all();
}

}  // namespace
}  // namespace weft
