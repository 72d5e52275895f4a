// The exit statuses of docs/cli.md, each by what gives it.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>

#include <fstream>
#include <string>

#include "tests/support/program.h"

namespace weft {
namespace {

constexpr const char* kNote = R"(fabric "shop" {}
resource note: local.File {
  path    = "note"
  content = "x"
}
)";

// A command that says when it runs and ends when it is let go.
constexpr const char* kSlow = R"(fabric "slow" {}
resource slow: local.Command { create = ["sh", "-c", "echo up > started; cat gate > /dev/null"] }
resource after: local.Data for i in range(2) {
  @depends_on = [slow]

  value = i
}
)";

class ExitStatus : public testing::Test {
 protected:
  auto run(const std::vector<std::string>& arguments) -> int {
    last = program.run(arguments);
    return last.exit;
  }
  test::Program program;
  test::Ran last;
};

TEST_F(ExitStatus, ZeroWhenDoneOrNothingToDo) {
  program.files().write("main.fabric", kNote);
  EXPECT_EQ(run({"plan"}), 0) << last.all();
  EXPECT_EQ(run({"apply", "--auto-approve"}), 0) << last.all();
  EXPECT_EQ(run({"apply"}), 0) << last.all();
  EXPECT_EQ(run({"plan", "--detailed-exitcode"}), 0) << last.all();
  EXPECT_EQ(run({"drift"}), 0) << last.all();
  EXPECT_EQ(run({"fmt", "--check"}), 0) << last.all();
  EXPECT_EQ(run({"--help"}), 0);
  EXPECT_EQ(run({"--version"}), 0);
}

TEST_F(ExitStatus, OneWhenItFailedAndChangedNothing) {
  EXPECT_EQ(run({"plan"}), 1) << last.all();
  program.files().write("main.fabric", "fabric \"shop\" {}\noutput a = b\n");
  EXPECT_EQ(run({"check"}), 1) << last.all();
  EXPECT_EQ(run({"apply", "--auto-approve"}), 1) << last.all();
  program.files().write("main.fabric", "fabric \"shop\" {}\ncheck \"no\" { require 1 > 2, \"one is less\" }\n");
  EXPECT_EQ(run({"plan"}), 1) << last.all();
  EXPECT_EQ(run({"apply", "--auto-approve"}), 1) << last.all();
  EXPECT_EQ(run({"output", "nothing"}), 1) << last.all();
  EXPECT_EQ(run({"docs", "nothing"}), 1) << last.all();
  EXPECT_EQ(run({"init", "--from", "nix"}), 1) << "also where a fabric is\n" << last.all();
  EXPECT_NE(last.out.find("local, empty"), std::string::npos) << last.all();
}

TEST_F(ExitStatus, OneWhenEverythingThatWasTriedFailed) {
  program.files().write("main.fabric", R"(fabric "shop" {}
resource bad: local.Command { create = ["false"] }
resource after: local.Data {
  @depends_on = [bad]
  value       = 1
}
)");
  EXPECT_EQ(run({"apply", "--auto-approve", "--json-to", "events"}), 1) << last.all();
  EXPECT_NE(last.out.find("Nothing was changed"), std::string::npos) << last.all();
  EXPECT_EQ(last.out.find("in part"), std::string::npos) << last.all();
  EXPECT_NE(program.files().read("events").find(R"("result":"failed","exit":1)"), std::string::npos);
  EXPECT_EQ(run({"apply", "--auto-approve", "--quiet"}), 1) << last.all();
  EXPECT_NE(last.out.find("Nothing was applied"), std::string::npos) << last.all();
  // What was destroyed before it is a change.
  program.files().write("main.fabric", "fabric \"shop\" {}\nresource bad: local.Command {\n  create = [\"true\"]\n  remove = [\"false\"]\n}\n");
  EXPECT_EQ(run({"apply", "--auto-approve"}), 0) << last.all();
  EXPECT_EQ(run({"destroy", "--auto-approve"}), 1) << last.all();
  EXPECT_NE(last.out.find("Nothing was destroyed"), std::string::npos) << last.all();
}

TEST_F(ExitStatus, TwoOnDifferences) {
  program.files().write("main.fabric", kNote);
  EXPECT_EQ(run({"plan", "--detailed-exitcode"}), 2) << last.all();
  ASSERT_EQ(run({"apply", "--auto-approve"}), 0);
  program.files().write("note", "y");
  EXPECT_EQ(run({"drift"}), 2) << last.all();
  EXPECT_EQ(run({"drift", "--fix", "--auto-approve"}), 0) << last.all();
  program.files().write("main.fabric", "fabric   \"shop\" {}\n");
  EXPECT_EQ(run({"fmt", "--check"}), 2) << last.all();
  EXPECT_EQ(run({"fmt", "--diff"}), 2) << last.all();
}

