// Where two sequences of lines or words differ.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace weft::draw {

// a[a_begin, a_end) became b[b_begin, b_end).
struct Hunk {
  size_t a_begin = 0, a_end = 0;
  size_t b_begin = 0, b_end = 0;
  auto operator==(const Hunk&) const -> bool = default;
};

// The fewest lines changed, in order; when that would take over a thousand, the middle as one hunk.
[[nodiscard]] auto hunks(const std::vector<std::string_view>& a, const std::vector<std::string_view>& b) -> std::vector<Hunk>;

// Lines without their newlines; a last line that is empty counts for nothing.
[[nodiscard]] auto lines_of(std::string_view text) -> std::vector<std::string_view>;
// Words and the white space between them.
[[nodiscard]] auto words_of(std::string_view text) -> std::vector<std::string_view>;

}  // namespace weft::draw
