// `weft docs` knows every word of the language that this version has.
#include "engine/cli/language_words.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "engine/cli/diagnostics.h"

namespace weft::cli {
namespace {

enum class Role { kReserved, kDeclaration, kPlace };
using enum Role;

struct Word {
  std::string_view text;
  Role role;
};

constexpr auto kLanguage = std::to_array<Word>({
#define WORD(name, text, role) {text, role},
#include "lang/syntax/words.def"
#undef WORD
});

constexpr auto kArguments = std::to_array<std::string_view>({
#define META(name, takers) name,
#include "lang/check/meta_arguments.def"
#undef META
});

TEST(LanguageWords, EveryDeclarationAndReservedWordIsExplained) {
  for (const Word& word : kLanguage) {
    if (word.role == kPlace) continue;
    EXPECT_NE(find_language_word(word.text), nullptr) << word.text;
  }
}

TEST(LanguageWords, EveryArgumentIsExplained) {
  for (std::string_view name : kArguments) {
    EXPECT_NE(find_language_word("@" + std::string(name)), nullptr) << name;
  }
}

TEST(LanguageWords, TypesAndGivenNamesAreExplained) {
  for (std::string_view name : {"string", "int", "number", "bool", "duration", "size", "any", "list", "set", "map", "fabric.name", "fabric.env", "std", "weft", "members"}) {
    EXPECT_NE(find_language_word(name), nullptr) << name;
  }
}

TEST(LanguageWords, EachHasAFormAndAnExample) {
  for (const LanguageWord& word : language_words()) {
    EXPECT_FALSE(word.form.empty()) << word.name;
    EXPECT_NE(word.explanation.find("\n\n    "), std::string_view::npos) << word.name;
    EXPECT_EQ(std::ranges::count(language_words(), word.name, &LanguageWord::name), 1) << word.name;
  }
}

TEST(Diagnostics, EachHasAnExampleOnce) {
  for (const KnownDiagnostic& one : known_diagnostics()) {
    bool shows = one.explanation.find("\n    ") != std::string_view::npos;
    EXPECT_NE(shows, !example_of(one).empty()) << one.code << (shows ? " has one beside its explanation too" : " has none: engine/cli/diagnostic_examples.def");
  }
}

TEST(LanguageWords, WhatIsNoWordHasNone) {
  EXPECT_EQ(find_language_word("protect"), nullptr);
  EXPECT_EQ(find_language_word("@protected"), nullptr);
  EXPECT_EQ(find_language_word(""), nullptr);
}

}  // namespace
}  // namespace weft::cli
