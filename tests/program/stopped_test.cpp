// Ctrl-C and SIGTERM: what is said then is true, and the exit status tells which of them came.
#include <csignal>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "lang/os/crash.h"
#include "tests/support/events.h"
#include "tests/support/program.h"

namespace weft {
namespace {

class StoppedRun : public testing::Test {
 protected:
  // Starts it and waits until all of its `commands` run.
  auto begin(const std::string& fabric, const std::vector<std::string>& words, int commands) -> pid_t {
    program.files().write("main.fabric", "fabric \"slow\" {}\n" + fabric);
    if (::mkfifo(program.files().path("started").c_str(), 0600) != 0 && errno != EEXIST) ADD_FAILURE() << "no fifo";
    if (::mkfifo(program.files().path("gate").c_str(), 0600) != 0 && errno != EEXIST) ADD_FAILURE() << "no fifo";
    // Held open for writing too, so that no writer ends it.
    std::fstream started(program.files().path("started"), std::ios::in | std::ios::out);
    pid_t child = program.start({.arguments = words, .apart = true});
    for (int i = 0; i < commands; ++i) {
      std::string line;
      std::getline(started, line);
      EXPECT_EQ(line, "up");
    }
    return child;
  }
  test::Program program;
};

constexpr const char* kThree = R"(resource before: local.Data { value = 1 }
resource slow: local.Command for i in range(3) {
  @depends_on = [before]
  create      = ["sh", "-c", "echo up > started; cat gate"]
}
resource after: local.Data {
  @depends_on = [slow]
  value       = 1
}
)";

TEST_F(StoppedRun, TwiceTheReportKnowsTheStateAndWhatIsOpen) {
  pid_t child = begin(kThree, {"apply", "--auto-approve", "--json-to", "events"}, 3);
  ASSERT_EQ(::kill(child, SIGINT), 0);
  ASSERT_EQ(::kill(child, SIGTERM), 0);
  auto ran = program.finish(child);
  EXPECT_EQ(ran.out.find("State @0."), std::string::npos) << ran.all();
  EXPECT_NE(ran.out.find("done 1, left open 3, not started 1"), std::string::npos) << ran.all();
  EXPECT_NE(ran.out.find("3 intents are open"), std::string::npos) << ran.all();
  auto ended = test::events_of(program.files().read("events"), "run.ended");
  ASSERT_EQ(ended.size(), 1u);
  ASSERT_NE(ended[0].get("open_intents"), nullptr);
  EXPECT_EQ(ended[0].get("open_intents")->as_int(), 3);
  auto said = "State @" + std::to_string(ended[0].get("state")->as_int()) + ".";
  EXPECT_NE(ran.out.find(said), std::string::npos) << said << "\n" << ran.all();
}

TEST_F(StoppedRun, WhatIsInDoubtIsAskedAboutOnce) {
  if (!kHasCrashPoints) GTEST_SKIP() << "this build has no crash points";
  program.files().write("main.fabric", "fabric \"slow\" {}\nresource blind: local.Command { create = [\"true\"] }\n");
  ASSERT_TRUE(program.run({"apply", "--auto-approve"}, {"WEFT_CRASH=call.answered"}).killed());
  auto ran = program.run({"apply", "--auto-approve", "--json-to", "events"});
  EXPECT_EQ(ran.exit, 4) << ran.all();
  EXPECT_EQ(test::events_of(program.files().read("events"), "intent.settled").size(), 1u) << ran.all();
}

TEST_F(StoppedRun, WhilePlanningThereIsNothingToFinish) {
  for (const auto& [signal, status] : {std::pair{SIGINT, 130}, {SIGTERM, 143}}) {
    for (const std::vector<std::string>& words : {std::vector<std::string>{"plan"}, {"apply", "--auto-approve"}, {"drift"}, {"destroy", "--auto-approve"},
                                                  {"why", "a"}, {"graph"}}) {
      SCOPED_TRACE(words[0] + " " + std::to_string(signal));
      pid_t child = begin("lookup slow: local.Command { run = [\"sh\", \"-c\", \"echo up > started; cat gate\"] }\nresource a: local.Data { value = slow.output }\n", words, 1);
      ASSERT_EQ(::kill(child, signal), 0);
      auto ran = program.finish(child);
      EXPECT_EQ(ran.exit, status) << ran.all();
      EXPECT_NE(ran.error.find("Stopped. Nothing was changed."), std::string::npos) << ran.all();
      EXPECT_EQ(ran.error.find("error"), std::string::npos) << "nothing is wrong with the files\n" << ran.all();
      EXPECT_EQ(ran.error.find("running ones"), std::string::npos) << "nothing runs\n" << ran.all();
    }
  }
}

}  // namespace
}  // namespace weft
