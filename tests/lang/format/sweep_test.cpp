// Texts made worse: what still parses is formatted without a change of meaning, once and for all.
#include <gtest/gtest.h>

#include "lang/format/format.h"
#include "tests/lang/mutate.h"
#include "tests/lang/syntax/support.h"

namespace weft::format {
namespace {

// Words and signs in their order, without the white space and commas that the layout is free to choose.
auto signs_of(const syntax::Tree& tree) -> std::string {
  std::string out;
  for (const syntax::Token& token : tree.tokens.tokens) {
    if (token.kind == syntax::TokenKind::kComma || token.kind == syntax::TokenKind::kEnd) continue;
    out += tree.tokens.text.substr(token.begin, token.end - token.begin);
    out += '\n';
  }
  return out;
}

TEST(Sweep, WhatStillParsesKeepsItsMeaning) {
  weft::test::Mutator mutator(7);
  size_t formatted = 0, broken = 0;
  for (const syntax::Example& example : syntax::examples()) {
    for (int i = 0; i < 90; ++i) {
      const std::string text = mutator.mutate(example.text);
      const syntax::Parsed before(text);
      if (before.problems.errors() > 0) {
        ++broken;
        continue;
      }
      ++formatted;
      const std::string once = format(before.tree);
      const syntax::Parsed after(once);
      ASSERT_EQ(after.problems.errors(), 0U) << example.name << "\n--- before\n" << text << "\n--- after\n" << once << after.report();
      ASSERT_EQ(signs_of(after.tree), signs_of(before.tree)) << example.name << "\n--- before\n" << text << "\n--- after\n" << once;
      ASSERT_EQ(format(after.tree), once) << example.name << "\n--- before\n" << text;
    }
  }
  EXPECT_GT(formatted, 50U);
  EXPECT_GT(broken, 200U);
}

}  // namespace
}  // namespace weft::format
