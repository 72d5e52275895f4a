// The text forms: durations, sizes, literals, types.
#include <gtest/gtest.h>

#include "lang/value/function.h"
#include "lang/value/value.h"

namespace weft {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

TEST(DurationTextTest, LargestUnitsFirst) {
  EXPECT_EQ(duration_text(0), "0s");
  EXPECT_EQ(duration_text(90 * 60 * kSecond), "1h30m");
  EXPECT_EQ(duration_text(36 * 3600 * kSecond), "1d12h");
  EXPECT_EQ(duration_text(-1500), "-1us500ns");
  EXPECT_EQ(duration_text(INT64_MIN), "-106751d23h47m16s854ms775us808ns");
  for (int64_t ns :
       {int64_t{1}, int64_t{999}, 61 * kSecond, INT64_MAX, INT64_MIN, int64_t{86'400'000'000'001}}) {
    EXPECT_EQ(parse_duration(duration_text(ns)), ns);
  }
}

TEST(DurationTextTest, WhatIsNoDuration) {
  for (auto* text : {"", "1", "m", "1.5h", "1 h", "30m1h", "1h1h", "1x", "9999999d9999999d", "106752d", "-",
                     "1m5", "+1s"}) {
    EXPECT_EQ(parse_duration(text), std::nullopt) << text;
  }
}

TEST(SizeTextTest, TheUnitWithTheSmallestWholeNumber) {
  EXPECT_EQ(size_text(0), "0B");
  EXPECT_EQ(size_text(int64_t{20} << 30), "20GiB");
  EXPECT_EQ(size_text(512'000'000), "512MB");
  EXPECT_EQ(size_text(1000), "1KB");
  EXPECT_EQ(size_text(1024), "1KiB");
  EXPECT_EQ(size_text(1025), "1025B");
  EXPECT_EQ(size_text(1'024'000), "1000KiB") << "1024KB is the larger number";
  EXPECT_EQ(size_text(INT64_MIN), "-8192PiB");
  for (int64_t bytes :
       {int64_t{1}, int64_t{999}, int64_t{3} << 50, INT64_MAX, INT64_MIN, int64_t{7'000'000}}) {
    EXPECT_EQ(parse_size(size_text(bytes)), bytes);
  }
  EXPECT_EQ(parse_size("1gib"), std::nullopt);
  EXPECT_EQ(parse_size("8192PiB"), std::nullopt);
}

TEST(QuoteTextTest, OnlyWhatIsSpecialIsEscaped) {
  EXPECT_EQ(quote_text("a\"b\\c\n\t\r"), R"("a\"b\\c\n\t\r")");
  EXPECT_EQ(quote_text("$5 5% ${x} %{if}"), R"("$5 5% \${x} \%{if}")");
  EXPECT_EQ(quote_text(std::string_view("\0\x1f\x7f", 3)), R"("\u{0}\u{1f}\u{7f}")");
  EXPECT_EQ(quote_text("grün"), "\"grün\"");
}

TEST(TemplateTextTest, ScalarsOnly) {
  EXPECT_EQ(template_text(Value::number(2.0)), "2");
  EXPECT_EQ(template_text(Value::number(0.5)), "0.5");
  EXPECT_EQ(template_text(Value::boolean(false)), "false");
  EXPECT_EQ(template_text(Value::size(1024)), "1KiB");
  EXPECT_EQ(template_text(Value::null()), std::nullopt);
  EXPECT_EQ(template_text(Value::list({})), std::nullopt);
  EXPECT_EQ(template_text(Value::bytes("x")), std::nullopt);
}

TEST(DisplayTextTest, AsAnExpressionOnOneLine) {
  Value value = Value::object({
      {"name", Value::string("a\"b")},
      {"x/y", Value::list({Value::integer(1), Value::null(), Value::duration(90 * kSecond)})},
      {"pw", Value::string("hunter2").as_secret()},
      {"ip", Value::unknown({.type = Type::string(), .origin = "nat[a].Ip"})},
      {"arn", Value::unknown({.type = Type::string(), .prefix = "arn:", .origin = "vpc"})},
      {"none", Value::object({})},
  });
  EXPECT_EQ(
      display_text(value),
      R"({ arn = (known after vpc, starts with "arn:"), ip = (known after nat[a].Ip), name = "a\"b", none = {}, )"
      R"(pw = (secret), "x/y" = [1, null, 1m30s] })");
}

TEST(TypeTextTest, ReadsBackAsWritten) {
  for (auto* text : {
           "any",
           "null",
           "bool",
           "int",
           "number",
           "string",
           "duration",
           "size",
           "string?",
           "secret string",
           "secret string?",
           "list<string>",
           "set<list<int?>>",
           "map<secret any>",
           "\"a\" | \"b\"",
           "(\"a\" | \"b\")?",
           "secret (1 | -2)",
           "int | string",
           "{ a: int, b?: string }",
           "{ \"x/y\": { z?: list<T> } }",
           "{}",
           "list<\"a\" | 3>",
           "\"qu\\\"ote\\n\"",
       }) {
    EXPECT_EQ(type_from_text(text).text(), text);
    EXPECT_EQ(type_from_text(type_from_text(text).text()), type_from_text(text));
  }
  EXPECT_EQ(Type::literal("${x}").text(), "\"\\${x}\"");
  EXPECT_EQ(type_from_text("{ a?: int }"), type_from_text("{ a?: int? }"));
  EXPECT_NE(type_from_text("{ a?: int }"), type_from_text("{ a: int? }"));
  EXPECT_EQ(type_from_text("{ b: int, a: string }"), type_from_text("{ a: string, b: int }"));
}

TEST(TypeTest, Unions) {
  EXPECT_EQ(Type::union_of({Type::string()}).text(), "string");
  EXPECT_EQ(Type::union_of({Type::string(), Type::null()}).text(), "string?");
  EXPECT_EQ(
      Type::union_of({Type::string().with_secret(), Type::integer().with_optional(), Type::string()}).text(),
      "secret (string | int)?");
  EXPECT_EQ(Type::union_of({type_from_text("1 | 2"), type_from_text("2 | 3")}).text(), "1 | 2 | 3");
  EXPECT_EQ(Type::union_of({Type::any(), Type::string()}).text(), "any");
  EXPECT_TRUE(Type::union_of({Type::error(), Type::string()}).is_error());
  EXPECT_EQ(type_from_text("1 | 2"), type_from_text("2 | 1"));
  EXPECT_TRUE(type_from_text("\"a\" | 1").is_enum());
  EXPECT_FALSE(type_from_text("\"a\" | int").is_enum());
}

TEST(TypeTest, MembersAreFoundByName) {
  Type type = type_from_text("{ zeta: int, alpha?: string }");
  ASSERT_NE(type.member("alpha"), nullptr);
  EXPECT_TRUE(type.member("alpha")->may_be_left_out);
  EXPECT_EQ(type.member("alpha")->type, Type::string().with_optional());
  EXPECT_EQ(type.member("beta"), nullptr);
  EXPECT_EQ(type.members()[0].name, "alpha");
  EXPECT_EQ(Type::object({{.name = "a", .type = Type::any()}}, "aws.ec2.VPC").text(), "aws.ec2.VPC");
}

}  // namespace
}  // namespace weft
