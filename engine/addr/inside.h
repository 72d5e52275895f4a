// Whether one text form stands in another.
#pragma once

#include <string_view>

namespace weft::addr {

// `a[b].c` is inside `a[b].c`, `a[b]` and `a`, and not inside `a[b].cc`; both in their text form, a selector's too.
[[nodiscard]] auto is_inside(std::string_view address, std::string_view outer) -> bool;

}  // namespace weft::addr
