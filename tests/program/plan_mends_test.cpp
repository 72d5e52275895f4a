// What only the plan can tell in time: what @ignore keeps though it was not read, and addresses that are too long.
#include <gtest/gtest.h>

#include "tests/support/program.h"

namespace weft {
namespace {

class PlanMends : public testing::Test {
 protected:
  test::Program program;
};

TEST_F(PlanMends, WhatIsIgnoredStaysThoughItIsASecretThatWasNotRead) {
  program.files().write("main.fabric", R"(fabric "theirs" {}
input mode: string
input tok: secret string
resource a: local.File {
  path    = "a.txt"
  content = tok
  mode    = mode
  @ignore = ["content"]
}
)");
  auto apply = [&](const std::string& mode, const std::string& refresh) {
    auto ran = program.run({"apply", "--auto-approve", "--set", "tok=our-secret", "--set", "mode=" + mode, "--refresh", refresh});
    EXPECT_EQ(ran.exit, 0) << ran.all();
    return program.files().read("a.txt");
  };
  EXPECT_EQ(apply("0600", "full"), "our-secret");
  program.files().write("a.txt", "their-secret");
  EXPECT_EQ(apply("0640", "full"), "their-secret");
  EXPECT_EQ(apply("0600", "none"), "their-secret");
  EXPECT_EQ(apply("0640", "changed"), "their-secret");
}

TEST_F(PlanMends, AnAddressThatIsTooLongIsAnErrorOfThePlan) {
  program.files().write("main.fabric", R"(fabric "long" {}
input n: int
resource a: local.Data for k in [string.repeat("k", n)] { value = 1 }
)");
  auto ran = program.run({"apply", "--auto-approve", "--set", "n=65533"});
  EXPECT_EQ(ran.exit, 0) << ran.all().substr(0, 500);
  ran = program.run({"plan", "--set", "n=65534"});
  EXPECT_EQ(ran.exit, 1) << ran.all().substr(0, 500);
  EXPECT_NE(ran.out.find("error[E0629]: an address of `a` has 65,537 bytes, at most 64 KiB fit"), std::string::npos) << ran.all().substr(0, 500);
  std::string deep = "fabric \"long\" {}\nuse next from \"./m1\"\nmodule m: next {}\n";
  for (int i = 1; i <= 64; ++i) {
    auto folder = "m" + std::to_string(i);
    program.files().write(folder + "/main.fabric",
                          i == 64 ? "resource d: local.Data { value = 1 }\n" : "use next from \"../m" + std::to_string(i + 1) + "\"\nmodule m: next {}\n");
  }
  program.files().write("main.fabric", deep);
  ran = program.run({"plan"});
  EXPECT_EQ(ran.exit, 1) << ran.all();
  EXPECT_NE(ran.out.find("error[E0629]: an address of `d` has 65 parts, at most 64 fit"), std::string::npos) << ran.all();
}

}  // namespace
}  // namespace weft
