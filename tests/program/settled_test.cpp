// What a killed run left, settled by a run that no longer sees the same files, or that finds an older object beside it.
#include <unistd.h>

#include <fstream>

#include <gtest/gtest.h>

#include "lang/os/crash.h"
#include "tests/support/program.h"

namespace weft::test {
namespace {

class Settled : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!kHasCrashPoints) GTEST_SKIP() << "this build has no crash points";
  }
  auto there(const std::string& name) -> bool { return std::ifstream(program.files().path(name)).good(); }
  void fabric(const std::string& text) { program.files().write("main.fabric", "fabric \"some\" {}\n" + text); }
  auto apply(std::vector<std::string> environment = {}) -> Ran { return program.run({"apply", "--auto-approve"}, environment); }
  auto listed(const std::string& address) -> bool { return program.run({"state", "list"}).out.find(address) != std::string::npos; }

  Program program;
};

constexpr const char* kFirst = R"(resource f: local.File {
  path          = "a.txt"
  content       = "x"
  @create_first = true
}
)";
constexpr const char* kNext = R"(resource f: local.File {
  path          = "b.txt"
  content       = "x"
  @create_first = true
}
)";

TEST_F(Settled, TheOldObjectOfACreateFirstReplacementIsRemoved) {
  fabric(kFirst);
  ASSERT_EQ(apply().exit, 0);
  fabric(kNext);
  ASSERT_TRUE(apply({"WEFT_CRASH=call.answered"}).killed());
  ASSERT_TRUE(there("a.txt") && there("b.txt"));
  auto again = apply();
  EXPECT_EQ(again.exit, 0) << again.all();
  EXPECT_FALSE(there("a.txt")) << "forgotten\n" << again.all();
  EXPECT_TRUE(there("b.txt"));
  EXPECT_FALSE(listed("#old"));
  EXPECT_EQ(program.run({"plan", "--detailed-exitcode"}).exit, 0);
}

TEST_F(Settled, APersonsAnswerKeepsTheOldObjectToo) {
  fabric(kFirst);
  ASSERT_EQ(apply().exit, 0);
  fabric(kNext);
  ASSERT_TRUE(apply({"WEFT_CRASH=call.answered"}).killed());
  auto told = program.run({"recover", "f", "--adopt", "b.txt"});
  EXPECT_EQ(told.exit, 0) << told.all();
  EXPECT_TRUE(listed("f#old-"));
  auto again = apply();
  EXPECT_EQ(again.exit, 0) << again.all();
  EXPECT_FALSE(there("a.txt"));
  EXPECT_TRUE(there("b.txt"));
}

TEST_F(Settled, WhatWasMadeFromOtherFilesIsAskedAbout) {
  fabric("resource f: local.File {\n  path    = \"a.txt\"\n  content = \"x\"\n}\n");
  ASSERT_TRUE(apply({"WEFT_CRASH=call.answered"}).killed());
  ASSERT_TRUE(there("a.txt"));
  fabric("resource f: local.File {\n  path    = \"b.txt\"\n  content = \"y\"\n}\n");
  auto again = apply();
  EXPECT_EQ(again.exit, 4) << again.all();
  EXPECT_NE(again.out.find("a.txt"), std::string::npos) << again.out;
  EXPECT_FALSE(there("b.txt")) << "made while nobody knows what became of the first";
  ASSERT_EQ(program.run({"recover", "f", "--adopt", "a.txt"}).exit, 0);
  auto last = apply();
  EXPECT_EQ(last.exit, 0) << last.all();
  EXPECT_FALSE(there("a.txt"));
  EXPECT_TRUE(there("b.txt"));
}

