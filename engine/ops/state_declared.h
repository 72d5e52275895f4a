// What the files say of a record. Only the .cpp files of this room include it.
#pragma once

#include "engine/ops/ops.h"

namespace weft::ops {

// Fills in `declared` and `from` for the first record. Files with mistakes tell nothing.
void tell_declared(World& world, StateResult& result);

}  // namespace weft::ops
