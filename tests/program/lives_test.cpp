// An address may be used again and again: what is made there is a life of its own, whatever stood there before.
#include <gtest/gtest.h>

#include "tests/support/program.h"

namespace weft {
namespace {

class Lives : public testing::Test {
 protected:
  void write(const std::string& rest) { program.files().write("main.fabric", "fabric \"lives\" {}\n" + rest); }
  void run(const std::vector<std::string>& words, int exit = 0) {
    auto ran = program.run(words);
    std::string typed;
    for (const auto& word : words) typed += word + " ";
    EXPECT_EQ(ran.exit, exit) << typed << "\n" << ran.all();
  }
  void apply(const std::string& rest) {
    write(rest);
    run({"apply", "--auto-approve"});
    run({"plan", "--detailed-exitcode"});
    run({"state", "verify"});
  }
  test::Program program;
};

TEST_F(Lives, WhatWasChangedAndDestroyedIsMadeAgain) {
  apply("resource a: local.Data { value = 1 }\n");
  apply("resource a: local.Data { value = 2 }\n");
  apply("resource a: local.Data { value = 3 }\n");
  run({"destroy", "--auto-approve"});
  apply("resource a: local.Data { value = 1 }\n");
  apply("");
  apply("resource a: local.Data { value = 1 }\n");
}

TEST_F(Lives, WhatWasChangedIsReplaced) {
  apply("resource a: local.Data { value = 1 }\nresource p: local.RandomPassword { length = 12 }\n");
  apply("resource a: local.Data { value = 2 }\nresource p: local.RandomPassword {\n  length  = 12\n  @retain = true\n}\n");
  run({"apply", "--auto-approve", "--replace", "a", "--replace", "p"});
  run({"apply", "--auto-approve", "--replace", "a", "--replace", "p"});
  run({"output"});
  run({"plan", "--detailed-exitcode"});
}

TEST_F(Lives, WhatMovedThereAndBackAndWasForgottenIsMadeAgain) {
  apply("resource a: local.Data { value = 1 }\n");
  run({"state", "mv", "a", "b"});
  run({"state", "mv", "b", "a"});
  run({"state", "rm", "a"});
  apply("resource a: local.Data { value = 1 }\n");
}

TEST_F(Lives, WhatWasForgottenIsAdoptedAgain) {
  program.files().write("there", "x");
  write("resource a: local.File {\n  path    = \"there\"\n  content = \"x\"\n}\n");
  for (int i = 0; i < 2; ++i) {
    run({"adopt", "a", "there"});
    run({"state", "mv", "a", "b"});
    run({"state", "mv", "b", "a"});
    run({"forget", "a"});
  }
  program.files().write("adopting.fabric", "adopt a from \"there\"\n");
  run({"apply", "--auto-approve"});
  run({"state", "mv", "a", "b"});
  run({"state", "mv", "b", "a"});
  run({"forget", "a"});
  run({"apply", "--auto-approve"});
  run({"plan", "--detailed-exitcode"});
}

TEST_F(Lives, TheLastTransactionIsKept) {
  apply("resource a: local.Data { value = 1 }\n");
  apply("resource a: local.Data { value = 2 }\n");
  run({"state", "compact", "--age", "0s", "--versions", "0"}, 64);
  run({"state", "compact", "--age", "0s", "--versions", "1"});
  run({"state", "verify"});
  apply("resource a: local.Data { value = 3 }\n");
}

TEST_F(Lives, ADeadlineLiesAhead) {
  apply("resource a: local.File {\n  path    = \"f\"\n  content = \"x\"\n}\n");
  std::string never = "resource a: local.File {\n  path      = \"f\"\n  content   = \"y\"\n  @timeouts = { create = 5m, update = -1s, destroy = -1s }\n}\n";
  write(never);
  auto ran = program.run({"apply", "--auto-approve"});
  EXPECT_EQ(ran.exit, 1) << ran.all();
  EXPECT_NE(ran.all().find("E0627"), std::string::npos) << ran.all();
  EXPECT_NE(ran.all().find("`@timeouts.update` of `a` is -1s"), std::string::npos) << ran.all();
  run({"state", "verify"});
  run({"destroy", "--auto-approve"});
  run({"state", "verify"});
}

}  // namespace
}  // namespace weft
