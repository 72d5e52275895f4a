// 37 to 43: failures, throttling, batches and lanes.
#include <set>

#include "lang/os/sync.h"
#include "tests/conformance/subjects.h"

namespace weft::conformance {
namespace {

using driver::Change;
using driver::ChangeResult;
using driver::FailureClass;
using driver::Happened;

class Failures : public Conformance {
 protected:
  auto named(const Sample& sample, const std::string& name) -> Sample {
    Sample out = sample;
    out.desired = with(sample.desired, Path{}.member("Name"), Value::string(name));
    return out;
  }
  // The first sample for which `fits` holds.
  auto sample_where(const std::function<bool(const Sample&)>& fits) -> std::optional<Sample> {
    for (const auto& sample : subject->samples()) {
      if (fits(sample)) return sample;
    }
    return std::nullopt;
  }
  // As the engine repeats: while the failure says that waiting helps, a new operation each time.
  auto repeated(const Sample& sample, int most) -> ChangeResult {
    ChangeResult result = std::unexpected(driver::DriverFailure{});
    for (int i = 0; i < most; ++i) {
      result = desk.change(new_step(sample));
      bool waits = !result && (result.error().failure == FailureClass::kThrottled || result.error().failure == FailureClass::kPropagating);
      if (!waits) break;
    }
    return result;
  }
};

TEST_P(Failures, EachClassIsProduced) {
  NUMBER(37);
  auto failures = subject->failures();
  ASSERT_GE(failures.size(), 5U);
  std::set<FailureClass> seen;
  for (const auto& failure : failures) {
    seen.insert(failure.failure);
    std::string at = std::string(driver::word(failure.failure)) + ": " + failure.text;
    EXPECT_FALSE(failure.text.empty()) << at;
    EXPECT_FALSE(failure.text.ends_with('.')) << at;
    bool refused = failure.failure == FailureClass::kInvalid || failure.failure == FailureClass::kExists ||
                   failure.failure == FailureClass::kMoved || failure.failure == FailureClass::kThrottled;
    EXPECT_TRUE(!refused || failure.happened == Happened::kNo) << at << ": a refusal has done nothing";
    EXPECT_TRUE(failure.failure != FailureClass::kInUse || !failure.blockers.empty()) << at;
  }
  EXPECT_TRUE(seen.contains(FailureClass::kInvalid));
  if (!subject->excuse(46)) {
    EXPECT_TRUE(seen.contains(FailureClass::kTimeout));
  }
}

TEST_P(Failures, RefusedDeclarationsSayWhere) {
  NUMBER(37);
  for (const auto& sample : subject->samples()) {
    for (const auto& desired : sample.invalid) {
      auto before = subject->objects();
      auto refused = desk.create(sample.type, desired);
      ASSERT_FALSE(refused) << sample.type << " " << display_text(desired);
      EXPECT_EQ(refused.error().failure, FailureClass::kInvalid) << sample.type << ": " << refused.error().text;
      EXPECT_EQ(refused.error().happened, Happened::kNo) << sample.type;
      EXPECT_EQ(subject->objects(), before) << sample.type;
    }
  }
}

TEST_P(Failures, ThrottledCallsSucceedInTheEnd) {
  NUMBER(38);
  ASSERT_TRUE(subject->inject({.call = "create", .every = 3, .failure = FailureClass::kThrottled}));
  const auto sample = subject->samples().front();
  auto before = subject->objects();
  for (int i = 0; i < 30; ++i) {
    auto result = repeated(named(sample, "n" + std::to_string(i)), 3);
    ASSERT_TRUE(result) << result.error().text;
  }
  EXPECT_EQ(subject->objects(), before + 30);
  auto last = desk.change(new_step(sample));
  for (int i = 0; i < 3 && last; ++i) last = desk.change(new_step(sample));
  ASSERT_FALSE(last);
  EXPECT_GT(last.error().retry_after.count(), 0);
}

TEST_P(Failures, ExpiredCredentialsAreSaidAndNothingIsLost) {
  NUMBER(39);
  auto opened = block_on(desk.loop, subject->driver().open(desk.call(), subject->expired_settings()));
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().failure, FailureClass::kExpired);
  const auto sample = subject->samples().front();
  std::optional<Record> record = made(sample);
  auto decision = desk.plan(record, *record->type, sample.updates[0]);
  ASSERT_TRUE(subject->inject({.call = "update", .failure = FailureClass::kExpired}));
  auto failure = desk.apply(record, *record->type, decision);
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->failure, FailureClass::kExpired);
  EXPECT_EQ(failure->happened, Happened::kNo);
  desk.reopen();
  EXPECT_FALSE(desk.apply(record, *record->type, decision));
  EXPECT_EQ(desk.plan(record, *record->type, sample.updates[0]).verdict, driver::Verdict::kNone);
}

