// Diagnostics of this room; their texts stand in plan_diags.def.
#pragma once

#include "lang/diag/diagnostic.h"

namespace weft::plan::diags {
#define DIAG(name, code, severity, text, explanation) \
  inline constexpr DiagInfo name{code, Severity::severity, text, explanation};
#include "engine/plan/plan_diags.def"
#undef DIAG
}  // namespace weft::plan::diags
