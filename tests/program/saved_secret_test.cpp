// A saved plan beside secrets: what did not move is no reason to refuse it, and nothing of it stands in the file.
#include <gtest/gtest.h>

#include "tests/support/program.h"

namespace weft {
namespace {

TEST(SavedPlan, SecretContentThatDidNotMoveIsNoReasonToRefuseIt) {
  test::Program program;
  const auto& folder = program.files();
  folder.write("main.fabric", R"(fabric "kept" {}
input v: string = "1"
resource pw: local.RandomPassword { length = 20 }
resource conf: local.File {
  path    = "conf"
  content = "password = ${pw.result}\n"
}
resource other: local.File {
  path    = "other"
  content = v
}
)");
  auto run = [&](const std::vector<std::string>& words) { return program.run(words); };
  ASSERT_EQ(run({"apply", "--auto-approve"}).exit, 0);
  ASSERT_EQ(run({"plan", "--set", "v=2", "--out", "p.plan"}).exit, 0);
  auto applied = run({"apply", "p.plan"});
  EXPECT_EQ(applied.exit, 0) << applied.all();
  EXPECT_EQ(folder.read("other"), "2");
  // Drift of the secret itself is planned, kept in the file without its text, and set back.
  folder.write("conf", "edited by hand\n");
  ASSERT_EQ(run({"plan", "--set", "v=3", "--out", "q.plan"}).exit, 0);
  auto set_back = run({"apply", "q.plan"});
  EXPECT_EQ(set_back.exit, 0) << set_back.all();
  EXPECT_TRUE(folder.read("conf").starts_with("password = ")) << folder.read("conf");
}

}  // namespace
}  // namespace weft
