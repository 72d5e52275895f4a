// Trimming what is older than the retention, and giving the room back to the disk.
#pragma once

#include "engine/state/core.h"
#include "engine/state/state.h"
#include "lang/base/result.h"
#include "lang/os/clock.h"

namespace weft::state {

// See State::compact. May be killed anywhere: the next call goes on.
[[nodiscard]] auto compact_state(Core& core, const Retention& retention, const Clock& clock) -> Result<Compacted>;

// The tables as they were before the floor, where there is one: what `verify` folds the log onto.
[[nodiscard]] auto load_base(const Rows& rows, Rows& into) -> Result<void>;
// Rows below the floor that an interrupted trimming may have left.
[[nodiscard]] auto is_left_over(Table table, std::string_view key, std::string_view value, uint64_t floor) -> bool;

}  // namespace weft::state
