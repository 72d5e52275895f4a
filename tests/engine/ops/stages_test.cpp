// What cannot be enumerated at plan: one apply, stage by stage, inside the bounds that the plan announced.
#include "tests/engine/ops/fake_bench.h"

namespace weft::ops {
namespace {

using event::StepState;

constexpr const char* kNodes = R"(fabric "f" {}
input least: int = 3
resource nodes: fake.Nodes {
  Name  = "nodes"
  Least = least
  Most  = 9
}
resource record: fake.Thing for address in nodes.Addresses { Name = "r-${address}" }
output names = [for address, r in record: r.Name]
output count = length(nodes.Addresses)
)";

class StagesTest : public FakeTest {
 protected:
  void SetUp() override {
    FakeTest::SetUp();
    write("main.fabric", kNodes);
  }
  static auto with_least(int least) -> ApplyRequest {
    ApplyRequest request;
    request.planning.inputs.sets = {{"least", std::to_string(least)}};
    return request;
  }
};

TEST_F(StagesTest, OneApplyAndThePlanAnnouncesBounds) {
  auto plan = planned();
  EXPECT_EQ(ids(plan), Ids{"create nodes"});
  ASSERT_EQ(plan.stages.size(), 1u);
  EXPECT_EQ(plan.stages[0].number, 2u);
  ASSERT_EQ(plan.stages[0].deferred.size(), 1u);
  const auto& later = plan.stages[0].deferred[0];
  EXPECT_EQ(later.address, "record");
  EXPECT_EQ(later.type, "fake.Thing");
  EXPECT_EQ(later.least, 3u);
  EXPECT_EQ(later.most, 9u);
  EXPECT_TRUE(later.creates_only);
  EXPECT_EQ(later.after, Ids{"nodes"});
  EXPECT_EQ(later.why, "its keys are (known after nodes)");

  std::vector<uint32_t> asked;
  ApplyRequest request;
  request.approve = [&](const plan::Plan& shown, uint32_t stage) {
    asked.push_back(stage);
    EXPECT_EQ(shown.steps.size(), stage == 1 ? 1u : 3u);
    return true;
  };
  auto result = applied(request);
  EXPECT_EQ(asked, (std::vector<uint32_t>{1, 2}));
  EXPECT_EQ(result.steps.size(), 4u);
  EXPECT_EQ(done().front(), "1:nodes:create");
  EXPECT_TRUE(done().back().starts_with("2:record["));
  EXPECT_EQ(records().size(), 4u);
  EXPECT_EQ(fake->objects().size(), 4u);
  EXPECT_EQ(outputs(), "count = 3\nnames = [\"r-10.0.0.0\", \"r-10.0.0.1\", \"r-10.0.0.2\"]\n");
  auto again = planned();
  EXPECT_FALSE(again.changes()) << ids(again).size();
  EXPECT_TRUE(again.stages.empty()) << "its keys are known now";
  auto w = world();
  EXPECT_EQ(state_history(w, "default", 10).entries.size(), 1u) << "one run";
}

TEST_F(StagesTest, MoreThanWasAnnouncedIsRefusedAndWhatWasDoneStays) {
  bends->prepare = [](const driver::Prepare& item, driver::Prepared& prepared) {
    if (item.type->name != "fake.Nodes") return;
    Unknown facts{.type = item.type->attribute("Addresses")->type, .not_null = true, .origin = Text("nodes.Addresses")};
    facts.least_length = 1;
    facts.most_length = 2;
    prepared.computed = Value::object({{"Addresses", Value::unknown(facts)}});
  };
  EXPECT_EQ(planned().stages[0].deferred[0].most, 2u);
  auto result = tried();
  EXPECT_EQ(result.exit, 4);
  EXPECT_TRUE(result.beyond_bounds);
  ASSERT_TRUE(result.failure);
  EXPECT_NE(result.failure->text.find("stage 2 goes outside its bounds"), std::string::npos) << result.failure->text;
  EXPECT_NE(result.failure->text.find("record: 3 resources, at most 2 were announced"), std::string::npos) << result.failure->text;
  EXPECT_EQ(records(), Ids{"nodes"});
  EXPECT_EQ(outputs(), "count = 3\n") << "nothing is said of what was not done";
  // As a plan of its own it has no stage any more.
  EXPECT_EQ(planned().steps.size(), 3u);
  applied();
  EXPECT_FALSE(planned().changes());
}

TEST_F(StagesTest, ADestroyIsNeverAnnounced) {
  applied();
  auto fewer = with_least(1);
  auto plan = planned(fewer.planning);
  ASSERT_EQ(ids(plan), Ids{"update nodes"});
  ASSERT_EQ(plan.stages.size(), 1u);
  EXPECT_FALSE(plan.stages[0].deferred[0].creates_only) << "there are some already";
  auto result = tried(fewer);
  EXPECT_EQ(result.exit, 4);
  ASSERT_TRUE(result.failure);
  EXPECT_NE(result.failure->text.find("destroy record[10.0.0.1] was not announced"), std::string::npos) << result.failure->text;
  EXPECT_EQ(fake->objects().size(), 4u);
  plan = planned(fewer.planning);
  EXPECT_EQ(plan.counts().destroy, 2u);
  applied(fewer);
  EXPECT_EQ(fake->objects().size(), 2u);
  EXPECT_FALSE(planned(fewer.planning).changes());
}

TEST_F(StagesTest, MoreOfThemAreCreatedInAStage) {
  applied();
  auto more = with_least(5);
  auto result = applied(more);
  EXPECT_EQ(result.steps.size(), 3u) << steps_said(result);
  EXPECT_EQ(fake->objects().size(), 6u);
}

TEST_F(StagesTest, AStageThatIsNotConfirmedIsLeft) {
  ApplyRequest request;
  request.approve = [](const plan::Plan&, uint32_t stage) { return stage == 1; };
  auto result = tried(request);
  EXPECT_EQ(result.exit, 4);
  EXPECT_TRUE(result.confirmed);
  EXPECT_FALSE(result.failure) << result.failure->text;
  EXPECT_EQ(records(), Ids{"nodes"});
  EXPECT_EQ(outputs(), "count = 3\n");
  EXPECT_EQ(applied().steps.size(), 3u);
}

TEST_F(StagesTest, StoppedBetweenStages) {
  events.hook = [&](const event::Event& event) {
    const auto* moved = std::get_if<event::StepMoved>(&event.fact);
    if (moved != nullptr && moved->id == "1:nodes:create" && moved->to == StepState::kDone) soft.request();
  };
  auto result = tried();
  EXPECT_EQ(result.exit, 130);
  EXPECT_TRUE(result.stopped);
  EXPECT_EQ(records(), Ids{"nodes"});
}

TEST_F(StagesTest, ASavedPlanAgreedToItsStage) {
  PlanRequest request;
  request.out = folder.path() + "/p.plan";
  planned(request);
  auto w = world();
  auto saved = read_plan(w, request.out);
  ASSERT_TRUE(saved);
  ASSERT_EQ(saved->stages.size(), 1u);
  EXPECT_EQ(saved->stages[0].deferred[0].most, 9u);
  ApplyRequest exactly;
  exactly.plan_file = request.out;
  exactly.approve = [](const plan::Plan&, uint32_t) {
    ADD_FAILURE() << "it was asked about";
    return false;
  };
  EXPECT_EQ(applied(exactly).steps.size(), 4u);
  EXPECT_TRUE(applied(exactly).nothing_to_do);
}

// What a run has once read of the world it goes by until its end.
TEST_F(StagesTest, ALookupGivesTheSameInEveryStage) {
  write("shared", "one");
  write("main.fabric", std::string(kNodes) + "lookup shared: local.File { path = \"shared\" }\n"
                                             "resource a: fake.Thing {\n  Name = \"a\"\n  Note = shared.content\n}\n");
  PlanRequest request;
  request.out = folder.path() + "/p.plan";
  planned(request);
  write("shared", "two");
  ApplyRequest exactly;
  exactly.plan_file = request.out;
  auto result = tried(exactly);
  ASSERT_EQ(result.exit, 0) << result.stale << (result.stale_details.empty() ? "" : result.stale_details.front()) << said(result) << steps_said(result);
  EXPECT_EQ(result.steps.size(), 5u);
  EXPECT_EQ(*fake->named("a")->attributes.get("Note"), Value::string("one"));
  EXPECT_EQ(ids(planned()), Ids{"update a"});
}

TEST_F(StagesTest, ASavedPlanIsResumedInsideItsStage) {
  PlanRequest request;
  request.out = folder.path() + "/p.plan";
  planned(request);
  fake->add({.call = "create", .type = "fake.Thing", .name = "r-10.0.0.1", .failure = driver::FailureClass::kDenied});
  ApplyRequest exactly;
  exactly.plan_file = request.out;
  EXPECT_EQ(tried(exactly).exit, 4);
  EXPECT_EQ(fake->objects().size(), 3u);
  auto result = applied(exactly);
  EXPECT_TRUE(result.stale.empty()) << result.stale;
  EXPECT_EQ(result.steps.size(), 1u) << steps_said(result);
  EXPECT_EQ(fake->objects().size(), 4u);
}

TEST_F(StagesTest, AResumedSavedPlanStaysInItsBounds) {
  auto narrow = [](const driver::Prepare& item, driver::Prepared& prepared) {
    if (item.type->name != "fake.Nodes") return;
    Unknown facts{.type = item.type->attribute("Addresses")->type, .not_null = true, .origin = Text("nodes.Addresses")};
    facts.most_length = 2;
    prepared.computed = Value::object({{"Addresses", Value::unknown(facts)}});
  };
  bends->prepare = narrow;
  PlanRequest request;
  request.out = folder.path() + "/p.plan";
  planned(request);
  ApplyRequest exactly;
  exactly.plan_file = request.out;
  EXPECT_EQ(tried(exactly).exit, 4);
  auto result = tried(exactly);
  EXPECT_EQ(result.exit, 3);
  ASSERT_FALSE(result.stale_details.empty());
  EXPECT_EQ(result.stale_details[0], "record: 3 resources, at most 2 were announced");
  EXPECT_EQ(records(), Ids{"nodes"});
}

TEST_F(StagesTest, DestroyNeedsNoStage) {
  ApplyRequest first;
  first.planning.only = {"nodes"};
  EXPECT_EQ(applied(first).steps.size(), 1u);
  PlanRequest request;
  request.destroy = true;
  auto plan = planned(request);
  EXPECT_EQ(ids(plan), Ids{"destroy nodes"});
  EXPECT_TRUE(plan.stages.empty());
  applied();
  plan = planned(request);
  EXPECT_EQ(plan.counts().destroy, 4u);
  EXPECT_TRUE(plan.stages.empty());
  // Also when its keys are not known any more.
  ApplyRequest changed = with_least(5);
  changed.planning.destroy = true;
  EXPECT_TRUE(planned(changed.planning).stages.empty());
  applied(changed);
  EXPECT_TRUE(fake->objects().empty());
  EXPECT_TRUE(records().empty());
  EXPECT_EQ(outputs(), "");
}

TEST_F(StagesTest, OnlyALaterOneBringsWhatItWaitsFor) {
  write("other.fabric", "resource other: fake.Thing { Name = \"other\" }\n");
  ApplyRequest only;
  only.planning.only = {"record"};
  auto plan = planned(only.planning);
  EXPECT_EQ(ids(plan), Ids{"create nodes"});
  EXPECT_EQ(plan.stages.size(), 1u);
  EXPECT_EQ(applied(only).steps.size(), 4u);
  EXPECT_FALSE(names().contains("other"));
}

TEST_F(StagesTest, ExceptLeavesWhatWouldWaitForIt) {
  write("other.fabric", "resource other: fake.Thing { Name = \"other\" }\n");
  ApplyRequest except;
  except.planning.except = {"nodes"};
  auto plan = planned(except.planning);
  EXPECT_EQ(ids(plan), Ids{"create other"});
  EXPECT_TRUE(plan.stages.empty()) << "its keys would never be known";
  applied(except);
  except.planning.except = {"record"};
  EXPECT_TRUE(planned(except.planning).stages.empty());
  applied(except);
  EXPECT_EQ(names(), (std::set<std::string>{"nodes", "other"}));
}

TEST_F(StagesTest, ReplacedOnceAndNotAgainInTheNextStage) {
  applied();
  auto old = fake->named("nodes")->id;
  ApplyRequest request;
  request.planning.replace = {"nodes"};
  auto result = applied(request);
  EXPECT_NE(report(result, "1:nodes:replace"), nullptr) << steps_said(result);
  EXPECT_EQ(report(result, "2:nodes:replace"), nullptr) << steps_said(result);
  EXPECT_NE(fake->named("nodes")->id, old);
}

// It has claims of its own, for which the other may wait.
TEST_F(StagesTest, NobodyWaitsForOthersWhileHoldingClaims) {
  std::unique_ptr<state::State> state;
  std::unique_ptr<state::Writer> other;
  ApplyRequest request;
  request.wait = std::chrono::hours(5);
  request.approve = [&](const plan::Plan& shown, uint32_t stage) {
    if (stage == 1) return true;
    auto opened = state::State::open({.folder = folder.path(), .write = true}, system_clock());
    EXPECT_TRUE(opened);
    if (!opened) return false;
    state = std::move(*opened);
    auto writer = state->writer({.verb = "apply", .owner = "eve", .host = "there", .command = "weft apply"});
    EXPECT_TRUE(writer);
    if (!writer) return false;
    other = std::move(*writer);
    auto claimed = other->claim({{.address = shown.steps.front().address}}, {});
    EXPECT_TRUE(claimed && claimed->granted);
    return true;
  };
  auto result = tried(request);
  EXPECT_EQ(result.exit, 4) << steps_said(result);
  ASSERT_TRUE(result.failure.has_value());
  EXPECT_NE(result.failure->text.find("stage 2: record["), std::string::npos) << result.failure->text;
  EXPECT_NE(result.failure->text.find("eve on there"), std::string::npos) << result.failure->text;
  EXPECT_EQ(names(), std::set<std::string>{"nodes"});
  other.reset();
  EXPECT_EQ(tried().exit, 0);
  EXPECT_EQ(names().size(), 4u);
}

TEST_F(StagesTest, AFailedStepStopsOnlyTheStagesThatWaitForIt) {
  std::string more = kNodes;
  more += R"(resource bad: fake.Nodes {
  Name  = "bad"
  Least = 2
  Most  = 9
}
resource after_bad: fake.Thing for address in bad.Addresses { Name = "b-${address}" }
)";
  write("main.fabric", more);
  fake->add(fake::Fault{.call = "create", .name = "bad", .times = 0, .failure = driver::FailureClass::kDenied});
  auto result = tried();
  EXPECT_EQ(result.exit, 4) << said(result);
  EXPECT_FALSE(result.beyond_bounds);
  EXPECT_EQ(names(), (std::set<std::string>{"nodes", "r-10.0.0.0", "r-10.0.0.1", "r-10.0.0.2"}));
  EXPECT_EQ(report(result, "1:bad:create")->state, StepState::kFailed);
  EXPECT_EQ(report(result, "2:bad:create"), nullptr) << "tried again by the same run";
  fake->clear_faults();
  applied();
  EXPECT_EQ(names().size(), 7u);
  EXPECT_FALSE(planned().changes());
}

