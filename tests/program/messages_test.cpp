// What people are told where things do not go their way: it is true, and says what to do next.
#include <csignal>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/support/program.h"

namespace weft {
namespace {

class Messages : public testing::Test {
 protected:
  void fabric(const std::string& text) { program.files().write("main.fabric", "fabric \"f\" {}\n" + text); }
  // A create that goes on until `release`.
  auto begin_slow(const std::vector<std::string>& words) -> pid_t {
    fabric("resource slow: local.Command { create = [\"sh\", \"-c\", \"echo up > started; cat gate > /dev/null\"] }\n");
    for (const char* name : {"started", "gate"}) EXPECT_EQ(::mkfifo(program.files().path(name).c_str(), 0600), 0);
    pid_t child = program.start({.arguments = words, .apart = true});
    std::ifstream started(program.files().path("started"));
    std::string line;
    std::getline(started, line);
    EXPECT_EQ(line, "up");
    return child;
  }
  void release() { std::ofstream gate(program.files().path("gate")); }
  static auto has(const test::Ran& ran, const std::string& words) -> testing::AssertionResult {
    if (ran.all().find(words) != std::string::npos) return testing::AssertionSuccess();
    return testing::AssertionFailure() << "`" << words << "` is not in\n" << ran.all();
  }
  test::Program program;
};

TEST_F(Messages, AFileOfInputsBesideASavedPlanMayNotSaySomethingElse) {
  fabric("input who: string = \"x\"\ninput word: secret string\nresource a: local.Data { value = who }\n");
  program.files().write("one.inputs", "who = \"one\"\nword = \"hidden-word\"\n");
  program.files().write("two.inputs", "who = \"two\"\nword = \"hidden-word\"\n");
  auto planned = program.run({"plan", "--out", "p.plan", "--inputs", "one.inputs"});
  ASSERT_EQ(planned.exit, 0) << planned.all();
  auto refused = program.run({"apply", "p.plan", "--inputs", "two.inputs"});
  EXPECT_EQ(refused.exit, 1) << refused.all();
  EXPECT_TRUE(has(refused, "`who` has its value in the plan: two.inputs:1 says another"));
  EXPECT_TRUE(has(refused, "Nothing was changed."));
  auto applied = program.run({"apply", "p.plan", "--inputs", "one.inputs"});
  EXPECT_EQ(applied.exit, 0) << applied.all();
}

TEST_F(Messages, QuietlyAskedIsShownWhatItIsAskedAbout) {
  fabric("resource a: local.Data { value = 1 }\n");
  auto ran = program.run({.arguments = {"apply", "--quiet"}, .input = "y\n\x04", .columns = 80});
  EXPECT_EQ(ran.exit, 0) << ran.all();
  EXPECT_LT(ran.out.find("CREATE 1"), ran.out.find("Apply this?")) << ran.all();
  auto again = program.run({"apply", "--quiet", "--auto-approve"});
  EXPECT_EQ(again.out.find("CREATE"), std::string::npos);
}

TEST_F(Messages, ADestroyNextToACreateThatGoesOnIsRefusedOrWaits) {
  pid_t child = begin_slow({"apply", "--auto-approve"});
  auto refused = program.run({"destroy", "--auto-approve"});
  EXPECT_EQ(refused.exit, 3) << refused.all();
  EXPECT_TRUE(has(refused, "is claimed by another run\n  slow\n"));
  EXPECT_TRUE(has(refused, "it is alive: process "));
  EXPECT_TRUE(has(refused, " on this machine"));
  EXPECT_EQ(refused.all().find("Nothing to destroy"), std::string::npos);
  // What was not asked for is nobody's business.
  auto waits = program.start({"destroy", "--auto-approve", "--wait", "5m"});
  release();
  auto applied = program.finish(child);
  EXPECT_EQ(applied.exit, 0) << applied.all();
  auto destroyed = program.finish(waits);
  EXPECT_EQ(destroyed.exit, 0) << destroyed.all();
  EXPECT_TRUE(has(destroyed, "destroyed 1")) << "what was made meanwhile goes too";
  auto left = program.run({"destroy"});
  EXPECT_EQ(left.exit, 0);
  EXPECT_TRUE(has(left, "Nothing to destroy of f, state @"));
  EXPECT_TRUE(has(left, "it holds nothing."));
}

TEST_F(Messages, APlanOfWhichNothingCouldBePlannedHasWordsToo) {
  fabric("resource a: local.Command {\n  create = [\"true\"]\n  read   = [\"sh\", \"-c\", \"test ! -e broken\"]\n}\n");
  ASSERT_EQ(program.run({"apply", "--auto-approve"}).exit, 0);
  program.files().write("broken", "");
  for (const std::vector<std::string>& words : {std::vector<std::string>{"plan"}, {"plan", "--quiet"}}) {
    auto ran = program.run(words);
    EXPECT_EQ(ran.exit, 1) << ran.all();
    EXPECT_TRUE(has(ran, "Would change nothing of what could be planned. Nothing was changed.\n"));
  }
}

TEST_F(Messages, WhatGoesOnIsTheCommandThatWasTyped) {
  fabric("input secret_word: secret string = \"x\"\nresource a: local.Command { create = [\"false\"] }\nresource b: local.Data { value = 1 }\n");
  auto ran = program.run({"apply", "--auto-approve", "--only", "a", "--set", "secret_word=hush"});
  EXPECT_TRUE(has(ran, "When the cause is gone:  weft apply --set secret_word=… --only a\n"));
  EXPECT_EQ(ran.all().find("hush"), std::string::npos);
}

TEST_F(Messages, CtrlCAtAQuestionChangesNothing) {
  fabric("resource a: local.Data { value = 1 }\n");
  ASSERT_EQ(::mkfifo(program.files().path("events").c_str(), 0600), 0);
  pid_t child = program.start({.arguments = {"apply", "--json-to", "events"}, .columns = 80});
  std::ifstream events(program.files().path("events"));
  std::string line;
  while (line.find("\"type\":\"prompt\"") == std::string::npos) ASSERT_TRUE(std::getline(events, line));
  ASSERT_EQ(::kill(child, SIGINT), 0);
  auto asked = program.finish(child);
  EXPECT_EQ(asked.exit, 130) << asked.all();
  EXPECT_TRUE(has(asked, "Apply this? [y/N] \nStopped. Nothing was changed.\n"));
}

TEST_F(Messages, AFirstCtrlCSaysHowManyRunAndTheReportWhatIsLeft) {
  pid_t child = begin_slow({"apply", "--auto-approve"});
  ASSERT_EQ(::kill(child, SIGINT), 0);
  // Heard, before what runs may end.
  release();
  auto ran = program.finish(child);
  EXPECT_TRUE(has(ran, "Stopping: no new step starts, the running one is finished. Ctrl-C again leaves it open.\n"));
}

TEST_F(Messages, ARunThatStandsStillIsToldFromOneThatWorks) {
  pid_t child = begin_slow({"apply", "--auto-approve"});
  ASSERT_EQ(::kill(child, SIGSTOP), 0);
  std::string process = std::to_string(child);
  auto refused = program.run({"apply", "--auto-approve"});
  EXPECT_EQ(refused.exit, 3) << refused.all();
  EXPECT_TRUE(has(refused, "it is alive but stands still: process " + process + " on this machine goes on after  kill -CONT " + process));
  ASSERT_EQ(::kill(child, SIGCONT), 0);
  release();
  EXPECT_EQ(program.finish(child).exit, 0);
}

TEST_F(Messages, WhatIsProtectedIsNamedWithWhyItWouldGoAndTheWaysOut) {
  const char* kOne = "input name: string = \"x\"\nresource f: local.File {\n  @protect = true\n  path     = \"${name}.txt\"\n  content  = \"x\"\n}\n";
  const char* kMany = "resource n: local.Data for k in [\"a\", \"b\"] {\n  @protect = true\n  value    = k\n}\n";
  fabric(std::string(kOne) + kMany);
  ASSERT_EQ(program.run({"apply", "--auto-approve"}).exit, 0);
  auto replaced = program.run({"apply", "--auto-approve", "--set", "name=y"});
  EXPECT_EQ(replaced.exit, 3);
  EXPECT_TRUE(has(replaced, "error: 1 resource is protected, so nothing is changed\n  f  local.File  @protect, main.fabric:3\n"
                            "    would be replaced: path changes, which is create-only\n"));
  EXPECT_TRUE(has(replaced, "Take @protect out, or keep it:  weft apply --except f"));
  auto destroyed = program.run({"destroy", "--auto-approve"});
  EXPECT_EQ(destroyed.exit, 3);
  EXPECT_TRUE(has(destroyed, "  2 × n[…]  local.Data  @protect, main.fabric:8\n"));
  EXPECT_TRUE(has(destroyed, "weft destroy --except f --except 'n[*]'"));
  // Its declaration is gone: there is no @protect to take out.
  fabric(kOne);
  auto gone = program.run({"apply", "--auto-approve"});
  EXPECT_EQ(gone.exit, 3);
  EXPECT_TRUE(has(gone, "  2 × n[…]  local.Data  @protect, in its record\n    would be destroyed: no longer declared\n"));
  EXPECT_TRUE(has(gone, "Declare them again without @protect and apply that, or keep them:  weft apply --except 'n[*]'"));
  EXPECT_EQ(program.run({"apply", "--auto-approve", "--except", "n[*]"}).exit, 0);
}

}  // namespace
}  // namespace weft
