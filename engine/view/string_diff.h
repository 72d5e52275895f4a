// How two texts differ, in the form that fits them: ends cut, JSON by path, line by line, white space made visible.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/view/page.h"
#include "engine/view/value_text.h"

namespace weft::draw {

struct StringPair {
  std::string before, after;  // quoted, ends cut; `remark` is put behind
  std::string remark;         // "(only white space differs)", "(3.1 KiB, 2 places differ)"
};

// For one line: the equal ends of the later text cut to `…` where the cut is at a natural place.
[[nodiscard]] auto cut_pair(std::string_view before, std::string_view after, bool both = false, bool full = false) -> StringPair;
// Rows of a line-by-line difference, `indent` deep: "  13 - old", "  13 + new", each hunk after one line of context.
[[nodiscard]] auto line_rows(std::string_view before, std::string_view after, uint32_t indent, bool full) -> std::vector<Row>;
// Whether both read as JSON objects or arrays.
[[nodiscard]] auto json_pair(std::string_view before, std::string_view after) -> std::optional<std::pair<Value, Value>>;
// The text inside, when `text` is base64 of readable text of some length.
[[nodiscard]] auto base64_text(std::string_view text) -> std::optional<std::string>;
// The same text but for blanks, tabs, returns and newlines.
[[nodiscard]] auto only_space_differs(std::string_view before, std::string_view after) -> bool;
// Blanks as ·, tabs as ⇥, returns as ␍.
[[nodiscard]] auto visible_space(std::string_view text) -> std::string;

}  // namespace weft::draw
