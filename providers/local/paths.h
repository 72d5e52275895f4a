// What `prepare` says of the attributes that File, Directory and Archive share.
#pragma once

#include <string_view>

#include "providers/local/kind.h"

namespace weft::local {

// Not empty, no null byte, not too long; nothing is said of one that is absent or unknown.
void check_path(Prepared& out, std::string_view attribute);
// Octal digits; "644" becomes "0644".
void check_mode(Prepared& out);

}  // namespace weft::local