TEST_F(ExitStatus, ThreeWhenRefused) {
  program.files().write("main.fabric", kNote);
  EXPECT_EQ(run({"apply"}), 3) << last.all();  // nobody to ask
  ASSERT_EQ(run({"plan", "--out", "p.plan"}), 0);
  ASSERT_EQ(run({"apply", "--auto-approve"}), 0);
  program.files().write("main.fabric", std::string(kNote) + "output a = 1\n");
  EXPECT_EQ(run({"apply", "p.plan"}), 3) << last.all();  // stale
  EXPECT_EQ(run({"destroy"}), 3) << last.all();
  program.files().write("main.fabric", "fabric \"shop\" {}\nresource note: local.File {\n  @protect = true\n\n  path    = \"note\"\n  content = \"x\"\n}\n");
  ASSERT_EQ(run({"apply", "--auto-approve"}), 0) << last.all();
  EXPECT_EQ(run({"destroy", "--auto-approve"}), 3) << last.all();  // protected
  EXPECT_EQ(run({"init"}), 0) << last.all();
  test::Program empty;
  EXPECT_EQ(empty.run({"init"}).exit, 3);  // nobody to choose
}

TEST_F(ExitStatus, FourWhenChangedInPart) {
  program.files().write("main.fabric", R"(fabric "shop" {}
resource good: local.Data { value = 1 }
resource bad: local.Command { create = ["false"] }
)");
  EXPECT_EQ(run({"apply", "--auto-approve"}), 4) << last.all();
  program.files().write("main.fabric", R"(fabric "shop" {}
resource pet: local.RandomPet { words = 2 }
check "no pet" { require pet.id == "", "there is a pet" }
)");
  EXPECT_EQ(run({"apply", "--auto-approve"}), 4) << last.all();
}

TEST_F(ExitStatus, SixtyFourOnAWrongCommandLine) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{}, {"plna"}, {"plan", "--ful"}, {"plan", "x"}, {"apply", "--parallel", "0"},
                                                {"apply", "--wait", "soon"}, {"adopt", "a"}, {"plan", "--set", "x"}, {"apply", "--parallel", "99999999999"}, {"plan", "--refresh", "some"}}) {
    EXPECT_EQ(run(words), 64) << last.all();
  }
}

class Stopped : public ExitStatus {
 protected:
  // Starts an apply and gives its process when its command runs.
  auto begin() -> pid_t {
    program.files().write("main.fabric", kSlow);
    for (const char* name : {"started", "gate"}) EXPECT_EQ(::mkfifo(program.files().path(name).c_str(), 0600), 0);
    pid_t child = program.start({"apply", "--auto-approve"});
    std::ifstream started(program.files().path("started"));
    std::string line;
    std::getline(started, line);
    EXPECT_EQ(line, "up");
    return child;
  }
};

TEST_F(Stopped, OnceFinishesWhatRunsAndStartsNothing) {
  for (auto [signal, status] : {std::pair{SIGINT, 130}, {SIGTERM, 143}}) {
    SCOPED_TRACE(signal);
    test::Program fresh;
    std::swap(program, fresh);
    pid_t child = begin();
    ASSERT_EQ(::kill(child, signal), 0);
    { std::ofstream gate(program.files().path("gate")); }
    auto ran = program.finish(child);
    EXPECT_EQ(ran.exit, status) << ran.all();
    EXPECT_NE(ran.out.find("Stopping"), std::string::npos) << ran.all();
    EXPECT_NE(ran.out.find("done 1, not started 2"), std::string::npos) << ran.all();
    EXPECT_NE(ran.out.find("No intent is open"), std::string::npos) << ran.all();
    EXPECT_EQ(run({"apply", "--auto-approve"}), 0) << last.all();
  }
}

TEST_F(Stopped, TwiceLeavesWhatRunsOpen) {
  pid_t child = begin();
  ASSERT_EQ(::kill(child, SIGINT), 0);
  ASSERT_EQ(::kill(child, SIGTERM), 0);
  auto ran = program.finish(child);
  EXPECT_TRUE(ran.exit == 130 || ran.exit == 143) << ran.all();
  EXPECT_NE(ran.out.find("left open 1"), std::string::npos) << ran.all();
  auto again = program.run({"apply", "--auto-approve"});
  EXPECT_EQ(again.exit, 4) << "what became of it only a person can tell\n" << again.all();
}

}  // namespace
}  // namespace weft
