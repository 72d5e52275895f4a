// Files, folders and archives as a user has them: in each other, made from each other, two of one.
#include <filesystem>

#include <gtest/gtest.h>

#include "tests/support/program.h"

namespace weft {
namespace {

namespace fs = std::filesystem;

class LocalObjects : public ::testing::Test {
 protected:
  test::Program program;

  void fabric(const std::string& text) { program.files().write("main.fabric", "fabric \"f\" {}\n" + text); }
  auto apply() -> test::Ran { return program.run({"apply", "--auto-approve"}); }
  auto destroy() -> test::Ran { return program.run({"destroy", "--auto-approve"}); }
  auto there(const std::string& path) -> bool { return fs::exists(program.folder() + "/" + path); }
  void expect_applied() {
    auto ran = apply();
    EXPECT_EQ(ran.exit, 0) << ran.all();
    auto again = program.run({"plan", "--detailed-exitcode"});
    EXPECT_EQ(again.exit, 0) << again.all();
  }
  void expect_refused(const std::string& code, const std::string& text) {
    auto ran = program.run({"plan"});
    EXPECT_EQ(ran.exit, 1) << ran.all();
    EXPECT_NE(ran.all().find(code), std::string::npos) << ran.all();
    EXPECT_NE(ran.all().find(text), std::string::npos) << ran.all();
  }
};

TEST_F(LocalObjects, DestroyTakesAwayWhatWasMadeAlong) {
  fabric(R"(resource root: local.Directory { path = "root" }
resource one: local.File {
  path    = "${root.path}/sub/deep/1"
  content = "x"
}
resource two: local.File {
  path    = "${root.path}/sub/2"
  content = "x"
}
)");
  expect_applied();
  auto ran = destroy();
  EXPECT_EQ(ran.exit, 0) << ran.all();
  EXPECT_FALSE(there("root"));
}

// No reference says what stands in what.
TEST_F(LocalObjects, WhatStandsInAFolderComesAfterItAndGoesBeforeIt) {
  fabric(R"(resource a: local.File {
  path    = "out/sub/f"
  content = "x"
}
resource b: local.Directory {
  path = "out/sub"
  mode = "0750"
}
resource c: local.Directory {
  path = "./out"
  mode = "0700"
}
)");
  expect_applied();
  fabric("");
  auto ran = apply();
  EXPECT_EQ(ran.exit, 0) << ran.all();
  EXPECT_FALSE(there("out"));
}

TEST_F(LocalObjects, TheOneThatLeavesAPathGoesBeforeTheOneThatComes) {
  fabric(R"(resource a: local.File {
  path    = "x"
  content = "a"
}
resource b: local.File {
  path    = "y"
  content = "b"
}
)");
  expect_applied();
  fabric(R"(resource a: local.File {
  path    = "./y"
  content = "a"
}
resource b: local.File {
  path    = "./x"
  content = "b"
}
)");
  expect_applied();
  EXPECT_EQ(program.files().read("y"), "a");
  EXPECT_EQ(program.files().read("x"), "b");
  fabric(R"(resource c: local.Directory { path = "x" }
resource d: local.File {
  path    = "y"
  content = "a"
}
)");
  expect_applied();
  EXPECT_TRUE(fs::is_directory(program.folder() + "/x"));
  EXPECT_EQ(program.files().read("y"), "a");
}

// What uses the old one lets go of it only when the new one is there, which cannot be beside it.
TEST_F(LocalObjects, ARenameThatCannotBeOrderedIsAnErrorOfThePlan) {
  auto named = [](const std::string& name) {
    return "resource " + name + ": local.File {\n  path    = \"a\"\n  content = \"x\"\n}\nresource user: local.Data { value = " + name + ".sha256 }\n" +
           "resource folder: local.Directory { path = \"dir\" }\nresource inside: local.File {\n  path    = \"dir/in\"\n  content = \"x\"\n}\n";
  };
  fabric(named("one"));
  expect_applied();
  fabric(named("other"));
  expect_refused("E0619", "moved one to other");
  fabric(named("other") + "moved one to other\n");
  expect_applied();
}

TEST_F(LocalObjects, TwoAddressesOfOneObjectAreRefused) {
  for (const char* other : {"local.File {\n  path = \"./b\"\n  content = \"x\"\n}", "local.Directory { path = \"a/../b/\" }",
                            "local.Archive {\n  path = \"b\"\n  format = \"zip\"\n  files = { a = \"x\" }\n}"}) {
    fabric(std::string("resource one: local.File {\n  path = \"b\"\n  content = \"x\"\n}\nresource other: ") + other + "\n");
    expect_refused("E0612", "are the same object");
  }
  fabric("resource one: local.File for i in [1, 2] {\n  path = \"b\"\n  content = \"x\"\n}\n");
  expect_refused("E0612", "are the same object");
}

