#include "lang/os/clock.h"

#include <ctime>

#include <array>
#include <cstdio>

#include "lang/os/loop.h"

namespace weft {

namespace {

auto read_clock(clockid_t id) -> std::chrono::nanoseconds {
  timespec now{};
  CHECK(clock_gettime(id, &now) == 0);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

class SystemClock : public Clock {
 public:
  [[nodiscard]] auto wall() const -> std::chrono::nanoseconds override { return read_clock(CLOCK_REALTIME); }
  [[nodiscard]] auto monotonic() const -> std::chrono::nanoseconds override { return read_clock(CLOCK_MONOTONIC); }
  [[nodiscard]] auto boottime() const -> std::chrono::nanoseconds override { return read_clock(CLOCK_BOOTTIME); }
};

}  // namespace

auto system_clock() -> const Clock& {
  static const SystemClock clock;
  return clock;
}

auto LoopSleeper::sleep_for(std::chrono::nanoseconds duration, Cancel cancel) -> Task<bool> {
  co_return co_await loop_.sleep_for(duration, cancel);
}

auto utc_text(std::chrono::nanoseconds wall) -> std::string {
  auto ms = std::chrono::floor<std::chrono::milliseconds>(wall);
  auto day = std::chrono::floor<std::chrono::days>(ms);
  std::chrono::year_month_day date{std::chrono::sys_days(day)};
  std::chrono::hh_mm_ss time{ms - day};
  std::array<char, 80> text{};
  int size = std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
                           static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                           static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
                           static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()),
                           static_cast<int>(time.subseconds().count()));
  CHECK(size > 0 && static_cast<size_t>(size) < text.size());
  return {text.data(), static_cast<size_t>(size)};
}

}  // namespace weft
