// A test of functions is a table: expressions and what they are equal to, or how they fail.
#pragma once

#include <gtest/gtest.h>

#include <vector>

#include "tests/stdlib/functions/small_evaluator.h"

namespace weft::testing {

struct Row {
  const char* expression;
  const char* result;  // an expression, or the failure's text
};

inline void expect_equal(const std::vector<Row>& rows, const Names& names = {}) {
  for (const auto& row : rows) {
    auto value = evaluate(row.expression, names);
    auto wanted = evaluate(row.result, names);
    ASSERT_TRUE(wanted.has_value()) << row.result << ": " << wanted.error().text;
    ASSERT_TRUE(value.has_value()) << row.expression << ": " << value.error().text;
    EXPECT_EQ(equal(*value, *wanted), true) << row.expression << " is " << display_text(*value);
  }
}

inline void expect_failure(const std::vector<Row>& rows, const Names& names = {}) {
  for (const auto& row : rows) {
    auto value = evaluate(row.expression, names);
    ASSERT_FALSE(value.has_value()) << row.expression << " is " << display_text(*value);
    EXPECT_EQ(value.error().text, row.result) << row.expression;
  }
}

// The result as people see it: for unknowns and secrets, which equal nothing.
inline void expect_shown(const std::vector<Row>& rows, const Names& names) {
  for (const auto& row : rows) {
    auto value = evaluate(row.expression, names);
    ASSERT_TRUE(value.has_value()) << row.expression << ": " << value.error().text;
    EXPECT_EQ(display_text(*value), row.result) << row.expression;
  }
}

}  // namespace weft::testing
