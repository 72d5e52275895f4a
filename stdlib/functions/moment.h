// Points in time as texts name them: RFC 3339, years 0000 to 9999, offsets kept. Part of this room only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weft::functions {

struct Moment {
  int64_t seconds = 0;      // since 1970-01-01T00:00:00Z
  int32_t nanoseconds = 0;  // 0 … 999,999,999
  int32_t offset = 0;       // minutes east of UTC, only for writing
};

struct Civil {  // what clocks and calendars show at the moment's offset
  int64_t year = 0;
  int month = 1, day = 1, hour = 0, minute = 0, second = 0;
  int weekday = 0;  // 0 is Sunday
};

[[nodiscard]] auto parse_moment(std::string_view text) -> std::optional<Moment>;
[[nodiscard]] auto moment_text(const Moment& moment) -> std::string;
[[nodiscard]] auto civil(const Moment& moment) -> Civil;
// Nothing when there is no such day or time of day. 24:00 and leap seconds are none.
[[nodiscard]] auto moment_of(const Civil& civil, int32_t nanoseconds, int32_t offset)
    -> std::optional<Moment>;
[[nodiscard]] auto in_range(const Moment& moment) -> bool;  // a year from 0000 to 9999
// "+02:00", "-00:30"; with `colon` false "+0200".
[[nodiscard]] auto offset_text(int32_t offset, bool colon = true) -> std::string;

}  // namespace weft::functions
