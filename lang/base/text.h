// Small helpers on UTF-8 text. Nothing here knows of fabrics.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weft {

// The candidate that `word` was most likely meant to be, or empty when none is near enough
// (edit distance with transposition ≤ a third of the length, at least 1; case and `_` count little).
[[nodiscard]] auto nearest(std::string_view word, std::span<const std::string_view> candidates)
    -> std::string_view;
[[nodiscard]] auto nearest(std::string_view word, std::span<const std::string> candidates)
    -> std::string_view;

[[nodiscard]] auto split(std::string_view text, char separator) -> std::vector<std::string_view>;
[[nodiscard]] auto join(std::span<const std::string> parts, std::string_view separator) -> std::string;
[[nodiscard]] auto trim(std::string_view text) -> std::string_view;

// First byte that is not well-formed UTF-8 (no surrogates, no overlong forms), or npos.
[[nodiscard]] auto first_invalid_utf8(std::string_view text) -> size_t;
// Appends the code point; `code` is a scalar value.
void append_utf8(std::string& out, char32_t code);
// Decodes the code point at `pos` and moves `pos` behind it. The text is valid UTF-8.
auto next_code_point(std::string_view text, size_t& pos) -> char32_t;
[[nodiscard]] auto count_code_points(std::string_view text) -> size_t;
// Terminal columns: wide characters count 2, combining marks 0, control characters 0.
[[nodiscard]] auto display_width(std::string_view text) -> size_t;

// "…" as a JSON string, quotes included; control characters and quotes escaped, UTF-8 kept.
[[nodiscard]] auto json_quote(std::string_view text) -> std::string;
// For a POSIX shell: as it is when that is safe, else in single quotes.
[[nodiscard]] auto shell_quote(std::string_view text) -> std::string;

// Order in which people expect names: runs of digits compare as numbers (w[2] before w[10]).
[[nodiscard]] auto natural_less(std::string_view a, std::string_view b) -> bool;
// 1200 → "1,200".
[[nodiscard]] auto with_thousands(uint64_t n) -> std::string;
// "1 error", "2 errors".
[[nodiscard]] auto counted(uint64_t n, std::string_view singular, std::string_view plural = {}) -> std::string;
// Shortest text that reads back as the same double, as in JSON: 8.5, 2e+30; whole values without a point.
[[nodiscard]] auto number_text(double value) -> std::string;

}  // namespace weft
