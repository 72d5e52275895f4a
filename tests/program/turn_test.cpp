// A process that stands still while it writes the state: whoever waits for its turn is told of it and can be called off, and
// whoever only looks does not wait.
#include <csignal>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "lang/os/crash.h"
#include "tests/support/program.h"

namespace weft {
namespace {

constexpr const char* kTwo = R"(fabric "two" {}
resource slow: local.Command { create = ["sh", "-c", "echo up > started; cat gate"] }
resource quick: local.Data { value = 1 }
)";

class StandingStill : public testing::Test {
 protected:
  void SetUp() override {
    if (!kHasCrashPoints) GTEST_SKIP() << "this build has no crash points";
    program.files().write("main.fabric", kTwo);
    for (const char* pipe : {"started", "gate", "events"}) ASSERT_EQ(::mkfifo(program.files().path(pipe).c_str(), 0600), 0);
    // Open for both, so that nobody waits for its other end.
    events.open(program.files().path("events"), std::ios::in | std::ios::out);
    started.open(program.files().path("started"), std::ios::in | std::ios::out);
  }
  // An apply that stands still in the middle of a transaction.
  auto stopped_writer(const std::string& only) -> pid_t {
    pid_t child = program.start({"apply", "--auto-approve", "--only", only}, {"WEFT_CRASH=claim.sent:1:stop"});
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, WUNTRACED), child);
    EXPECT_TRUE(WIFSTOPPED(status));
    return child;
  }
  // An apply whose step is done and waits to be recorded, and who stands in its way.
  auto done_beside_a_stopped_writer() -> std::pair<pid_t, pid_t> {
    pid_t waiting = start({"apply", "--auto-approve", "--only", "slow"});
    std::string line;
    std::getline(started, line);
    pid_t holder = stopped_writer("quick");
    std::ofstream(program.files().path("gate")) << "go\n";
    wait_for("state.held");
    return {waiting, holder};
  }
  auto start(const std::vector<std::string>& words) -> pid_t {
    auto all = words;
    all.insert(all.end(), {"--json-to", "events"});
    return program.start({.arguments = all, .apart = true});
  }
  void wait_for(const std::string& type) {
    for (std::string line; std::getline(events, line);) {
      if (line.find("\"type\":\"" + type + "\"") != std::string::npos) return;
    }
    ADD_FAILURE() << "no " << type;
  }

  test::Program program;
  std::fstream events, started;
};

TEST_F(StandingStill, ItsNameIsToldAndCtrlCEndsTheWait) {
  for (const auto& [signal, status] : {std::pair{SIGINT, 130}, {SIGTERM, 143}}) {
    pid_t holder = stopped_writer("quick");
    pid_t waiting = start({"apply", "--auto-approve", "--only", "quick"});
    wait_for("state.held");
    ASSERT_EQ(::kill(waiting, signal), 0);
    auto ran = program.finish(waiting);
    EXPECT_EQ(ran.exit, status) << ran.all();
    EXPECT_NE(ran.error.find("process " + std::to_string(holder) + " is writing the state and stands still"), std::string::npos) << ran.all();
    EXPECT_NE(ran.error.find("kill -CONT " + std::to_string(holder)), std::string::npos) << ran.all();
    EXPECT_NE(ran.error.find("Stopped. Nothing was changed."), std::string::npos) << ran.all();
    // Looking needs no turn.
    auto looked = program.run({"state", "history"});
    EXPECT_EQ(looked.exit, 0) << looked.all();
    ASSERT_EQ(::kill(holder, SIGCONT), 0);
    auto done = program.finish(holder);
    EXPECT_EQ(done.exit, 0) << done.all();
    auto again = program.run({"apply", "--auto-approve", "--only", "quick"});
    EXPECT_EQ(again.exit, 0) << again.all();
    auto verified = program.run({"state", "verify"});
    EXPECT_EQ(verified.exit, 0) << verified.all();
    auto gone = program.run({"forget", "quick"});
    EXPECT_EQ(gone.exit, 0) << gone.all();
  }
}

