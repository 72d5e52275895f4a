// local.Directory: a folder. It is removed only when nothing is left in it.
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "lang/base/text.h"
#include "lang/os/errors.h"
#include "providers/local/disk.h"
#include "providers/local/kind.h"
#include "providers/local/paths.h"
#include "providers/local/values.h"

namespace weft::local {

namespace {

constexpr size_t kMostBlockers = 3;
constexpr size_t kMostNames = 1000;
constexpr int kTries = 10;  // each lost to somebody who took the folder above away at that very moment

auto observed(std::string_view path, const Seen& seen) -> Value {
  return merged(Value::null(), {{"path", Value::string(path)}, {"mode", Value::string(mode_text(seen.mode))}});
}

auto done(const std::string& path, const Seen& seen) -> Changed {
  Changed changed;
  changed.identity = merged(Value::null(), {{"path", Value::string(path)}});
  changed.observed = observed(path, seen);
  return changed;
}

auto found_of(const std::string& path, const Seen& seen) -> Found {
  Found found;
  found.identity = merged(Value::null(), {{"path", Value::string(path)}});
  found.observed = observed(path, seen);
  return found;
}

auto as_it_is(const std::string& path, const std::string& complete) -> ChangeResult {
  auto seen = look(complete, 0);
  if (!seen) return std::unexpected(failed(seen.error(), "read"));
  if (seen->kind != Seen::Kind::kFolder) {
    return std::unexpected(refused(FailureClass::kMoved, "`" + path + "` is no folder any more"));
  }
  return done(path, *seen);
}

// One that is there already is done if it is just as it is to be, else not ours to touch.
auto create(const std::string& path, const std::string& complete, uint32_t mode, const Step& step) -> ChangeResult {
  bool is_new = false;
  for (int left = kTries; left > 0 && !is_new; --left) {
    // What cannot be marked stays when this goes: it has no file whose record could remember it.
    auto made = make_parents(complete, step.fabric_id, step.operation_id);
    if (!made && made.error().code == Code::kNotFound && left > 1) continue;
    if (!made) return std::unexpected(failed(made.error(), "create"));
    is_new = ::mkdir(complete.c_str(), 0700) == 0;
    if (!is_new && errno != ENOENT) break;
  }
  if (is_new) {
    // mkdir() is cut down by the process's mask, this is not.
    auto set = change_mode(complete, mode);
    if (set) set = sync_folder_of(complete);
    if (!set) {
      auto failure = failed(set.error(), "create");
      failure.happened = Happened::kMaybe;
      return std::unexpected(failure);
    }
    return as_it_is(path, complete);
  }
  if (errno != EEXIST) return std::unexpected(failed(os_failure(errno, "making " + complete), "create"));
  auto seen = look(complete, 0);
  if (seen && seen->kind == Seen::Kind::kFolder && seen->mode == mode) {
    bool made_along = is_made_along(complete, step.fabric_id);
    take_mark(complete);
    return made_along ? done(path, *seen) : as_found(done(path, *seen), path);
  }
  bool is_folder = seen && seen->kind == Seen::Kind::kFolder;
  auto failure = refused(FailureClass::kExists,
                         "`" + path + (is_folder ? "` exists already with mode " + mode_text(seen->mode)
                                                 : "` exists already and is no folder"),
                         is_folder ? "" : "choose another path, or remove it");
  failure.operation = "create";
  failure.path = Path{}.member("path");
  return std::unexpected(failure);
}

auto remove(const std::string& path, const std::string& complete, const Step& step) -> ChangeResult {
  if (was_found(step)) return Changed{};
  auto seen = look(complete, 0);
  if (!seen) return std::unexpected(failed(seen.error(), "remove"));
  // Missing, or something else by now: ours is gone.
  if (seen->kind != Seen::Kind::kFolder) return Changed{};
  if (::rmdir(complete.c_str()) == 0) {
    if (auto synced = sync_folder_of(complete); !synced) return std::unexpected(failed(synced.error(), "remove"));
    take_parents(complete, step.fabric_id, {});
    return Changed{};
  }
  if (errno == ENOENT) return Changed{};
  if (errno != ENOTEMPTY && errno != EEXIST) {
    return std::unexpected(failed(os_failure(errno, "removing " + complete), "remove"));
  }
  auto failure = refused(FailureClass::kInUse, "`" + path + "` is not empty",
                         "remove what is in it, or write `@retain = true` to leave the folder");
  failure.operation = "remove";
  // What this plan removes inside goes before (standing): what is left is nobody's.
  failure.lasts = true;
  if (auto names = names_in(complete, kMostNames)) {
    if (names->size() > kMostBlockers) {
      bool all = names->size() <= kMostNames;
      failure.text += ": " + std::string(all ? "" : "more than ") + std::to_string(std::min(names->size(), kMostNames)) + " entries";
      names->resize(kMostBlockers);
    }
    for (const auto& name : *names) failure.blockers.push_back(path + "/" + name);
  }
  return std::unexpected(failure);
}

class DirectoryKind : public Kind {
 public:
  auto schema() const -> TypeSchema override {
    TypeSchema type;
    type.name = "local.Directory";
    type.documentation =
        "A folder on this machine; missing folders above it are made too, with mode 0755. It is removed only when it "
        "is empty, and empty folders that were made along with it or with a file go with it: what others put there is "
        "never deleted. A folder that was there already, with this mode, counts as made and stays when this is destroyed.";
    type.attributes = {
        formatted(replacing(required("path", "string", "Where; relative to the fabric's folder, or absolute.")), "path"),
        plain(with_default(formatted(optional("mode", "string", "Permissions in octal digits."), "mode"),
                           Value::string("0755"))),
    };
    type.identity = {"path"};
    type.unique = {{"path"}};
    type.in_use_blocks_remove = true;
    type.driver_diff = true;  // whether it is still marked as made along
    type.example =
        "resource out: local.Directory {\n"
        "  path = \"out\"\n"
        "  mode = \"0750\"\n"
        "}\n";
    return type;
  }

