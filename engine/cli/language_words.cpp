#include "engine/cli/language_words.h"

#include <algorithm>
#include <array>
#include <utility>

namespace weft::cli {

namespace {

constexpr auto kWords = std::to_array<LanguageWord>({
#define WORD(name, form, explanation) {name, form, explanation},
#define ALSO(name, word)
#include "engine/cli/language_words.def"
#undef WORD
#undef ALSO
});

constexpr auto kAlso = std::to_array<std::pair<std::string_view, std::string_view>>({
#define WORD(name, form, explanation)
#define ALSO(name, word) {name, word},
#include "engine/cli/language_words.def"
#undef WORD
#undef ALSO
});

}  // namespace

auto language_words() -> std::span<const LanguageWord> { return kWords; }

auto find_language_word(std::string_view name) -> const LanguageWord* {
  const auto* also = std::ranges::find(kAlso, name, [](const auto& row) { return row.first; });
  if (also != kAlso.end()) name = also->second;
  const auto* found = std::ranges::find(kWords, name, &LanguageWord::name);
  return found == kWords.end() ? nullptr : found;
}

}  // namespace weft::cli
