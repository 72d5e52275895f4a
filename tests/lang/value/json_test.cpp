#include "lang/value/json.h"

#include <gtest/gtest.h>

#include "tests/lang/value/family.h"

namespace weft {
namespace {

TEST(ToJsonTest, Values) {
  Value value = Value::object({
      {"b", Value::list({Value::integer(1), Value::number(2.5), Value::null(), Value::boolean(true)})},
      {"a", Value::string("q\"\n")},
      {"d", Value::duration(90'000'000'000)},
      {"s", Value::set({Value::size(1024)})},
      {"e", Value::object({})},
      {"l", Value::list({})},
  });
  EXPECT_EQ(to_json(value), R"({"a":"q\"\n","b":[1,2.5,null,true],"d":"1m30s","e":{},"l":[],"s":["1KiB"]})");
  EXPECT_EQ(
      to_json(Value::object({{"k", Value::list({Value::integer(1), Value::object({})})}}), {.indent = 2}),
      "{\n  \"k\": [\n    1,\n    {}\n  ]\n}");
}

TEST(ToJsonTest, MarksCannotBeMistakenForKeys) {
  JsonStyle style{.escape_dollar = true};
  Value value = Value::object({{"$secret", Value::integer(1)}, {"p", Value::string("x").as_secret()}});
  EXPECT_EQ(to_json(value, style), R"({"$$secret":1,"p":{"$secret":"secret"}})");
  style.secret_word = "new";
  EXPECT_EQ(to_json(value.as_secret(), style), R"({"$secret":"new"})");
  style.reveal = true;
  EXPECT_EQ(to_json(value, style), R"({"$$secret":1,"p":"x"})");
  EXPECT_EQ(to_json(Value::unknown({.origin = "vpc.Id"}), {.escape_dollar = true}),
            R"({"$unknown":"vpc.Id"})");
  EXPECT_EQ(to_json(Value::bytes("hi"), {.escape_dollar = true}), R"({"$bytes":"aGk="})");
}

TEST(ToJsonDeathTest, PlainJsonHoldsNoSecret) {
  EXPECT_DEATH(to_json(Value::list({Value::string("x").as_secret()})).clear(), "escape_dollar");
}

TEST(FromJsonTest, Reads) {
  auto value = from_json(
      " { \"a\" : [1, -0, 2.5, 1e2, 12345678901234567890, true, null], \"\\u00e9\\ud83d\\ude00\\/\" : \"\" "
      "} ");
  ASSERT_TRUE(value.has_value()) << value.error().text;
  const auto* list = value->get("a");
  ASSERT_NE(list, nullptr);
  EXPECT_EQ(list->elements()[0], Value::integer(1));
  EXPECT_EQ(list->elements()[1], Value::integer(0));
  EXPECT_EQ(list->elements()[2], Value::number(2.5));
  EXPECT_EQ(list->elements()[3], Value::number(100));
  EXPECT_EQ(list->elements()[4], Value::number(12345678901234567890.0));
  EXPECT_NE(value->get("é\U0001F600/"), nullptr);
  EXPECT_EQ(from_json("1e-999"), Value::number(0));
}

TEST(FromJsonTest, RefusesWithThePlace) {
  struct Case {
    const char* text;
    const char* message;
  };
  const Case kCases[] = {
      {"", "line 1, column 1 of the JSON: expected a value, this is its end"},
      {"{\n  \"a\": x }", "line 2, column 8 of the JSON: expected a value, this is `x`"},
      {"[1,]", "line 1, column 4 of the JSON: expected a value, this is `]`"},
      {"[1 2]", "line 1, column 4 of the JSON: expected `,` or `]`, this is `2`"},
      {"{\"a\":1,}", "line 1, column 8 of the JSON: expected a key in quotes, this is `}`"},
      {"{\"a\" 1}", "line 1, column 6 of the JSON: expected `:`, this is `1`"},
      {"01", "line 1, column 1 of the JSON: a number has no leading zero"},
      {"1.", "line 1, column 3 of the JSON: expected a digit, this is its end"},
      {"-", "line 1, column 2 of the JSON: expected a digit, this is its end"},
      {"1e400", "line 1, column 1 of the JSON: this number is too large"},
      {"\"a", "line 1, column 1 of the JSON: this string has no end"},
      {"\"\n\"", "line 1, column 2 of the JSON: a control character in a string is written as an escape"},
      {"\"\\x\"", "line 1, column 2 of the JSON: there is no such escape"},
      {"\"\\u12\"", "line 1, column 2 of the JSON: `\\u` takes four hex digits"},
      {"\"\\ud800\"", "line 1, column 2 of the JSON: half of a surrogate pair"},
      {"\"\\udc00\"", "line 1, column 2 of the JSON: half of a surrogate pair"},
      {"true false", "line 1, column 6 of the JSON: expected the end of the text, this is `f`"},
      {"{\"a\":1,\"a\":2}", "line 1, column 1 of the JSON: this object holds the key `a` twice"},
      {"\"\xff\"", "byte 2 of the JSON is not UTF-8"},
  };
  for (const auto& one : kCases) {
    auto value = from_json(one.text);
    ASSERT_FALSE(value.has_value()) << one.text;
    EXPECT_EQ(value.error().text, one.message);
  }
}

TEST(FromJsonTest, IsBounded) {
  EXPECT_TRUE(from_json(std::string(64, '[') + std::string(64, ']')).has_value());
  EXPECT_FALSE(from_json(std::string(66, '[') + std::string(66, ']')).has_value());
  EXPECT_FALSE(from_json(std::string(1 << 20, '[')).has_value());
  EXPECT_FALSE(from_json(std::string((16 << 20) + 1, ' ')).has_value());
}

TEST(FromJsonTest, ReadsBackPlainValues) {
  for (uint64_t seed = 0; seed < 500; ++seed) {
    Value value = testing::Family(seed).value(4, false);
    std::string once = to_json(value);
    auto back = from_json(once);
    ASSERT_TRUE(back.has_value()) << once << back.error().text;
    ASSERT_EQ(to_json(*back), once);
    auto indented = from_json(to_json(value, {.indent = 2}));
    ASSERT_TRUE(indented.has_value());
    ASSERT_EQ(*indented, *back);
  }
}

}  // namespace
}  // namespace weft
