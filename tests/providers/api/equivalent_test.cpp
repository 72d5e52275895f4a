#include <gtest/gtest.h>

#include "providers/api/schema.h"

namespace weft::driver {
namespace {

auto s(std::string_view text) -> Value { return Value::string(text); }
auto i(int64_t n) -> Value { return Value::integer(n); }

struct Case {
  Equivalence equivalence;
  Value a, b;
  bool same;
};

class Equivalent : public ::testing::TestWithParam<Case> {};

TEST_P(Equivalent, BothWaysRound) {
  const auto& c = GetParam();
  EXPECT_EQ(equivalent(c.a, c.b, c.equivalence), c.same) << display_text(c.a) << " and " << display_text(c.b);
  EXPECT_EQ(equivalent(c.b, c.a, c.equivalence), c.same) << display_text(c.b) << " and " << display_text(c.a);
  EXPECT_TRUE(equivalent(c.a, c.a, c.equivalence));
}

const Case kCases[] = {
    {Equivalence::kExact, s("a"), s("a"), true},
    {Equivalence::kExact, s("a"), s("A"), false},
    {Equivalence::kExact, i(8), Value::number(8.0), true},
    {Equivalence::kExact, i(8), s("8"), false},
    {Equivalence::kExact, s("a").as_secret(), s("a"), true},
    {Equivalence::kExact, Value::null(), s(""), false},
    {Equivalence::kNumberText, s("8.0"), i(8), true},
    {Equivalence::kNumberText, s("8"), s("8.0"), true},
    {Equivalence::kNumberText, s("9007199254740993"), i(9007199254740993), true},
    {Equivalence::kNumberText, s("9007199254740993"), i(9007199254740992), false},
    {Equivalence::kNumberText, s("8x"), i(8), false},
    {Equivalence::kNumberText, Value::list({s("1"), i(2)}), Value::list({i(1), s("2")}), true},
    {Equivalence::kBooleanText, s("true"), Value::boolean(true), true},
    {Equivalence::kBooleanText, s("false"), Value::boolean(true), false},
    {Equivalence::kBooleanText, s("True"), Value::boolean(true), false},
    {Equivalence::kCase, s("Db.T3"), s("db.t3"), true},
    {Equivalence::kCase, s("a-b"), s("a_b"), false},
    {Equivalence::kTrailingDot, s("example.com."), s("example.com"), true},
    {Equivalence::kTrailingDot, s("."), s(""), false},
    {Equivalence::kTrailingDot, s("a.."), s("a"), false},
    {Equivalence::kJson, s(R"({"b":1,"a":[1.0]})"), s("{ \"a\": [1], \"b\": 1 }"), true},
    {Equivalence::kJson, s(R"({"a":1})"), s(R"({"a":2})"), false},
    {Equivalence::kJson, s("{"), s("{"), true},
    {Equivalence::kJson, s(R"({"a":"{\"b\":1}"})"), s(R"({"a":"{ \"b\":1}"})"), false},
    {Equivalence::kCidr, s("10.1.2.3/16"), s("10.1.0.0/16"), true},
    {Equivalence::kCidr, s("10.1.0.0/16"), s("10.1.0.0/17"), false},
    {Equivalence::kCidr, s("2001:DB8:0::/32"), s("2001:db8::/32"), true},
    {Equivalence::kCidr, s("192.0.2.1"), s("192.0.2.1/32"), true},
    {Equivalence::kCidr, s("nonsense"), s("other"), false},
    {Equivalence::kBase64, s("aGk="), s("aGk"), true},
    {Equivalence::kBase64, s("-_-_"), s("+/+/"), true},
    {Equivalence::kBase64, s("aGk="), s("aGo="), false},
    {Equivalence::kAbsentEmpty, Value::null(), s(""), true},
    {Equivalence::kAbsentEmpty, Value::null(), Value::list({}), true},
    {Equivalence::kAbsentEmpty, Value::object({{"a", Value::object({})}}), Value::null(), true},
    {Equivalence::kAbsentEmpty, Value::object({{"a", s("x")}, {"b", s("")}}), Value::object({{"a", s("x")}}), true},
    {Equivalence::kAbsentEmpty, Value::null(), Value::boolean(false), false},
    {Equivalence::kAbsentEmpty, Value::null(), i(0), false},
};
INSTANTIATE_TEST_SUITE_P(Cases, Equivalent, ::testing::ValuesIn(kCases));

TEST(EquivalentUnknown, IsNeverEquivalentNotEvenToItself) {
  Value unknown = Value::unknown({.type = Type::string()});
  for (auto equivalence : {Equivalence::kExact, Equivalence::kCase, Equivalence::kAbsentEmpty}) {
    EXPECT_FALSE(equivalent(unknown, unknown, equivalence));
    EXPECT_FALSE(equivalent(Value::list({unknown}), Value::list({s("a")}), equivalence));
  }
}

TEST(EquivalentSets, IgnoreOrderUnderTheEquivalence) {
  Value a = Value::set({s("B"), s("a")});
  Value b = Value::set({s("b"), s("A")});
  EXPECT_TRUE(equivalent(a, b, Equivalence::kCase));
  EXPECT_FALSE(equivalent(a, b, Equivalence::kExact));
}

}  // namespace
}  // namespace weft::driver