  void prepare(const Prepare& /*item*/, Prepared& out) const override {
    check_path(out, "path");
    check_mode(out);
  }

  auto standing(std::string_view folder, const driver::Identity& identity) const -> driver::Standing override {
    return path_standing(folder, identity);
  }

  auto read(Call call, Instance item) const -> Task<ReadState> override {
    std::string path = text_of(item.identity, "path");
    std::string complete = resolved(call, path);
    auto seen = co_await on_pool<Result<Seen>>(call.loop, [&] { return look(complete, 0); });
    ReadState state;
    if (!seen) {
      state.kind = ReadState::Kind::kFailed;
      state.failure = failed(seen.error(), "read");
    } else if (seen->kind == Seen::Kind::kFolder) {
      state.kind = ReadState::Kind::kPresent;
      state.observed = observed(path, *seen);
    } else if (seen->kind != Seen::Kind::kMissing) {
      state.kind = ReadState::Kind::kOther;
      state.why = "`" + path + "` is no folder any more";
    }
    co_return state;
  }

  // One that was adopted, or made along while it was not there, goes with the last thing in it as long as it has that mark.
  auto plan(Call call, Candidate item) const -> Task<Planned> override {
    Planned planned;
    planned.verdict = item.proposed;
    const Value* path = known(item.desired, "path");
    if (item.proposed != Verdict::kNone || path == nullptr) co_return planned;
    std::string complete = resolved(call, path->as_string());
    if (!co_await on_pool<bool>(call.loop, [&] { return is_made_along(complete); })) co_return planned;
    planned.verdict = Verdict::kUpdate;
    planned.why = "it was made along with what is in it, and would go with that";
    co_return planned;
  }

