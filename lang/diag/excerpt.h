// One source line made safe and straight for a terminal. Private to this room.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weft::excerpt {

// A line as it is drawn: tabs are spaces, control characters and those that turn the direction of writing are
// replaced, broken bytes too; in ASCII what is outside of it is spelt `\u{e9}`. What is drawn for byte `i` begins at
// column columns[i] (from 0); the last entry is the width of the whole.
struct Line {
  std::string text;
  std::vector<uint32_t> columns;

  [[nodiscard]] auto width() const -> uint32_t { return columns.back(); }
};
[[nodiscard]] auto draw(std::string_view source, bool ascii) -> Line;

// Columns [from, to) of a line that is too wide, with `…` where something is left out. A mark at column c of the line
// stands at column c - shift of the text.
struct Cut {
  std::string text;
  uint32_t shift = 0;
};
// The part around columns [begin, end) that fits into `room`.
[[nodiscard]] auto cut(const Line& line, uint32_t begin, uint32_t end, uint32_t room, bool ascii) -> Cut;

// A message for a terminal: control characters escaped, and in ASCII our own arrows and ellipses spelt out,
// anything else as its number.
// Newlines are kept for wrap().
[[nodiscard]] auto safe(std::string_view message, bool ascii) -> std::string;

// Broken at spaces to lines of at most `room` columns (0: only at newlines); a longer word stands alone.
[[nodiscard]] auto wrap(std::string_view text, size_t room) -> std::vector<std::string>;

}  // namespace weft::excerpt
