// Words of the language for `weft docs`: declarations, words in expressions, arguments with @ (language_words.def).
#pragma once

#include <span>
#include <string_view>

namespace weft::cli {

struct LanguageWord {
  std::string_view name;         // "resource", "@protect"
  std::string_view form;         // how it is written
  std::string_view explanation;  // as of KnownDiagnostic
};

[[nodiscard]] auto language_words() -> std::span<const LanguageWord>;
// Null when it is none. Words that stand beside another lead to that one: `then` to `if`.
[[nodiscard]] auto find_language_word(std::string_view name) -> const LanguageWord*;

}  // namespace weft::cli
