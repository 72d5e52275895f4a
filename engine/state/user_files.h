// Small files of this user outside every project: keys, and what was seen.
#pragma once

#include <string>
#include <string_view>

#include "lang/base/result.h"

namespace weft::state {

// Makes the folders on the way to `path` that are not there, each only for this user (0700), and durable.
[[nodiscard]] auto make_user_folders(const std::string& path) -> Result<void>;
// At most 256 bytes. kDenied when others can read it and `secret`.
[[nodiscard]] auto read_user_file(const std::string& path, bool secret) -> Result<std::string>;
// Written beside (0600, synced) and put in place whole: over an older one when `replace`, else only where none is, and
// one that is there already stays as it is.
[[nodiscard]] auto write_user_file(const std::string& path, std::string_view text, bool replace) -> Result<void>;

}  // namespace weft::state
