#include "lang/os/sync.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace weft {
namespace {

using namespace std::chrono_literals;


auto wait_for_latch(Latch& latch, std::vector<std::string>& log, std::string name) -> Task<void> {
  bool happened = co_await latch.wait();
  log.push_back(name + (happened ? " yes" : " no"));
}
auto wait_for_event(Event& event, Cancel cancel, std::vector<std::string>& log, std::string name) -> Task<void> {
  bool happened = co_await event.wait(cancel);
  log.push_back(name + (happened ? " yes" : " no"));
}
void turn(Loop& loop) {
  auto twice = [](Loop& l) -> Task<void> {
    for (int i = 0; i < 3; ++i) co_await l.yield();
  };
  block_on(loop, twice(loop));
}

TEST(Latch, LetsEverybodyGoOnAndStaysSet) {
  Loop loop;
  Latch latch(loop);
  std::vector<std::string> log;
  TaskGroup group(loop);
  group.spawn(wait_for_latch(latch, log, "a"));
  group.spawn(wait_for_latch(latch, log, "b"));
  turn(loop);
  EXPECT_TRUE(log.empty());
  latch.set();
  EXPECT_TRUE(log.empty());  // nobody is resumed from inside set()
  turn(loop);
  group.spawn(wait_for_latch(latch, log, "c"));
  block_on(loop, group.join());
  EXPECT_EQ(log, (std::vector<std::string>{"a yes", "b yes", "c yes"}));
}

TEST(Event, LetsOneGoOnForEachSet) {
  Loop loop;
  Event event(loop);
  std::vector<std::string> log;
  TaskGroup group(loop);
  group.spawn(wait_for_event(event, {}, log, "a"));
  group.spawn(wait_for_event(event, {}, log, "b"));
  turn(loop);
  event.set();
  turn(loop);
  EXPECT_EQ(log, (std::vector<std::string>{"a yes"}));
  event.set();
  event.set();  // with nobody waiting: kept for the next one
  turn(loop);
  EXPECT_EQ(log, (std::vector<std::string>{"a yes", "b yes"}));
  group.spawn(wait_for_event(event, {}, log, "c"));
  block_on(loop, group.join());
  EXPECT_EQ(log.back(), "c yes");
}

TEST(Event, CancelEndsAWait) {
  Loop loop;
  Event event(loop);
  CancelSource stop;
  std::vector<std::string> log;
  TaskGroup group(loop);
  group.spawn(wait_for_event(event, stop.token(), log, "a"));
  turn(loop);
  stop.request();
  block_on(loop, group.join());
  EXPECT_EQ(log, (std::vector<std::string>{"a no"}));
}

TEST(Event, WhatHappenedBeforeTheCancelHappened) {
  Loop loop;
  Event event(loop);
  CancelSource stop;
  std::vector<std::string> log;
  TaskGroup group(loop);
  group.spawn(wait_for_event(event, stop.token(), log, "a"));
  turn(loop);
  event.set();
  stop.request();
  block_on(loop, group.join());
  EXPECT_EQ(log, (std::vector<std::string>{"a yes"}));
}

TEST(Event, ADroppedWaiterHandsItsTurnOn) {
  Loop loop;
  Event event(loop);
  std::vector<std::string> log;
  std::optional<TaskGroup> first;
  first.emplace(loop);
  first->spawn(wait_for_event(event, {}, log, "a"));
  turn(loop);
  TaskGroup second(loop);
  second.spawn(wait_for_event(event, {}, log, "b"));
  turn(loop);
  event.set();  // given to a
  first.reset();
  block_on(loop, second.join());
  EXPECT_EQ(log, (std::vector<std::string>{"b yes"}));
}

struct Witness {
  int* count;
  explicit Witness(int* c) : count(c) { ++*count; }
  Witness(const Witness&) = delete;
  auto operator=(const Witness&) -> Witness& = delete;
  ~Witness() { --*count; }
};

auto hold(Loop& loop, int& count, std::chrono::milliseconds time) -> Task<void> {
  Witness witness(&count);
  co_await loop.sleep_for(time);
}

TEST(TaskGroup, DroppingItEndsItsTasks) {
  Loop loop;
  int count = 0;
  {
    TaskGroup group(loop);
    for (int i = 0; i < 3; ++i) group.spawn(hold(loop, count, 1h));
    turn(loop);
    EXPECT_EQ(count, 3);
    EXPECT_EQ(group.running(), 3U);
  }
  EXPECT_EQ(count, 0);
}

TEST(TaskGroup, WhatATaskHoldsGoesWhenItEnds) {
  Loop loop;
  int count = 0;
  TaskGroup group(loop);
  auto with_parameter = [](Loop& l, std::shared_ptr<Witness> held) -> Task<void> {
    EXPECT_NE(held, nullptr);
    co_await l.yield();
  };
  group.spawn(with_parameter(loop, std::make_shared<Witness>(&count)));
  loop.run_until([&] { return group.running() == 0; });
  EXPECT_EQ(count, 0);
}

auto spawn_more(Loop& loop, TaskGroup& group, int depth, int& ran) -> Task<void> {
  co_await loop.yield();
  ++ran;
  for (int i = 0; depth > 0 && i < 2; ++i) group.spawn(spawn_more(loop, group, depth - 1, ran));
}

TEST(TaskGroup, JoinWaitsForThoseSpawnedMeanwhile) {
  Loop loop;
  TaskGroup group(loop);
  int ran = 0;
  group.spawn(spawn_more(loop, group, 5, ran));
  block_on(loop, group.join());
  EXPECT_EQ(ran, 63);
}

auto late(Loop& loop, int value, std::chrono::milliseconds time) -> Task<std::string> {
  co_await loop.sleep_for(time);
  co_return std::to_string(value);
}

TEST(WhenAll, ResultsKeepTheOrderOfTheTasks) {
  Loop loop;
  std::vector<Task<std::string>> tasks;
  tasks.push_back(late(loop, 1, 9ms));
  tasks.push_back(late(loop, 2, 1ms));
  tasks.push_back(late(loop, 3, 5ms));
  EXPECT_EQ(block_on(loop, when_all(loop, std::move(tasks))), (std::vector<std::string>{"1", "2", "3"}));
}

TEST(Cancel, AChildHearsItsParentButNotTheOtherWayRound) {
  CancelSource parent;
  CancelSource child(parent.token());
  CancelSource other(parent.token());
  child.request();
  EXPECT_TRUE(child.requested());
  EXPECT_FALSE(parent.requested());
  EXPECT_FALSE(other.requested());
  parent.request();
  EXPECT_TRUE(other.requested());
}

TEST(Cancel, CallbacksRunOnceAndMayEndThemselves) {
  CancelSource source;
  int first = 0;
  int second = 0;
  int third = 0;
  Subscription ended = source.token().on_request([&] { ++first; });
  Subscription other;
  Subscription self = source.token().on_request([&] {
    ++second;
    self.end();
    other.end();
  });
  other = source.token().on_request([&] { ++third; });
  ended.end();
  source.request();
  source.request();
  EXPECT_EQ(first, 0);
  EXPECT_EQ(second, 1);
  EXPECT_EQ(third, 0);
  int late_call = 0;
  auto late_one = source.token().on_request([&] { ++late_call; });
  EXPECT_EQ(late_call, 1);
  EXPECT_FALSE(Cancel().requested());
}

}  // namespace
}  // namespace weft
