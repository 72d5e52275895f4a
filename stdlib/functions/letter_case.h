// Upper and lower case of letters, one code point to one: Latin, Greek, Cyrillic and Armenian. No locale, so
// the same text everywhere; letters that need more than one code point ("ß") stay as they are.
#pragma once

#include <string>
#include <string_view>

namespace weft::functions {

[[nodiscard]] auto to_upper(char32_t letter) -> char32_t;
[[nodiscard]] auto to_lower(char32_t letter) -> char32_t;
[[nodiscard]] auto is_letter_or_digit(char32_t code) -> bool;

[[nodiscard]] auto upper_text(std::string_view text) -> std::string;
[[nodiscard]] auto lower_text(std::string_view text) -> std::string;

}  // namespace weft::functions
