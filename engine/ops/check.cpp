// weft check: find mistakes, offline; with --fix, apply what can be mended by itself.
#include <algorithm>
#include <map>

#include "engine/ops/workspace.h"
#include "lang/os/files.h"

namespace weft::ops {

namespace {

// Applies the first fix of each diagnostic that has one; edits that overlap an earlier one wait for the next round.
auto apply_fixes(World& world, const SourceMap& sources, const std::vector<Diagnostic>& diagnostics) -> Result<size_t> {
  std::map<FileId, std::vector<Edit>> edits;
  size_t fixed = 0;
  for (const auto& diagnostic : diagnostics) {
    if (diagnostic.fixes.empty()) continue;
    bool clear = true;
    for (const Edit& edit : diagnostic.fixes.front().edits) {
      if (!edit.range.valid()) clear = false;
      for (const Edit& other : edits[edit.range.file]) {
        clear = clear && (edit.range.end <= other.range.begin || other.range.end <= edit.range.begin) && !(edit.range == other.range);
      }
    }
    if (!clear) continue;
    for (const Edit& edit : diagnostic.fixes.front().edits) edits[edit.range.file].push_back(edit);
    ++fixed;
  }
  for (auto& [file, list] : edits) {
    if (list.empty()) continue;
    std::sort(list.begin(), list.end(), [](const Edit& a, const Edit& b) { return a.range.begin > b.range.begin; });
    std::string text(sources.text(file));
    for (const Edit& edit : list) text.replace(edit.range.begin, edit.range.end - edit.range.begin, edit.new_text);
    auto path = world.folder + "/" + std::string(sources.name(file));
    TRY(info, real_files().info(path));
    TRY_VOID(real_files().write_atomic(path, text, info.mode));
  }
  return fixed;
}

}  // namespace

auto check(World& world, const CheckRequest& request) -> CheckResult {
  CheckResult result;
  // Mending one mistake may uncover another; a few rounds are enough, and each must make progress.
  for (int round = 0; round < 8; ++round) {
    result.diagnostics.clear();
    result.sources = std::make_shared<SourceMap>();
    Workspace workspace(world, result);
    workspace.load();
    result.files = workspace.fabric->file_count();
    workspace.finish();
    if (!request.fix) break;
    auto fixed = apply_fixes(world, *result.sources, result.diagnostics);
    if (!fixed) {
      result.failure = fixed.error();
      break;
    }
    result.fixed += *fixed;
    if (*fixed == 0) break;
  }
  return result;
}

}  // namespace weft::ops