TEST_F(StagesTest, NothingIsPlannedThatOnlyWaitsForWhatFailed) {
  fake->add(fake::Fault{.call = "create", .times = 0, .failure = driver::FailureClass::kDenied});
  auto result = tried();
  EXPECT_NE(result.exit, 0);
  for (const auto& event : events.all) EXPECT_FALSE(std::holds_alternative<event::StageBegun>(event.fact));
}

TEST_F(StagesTest, StagesFollowEachOther) {
  write("main.fabric", R"(fabric "f" {}
resource a: fake.Nodes {
  Name  = "a"
  Least = 2
  Most  = 4
}
resource b: fake.Nodes for address in a.Addresses {
  Name  = "b-${address}"
  Least = 1
  Most  = 2
}
resource c: fake.Thing for address in list.flatten([for k, one in b: [for x in one.Addresses: "${k}-${x}"]]) { Name = "c-${address}" }
resource d: fake.Thing {
  Name        = "d"
  @depends_on = [c]
}
)");
  auto plan = planned();
  EXPECT_EQ(ids(plan), Ids{"create a"});
  std::vector<std::string> later;
  for (const auto& one : plan.stages.at(0).deferred) later.push_back(one.address);
  EXPECT_EQ(later, (Ids{"b", "c", "d"}));
  auto result = applied();
  EXPECT_EQ(report(result, "2:b[10.0.0.0]:create")->state, StepState::kDone) << steps_said(result);
  EXPECT_EQ(names(), (std::set<std::string>{"a", "b-10.0.0.0", "b-10.0.0.1", "c-10.0.0.0-10.0.0.0", "c-10.0.0.1-10.0.0.0", "d"}));
  EXPECT_EQ(done().back(), "3:d:create") << "d waits for all of c, though no value of it is unknown";
  EXPECT_FALSE(planned().changes());
}

