#include "lang/value/value.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "tests/lang/value/family.h"

namespace weft {
namespace {

using testing::Family;

auto text(std::string_view text) -> Value {
  return Value::string(text);
}
auto number(int64_t n) -> Value {
  return Value::integer(n);
}

TEST(ValueTest, HandlesAreSmallAndShareTheirPayload) {
  EXPECT_EQ(sizeof(Value), 16U);
  EXPECT_EQ(sizeof(Field), 24U);
  Value list = Value::list({text("a"), number(2)});
  Value copy = list;
  EXPECT_EQ(copy.elements().data(), list.elements().data());
  Value moved = std::move(copy);
  EXPECT_TRUE(copy.is_null());  // NOLINT: what a moved-from value is, is promised
  EXPECT_EQ(moved.elements()[0].as_string(), "a");
  moved = list.elements()[1];
  EXPECT_EQ(moved.as_int(), 2);
  EXPECT_EQ(list.length(), 2U);
}

TEST(ValueTest, AssigningAnInsideToItsOwnerKeepsItAlive) {
  Value value = Value::list({Value::list({text("inner")})});
  value = value.elements()[0];
  value = value.elements()[0];
  EXPECT_EQ(value.as_string(), "inner");
  Value& self = value;
  value = self;
  EXPECT_EQ(value.as_string(), "inner");
}

TEST(ValueTest, CopiesMayBeMadeAndDroppedInManyThreads) {
  Value shared = Value::object({{"k", Value::list({text("long enough to be counted")})}});
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&shared] {
      for (int round = 0; round < 20000; ++round) {
        Value copy = *shared.get("k");
        Value inner = copy.elements()[0];
        if (inner.as_string().size() != 25) std::abort();
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(shared.get("k")->length(), 1U);
}

TEST(ValueTest, ObjectsFindTheirMembers) {
  std::vector<Field> fields;
  for (int i = 999; i >= 0; --i) fields.push_back({"key" + std::to_string(i), number(i)});
  Value object = Value::object(std::move(fields));
  ASSERT_EQ(object.length(), 1000U);
  for (int i = 0; i < 1000; ++i) {
    const Value* found = object.get("key" + std::to_string(i));
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(found->as_int(), i);
  }
  EXPECT_EQ(object.get("key"), nullptr);
  EXPECT_EQ(object.get("key9990"), nullptr);
  EXPECT_EQ(number(1).get("key1"), nullptr);
  EXPECT_EQ(Value::object({}).get(""), nullptr);
}

TEST(ValueTest, SetsAreSortedAndHaveNoDoubles) {
  Value set = Value::set({text("b"), text("a"), number(3), text("b"), number(-1), Value::null()});
  EXPECT_EQ(display_text(set), R"([null, -1, 3, "a", "b"])");
  EXPECT_EQ(set, Value::set({number(-1), text("a"), text("b"), Value::null(), number(3)}));
}

TEST(ValueTest, SetsOfTheSameElementsAreTheSameInAnyOrder) {
  for (uint64_t seed = 0; seed < 200; ++seed) {
    Family family(seed);
    std::vector<Value> all;
    for (uint64_t left = family.next(12); left > 0; --left) all.push_back(family.value(2, false));
    Value forwards = Value::set(all);
    std::vector<Value> backwards(all.rbegin(), all.rend());
    backwards.insert(backwards.end(), all.begin(), all.end());
    ASSERT_EQ(forwards, Value::set(backwards)) << display_text(forwards);
    for (size_t i = 1; i < forwards.length(); ++i) {
      ASSERT_TRUE(canonical_less(forwards.elements()[i - 1], forwards.elements()[i]));
    }
    for (const auto& one : all) {
      ASSERT_EQ(std::ranges::count(forwards.elements(), one), 1) << display_text(one);
    }
  }
}

TEST(ValueTest, ASetKeepsTheMarkOfADouble) {
  Value set = Value::set({text("x"), text("x").as_secret()});
  ASSERT_EQ(set.length(), 1U);
  EXPECT_TRUE(set.elements()[0].secret());
}

TEST(ValueTest, UnknownElementsOfASetMergeWithNone) {
  Value unknown = Value::unknown({.type = Type::string(), .origin = "a.b"});
  EXPECT_EQ(Value::set({unknown, unknown, text("x"), text("x")}).length(), 3U);
}

TEST(ValueTest, CanonicalOrderIsTotal) {
  std::vector<Value> all;
  Family family(7);
  for (int i = 0; i < 150; ++i) all.push_back(family.value(2));
  for (const auto& a : all) {
    ASSERT_EQ(canonical_compare(a, a), 0);
    for (const auto& b : all) {
      int order = canonical_compare(a, b);
      ASSERT_EQ(order < 0, canonical_compare(b, a) > 0);
      ASSERT_EQ(order == 0, a == b);
      for (const auto& c : all) {
        if (order < 0 && canonical_less(b, c)) {
          ASSERT_TRUE(canonical_less(a, c));
        }
      }
    }
  }
}

TEST(ValueTest, MarksAreKnownFromOutside) {
  Value secret = text("s").as_secret();
  Value list = Value::list({Value::object({{"p", secret}}), number(1)});
  EXPECT_TRUE(list.has_secret());
  EXPECT_FALSE(list.secret());
  EXPECT_FALSE(list.has_unknown());
  EXPECT_FALSE(list.revealed().has_secret());
  EXPECT_EQ(list.revealed(), list);
  EXPECT_TRUE(list.has_secret()) << "revealing makes a copy";
  EXPECT_FALSE(list.as_secret().revealed().has_secret());
  EXPECT_TRUE(Value::set({Value::unknown({})}).has_unknown());
}

TEST(EqualTest, IntsAndNumbersCompareByValue) {
  EXPECT_EQ(equal(number(2), Value::number(2.0)), true);
  EXPECT_EQ(equal(Value::number(2.5), number(2)), false);
  EXPECT_FALSE(number(2) == Value::number(2.0)) << "the canonical forms differ";
  EXPECT_EQ(equal(number(INT64_MAX), Value::number(9223372036854775808.0)), false);
  EXPECT_EQ(equal(number(9007199254740993), Value::number(9007199254740992.0)), false);
  EXPECT_EQ(equal(Value::set({number(1), Value::number(2)}), Value::set({Value::number(1), number(2)})),
            true);
  EXPECT_EQ(equal(Value::number(-0.0), Value::number(0.0)), true);
  EXPECT_TRUE(Value::number(-0.0) == Value::number(0.0));
  EXPECT_EQ(equal(Value::duration(1), number(1)), false);
}

TEST(EqualTest, UnknownDecidesOnlyWhatItKnows) {
  Value unknown = Value::unknown({.type = Type::string(), .not_null = true, .prefix = "arn:"});
  EXPECT_EQ(equal(unknown, text("arn:aws")), std::nullopt);
  EXPECT_EQ(equal(text("x"), unknown), false);
  EXPECT_EQ(equal(unknown, Value::null()), false);
  EXPECT_EQ(equal(unknown, unknown), std::nullopt);
  EXPECT_EQ(equal(Value::unknown({}), Value::null()), std::nullopt);
  EXPECT_EQ(equal(Value::list({unknown, number(1)}), Value::list({text("arn:"), number(2)})), false);
  EXPECT_EQ(equal(Value::list({unknown, number(1)}), Value::list({text("arn:"), number(1)})), std::nullopt);
  EXPECT_EQ(equal(Value::list({unknown}), Value::list({})), false);
  Value longer = Value::unknown({.type = Type::list(Type::any()), .least_length = 2});
  EXPECT_EQ(equal(longer, Value::list({number(1)})), false);
}

TEST(EqualTest, Objects) {
  Value a = Value::object({{"x", number(1)}, {"y", Value::null()}});
  EXPECT_EQ(equal(a, Value::object({{"y", Value::null()}, {"x", Value::number(1)}})), true);
  EXPECT_EQ(equal(a, Value::object({{"x", number(1)}, {"z", Value::null()}})), false);
  EXPECT_EQ(equal(a, Value::object({{"x", number(1)}})), false);
}

TEST(TypeOfValueTest, MostSpecific) {
  auto type = [](const Value& value) { return type_of_value(value).text(); };
  EXPECT_EQ(type(Value::list({})), "list<any>");
  EXPECT_EQ(type(Value::list({number(1), Value::number(2.5)})), "list<number>");
  EXPECT_EQ(type(Value::list({number(1), Value::null()})), "list<int?>");
  EXPECT_EQ(type(Value::list({Value::null(), number(1), Value::number(1)})), "list<number?>");
  EXPECT_EQ(type(Value::list({number(1), text("a")})), "list<any>");
  EXPECT_EQ(type(Value::list({Value::object({{"a", number(1)}}), Value::object({{"a", Value::null()}})})),
            "list<{ a: int? }>");
  EXPECT_EQ(type(Value::list({Value::list({number(1)}), Value::list({Value::number(1)})})),
            "list<list<number>>");
  EXPECT_EQ(type(text("p").as_secret()), "secret string");
  EXPECT_EQ(type(Value::set({Value::size(1)})), "set<size>");
}

}  // namespace
}  // namespace weft
