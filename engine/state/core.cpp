#include "engine/state/core.h"

#include <map>
#include <mutex>

#include "engine/state/claims.h"
#include "engine/state/row_types.h"
#include "engine/state/seen.h"
#include "engine/state/soundness.h"

namespace weft::state {
namespace {

// The one place with memory beyond an object's life: which environments this process has open. A second mdb_env_open of
// a folder would drop the first one's locks when it closes.
struct OpenCores {
  std::mutex mutex;
  std::map<std::string, std::weak_ptr<Core>> by_path;
};
auto open_cores() -> OpenCores& {
  static OpenCores cores;
  return cores;
}

}  // namespace

auto check_history(Core& core, const OpenOptions& options) -> Result<void> {
  bool same = true;
  Result<void> seen;
  TRY_VOID(core.store->read([&](const Rows& rows) -> Result<void> {
    TRY(found, is_same_file(rows, core.folder));
    same = found;
    if (!options.accept_rewind) seen = check_seen(rows, options.variables);
    return {};
  }));
  if (!seen && !same) {
    seen.error().hint = "bring back the newer state; or, if this copy is the only one in use, go on with it: `weft state heal --moved --accept-rewind`, then look at everything again: `weft drift`";
  }
  if (!seen) return seen;
  if (same) return {};
  if (options.elsewhere == OpenOptions::Elsewhere::kRefuse) {
    return fail(Code::kConflict, "the state in " + core.folder.path() + " was moved here, restored or copied: its file is not the one that was last written",
                "if no other copy of it is in use, say that it was moved: `weft state heal --moved`; two copies in use would own the same objects");
  }
  auto noted = core.store->write([&](Rows& rows) -> Result<Outcome> {
    TRY_VOID(note_file(rows, core.folder));
    return Outcome::kCommit;
  });
  return noted ? Result<void>() : std::unexpected(noted.error());
}

namespace {

auto check_name(const Rows& rows, const OpenOptions& options) -> Result<void> {
  auto name = load_fabric_name(rows);
  if (name.empty() || options.fabric_name.empty() || options.renamed || name == options.fabric_name) return {};
  return fail(Code::kConflict, "this is the state of the fabric `" + name + "`, not of `" + options.fabric_name + "`",
              "go to the folder of `" + options.fabric_name + "`; or, if the fabric was renamed: `weft state heal --renamed`");
}

}  // namespace

auto open_core(const OpenOptions& options, const StoreOptions& store_options) -> Result<std::shared_ptr<Core>> {
  TRY(folder, StateFolder::open(options.folder, options.environment, options.create));
  auto& cores = open_cores();
  std::lock_guard lock(cores.mutex);
  auto& slot = cores.by_path[folder.path()];
  auto core = slot.lock();
  if (!core) {
    auto with = store_options;
    with.read_only = folder.read_only();
    TRY(store, Store::open(folder.path(), with));
    TRY_VOID(store->read(check_sound));
    core = std::make_shared<Core>(std::move(folder), std::move(store));
    slot = core;
  }
  TRY_VOID(core->store->read([&](const Rows& rows) { return check_name(rows, options); }));
  if (options.write) TRY_VOID(check_history(*core, options));
  return core;
}

auto run_info(const Rows& rows, const RunId& id, bool count) -> Result<RunInfo> {
  TRY(row, load_run(rows, id));
  if (!row) return fail(Code::kNotFound, "there is no run " + short_run(id));
  RunInfo info{.id = id,
               .verb = row->facts.verb,
               .owner = row->facts.owner,
               .host = row->facts.host,
               .command = row->facts.command,
               .begun_seq = row->begun_seq,
               .begun_ms = row->begun_ms,
               .last_n = row->last_n,
               .last_sign_ms = row->last_ms,
               .fenced = row->fenced,
               .ended = row->ended,
               .plan_digest = row->facts.plan_digest,
               .outcome = row->outcome,
               .summary = row->summary};
  if (!count) return info;
  Result<void> result;
  rows.scan(Table::kClaim, {}, [&](std::string_view, std::string_view bytes) {
    auto claim = claim_row(bytes);
    if (!claim) result = std::unexpected(claim.error());
    if (claim && claim->run == id) ++info.claims;
    return result.has_value();
  });
  TRY_VOID(result);
  rows.scan(Table::kOpen, {}, [&](std::string_view, std::string_view bytes) {
    auto intent = intent_row(bytes);
    if (!intent) result = std::unexpected(intent.error());
    if (intent && intent->run == id) ++info.open_intents;
    return result.has_value();
  });
  TRY_VOID(result);
  return info;
}

}  // namespace weft::state
