// Every diagnostic that the program can report, for `weft docs CODE`.
#pragma once

#include <span>
#include <string_view>

#include "lang/diag/diagnostic.h"

namespace weft::cli {

struct KnownDiagnostic {
  std::string_view code;
  Severity severity = Severity::kError;
  std::string_view text;
  std::string_view explanation;
};

// In the order of their codes within each room.
[[nodiscard]] auto known_diagnostics() -> std::span<const KnownDiagnostic>;
// Beside an explanation that shows none: lines of a fabric or commands; empty where there is no need.
[[nodiscard]] auto example_of(const KnownDiagnostic& one) -> std::string_view;
[[nodiscard]] auto find_diagnostic(std::string_view code) -> const KnownDiagnostic*;

}  // namespace weft::cli
