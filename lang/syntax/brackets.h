// Between lexer and parser: makes brackets balanced, so that the parser never has to ask what a missing one does to
// the rest. Files whose brackets are balanced (nearly all) pass unchanged; else missing brackets become empty tokens at
// the place that the indentation tells, superfluous ones become kError, and each is reported.
#pragma once

#include "lang/syntax/problems.h"
#include "lang/syntax/tokens.h"

namespace weft::syntax {

void repair_brackets(Tokens& tokens, Problems& problems);

// Whether the token is the first of a declaration in the first column: there every bracket is closed.
[[nodiscard]] auto is_declaration_head(const Tokens& tokens, size_t index) -> bool;

}  // namespace weft::syntax
