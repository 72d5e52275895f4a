// What this machine has seen of a fabric's log, outside the project: a state that was put back from an old copy is told
// from one that is only old news.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/state/rows.h"
#include "engine/state/state.h"
#include "lang/base/result.h"
#include "lang/os/env.h"

namespace weft::state {

// ${XDG_STATE_HOME:-~/.local/state}/weft/seen/<fabric id>; nothing without a home folder.
[[nodiscard]] auto seen_file(const Environment& variables, std::string_view fabric_id) -> std::optional<std::string>;
// kConflict when the log ends before what was seen, or holds something else there. Nothing seen is no matter.
[[nodiscard]] auto check_seen(const Rows& rows, const Environment& variables) -> Result<void>;
// Best effort: a machine that cannot remember still works.
void note_seen(const Environment& variables, std::string_view fabric_id, const Tail& tail);

}  // namespace weft::state
