// Files that the program is told to write or to read: what is in the way of them is said, and nothing is lost by them.
#include <gtest/gtest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/program.h"

namespace weft {
namespace {

using Words = std::vector<std::string>;

class Outputs : public ::testing::Test {
 protected:
  void SetUp() override {
    program.files().write("main.fabric", "fabric \"shop\" {}\ninput n: int = 1\nresource a: local.File {\n  path = \"a.txt\"\n  content = \"${n}\"\n}\noutput n = n\n");
  }
  auto has(const test::Ran& ran, std::string_view words) -> bool { return ran.all().find(words) != std::string::npos; }
  auto there(const std::string& name) -> bool { return std::filesystem::exists(program.folder() + "/" + name); }
  void pipe(const std::string& name) { ASSERT_EQ(::mkfifo((program.folder() + "/" + name).c_str(), 0600), 0); }
  test::Program program;
};

TEST_F(Outputs, AFabricIsNotWrittenOver) {
  auto before = program.files().read("main.fabric");
  for (Words words : {Words{"plan", "--out"}, Words{"plan", "--html"}, Words{"plan", "--json-to"}, Words{"plan", "--trace"}, Words{"graph", "--svg"}}) {
    words.push_back("main.fabric");
    auto ran = program.run(words);
    EXPECT_EQ(ran.exit, 64) << ran.all();
    EXPECT_TRUE(has(ran, "would write over a file of a fabric")) << ran.all();
    EXPECT_EQ(program.files().read("main.fabric"), before);
  }
}

TEST_F(Outputs, EventsThatFoundNoRoomAreMissed) {
  for (const char* option : {"--json-to", "--trace"}) {
    auto ran = program.run({"plan", option, "/dev/full"});
    EXPECT_EQ(ran.exit, 1) << ran.all();
    EXPECT_TRUE(has(ran, "writing /dev/full: ")) << ran.all();
  }
}

TEST_F(Outputs, AFailedBackupLeavesNothingInTheWay) {
  ASSERT_EQ(program.run({"apply", "--auto-approve"}).exit, 0);
  auto ran = program.run({.arguments = {"state", "backup", "bk"}, .largest_file = 20'480});
  EXPECT_EQ(ran.exit, 1) << ran.all();
  EXPECT_TRUE(has(ran, "the disk of `")) << ran.all();
  EXPECT_FALSE(has(ran, "disk of `.weft/state`")) << ran.all();
  EXPECT_FALSE(there("bk"));
  EXPECT_EQ(program.run({"state", "backup", "bk"}).exit, 0);
}

TEST_F(Outputs, APipeInThePlaceOfAFileIsRefused) {
  pipe("weft.inputs");
  auto ran = program.run({"plan"});
  EXPECT_EQ(ran.exit, 1) << ran.all();
  EXPECT_TRUE(has(ran, "it is no regular file")) << ran.all();
  std::filesystem::remove(program.folder() + "/weft.inputs");
  pipe("p");
  ran = program.run({"apply", "p"});
  EXPECT_EQ(ran.exit, 1) << ran.all();
  EXPECT_TRUE(has(ran, "it is no regular file")) << ran.all();
  program.files().write("main.fabric", "fabric \"shop\" {}\nlet x = file.text(\"p\")\noutput x = x\n");
  ran = program.run({"plan"});
  EXPECT_EQ(ran.exit, 1) << ran.all();
  EXPECT_TRUE(has(ran, "it is no regular file")) << ran.all();
}

TEST_F(Outputs, InputsMayComeThroughAPipe) {
  auto ran = program.run({.arguments = {"plan", "--inputs", "/dev/stdin"}, .input = "n = 7\n"});
  EXPECT_EQ(ran.exit, 0) << ran.all();
  EXPECT_TRUE(has(ran, "7")) << ran.all();
}

TEST_F(Outputs, AWaitForInputsCanBeStopped) {
  pipe("given");
  auto child = program.start({"plan", "--inputs", "given", "--trace", "trace.json"});
  // It listens to signals once it has opened the pipe; opening the other end waits for that.
  int other = ::open((program.folder() + "/given").c_str(), O_WRONLY | O_CLOEXEC);
  ASSERT_GE(other, 0);
  ASSERT_EQ(::kill(child, SIGTERM), 0);
  auto ran = program.finish(child);
  ::close(other);
  EXPECT_EQ(ran.exit, 143) << ran.all();
  EXPECT_TRUE(has(ran, "Stopped.")) << ran.all();
}

// As it was, a record has the versions before it, whatever came later.
TEST_F(Outputs, AnOldVersionHasItsOwnPast) {
  ASSERT_EQ(program.run({"apply", "--auto-approve"}).exit, 0);
  auto head = [&](Words words) {
    auto out = program.run(words).out;
    return out.substr(0, out.find('\n'));
  };
  auto before = head({"state", "show", "a"});
  auto at = before.find('@');
  ASSERT_NE(at, std::string::npos) << before;
  auto version = before.substr(at, before.find_first_of(", ", at) - at);
  ASSERT_EQ(program.run({"apply", "--auto-approve", "--set", "n=2"}).exit, 0);
  ASSERT_NE(head({"state", "show", "a"}), before);
  EXPECT_EQ(head({"state", "show", "a", version}), before);
}

}  // namespace
}  // namespace weft
