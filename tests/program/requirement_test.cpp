// Which versions of the program a fabric is written for: looked at by every verb that reads its files, offline too.
#include <gtest/gtest.h>

#include "tests/support/program.h"

namespace weft::test {
namespace {

auto checked(const std::string& wanted) -> Ran {
  Program program;
  program.files().write("main.fabric", "fabric \"shop\" {\n  weft = \"" + wanted + "\"\n}\n");
  return program.run({"check"});
}

TEST(Requirement, WhatThisProgramMeets) {
  for (const char* wanted : {">= 0.1", "0.1.0", "=0.1", "> 0.0.9, < 2", "!= 9", "<= 1"}) {
    auto ran = checked(wanted);
    EXPECT_EQ(ran.exit, 0) << wanted << "\n" << ran.all();
  }
}

TEST(Requirement, WhatItDoesNotMeetIsAnErrorOfCheck) {
  for (const char* wanted : {">= 9", "< 0.1", ">= 0.1, < 0.1", "!= 0.1.0"}) {
    auto ran = checked(wanted);
    EXPECT_EQ(ran.exit, 1) << wanted << "\n" << ran.all();
    EXPECT_NE(ran.out.find("E0517"), std::string::npos) << ran.all();
    EXPECT_NE(ran.out.find("main.fabric:2:"), std::string::npos) << "where it stands\n" << ran.all();
  }
}

TEST(Requirement, WhatIsNoneIsAnError) {
  for (const char* wanted : {"latest", "", ">=", "^1.2", ">= 0.1,", "1.2.3.4", "~> 1", "=> 1", ">= 0.x", "0.1-dev"}) {
    auto ran = checked(wanted);
    EXPECT_EQ(ran.exit, 1) << wanted << "\n" << ran.all();
    EXPECT_NE(ran.out.find("E0518"), std::string::npos) << wanted << "\n" << ran.all();
    EXPECT_NE(ran.out.find("main.fabric:2:"), std::string::npos) << ran.all();
    EXPECT_NE(ran.out.find(">= 0.1"), std::string::npos) << "how one is written\n" << ran.all();
  }
}

TEST(Requirement, NoPlanIsMadeAgainstIt) {
  Program program;
  program.files().write("main.fabric", "fabric \"shop\" { weft = \">= 9\" }\nresource a: local.Data { value = 1 }\n");
  EXPECT_EQ(program.run({"plan"}).exit, 1);
  EXPECT_EQ(program.run({"apply", "--auto-approve"}).exit, 1);
}

}  // namespace
}  // namespace weft::test
