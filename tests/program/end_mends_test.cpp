// What is said at the end of a run is true: what is half done, what is open, where a printed command goes, and that an
// answer which could not be written is no success.
#include <csignal>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "engine/view/command_text.h"
#include "lang/os/crash.h"
#include "tests/support/events.h"
#include "tests/support/by_shell.h"
#include "tests/support/program.h"

namespace weft {
namespace {

class EndMends : public testing::Test {
 protected:
  auto run(const std::vector<std::string>& words) -> test::Ran { return program.run({.arguments = words, .apart = true}); }
  // Its standard output is a device that is always full.
  auto run_full(const std::string& words) -> test::Ran { return test::run_by_shell(program, words + " > /dev/full"); }
  test::Program program;
};

TEST_F(EndMends, AReplacementThatLostItsOtherHalfIsHalfDone) {
  program.files().write("main.fabric", R"(fabric "half" {}
input p: string = "out"
resource d: local.Directory { path = p }
resource f: local.File {
  path    = "${d.path}/f"
  content = "x"
}
)");
  ASSERT_EQ(run({"apply", "--auto-approve"}).exit, 0);
  program.files().write("out/foreign", "theirs");
  auto ran = run({"apply", "--auto-approve", "--set", "p=new", "--json-to", "events"});
  EXPECT_EQ(ran.exit, 4) << ran.all();
  EXPECT_EQ(ran.all().find("Nothing was"), std::string::npos) << ran.all();
  auto at = ran.out.find("HALF DONE 1\n");
  ASSERT_NE(at, std::string::npos) << ran.all();
  EXPECT_NE(ran.out.find("f  local.File", at), std::string::npos) << ran.all();
  EXPECT_NE(ran.out.find("is destroyed, the new one does not exist", at), std::string::npos) << ran.all();
  EXPECT_NE(program.files().read("events").find(R"("result":"partial","exit":4)"), std::string::npos);
}

TEST_F(EndMends, WhatIsInDoubtAndLeftOutIsOpenAllTheSame) {
  if (!kHasCrashPoints) GTEST_SKIP() << "this build has no crash points";
  program.files().write("main.fabric", "fabric \"doubt\" {}\nresource blind: local.Command { create = [\"true\"] }\n");
  ASSERT_TRUE(program.run({"apply", "--auto-approve"}, {"WEFT_CRASH=call.answered"}).killed());
  program.files().write("main.fabric", "fabric \"doubt\" {}\nresource blind: local.Command { create = [\"true\"] }\n"
                                       "resource fine: local.Data { value = 1 }\nresource bad: local.Command { create = [\"false\"] }\n");
  auto ran = run({"apply", "--auto-approve", "--except", "blind"});
  EXPECT_EQ(ran.exit, 4) << ran.all();
  EXPECT_EQ(ran.out.find("no intent is open"), std::string::npos) << ran.all();
  EXPECT_EQ(ran.out.find("State and world agree"), std::string::npos) << ran.all();
  EXPECT_NE(ran.out.find("1 intent is open."), std::string::npos) << ran.all();
  EXPECT_NE(ran.out.find("weft recover"), std::string::npos) << ran.all();
}

TEST_F(EndMends, AWaitThatIsBrokenOffIsStopped) {
  program.files().write("main.fabric", "fabric \"slow\" {}\nresource slow: local.Command { create = [\"sh\", \"-c\", \"echo up > started; cat gate\"] }\n");
  for (const char* name : {"started", "gate"}) ASSERT_EQ(::mkfifo(program.files().path(name).c_str(), 0600), 0);
  std::fstream started(program.files().path("started"), std::ios::in | std::ios::out);
  pid_t holder = program.start({"apply", "--auto-approve"});
  std::string line;
  std::getline(started, line);
  for (const auto& [signal, status] : {std::pair{SIGINT, 130}, {SIGTERM, 143}}) {
    // Who is in the way is told before it waits.
    std::string events = "events" + std::to_string(status);
    ASSERT_EQ(::mkfifo(program.files().path(events).c_str(), 0600), 0);
    std::fstream told(program.files().path(events), std::ios::in | std::ios::out);
    pid_t waiting = program.start({.arguments = {"apply", "--auto-approve", "--wait", "10m", "--json-to", events}, .apart = true});
    while (std::getline(told, line) && line.find("\"claim.") == std::string::npos) {}
    ASSERT_EQ(::kill(waiting, signal), 0);
    auto ran = program.finish(waiting);
    EXPECT_EQ(ran.exit, status) << ran.all();
    EXPECT_NE(ran.error.find("Stopped. Nothing was changed."), std::string::npos) << ran.all();
    EXPECT_EQ(ran.error.find("Wait for it"), std::string::npos) << ran.all();
  }
  std::ofstream(program.files().path("gate")) << "go\n";
  EXPECT_EQ(program.finish(holder).exit, 0);
}

TEST_F(EndMends, ASavedPlanTakesNoClearInputFromTheCommandLine) {
  program.files().write("main.fabric", "fabric \"set\" {}\ninput v: number = 1\nresource a: local.Data { value = v }\n");
  auto planned = run({"plan", "--set", "v=2.5", "--out", "p.plan"});
  ASSERT_EQ(planned.exit, 0) << planned.all();
  auto ran = run({"apply", "p.plan", "--set", "v=2.6"});
  EXPECT_EQ(ran.exit, 1) << ran.all();
  EXPECT_NE(ran.error.find("`v` has its value in the plan"), std::string::npos) << ran.all();
  EXPECT_NE(ran.error.find("Nothing was changed."), std::string::npos) << ran.all();
  EXPECT_EQ(run({"apply", "p.plan"}).exit, 0);
}

TEST_F(EndMends, PrintedCommandsKeepTheEnvironment) {
  program.files().write("main.fabric", R"(fabric "env" {}
input n: int = 1
resource f: local.File {
  path    = "f"
  content = "x${n}"
}
resource pw: local.RandomPassword { length = 20 }
output word = pw.result
)");
  auto asked = run({"apply", "--env", "prod"});
  EXPECT_EQ(asked.exit, 3) << asked.all();
  EXPECT_NE(asked.error.find("weft apply --env prod --auto-approve"), std::string::npos) << asked.all();
  auto applied = run({"apply", "--env", "prod", "--auto-approve"});
  ASSERT_EQ(applied.exit, 0) << applied.all();
  auto secret = run({"output", "--env", "prod", "word"});
  EXPECT_NE(secret.error.find("weft output --env prod word --reveal"), std::string::npos) << secret.all();
  EXPECT_NE(run({"destroy", "--env", "prod"}).error.find("weft destroy --env prod --auto-approve"), std::string::npos);
  ASSERT_EQ(run({"plan", "--env", "prod", "--set", "n=2", "--out", "p"}).exit, 0);
  ASSERT_EQ(run({"apply", "--env", "prod", "--set", "n=3", "--auto-approve"}).exit, 0);
  auto stale = run({"apply", "p"});
  EXPECT_EQ(stale.exit, 3) << stale.all();
  EXPECT_NE(stale.error.find("weft plan --env prod --out p"), std::string::npos) << stale.all();
  program.files().write("f", "other");
  auto drift = run({"drift", "--env", "prod", "--set", "n=3"});
  EXPECT_NE(drift.out.find("weft drift --env prod --fix"), std::string::npos) << drift.all();
  EXPECT_EQ(run({"drift"}).all().find("--env"), std::string::npos);
}

TEST(CommandText, NamesTheEnvironmentOnceAndOnlyInCommands) {
  EXPECT_EQ(draw::with_environment("again:  weft plan --out p", "default"), "again:  weft plan --out p");
  EXPECT_EQ(draw::with_environment("again:  weft plan --out p", ""), "again:  weft plan --out p");
  EXPECT_EQ(draw::with_environment("again:  weft plan --out p", "prod"), "again:  weft plan --env prod --out p");
  EXPECT_EQ(draw::with_environment("`x`? weft state list shows all\nweft recover", "a b"), "`x`? weft state list --env 'a b' shows all\nweft recover --env 'a b'");
  for (const char* same : {"weft apply --env dev", "weft planner", "myweft plan", "weft --help", "weft check", "weft state", "weft "}) {
    EXPECT_EQ(draw::with_environment(same, "prod"), same);
  }
}

TEST_F(EndMends, WhatIsOpenIsSettledInItsEnvironment) {
  if (!kHasCrashPoints) GTEST_SKIP() << "this build has no crash points";
  program.files().write("main.fabric", "fabric \"doubt\" {}\nresource blind: local.Command { create = [\"true\"] }\n");
  ASSERT_TRUE(program.run({"apply", "--auto-approve", "--env", "prod"}, {"WEFT_CRASH=call.answered"}).killed());
  auto ran = run({"apply", "--auto-approve", "--env", "prod"});
  EXPECT_NE(ran.out.find("weft recover --env prod blind --not-done"), std::string::npos) << ran.all();
  ran = run({"recover", "--env", "prod"});
  EXPECT_NE(ran.error.find("weft recover --env prod blind --not-done"), std::string::npos) << ran.all();
  EXPECT_NE(run({"plan", "--env", "prod"}).error.find("so does  weft recover --env prod\n"), std::string::npos);
}

TEST_F(EndMends, AnAnswerThatCannotBeWrittenIsNoSuccess) {
  program.files().write("main.fabric", "fabric \"full\" {}\nresource a: local.Data { value = 1 }\noutput k = \"v\"\n");
  ASSERT_EQ(run({"apply", "--auto-approve"}).exit, 0);
  for (const char* words : {"plan", "plan --json", "output k --reveal", "state list", "--help", "help plan", "plan --help", "version"}) {
    SCOPED_TRACE(words);
    auto ran = run_full(words);
    EXPECT_EQ(ran.exit, 1) << ran.all();
    EXPECT_NE(ran.error.find("error: writing to the standard output: "), std::string::npos) << ran.all();
  }
  auto nowhere = run({"plan", "--out", ""});
  EXPECT_EQ(nowhere.exit, 64) << nowhere.all();
  EXPECT_NE(nowhere.error.find("--out"), std::string::npos) << nowhere.all();
}

TEST_F(EndMends, DriftOfWhatIsLeftOutIsNotSetBack) {
  program.files().write("main.fabric", R"(fabric "part" {}
resource a: local.File {
  path    = "a"
  content = "x"
}
resource b: local.File {
  path    = "b"
  content = "x"
}
)");
  ASSERT_EQ(run({"apply", "--auto-approve"}).exit, 0);
  program.files().write("a", "y");
  program.files().write("b", "y");
  auto both = run({"plan"});
  auto one = run({"plan", "--only", "a"});
  EXPECT_NE(one.out.find("Drift: 1 value, set back above; 1 more in resources that no step touches (weft drift)."), std::string::npos) << both.all() << one.all();
}

}  // namespace
}  // namespace weft
