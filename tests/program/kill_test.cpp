// Killed anywhere, run again: nothing is lost and nothing is there twice.
#include <filesystem>
#include <fstream>
#include <random>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "lang/os/crash.h"
#include "tests/support/program.h"

namespace weft {
namespace {

namespace fs = std::filesystem;

// 100 steps: values, files that use them, folders, secrets and commands.
constexpr const char* kMixed = R"(fabric "mixed" {}

resource item: local.Data for i in range(40) { value = "value ${i}" }
resource folder: local.Directory for i in range(5) { path = "out/d${i}" }
resource file: local.File for i in range(35) {
  path    = "${folder[i % 5].path}/f${i}.txt"
  content = "${item[i].id}\n"
}
resource password: local.RandomPassword for i in range(5) { length = 16 }
resource secret: local.File for i in range(5) {
  path    = "out/secret${i}.txt"
  content = password[i].result
}
resource mark: local.Command for i in range(10) {
  create     = ["sh", "-c", "mkdir -p marks && echo ${i} > marks/${i}"]
  read       = ["sh", "-c", "test -f marks/${i} || exit 3"]
  remove     = ["rm", "-f", "marks/${i}"]
  idempotent = true
}
output ids = [for i, d in item: d.id]
)";

class Killed : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!kHasCrashPoints) GTEST_SKIP() << "this build has no crash points";
    folder.write("main.fabric", kMixed);
  }
  auto program() -> test::Program& { return program_; }

  // The second run finishes; then the world, the records and the files agree.
  void recovers(const std::string& where) {
    auto again = program().run({"apply", "--auto-approve"});
    ASSERT_EQ(again.exit, 0) << where << "\n" << again.out;
    auto plan = program().run({"plan", "--detailed-exitcode"});
    EXPECT_EQ(plan.exit, 0) << where << "\n" << plan.out;
    size_t files = 0;
    for (const auto& entry : fs::recursive_directory_iterator(folder.path() + "/out")) files += entry.is_regular_file() ? 1 : 0;
    EXPECT_EQ(files, 40u) << where << ": lost, or something beside it is left over";
    size_t marks = 0;
    for (const auto& entry : fs::directory_iterator(folder.path() + "/marks")) marks += entry.is_regular_file() ? 1 : 0;
    EXPECT_EQ(marks, 10u) << where;
    auto list = program().run({"state", "list"});
    size_t lines = 0;
    for (char c : list.out) lines += c == '\n' ? 1 : 0;
    EXPECT_EQ(lines, 101u) << where << "\n" << list.out;  // 100 records and the heading
  }
  void destroys(const std::string& where) {
    auto gone = program().run({"destroy", "--auto-approve"});
    ASSERT_EQ(gone.exit, 0) << where << "\n" << gone.out;
    for (const auto& entry : fs::recursive_directory_iterator(folder.path())) {
      bool of_ours = entry.is_regular_file() && (entry.path().string().find("/out/") != std::string::npos || entry.path().string().find("/marks/") != std::string::npos);
      EXPECT_FALSE(of_ours) << where << ": " << entry.path();
    }
  }
  void fresh() {
    for (const char* name : {".weft", "out", "marks"}) fs::remove_all(folder.path() + "/" + name);
  }

  test::TempDir folder, home;
  test::Program program_{folder.path(), home.path()};
};

TEST_F(Killed, AtEveryNamedPointOfAnApply) {
  // One run that is left alone tells which points there are on the way.
  ASSERT_EQ(program().run({"apply", "--auto-approve"}, {"WEFT_CRASH_LOG=" + home.path("passed")}).exit, 0);
  std::set<std::string> reached;
  {
    std::ifstream passed(home.path("passed"));
    for (std::string name; std::getline(passed, name);) reached.insert(name);
  }
  for (const auto& name : reached) {
    for (const char* pass : {"1", "9"}) {
      auto where = name + ":" + pass;
      fresh();
      auto first = program().run({"apply", "--auto-approve"}, {"WEFT_CRASH=" + where});
      if (!first.killed()) {
        EXPECT_STRNE(pass, "1") << name << " was passed before and not now";
        EXPECT_EQ(first.exit, 0) << where << "\n" << first.out;
        break;
      }
      recovers(where);
      if (HasFatalFailure()) return;
    }
  }
  // What an apply on the local store must pass through.
  for (const char* name : {"claim.sent", "claim.durable", "intent.batched", "intent.sent", "intent.durable", "lease.checked", "call.sent",
                           "call.answered", "result.batched", "result.sent", "result.durable", "end.sent", "end.durable", "key.made", "key.wrapped"}) {
    EXPECT_TRUE(reached.contains(name)) << name << " was not reached";
  }
  destroys("at the end");
}

