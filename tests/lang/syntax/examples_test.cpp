#include <gtest/gtest.h>

#include "tests/lang/syntax/support.h"

namespace weft::syntax {
namespace {

TEST(Examples, ParseWithoutADiagnostic) {
  ASSERT_GE(examples().size(), 8U);
  for (const Example& example : examples()) {
    const Parsed parsed(example.text);
    EXPECT_EQ(parsed.report(), "") << example.name;
    EXPECT_FALSE(parsed.tree[parsed.tree.root].broken) << example.name;
  }
}

TEST(Examples, TokensAndGapsAreTheText) {
  for (const Example& example : examples()) {
    const Parsed parsed(example.text);
    EXPECT_EQ(printed(parsed.tree), example.text) << example.name;
  }
}

}  // namespace
}  // namespace weft::syntax
