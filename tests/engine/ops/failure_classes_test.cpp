// What apply makes of each class of failure: the table in docs/drivers.md, seen from outside.
#include <deque>

#include "tests/engine/ops/fake_bench.h"

namespace weft::ops {
namespace {

using driver::FailureClass;
using driver::Happened;
using event::StepState;
using fake::Effect;
using fake::Fault;

class FailureClasses : public FakeTest {
 protected:
  void declare(const std::string& type, const std::string& attributes) {
    write("main.fabric", "fabric \"f\" {}\nresource one: " + type + " {\n  Name = \"one\"\n" + attributes + "}\n");
  }
  // Next time when its step comes to that state, after those that were asked for before.
  void then(StepState to, std::function<void()> what) {
    awaited_.emplace_back(to, std::move(what));
    if (events.hook) return;
    events.hook = [this](const event::Event& event) {
      const auto* moved = std::get_if<event::StepMoved>(&event.fact);
      if (moved == nullptr || awaited_.empty() || moved->address != "one" || moved->to != awaited_.front().first) return;
      auto next = std::move(awaited_.front().second);
      awaited_.pop_front();
      next();
    };
  }
  auto states_of(const std::string& address) -> std::vector<std::string> {
    std::vector<std::string> all;
    for (const auto& event : events.all) {
      const auto* moved = std::get_if<event::StepMoved>(&event.fact);
      if (moved != nullptr && moved->address == address) all.emplace_back(event::word(moved->to));
    }
    return all;
  }
  // All objects are, or are not, seen by searches.
  void hide(uint32_t reads) {
    fake->with([&](fake::FakeWorld::Contents& world) {
      for (auto& [id, object] : world.objects) object.hidden = reads;
    });
  }

