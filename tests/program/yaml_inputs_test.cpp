// A file of inputs in YAML or JSON: no value of it is shown by what is wrong with it, for it may be a secret without quotes.
#include <gtest/gtest.h>

#include "tests/support/program.h"

namespace weft {
namespace {

TEST(YamlInputs, NoValueOfThemIsShown) {
  test::Program program;
  program.files().write("main.fabric", "fabric \"inputs\" {}\ninput token: secret string\ninput size: int = 1\n");
  const std::string digits = "4e1c0ffee5ca1ab1e4e1c0ffee5ca1ab1e4e1c0ffee5ca1ab1e4e1c0ffee5ca1";
  for (const auto& value : std::vector<std::string>{"0x" + digits, "12e4567", "-0x" + digits, "[a, 0x" + digits + "]", "{b: 0x" + digits, "!!int 0x" + digits, "*" + digits,
                                   "!" + digits + " x", "'" + digits, "\"\\q" + digits + "\"", "a: " + digits, "12e4567\ntoken: 0x" + digits,
                                   "x\n" + digits + ": 1\n" + digits + ": 2"}) {
    program.files().write("given.yaml", "size: 2\ntoken: " + value + "\n");
    auto ran = program.run({"plan", "--inputs", "given.yaml"});
    EXPECT_EQ(ran.exit, 1) << value << "\n" << ran.all();
    EXPECT_NE(ran.all().find("line "), std::string::npos) << value << "\n" << ran.all();
    for (const std::string& secret : {digits, std::string("12e4567")}) EXPECT_EQ(ran.all().find(secret), std::string::npos) << ran.all();
  }
  for (const auto& value : std::vector<std::string>{"1" + digits, "1e4567", "\"" + digits + "\\q\"", "[\"" + digits + "\"", "\"" + digits}) {
    program.files().write("given.json", "{\"size\": 2, \"token\": " + value + "}\n");
    auto ran = program.run({"plan", "--inputs", "given.json"});
    EXPECT_EQ(ran.exit, 1) << value << "\n" << ran.all();
    EXPECT_EQ(ran.all().find(digits.substr(1, 20)), std::string::npos) << ran.all();
    EXPECT_EQ(ran.all().find("1e4567"), std::string::npos) << ran.all();
  }
}

}  // namespace
}  // namespace weft
