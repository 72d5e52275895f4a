// The drivers that are part of the program.
#pragma once

#include "lang/os/env.h"
#include "providers/api/registry.h"

namespace weft::cli {

void add_builtin_drivers(driver::Registry& registry, const Environment& environment);

}  // namespace weft::cli
