// All texts of a run, each with its name as people know it, and how byte offsets become lines and columns.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "lang/base/ids.h"

namespace weft {

struct SourceText {
  std::string name;  // path as shown in messages, relative to the fabric's folder where that is possible
  std::string text;  // as read; offsets count its bytes
  std::vector<uint32_t> line_starts;
};
using FileId = Id<SourceText>;

// Bytes [begin, end) of a file. An invalid file means "no place": a message about a flag, an input, the world.
struct Range {
  FileId file;
  uint32_t begin = 0;
  uint32_t end = 0;

  [[nodiscard]] auto valid() const -> bool { return file.valid(); }
  auto operator<=>(const Range&) const = default;
};

struct Position {
  uint32_t line = 1;  // 1-based
  uint32_t column = 1;  // 1-based, counts characters
};

class SourceMap {
 public:
  // The map owns the text; ids and views stay good as long as it lives.
  auto add(std::string name, std::string text) -> FileId;
  [[nodiscard]] auto name(FileId file) const -> std::string_view;
  [[nodiscard]] auto text(FileId file) const -> std::string_view;
  [[nodiscard]] auto text(Range range) const -> std::string_view;
  [[nodiscard]] auto position(FileId file, uint32_t offset) const -> Position;
  // The whole line (without its newline) that holds `offset`.
  [[nodiscard]] auto line_range(FileId file, uint32_t offset) const -> Range;
  // "network.fabric:31".
  [[nodiscard]] auto where(Range range) const -> std::string;
  [[nodiscard]] auto size() const -> uint32_t { return static_cast<uint32_t>(files_.size()); }

 private:
  std::deque<SourceText> files_;
};

}  // namespace weft
