// One open environment of this process. LMDB must not be opened twice by one process, so every State on the same folder
// shares one of these.
#pragma once

#include <memory>

#include "engine/state/committer.h"
#include "engine/state/lmdb_store.h"
#include "engine/state/state.h"
#include "engine/state/state_folder.h"

namespace weft::state {

struct Core {
  Core(StateFolder where, std::unique_ptr<Store> opened) : folder(std::move(where)), store(std::move(opened)), committer(*store, folder) {}

  StateFolder folder;
  std::unique_ptr<Store> store;
  Committer committer;
};

// kNotFound, kUnsupported, kNewer, kCorrupt as State::open.
[[nodiscard]] auto open_core(const OpenOptions& options, const StoreOptions& store) -> Result<std::shared_ptr<Core>>;
// Before anything is written: whether this file, and this history, is the one that was last written here. kConflict.
[[nodiscard]] auto check_history(Core& core, const OpenOptions& options) -> Result<void>;
// For tests: with a small map, or with failures of the disk.
[[nodiscard]] auto open_state(const OpenOptions& options, const Clock& clock, const StoreOptions& store) -> Result<std::unique_ptr<State>>;

// The facts of a run as people see them.
[[nodiscard]] auto run_info(const Rows& rows, const RunId& id, bool count = true) -> Result<RunInfo>;

}  // namespace weft::state
