// The checker's diagnostics as constants; their table is check_diags.def.
#pragma once

#include <span>

#include "lang/diag/diagnostic.h"

namespace weft::check {

namespace diags {
#define DIAG(name, code, severity, ...) inline constexpr DiagInfo name{code, Severity::severity, __VA_ARGS__};
#include "lang/check/check_diags.def"
#undef DIAG
}  // namespace diags

// Every row of the table, for `weft docs CODE`.
[[nodiscard]] auto all_diags() -> std::span<const DiagInfo>;

}  // namespace weft::check
