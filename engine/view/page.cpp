#include "engine/view/page.h"

#include <algorithm>
#include <utility>

namespace weft::draw {

namespace {

// The notes' column: three quarters to the right, or as far left as the longest note needs.
auto note_column(std::span<const Row> rows, const Look& look) -> size_t {
  size_t longest = 0;
  for (const Row& row : rows) longest = std::max(longest, shown_width(row.note, look));
  if (look.width < 40) return 0;
  size_t usual = look.width - 26;
  size_t needed = look.width > longest + 1 ? look.width - 1 - longest : 0;
  return std::min(usual, needed);
}

struct Word {
  Line line;        // without the spaces in front
  size_t spaces = 0;
};

auto column_widths(std::span<const std::vector<std::string>> rows, const Look& look) -> std::vector<size_t> {
  std::vector<size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], shown_width(row[i], look));
  }
  return widths;
}

auto longest_word(std::span<const std::vector<std::string>> rows, size_t column, const Look& look) -> size_t {
  size_t longest = 0;
  for (const auto& row : rows) {
    std::string_view rest = column < row.size() ? row[column] : std::string_view();
    while (!rest.empty()) {
      std::string_view word = rest.substr(0, rest.find(' '));
      longest = std::max(longest, shown_width(word, look));
      rest.remove_prefix(std::min(rest.size(), word.size() + 1));
    }
  }
  return longest;
}

// Every run of spaces may become a line break.
auto words_of(const Line& line) -> std::vector<Word> {
  std::vector<Word> words;
  bool open = false;
  size_t spaces = 0;
  for (const Piece& piece : line.pieces()) {
    for (size_t pos = 0; pos < piece.text.size();) {
      if (piece.text[pos] == ' ') {
        ++spaces;
        ++pos;
        open = false;
        continue;
      }
      size_t end = std::min(piece.text.find(' ', pos), piece.text.size());
      if (!open) words.push_back({{}, spaces});
      words.back().line.add(std::string_view(piece.text).substr(pos, end - pos), piece.ink);
      open = true;
      spaces = 0;
      pos = end;
    }
  }
  return words;
}

}  // namespace

void Page::write(const Line& line) {
  std::string bytes = line.paint(look_);
  // Nothing invisible at the end of a line.
  while (!bytes.empty() && bytes.back() == ' ') bytes.pop_back();
  text_ += bytes;
  text_ += '\n';
}

void Page::wrapped(const Line& line, uint32_t hang) {
  if (look_.width == 0 || line.width(look_) <= look_.width) {
    write(line);
    return;
  }
  Line out;
  size_t used = 0;
  bool first = true;
  for (const Word& word : words_of(line)) {
    size_t wide = word.line.width(look_);
    if (!first && used + word.spaces + wide > look_.width && used > hang) {
      write(out);
      out = Line(std::string(hang, ' '));
      used = hang;
    } else {
      out.add(std::string(word.spaces, ' '));
      used += word.spaces;
    }
    out.append(word.line);
    used += wide;
    first = false;
  }
  write(out);
}

void Page::put(const Row& row, size_t column) {
  Line line(std::string(row.indent, ' '));
  line.append(row.left);
  uint32_t hang = row.hang == UINT32_MAX ? row.indent : row.hang;
  if (!row.note.empty()) {
    if (look_.width == 0) line.add("  ").add(row.note, row.note_ink);
    else line.pad(look_, column, 2).add(row.note, row.note_ink);
  }
  if (row.source.empty()) {
    if (row.whole) write(line);
    else wrapped(line, hang);
    return;
  }
  if (look_.width == 0) {
    write(line.add("  ").add(row.source, Ink::kDim));
    return;
  }
  size_t wide = shown_width(row.source, look_);
  if (line.width(look_) + 2 + wide <= look_.width) {
    write(line.pad(look_, look_.width - wide, 2).add(row.source, Ink::kDim));
    return;
  }
  wrapped(line, hang);
  Line alone;
  write(alone.pad(look_, look_.width > wide ? look_.width - wide : 0).add(row.source, Ink::kDim));
}

void Page::block(std::span<const Row> rows) {
  size_t column = note_column(rows, look_);
  for (const Row& row : rows) put(row, column);
}

void Page::row(Row row) { block(std::span(&row, 1)); }

void Page::line(Line line, uint32_t indent) { row(Row{.indent = indent, .left = std::move(line)}); }

void Page::gap() {
  if (text_.empty() || text_.ends_with("\n\n")) return;
  text_ += '\n';
}

auto table_width(std::span<const std::vector<std::string>> rows, const Look& look) -> size_t {
  size_t sum = 0;
  for (size_t wide : column_widths(rows, look)) sum += wide + 2;
  return sum == 0 ? 0 : sum - 2;
}

auto table(std::span<const std::vector<std::string>> rows, const Look& look) -> std::string {
  std::vector<size_t> widths = column_widths(rows, look);
  // Columns that do not fit beside the others stand below them, in every row alike.
  constexpr size_t kBelow = 4;
  constexpr size_t kLastRoom = 24;  // that the last column needs to be broken beside the others
  struct Place {
    size_t column = 0;
    bool begins = false;  // a line of its own
  };
  std::vector<Place> places;
  size_t end = 0;
  for (size_t wide : widths) {
    bool last = places.size() + 1 == widths.size();
    bool breaks = last && end + kLastRoom <= look.width && end + longest_word(rows, widths.size() - 1, look) <= look.width;
    bool fits = end + wide <= look.width || breaks;
    bool begins = look.width > 0 && !places.empty() && !fits;
    places.push_back({begins ? kBelow : end, begins});
    end = places.back().column + wide + 2;
  }
  Page page(look);
  for (const auto& row : rows) {
    Line line;
    for (size_t i = 0; i < row.size(); ++i) {
      if (places[i].begins) page.row(Row{.left = std::exchange(line, Line()), .whole = true});
      line.pad(look, places[i].column, i == 0 || places[i].begins ? 0 : 2).add(row[i], i == 0 && &row != rows.data() ? Ink::kBold : Ink::kPlain);
    }
    bool beside = !places.empty() && !places.back().begins;
    page.row(Row{.left = line, .whole = !beside, .hang = beside ? static_cast<uint32_t>(places.back().column) : 0});
  }
  return page.text();
}

}  // namespace weft::draw
