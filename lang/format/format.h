// The one layout (`weft fmt`): only white space changes, no comment is lost, and formatting twice changes nothing.
#pragma once

#include <string>

#include "lang/syntax/tree.h"

namespace weft::format {

// The whole file in the settled layout. The tree must come from parse_file or parse_inputs without errors; a file with
// a syntax error is never touched, so callers check first.
[[nodiscard]] auto format(const syntax::Tree& tree) -> std::string;

}  // namespace weft::format
