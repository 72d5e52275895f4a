// Stages from the command line: what is known only after a command ran decides what is made next, in one apply.
#include <fstream>

#include <gtest/gtest.h>

#include "lang/os/crash.h"
#include "tests/support/events.h"
#include "tests/support/program.h"

namespace weft::test {
namespace {

constexpr const char* kFabric = R"(fabric "stages" {}

resource left: local.Command {
  create     = ["sh", "-c", "printf '{\"host\":\"%s\"}' $(cat left) >&3"]
  input      = file.text("left")
  update     = ["sh", "-c", "printf '{\"host\":\"%s\"}' $(cat left) >&3"]
  idempotent = true
}
resource right: local.Command {
  create     = ["sh", "-c", "printf '{\"host\":\"right\"}' >&3"]
  idempotent = true
}
resource page: local.File for host in [to.string(left.output.host), to.string(right.output.host)] {
  path    = "out/${host}.txt"
  content = "${host}\n"
}
output pages = [for host, p in page: p.path]
)";

class Stages : public ::testing::Test {
 protected:
  void SetUp() override {
    program.files().write("main.fabric", kFabric);
    program.files().write("left", "left");
  }
  // With nothing but what was asked for in `out`.
  auto apart(const std::vector<std::string>& arguments) -> Ran { return program.run(RunRequest{.arguments = arguments, .apart = true}); }
  auto there(const std::string& name) -> bool { return std::ifstream(program.files().path(name)).good(); }
  auto records() -> std::vector<std::string> {
    std::vector<std::string> all;
    for (const auto& event : events_of(apart({"state", "list", "--json"}).out, "record")) all.push_back(text_at(event, "address"));
    return all;
  }
  void finished() {
    auto plan = program.run({"plan", "--detailed-exitcode"});
    EXPECT_EQ(plan.exit, 0) << plan.all();
    EXPECT_TRUE(there("out/left.txt") && there("out/right.txt"));
    EXPECT_EQ(records(), (std::vector<std::string>{"left", "page[left]", "page[right]", "right"}));
  }

