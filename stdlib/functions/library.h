// The door of the function library.
#pragma once

#include <vector>

#include "lang/value/function.h"

namespace weft::functions {

// Every library function, in no particular order; rows live as long as the program.
[[nodiscard]] auto library() -> std::vector<const Function*>;

}  // namespace weft::functions
