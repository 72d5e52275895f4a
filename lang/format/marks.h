// What the tree says about single tokens, so that the printer can walk tokens alone.
#pragma once

#include <cstdint>
#include <vector>

#include "lang/syntax/tree.h"

namespace weft::format {

struct Mark {
  bool entry = false;          // begins a declaration, entry, element, argument, arm or member
  bool tight_before = false;   // no space before: a call's `(`, an index's `[`, `<` of list<…>, `?` of a type
  bool tight_after = false;    // no space after: a sign, `<` of list<…>, a spread's `...`
  bool aligned = false;        // the `=` or `=>` of an entry
  bool comprehension = false;  // an opening bracket of [for …] or {for …}
  bool body = false;           // the `{` of a declaration's body: its content counts from the declaration's first line
  bool elements = false;       // an opening bracket whose elements end in commas: list, arguments, parameters
};

// One for each token.
[[nodiscard]] auto marks_of(const syntax::Tree& tree) -> std::vector<Mark>;

}  // namespace weft::format
