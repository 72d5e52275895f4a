// weft drift --fix sets back what has drifted; it is no way to roll out what the files say by now.
#include <filesystem>

#include <gtest/gtest.h>

#include "tests/support/program.h"

namespace weft {
namespace {

class SetBack : public ::testing::Test {
 protected:
  void fabric(const std::string& content, const std::string& mode) {
    program.files().write("main.fabric", "fabric \"some\" {}\nresource box: local.Directory {\n  path = \"box\"\n  mode = \"" + mode +
                                             "\"\n}\nresource f: local.File {\n  path    = \"${box.path}/f\"\n  content = \"" + content + "\"\n}\n");
  }
  auto fix() -> test::Ran { return program.run({"drift", "--fix", "--auto-approve"}); }
  test::Program program;
};

TEST_F(SetBack, WhatDriftedAlone) {
  fabric("one", "0755");
  ASSERT_EQ(program.run({"apply", "--auto-approve"}).exit, 0);
  program.files().write("box/f", "theirs");
  auto ran = fix();
  EXPECT_EQ(ran.exit, 0) << ran.all();
  EXPECT_EQ(program.files().read("box/f"), "one");
  std::filesystem::remove(program.files().path("box/f"));
  ran = fix();
  EXPECT_EQ(ran.exit, 0) << ran.all();
  EXPECT_EQ(program.files().read("box/f"), "one");
}

TEST_F(SetBack, NothingThatTheFilesSayByNow) {
  fabric("one", "0755");
  ASSERT_EQ(program.run({"apply", "--auto-approve"}).exit, 0);
  program.files().write("box/f", "theirs");
  fabric("two", "0755");
  auto ran = fix();
  EXPECT_EQ(ran.exit, 3) << ran.all();
  EXPECT_NE(ran.all().find("the files say something else about f than what was applied"), std::string::npos) << ran.all();
  EXPECT_EQ(program.files().read("box/f"), "theirs");
  // Nor about what that needs.
  fabric("one", "0700");
  ran = fix();
  EXPECT_EQ(ran.exit, 3) << ran.all();
  EXPECT_NE(ran.all().find("the files say something else about box than"), std::string::npos) << ran.all();
  // What is gone as well.
  std::filesystem::remove(program.files().path("box/f"));
  fabric("two", "0755");
  EXPECT_EQ(fix().exit, 3);
  fabric("one", "0755");
  EXPECT_EQ(fix().exit, 0);
}

TEST_F(SetBack, AnEnvironmentThatNobodyHasIsAMistake) {
  fabric("one", "0755");
  ASSERT_EQ(program.run({"apply", "--auto-approve"}).exit, 0);
  for (const char* verb : {"drift", "destroy", "recover"}) {
    auto ran = program.run({verb, "--env", "typo"});
    EXPECT_EQ(ran.exit, 1) << ran.all();
    EXPECT_NE(ran.all().find("no state of environment `typo`"), std::string::npos) << ran.all();
  }
}

}  // namespace
}  // namespace weft
