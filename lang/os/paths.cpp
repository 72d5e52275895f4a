#include <algorithm>

#include "lang/os/files.h"

namespace weft {

namespace {

struct Walk {
  const Files& files;
  const std::string& root;
  const WalkLimits& limits;
  const std::function<bool(std::string_view)>& skip;
  std::vector<std::string> found;
  size_t seen = 0;

  auto folder(const std::string& relative, size_t depth) -> Result<void> {
    if (depth > limits.most_depth) {
      return fail(Code::kInvalid, "listing " + join_path(root, relative) + ": folders in each other deeper than " +
                                      std::to_string(limits.most_depth));
    }
    TRY(entries, files.list(join_path(root, relative)));
    for (const auto& entry : entries) {
      if (++seen > limits.most_entries) {
        return fail(Code::kInvalid,
                    "listing " + root + ": more than " + std::to_string(limits.most_entries) + " entries");
      }
      std::string path = join_path(relative, entry.name);
      if (skip != nullptr && skip(path)) continue;
      if (entry.kind == FileKind::kFolder) {
        TRY_VOID(folder(path, depth + 1));
      } else {
        found.push_back(std::move(path));
      }
    }
    return {};
  }
};

}  // namespace

auto walk(const Files& files, const std::string& root, const WalkLimits& limits,
          const std::function<bool(std::string_view)>& skip) -> Result<std::vector<std::string>> {
  Walk walk{.files = files, .root = root, .limits = limits, .skip = skip, .found = {}};
  TRY_VOID(walk.folder("", 0));
  std::sort(walk.found.begin(), walk.found.end());
  return std::move(walk.found);
}

auto join_path(std::string_view folder, std::string_view name) -> std::string {
  if (folder.empty() || folder == "." || name.starts_with('/')) return std::string(name.empty() ? folder : name);
  std::string out(folder);
  if (name.empty()) return out;
  if (!out.ends_with('/')) out += '/';
  return out.append(name);
}

auto folder_of(std::string_view path) -> std::string {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return ".";
  while (slash > 0 && path[slash - 1] == '/') --slash;
  return std::string(slash == 0 ? "/" : path.substr(0, slash));
}

auto file_name(std::string_view path) -> std::string {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  size_t slash = path.rfind('/');
  return std::string(slash == std::string_view::npos || path.size() == 1 ? path : path.substr(slash + 1));
}

}  // namespace weft