// The fabric is the same, but what it copies and packs is not.
TEST_F(Settled, WhatWasMadeFromASourceThatHasChangedIsAskedAbout) {
  struct Case {
    std::string made, text;
  };
  for (const auto& [made, text] : std::vector<Case>{{"copy.txt", "local.File {\n  path   = \"copy.txt\"\n  source = \"from/a\"\n}\n"},
                                                    {"all.zip", "local.Archive {\n  path   = \"all.zip\"\n  format = \"zip\"\n  source = \"from\"\n}\n"}}) {
    program.files().write("from/a", "one");
    fabric("resource f: " + text);
    ASSERT_TRUE(apply({"WEFT_CRASH=call.answered"}).killed()) << made;
    ASSERT_TRUE(there(made));
    program.files().write("from/a", "two");
    auto again = apply();
    EXPECT_EQ(again.exit, 4) << again.all();
    EXPECT_NE(again.out.find(made), std::string::npos) << again.out;
    EXPECT_NE(program.run({"destroy", "--auto-approve"}).exit, 0) << "it would stay for ever";
    ASSERT_EQ(program.run({"recover", "f", "--adopt", made}).exit, 0);
    auto last = apply();
    EXPECT_EQ(last.exit, 0) << last.all();
    EXPECT_EQ(program.run({"plan", "--detailed-exitcode"}).exit, 0);
    EXPECT_EQ(program.run({"destroy", "--auto-approve"}).exit, 0);
    EXPECT_FALSE(there(made));
  }
}

TEST_F(Settled, TheFabricsOwnFolderIsNobodysObject) {
  fabric("resource d: local.Directory { path = \"one\" }\n");
  ASSERT_TRUE(apply({"WEFT_CRASH=intent.durable"}).killed());
  ASSERT_FALSE(there("one"));
  fabric("resource d: local.Directory { path = \"two\" }\n");
  auto again = apply();
  EXPECT_EQ(again.exit, 0) << again.all();
  EXPECT_TRUE(there("two"));
  EXPECT_FALSE(there("one"));
  EXPECT_EQ(program.run({"plan", "--detailed-exitcode"}).exit, 0);
}

constexpr const char* kMade = R"(resource c: local.Command {
  create      = "touch made-$V; echo $WEFT_OPERATION > done"
  read        = "test -f made-$V || exit 3"
  remove      = "rm made-$V"
  settle      = "grep -qx $WEFT_OPERATION done || exit 3"
  environment = { V = "@" }
}
)";

// Its `settle` command knows that it was done, but its `read` and its `remove` would look for what the files say now.
TEST_F(Settled, ACommandIsNotRecordedWithoutWhatItWasMadeWith) {
  auto with = [](std::string value) { return std::string(kMade).replace(std::string(kMade).find('@'), 1, value); };
  fabric(with("first"));
  ASSERT_TRUE(apply({"WEFT_CRASH=call.answered"}).killed());
  ASSERT_TRUE(there("made-first"));
  fabric(with("next"));
  auto asked = program.run({"recover"});
  EXPECT_EQ(asked.exit, 4) << asked.all();
  EXPECT_NE(asked.out.find("with those of that run it is recorded"), std::string::npos) << asked.all();
  fabric(with("first"));
  auto told = program.run({"recover"});
  EXPECT_EQ(told.exit, 0) << told.all();
  fabric(with("next"));
  auto replaced = apply();
  EXPECT_EQ(replaced.exit, 0) << replaced.all();
  EXPECT_TRUE(there("made-next") && !there("made-first")) << "lost\n" << replaced.all();
}

// What its record stood for is gone: there is no older object beside the one that was made.
TEST_F(Settled, WhatWasMadeAgainInThePlaceOfWhatWasGoneStays) {
  fabric("resource x: local.Command {\n  create     = \"mkdir -p thing\"\n  read       = \"test -d thing || exit 3\"\n"
         "  remove     = \"rmdir thing\"\n  idempotent = true\n}\n");
  ASSERT_EQ(apply().exit, 0);
  ASSERT_EQ(::rmdir(program.files().path("thing").c_str()), 0);
  ASSERT_TRUE(apply({"WEFT_CRASH=call.answered"}).killed());
  ASSERT_TRUE(there("thing"));
  auto again = apply();
  EXPECT_EQ(again.exit, 0) << again.all();
  EXPECT_TRUE(there("thing")) << again.all();
  EXPECT_FALSE(listed("#old"));
  EXPECT_EQ(program.run({"plan", "--detailed-exitcode"}).exit, 0);
  EXPECT_EQ(program.run({"state", "verify"}).exit, 0);
}

