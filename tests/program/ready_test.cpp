// What a driver keeps beside an object is still there after its readiness was waited for.
#include <gtest/gtest.h>

#include "tests/support/program.h"

namespace weft::test {
namespace {

TEST(Ready, APlanAfterAnEnsureIsEmpty) {
  Program program;
  program.files().write("in", "one");
  program.files().write("folder/in", "one");
  program.files().write("main.fabric", R"(fabric "kept" {}
resource copy: local.File {
  path   = "out"
  source = "in"
  ensure self.size > 0B, "it is empty"
}
resource packed: local.Archive {
  path   = "out.zip"
  source = "folder"
  format = "zip"
  ensure self.size > 0B, "it is empty"
}
)");
  auto applied = program.run({"apply", "--auto-approve"});
  ASSERT_EQ(applied.exit, 0) << applied.all();
  auto plan = program.run({"plan", "--detailed-exitcode"});
  EXPECT_EQ(plan.exit, 0) << plan.all();
}

// The source that did not hold is corrected, and sent.
TEST(Ready, WhatIsNotReadyTakesANewSource) {
  Program program;
  program.files().write("in", "short");
  program.files().write("main.fabric", R"(fabric "kept" {}
resource copy: local.File {
  path   = "out"
  source = "in"
  ensure self.size > 10B, "it is too short"
}
)");
  auto refused = program.run({"apply", "--auto-approve"});
  EXPECT_EQ(refused.exit, 4) << refused.all();
  program.files().write("in", "long enough by now");
  auto applied = program.run({"apply", "--auto-approve"});
  EXPECT_EQ(applied.exit, 0) << applied.all();
  EXPECT_EQ(program.files().read("out"), "long enough by now");
}

}  // namespace
}  // namespace weft::test
