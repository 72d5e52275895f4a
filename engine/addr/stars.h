// `[*]` in `forget` and `moved`: which records an address with stars means, and what they are called on the other side.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/addr/address.h"

namespace weft::addr {

// The keys that its stars stand for, in their order, when `address` (in its text form) is one that the pattern names or
// stands inside of one; nothing when it is not, or is the state's own name (`web#old-…`).
[[nodiscard]] auto starred_keys(const Selector& pattern, std::string_view address) -> std::optional<std::vector<Key>>;
// The pattern with these keys in the places of its stars, of which there are as many.
[[nodiscard]] auto with_keys(const Selector& pattern, std::span<const Key> keys) -> Address;

}  // namespace weft::addr