TEST_P(Failures, InUseNamesItsBlockersAndEndsWithThem) {
  NUMBER(40);
  auto both = subject->in_use();
  ASSERT_TRUE(both);
  auto refused = removal(both->first);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().failure, FailureClass::kInUse);
  EXPECT_EQ(refused.error().happened, Happened::kNo);
  EXPECT_EQ(refused.error().blockers.size(), 1U);
  EXPECT_TRUE(both->first.type->in_use_blocks_remove);
  EXPECT_TRUE(removal(both->second));
  EXPECT_TRUE(removal(both->first));
}

TEST_P(Failures, PropagatingRecoversAndIsBounded) {
  NUMBER(41);
  const auto sample = subject->samples().front();
  ASSERT_TRUE(subject->inject({.call = "create", .times = 2, .failure = FailureClass::kPropagating}));
  EXPECT_TRUE(repeated(sample, 5));
  subject->clear();
  ASSERT_TRUE(subject->inject({.call = "create", .times = 0, .failure = FailureClass::kPropagating}));
  auto never = repeated(sample, 5);
  ASSERT_FALSE(never);
  EXPECT_EQ(never.error().happened, Happened::kNo);
  EXPECT_FALSE(never.error().text.empty());
}

TEST_P(Failures, ABadMemberOfABatchFailsAlone) {
  NUMBER(42);
  auto batched = sample_where([&](const Sample& sample) { return !desk.prepare(sample.type, sample.desired).batch.empty(); });
  ASSERT_TRUE(batched) << "no type has batches";
  std::vector<driver::Step> steps;
  for (int i = 0; i < 5; ++i) {
    Sample one = named(*batched, "n" + std::to_string(i));
    if (i == 1 || i == 3) one.desired = with(one.desired, Path{}.member("Size"), Value::integer(101));
    EXPECT_EQ(desk.prepare(one.type, one.desired).batch, desk.prepare(batched->type, batched->desired).batch);
    steps.push_back(new_step(one));
  }
  auto before = subject->objects();
  std::map<size_t, bool> made;
  auto sink = [&](size_t item, ChangeResult result) {
    EXPECT_TRUE(made.emplace(item, result.has_value()).second) << "a second answer for " << item;
    EXPECT_TRUE(result || result.error().failure == FailureClass::kInvalid);
  };
  block_on(desk.loop, desk.session().change(desk.call(), std::move(steps), sink));
  EXPECT_EQ(made, (std::map<size_t, bool>{{0, true}, {1, false}, {2, true}, {3, false}, {4, true}}));
  EXPECT_EQ(subject->objects(), before + 3);
}

TEST_P(Failures, LanesAreKeptApart) {
  NUMBER(43);
  auto laned = sample_where([&](const Sample& sample) { return !desk.prepare(sample.type, sample.desired).lane.empty(); });
  ASSERT_TRUE(laned) << "no type has lanes";
  auto lane = [&](const Value& desired) { return desk.prepare(laned->type, desired).lane; };
  EXPECT_EQ(lane(laned->desired), lane(named(*laned, "other").desired)) << "two of one zone share their lane";
  EXPECT_NE(lane(laned->desired), lane(with(laned->desired, Path{}.member("Zone"), Value::string("far"))));
  // As the engine does: one after the other within a lane.
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(desk.change(new_step(named(*laned, "n" + std::to_string(i)))));
  auto* fake = dynamic_cast<FakeSubject*>(subject.get());
  if (fake == nullptr) return;
  fake->fake().with([](auto& world) { EXPECT_EQ(world.lane_overlaps, 0U); });
  // That it would be noticed: two at once.
  fake->fake().add({.call = "create", .effect = fake::Effect::kHold});
  std::vector<driver::Step> steps{new_step(named(*laned, "a")), new_step(named(*laned, "b"))};
  size_t answers = 0;
  desk.loop.spawn(desk.session().change(desk.call(), std::move(steps), [&](size_t, ChangeResult) { ++answers; }));
  desk.loop.run_until([&] { return fake->fake().held() == 1 && answers == 1; });
  fake->fake().release();
  desk.loop.run_until([&] { return answers == 2; });
  fake->fake().with([](auto& world) { EXPECT_EQ(world.lane_overlaps, 1U); });
}

FOR_EVERY_DRIVER(Failures);

}  // namespace
}  // namespace weft::conformance
