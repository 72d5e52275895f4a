// weft check: find mistakes, offline.
#include <algorithm>

#include <fmt/format.h>

#include "engine/cli/documents.h"
#include "engine/cli/session.h"
#include "engine/cli/verbs.h"
#include "engine/cli/version.h"
#include "engine/view/json_text.h"
#include "lang/base/text.h"
#include "lang/diag/render.h"

namespace weft::cli {

namespace {

auto run_check(Session& session) -> int {
  ops::CheckResult result = ops::check(session.world(), {.fix = session.args().has("--fix")});
  int exit = session.report(result, false, false);
  if (session.args().has("--sarif") &&
      !write_document(session, session.args().get("--sarif"), render_sarif(*result.sources, result.diagnostics, program_version()))) {
    return kFailed;
  }
  std::string fixed = result.fixed > 0 ? fmt::format("{} fixed. ", counted(result.fixed, "mistake")) : "";
  if (exit == kOk && !result.failure) {
    session.out(fmt::format("{}{} checked{}.\n", fixed, counted(result.files, "file"),
                            result.diagnostics.empty() ? ": no mistakes" : ""));
  }
  bool placed = std::ranges::any_of(result.diagnostics, [](const Diagnostic& one) { return one.range.valid(); });
  std::string summary = placed || result.fixed > 0 ? render_summary(*result.sources, result.diagnostics) : "";
  if (!summary.empty()) session.err(fmt::format("\n{}{}\n", fixed, summary));
  if (session.log().any()) {
    session.log().closing(draw::JsonObject().add("files", result.files).add("fixed", result.fixed).members());
  }
  return exit;
}

}  // namespace

auto check_verb() -> Verb {
  return {.name = "check",
          .summary = "Find mistakes: names, types, attributes, modules. Offline; touches nothing but with --fix.",
          .examples = {{"weft check", "the fabric or module in this folder"},
                       {"weft check --fix", "mend what can be mended without a doubt"},
                       {"weft check --sarif check.sarif", "for code scanning"},
                       {"weft docs E0304", "what an error code means"}},
          .options = {{"Change", {{"--fix", "", "apply the first fix of every mistake that has one"}}},
                      {"Output", {{"--json", "", ""}, {"--json-to", "FILE", ""}, {"--sarif", "FILE", "diagnostics as SARIF 2.1.0"}}}},
          .exit = "0, or 1 when there are errors",
          .run = run_check};
}

}  // namespace weft::cli
