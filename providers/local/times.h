// Times as this room writes them: RFC 3339 in UTC, whole seconds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "providers/api/driver.h"

namespace weft::local {

// Seconds since 1970 by the call's clock.
[[nodiscard]] auto now_of(const driver::Call& call) -> int64_t;
// "2026-03-20T14:05:01Z"
[[nodiscard]] auto time_text(int64_t seconds) -> std::string;
[[nodiscard]] auto time_from(std::string_view text) -> std::optional<int64_t>;
// A duration value of an object in whole seconds, rounded down; `otherwise` when it is not written or not known.
[[nodiscard]] auto seconds_of(const Value& object, std::string_view name, int64_t otherwise) -> int64_t;

}  // namespace weft::local