TEST_F(StagesTest, AModuleForUnknownKeys) {
  write("site/site.fabric", R"(input name: string
resource page: fake.Thing { Name = "page-${name}" }
resource more: fake.Thing if name != "10.0.0.1" { Name = "more-${name}" }
)");
  write("main.fabric", R"(fabric "f" {}
use site from "./site"
resource nodes: fake.Nodes {
  Name  = "nodes"
  Least = 2
  Most  = 3
}
module web: site for address in nodes.Addresses { name = address }
)");
  auto plan = planned();
  ASSERT_EQ(plan.stages.size(), 1u);
  EXPECT_EQ(plan.stages[0].deferred[0].type, "module");
  EXPECT_EQ(plan.stages[0].deferred[0].most, 3u);
  applied();
  EXPECT_EQ(names(), (std::set<std::string>{"nodes", "page-10.0.0.0", "page-10.0.0.1", "more-10.0.0.0"}));
  EXPECT_FALSE(planned().changes());
}

TEST_F(StagesTest, WhatIsForgottenIsKnownBeforeAnythingGoes) {
  auto fabric = [&](const char* zone) {
    write("main.fabric", std::string("fabric \"f\" {}\nuse site from \"./site\"\nresource nodes: fake.Nodes {\n  Name  = \"nodes\"\n  Least = 1\n"
                                     "  Most  = 3\n  Zone  = \"") + zone + "\"\n}\nmodule m: site { ids = nodes.Addresses }\n");
  };
  auto site = [&](const std::string& rest) { write("site/site.fabric", "input ids: list<string>\n" + rest); };
  std::string old = "resource old: fake.Thing for n in ids { Name = n }\n", forgets = "forget old[n] for n in ids\n";
  fabric("a");
  site(old);
  applied();
  fabric("b");
  site(forgets);
  auto result = tried();
  EXPECT_EQ(result.exit, 1);
  EXPECT_NE(said(result).find("E0614"), std::string::npos) << said(result);
  EXPECT_EQ(names(), (std::set<std::string>{"nodes", "10.0.0.0"}));
  fabric("a");
  EXPECT_EQ(ids(planned()), Ids{"forget m.old[10.0.0.0]"});
  // What is planned later is kept until then.
  fabric("b");
  site(old + "forget old[\"gone-${n}\"] for n in ids\n");
  applied();
  EXPECT_EQ(names(), (std::set<std::string>{"nodes", "10.0.0.0"}));
}

TEST_F(StagesTest, ANeighbourOfSimilarNameHidesNoRecords) {
  write("main.fabric", std::string(kNodes) + "resource record0: fake.Thing { Name = \"beside\" }\n");
  applied();
  auto plan = planned(with_least(4).planning);
  ASSERT_EQ(plan.stages.size(), 1u);
  EXPECT_FALSE(plan.stages[0].deferred.at(0).creates_only);
}

TEST_F(StagesTest, AConditionThatIsKnownLater) {
  write("main.fabric", R"(fabric "f" {}
resource a: fake.Thing { Name = "a" }
resource yes: fake.Thing if a.Status == "ready" { Name = "yes" }
resource no: fake.Thing if a.Status == "broken" { Name = "no" }
)");
  auto plan = planned();
  EXPECT_EQ(ids(plan), Ids{"create a"});
  ASSERT_EQ(plan.stages.size(), 1u);
  EXPECT_EQ(plan.stages[0].deferred[0].least, 0u);
  EXPECT_EQ(plan.stages[0].deferred[0].most, 1u);
  applied();
  EXPECT_EQ(names(), (std::set<std::string>{"a", "yes"}));
}

}  // namespace
}  // namespace weft::ops
