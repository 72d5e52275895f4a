// A drawing of many lines: indentation, notes in a column of their own, source lines at the right edge, wrapping.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "engine/view/look.h"

namespace weft::draw {

// One row before it is laid out.
struct Row {
  uint32_t indent = 0;
  Line left;
  std::string note;      // "create-only": in the notes' column of its block
  std::string source;    // "network.fabric:14": at the right edge
  Ink note_ink = Ink::kPlain;
  bool whole = false;    // never wrapped (quoted text)
  uint32_t hang = UINT32_MAX;  // indentation of further lines when wrapped; by default the row's own
};

class Page {
 public:
  explicit Page(const Look& look) : look_(look) {}

  // Rows laid out together: their notes share a column.
  void block(std::span<const Row> rows);
  void row(Row row);
  void line(Line line, uint32_t indent = 0);
  // Lines that are laid out already.
  void add(std::string_view lines) { text_ += lines; }
  // An empty line, unless one is there or nothing is above.
  void gap();
  [[nodiscard]] auto text() const -> const std::string& { return text_; }
  [[nodiscard]] auto look() const -> const Look& { return look_; }

 private:
  void put(const Row& row, size_t note_column);
  void write(const Line& line);
  // `hang`: indentation of the second line on.
  void wrapped(const Line& line, uint32_t hang);

  const Look look_;
  std::string text_;
};

// Columns of words, two spaces between them; the last is broken inside its column where it leaves room enough: tables of the state.
[[nodiscard]] auto table_width(std::span<const std::vector<std::string>> rows, const Look& look) -> size_t;
[[nodiscard]] auto table(std::span<const std::vector<std::string>> rows, const Look& look) -> std::string;

}  // namespace weft::draw