TEST_F(Killed, WhileSettlingWhatAnEarlierKillLeft) {
  for (const char* name : {"fence.sent", "fence.durable", "settle.looked", "settle.sent", "settle.durable"}) {
    fresh();
    // The first 45 are values of the state alone, which need no intent.
    ASSERT_TRUE(program().run({"apply", "--auto-approve"}, {"WEFT_CRASH=call.sent:50"}).killed());
    auto second = program().run({"apply", "--auto-approve"}, {std::string("WEFT_CRASH=") + name});
    EXPECT_TRUE(second.killed()) << name << " was not reached\n" << second.out;
    recovers(name);
    if (HasFatalFailure()) return;
  }
}

// WEFT_KILLS: how many (12), WEFT_SEED: to see the same ones again.
TEST_F(Killed, AtRandomInstants) {
  const char* asked = std::getenv("WEFT_KILLS");
  int kills = asked == nullptr ? 12 : std::atoi(asked);
  const char* seed_text = std::getenv("WEFT_SEED");
  unsigned seed = seed_text == nullptr ? std::random_device{}() : static_cast<unsigned>(std::strtoul(seed_text, nullptr, 10));
  std::mt19937 chance(seed);
  // How long a whole run takes here and now tells the span to choose instants from.
  auto begun = std::chrono::steady_clock::now();
  ASSERT_EQ(program().run({"apply", "--auto-approve"}).exit, 0);
  auto whole = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begun).count();
  std::uniform_int_distribution<long> instant(1000, whole);
  for (int i = 0; i < kills; ++i) {
    fresh();
    auto after = std::chrono::microseconds(instant(chance));
    (void)program().run({"apply", "--auto-approve"}, {}, after);
    recovers("seed " + std::to_string(seed) + ", kill " + std::to_string(i) + " after " + std::to_string(after.count()) + " µs");
    if (HasFatalFailure()) return;
  }
}

TEST_F(Killed, WhileDestroying) {
  for (const char* name : {"intent.durable", "call.answered:40", "result.durable"}) {
    fresh();
    ASSERT_EQ(program().run({"apply", "--auto-approve"}).exit, 0);
    ASSERT_TRUE(program().run({"destroy", "--auto-approve"}, {std::string("WEFT_CRASH=") + name}).killed()) << name;
    destroys(name);
    if (HasFatalFailure()) return;
    EXPECT_EQ(program().run({"state", "list"}).out.find("item"), std::string::npos) << name;
  }
}

// A step that nobody can look up is asked about, never done again by itself.
class KilledBlind : public Killed {
 protected:
  void SetUp() override {
    if (!kHasCrashPoints) GTEST_SKIP() << "this build has no crash points";
    folder.write("main.fabric", kBlind);
  }
  static constexpr const char* kBlind = R"(fabric "blind" {}
resource once: local.Command {
  create = ["sh", "-c", "echo done >> effects"]
  update = ["sh", "-c", "echo updated >> effects"]
}
resource other: local.File {
  path    = "other.txt"
  content = "x"
}
)";
  auto effects() -> std::string { return fs::exists(folder.path("effects")) ? folder.read("effects") : ""; }
};

TEST_F(KilledBlind, IsAskedAbout) {
  ASSERT_TRUE(program().run({"apply", "--auto-approve"}, {"WEFT_CRASH=call.answered"}).killed());
  auto again = program().run({"apply", "--auto-approve"});
  EXPECT_EQ(again.exit, 4) << again.out;
  EXPECT_NE(again.out.find("weft recover"), std::string::npos) << again.out;
  EXPECT_TRUE(fs::exists(folder.path("other.txt"))) << "what does not depend on it goes on";
  EXPECT_LE(effects().size(), 5u) << "it was done twice";
  auto told = program().run({"recover", "once", "--not-done"});
  EXPECT_EQ(told.exit, 0) << told.out;
  EXPECT_EQ(program().run({"apply", "--auto-approve"}).exit, 0);
}

// The provider cannot look at it: the person's word is enough, and nothing is done a second time.
TEST_F(KilledBlind, IsRecordedOnAPersonsWord) {
  ASSERT_TRUE(program().run({"apply", "--auto-approve", "--parallel", "1", "--only", "once"}, {"WEFT_CRASH=call.answered"}).killed());
  EXPECT_EQ(effects(), "done\n");
  folder.write("main.fabric", R"(fabric "blind" {}
resource once: local.Command { create = ["sh", "-c", "echo more >> effects"] }
)");
  auto refused = program().run({"recover", "once", "--adopt", "that-one"});
  EXPECT_EQ(refused.exit, 3) << refused.out;
  EXPECT_NE(refused.out.find("the files say something else"), std::string::npos) << refused.out;
  folder.write("main.fabric", kBlind);
  auto told = program().run({"recover", "once", "--adopt", "that-one"});
  EXPECT_EQ(told.exit, 0) << told.out;
  auto rest = program().run({"apply", "--auto-approve"});
  EXPECT_EQ(rest.exit, 0) << rest.out;
  EXPECT_EQ(effects(), "done\n");
  auto plan = program().run({"plan", "--detailed-exitcode"});
  EXPECT_EQ(plan.exit, 0) << plan.out;
  EXPECT_NE(program().run({"state", "list"}).out.find("that-one"), std::string::npos);
}

}  // namespace
}  // namespace weft
