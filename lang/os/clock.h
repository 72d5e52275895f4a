// The time, as an interface, so that tests turn the clock by hand. A fake of both stands in
// tests/support/fake_clock.h.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "lang/os/cancel.h"
#include "lang/os/task.h"

namespace weft {

class Loop;

class Clock {
 public:
  virtual ~Clock() = default;
  // Since 1970 in UTC. For showing and for comparing with what others wrote down; it may jump.
  [[nodiscard]] virtual auto wall() const -> std::chrono::nanoseconds = 0;
  // Never goes back; stands still while the machine sleeps. For measuring.
  [[nodiscard]] virtual auto monotonic() const -> std::chrono::nanoseconds = 0;
  // Never goes back and counts the machine's sleep too. For leases.
  [[nodiscard]] virtual auto boottime() const -> std::chrono::nanoseconds = 0;

  [[nodiscard]] auto wall_ms() const -> int64_t {
    return std::chrono::duration_cast<std::chrono::milliseconds>(wall()).count();
  }
};
[[nodiscard]] auto system_clock() -> const Clock&;

// Waiting, as an interface: the other half of a clock for code that polls and tries again.
class Sleeper {
 public:
  virtual ~Sleeper() = default;
  // True when the whole time has passed, false when cut short.
  [[nodiscard]] virtual auto sleep_for(std::chrono::nanoseconds duration, Cancel cancel = {}) -> Task<bool> = 0;
};
class LoopSleeper : public Sleeper {
 public:
  explicit LoopSleeper(Loop& loop) : loop_(loop) {}
  [[nodiscard]] auto sleep_for(std::chrono::nanoseconds duration, Cancel cancel = {}) -> Task<bool> override;

 private:
  Loop& loop_;
};

// "2026-03-20T14:05:01.220Z", always UTC and three digits, as machines read it.
[[nodiscard]] auto utc_text(std::chrono::nanoseconds wall) -> std::string;

}  // namespace weft
