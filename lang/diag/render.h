// The drawings of diagnostics. All of them write the same facts in the same order.
#pragma once

#include <span>
#include <string>

#include "lang/diag/diagnostic.h"

namespace weft {

struct RenderOptions {
  bool color = false;
  bool ascii = false;    // no character outside ASCII
  uint32_t width = 0;    // columns; 0: nothing is cut or wrapped
  size_t most = 50;      // diagnostics drawn; the rest is a count
};

// Text with the quoted source lines, an empty line between two diagnostics, as in docs/cli.md.
[[nodiscard]] auto render_text(const SourceMap& sources, std::span<const Diagnostic> diagnostics,
                               const RenderOptions& options) -> std::string;
// "5 errors in 3 files; 4 have a fix: weft check --fix. More on one: weft docs E0304." or empty.
[[nodiscard]] auto render_summary(const SourceMap& sources, std::span<const Diagnostic> diagnostics) -> std::string;
// The members of one JSON object without braces: "severity":…,"code":…; the caller adds its own envelope.
[[nodiscard]] auto render_json_members(const SourceMap& sources, const Diagnostic& diagnostic) -> std::string;
// A whole SARIF 2.1.0 document.
[[nodiscard]] auto render_sarif(const SourceMap& sources, std::span<const Diagnostic> diagnostics,
                                std::string_view tool_version) -> std::string;

}  // namespace weft
