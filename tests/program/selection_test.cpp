// Which part of a fabric an apply does, how wide it goes, and whom it waits for: each option from the command line.
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include <gtest/gtest.h>

#include "tests/support/events.h"
#include "tests/support/program.h"

namespace weft::test {
namespace {

class Selection : public ::testing::Test {
 protected:
  auto there(const std::string& name) -> bool { return std::ifstream(program.files().path(name)).good(); }
  void fabric(const std::string& text) { program.files().write("main.fabric", "fabric \"some\" {}\n" + text); }
  void two() {
    fabric(R"(resource id: local.RandomId { bytes = 4 }
resource a: local.File {
  path    = "out/a.txt"
  content = id.hex
}
resource b: local.File {
  path    = "out/b.txt"
  content = "b"
}
)");
  }
  auto applied(std::vector<std::string> more) -> Ran {
    more.insert(more.begin(), {"apply", "--auto-approve"});
    auto ran = program.run(more);
    EXPECT_EQ(ran.exit, 0) << ran.all();
    return ran;
  }
  auto text(const std::string& name) -> std::string {
    std::ifstream in(program.files().path(name));
    return {std::istreambuf_iterator<char>(in), {}};
  }

  Program program;
};

TEST_F(Selection, OnlyBringsWhatItNeeds) {
  two();
  applied({"--only", "a"});
  EXPECT_TRUE(there("out/a.txt"));
  EXPECT_FALSE(there("out/b.txt"));
  auto unknown = program.run({"apply", "--auto-approve", "--only", "nobody"});
  EXPECT_EQ(unknown.exit, 1) << unknown.all();
  EXPECT_NE(unknown.out.find("E0615"), std::string::npos) << unknown.all();
}

TEST_F(Selection, ExceptLeavesWhatNeedsIt) {
  two();
  applied({"--except", "id"});
  EXPECT_FALSE(there("out/a.txt")) << "it needs what was left out";
  EXPECT_TRUE(there("out/b.txt"));
}

TEST_F(Selection, ReplaceThoughNothingChanges) {
  two();
  applied({});
  auto before = text("out/a.txt");
  auto plan = program.run({"plan", "--replace", "id"});
  EXPECT_NE(plan.out.find("asked for by --replace"), std::string::npos) << plan.all();
  applied({"--replace", "id"});
  EXPECT_NE(text("out/a.txt"), before) << "who reads it changes with it";
  EXPECT_EQ(program.run({"plan", "--detailed-exitcode"}).exit, 0);
}

TEST_F(Selection, ASavedPlanReplacesOnce) {
  two();
  applied({});
  ASSERT_EQ(program.run({"plan", "--replace", "id", "--out", "p.plan"}).exit, 0);
  EXPECT_EQ(program.run({"apply", "p.plan"}).exit, 0);
  auto once = text("out/a.txt");
  auto again = program.run({"apply", "p.plan"});
  EXPECT_EQ(again.exit, 0) << again.all();
  EXPECT_EQ(text("out/a.txt"), once);
}

TEST_F(Selection, DestroyAPart) {
  two();
  applied({});
  auto plan = program.run({"plan", "--destroy", "--only", "id"});
  EXPECT_NE(plan.out.find("destroy 2"), std::string::npos) << "what needs it goes first: " << plan.all();
  auto gone = program.run({"destroy", "--auto-approve", "--only", "a"});
  EXPECT_EQ(gone.exit, 0) << gone.all();
  EXPECT_FALSE(there("out/a.txt"));
  EXPECT_TRUE(there("out/b.txt"));
  gone = program.run({"destroy", "--auto-approve"});
  EXPECT_EQ(gone.exit, 0) << gone.all();
  EXPECT_TRUE(events_of(program.run(RunRequest{.arguments = {"state", "list", "--json"}, .apart = true}).out, "record").empty());
}

TEST_F(Selection, DestroyTakesTheOutputsAlong) {
  fabric("resource a: local.Data { value = 1 }\nresource b: local.Data { value = 2 }\noutput x = a.value\n");
  applied({});
  EXPECT_EQ(program.run({"output", "x"}).out, "1\n");
  EXPECT_EQ(program.run({"destroy", "--auto-approve", "--only", "b"}).exit, 0);
  EXPECT_EQ(program.run({"output", "x"}).out, "1\n") << "a part of it leaves them";
  EXPECT_EQ(program.run({"destroy", "--auto-approve"}).exit, 0);
  EXPECT_NE(program.run({"output", "x"}).exit, 0);
  auto again = program.run({"destroy", "--auto-approve"});
  EXPECT_EQ(again.exit, 0) << again.all();
}

// Two at once would meet in the folder that each makes and takes away again.
TEST_F(Selection, ParallelIsABound) {
  fabric(R"(resource one: local.Command for i in range(12) {
  create     = ["sh", "-c", "mkdir busy && echo ${i} >> done && rmdir busy"]
  idempotent = true
}
)");
  applied({"--parallel", "1"});
  EXPECT_EQ(text("done").size(), 12U * 2 + 2);
}

// A pipe of the test's that another process writes into.
class Pipe {
 public:
  explicit Pipe(const std::string& path) {
    EXPECT_EQ(::mkfifo(path.c_str(), 0600), 0);
    fd_ = ::open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
    EXPECT_GE(fd_, 0);
  }
  ~Pipe() { ::close(fd_); }
  // Whether `wanted` was written into it; gives up after a minute.
  auto hears(const std::string& wanted) -> bool {
    while (heard_.find(wanted) == std::string::npos) {
      pollfd wait{fd_, POLLIN, 0};
      if (::poll(&wait, 1, 60'000) <= 0) return false;
      char part[4096];
      auto count = ::read(fd_, part, sizeof part);
      if (count > 0) heard_.append(part, static_cast<size_t>(count));
    }
    return true;
  }
  void say(const std::string& line) { EXPECT_EQ(::write(fd_, line.data(), line.size()), static_cast<ssize_t>(line.size())); }

 private:
  int fd_ = -1;
  std::string heard_;
};

TEST_F(Selection, WaitsForWhatAnotherRunHasClaimed) {
  fabric(R"(resource slow: local.Command {
  create     = ["sh", "-c", "echo begun > begun; read line < go; echo made >> made"]
  idempotent = true
}
resource after: local.File {
  path    = "after.txt"
  content = "${slow.exit_code}"
}
)");
  Pipe begun(program.files().path("begun")), go(program.files().path("go")), told(program.files().path("events"));
  auto holder = program.start({"apply", "--auto-approve", "--only", "slow"});
  ASSERT_TRUE(begun.hears("begun"));
  auto refused = program.run({"apply", "--auto-approve"});
  EXPECT_EQ(refused.exit, 3) << refused.all();
  EXPECT_NE(refused.out.find("weft apply --wait"), std::string::npos) << refused.all();
  auto waiter = program.start({"apply", "--auto-approve", "--wait", "60s", "--json-to", "events"});
  EXPECT_TRUE(told.hears("claim.taken"));
  go.say("go on\n");
  auto first = program.finish(holder);
  EXPECT_EQ(first.exit, 0) << first.all();
  auto second = program.finish(waiter);
  EXPECT_EQ(second.exit, 0) << second.all();
  EXPECT_EQ(text("made"), "made\n") << "what the first has done is not done again";
  EXPECT_TRUE(there("after.txt"));
}

}  // namespace
}  // namespace weft::test
