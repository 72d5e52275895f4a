// Folding the whole log a second time and comparing it with the tables (I8).
#pragma once

#include "engine/state/lmdb_store.h"
#include "lang/base/result.h"

namespace weft::state {

// kCorrupt names the first row that differs, or the first transaction that does not fold.
[[nodiscard]] auto verify_state(Store& store) -> Result<void>;

}  // namespace weft::state
