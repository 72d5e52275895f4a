// The members of a canonical CBOR map as slices of its bytes, without making values of them. Reading a hundred thousand
// records is reading a hundred thousand maps of twenty members; most of what a general decoder would make is thrown away.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "lang/base/result.h"

namespace weft::state {

struct Slice {
  std::string_view key;
  std::string_view bytes;  // of one item, not looked into
};

// kCorrupt unless the bytes are one map of definite length with sorted text keys and nothing after it; depth ≤ 256.
[[nodiscard]] auto map_slices(std::string_view bytes, std::vector<Slice>& out) -> Result<void>;
// The item as text or unsigned number; false when it is something else.
[[nodiscard]] auto slice_text(std::string_view bytes, std::string_view& out) -> bool;
[[nodiscard]] auto slice_number(std::string_view bytes, uint64_t& out) -> bool;

}  // namespace weft::state
