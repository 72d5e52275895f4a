// The words of the language (words.def) and what can be said of a line without parsing it.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace weft::syntax {

enum class Word : uint8_t {
  kNone,  // an ordinary name
#define WORD(name, text, role) name,
#include "lang/syntax/words.def"
#undef WORD
};

[[nodiscard]] auto word_of(std::string_view name) -> Word;
[[nodiscard]] auto text_of(Word word) -> std::string_view;  // empty for kNone
[[nodiscard]] auto is_reserved(Word word) -> bool;
[[nodiscard]] auto is_declaration(Word word) -> bool;
[[nodiscard]] auto declaration_words() -> std::vector<std::string_view>;

[[nodiscard]] constexpr auto is_name_start(char c) -> bool {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
[[nodiscard]] constexpr auto is_digit(char c) -> bool { return c >= '0' && c <= '9'; }
[[nodiscard]] constexpr auto is_hex_digit(char c) -> bool { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
[[nodiscard]] constexpr auto is_name_char(char c) -> bool { return is_name_start(c) || is_digit(c); }
[[nodiscard]] auto is_name(std::string_view text) -> bool;

// Whether a declaration starts at `at`, judged by its first two tokens: `let x`, `check "…"`, `state {`, and those of
// Terraform (`data "…"`, `locals {`). Nothing inside brackets looks like that, so it tells that a bracket above was never closed.
[[nodiscard]] auto starts_declaration(std::string_view text, size_t at) -> bool;

// How far a line is indented and whether the byte at `at` is the first on its line that is no white space.
struct LineStart {
  bool first = false;
  uint32_t column = 0;  // bytes of white space before it
};
[[nodiscard]] auto line_start(std::string_view text, size_t at) -> LineStart;
// The white space that the line with the byte at `at` begins with.
[[nodiscard]] auto indentation_of_line(std::string_view text, size_t at) -> std::string_view;
// Where the line with the byte at `at` begins and ends (the line break not counted).
[[nodiscard]] auto line_begin(std::string_view text, size_t at) -> size_t;
[[nodiscard]] auto line_end(std::string_view text, size_t at) -> size_t;

}  // namespace weft::syntax
