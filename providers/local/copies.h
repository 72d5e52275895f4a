// What a copy takes over from its source beside the bytes.
#pragma once

#include <string_view>

#include "providers/local/kind.h"

namespace weft::local {

// The mode of a `local.File` with a `source`, for which none is written: 0600 where only its owner may look into that
// source. One look at the disk, at plan and at apply: a source that this plan makes is not there before. `folder` is the
// fabric's.
void mode_of_copy(std::string_view folder, const Prepare& item, Prepared& out);

}  // namespace weft::local
