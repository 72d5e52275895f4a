// Limiter and circuit, on a clock that is turned by hand.
#include <gtest/gtest.h>

#include "providers/net/circuit.h"
#include "providers/net/limiter.h"

namespace weft::net {
namespace {

using namespace std::chrono_literals;

TEST(Limiter, HasNoLimitBeforeTheFirstRefusal) {
  Limiter limiter({}, 0s);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(limiter.due(limiter.take_ticket(0s), 0s), 0s);
  EXPECT_FALSE(limiter.limited());
}

TEST(Limiter, FirstRefusalHalvesWhatWentOn) {
  Limiter limiter({}, 0s);
  for (int i = 0; i < 100; ++i) limiter.take_ticket(500ms);
  limiter.throttled(500ms, 1000ms);
  EXPECT_DOUBLE_EQ(limiter.rate(), 50);
  // The line starts at the refusal: the next ones follow at that rate.
  auto first = limiter.take_ticket(1000ms), second = limiter.take_ticket(1000ms);
  EXPECT_EQ(limiter.due(first, 1000ms), 1020ms);
  EXPECT_EQ(limiter.due(second, 1000ms), 1040ms);
}

TEST(Limiter, RefusalsOfTheSameWaveCountOnce) {
  Limiter limiter({.rate = 100}, 0s);
  for (int i = 0; i < 8; ++i) limiter.throttled(900ms, 1000ms + i * 1ms);
  EXPECT_DOUBLE_EQ(limiter.rate(), 50);
  limiter.throttled(1010ms, 1100ms);
  EXPECT_DOUBLE_EQ(limiter.rate(), 25);
}

TEST(Limiter, NeverFallsBelowItsFloor) {
  Limiter limiter({.rate = 2, .floor = 0.5}, 0s);
  for (int i = 1; i < 20; ++i) limiter.throttled(i * 1s, i * 1s + 1ms);
  EXPECT_DOUBLE_EQ(limiter.rate(), 0.5);
}

TEST(Limiter, GrowsWhileAnswersCome) {
  Limiter limiter({.rate = 10, .growth = 2}, 0s);
  limiter.throttled(0s, 1ms);
  EXPECT_DOUBLE_EQ(limiter.rate(), 5);
  auto now = 1s;
  for (int i = 0; i < 5; ++i) limiter.answered(now);  // one second's worth at 5 a second
  EXPECT_GT(limiter.rate(), 6.5);
  EXPECT_LT(limiter.rate(), 7.1);
}

TEST(Limiter, BurstThenSteadyRate) {
  Limiter limiter({.rate = 10, .burst = 3}, 0s);
  std::vector<Limiter::Time> due;
  for (int i = 0; i < 5; ++i) due.push_back(limiter.due(limiter.take_ticket(0s), 0s));
  EXPECT_EQ(due, (std::vector<Limiter::Time>{0s, 0s, 0s, 100ms, 200ms}));
  // A pause fills the burst again, and no more than that.
  auto later = 100s;
  due.clear();
  for (int i = 0; i < 4; ++i) due.push_back(limiter.due(limiter.take_ticket(later), later));
  EXPECT_EQ(due, (std::vector<Limiter::Time>{later, later, later, later + 100ms}));
}

TEST(Limiter, HalvingMovesThoseInLine) {
  Limiter limiter({.rate = 10, .burst = 1}, 0s);
  limiter.take_ticket(0s);
  auto waiting = limiter.take_ticket(0s);
  EXPECT_EQ(limiter.due(waiting, 0s), 100ms);
  limiter.throttled(0s, 50ms);
  EXPECT_EQ(limiter.due(waiting, 50ms), 150ms);
  EXPECT_EQ(limiter.due(waiting, 150ms), 150ms);
}

TEST(LimiterTable, KeepsOnePerKeyWithItsSeed) {
  LimiterTable table;
  LimitKey reads{.endpoint = "https://x", .service = "ec2", .operation_class = "read"};
  LimitKey writes{.endpoint = "https://x", .service = "ec2", .operation_class = "write"};
  table.seed(reads, {.rate = 7});
  EXPECT_DOUBLE_EQ(table.at(reads, 0s).rate(), 7);
  EXPECT_FALSE(table.at(writes, 0s).limited());
  EXPECT_EQ(&table.at(reads, 1s), &table.at(reads, 2s));
  EXPECT_EQ(table.size(), 2);
}

TEST(Circuit, OpensAfterFailuresInARow) {
  Circuit circuit;
  for (uint32_t i = 1; i < Circuit::kFailures; ++i) circuit.unreached(0s);
  circuit.reached(0s);
  for (uint32_t i = 1; i < Circuit::kFailures; ++i) circuit.unreached(0s);
  EXPECT_TRUE(circuit.allow(0s));
  circuit.unreached(0s);
  EXPECT_EQ(circuit.state(), Circuit::State::kOpen);
  EXPECT_FALSE(circuit.allow(999ms));
  EXPECT_EQ(circuit.retry_at(), 1s);
}

auto opened() -> Circuit {
  Circuit circuit;
  for (uint32_t i = 0; i < Circuit::kFailures; ++i) circuit.unreached(0s);
  return circuit;
}

TEST(Circuit, LetsOneTryAndClosesOnAnAnswer) {
  auto circuit = opened();
  EXPECT_TRUE(circuit.allow(1s));
  EXPECT_FALSE(circuit.allow(1s));
  EXPECT_GT(circuit.retry_at(), 1s);
  circuit.reached(2s);
  EXPECT_EQ(circuit.state(), Circuit::State::kClosed);
  EXPECT_TRUE(circuit.allow(2s));
}

TEST(Circuit, PausesLongerEachTimeUpToItsBound) {
  auto circuit = opened();
  std::chrono::nanoseconds pause = 1s, now = 0s;
  for (int i = 0; i < 10; ++i) {
    now = circuit.retry_at();
    ASSERT_TRUE(circuit.allow(now));
    circuit.unreached(now);
    pause = std::min<std::chrono::nanoseconds>(pause * 2, 30s);
    EXPECT_EQ(circuit.retry_at() - now, pause);
  }
}

TEST(Circuit, AnUndecidedTryLeavesTheNextOneFree) {
  auto circuit = opened();
  EXPECT_TRUE(circuit.allow(1s));
  circuit.undecided();
  EXPECT_EQ(circuit.state(), Circuit::State::kOpen);
  EXPECT_TRUE(circuit.allow(1s));
}

TEST(Circuit, ATryThatHangsDoesNotBlockForEver) {
  auto circuit = opened();
  EXPECT_TRUE(circuit.allow(1s));
  auto again = circuit.retry_at();
  EXPECT_FALSE(circuit.allow(again - 1ns));
  EXPECT_TRUE(circuit.allow(again));
}

}  // namespace
}  // namespace weft::net
