// The evaluator's diagnostics as constants; their table is eval_diags.def.
#pragma once

#include <span>

#include "lang/diag/diagnostic.h"

namespace weft::eval {

namespace diags {
#define DIAG(name, code, severity, ...) inline constexpr DiagInfo name{code, Severity::severity, __VA_ARGS__};
#include "lang/eval/eval_diags.def"
#undef DIAG
}  // namespace diags

// Every row of the table, for `weft docs CODE`.
[[nodiscard]] auto all_diags() -> std::span<const DiagInfo>;

}  // namespace weft::eval