  auto change(Call call, Step step) const -> Task<ChangeResult> override {
    co_return co_await on_pool<ChangeResult>(call.loop, [&]() -> ChangeResult {
      const Value& named = step.change == Change::kRemove ? step.instance.identity : step.desired;
      std::string path = text_of(named, "path");
      std::string complete = resolved(call, path);
      uint32_t mode = mode_from(text_of(step.desired, "mode")).value_or(0755);
      if (step.change == Change::kRemove) return remove(path, complete, step);
      if (step.change == Change::kCreate) return create(path, complete, mode, step);
      auto seen = look(complete, 0);
      if (seen && seen->kind != Seen::Kind::kFolder) {
        return std::unexpected(refused(FailureClass::kNotFound, "`" + path + "` is gone"));
      }
      if (auto set = change_mode(complete, mode); !set) return std::unexpected(failed(set.error(), "update"));
      take_mark(complete);
      auto changed = as_it_is(path, complete);
      return changed && was_found(step) ? as_found(std::move(*changed), path) : std::move(changed);
    });
  }

  // The mode is set right after the folder is made; a kill in between leaves ours with 0700 and empty.
  auto settle(Call call, Settle item) const -> Task<Settled> override {
    const Step& step = item.step;
    co_return co_await on_pool<Settled>(call.loop, [&]() -> Settled {
      Settled settled;
      bool removal = step.change == Change::kRemove;
      std::string path = path_of(step);
      // An empty path would be the fabric's own folder.
      if (path.empty()) {
        settled.why = "which folder it was is not known any more";
        return settled;
      }
      std::string complete = resolved(call, path);
      auto seen = look(complete, 0);
      if (!seen) {
        settled.why = seen.error().text;
        return settled;
      }
      bool is_folder = seen->kind == Seen::Kind::kFolder;
      if (!removal && step.desired.is_null()) {
        bool asks = step.change == Change::kCreate && is_folder;
        if (step.change == Change::kCreate && seen->kind == Seen::Kind::kMissing) sweep_parents(complete, step.fabric_id, step.operation_id);
        settled.kind = asks ? Settled::Kind::kFound : Settled::Kind::kNotDone;
        settled.why = is_folder ? "a folder is there, and what it was to be is not known any more" : "the folder is not there";
        if (asks) settled.candidates.push_back(found_of(path, *seen));
        return settled;
      }
      uint32_t mode = mode_from(text_of(step.desired, "mode")).value_or(0755);
      if (!removal && step.change == Change::kCreate && is_folder && seen->mode == 0700 && mode != 0700) {
        auto names = names_in(complete, 0);
        if (names && names->empty() && change_mode(complete, mode)) seen = look(complete, 0);
      }
      bool is_done = removal ? !is_folder || was_found(step) : is_folder && seen && seen->mode == mode;
      settled.kind = is_done ? Settled::Kind::kDone : Settled::Kind::kNotDone;
      if (removal && seen && seen->kind == Seen::Kind::kMissing) take_parents(complete, step.fabric_id, {});
      if (step.change == Change::kCreate && seen && seen->kind == Seen::Kind::kMissing) sweep_parents(complete, step.fabric_id, step.operation_id);
      settled.why = is_folder ? "the folder is there" : "the folder is not there";
      if (is_done && !removal) settled.result = done(path, *seen);
      if (is_done && step.change == Change::kUpdate && was_found(step)) settled.result = as_found(std::move(settled.result), path);
      return settled;
    });
  }

  auto find(Call call, Find selector) const -> Task<FindResult> override {
    std::string path = text_of(selector.selector, "path");
    if (path.empty()) path = text_of(selector.selector, "id");
    if (!selector.working_folder.empty()) call.working_folder = selector.working_folder;
    std::string complete = resolved(call, path);
    auto seen = co_await on_pool<Result<Seen>>(call.loop, [&] { return look(complete, 0); });
    if (!seen) co_return std::unexpected(failed(seen.error(), "find"));
    std::vector<Found> out;
    if (seen->kind == Seen::Kind::kFolder && !path.empty()) {
      out.push_back(found_of(path, *seen));
    }
    co_return out;
  }
};

}  // namespace

auto make_directory() -> std::unique_ptr<Kind> { return std::make_unique<DirectoryKind>(); }

}  // namespace weft::local
