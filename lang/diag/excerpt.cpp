#include "lang/diag/excerpt.h"

#include <array>
#include <utility>

#include "lang/base/text.h"

namespace weft::excerpt {

namespace {

constexpr uint32_t kTabStop = 4;

auto ellipsis(bool ascii) -> std::string_view { return ascii ? "..." : "…"; }

// Characters that a terminal would obey instead of show.
auto is_unsafe(char32_t code) -> bool {
  bool control = code < 0x20 || (code >= 0x7F && code < 0xA0);
  bool turns = (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069) || code == 0x200E ||
               code == 0x200F || code == 0x2028 || code == 0x2029;
  return control || turns;
}

void append_escaped(std::string& out, char32_t code) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string digits;
  do digits.insert(digits.begin(), kDigits[code & 15]);
  while ((code >>= 4) != 0);
  out.append("\\u{").append(digits).append("}");
}

struct Spelling {
  char32_t code;
  std::string_view text;
};
constexpr auto kAsciiSpellings = std::to_array<Spelling>({{U'→', "->"},
                                                          {U'×', "x"},
                                                          {U'…', "..."},
                                                          {U'–', "-"},
                                                          {U'±', "-/+"},
                                                          {U'─', "-"},
                                                          {U'│', "|"},
                                                          {U'├', "|-"},
                                                          {U'└', "\\-"},
                                                          {U'·', "."}});

auto ascii_spelling(char32_t code) -> std::string_view {
  for (const auto& spelling : kAsciiSpellings) {
    if (spelling.code == code) return spelling.text;
  }
  return {};
}

}  // namespace

auto draw(std::string_view source, bool ascii) -> Line {
  Line line;
  line.columns.reserve(source.size() + 1);
  uint32_t column = 0;
  for (size_t pos = 0; pos < source.size();) {
    size_t begin = pos;
    char32_t code = next_code_point(source, pos);
    line.columns.insert(line.columns.end(), pos - begin, column);
    if (code == '\t') {
      uint32_t next = (column / kTabStop + 1) * kTabStop;
      line.text.append(next - column, ' ');
      column = next;
    } else if (is_unsafe(code) || code == 0xFFFD) {
      line.text += ascii ? "?" : "\uFFFD";
      ++column;
    } else if (ascii && code >= 0x80) {
      // Spelt by its number, and not as something that the file does not say.
      size_t before = line.text.size();
      append_escaped(line.text, code);
      column += static_cast<uint32_t>(line.text.size() - before);
    } else {
      std::string_view as_written = source.substr(begin, pos - begin);
      line.text += as_written;
      column += static_cast<uint32_t>(display_width(as_written));
    }
  }
  line.columns.push_back(column);
  return line;
}

auto cut(const Line& line, uint32_t begin, uint32_t end, uint32_t room, bool ascii) -> Cut {
  if (line.width() <= room) return {.text = line.text, .shift = 0};
  auto dots = static_cast<uint32_t>(display_width(ellipsis(ascii)));
  uint32_t from = 0;
  // Without the beginning only when the marked part would fall out at the end; then a third of the room stands
  // before the mark.
  if (end + dots > room && begin > room / 3) from = begin - room / 3;
  uint32_t to = from + room;
  Cut out;
  uint32_t column = 0;
  uint32_t drawn = 0;
  if (from > 0) {
    out.text = ellipsis(ascii);
    drawn = dots;
    from += dots;
  }
  bool more = line.width() > to;
  uint32_t last = more ? to - dots : to;
  bool first = true;
  for (size_t pos = 0; pos < line.text.size();) {
    size_t start = pos;
    next_code_point(line.text, pos);
    auto piece = std::string_view(line.text).substr(start, pos - start);
    auto width = static_cast<uint32_t>(display_width(piece));
    if (column >= from && column + width <= last) {
      // A wide character may be cut in half by the edge: a space stands for its rest.
      if (std::exchange(first, false) && column > from) {
        out.text.append(column - from, ' ');
        drawn += column - from;
      }
      out.text += piece;
      drawn += width;
    }
    column += width;
  }
  if (more) out.text.append(ellipsis(ascii));
  out.shift = from > 0 ? from - dots : 0;
  return out;
}

auto safe(std::string_view message, bool ascii) -> std::string {
  std::string out;
  for (size_t pos = 0; pos < message.size();) {
    size_t begin = pos;
    char32_t code = next_code_point(message, pos);
    std::string_view spelling = ascii ? ascii_spelling(code) : std::string_view();
    if (!spelling.empty()) {
      out += spelling;
    } else if (code == '\n') {
      out += '\n';
    } else if (code == '\t') {
      out += "\\t";
    } else if (is_unsafe(code) || (ascii && code >= 0x80 && code != 0xFFFD)) {
      append_escaped(out, code);
    } else {
      out += code == 0xFFFD ? (ascii ? "?" : "\uFFFD") : message.substr(begin, pos - begin);
    }
  }
  return out;
}

auto wrap(std::string_view text, size_t room) -> std::vector<std::string> {
  std::vector<std::string> lines;
  for (std::string_view paragraph : split(text, '\n')) {
    if (room == 0) {
      lines.emplace_back(paragraph);
      continue;
    }
    std::string line;
    size_t width = 0;
    bool begun = false;
    for (std::string_view word : split(paragraph, ' ')) {
      size_t word_width = display_width(word);
      if (begun && width + 1 + word_width > room) {
        lines.push_back(std::exchange(line, {}));
        width = 0;
        begun = false;
      }
      if (std::exchange(begun, true)) {
        line += ' ';
        ++width;
      }
      line += word;
      width += word_width;
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace weft::excerpt
