// What a driver keeps beside an object is still there after its readiness was waited for.
#include <gtest/gtest.h>

#include "tests/support/events.h"
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

// Drawn once: it is judged again, and not drawn again.
TEST(Ready, WhatWasDrawnIsKeptUntilItIsReady) {
  Program program;
  program.files().write("main.fabric", R"(fabric "kept" {}
input need: int = 9
resource drawn: local.RandomId {
  bytes  = 4
  ensure self.bytes > need
}
resource copy: local.File {
  path    = "copy"
  content = drawn.hex
}
output hex = drawn.hex
)");
  auto drawn = [&] {
    auto listed = program.run({.arguments = {"state", "list", "drawn"}, .apart = true}).out;
    auto at = listed.find("local.RandomId  ");
    return at == std::string::npos ? std::string() : listed.substr(at, 22);
  };
  auto failed = program.run({"apply", "--auto-approve"});
  EXPECT_EQ(failed.exit, 4) << failed.all();
  auto first = drawn();
  ASSERT_FALSE(first.empty());
  EXPECT_EQ(program.run({"apply", "--auto-approve"}).exit, 4);
  EXPECT_EQ(drawn(), first);
  auto applied = program.run({"apply", "--auto-approve", "--set", "need=1"});
  EXPECT_EQ(applied.exit, 0) << applied.all();
  EXPECT_EQ(drawn(), first);
  auto plan = program.run({"plan", "--detailed-exitcode", "--set", "need=1"});
  EXPECT_EQ(plan.exit, 0) << plan.all();
}

// The command may have done what it does; its answer is of no use.
TEST(Ready, AnAnswerThatIsNoJsonIsNoProofThatNothingHappened) {
  Program program;
  auto fabric = [&](const std::string& answer) {
    program.files().write("main.fabric", "fabric \"kept\" {}\ninput token: secret string = secret(\"Sesame\")\nresource c: local.Command {\n"
                                         "  create      = \"echo made >> log; printf '{\\\"t\\\": %s}' " + answer + " >&3\"\n  remove      = \"echo removed >> log\"\n"
                                         "  environment = { TOKEN = token }\n  idempotent  = true\n}\n");
  };
  fabric("$TOKEN");
  auto failed = program.run({"apply", "--auto-approve"});
  EXPECT_EQ(failed.exit, 4) << failed.all();
  EXPECT_NE(failed.out.find("descriptor 3 is no JSON\""), std::string::npos) << failed.all();
  EXPECT_EQ(failed.out.find("Nothing was changed"), std::string::npos) << failed.all();
  EXPECT_EQ(failed.all().find("`S`"), std::string::npos) << failed.all();
  fabric("1");
  auto applied = program.run({"apply", "--auto-approve"});
  EXPECT_EQ(applied.exit, 0) << applied.all();
  EXPECT_EQ(program.files().read("log"), "made\nmade\n");
  EXPECT_EQ(program.run({"plan", "--detailed-exitcode"}).exit, 0);
}

}  // namespace
}  // namespace weft::test
