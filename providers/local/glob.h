// Patterns of `exclude`: `*` and `?` within one part of a path, `**` over any number of parts, the rest as it stands.
#pragma once

#include <string_view>

namespace weft::local {

// Whether the whole path matches. Linear in the path for each star: no pattern takes forever.
[[nodiscard]] auto glob_matches(std::string_view pattern, std::string_view path) -> bool;

}  // namespace weft::local