 private:
  std::deque<std::pair<StepState, std::function<void()>>> awaited_;
};

TEST_F(FailureClasses, ExpiredIsRefreshedOnce) {
  declare("fake.Thing", "");
  fake->add(Fault{.call = "create", .failure = FailureClass::kExpired});
  applied();
  EXPECT_EQ(fake->objects().size(), 1u);
}

TEST_F(FailureClasses, ExpiredForGoodSuspendsTheSession) {
  write("main.fabric", R"(fabric "f" {}
resource a: fake.Thing { Name = "a" }
resource b: fake.Thing { Name = a.Id }
resource c: fake.Thing { Name = "c" }
resource file: local.File {
  path    = "a.txt"
  content = "x"
}
)");
  fake->add(Fault{.call = "create", .times = 0, .failure = FailureClass::kExpired, .text = "the token is over"});
  auto result = tried();
  EXPECT_NE(result.exit, 0);
  const auto* a = report(result, "1:a:create");
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(a->state, StepState::kSkipped);
  ASSERT_TRUE(a->error);
  EXPECT_EQ(a->error->text, "the token is over");
  EXPECT_NE(a->because.find("session of provider `fake`"), std::string::npos) << a->because;
  EXPECT_EQ(report(result, "1:b:create")->because, "a");
  EXPECT_EQ(report(result, "1:file:create")->state, StepState::kDone) << "others go on";
  auto states = states_of("a");
  EXPECT_EQ(std::vector<std::string>(states.end() - 2, states.end()), (std::vector<std::string>{"suspended", "skipped"}));
  fake->clear_faults();
  applied();
  EXPECT_EQ(fake->objects().size(), 3u);
}

TEST_F(FailureClasses, AForeignObjectInTheWayIsNotTaken) {
  auto id = fake->put("fake.Named", Value::object({Field{"Name", Value::string("one")}, Field{"Note", Value::string("theirs")}}));
  declare("fake.Named", "  Note = \"ours\"\n");
  auto result = tried();
  EXPECT_NE(result.exit, 0);
  ASSERT_TRUE(result.steps.at(0).error);
  EXPECT_EQ(result.steps[0].error->failure, "exists");
  EXPECT_EQ(result.steps[0].error->hint, "`adopt one from \"one\"` takes it over");
  EXPECT_EQ(*fake->named("one")->attributes.get("Note"), Value::string("theirs"));
}

// The create was done and its answer lost; nothing was seen of it until its window was over; the repeat meets it.
TEST_F(FailureClasses, WhatAnUnheardTryHasMadeIsOurs) {
  declare("fake.Named", "");
  fake->add(Fault{.call = "create", .effect = Effect::kLoseAnswer});
  then(StepState::kSettling, [&] { hide(1'000'000); });
  then(StepState::kRunning, [&] { hide(0); });
  applied();
  EXPECT_EQ(fake->requests("create"), 2u);
  EXPECT_EQ(fake->objects().size(), 1u);
  EXPECT_FALSE(planned().changes());
}

TEST_F(FailureClasses, WhatIsNotHeardOfIsSettled) {
  declare("fake.Named", "");
  fake->add(Fault{.call = "create", .effect = Effect::kLoseAnswer});
  applied();
  EXPECT_EQ(states_of("one"), (std::vector<std::string>{"running", "settling", "done"}));
  EXPECT_EQ(fake->requests("create"), 1u);
}

// The same token: the provider would meet its twin.
TEST_F(FailureClasses, AnUncertainRequestWithATokenIsSentAgainUnderIt) {
  declare("fake.Thing", "");
  fake->add(Fault{.call = "create", .effect = Effect::kLoseAnswer});
  then(StepState::kSettling, [&] { hide(1'000'000); });
  then(StepState::kRunning, [&] { hide(0); });
  applied();
  EXPECT_EQ(fake->objects().size(), 1u) << "made twice";
  EXPECT_EQ(fake->requests("create"), 2u);
}

TEST_F(FailureClasses, MovedGoesOnWhereThePlanStillHolds) {
  declare("fake.Thing", "  Size = 1\n  Note = \"n\"\n");
  applied();
  declare("fake.Thing", "  Size = 2\n  Note = \"n\"\n");
  fake->add(Fault{.call = "update", .failure = FailureClass::kMoved});
  applied();
  EXPECT_EQ(*fake->named("one")->attributes.get("Size"), Value::integer(2));
}

TEST_F(FailureClasses, MovedFailsWhereSomebodyHasSetSomethingElse) {
  declare("fake.Thing", "  Size = 1\n  Note = \"n\"\n");
  applied();
  declare("fake.Thing", "  Size = 2\n  Note = \"n\"\n");
  fake->add(Fault{.call = "update", .failure = FailureClass::kMoved});
  then(StepState::kRunning, [&] { fake->touch("one", "Note", Value::string("theirs")); });
  auto result = tried();
  EXPECT_NE(result.exit, 0);
  ASSERT_TRUE(result.steps.at(0).error);
  EXPECT_NE(result.steps[0].error->text.find("changed since the plan"), std::string::npos) << result.steps[0].error->text;
  EXPECT_NE(result.steps[0].error->text.find("`Note`"), std::string::npos) << result.steps[0].error->text;
  EXPECT_EQ(*fake->named("one")->attributes.get("Note"), Value::string("theirs"));
  EXPECT_EQ(*fake->named("one")->attributes.get("Size"), Value::integer(1));
}

TEST_F(FailureClasses, NeedsReplaceIsRememberedForTheNextPlan) {
  declare("fake.Thing", "  Mode = \"small\"\n");
  applied();
  declare("fake.Thing", "  Mode = \"big\"\n");
  // The plan does not know it.
  bends->plan = [](const driver::Candidate& candidate, driver::Planned& planned) {
    planned.verdict = candidate.proposed;
    planned.forces_replace.clear();
    planned.why.clear();
  };
  auto result = tried();
  EXPECT_NE(result.exit, 0);
  EXPECT_EQ(result.steps.at(0).step.id, "1:one:update");
  ASSERT_TRUE(result.steps[0].error);
  EXPECT_EQ(result.steps[0].error->failure, "needs_replace");
  auto next = planned();
  ASSERT_EQ(ids(next), Ids{"replace one"});
  EXPECT_NE(next.steps[0].reasons.at(0).find("`Mode`"), std::string::npos) << next.steps[0].reasons[0];
  ASSERT_FALSE(next.steps[0].differences.empty());
  EXPECT_TRUE(next.steps[0].differences[0].forces_replace);
  // Who takes the change back needs none.
  declare("fake.Thing", "  Mode = \"small\"\n");
  EXPECT_FALSE(planned().changes());
  declare("fake.Thing", "  Mode = \"big\"\n");
  applied();
  EXPECT_FALSE(planned().changes());
  EXPECT_EQ(fake->objects().size(), 1u);
}

TEST_F(FailureClasses, BrokenIsRecordedAndReplaced) {
  declare("fake.Thing", "");
  fake->add(Fault{.call = "create", .effect = Effect::kPartial, .failure = FailureClass::kBroken});
  EXPECT_NE(tried().exit, 0);
  EXPECT_EQ(status_of("one"), state::Status::kBroken);
  EXPECT_EQ(ids(planned()), Ids{"replace one"});
  applied();
  EXPECT_EQ(fake->objects().size(), 1u);
  EXPECT_EQ(status_of("one"), state::Status::kOk);
}

TEST_F(FailureClasses, WhatBreaksWhileItIsWaitedForIsBroken) {
  declare("fake.Slow", "  Fate = \"fails\"\n");
  EXPECT_NE(tried().exit, 0);
  EXPECT_EQ(status_of("one"), state::Status::kBroken);
  declare("fake.Slow", "");
  PlanRequest unread;
  unread.refresh = Refresh::kNone;
  EXPECT_EQ(ids(planned(unread)), Ids{"replace one"}) << "the record says it";
  applied();
  EXPECT_EQ(status_of("one"), state::Status::kOk);
}

TEST_F(FailureClasses, ACreateWithoutACheckpointThatIsPartlyDoneIsUnfinished) {
  declare("fake.Thing", "");
  fake->add(Fault{.call = "create", .effect = Effect::kPartial, .failure = FailureClass::kDenied});
  EXPECT_NE(tried().exit, 0);
  EXPECT_EQ(status_of("one"), state::Status::kUnfinished);
  applied();
  EXPECT_EQ(fake->objects().size(), 1u) << "made twice";
  EXPECT_EQ(status_of("one"), state::Status::kOk);
}

TEST_F(FailureClasses, ADeadlineKeepsTheRecordAndTheNextRunGoesOnWaiting) {
  declare("fake.Slow", "  Polls = 20\n  @timeouts = { create = 1ms }\n");
  auto result = tried();
  EXPECT_NE(result.exit, 0);
  ASSERT_TRUE(result.steps.at(0).error);
  EXPECT_EQ(result.steps[0].error->failure, "timeout");
  EXPECT_EQ(status_of("one"), state::Status::kUnready);
  declare("fake.Slow", "  Polls = 20\n");
  applied();
  EXPECT_EQ(status_of("one"), state::Status::kOk);
  EXPECT_EQ(fake->requests("update"), 0u) << "waiting is no change";
  EXPECT_FALSE(planned().changes());
}

TEST_F(FailureClasses, AnUpdateOfWhatIsGoneSaysSo) {
  declare("fake.Thing", "  Size = 1\n");
  applied();
  declare("fake.Thing", "  Size = 2\n");
  then(StepState::kRunning, [&] { fake->drop("one"); });
  auto result = tried();
  EXPECT_NE(result.exit, 0);
  ASSERT_TRUE(result.steps.at(0).error);
  EXPECT_NE(result.steps[0].error->text.find("deleted by someone else"), std::string::npos) << result.steps[0].error->text;
  EXPECT_EQ(ids(planned()), Ids{"create one"});
}

// b is not read by a's declaration: only the provider knows that it is in the way.
TEST_F(FailureClasses, InUseWaitsForWhatThisPlanRemoves) {
  write("main.fabric", R"(fabric "f" {}
resource a: fake.Thing { Name = "a" }
resource b: fake.Thing {
  Name  = "b"
  Needs = ["a"]
}
)");
  applied();
  ApplyRequest all;
  all.planning.destroy = true;
  applied(all);
  EXPECT_TRUE(fake->objects().empty());
}

TEST_F(FailureClasses, InUseEndsAtItsDeadlineAndNamesTheRest) {
  declare("fake.Thing", "  @timeouts = { destroy = 1ms }\n");
  applied();
  fake->put("fake.Thing", Value::object({Field{"Name", Value::string("other")}, Field{"Needs", Value::list({Value::string("one")})}}));
  ApplyRequest all;
  all.planning.destroy = true;
  auto result = tried(all);
  EXPECT_NE(result.exit, 0);
  ASSERT_TRUE(result.steps.at(0).error);
  ASSERT_FALSE(result.steps[0].error->explanation.empty());
  EXPECT_NE(result.steps[0].error->explanation[0].find("other"), std::string::npos);
  EXPECT_EQ(fake->objects().size(), 2u);
}

// Each would wait for the other to go: nobody does, and both end at their deadline.
TEST_F(FailureClasses, InUseOfEachOtherEndsAtTheDeadlineToo) {
  write("main.fabric", R"(fabric "f" {}
resource a: fake.Thing {
  Name      = "a"
  Needs     = ["b"]
  @timeouts = { destroy = 1ms }
}
resource b: fake.Thing {
  Name      = "b"
  Needs     = ["a"]
  @timeouts = { destroy = 1ms }
}
)");
  applied();
  ApplyRequest all;
  all.planning.destroy = true;
  auto result = tried(all);
  EXPECT_NE(result.exit, 0);
  EXPECT_EQ(fake->objects().size(), 2u);
}

// A begun create is looked for again when going on with it is refused: nothing is forgotten, nothing made twice.
TEST_F(FailureClasses, ARefusedRepeatSaysNothingOfTheFirstTry) {
  declare("fake.Cluster", "");
  fake->add(Fault{.call = "create", .effect = Effect::kLoseAnswer});
  fake->add(Fault{.call = "create", .nth = 2, .failure = FailureClass::kThrottled});
  (void)tried();
  for (int i = 0; i < 3 && records().empty(); ++i) (void)tried();
  EXPECT_EQ(fake->objects().size(), 1u);
  EXPECT_EQ(records(), Ids{"one"});
}

}  // namespace
}  // namespace weft::ops
