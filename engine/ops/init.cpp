// weft init: starts a fabric in an empty folder, or makes an existing one ready. Nothing that exists is overwritten.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "engine/config/load.h"
#include "engine/ops/starters.h"
#include "engine/ops/workspace.h"
#include "lang/base/text.h"
#include "lang/os/files.h"

namespace weft::ops {

namespace {

// Lines that .gitignore should have.
constexpr auto kIgnored = std::to_array<std::string_view>({".weft/", "*.plan"});

auto add_ignored(const std::string& folder) -> Result<std::string> {
  std::string path = join_path(folder, ".gitignore");
  std::string text;
  uint32_t mode = 0644;
  bool is_new = !real_files().exists(path);
  if (!is_new) {
    TRY(read, real_files().read(path, 1u << 20));
    TRY(info, real_files().info(path));
    text = std::move(read);
    mode = info.mode;
  }
  auto lines = split(text, '\n');
  size_t added = 0;
  for (std::string_view wanted : kIgnored) {
    bool there = std::any_of(lines.begin(), lines.end(), [&](std::string_view line) { return trim(line) == wanted; });
    if (there) continue;
    if (!text.empty() && !text.ends_with('\n')) text += '\n';
    text += std::string(wanted) + "\n";
    ++added;
  }
  if (added == 0) return std::string();
  TRY_VOID(real_files().write_atomic(path, text, mode));
  return is_new ? std::string(".gitignore") : fmt::format(".gitignore ({})", counted(added, "line"));
}

}  // namespace

auto init(World& world, const InitRequest& request) -> InitResult {
  InitResult result;
  bool has_files = !config::fabric_files(world.folder).empty();
  auto served = [&](const Starter& one) { return one.provider.empty() || world.drivers.driver(one.provider) != nullptr; };
  std::string names;
  for (const Starter& one : starters()) {
    if (!served(one)) continue;
    result.choices.emplace_back(one.name, one.title);
    names += fmt::format("{}{}", names.empty() ? "" : ", ", one.name);
  }
  const Starter* starter = find_starter(request.from);
  if (!request.from.empty() && (starter == nullptr || !served(*starter))) {
    result.failure = starter == nullptr ? Failure{Code::kInvalid, fmt::format("there is nothing called `{}` to start from", request.from), "one of: " + names}
                                        : Failure{Code::kUnsupported, fmt::format("a fabric of `{}` cannot be started yet: its provider is not in this version", starter->provider), "one of: " + names};
    return result;
  }
  if (!has_files) {
    if (request.from.empty()) {
      result.needs_choice = true;
      return result;
    }
    std::string name = file_name(world.folder);
    std::string text = starter_text(*starter, config::is_fabric_name(name) ? name : "first");
    auto written = real_files().write_atomic(join_path(world.folder, "main.fabric"), text, 0644);
    if (!written) {
      result.failure = written.error();
      return result;
    }
    result.written.push_back(fmt::format("main.fabric ({})", counted(static_cast<size_t>(std::count(text.begin(), text.end(), '\n')), "line")));
  } else {
    // Modules by path need no fetching; that the files are good is worth knowing now.
    Workspace workspace(world, result);
    workspace.load();
    workspace.finish();
  }
  auto ignored = add_ignored(world.folder);
  if (!ignored) result.failure = ignored.error();
  else if (!ignored->empty()) result.written.push_back(*ignored);
  return result;
}

}  // namespace weft::ops
