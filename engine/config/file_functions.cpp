#include "engine/config/file_functions.h"

#include <algorithm>
#include <filesystem>

#include <fmt/core.h>

#include "engine/config/load.h"
#include "lang/base/digest.h"
#include "lang/base/text.h"

namespace weft::config {

namespace fs = std::filesystem;

namespace {

constexpr size_t kMostMatches = 100'000;

auto is_below(const fs::path& path, const std::string& folder) -> bool {
  auto relative = path.lexically_relative(folder);
  return !relative.empty() && *relative.begin() != "..";
}

// `*` and `?` within one part of a path, `**` over any number of parts, `{a,b}` not.
auto matches_part(std::string_view pattern, std::string_view text) -> bool {
  size_t p = 0, t = 0, star = std::string_view::npos, mark = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      mark = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++mark;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

auto matches_path(std::span<const std::string_view> pattern, std::span<const std::string_view> path) -> bool {
  // reachable[j]: the pattern so far covers the first j parts of the path.
  std::vector<bool> reachable(path.size() + 1, false);
  reachable[0] = true;
  for (std::string_view part : pattern) {
    std::vector<bool> next(path.size() + 1, false);
    if (part == "**") {
      bool any = false;
      for (size_t j = 0; j <= path.size(); ++j) {
        any = any || reachable[j];
        next[j] = any;
      }
    } else {
      for (size_t j = 0; j < path.size(); ++j) next[j + 1] = reachable[j] && matches_part(part, path[j]);
    }
    reachable = std::move(next);
  }
  return reachable[path.size()];
}

}  // namespace

auto FileFunctions::inside(std::string_view path) const -> Result<std::string> {
  if (path.find('\0') != std::string_view::npos) return fail(Code::kInvalid, "the path holds a NUL character");
  std::error_code error;
  auto whole = fs::weakly_canonical(fs::path(module_folder_) / fs::path(path), error);
  if (error) return fail(Code::kInvalid, fmt::format("`{}`: {}", path, error.message()));
  if (!is_below(whole, module_folder_) && !is_below(whole, fabric_folder_)) {
    return fail(Code::kDenied, fmt::format("`{}` is outside the fabric's folder", path));
  }
  return whole.string();
}

auto FileFunctions::read_file(std::string_view path) -> Result<std::string> {
  TRY(whole, inside(path));
  auto text = read_text(whole);
  if (!text) return std::unexpected(text.error().in(fmt::format("`{}`", path)));
  read_.digests[whole] = hex(view(sha256(*text)));
  return text;
}

auto FileFunctions::file_exists(std::string_view path) -> Result<bool> {
  TRY(whole, inside(path));
  std::error_code error;
  bool there = fs::exists(whole, error);
  read_.digests["exists:" + whole] = there ? "1" : "0";
  return there;
}

auto FileFunctions::glob(std::string_view pattern) -> Result<std::vector<std::string>> {
  auto parts = split(pattern, '/');
  size_t fixed = 0;
  while (fixed < parts.size() && parts[fixed].find_first_of("*?") == std::string_view::npos) ++fixed;
  std::string base;
  for (size_t i = 0; i < fixed && i + 1 < parts.size(); ++i) base += (base.empty() ? "" : "/") + std::string(parts[i]);
  TRY(root, inside(base.empty() ? "." : base));
  std::vector<std::string> found;
  std::error_code error;
  size_t seen = 0;
  for (auto it = fs::recursive_directory_iterator(root, error); it != fs::recursive_directory_iterator(); it.increment(error)) {
    if (error) break;
    if (++seen > kMostMatches) return fail(Code::kInvalid, fmt::format("`{}`: more than {} files", pattern, kMostMatches));
    if (it->path().filename() == ".weft") {
      it.disable_recursion_pending();
      continue;
    }
    std::error_code ignored;
    if (!it->is_regular_file(ignored)) continue;
    auto relative = it->path().lexically_relative(module_folder_).string();
    if (matches_path(parts, split(relative, '/'))) found.push_back(relative);
  }
  std::sort(found.begin(), found.end());
  std::string all;
  for (const auto& name : found) all += name + "\n";
  read_.digests[fmt::format("glob:{}:{}", module_folder_, pattern)] = hex(view(sha256(all)));
  return found;
}

auto FileFunctions::absolute_path(std::string_view path) -> Result<std::string> {
  return (fs::path(module_folder_) / fs::path(path)).lexically_normal().string();
}

auto FileFunctions::render_template(std::string_view name, std::string_view text, const Value& names) -> Result<Value> {
  return render_(name, text, names);
}

}  // namespace weft::config
