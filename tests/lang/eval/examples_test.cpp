// The tour of the language holds what it says, and so does every example of the function library.
#include <gtest/gtest.h>

#include "tests/lang/eval/fixture.h"

namespace weft::eval::test {
namespace {

TEST(Examples, TheTourTellsTheTruth) {
  World world(Files{{"language.fabric", check::test::example("language.fabric")}});
  ASSERT_EQ(world.checked.drawn(), "");
  size_t rules = 0;
  for (const Declaration& declaration : world.checked.module.declarations) {
    for (const check::Rule& rule : declaration.rules) {
      std::vector<Value> frame(declaration.slots);
      EXPECT_EQ(world.evaluator.evaluate(*rule.condition, world, frame), Value::boolean(true)) << rule.condition_text << world.text();
      ++rules;
    }
    if (declaration.kind == DeclarationKind::kLet || declaration.kind == DeclarationKind::kOutput) {
      EXPECT_TRUE(world.evaluate(declaration).has_value()) << declaration.name << world.text();
    }
  }
  EXPECT_EQ(rules, 5u);
  EXPECT_EQ(world.text(), "");
  EXPECT_EQ(world.show("script"), R"("#!/bin/sh\necho 0 42\necho 1 1000\necho 2 255\necho 3 -7\necho one   line, the slow one\n")");
  EXPECT_EQ(world.show("nested"), "\"a nobody's d\"");
  EXPECT_EQ(world.show("login"), "{ password = (secret), user = \"web\" }");
  EXPECT_EQ(world.show("by_name"), R"({ kim = { age = 41, name = "kim" }, lou = { age = 29, name = "lou" } })");
}

TEST(Examples, OfTheFunctionLibrary) {
  for (const FunctionTable::Row& row : check::test::library_table().rows()) {
    const Function& function = *row.function;
    ASSERT_FALSE(function.example.empty()) << function.name;
    World world("fabric \"t\" {}\nlet example = " + std::string(function.example) + "\nlet result = " + std::string(function.result) + "\n");
    ASSERT_EQ(world.checked.problems.errors(), 0u) << function.name << "\n" << world.checked.drawn();
    const auto example = world.value("example");
    const auto result = world.value("result");
    ASSERT_TRUE(example && result) << function.name << ": " << function.example << "\n" << world.text();
    EXPECT_EQ(equal(*example, *result).value_or(false), true)
        << function.name << ": " << display_text(*example) << " is not " << display_text(*result);
    const Type& type = world.checked.get("example").type;
    EXPECT_TRUE(convert(*example, type).first.has_value()) << function.name << " gives " << display_text(*example) << ", not " << type.text();
  }
}

}  // namespace
}  // namespace weft::eval::test
