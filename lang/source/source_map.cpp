#include "lang/source/source_map.h"

#include <algorithm>

#include "lang/base/text.h"

namespace weft {

namespace {
auto lines_of(std::string_view text) -> std::vector<uint32_t> {
  std::vector<uint32_t> starts{0};
  for (size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1)) {
    starts.push_back(static_cast<uint32_t>(at + 1));
  }
  return starts;
}
// Index of the line that holds `offset`; an offset behind the text counts to the last line.
auto line_index(const SourceText& source, uint32_t offset) -> size_t {
  auto after = std::upper_bound(source.line_starts.begin(), source.line_starts.end(), offset);
  return static_cast<size_t>(after - source.line_starts.begin()) - 1;
}
}  // namespace

auto SourceMap::add(std::string name, std::string text) -> FileId {
  CHECK(text.size() < UINT32_MAX);
  auto lines = lines_of(text);
  files_.push_back({.name = std::move(name), .text = std::move(text), .line_starts = std::move(lines)});
  return FileId{size() - 1};
}

auto SourceMap::name(FileId file) const -> std::string_view {
  CHECK(file.index < files_.size());
  return files_[file.index].name;
}

auto SourceMap::text(FileId file) const -> std::string_view {
  CHECK(file.index < files_.size());
  return files_[file.index].text;
}

auto SourceMap::text(Range range) const -> std::string_view {
  std::string_view whole = text(range.file);
  CHECK(range.begin <= range.end && range.end <= whole.size());
  return whole.substr(range.begin, range.end - range.begin);
}

auto SourceMap::position(FileId file, uint32_t offset) const -> Position {
  CHECK(file.index < files_.size());
  const SourceText& source = files_[file.index];
  offset = std::min(offset, static_cast<uint32_t>(source.text.size()));
  size_t line = line_index(source, offset);
  uint32_t start = source.line_starts[line];
  auto before = std::string_view(source.text).substr(start, offset - start);
  return {.line = static_cast<uint32_t>(line + 1), .column = static_cast<uint32_t>(count_code_points(before) + 1)};
}

auto SourceMap::line_range(FileId file, uint32_t offset) const -> Range {
  CHECK(file.index < files_.size());
  const SourceText& source = files_[file.index];
  size_t line = line_index(source, offset);
  uint32_t begin = source.line_starts[line];
  bool last = line + 1 == source.line_starts.size();
  auto end = last ? static_cast<uint32_t>(source.text.size()) : source.line_starts[line + 1] - 1;
  if (end > begin && source.text[end - 1] == '\r') --end;
  return {.file = file, .begin = begin, .end = end};
}

auto SourceMap::where(Range range) const -> std::string {
  if (!range.valid()) return {};
  return std::string(name(range.file)) + ':' + std::to_string(position(range.file, range.begin).line);
}

}  // namespace weft
