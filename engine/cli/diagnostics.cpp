#include "engine/cli/diagnostics.h"

#include <algorithm>
#include <array>
#include <utility>

namespace weft::cli {

namespace {

// Each room lists its own; a test demands that none is missing here.
constexpr auto kKnown = std::to_array<KnownDiagnostic>({
#define DIAG(name, code, severity, text, ...) {code, Severity::severity, text, __VA_ARGS__},
#include "engine/config/config_diags.def"
#include "engine/plan/plan_diags.def"
#include "lang/check/check_diags.def"
#include "lang/eval/eval_diags.def"
#include "lang/syntax/syntax_diags.def"
#undef DIAG
});

constexpr auto kExamples = std::to_array<std::pair<std::string_view, std::string_view>>({
#define EXAMPLE(code, text) {code, text},
#include "engine/cli/diagnostic_examples.def"
#undef EXAMPLE
});

}  // namespace

auto example_of(const KnownDiagnostic& one) -> std::string_view {
  const auto* found = std::ranges::find(kExamples, one.code, [](const auto& row) { return row.first; });
  return found == kExamples.end() ? std::string_view() : found->second;
}

auto known_diagnostics() -> std::span<const KnownDiagnostic> { return kKnown; }

auto find_diagnostic(std::string_view code) -> const KnownDiagnostic* {
  for (const KnownDiagnostic& one : kKnown) {
    if (one.code == code) return &one;
  }
  return nullptr;
}

}  // namespace weft::cli