TEST_F(LocalObjects, NothingStandsInAFile) {
  const std::string file = "resource outer: local.File {\n  path    = \"p\"\n  content = \"x\"\n}\n";
  const std::string archive = "resource outer: local.Archive {\n  path   = \"p\"\n  format = \"zip\"\n  files  = { a = \"x\" }\n}\n";
  const std::string inner = "resource inner: local.File {\n  path    = \"./p/q/r\"\n  content = \"x\"\n}\n";
  const std::string folder = "resource inner: local.Directory { path = \"p/q\" }\n";
  for (const auto& both : {file + inner, inner + file, archive + inner, file + folder, folder + archive}) {
    fabric(both);
    expect_refused("E0628", "`inner` stands inside `outer`, in which nothing can stand");
  }
  fabric("resource outer: local.Directory { path = \"p\" }\n" + inner);
  expect_applied();
}

TEST_F(LocalObjects, NoSecretIsSeenInANameOrALength) {
  struct Case {
    const char* body;
    const char* attribute;
  };
  for (const auto& one : std::vector<Case>{
           {"resource a: local.File {\n  path = \"d/${token}\"\n  content = \"x\"\n}", "path"},
           {"resource a: local.File {\n  path = \"d\"\n  source = token\n}", "source"},
           {"resource a: local.Directory { path = token }", "path"},
           {"resource a: local.Archive {\n  path = \"d\"\n  format = \"zip\"\n  source = token\n}", "source"},
           {"resource a: local.Command {\n  create = \"true\"\n  directory = token\n}", "directory"},
           {"resource a: local.RandomPassword { length = number }", "length"},
           {"resource a: local.RandomPet {\n  words = 2\n  separator = token\n}", "separator"},
           {"resource k: local.Key { algorithm = \"ed25519\" }\nresource a: local.Certificate {\n  key_pem = k.private_pem\n  subject = { common_name = token }\n  valid_for = 1d\n}", "subject"},
           {"lookup a: local.File { path = token }\noutput x = a.sha256", "path"},
       }) {
    fabric(std::string("input token: secret string = \"tok3n-value\"\ninput number: secret int = 12\n") + one.body + "\n");
    auto ran = program.run({"plan"});
    EXPECT_EQ(ran.exit, 1) << one.body << ran.all();
    EXPECT_NE(ran.all().find("E0624"), std::string::npos) << one.body << ran.all();
    EXPECT_NE(ran.all().find("`" + std::string(one.attribute) + "` of `a` is a secret"), std::string::npos) << one.body << ran.all();
    EXPECT_EQ(ran.all().find("tok3n-value"), std::string::npos) << one.body << ran.all();
  }
  fabric("input token: secret string = \"tok3n-value\"\nresource a: local.File {\n  path = \"d/${reveal(token)}\"\n  content = \"x\"\n}\n");
  EXPECT_EQ(apply().exit, 0);
  EXPECT_TRUE(there("d/tok3n-value"));
}

TEST_F(LocalObjects, ASourceThatNobodyMakesIsAnErrorOfThePlan) {
  fabric("resource a: local.File {\n  path = \"a\"\n  source = \"none\"\n}\n");
  expect_refused("E0607", "`source`: `none` is not there");
  fabric("resource a: local.Archive {\n  path = \"a\"\n  format = \"zip\"\n  source = \"none\"\n}\n");
  expect_refused("E0607", "`source`: `none` is not there");
  program.files().write("file", "");
  fabric("resource a: local.Archive {\n  path = \"a\"\n  format = \"zip\"\n  source = \"file\"\n}\n");
  expect_refused("E0607", "`source`: `file` is no folder");
  // Made by this plan: by what stands there, or by what it waits for.
  fabric(R"(resource a: local.File {
  path   = "a"
  source = "./made/x"
}
resource b: local.File {
  path    = "made/x"
  content = "x"
}
resource c: local.Archive {
  path   = "c"
  format = "zip"
  source = "made"
}
resource d: local.File {
  path   = "d"
  source = "built"
  @depends_on = [build]
}
resource build: local.Command { create = "echo 1 > built" }
)");
  expect_applied();
  EXPECT_EQ(program.files().read("a"), "x");
}

TEST_F(LocalObjects, WhatIsMadeFromAFileFollowsItInOneApply) {
  auto with = [&](const std::string& content) {
    fabric("resource a: local.File {\n  path = \"a/x\"\n  content = \"" + content + R"("
}
resource b: local.File {
  path   = "b"
  source = a.path
}
resource c: local.Archive {
  path   = "c"
  format = "tar.gz"
  source = "a"
  @depends_on = [a]
}
resource d: local.Data { value = [b.sha256, c.sha256] }
)");
  };
  with("1");
  expect_applied();
  with("2");
  expect_applied();
  EXPECT_EQ(program.files().read("b"), "2");
}

TEST_F(LocalObjects, WhatFollowsAChangedSourceFollowsInOneApply) {
  program.files().write("from", "1");
  fabric(R"(resource b: local.File {
  path   = "b"
  source = "from"
}
resource d: local.Data { value = b.sha256 }
)");
  expect_applied();
  program.files().write("from", "2");
  expect_applied();
}

}  // namespace
}  // namespace weft
