// Text becomes a tree. Works one file at a time, without global state; problems go to `problems`.
// Bounds (kMaxFileBytes, kMaxNesting) are errors, never crashes.
#pragma once

#include "lang/diag/diagnostic.h"
#include "lang/source/source_map.h"
#include "lang/syntax/tree.h"

namespace weft::syntax {

inline constexpr uint32_t kMaxFileBytes = 16u << 20;
inline constexpr uint32_t kMaxNesting = 256;

// A fabric file: declarations.
[[nodiscard]] auto parse_file(const SourceMap& sources, FileId file, DiagSink& problems) -> Tree;
// An *.inputs file: kFile whose children are kAttribute.
[[nodiscard]] auto parse_inputs(const SourceMap& sources, FileId file, DiagSink& problems) -> Tree;
// One expression and nothing after it (`--set`, console); root is the expression.
[[nodiscard]] auto parse_expression(const SourceMap& sources, FileId file, DiagSink& problems) -> Tree;
// The text of a template file (template.file): root is a kText whose pieces are the whole file, as in a text block
// without margin.
[[nodiscard]] auto parse_template(const SourceMap& sources, FileId file, DiagSink& problems) -> Tree;

}  // namespace weft::syntax
