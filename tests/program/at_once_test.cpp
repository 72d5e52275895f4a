// Several at once: disjoint parts all succeed, overlapping ones are told who has what, and a holder's claim is taken over
// only once it is surely dead.
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/support/program.h"

namespace weft {
namespace {

namespace fs = std::filesystem;

TEST(AtOnce, DisjointPartsAndOtherEnvironmentsAllSucceed) {
  test::TempDir folder, home;
  folder.write("main.fabric", R"(fabric "both" {}
resource left: local.File for i in range(200) {
  path    = "${fabric.env}/left/${i}.txt"
  content = "${i}"
}
resource right: local.File for i in range(200) {
  path    = "${fabric.env}/right/${i}.txt"
  content = "${i}"
}
)");
  test::Program program(folder.path(), home.path());
  std::vector<std::vector<std::string>> runs{{"--only", "left"}, {"--only", "right"}, {"--env", "dev"}, {"--env", "prod"}};
  std::vector<pid_t> started;
  for (auto& arguments : runs) {
    arguments.insert(arguments.begin(), {"apply", "--auto-approve"});
    started.push_back(program.start(arguments));
  }
  for (pid_t one : started) {
    auto ran = program.finish(one);
    EXPECT_EQ(ran.exit, 0) << ran.out;
  }
  for (const char* env : {"default", "dev", "prod"}) {
    auto plan = program.run({"plan", "--detailed-exitcode", "--env", env});
    EXPECT_EQ(plan.exit, 0) << plan.out;
    for (const char* side : {"left", "right"}) {
      auto files = fs::directory_iterator(folder.path() + "/" + env + "/" + side);
      EXPECT_EQ(std::distance(begin(files), end(files)), 200) << env << " " << side;
    }
  }
}

// The first ones in a new state, with a secret each: one of them makes the state, one of them the data key.
class EightAtOnce : public ::testing::Test {
 protected:
  static constexpr int kParts = 8, kFiles = 25;
  void write(std::string_view word) {
    std::string text = "fabric \"eight\" {}\n";
    for (int part = 0; part < kParts; ++part) {
      text += fmt::format(R"(
resource part{0}: local.File for i in range({1}) {{
  path    = "out/{0}-${{i}}.txt"
  content = "{2} ${{i}} ${{id{0}.id}}"
}}
resource id{0}: local.RandomId {{ bytes = 8 }}
resource secret{0}: local.RandomPassword {{ length = 20 }}
)",
                          part, kFiles, word);
    }
    program.files().write("main.fabric", text);
  }
  void all_succeed(const std::string& verb) {
    std::vector<pid_t> started;
    for (int part = 0; part < kParts; ++part) {
      auto number = std::to_string(part);
      started.push_back(program.start({verb, "--auto-approve", "--only", "part" + number, "--only", "id" + number, "--only", "secret" + number}));
    }
    for (pid_t one : started) {
      auto ran = program.finish(one);
      EXPECT_EQ(ran.exit, 0) << ran.out;
    }
    auto verified = program.run({"state", "verify"});
    EXPECT_EQ(verified.exit, 0) << verified.out;
  }
  auto files() -> long {
    if (!fs::exists(program.files().path("out"))) return 0;
    auto all = fs::directory_iterator(program.files().path("out"));
    return std::distance(begin(all), end(all));
  }
  void agrees() {
    auto plan = program.run({"plan", "--detailed-exitcode"});
    EXPECT_EQ(plan.exit, 0) << plan.out;
    EXPECT_EQ(files(), kParts * kFiles);
  }
  test::Program program;
};

TEST_F(EightAtOnce, AllSucceed) {
  write("first");
  all_succeed("apply");
  agrees();
  write("second");
  all_succeed("apply");
  agrees();
  all_succeed("destroy");
  EXPECT_EQ(files(), 0);
  EXPECT_NE(program.run({"state", "list"}).out.find("holds no resources"), std::string::npos);
}

// A run that stands still in the middle of a command until somebody opens the gate.
class Overlapping : public ::testing::Test {
 protected:
  void SetUp() override {
    program.files().write("main.fabric", R"(fabric "slow" {}
resource left: local.File {
  path    = "left.txt"
  content = "l"
}
resource middle: local.Command {
  create = "echo up > started; cat gate > /dev/null; mkdir made"
  settle = "test -d made || exit 3"
}
resource right: local.File {
  path    = "right.txt"
  content = "r"
}
)");
    for (const char* name : {"gate", "started"}) ASSERT_EQ(mkfifo(program.files().path(name).c_str(), 0600), 0);
    holder = program.start({"apply", "--auto-approve", "--only", "left", "--only", "middle"});
    std::ifstream started(program.files().path("started"));  // returns when the command runs, so the claim is held
    std::string line;
    std::getline(started, line);
    ASSERT_EQ(line, "up");
  }
  void open_gate() { std::ofstream gate(program.files().path("gate")); }
  auto refused() -> std::string {
    auto ran = program.run({"apply", "--auto-approve", "--only", "middle", "--only", "right"});
    EXPECT_EQ(ran.exit, 3) << ran.out;
    EXPECT_NE(ran.out.find("Nothing was changed"), std::string::npos) << ran.out;
    EXPECT_FALSE(fs::exists(program.files().path("right.txt"))) << "all or nothing";
    return ran.out;
  }
  void agrees() {
    for (const char* name : {"left.txt", "made", "right.txt"}) EXPECT_TRUE(fs::exists(program.files().path(name))) << name;
    auto plan = program.run({"plan", "--detailed-exitcode"});
    EXPECT_EQ(plan.exit, 0) << plan.out;
  }
  test::Program program;
  pid_t holder = 0;
};

TEST_F(Overlapping, IsToldWhoHoldsWhatAndWhatToDo) {
  std::string said = refused();
  for (const char* words : {"claimed by another run", "\n  middle\n", "weft apply --auto-approve --only left --only middle", "last sign", "--wait", "it is alive",
                            "weft unlock r-"}) {
    EXPECT_NE(said.find(words), std::string::npos) << words << "\n" << said;
  }
  EXPECT_EQ(said.find("\n  right\n"), std::string::npos) << "nobody has it\n" << said;
  // What nobody holds goes on beside it.
  auto beside = program.run({"apply", "--auto-approve", "--only", "right"});
  EXPECT_EQ(beside.exit, 0) << beside.out;
  open_gate();
  EXPECT_EQ(program.finish(holder).exit, 0);
  agrees();
}

TEST_F(Overlapping, WaitsIfAskedToAndGoesOn) {
  pid_t waiter = program.start({"apply", "--auto-approve", "--only", "middle", "--only", "right", "--wait", "5m"});
  open_gate();
  EXPECT_EQ(program.finish(holder).exit, 0);
  auto waited = program.finish(waiter);
  EXPECT_EQ(waited.exit, 0) << waited.out;
  agrees();
}

TEST_F(Overlapping, AHolderThatStandsStillKeepsItsClaims) {
  // Stopped while it writes nothing, for inside a transaction nobody else could write either: all but `middle` is done.
  while (program.run({"state", "list"}).out.find("left") == std::string::npos) {
  }
  ASSERT_EQ(::kill(holder, SIGSTOP), 0);
  int status = 0;
  ASSERT_EQ(::waitpid(holder, &status, WUNTRACED), holder);
  ASSERT_TRUE(WIFSTOPPED(status));
  refused();
  ASSERT_EQ(::kill(holder, SIGCONT), 0);
  open_gate();
  EXPECT_EQ(program.finish(holder).exit, 0);
  EXPECT_EQ(program.run({"apply", "--auto-approve"}).exit, 0);
  agrees();
}

TEST_F(Overlapping, AKilledHolderIsNotDeadWhileItsCommandRuns) {
  ASSERT_EQ(::kill(holder, SIGKILL), 0);
  // Of what it started one goes on: it may still do what it was told.
  refused();
  pid_t waiter = program.start({"apply", "--auto-approve", "--wait", "5m"});
  open_gate();
  auto waited = program.finish(waiter);
  EXPECT_EQ(waited.exit, 0) << waited.out;
  EXPECT_NE(waited.out.find("create middle            found"), std::string::npos) << waited.out;
  EXPECT_EQ(program.finish(holder).exit, 128 + SIGKILL);
  agrees();
}

}  // namespace
}  // namespace weft
