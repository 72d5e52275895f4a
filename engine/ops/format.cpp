// weft fmt: settle the layout of files.
#include "lang/format/format.h"

#include <algorithm>

#include <fmt/format.h>

#include "engine/config/hidden_source.h"
#include "engine/ops/ops.h"
#include "lang/os/files.h"
#include "lang/syntax/parse.h"

namespace weft::ops {

namespace {

auto is_fabric_file(std::string_view name) -> bool { return name.ends_with(".fabric"); }
auto is_inputs_file(std::string_view name) -> bool { return name.ends_with(".inputs"); }

// The folder's files and those below it, without hidden folders.
auto all_files(const std::string& folder) -> Result<std::vector<std::string>> {
  auto hidden = [](std::string_view path) {
    size_t slash = path.rfind('/');
    return path.substr(slash == std::string_view::npos ? 0 : slash + 1).starts_with('.');
  };
  TRY(found, walk(real_files(), folder, {}, hidden));
  std::erase_if(found, [](const std::string& name) { return !is_fabric_file(name) && !is_inputs_file(name); });
  return found;
}

}  // namespace

auto format(World& world, const FormatRequest& request) -> FormatResult {
  FormatResult result;
  DiagSink problems;
  std::vector<std::string> names = request.files;
  if (names.empty()) {
    auto found = all_files(world.folder);
    if (!found) {
      result.failure = found.error();
      return result;
    }
    names = std::move(*found);
  }
  for (const std::string& name : names) {
    std::string path = join_path(world.folder, name);
    auto text = real_files().read(path, syntax::kMaxFileBytes);
    if (!text) {
      result.failure = text.error();
      break;
    }
    FileId file = result.sources->add(name, std::move(*text));
    DiagSink found;
    syntax::Tree tree = is_inputs_file(name) ? syntax::parse_inputs(*result.sources, file, found)
                                             : syntax::parse_file(*result.sources, file, found);
    bool wrong = found.errors() != 0;
    auto no_names = [](std::string_view) { return false; };
    if (is_inputs_file(name)) config::hide_source(*result.sources, file, no_names, found, problems);
    for (Diagnostic& diagnostic : found.take()) problems.add(std::move(diagnostic));
    if (wrong) continue;
    std::string settled = format::format(tree);
    if (settled == result.sources->text(file)) continue;
    if (!request.check) {
      auto info = real_files().info(path);
      auto written = info ? real_files().write_atomic(path, settled, info->mode) : Result<void>(std::unexpected(info.error()));
      if (!written) {
        result.failure = written.error();
        break;
      }
    }
    result.changed.push_back(name);
    result.texts.emplace_back(name, std::move(settled));
  }
  problems.sort(*result.sources);
  for (Diagnostic& diagnostic : problems.take()) {
    // Warnings are `check`'s business.
    if (diagnostic.severity == Severity::kError) result.diagnostics.push_back(std::move(diagnostic));
  }
  return result;
}

}  // namespace weft::ops
