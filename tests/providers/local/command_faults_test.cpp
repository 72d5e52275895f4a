// What a plan already finds wrong with a command.
#include "tests/providers/local/fixture.h"

namespace weft::local {
namespace {

TEST_F(LocalTest, AVariableWhoseNameIsNoneIsAFaultOfTheFiles) {
  auto of = [&](std::string_view name, std::string_view value) {
    return problem("local.Command", o({{"create", s("true")}, {"environment", o({{Text(name), s(value)}})}}));
  };
  EXPECT_EQ(of("A", "x=y"), "");
  EXPECT_EQ(of("A=B", "x"), "environment: `environment`: \"A=B\" holds `=` or a null byte, which no variable's name may");
  EXPECT_EQ(of("", "x"), "environment: `environment` has a variable without a name");
  EXPECT_EQ(of("A", std::string_view("x\0y", 3)), "environment: `environment`: the value of \"A\" holds a null byte, which no variable may");
}

}  // namespace
}  // namespace weft::local
