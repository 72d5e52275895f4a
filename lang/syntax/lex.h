// Text becomes tokens (tokens.h). Every byte is in a token or in the gap between two; texts are always balanced:
// each kTextBegin has its kTextEnd, each kInterpolationBegin and kMarkBegin its end, though an end that is missing in
// the file is an empty token. Whether a newline separates is the parser's business.
#pragma once

#include "lang/diag/diagnostic.h"
#include "lang/source/source_map.h"
#include "lang/syntax/problems.h"
#include "lang/syntax/tokens.h"

namespace weft::syntax {

// `text` must be a view of a whole text of a SourceMap (the byte behind it is read; it is NUL).
[[nodiscard]] auto lex(std::string_view text, FileId file, Problems& problems) -> Tokens;
// A template file: one text from the first byte to the last, between two empty tokens.
[[nodiscard]] auto lex_template(std::string_view text, FileId file, Problems& problems) -> Tokens;
// A fabric file, for whoever wants to look at its tokens.
[[nodiscard]] auto lex(const SourceMap& sources, FileId file, DiagSink& problems) -> Tokens;

}  // namespace weft::syntax