TEST_F(StandingStill, EveryVerbThatWritesCanBeCalledOff) {
  ASSERT_EQ(program.run({"apply", "--auto-approve", "--only", "quick"}).exit, 0);
  program.files().write("main.fabric", std::string(kTwo) + "resource third: local.Data { value = 3 }\n");
  pid_t holder = stopped_writer("third");
  for (const std::vector<std::string>& words : {std::vector<std::string>{"forget", "quick"}, {"state", "mv", "quick", "fast"},
                                                {"destroy", "--auto-approve", "--only", "quick"}, {"state", "backup", "copy"}}) {
    SCOPED_TRACE(words[0]);
    pid_t waiting = start(words);
    wait_for("state.held");
    ASSERT_EQ(::kill(waiting, SIGINT), 0);
    auto ran = program.finish(waiting);
    EXPECT_EQ(ran.exit, 130) << ran.all();
    EXPECT_EQ(ran.error.find("error"), std::string::npos) << "nobody's mistake\n" << ran.all();
    EXPECT_NE(ran.error.find("Stopped. Nothing was changed."), std::string::npos) << ran.all();
  }
  ASSERT_EQ(::kill(holder, SIGCONT), 0);
  EXPECT_EQ(program.finish(holder).exit, 0);
  auto listed = program.run({"state", "list"});
  EXPECT_NE(listed.out.find("quick"), std::string::npos) << listed.all();
}

TEST_F(StandingStill, WhatIsDoneWaitsToBeRecordedUntilCtrlCComesAgain) {
  auto [waiting, holder] = done_beside_a_stopped_writer();
  ASSERT_EQ(::kill(waiting, SIGINT), 0);
  ASSERT_EQ(::kill(waiting, SIGTERM), 0);
  auto ran = program.finish(waiting);
  EXPECT_TRUE(ran.exit == 130 || ran.exit == 143) << ran.all();
  ASSERT_EQ(::kill(holder, SIGCONT), 0);
  auto done = program.finish(holder);
  EXPECT_EQ(done.exit, 0) << done.all();
  auto open = program.run({"recover"});
  EXPECT_NE(open.all().find("slow"), std::string::npos) << "its call is open\n" << open.all();
}

TEST_F(StandingStill, WhoWaitsForAClaimIsCalledOffWithoutThePlaceBeingGivenUp) {
  pid_t first = program.start({"apply", "--auto-approve", "--only", "slow"});
  std::string line;
  std::getline(started, line);
  pid_t waiting = start({"apply", "--auto-approve", "--only", "slow", "--wait", "1h"});
  wait_for("claim.taken");
  pid_t holder = stopped_writer("quick");
  ASSERT_EQ(::kill(waiting, SIGINT), 0);
  wait_for("state.held");
  ASSERT_EQ(::kill(waiting, SIGINT), 0);
  auto ran = program.finish(waiting);
  EXPECT_EQ(ran.exit, 130) << ran.all();
  ASSERT_EQ(::kill(holder, SIGCONT), 0);
  auto done = program.finish(holder);
  EXPECT_EQ(done.exit, 0) << done.all();
  std::ofstream(program.files().path("gate")) << "go\n";
  auto made = program.finish(first);
  EXPECT_EQ(made.exit, 0) << made.all();
}

TEST_F(StandingStill, WhatIsDoneIsRecordedWhenTheOtherGoesOn) {
  auto [waiting, holder] = done_beside_a_stopped_writer();
  ASSERT_EQ(::kill(waiting, SIGINT), 0);
  ASSERT_EQ(::kill(holder, SIGCONT), 0);
  EXPECT_EQ(program.finish(holder).exit, 0);
  auto ran = program.finish(waiting);
  EXPECT_EQ(ran.exit, 0) << "it had but one step, which is done\n" << ran.all();
  EXPECT_EQ(program.run({"plan", "--detailed-exitcode"}).exit, 0);
}

TEST_F(StandingStill, AKilledOneIsFollowedAtOnce) {
  pid_t holder = stopped_writer("quick");
  pid_t waiting = start({"apply", "--auto-approve", "--only", "quick"});
  wait_for("state.held");
  ASSERT_EQ(::kill(holder, SIGKILL), 0);
  EXPECT_TRUE(program.finish(holder).killed());
  auto ran = program.finish(waiting);
  EXPECT_EQ(ran.exit, 0) << ran.all();
  EXPECT_NE(ran.out.find("created 1"), std::string::npos) << ran.all();
}

}  // namespace
}  // namespace weft
