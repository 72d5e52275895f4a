// Addresses as fabrics write them: in the text form a key stands bare, in a file it is an expression.
#pragma once

#include <string>
#include <string_view>

namespace weft::addr {

// `f[a]` is written `f["a"]`, for `moved`, `forget` and `adopt`. What is no address stays as it is.
[[nodiscard]] auto written(std::string_view text) -> std::string;

}  // namespace weft::addr
