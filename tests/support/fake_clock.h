// A clock that only the test turns, and the waiting that goes with it: no real time passes.
#pragma once

#include <algorithm>
#include <memory>
#include <vector>

#include "lang/os/clock.h"
#include "lang/os/sync.h"

namespace weft::test {

class FakeClock : public Clock {
 public:
  std::chrono::nanoseconds wall_now = std::chrono::seconds(1'774'015'500);  // 2026-03-20 14:05:00 UTC
  std::chrono::nanoseconds monotonic_now = std::chrono::seconds(1000);
  std::chrono::nanoseconds boottime_now = std::chrono::seconds(2000);

  [[nodiscard]] auto wall() const -> std::chrono::nanoseconds override { return wall_now; }
  [[nodiscard]] auto monotonic() const -> std::chrono::nanoseconds override { return monotonic_now; }
  [[nodiscard]] auto boottime() const -> std::chrono::nanoseconds override { return boottime_now; }

  // Time passes for all three.
  void advance(std::chrono::nanoseconds by) {
    wall_now += by;
    monotonic_now += by;
    boottime_now += by;
  }
  // The machine sleeps: the monotonic clock stands still.
  void suspend(std::chrono::nanoseconds by) {
    wall_now += by;
    boottime_now += by;
  }
};

// Sleeping on a FakeClock. With `jumps`, each sleep turns the clock by itself and is over at once; without, it lasts
// until the test calls advance(). `slept` holds what was asked for, in order.
class FakeSleeper : public Sleeper {
 public:
  FakeSleeper(Loop& loop, FakeClock& clock, bool jumps = true) : loop_(loop), clock_(clock), jumps_(jumps) {}

  std::vector<std::chrono::nanoseconds> slept;

  [[nodiscard]] auto sleep_for(std::chrono::nanoseconds duration, Cancel cancel = {}) -> Task<bool> override {
    slept.push_back(duration);
    if (jumps_) {
      if (!cancel.requested()) clock_.advance(duration);
      co_await loop_.yield();
      co_return !cancel.requested();
    }
    auto sleep = std::make_shared<Pending>(loop_, clock_.monotonic() + duration);
    pending_.push_back(sleep);
    co_return co_await sleep->over.wait(cancel);
  }

  // Turns the clock and wakes those whose time has come.
  void advance(std::chrono::nanoseconds by) {
    clock_.advance(by);
    std::erase_if(pending_, [&](const auto& sleep) {
      if (sleep->until > clock_.monotonic()) return false;
      sleep->over.set();
      return true;
    });
  }
  [[nodiscard]] auto sleeping() const -> size_t { return pending_.size(); }

 private:
  struct Pending {
    Pending(Loop& loop, std::chrono::nanoseconds time) : over(loop), until(time) {}
    Latch over;
    std::chrono::nanoseconds until;
  };

  Loop& loop_;
  FakeClock& clock_;
  bool jumps_;
  std::vector<std::shared_ptr<Pending>> pending_;
};

}  // namespace weft::test
