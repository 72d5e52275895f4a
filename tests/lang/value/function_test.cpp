#include "lang/value/function.h"

#include <gtest/gtest.h>

namespace weft {
namespace {

TEST(SignatureTest, ParametersDefaultsAndRest) {
  auto read = parse_signature(
      "(parts: list<string>, separator: string = \", \", by: number = 2, ...more: T) -> map<T>?");
  ASSERT_TRUE(read.has_value()) << read.error().text;
  ASSERT_EQ(read->parameters.size(), 4U);
  EXPECT_EQ(read->parameters[0].type.text(), "list<string>");
  EXPECT_FALSE(read->parameters[0].optional);
  EXPECT_EQ(read->parameters[1].default_value, Value::string(", "));
  EXPECT_EQ(read->parameters[2].default_value, Value::number(2)) << "of the parameter's type";
  EXPECT_TRUE(read->parameters[3].rest);
  EXPECT_TRUE(read->parameters[3].type.is(TypeKind::kVariable));
  EXPECT_EQ(read->result.text(), "map<T>?");
}

TEST(SignatureTest, Constants) {
  auto constant = [](std::string_view type, std::string_view literal) {
    auto read = parse_signature("(a: " + std::string(type) + " = " + std::string(literal) + ") -> any");
    EXPECT_TRUE(read.has_value()) << literal << ": " << read.error().text;
    return read ? display_text(read->parameters[0].default_value) : "";
  };
  EXPECT_EQ(constant("int", "-3"), "-3");
  EXPECT_EQ(constant("number", "1.5"), "1.5");
  EXPECT_EQ(constant("bool", "true"), "true");
  EXPECT_EQ(constant("string?", "null"), "null");
  EXPECT_EQ(constant("list<int>", "[]"), "[]");
  EXPECT_EQ(constant("map<any>", "{}"), "{}");
  EXPECT_EQ(constant("duration", "1h30m"), "1h30m");
  EXPECT_EQ(constant("size", "16MiB"), "16MiB");
}

TEST(SignatureTest, Refuses) {
  for (auto* text : {"", "()", "() ->", "(a) -> int", "(a: int b: int) -> int", "(a: int = \"x\") -> int",
                     "(a: int = 1, b: int) -> int", "(...a: int, b: int) -> int", "(a: aws.ec2.VPC) -> int",
                     "(a: list) -> int", "(a: int, a: int) -> int", "() -> int int", "(a: \"x) -> int",
                     "(a: {b: int, b: int}) -> any"}) {
    EXPECT_FALSE(parse_signature(text).has_value()) << text;
  }
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "list<";
  EXPECT_FALSE(parse_signature("() -> " + deep).has_value());
}

auto nothing(const Arguments&) -> Result<Value> {
  return Value();
}

TEST(FunctionTableTest, FindsByNameAndNamespace) {
  static constexpr Function kRows[] = {
      {.name = "string.join",
       .signature = "(a: list<string>) -> string",
       .text = "",
       .example = "",
       .result = "",
       .run = nothing},
      {.name = "length",
       .signature = "(a: any) -> int",
       .text = "",
       .example = "",
       .result = "",
       .run = nothing},
  };
  FunctionTable table({&kRows[0], &kRows[1]});
  ASSERT_NE(table.find("length"), nullptr);
  EXPECT_EQ(table.find("length")->function, &kRows[1]);
  EXPECT_EQ(table.find("string.join")->signature.parameters.size(), 1U);
  EXPECT_EQ(table.find("string"), nullptr);
  EXPECT_TRUE(table.is_namespace("string"));
  EXPECT_FALSE(table.is_namespace("length"));
  EXPECT_FALSE(table.is_namespace("str"));
}

}  // namespace
}  // namespace weft
