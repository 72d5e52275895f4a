// How much a value is when it is written out whole. Values share their parts, so a few lines can say more than any
// memory holds; whoever makes values of values asks before the next one walks them.
#pragma once

#include <cstdint>

#include "lang/value/value.h"

namespace weft {

// What one value counts, besides its text.
inline constexpr uint64_t kWeightOfOne = 16;

// kWeightOfOne for the value and each one inside, and the bytes of texts and keys; a part that stands in it twice counts
// twice. Known without looking inside. Never more than kMostWeight, which means that or more.
[[nodiscard]] auto weight(const Value& value) -> uint64_t;
inline constexpr uint64_t kMostWeight = (uint64_t{1} << 47) - 1;

// How many lists, sets and objects stand in each other: 0 for a text, 1 for a list of texts. Never more than 65,535.
[[nodiscard]] auto nesting(const Value& value) -> uint32_t;

}  // namespace weft
