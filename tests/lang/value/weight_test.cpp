// What a value counts when it is written out whole, however much of it is shared.
#include "lang/value/weight.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace weft {
namespace {

TEST(Weight, CountsEveryValueAndItsText) {
  EXPECT_EQ(weight(Value::null()), 16u);
  EXPECT_EQ(weight(Value::integer(7)), 16u);
  EXPECT_EQ(weight(Value::string("four")), 20u);
  EXPECT_EQ(weight(Value::list({})), 16u);
  EXPECT_EQ(weight(Value::object({})), 16u);
  EXPECT_EQ(weight(Value::list({Value::string("four"), Value::integer(1)})), 16u + 20 + 16);
  EXPECT_EQ(weight(Value::object({{"key", Value::list({Value::null()})}})), 16u + 3 + 16 + 16);
  EXPECT_EQ(weight(Value::unknown({.origin = "somewhere"})), 16u);
}

TEST(Weight, OfASetIsThatOfWhatIsLeft) {
  EXPECT_EQ(weight(Value::set({Value::integer(1), Value::integer(1), Value::integer(2)})), 16u + 2 * 16);
}

TEST(Weight, MarksWeighNothing) {
  auto list = Value::list({Value::string("x").as_secret()});
  EXPECT_EQ(weight(list.as_secret()), 33u);
  EXPECT_EQ(weight(list.revealed()), 33u);
}

TEST(Weight, WhatIsSharedCountsAsOftenAsItStandsThere) {
  Value value = Value::list({Value::integer(1)});
  uint64_t expected = 32;
  for (int level = 0; level < 10; ++level) {
    value = Value::list(std::vector<Value>(10, value));
    expected = 16 + 10 * expected;
    EXPECT_EQ(weight(value), expected);
  }
  for (int level = 0; level < 100; ++level) value = Value::object({{"a", value}, {"b", value}});
  EXPECT_EQ(weight(value), kMostWeight);  // and no further: it never overflows
}

TEST(Weight, NestingIsOfTheDeepest) {
  EXPECT_EQ(nesting(Value::string("x")), 0u);
  EXPECT_EQ(nesting(Value::unknown({})), 0u);
  EXPECT_EQ(nesting(Value::list({})), 1u);
  EXPECT_EQ(nesting(Value::object({})), 1u);
  EXPECT_EQ(nesting(Value::list({Value::string("x"), Value::object({{"k", Value::set({Value::integer(1)})}}), Value::list({})})), 3u);
  Value deep;
  for (int level = 0; level < 66'000; ++level) {
    deep = Value::list({deep});
    ASSERT_EQ(nesting(deep), static_cast<uint32_t>(std::min(level + 1, 65'535)));
  }
  // Taken apart from the outside, for its end would go as deep as it is.
  while (nesting(deep) > 0) deep = Value(deep.elements()[0]);
}

}  // namespace
}  // namespace weft
