// Copies of a state that can be trusted. `cp` of an open data.mdb is torn.
#pragma once

#include <string>

#include "engine/state/core.h"
#include "lang/base/result.h"

namespace weft::state {

// Into the empty folder `to` (0700, made when it is not there): data.mdb, durable. kExists when something is in it.
[[nodiscard]] auto backup_state(Core& core, const std::string& to) -> Result<void>;

}  // namespace weft::state
