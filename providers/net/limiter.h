// How fast requests of one kind may go: without a limit until the first refusal for rate, then half of what
// went on, growing again while answers come. Pure arithmetic on a clock that is handed in; LimiterTable keeps
// one per key.
//
// Requests take a ticket, wait until it is due and ask again then: a halving meanwhile moves those still in
// line.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>

#include "providers/net/http.h"

namespace weft::net {

struct LimitSeed {
  double rate = 0;     // a second; 0: no limit before the first refusal
  double burst = 10;   // may go at once after a pause
  double growth = 2;   // a second, for each second of use without a refusal
  double floor = 0.5;  // never slower
};

class Limiter {
 public:
  using Time = std::chrono::nanoseconds;  // of any monotonic clock, the same at every call

  explicit Limiter(LimitSeed seed, Time now);

  auto take_ticket(Time now) -> uint64_t;
  // When the ticket's turn is as things stand; `now` or earlier: go.
  [[nodiscard]] auto due(uint64_t ticket, Time now) -> Time;
  void answered(Time now);
  // Refusals of what was sent before the last halving speak of the old rate and change nothing.
  void throttled(Time sent_at, Time now);

  [[nodiscard]] auto limited() const -> bool { return rate_ > 0; }
  [[nodiscard]] auto rate() const -> double { return rate_; }  // a second; 0: no limit yet

 private:
  void advance(Time now);
  [[nodiscard]] auto measured_rate(Time now) const -> double;

  LimitSeed seed_;
  double rate_;
  double credit_ = 0;  // tickets below this number are due
  uint64_t issued_ = 0;
  Time last_;  // credit_ is as of this moment
  Time halved_{Time::min()};
  Time window_start_;  // tickets of the running second, to know a rate when the first refusal comes
  uint64_t window_count_ = 0;
  double window_before_ = 0;
};

class LimiterTable {
 public:
  // What keys start with; asked once for each new key.
  void seed(LimitKey key, LimitSeed seed) { seeds_[std::move(key)] = seed; }
  // Lives as long as the table.
  auto at(const LimitKey& key, Limiter::Time now) -> Limiter&;
  [[nodiscard]] auto size() const -> size_t { return limiters_.size(); }

 private:
  std::map<LimitKey, LimitSeed> seeds_;
  std::map<LimitKey, std::unique_ptr<Limiter>> limiters_;
};

}  // namespace weft::net
