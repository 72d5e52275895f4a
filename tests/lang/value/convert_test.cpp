#include <gtest/gtest.h>

#include "lang/value/function.h"
#include "lang/value/json.h"
#include "tests/lang/value/family.h"

namespace weft {
namespace {

auto json(std::string_view text) -> Value {
  auto value = from_json(text);
  EXPECT_TRUE(value.has_value()) << text;
  return value.value_or(Value());
}
auto to(const Value& value, std::string_view type) -> std::optional<Value> {
  auto [made, problem] = convert(value, type_from_text(type));
  EXPECT_EQ(made.has_value(), problem.empty()) << problem;
  return made;
}
auto problem(std::string_view text, std::string_view type) -> std::string {
  return convert(json(text), type_from_text(type)).second;
}

TEST(ConvertTest, Implicit) {
  EXPECT_EQ(to(json("2"), "number"), Value::number(2));
  EXPECT_EQ(to(json("[1,[2]]"), "list<any>"), json("[1,[2]]"));
  EXPECT_EQ(to(json("[2,1,2]"), "set<number>"), Value::set({Value::number(1), Value::number(2)}));
  EXPECT_EQ(to(json("{\"a\":1}"), "map<number>"), Value::object({{"a", Value::number(1)}}));
  EXPECT_EQ(to(Value(), "string?"), Value());
  EXPECT_EQ(to(Value(), "any"), Value());
  EXPECT_EQ(to(json("\"1h30m\""), "duration"), Value::duration(5'400'000'000'000));
  EXPECT_EQ(to(json("\"20GiB\""), "size"), Value::size(int64_t{20} << 30));
  EXPECT_EQ(to(json("{\"a\":1,\"b\":null}"), "{ a: number, b?: string, c?: int }"),
            Value::object({{"a", Value::number(1)}}))
      << "what may be left out and is null is left out";
  EXPECT_EQ(to(json("{\"a\":null}"), "{ a: int? }"), json("{\"a\":null}"));
}

TEST(ConvertTest, UnionsTakeWhatFitsAsItIs) {
  EXPECT_EQ(to(json("1"), "number | int"), Value::integer(1));
  EXPECT_EQ(to(json("\"1h\""), "duration | string"), Value::string("1h"));
  EXPECT_EQ(to(json("\"1h\""), "duration | int"), Value::duration(3'600'000'000'000));
  EXPECT_EQ(to(json("[1]"), "string | set<number>"), Value::set({Value::number(1)}));
  EXPECT_EQ(to(json("\"b\""), "\"a\" | \"b\""), Value::string("b"));
  EXPECT_EQ(to(json("3"), "1 | 3"), Value::integer(3));
  EXPECT_EQ(to(json("{\"k\":\"b\",\"y\":1}"), "{ k: \"a\", x: int } | { k: \"b\", y: number }"),
            Value::object({{"k", Value::string("b")}, {"y", Value::number(1)}}));
}

TEST(ConvertTest, MarksStay) {
  Value secret = Value::list({Value::integer(1).as_secret()});
  auto made = to(secret, "set<number>");
  ASSERT_TRUE(made.has_value());
  EXPECT_TRUE(made->elements()[0].secret());
  EXPECT_TRUE(to(Value::integer(1).as_secret(), "number")->secret());
  EXPECT_TRUE(to(Value::string("x"), "secret string")->secret());
  EXPECT_FALSE(to(Value(), "secret string?")->secret());
  EXPECT_TRUE(to(json("{\"a\":\"x\"}"), "{ a: secret string }")->get("a")->secret());
  EXPECT_TRUE(to(Value::string("a"), "secret (\"a\" | \"b\")")->secret());
  EXPECT_TRUE(to(json("[1]"), "secret list<number>")->secret());
  EXPECT_TRUE(to(Value::unknown({}).as_secret(), "int")->secret());
}

TEST(ConvertTest, UnknownsAreNarrowed) {
  Value unknown = Value::unknown({.prefix = "arn:", .least_length = 3, .origin = "a.b"});
  auto made = to(unknown, "string");
  ASSERT_TRUE(made.has_value() && made->is_unknown());
  EXPECT_EQ(made->facts().type, Type::string());
  EXPECT_TRUE(made->facts().not_null);
  EXPECT_EQ(made->facts().prefix, "arn:");
  EXPECT_EQ(made->facts().origin, "a.b");
  EXPECT_FALSE(to(unknown, "string?")->facts().not_null);
  EXPECT_EQ(to(unknown, "any")->facts().type, Type::any());
  EXPECT_EQ(to(unknown, "set<int>")->facts().least_length, 1U);
  EXPECT_TRUE(to(Value::list({unknown}), "list<int>")->elements()[0].is_unknown());
}

TEST(ConvertTest, ProblemsNameThePlaceTheRuleAndTheWayOut) {
  EXPECT_EQ(problem("\"x\"", "list<string>"), "expected list<string>, this is a string");
  EXPECT_EQ(problem("1", "string"), "expected string, this is an int; `\"${x}\"` makes a text of it");
  EXPECT_EQ(problem("\"1\"", "int"), "expected int, this is a string; `number.parse(x)` reads it");
  EXPECT_EQ(problem("1.5", "int"),
            "expected int, this is a number; `round(x)`, `floor(x)` and `ceil(x)` make an int of it");
  EXPECT_EQ(problem("\"soon\"", "duration"),
            "expected duration, this is a string that is no duration, such as `1h30m`");
  EXPECT_EQ(problem("null", "int"), "expected int, this is null");
  EXPECT_EQ(problem("{\"a\":[{\"x/y\":true}]}", "{ a: list<map<int>> }"),
            "`a[0][x/y]`: expected int, this is a bool");
  EXPECT_EQ(problem("{\"CidrBlok\":1}", "{ CidrBlock: string }"),
            "`CidrBlok`: there is no such member in { CidrBlock: string }; did you mean `CidrBlock`?");
  EXPECT_EQ(problem("{\"a\":{}}", "map<{ name: string }>"),
            "`a.name`: this member is missing; it is of type string");
  EXPECT_EQ(problem("\"medum\"", "\"small\" | \"medium\""),
            "\"medum\" is none of \"small\", \"medium\"; did you mean \"medium\"?");
  EXPECT_EQ(problem("\"x\"", "\"y\""), "\"x\" is not \"y\"");
  EXPECT_EQ(problem("true", "\"y\" | 1"), "expected \"y\", 1, this is a bool");
  EXPECT_EQ(problem("[true]", "int | list<string>"),
            "`[0]`: expected string, this is a bool; `\"${x}\"` makes a text of it");
  EXPECT_EQ(problem("true", "int | list<string>"), "expected int | list<string>, this is a bool");
}

TEST(ConvertTest, ProblemsShowNoSecret) {
  auto [made, text] = convert(Value::string("hunter2").as_secret(), type_from_text("\"a\" | \"b\""));
  EXPECT_FALSE(made.has_value());
  EXPECT_EQ(text, "this is none of \"a\", \"b\"");
}

TEST(ConvertTest, AValueIsOfItsOwnType) {
  for (uint64_t seed = 0; seed < 500; ++seed) {
    Value value = testing::Family(seed).value(3, false);
    auto [made, text] = convert(value, type_of_value(value));
    ASSERT_TRUE(made.has_value()) << text << " " << display_text(value);
    ASSERT_EQ(equal(*made, value), true) << display_text(value);
  }
}

TEST(ConvertTest, OnceIsEnough) {
  for (auto* type : {"any", "list<number>", "set<any>", "map<string>", "{ a?: number, b?: set<int> }",
                     "duration | string?"}) {
    for (uint64_t seed = 0; seed < 300; ++seed) {
      auto made = convert(testing::Family(seed).value(2), type_from_text(type)).first;
      if (!made) continue;
      auto again = convert(*made, type_from_text(type)).first;
      ASSERT_TRUE(again.has_value());
      ASSERT_TRUE(testing::same(*again, *made)) << display_text(*made);
    }
  }
}

}  // namespace
}  // namespace weft
