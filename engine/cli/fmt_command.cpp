// weft fmt: settle the layout of files.
#include <fmt/format.h>

#include "engine/cli/session.h"
#include "engine/cli/verbs.h"
#include "engine/view/json_text.h"
#include "engine/view/page.h"
#include "engine/view/string_diff.h"
#include "engine/view/words.h"
#include "lang/base/text.h"

namespace weft::cli {

namespace {

// What would change, file by file.
auto difference(const ops::FormatResult& result, const draw::Look& look) -> std::string {
  draw::Page page(look);
  for (const auto& [name, text] : result.texts) {
    std::string_view before;
    for (uint32_t i = 0; i < result.sources->size(); ++i) {
      if (result.sources->name(FileId{i}) == name) before = result.sources->text(FileId{i});
    }
    page.line(draw::Line().add(name, draw::Ink::kBold));
    page.block(draw::line_rows(before, text, 2, true));
  }
  return page.text();
}

auto run_fmt(Session& session) -> int {
  bool only_check = session.args().has("--check") || session.args().has("--diff");
  ops::FormatResult result = ops::format(session.world(), {.check = only_check, .files = session.args().operands});
  int exit = session.report(result, false);
  if (session.args().has("--diff")) session.out(difference(result, session.out_look()));
  else for (const std::string& name : result.changed) session.out(name + "\n");
  if (session.log().any()) {
    session.log().write(draw::JsonObject().add("type", "info").add_list("changed", result.changed).members());
  }
  if (exit != kOk) return exit;
  if (only_check && !result.changed.empty()) {
    session.err(fmt::format("{} {} layout.  weft fmt settles it.\n", counted(result.changed.size(), "file"),
                            result.changed.size() == 1 ? "has another" : "have another"));
    return kDifferences;
  }
  return kOk;
}

}  // namespace

auto fmt_verb() -> Verb {
  return {.name = "fmt",
          .summary = "Settle the layout of fabric files. Only white space changes; a file with a syntax error is left alone.",
          .operands = {{"FILE", "files; without any, all of this folder and those below", true, true}},
          .examples = {{"weft fmt", "all files of the folder; names those that it rewrote"},
                       {"weft fmt --check", "change nothing, exit 2 when something would"},
                       {"weft fmt --diff main.fabric", "show what would change"}},
          .options = {{"Change", {{"--check", "", "change nothing; exit 2 when a file has another layout"},
                                  {"--diff", "", "change nothing; show what would change"}}},
                      {"Output", json_options()}},
          .exit = "0, or 1 on error; with --check or --diff 2 when files would change",
          .run = run_fmt};
}

}  // namespace weft::cli
