#include <gtest/gtest.h>

#include "tests/lang/syntax/support.h"

namespace weft::syntax {
namespace {

// Every example with one token of these kinds taken out, one after the other.
void expect_one_error_without(std::initializer_list<TokenKind> kinds) {
  size_t tried = 0;
  for (const Example& example : examples()) {
    const Parsed whole(example.text);
    for (const Token& token : whole.tree.tokens.tokens) {
      if (std::ranges::find(kinds, token.kind) == kinds.end()) continue;
      if (whole.tree.tokens.text.substr(token.begin, 4).find("\"\"\"") != std::string_view::npos) continue;
      std::string text = example.text;
      text.erase(token.begin, token.end - token.begin);
      const Parsed parsed(std::move(text));
      ++tried;
      const Position at = whole.sources.position(whole.file, token.begin);
      EXPECT_EQ(parsed.problems.errors(), 1U) << example.name << ":" << at.line << ":" << at.column << "\n"
                                              << parsed.report();
    }
  }
  EXPECT_GT(tried, 100U);
}

TEST(Brackets, AMissingClosingBraceIsOneError) { expect_one_error_without({TokenKind::kRightBrace}); }
TEST(Brackets, AMissingOpeningBraceIsOneError) { expect_one_error_without({TokenKind::kLeftBrace}); }
TEST(Brackets, AMissingClosingBracketIsOneError) {
  expect_one_error_without({TokenKind::kRightBracket, TokenKind::kRightParen});
}
TEST(Brackets, AMissingOpeningBracketIsOneError) {
  expect_one_error_without({TokenKind::kLeftBracket, TokenKind::kLeftParen});
}
TEST(Brackets, AMissingQuoteOrEndOfAValueIsOneError) {
  expect_one_error_without({TokenKind::kTextBegin, TokenKind::kTextEnd, TokenKind::kInterpolationEnd});
}

}  // namespace
}  // namespace weft::syntax
