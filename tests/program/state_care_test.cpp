// weft state verify, backup, heal, compact.
#include <filesystem>

#include <gtest/gtest.h>

#include "tests/support/program.h"

namespace weft {
namespace {

namespace fs = std::filesystem;

class StateCare : public ::testing::Test {
 protected:
  void SetUp() override { apply("one"); }
  void apply(const std::string& content) {
    folder.write("main.fabric", "fabric \"care\" {}\nresource f: local.File {\n  path    = \"f.txt\"\n  content = \"" + content + "\"\n}\n");
    auto ran = run({"apply", "--auto-approve"});
    ASSERT_EQ(ran.exit, 0) << ran.out;
  }
  auto run(const std::vector<std::string>& arguments) -> test::Ran { return program.run(arguments); }
  void put_back(const std::string& from) {
    // Beside what was there, which keeps its inode busy.
    fs::rename(folder.path(".weft/state/default"), folder.path(".weft/state/before"));
    fs::create_directories(folder.path(".weft/state/default"));
    fs::copy(folder.path(from), folder.path(".weft/state/default"), fs::copy_options::recursive);
  }
  test::TempDir folder, home;
  test::Program program{folder.path(), home.path()};
};

TEST_F(StateCare, AStateIsVerifiedAndCopied) {
  auto verified = run({"state", "verify"});
  EXPECT_EQ(verified.exit, 0) << verified.out;
  EXPECT_NE(verified.out.find("is what its log says"), std::string::npos) << verified.out;
  EXPECT_EQ(run({"state", "backup", "copy"}).exit, 0);
  auto twice = run({"state", "backup", "copy"});
  EXPECT_EQ(twice.exit, 1) << twice.out;
  EXPECT_TRUE(fs::exists(folder.path("copy/data.mdb")));
}

TEST_F(StateCare, ARestoredStateIsWrittenOnlyWhenSomebodySaysThatItWasMoved) {
  ASSERT_EQ(run({"state", "backup", "copy"}).exit, 0);
  put_back("copy");
  folder.write("main.fabric", "fabric \"care\" {}\n");
  auto looked = run({"plan"});
  EXPECT_EQ(looked.exit, 0) << "looking is always possible";
  EXPECT_NE(looked.all().find("warning[W0632]: an apply will refuse this plan: the state in "), std::string::npos) << looked.all();
  EXPECT_NE(looked.all().find("weft state heal --moved"), std::string::npos) << looked.all();
  auto refused = run({"apply", "--auto-approve"});
  EXPECT_NE(refused.exit, 0);
  EXPECT_NE(refused.out.find("weft state heal --moved"), std::string::npos) << refused.out;
  EXPECT_TRUE(fs::exists(folder.path("f.txt")));
  auto said = run({"state", "heal"});
  EXPECT_EQ(said.exit, 64) << said.out;
  auto healed = run({"state", "heal", "--moved"});
  EXPECT_EQ(healed.exit, 0) << healed.out;
  auto applied = run({"apply", "--auto-approve"});
  EXPECT_EQ(applied.exit, 0) << applied.out;
  EXPECT_FALSE(fs::exists(folder.path("f.txt")));
  auto again = run({"state", "heal", "--moved"});
  EXPECT_NE(again.out.find("needs no healing"), std::string::npos) << again.out;
}

TEST_F(StateCare, AnOlderStateIsGoneOnWithOnlyWhenSomebodySaysSo) {
  ASSERT_EQ(run({"state", "backup", "copy"}).exit, 0);
  apply("two");
  put_back("copy");
  auto moved = run({"state", "heal", "--moved"});
  EXPECT_EQ(moved.exit, 1) << moved.out;
  EXPECT_NE(moved.out.find("weft state heal --moved --accept-rewind"), std::string::npos) << moved.out;
  auto healed = run({"state", "heal", "--moved", "--accept-rewind"});
  EXPECT_EQ(healed.exit, 0) << healed.out;
  apply("three");
  EXPECT_EQ(run({"state", "verify"}).exit, 0);
}

TEST_F(StateCare, AStateThatHasLostItsFileIsNoNewOne) {
  for (bool empty : {true, false}) {
    fs::remove(folder.path(".weft/state/default/data.mdb"));
    if (empty) folder.write(".weft/state/default/data.mdb", "");
    for (const std::vector<std::string>& words : {std::vector<std::string>{"plan"}, {"apply", "--auto-approve"}, {"state", "list"}}) {
      auto refused = run(words);
      EXPECT_EQ(refused.exit, 1) << refused.out;
      EXPECT_NE(refused.out.find("has lost its file"), std::string::npos) << refused.out;
    }
  }
}

TEST_F(StateCare, AnotherFabricsStateIsNotTakenForItsOwn) {
  folder.write("main.fabric", "fabric \"other\" {}\nresource g: local.Data { value = 1 }\n");
  for (const std::vector<std::string>& words : {std::vector<std::string>{"plan"}, {"apply", "--auto-approve"}, {"destroy", "--auto-approve"}}) {
    auto refused = run(words);
    EXPECT_EQ(refused.exit, 1) << refused.out;
    EXPECT_NE(refused.out.find("the state of the fabric `care`, not of `other`"), std::string::npos) << refused.out;
  }
  EXPECT_TRUE(fs::exists(folder.path("f.txt")));
  auto healed = run({"state", "heal", "--renamed"});
  EXPECT_EQ(healed.exit, 0) << healed.out;
  auto plan = run({"plan"});
  EXPECT_EQ(plan.exit, 0) << plan.out;
  EXPECT_NE(plan.out.find("destroy 1"), std::string::npos) << plan.out;
}

TEST_F(StateCare, OldHistoryIsDroppedAndRecordsStay) {
  for (int i = 0; i < 5; ++i) apply("round " + std::to_string(i));
  auto before = run({"state", "list"}).out;
  auto nothing = run({"state", "compact"});
  EXPECT_NE(nothing.out.find("Nothing is older"), std::string::npos) << nothing.out;
  auto wrong = run({"state", "compact", "--age", "soon"});
  EXPECT_EQ(wrong.exit, 64) << wrong.out;
  auto compacted = run({"state", "compact", "--versions", "3", "--age", "0s"});
  EXPECT_EQ(compacted.exit, 0) << compacted.out;
  EXPECT_NE(compacted.out.find("history begins at @"), std::string::npos) << compacted.out;
  EXPECT_EQ(run({"state", "list"}).out, before);
  EXPECT_EQ(run({"state", "verify"}).exit, 0);
  EXPECT_EQ(run({"plan", "--detailed-exitcode"}).exit, 0);
  apply("after");
}

}  // namespace
}  // namespace weft
