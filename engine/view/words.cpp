#include "engine/view/words.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <ctime>

#include <fmt/format.h>

namespace weft::draw {

auto elapsed_whole(uint64_t ms) -> std::string {
  uint64_t s = ms / 1000;
  if (s < 60) return fmt::format("{}s", s);
  if (s < 3600) return fmt::format("{}m{:02}s", s / 60, s % 60);
  if (s < 86400) return fmt::format("{}h{:02}m", s / 3600, s / 60 % 60);
  return fmt::format("{}d{:02}h", s / 86400, s / 3600 % 24);
}

auto elapsed(uint64_t ms) -> std::string {
  if (ms >= 10'000) return elapsed_whole(ms);
  return fmt::format("{}.{}s", ms / 1000, ms / 100 % 10);
}

auto run_clock(uint64_t ms) -> std::string {
  uint64_t s = ms / 1000;
  if (s < 3600) return fmt::format("{:02}:{:02}", s / 60, s % 60);
  return fmt::format("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
}

auto rate_text(double per_second) -> std::string { return fmt::format("{}", per_second < 10 ? std::round(per_second * 10) / 10 : std::round(per_second)); }

auto bytes(uint64_t count) -> std::string {
  static constexpr auto kUnits = std::to_array<std::string_view>({"B", "KiB", "MiB", "GiB", "TiB"});
  double shown = static_cast<double>(count);
  size_t unit = 0;
  while (shown >= 1024 && unit + 1 < kUnits.size()) {
    shown /= 1024;
    ++unit;
  }
  std::string number = unit == 0 ? fmt::format("{}", count) : fmt::format("{:.1f}", shown);
  if (number.ends_with(".0")) number.resize(number.size() - 2);
  return fmt::format("{} {}", number, kUnits[unit]);
}

auto local_time(uint64_t wall_ms, uint64_t now_ms) -> std::string {
  auto at = static_cast<std::time_t>(wall_ms / 1000);
  auto now = static_cast<std::time_t>(now_ms / 1000);
  std::tm then{}, today{};
  localtime_r(&at, &then);
  localtime_r(&now, &today);
  bool same_day = now_ms != 0 && then.tm_year == today.tm_year && then.tm_yday == today.tm_yday;
  std::array<char, 32> out{};
  size_t size = std::strftime(out.data(), out.size(), same_day ? "%H:%M" : "%Y-%m-%d %H:%M", &then);
  return {out.data(), size};
}

auto roughly(uint64_t ms) -> std::string {
  uint64_t s = ms / 1000;
  if (s < 60) return fmt::format("{}s", s);
  if (s < 3600) return fmt::format("{}m", s / 60);
  if (s < 172800) return fmt::format("{}h", s / 3600);
  return fmt::format("{}d", s / 86400);
}

auto listed(std::span<const std::string> names, size_t most) -> std::string {
  std::string out;
  size_t shown = most == 0 || names.size() <= most ? names.size() : most;
  for (size_t i = 0; i < shown; ++i) {
    if (i > 0) out += ", ";
    out += names[i];
  }
  if (shown < names.size()) out += fmt::format(" and {} more", names.size() - shown);
  return out;
}

auto run_name(std::string_view run) -> std::string { return fmt::format("r-{}", run.substr(0, 4)); }

}  // namespace weft::draw
