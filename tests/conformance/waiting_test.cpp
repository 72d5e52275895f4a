// 44 to 49: waiting, stopping, places and settings.
#include "lang/os/sync.h"
#include "tests/conformance/subjects.h"

namespace weft::conformance {
namespace {

using driver::FailureClass;
using driver::Happened;
using driver::ReadyGoal;
using driver::ReadyResult;

using Waiting = Conformance;

TEST_P(Waiting, TwoHundredHaveOnePoller) {
  NUMBER(44);
  std::optional<Sample> slow;
  for (const auto& sample : subject->samples()) {
    if (desk.type(sample.type).waits) slow = sample;
  }
  ASSERT_TRUE(slow) << "no type waits";
  auto made_unready = [&](const std::string& name, const std::string& fate) {
    Sample one = *slow;
    one.desired = with(with(one.desired, Path{}.member("Name"), Value::string(name)), Path{}.member("Fate"), Value::string(fate));
    auto step = new_step(one);
    auto changed = desk.change(step);
    EXPECT_TRUE(changed);
    Record record{.address = name, .type = step.instance.type};
    Desk::keep(record, step.desired, *changed);
    return record;
  };
  std::vector<ReadyGoal> goals;
  for (int i = 0; i < 200; ++i) goals.push_back({.instance = made_unready("n" + std::to_string(i), i == 7 ? "fails" : "ok").instance()});
  // A new process goes on waiting for what the old one made.
  desk.reopen();
  auto before = desk.api_calls;
  size_t ready = 0, failed = 0;
  block_on(desk.loop, desk.session().ready(desk.call(), goals, [&](size_t item, ReadyResult result) {
    if (!result.failure) {
      ++ready;
      EXPECT_FALSE(result.observed.is_null());
      return;
    }
    ++failed;
    EXPECT_EQ(item, 7U);
    EXPECT_EQ(result.failure->failure, FailureClass::kBroken) << "hopeless, and said so early";
  }));
  EXPECT_EQ(ready, 199U);
  EXPECT_EQ(failed, 1U);
  EXPECT_LE(desk.api_calls - before, 10U) << "one poller for all of a kind";
}

TEST_P(Waiting, ASoftStopMakesNoNewChange) {
  NUMBER(45);
  for (const auto& sample : subject->samples()) {
    auto step = new_step(sample);
    auto before = subject->world();
    CancelSource stop;
    stop.request();
    auto call = desk.call();
    call.cancel = stop.token();
    std::optional<driver::ChangeResult> answer;
    block_on(desk.loop, desk.session().change(std::move(call), {step}, [&](size_t, driver::ChangeResult result) { answer = std::move(result); }));
    ASSERT_TRUE(answer) << sample.type;
    ASSERT_FALSE(*answer) << sample.type;
    EXPECT_EQ(answer->error().failure, FailureClass::kCancelled) << sample.type;
    EXPECT_EQ(answer->error().happened, Happened::kNo) << sample.type;
    EXPECT_EQ(subject->world(), before) << sample.type;
  }
}

TEST_P(Waiting, ADroppedCallEnds) {
  NUMBER(45);
  auto step = subject->hanging();
  ASSERT_TRUE(step);
  bool answered = false;
  {
    TaskGroup group(desk.loop);
    group.spawn(desk.session().change(desk.call(), {*step}, [&](size_t, driver::ChangeResult) { answered = true; }));
    desk.loop.run_until([&] { return subject->hangs(); });
  }
  EXPECT_FALSE(answered);
  // The loop has nothing left to do for it.
  desk.loop.run();
}

TEST_P(Waiting, ADeadlineKeepsTheRecord) {
  NUMBER(46);
  size_t late = 0;
  for (const auto& failure : subject->failures()) {
    if (failure.failure != FailureClass::kTimeout || failure.code.starts_with("Fake.")) continue;
    ++late;
    EXPECT_NE(failure.happened, Happened::kNo) << "what was made is not forgotten";
  }
  EXPECT_GT(late, 0U);
}

TEST_P(Waiting, AnotherPlaceIsSeen) {
  NUMBER(48);
  auto here = desk.session().configured().place;
  auto opened = block_on(desk.loop, subject->driver().open(desk.call(), subject->elsewhere()));
  ASSERT_TRUE(opened);
  EXPECT_FALSE(here.empty());
  EXPECT_NE((*opened)->configured().place, here);
}

TEST_P(Waiting, UnknownSettingsAllowWhatIsOffline) {
  NUMBER(49);
  const auto sample = subject->samples().front();
  auto record = made(sample);
  auto before = subject->world();
  desk.settings = subject->unknown_settings();
  desk.reopen();
  EXPECT_TRUE(desk.session().configured().partial);
  EXPECT_TRUE(desk.prepare(sample.type, sample.desired).problems.empty());
  // It cannot be said to be missing; what is recorded is never asked for.
  using Kind = driver::ReadState::Kind;
  EXPECT_EQ(desk.read(record).kind, is_resource(record) ? Kind::kFailed : Kind::kSame);
  auto refused = desk.change(new_step(sample));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().happened, Happened::kNo);
  EXPECT_FALSE(desk.find(sample.type, record.identity));
  EXPECT_EQ(subject->world(), before);
}

FOR_EVERY_DRIVER(Waiting);

}  // namespace
}  // namespace weft::conformance
