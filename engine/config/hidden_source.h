// Diagnostics in files of inputs. Any line of these may hold a secret, also one that could not be read as what it is, so none
// is shown: neither quoted by a drawing nor in the words of a message.
#pragma once

#include <functional>
#include <string_view>

#include "lang/diag/diagnostic.h"
#include "lang/source/source_map.h"

namespace weft::config {

// Sends all of `from` on to `to`; what speaks of `file` points to a twin of the same name, lines and columns, all of whose text
// is blank. Pieces in backticks that repeat words of the file are left out, unless `is_name` says that they are no secret. Fixes
// that do so go; others stay as they are, for the file itself.
void hide_source(SourceMap& sources, FileId file, const std::function<bool(std::string_view)>& is_name, DiagSink& from, DiagSink& to);

}  // namespace weft::config