  Program program;
};

TEST_F(Stages, OneApplyInsideItsBounds) {
  auto plan = program.run({"plan"});
  EXPECT_EQ(plan.exit, 0);
  EXPECT_NE(plan.out.find("then stage 2"), std::string::npos) << plan.all();
  EXPECT_NE(plan.out.find("STAGE 2, planned after left, right: 2 resources of 1 type"), std::string::npos) << plan.all();
  EXPECT_NE(plan.out.find("bounds: creates only, 2, nothing destroyed or replaced"), std::string::npos) << plan.all();
  auto apply = program.run({"apply", "--auto-approve"});
  EXPECT_EQ(apply.exit, 0) << apply.all();
  finished();
  auto pages = apart({"output", "pages"});
  EXPECT_EQ(pages.out, "[\n  \"out/left.txt\",\n  \"out/right.txt\"\n]\n") << pages.all();
  auto gone = program.run({"destroy", "--auto-approve"});
  EXPECT_EQ(gone.exit, 0) << gone.all();
  EXPECT_FALSE(there("out/left.txt"));
  EXPECT_TRUE(records().empty());
}

TEST_F(Stages, EventsTellOfThem) {
  auto plan = apart({"plan", "--json"});
  auto stages = events_of(plan.out, "plan.stage");
  ASSERT_EQ(stages.size(), 1U) << plan.all();
  EXPECT_EQ(stages[0].get("stage")->as_int(), 2);
  auto apply = apart({"apply", "--auto-approve", "--json"});
  EXPECT_EQ(apply.exit, 0) << apply.all();
  size_t begun = 0;
  for (const auto& event : events_of(apply.out, "plan.stage")) begun += event.get("begun") != nullptr ? 1 : 0;
  EXPECT_EQ(begun, 1U);
  size_t second = 0;
  for (const auto& event : events_of(apply.out, "step.state")) {
    if (text_at(event, "to") == "done" && text_at(event, "step").starts_with("2:page[")) ++second;
  }
  EXPECT_EQ(second, 2U);
}

TEST_F(Stages, KilledBetweenThemItGoesOn) {
  if (!kHasCrashPoints) GTEST_SKIP() << "this build has no crash points";
  ASSERT_TRUE(program.run({"apply", "--auto-approve"}, {"WEFT_CRASH=stage.noted"}).killed());
  EXPECT_EQ(records(), (std::vector<std::string>{"left", "right"}));
  auto plan = program.run({"plan"});
  EXPECT_NE(plan.out.find("create 2"), std::string::npos) << plan.all();
  EXPECT_EQ(plan.out.find("stage 2"), std::string::npos) << "it is known now: " << plan.all();
  auto again = program.run({"apply", "--auto-approve"});
  EXPECT_EQ(again.exit, 0) << again.all();
  finished();
}

TEST_F(Stages, ASavedPlanGoesThroughItsStagesUnasked) {
  ASSERT_EQ(program.run({"plan", "--out", "p.plan"}).exit, 0);
  auto apply = program.run({"apply", "p.plan"});
  EXPECT_EQ(apply.exit, 0) << apply.all();
  finished();
}

TEST_F(Stages, ASavedPlanKilledInOneIsResumed) {
  if (!kHasCrashPoints) GTEST_SKIP() << "this build has no crash points";
  for (const char* where : {"stage.noted", "result.durable:3", "call.answered:3"}) {
    Program other;
    other.files().write("main.fabric", kFabric);
    other.files().write("left", "left");
    ASSERT_EQ(other.run({"plan", "--out", "p.plan"}).exit, 0);
    auto killed = other.run({"apply", "p.plan"}, {std::string("WEFT_CRASH=") + where});
    ASSERT_TRUE(killed.killed()) << where << killed.all();
    auto again = other.run({"apply", "p.plan"});
    EXPECT_EQ(again.exit, 0) << where << again.all();
    auto plan = other.run({"plan", "--detailed-exitcode"});
    EXPECT_EQ(plan.exit, 0) << where << plan.all();
  }
}

TEST_F(Stages, WhatWasNotAnnouncedIsRefusedAndWhatWasDoneStays) {
  ASSERT_EQ(program.run({"apply", "--auto-approve"}).exit, 0);
  program.files().write("left", "port");
  auto plan = program.run({"plan"});
  EXPECT_NE(plan.out.find("bounds: creates and changes, 2"), std::string::npos) << plan.all();
  auto apply = program.run({"apply", "--auto-approve"});
  EXPECT_EQ(apply.exit, 4) << apply.all();
  EXPECT_NE(apply.out.find("stage 2 goes outside its bounds"), std::string::npos) << apply.all();
  EXPECT_NE(apply.out.find("destroy page[left] was not announced"), std::string::npos) << apply.all();
  EXPECT_TRUE(there("out/left.txt"));
  EXPECT_FALSE(there("out/port.txt")) << "nothing of the stage is done";
  // What was done is recorded, so the rest is a plan of its own, which can be looked at.
  plan = program.run({"plan"});
  EXPECT_NE(plan.out.find("destroy 1, create 1"), std::string::npos) << plan.all();
  EXPECT_EQ(plan.out.find("STAGE"), std::string::npos) << plan.all();
  EXPECT_EQ(program.run({"apply", "--auto-approve"}).exit, 0);
  EXPECT_FALSE(there("out/left.txt"));
  EXPECT_TRUE(there("out/port.txt"));
}

// What is beyond the plan stays beyond it: only another plan goes on.
TEST_F(Stages, ASavedPlanThatDoesNotSufficeIsPlannedAgain) {
  ASSERT_EQ(program.run({"apply", "--auto-approve"}).exit, 0);
  program.files().write("left", "port");
  ASSERT_EQ(program.run({"plan", "--out", "p.plan"}).exit, 0);
  auto apply = program.run({"apply", "p.plan"});
  EXPECT_EQ(apply.exit, 4) << apply.all();
  EXPECT_NE(apply.out.find("Go on:  weft plan --out p.plan\n"), std::string::npos) << apply.all();
  ASSERT_EQ(program.run({"plan", "--out", "p.plan"}).exit, 0);
  EXPECT_EQ(program.run({"apply", "p.plan"}).exit, 0);
  EXPECT_TRUE(there("out/port.txt"));
}

// Whatever way it is read: what needs it waits, and is announced.
TEST_F(Stages, WhatReadsAllOfThemWaits) {
  program.files().write("main.fabric", std::string(kFabric) + "resource all: local.Data { value = page[*].path }\n"
                                       "resource long: local.Data {\n  value = 1\n  ensure length(page) == 2, \"not two\"\n}\n"
                                       "resource few: local.File {\n  path    = \"few\"\n  content = \"x\"\n  require length(page) < 2, \"too many\"\n}\n");
  auto plan = program.run({"plan"});
  EXPECT_NE(plan.out.find("? all  local.Data"), std::string::npos) << plan.all();
  auto apply = program.run({"apply", "--auto-approve"});
  EXPECT_EQ(apply.exit, 4) << apply.all();
  EXPECT_NE(apply.all().find("too many"), std::string::npos) << apply.all();
  EXPECT_FALSE(there("few")) << "before its rule was judged";
  program.files().write("main.fabric", std::string(kFabric) + "resource all: local.Data { value = page[*].path }\n"
                                       "resource long: local.Data {\n  value = 1\n  ensure length(page) == 2, \"not two\"\n}\n");
  ASSERT_EQ(program.run({"apply", "--auto-approve"}).exit, 0);
  EXPECT_EQ(program.run({"plan", "--detailed-exitcode"}).exit, 0);
  program.run({"destroy", "--auto-approve"});
  apply = program.run({"apply", "--auto-approve"});
  EXPECT_EQ(apply.exit, 0) << apply.all();
}

TEST_F(Stages, AnEnsureIsJudgedWhenAllThatItReadsIsThere) {
  program.files().write("main.fabric", std::string(kFabric) + "resource long: local.Data {\n  value = 1\n  ensure length(page) == 3, \"not three\"\n}\n");
  auto apply = program.run({"apply", "--auto-approve"});
  EXPECT_EQ(apply.exit, 4) << apply.all();
  EXPECT_NE(apply.out.find("not three"), std::string::npos) << apply.all();
}

// The stage is not gone on with, and its check is known to fail: every document says so.
TEST_F(Stages, ACheckOfAStageThatFailsIsNotUnjudged) {
  program.files().write("main.fabric", std::string(kFabric) + "check \"no right\" for host, p in page {\n  require host != \"right\", \"${host} is bad\"\n}\n");
  auto apply = program.run({"apply", "--auto-approve", "--junit", "a.xml", "--json-to", "a.json"});
  EXPECT_EQ(apply.exit, 4) << apply.all();
  auto checks = events_of(program.files().read("a.json"), "check");
  ASSERT_FALSE(checks.empty());
  EXPECT_EQ(text_at(checks.back(), "result"), "fails");
  EXPECT_NE(program.files().read("a.xml").find("<failure message=\"right is bad\">"), std::string::npos) << program.files().read("a.xml");
}

TEST_F(Stages, AGraphHasWhatIsPlannedLater) {
  auto graph = program.run({"graph"});
  EXPECT_NE(graph.out.find("stages: 2 resources, 1 planned later, 2 dependencies, 2 layers"), std::string::npos) << graph.all();
  EXPECT_NE(graph.out.find("page  local.File  later  needs left, right"), std::string::npos) << graph.all();
  ASSERT_EQ(program.run({"apply", "--auto-approve"}).exit, 0);
  graph = program.run({"graph"});
  EXPECT_NE(graph.out.find("stages: 4 resources, "), std::string::npos) << graph.all();
}

TEST_F(Stages, ADestroyPlanHasNone) {
  ASSERT_EQ(program.run({"apply", "--auto-approve"}).exit, 0);
  program.files().write("left", "port");
  auto plan = program.run({"plan", "--destroy", "--out", "p.plan"});
  EXPECT_EQ(plan.exit, 0) << plan.all();
  EXPECT_EQ(plan.out.find("STAGE"), std::string::npos) << plan.all();
  EXPECT_NE(plan.out.find("destroy 4"), std::string::npos) << plan.all();
  auto apply = program.run({"apply", "p.plan"});
  EXPECT_EQ(apply.exit, 0) << apply.all();
  EXPECT_TRUE(records().empty());
}

// With the fake provider, which tells at plan how many there may be.
TEST_F(Stages, BoundsAreAnnouncedAndHeld) {
  if (!kHasCrashPoints) GTEST_SKIP() << "this build has no fake provider";
  program.files().write("main.fabric", R"(fabric "fake" {}
resource nodes: fake.Nodes {
  Name  = "nodes"
  Least = 3
  Most  = 9
}
resource record: fake.Thing for address in nodes.Addresses { Name = "r-${address}" }
)");
  std::vector<std::string> fake{"WEFT_FAKE=1", "WEFT_FAKE_WORLD=" + program.home() + "/world.json"};
  auto plan = program.run({"plan"}, fake);
  EXPECT_NE(plan.out.find("STAGE 2, planned after nodes: 3 to 9 resources of 1 type"), std::string::npos) << plan.all();
  EXPECT_NE(plan.out.find("its keys are (known after nodes)"), std::string::npos) << plan.all();
  EXPECT_NE(plan.out.find("bounds: creates only, 3 to 9, nothing destroyed or replaced"), std::string::npos) << plan.all();
  EXPECT_NE(plan.out.find("with --auto-approve it goes on only inside these bounds"), std::string::npos) << plan.all();
  auto apply = program.run({"apply", "--auto-approve"}, fake);
  EXPECT_EQ(apply.exit, 0) << apply.all();
  EXPECT_EQ(program.run({"plan", "--detailed-exitcode"}, fake).exit, 0);
  auto list = program.run(RunRequest{.arguments = {"state", "list", "--json"}, .environment = fake, .apart = true});
  EXPECT_EQ(events_of(list.out, "record").size(), 4U) << list.all();
}

}  // namespace
}  // namespace weft::test