// However it is called by now: nothing is done to it before somebody has said what became of it.
TEST_F(Settled, WhatIsMovedIsInDoubtAllTheSame) {
  auto command = [](const std::string& name, const std::string& text) {
    return "resource " + name + ": local.Command {\n  create = \"echo created >> log\"\n  update = \"echo updated >> log\"\n"
           "  remove = \"true\"\n  input  = \"" + text + "\"\n}\n";
  };
  fabric(command("a", "one"));
  ASSERT_TRUE(apply({"WEFT_CRASH=call.answered"}).killed());
  fabric(command("b", "one") + "moved a to b\n");
  auto ran = apply();
  EXPECT_EQ(ran.exit, 4) << ran.all();
  EXPECT_EQ(program.files().read("log"), "created\n") << "twice";
  ASSERT_EQ(program.run({"recover", "a", "--adopt", "id-1"}).exit, 0);
  ASSERT_EQ(apply().exit, 0);
  EXPECT_TRUE(listed("b"));
  // The same of an update.
  fabric(command("b", "two"));
  ASSERT_TRUE(apply({"WEFT_CRASH=call.answered"}).killed());
  auto log = program.files().read("log");
  fabric(command("c", "two") + "moved b to c\n");
  ran = apply();
  EXPECT_EQ(ran.exit, 4) << ran.all();
  EXPECT_EQ(program.run({"destroy", "--auto-approve"}).exit, 4);
  EXPECT_EQ(program.files().read("log"), log);
  ran = program.run({"recover", "b", "--not-done"});
  ASSERT_EQ(ran.exit, 0) << ran.all();
  ran = apply();
  EXPECT_EQ(ran.exit, 0) << ran.all();
  EXPECT_EQ(program.files().read("log"), log + "updated\n");
  EXPECT_EQ(program.run({"plan", "--detailed-exitcode"}).exit, 0);
}

// What a killed run has made is judged like what any other has.
TEST_F(Settled, WhatWasFoundIsNotReadyBeforeItsEnsureHolds) {
  fabric("resource f: local.File {\n  path    = \"a.txt\"\n  content = \"x\"\n  ensure self.size > 10B, \"too short\"\n}\n"
         "resource g: local.File {\n  path        = \"b.txt\"\n  content     = \"x\"\n  @depends_on = [f]\n}\n");
  ASSERT_TRUE(apply({"WEFT_CRASH=call.answered"}).killed());
  auto again = apply();
  EXPECT_NE(again.exit, 0) << again.all();
  EXPECT_NE(again.out.find("too short"), std::string::npos) << again.all();
  EXPECT_FALSE(there("b.txt"));
}

// The call that seemed to be needed turns out not to be; what only the record says is written all the same.
TEST_F(Settled, WhatOnlyTheRecordSaysIsWrittenWithoutACall) {
  auto text = [](const std::string& more) {
    return "resource a: local.File {\n  path    = \"a.txt\"\n  content = \"x\"\n}\nresource c: local.Data {\n  value = a.sha256\n" + more + "}\n";
  };
  fabric(text(""));
  ASSERT_EQ(apply().exit, 0);
  ASSERT_EQ(::unlink(program.files().path("a.txt").c_str()), 0);
  fabric(text("  @protect = true\n"));
  auto ran = apply();
  EXPECT_EQ(ran.exit, 0) << ran.all();
  auto plan = program.run({"plan", "--detailed-exitcode"});
  EXPECT_EQ(plan.exit, 0) << plan.all();
  EXPECT_EQ(program.run({"destroy", "--auto-approve"}).exit, 3);
}

}  // namespace
}  // namespace weft::test
