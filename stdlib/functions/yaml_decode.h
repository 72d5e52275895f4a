// YAML to values, over libyaml's events. Part of this room only.
#pragma once

#include <string_view>
#include <vector>

#include "lang/base/result.h"
#include "lang/value/value.h"

namespace weft::functions {

// Every document of the stream. Bounded: 64 levels, 16 MiB, 1,000,000 values with aliases followed. Keys are
// texts; the same key twice is an error; `<<` merges; tags beyond the core schema are refused.
[[nodiscard]] auto yaml_documents(std::string_view text) -> Result<std::vector<Value>>;

}  // namespace weft::functions
