#include "engine/ops/saved_pins.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include <fmt/core.h>

#include "engine/addr/address.h"
#include "engine/plan/diags.h"
#include "lang/base/digest.h"

namespace weft::ops {
namespace {

namespace fs = std::filesystem;
using Digests = std::map<std::string, std::string>;

constexpr uint64_t kMostRead = 256ull << 20;
constexpr std::string_view kExists = "exists:", kGlob = "glob:";

// Of a regular file; empty: there is none. Of a very large one its size and time stand for what is in it.
auto file_digest(const std::string& path) -> std::string {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return {};
  auto size = fs::file_size(path, error);
  if (error) return {};
  if (size > kMostRead) {
    auto time = fs::last_write_time(path, error);
    return fmt::format("{}:{}", size, error ? 0 : time.time_since_epoch().count());
  }
  auto text = config::read_text(path, kMostRead);
  return text ? hex(view(sha256(*text))) : std::string();
}

auto complete(const Workspace& workspace, const std::string& path) -> std::string {
  return (fs::path(workspace.fabric->folder()) / path).lexically_normal().string();
}

// Below the fabric's folder as people write it there.
auto shown(const Workspace& workspace, const std::string& path) -> std::string {
  std::error_code error;
  auto folder = fs::weakly_canonical(workspace.fabric->folder(), error).string() + "/";
  return path.starts_with(folder) ? path.substr(folder.size()) : path;
}

// Paths of the step that name a file to be read, not the object itself.
auto sources_of(const plan::Step& step, const driver::TypeSchema& type) -> std::vector<std::string> {
  std::vector<std::string> all;
  for (const auto& attribute : type.attributes) {
    if (attribute.format != "path" || std::ranges::find(type.identity, attribute.name) != type.identity.end()) continue;
    const Value* path = step.after.get(attribute.name);
    if (path != nullptr && path->is(ValueKind::kString) && !path->has_secret()) all.push_back(path->as_text().str());
  }
  return all;
}

auto members_of(const std::vector<state::Record>& records, const std::string& collection) -> std::vector<const state::Record*> {
  std::vector<const state::Record*> members;
  for (char separator : std::string_view(".[")) {
    auto prefix = collection + separator;
    auto at = std::ranges::lower_bound(records, prefix, {}, &state::Record::address);
    for (; at != records.end() && at->address.starts_with(prefix); ++at) {
      // An old object that awaits its removal is no member.
      auto around = addr::enclosing(at->address);
      if (!at->address.substr(around.back().size()).starts_with('#')) members.push_back(&*at);
    }
  }
  return members;
}

auto keyed(const Workspace& workspace, const std::string& address, const Value& value) -> std::string {
  if (workspace.state == nullptr || !workspace.state->keyring().has_data_key()) return {};
  auto digest = workspace.state->keyring().digest_text(value, "#lookup", address);
  return digest ? *digest : std::string();
}

}  // namespace

void pin_rest(Workspace& workspace, const plan::Plan& made, plan::SavedPlan& saved) {
  saved.configuration_files = workspace.fabric->file_digests();
  std::vector<std::string> unpinned;
  for (const auto& [name, digest] : saved.secret_inputs) {
    if (digest.empty()) unpinned.push_back(fmt::format("input `{}`", name));
  }
  for (const auto& [address, value] : workspace.planner->lookups()) {
    if (!value.has_secret()) continue;
    saved.lookups.erase(address);
    auto digest = keyed(workspace, address, value);
    if (digest.empty()) unpinned.push_back(fmt::format("lookup `{}`", address));
    saved.secret_lookups[address] = std::move(digest);
  }
  for (const auto& step : made.steps) {
    using plan::Action;
    bool sends = step.action == Action::kCreate || step.action == Action::kUpdate || step.action == Action::kReplace;
    const auto* type = workspace.planner->type(step.type);
    if (sends && type != nullptr) {
      for (const auto& path : sources_of(step, *type)) {
        // One that is not there yet is made by this very plan.
        if (auto digest = file_digest(complete(workspace, path)); !digest.empty()) saved.sources[path] = std::move(digest);
      }
    }
    for (const auto& dependency : workspace.planner->dependencies(step)) {
      if (!dependency.subtree || saved.collections.contains(dependency.address)) continue;
      auto& names = saved.collections[dependency.address];
      for (const auto* member : members_of(workspace.snapshot.records, dependency.address)) {
        names.push_back(member->address);
        saved.pins.emplace_back(member->address, member->version);
      }
    }
  }
  std::ranges::sort(saved.pins);
  auto [first, last] = std::ranges::unique(saved.pins, {}, &std::pair<std::string, uint64_t>::first);
  saved.pins.erase(first, last);
  for (const auto& what : unpinned) Report(workspace.problems, {}, plan::diags::NotPinned, {what});
}

auto configuration_moved(const Workspace& workspace, const plan::SavedPlan& saved) -> std::vector<std::string> {
  std::vector<std::string> details;
  const Digests& now = workspace.fabric->file_digests();
  for (const auto& [name, digest] : saved.configuration_files) {
    auto found = now.find(name);
    if (found == now.end()) details.push_back(name + "  is gone");
    else if (found->second != digest) details.push_back(name + "  changed");
  }
  for (const auto& [name, digest] : now) {
    if (!saved.configuration_files.empty() && !saved.configuration_files.contains(name)) details.push_back(name + "  is new");
  }
  return details;
}

auto files_moved(const Workspace& workspace, const plan::SavedPlan& saved, bool sent) -> std::vector<std::string> {
  std::vector<std::string> details;
  auto compare = [&](const std::string& path, const std::string& complete_path, const std::string& then) {
    auto now = file_digest(complete_path);
    if (now.empty()) details.push_back(path + "  is gone");
    else if (now != then) details.push_back(path + "  changed");
  };
  for (const auto& [key, then] : saved.files) {
    if (key.starts_with(kExists)) {
      std::error_code error;
      auto path = key.substr(kExists.size());
      if (fs::exists(path, error) != (then == "1")) details.push_back(shown(workspace, path) + (then == "1" ? "  is gone" : "  is there now"));
    } else if (!key.starts_with(kGlob)) {
      compare(shown(workspace, key), key, then);
    }
  }
  for (const auto& [path, then] : saved.sources) {
    if (sent) compare(path, complete(workspace, path), then);
  }
  return details;
}

auto collections_moved(const Workspace& workspace, const plan::SavedPlan& saved, const std::function<bool(uint64_t)>& is_own, bool resumed)
    -> std::vector<std::string> {
  std::vector<std::string> details;
  std::set<std::string_view> pinned;
  for (const auto& [address, version] : saved.pins) pinned.insert(address);
  for (const auto& [collection, then] : saved.collections) {
    std::set<std::string_view> there, before(then.begin(), then.end());
    for (const auto* member : members_of(workspace.snapshot.records, collection)) {
      there.insert(member->address);
      bool known = before.contains(member->address) || is_own(member->version);
      if (!known) details.push_back(fmt::format("{}  new in {}, which is read as a whole", member->address, collection));
    }
    for (const auto& member : then) {
      // That it went is told by its own pin.
      if (!pinned.contains(member) && !resumed && !there.contains(member)) details.push_back(fmt::format("{}  gone from {}", member, collection));
    }
  }
  return details;
}

auto answers_moved(const Workspace& workspace, const plan::SavedPlan& saved) -> std::vector<std::string> {
  std::vector<std::string> details;
  const auto& now = workspace.planner->files_read().digests;
  for (const auto& [key, digest] : saved.files) {
    auto found = now.find(key);
    if (key.starts_with(kGlob) && found != now.end() && found->second != digest) {
      details.push_back(fmt::format("{}  matches other files", key.substr(key.rfind(':') + 1)));
    }
  }
  const auto& lookups = workspace.planner->lookups();
  for (const auto& [address, digest] : saved.secret_lookups) {
    auto found = lookups.find(address);
    if (digest.empty() || found == lookups.end()) continue;
    if (keyed(workspace, address, found->second) != digest) details.push_back(fmt::format("lookup {}  gives something else now", address));
  }
  return details;
}

}  // namespace weft::ops
