// Diagnostics of this room; their texts stand in config_diags.def.
#pragma once

#include "lang/diag/diagnostic.h"

namespace weft::config::diags {
#define DIAG(name, code, severity, text, explanation) \
  inline constexpr DiagInfo name{code, Severity::severity, text, explanation};
#include "engine/config/config_diags.def"
#undef DIAG
}  // namespace weft::config::diags
