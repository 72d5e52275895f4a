// Points in time as HTTP headers write them.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace weft::net {

// "Sun, 06 Nov 1994 08:49:37 GMT", and the two older forms that servers may still send; seconds since 1970.
// `now` decides the century of a two-digit year.
[[nodiscard]] auto parse_http_date(std::string_view text, std::chrono::seconds now)
    -> std::optional<std::chrono::seconds>;

// Retry-After: a number of seconds, or a date; never negative, at most a day. Nothing when it is neither.
[[nodiscard]] auto parse_retry_after(std::string_view text, std::chrono::seconds now)
    -> std::optional<std::chrono::milliseconds>;

}  // namespace weft::net
