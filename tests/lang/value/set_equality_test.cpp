// `==` of sets that hold ints beside numbers: what is equal does not stand in one order then.
#include <gtest/gtest.h>

#include <vector>

#include "lang/value/value.h"

namespace weft {
namespace {

auto numbered(int64_t from, int64_t to, bool as_numbers) -> std::vector<Value> {
  std::vector<Value> out;
  for (int64_t i = from; i < to; ++i) out.push_back(as_numbers ? Value::number(static_cast<double>(i)) : Value::integer(i));
  return out;
}

TEST(SetEquality, OfLargeMixedOnes) {
  constexpr int64_t kHalf = 100'000;
  auto first = numbered(0, kHalf, true), second = numbered(0, kHalf, false);
  for (auto& one : numbered(kHalf, 2 * kHalf, false)) first.push_back(one);
  for (auto& one : numbered(kHalf, 2 * kHalf, true)) second.push_back(one);
  auto a = Value::set(first), b = Value::set(second);
  EXPECT_EQ(equal(a, b), true);
  second.back() = Value::number(0.5);
  EXPECT_EQ(equal(a, Value::set(second)), false);
}

TEST(SetEquality, AtEveryDepth) {
  auto inner = [](Value value) { return Value::object({{"n", Value::list({Value::set({std::move(value), Value::string("x")})})}}); };
  auto a = Value::set({inner(Value::number(1)), inner(Value::integer(2))});
  auto b = Value::set({inner(Value::integer(1)), inner(Value::number(2))});
  EXPECT_EQ(equal(a, b), true);
  EXPECT_EQ(equal(a, Value::set({inner(Value::integer(1)), inner(Value::number(3))})), false);
}

TEST(SetEquality, OneThatStandsTwiceIsNotAnother) {
  EXPECT_EQ(equal(Value::set({Value::integer(1), Value::number(1)}), Value::set({Value::integer(1), Value::integer(2)})), false);
}

TEST(SetEquality, BeyondTheIntegers) {
  EXPECT_EQ(equal(Value::set({Value::number(1e300), Value::number(0.5)}), Value::set({Value::number(0.5), Value::number(1e300)})), true);
  EXPECT_EQ(equal(Value::set({Value::number(9223372036854775808.0), Value::integer(1)}), Value::set({Value::integer(INT64_MAX), Value::number(1)})), false);
}

}  // namespace
}  // namespace weft
