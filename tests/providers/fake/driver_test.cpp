// What the fake does, beyond what the conformance harness asks of every driver.
#include <gtest/gtest.h>

#include "providers/fake/fake.h"
#include "tests/conformance/desk.h"

namespace weft::fake {
namespace {

using conformance::Desk;
using conformance::Record;
using driver::FailureClass;
using driver::Happened;
using driver::Settled;

auto s(std::string_view text) -> Value { return Value::string(text); }
auto n(int64_t number) -> Value { return Value::integer(number); }
auto o(std::vector<Field> fields) -> Value { return Value::object(std::move(fields)); }

class Fake : public ::testing::Test {
 protected:
  std::shared_ptr<FakeWorld> world = std::make_shared<FakeWorld>();
  std::unique_ptr<driver::Driver> driver = make_fake_driver(world);
  Desk desk{*driver};

  auto step(std::string_view type, Value desired) -> driver::Step {
    Record none{.address = "x", .type = &desk.type(type)};
    return desk.step(driver::Change::kCreate, none, desk.prepare(type, std::move(desired)).desired);
  }
};

TEST_F(Fake, NodesAreUnknownWithinTheirBounds) {
  auto prepared = desk.prepare("fake.Nodes", o({{"Name", s("x")}, {"Least", n(2)}, {"Most", n(5)}}));
  const Value* addresses = prepared.computed.get("Addresses");
  ASSERT_NE(addresses, nullptr);
  ASSERT_TRUE(addresses->is_unknown());
  EXPECT_EQ(addresses->facts().least_length, 2U);
  EXPECT_EQ(addresses->facts().most_length, 5U);
  EXPECT_EQ(addresses->facts().origin.view(), "x.Addresses");
  EXPECT_EQ(addresses->facts().type.text(), "list<string>");
  auto made = desk.create("fake.Nodes", o({{"Name", s("x")}, {"Least", n(2)}, {"Most", n(5)}}));
  ASSERT_TRUE(made);
  EXPECT_EQ(made->observed.get("Addresses")->length(), 2U);
}

TEST_F(Fake, GeneratedNamesFollowTheRecordNotTheAddress) {
  auto first = desk.prepare("fake.Thing", o({{"Name", s("x")}}), "a").desired;
  EXPECT_EQ(*first.get("Alias"), s("fab-default-a"));
  auto moved = desk.prepare("fake.Thing", o({{"Name", s("x")}}), "b", first).desired;
  EXPECT_EQ(*moved.get("Alias"), s("fab-default-a"));
}

TEST_F(Fake, FaultsStrikeAtTheirCall) {
  world->add(Fault{.call = "create", .nth = 2, .times = 2, .failure = FailureClass::kQuota, .text = "enough"});
  world->add(Fault{.call = "update", .every = 2, .failure = FailureClass::kBusy});
  std::vector<bool> made;
  for (int i = 0; i < 5; ++i) made.push_back(desk.create("fake.Thing", o({{"Name", s("x")}})).has_value());
  EXPECT_EQ(made, (std::vector<bool>{true, false, false, true, true}));
  auto record = *desk.create("fake.Thing", o({{"Name", s("y")}}));
  std::vector<bool> updated;
  for (int i = 0; i < 4; ++i) {
    updated.push_back(desk.change(desk.step(driver::Change::kUpdate, record, o({{"Name", s("y")}, {"Size", n(i)}}))).has_value());
  }
  EXPECT_EQ(updated, (std::vector<bool>{true, false, true, false}));
}

TEST_F(Fake, HeldCallsWaitUntilTheyAreReleased) {
  world->add(Fault{.call = "create", .effect = Effect::kHold});
  world->add(Fault{.call = "create", .nth = 2, .effect = Effect::kHoldAfter});
  std::vector<std::string> order;
  auto run = [](Desk& on, driver::Step one, std::string name, std::vector<std::string>& out) -> Task<void> {
    std::vector<driver::Step> steps;
    steps.push_back(std::move(one));
    std::function<void(size_t, driver::ChangeResult)> sink = [&](size_t, driver::ChangeResult) { out.push_back(name); };
    co_await on.session().change(on.call(), std::move(steps), sink);
  };
  for (std::string name : {"before", "after"}) {
    desk.loop.spawn(run(desk, step("fake.Thing", o({{"Name", s(name)}})), name, order));
  }
  desk.loop.run_until([&] { return world->held() == 2; });
  EXPECT_FALSE(world->named("before"));
  EXPECT_TRUE(world->named("after"));
  EXPECT_TRUE(order.empty());
  world->release();
  desk.loop.run_until([&] { return order.size() == 2; });
  EXPECT_TRUE(world->named("before"));
}

TEST_F(Fake, SilentCallsAreNeverAnswered) {
  world->add(Fault{.call = "create", .effect = Effect::kSilent});
  std::vector<driver::Step> steps{step("fake.Thing", o({{"Name", s("x")}}))};
  size_t answers = 0;
  block_on(desk.loop, desk.session().change(desk.call(), std::move(steps), [&](size_t, driver::ChangeResult) { ++answers; }));
  EXPECT_EQ(answers, 0U);
  EXPECT_TRUE(world->named("x"));
}

TEST_F(Fake, AnswersMayWarn) {
  world->add(Fault{.call = "create", .times = 2, .effect = Effect::kWarn, .text = "zone-a is nearly full"});
  for (auto type : {"fake.Thing", "fake.Record"}) {
    auto changed = desk.change(step(type, o({{"Name", s("x")}})));
    ASSERT_TRUE(changed) << type;
    EXPECT_EQ(changed->warnings, std::vector<std::string>{"zone-a is nearly full"}) << type;
  }
}

TEST_F(Fake, ATokenIsRememberedAndATagMakesTwins) {
  auto thing = step("fake.Thing", o({{"Name", s("x")}}));
  ASSERT_TRUE(desk.change(thing));
  ASSERT_TRUE(desk.change(thing));
  EXPECT_EQ(world->objects().size(), 1U);
  auto tagged = step("fake.Tagged", o({{"Name", s("y")}}));
  ASSERT_TRUE(desk.change(tagged));
  ASSERT_TRUE(desk.change(tagged));
  EXPECT_EQ(world->objects().size(), 3U);
}

TEST_F(Fake, ABlindCreateIsNeverDecided) {
  world->add(Fault{.call = "create", .effect = Effect::kLoseAnswer});
  auto one = step("fake.Blind", o({{"Name", s("x")}}));
  auto lost = desk.change(one);
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().happened, Happened::kMaybe);
  auto settled = desk.settle(one, true);
  EXPECT_EQ(settled.kind, Settled::Kind::kFound);
  ASSERT_EQ(settled.candidates.size(), 1U);
  EXPECT_EQ(settled.candidates[0].mark, "");
  world->drop("x");
  EXPECT_EQ(desk.settle(one, true).kind, Settled::Kind::kUnknown);
}

TEST_F(Fake, ClustersGoOnFromTheirCheckpoint) {
  world->add(Fault{.call = "attach", .nth = 2, .failure = FailureClass::kThrottled});
  auto one = step("fake.Cluster", o({{"Name", s("x")}, {"Parts", n(3)}}));
  auto stopped = desk.change(one);
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().happened, Happened::kMaybe);
  ASSERT_EQ(desk.checkpoints.size(), 2U);
  EXPECT_EQ(desk.settle(one).kind, Settled::Kind::kResume);
  one.checkpoint = desk.checkpoints.back().second;
  auto done = desk.change(one);
  ASSERT_TRUE(done) << done.error().text;
  EXPECT_EQ(*done->observed.get("Attached"), n(3));
  EXPECT_EQ(world->requests("create"), 1U);
  EXPECT_EQ(world->requests("attach"), 3U);
  EXPECT_EQ(desk.settle(one).kind, Settled::Kind::kDone);
}

TEST_F(Fake, ClustersMakeNothingMoreWithoutADurableCheckpoint) {
  desk.refuse_checkpoint = Failure{Code::kUnavailable, "the store is away"};
  auto stopped = desk.change(step("fake.Cluster", o({{"Name", s("x")}, {"Parts", n(3)}})));
  ASSERT_FALSE(stopped);
  EXPECT_EQ(world->requests(), 1U);
}

TEST_F(Fake, SettingsGiveThePlace) {
  auto opened = [&](Value settings) { return block_on(desk.loop, driver->open(desk.call(), std::move(settings))); };
  EXPECT_EQ((*opened(o({})))->configured().place, "here");
  EXPECT_EQ((*opened(o({{"Place", s("there")}})))->configured().place, "there");
  auto partial = opened(o({{"Place", Value::unknown({.type = Type::string()})}}));
  EXPECT_TRUE((*partial)->configured().partial);
  EXPECT_EQ(opened(o({{"Token", s("over").as_secret()}})).error().failure, FailureClass::kExpired);
}

}  // namespace
}  // namespace weft::fake
