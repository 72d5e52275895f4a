// Diagnostics of this room; their texts stand in syntax_diags.def.
#pragma once

#include "lang/diag/diagnostic.h"

namespace weft::syntax::diags {
#define DIAG(name, code, severity, text, explanation) \
  inline constexpr DiagInfo name{code, Severity::severity, text, explanation};
#include "lang/syntax/syntax_diags.def"
#undef DIAG
}  // namespace weft::syntax::diags
