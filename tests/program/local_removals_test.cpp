// Removals that cannot be: they end when they must, and say why.
#include <gtest/gtest.h>

#include "tests/support/program.h"

namespace weft {
namespace {

class LocalRemovals : public ::testing::Test {
 protected:
  test::Program program;

  void fabric(const std::string& text) { program.files().write("main.fabric", "fabric \"f\" {}\n" + text); }
  auto destroy() -> test::Ran { return program.run({"destroy", "--auto-approve"}); }
  void expect_applied() {
    auto ran = program.run({"apply", "--auto-approve"});
    EXPECT_EQ(ran.exit, 0) << ran.all();
  }
};

TEST_F(LocalRemovals, AFolderThatIsNotEmptyFailsAtOnceAndNamesWhatIsInIt) {
  fabric(R"(resource root: local.Directory { path = "root" }
)");
  expect_applied();
  for (auto name : {"a", "b", "c", "d"}) program.files().write(std::string("root/") + name, "");
  auto ran = destroy();
  EXPECT_EQ(ran.exit, 1) << ran.all();
  EXPECT_NE(ran.all().find("`root` is not empty: 4 entries"), std::string::npos) << ran.all();
  EXPECT_NE(ran.all().find("root/a root/b root/c"), std::string::npos) << ran.all();
  EXPECT_EQ(ran.all().find("root/d"), std::string::npos) << ran.all();
}

TEST_F(LocalRemovals, ARemovalHasTheDeadlineThatIsDeclared) {
  fabric(R"(resource a: local.Command {
  create = "true"
  remove = "exit 75"
  idempotent = true
  @timeouts = { destroy = 1s }
}
)");
  expect_applied();
  auto ran = destroy();
  EXPECT_EQ(ran.exit, 1) << ran.all();
}

}  // namespace
}  // namespace weft
