// What is looked at before a state is trusted: format, the end of the log, and whether the file is still where it was.
#pragma once

#include "engine/state/rows.h"
#include "engine/state/state_folder.h"
#include "lang/base/result.h"

namespace weft::state {

// kNewer, or kCorrupt when one of the last 64 frames is damaged or breaks the chain of hashes.
[[nodiscard]] auto check_sound(const Rows& rows) -> Result<void>;

// Which file the tables were last seen in. A different one was moved here, restored or copied. Told by the inode: device
// numbers change when a machine starts again.
[[nodiscard]] auto note_file(Rows& rows, const StateFolder& folder) -> Result<void>;
void note_identity(Rows& rows, const FileIdentity& identity);
[[nodiscard]] auto is_same_file(const Rows& rows, const StateFolder& folder) -> Result<bool>;

}  // namespace weft::state
