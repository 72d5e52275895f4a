#include "providers/net/limiter.h"

#include <algorithm>

#include "lang/base/check.h"

namespace weft::net {
namespace {

auto seconds(Limiter::Time span) -> double {
  return std::chrono::duration<double>(span).count();
}

constexpr Limiter::Time kWindow = std::chrono::seconds(1);
constexpr Limiter::Time kFarAhead = std::chrono::hours(24);

}  // namespace

Limiter::Limiter(LimitSeed seed, Time now) : seed_(seed), rate_(seed.rate), last_(now), window_start_(now) {
  CHECK(seed.rate >= 0 && seed.burst >= 1 && seed.growth >= 0 && seed.floor > 0);
  credit_ = seed.burst;
}

void Limiter::advance(Time now) {
  if (now <= last_) return;
  double most = static_cast<double>(issued_) + seed_.burst;
  credit_ = std::min(most, credit_ + rate_ * seconds(now - last_));
  last_ = now;
}

auto Limiter::take_ticket(Time now) -> uint64_t {
  if (now - window_start_ >= kWindow) {
    window_before_ = now - window_start_ < 2 * kWindow ? static_cast<double>(window_count_) : 0;
    window_count_ = 0;
    window_start_ = now;
  }
  ++window_count_;
  advance(now);
  return issued_++;
}

auto Limiter::due(uint64_t ticket, Time now) -> Time {
  if (!limited()) return now;
  advance(now);
  double missing = static_cast<double>(ticket) + 1 - credit_;
  if (missing <= 0) return now;
  double wait = missing / rate_;
  return wait < seconds(kFarAhead)
             ? last_ + std::chrono::duration_cast<Time>(std::chrono::duration<double>(wait))
             : last_ + kFarAhead;
}

void Limiter::answered(Time now) {
  if (!limited()) return;
  advance(now);
  rate_ += seed_.growth / rate_;  // at full use: `growth` more for each second
}

auto Limiter::measured_rate(Time now) const -> double {
  // The running window alone says little when it has just begun; a burst counts as a second's worth.
  double running = static_cast<double>(window_count_) / std::max(1.0, seconds(now - window_start_));
  return std::max(running, window_before_);
}

void Limiter::throttled(Time sent_at, Time now) {
  if (sent_at < halved_) return;
  halved_ = now;
  if (limited()) {
    advance(now);
    rate_ = std::max(seed_.floor, rate_ / 2);
    credit_ = std::min(credit_, static_cast<double>(issued_));  // no burst on top of a refusal
  } else {
    rate_ = std::max(seed_.floor, measured_rate(now) / 2);
    credit_ = static_cast<double>(issued_);  // who had a ticket has gone: there was no line
    last_ = now;
  }
}

auto LimiterTable::at(const LimitKey& key, Limiter::Time now) -> Limiter& {
  auto& slot = limiters_[key];
  if (slot == nullptr) {
    auto seed = seeds_.find(key);
    slot = std::make_unique<Limiter>(seed == seeds_.end() ? LimitSeed{} : seed->second, now);
  }
  return *slot;
}

}  // namespace weft::net
