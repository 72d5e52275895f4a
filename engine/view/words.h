// Numbers, times and lists in words, the same in every drawing.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace weft::draw {

// 0.4s, 4.1s below ten seconds; 38s, 4m12s, 1h05m, 2d03h.
[[nodiscard]] auto elapsed(uint64_t ms) -> std::string;
// The same in whole seconds, for what counts up: 1s, 4m41s.
[[nodiscard]] auto elapsed_whole(uint64_t ms) -> std::string;
// The run's clock: 04:41, 1:02:03.
[[nodiscard]] auto run_clock(uint64_t ms) -> std::string;
// "512 B", "12.4 KiB", "3 MiB".
[[nodiscard]] auto bytes(uint64_t count) -> std::string;
// Of requests in a second: "32", "4.5".
[[nodiscard]] auto rate_text(double per_second) -> std::string;
// Local time: "2026-03-20 14:05", or "14:05" for the day of `now_ms` (0: never short).
[[nodiscard]] auto local_time(uint64_t wall_ms, uint64_t now_ms) -> std::string;
// "for 6m10s" and "2h ago" are made of this: one unit, rounded down: 4s, 3m, 2h, 5d.
[[nodiscard]] auto roughly(uint64_t ms) -> std::string;
// "a, b and 3 more"; all of them when `most` is 0.
[[nodiscard]] auto listed(std::span<const std::string> names, size_t most = 0) -> std::string;
// The shortest prefix of a run id that is shown: "r-8a10".
[[nodiscard]] auto run_name(std::string_view run) -> std::string;

}  // namespace weft::draw
