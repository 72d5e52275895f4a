// What a driver could not read counts as it was last seen: no drift, nothing overwritten, nothing lost.
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/engine/ops/fake_bench.h"

namespace weft::ops {
namespace {

class UnreadTest : public FakeTest {
 protected:
  // Reading `name` is not allowed from now on.
  void forbid(const std::string& name) {
    bends->read = [name](const driver::Instance&, driver::ReadState& state) {
      if (state.kind != driver::ReadState::Kind::kPresent) return;
      Path at = Path{}.member(name);
      state.observed = without(state.observed, at);
      state.unread.push_back(at);
    };
  }
  auto key() -> std::string {
    auto w = world();
    for (const auto& [name, value] : output(w, "default", "key", true).outputs) return display_text(value.revealed());
    return {};
  }
};

TEST_F(UnreadTest, IsNoDriftAndIsSaid) {
  write("main.fabric", "fabric \"f\" {}\nresource one: fake.Named {\n  Name = \"one\"\n  Note = \"ours\"\n  Size = 3\n}\n");
  applied();
  forbid("Note");
  auto w = world();
  auto result = plan(w, {});
  ASSERT_TRUE(result.ok() && result.plan) << said(result);
  EXPECT_TRUE(ids(*result.plan).empty()) << ids(*result.plan).front();
  EXPECT_TRUE(result.plan->drift.empty());
  EXPECT_NE(said(result).find("W0626"), std::string::npos) << said(result);
  EXPECT_NE(said(result).find("`one` (`Note`)"), std::string::npos) << said(result);
}

TEST_F(UnreadTest, IsLeftOutOfWhatElseChanges) {
  write("main.fabric", "fabric \"f\" {}\nresource one: fake.Named {\n  Name = \"one\"\n  Note = \"ours\"\n  Size = 3\n}\n");
  applied();
  forbid("Note");
  write("main.fabric", "fabric \"f\" {}\nresource one: fake.Named {\n  Name = \"one\"\n  Note = \"ours\"\n  Size = 4\n}\n");
  auto next = planned();
  ASSERT_EQ(next.steps.size(), 1u);
  ASSERT_EQ(next.steps[0].differences.size(), 1u);
  EXPECT_EQ(next.steps[0].differences[0].path.text(), "Size");
  // Met by a guard it is read again, and is still as the plan saw it.
  fake->add(fake::Fault{.call = "update", .effect = fake::Effect::kFail, .failure = driver::FailureClass::kMoved});
  applied();
  bends->read = {};
  EXPECT_FALSE(planned().changes());
}

TEST_F(UnreadTest, WhatWasGivenOnceStays) {
  auto text = [](const std::string& note) {
    return "fabric \"f\" {}\nresource one: fake.Key {\n  Name = \"one\"\n  Note = \"" + note + "\"\n}\noutput key = one.AccessKey\n";
  };
  write("main.fabric", text("a"));
  applied();
  auto given = key();
  ASSERT_GT(given.size(), 4u);
  auto w = world();
  auto again = plan(w, {});
  ASSERT_TRUE(again.ok() && again.plan) << said(again);
  EXPECT_FALSE(again.plan->changes());
  EXPECT_EQ(said(again).find("W0626"), std::string::npos) << "nobody can look, ever";
  applied();
  EXPECT_EQ(key(), given);
  write("main.fabric", text("b"));
  applied();
  EXPECT_EQ(key(), given) << "an update forgot it";
  EXPECT_FALSE(planned().changes());
}

// Seen with the eyes of a user who may not open it.
class ClosedFileTest : public EngineTest {
 protected:
  void SetUp() override {
    EngineTest::SetUp();
    if (geteuid() != 0) return;
    for (const auto& path : {folder.path(), home.path()}) ASSERT_EQ(chown(path.c_str(), kNobody, kNobody), 0);
    ASSERT_EQ(seteuid(kNobody), 0);
    prctl(PR_SET_DUMPABLE, 1);  // what /proc says of ourselves stays ours to read
    was_root_ = true;
  }
  void TearDown() override {
    if (was_root_) {
      EXPECT_EQ(seteuid(0), 0);
      prctl(PR_SET_DUMPABLE, 1);
    }
  }
  void file(const std::string& content, const std::string& mode) {
    write("main.fabric", "fabric \"f\" {}\nresource one: local.File {\n  path    = \"out\"\n  content = \"" + content + "\"\n  mode    = \"" + mode + "\"\n}\n");
  }
  void set_mode(mode_t mode) { ASSERT_EQ(chmod((folder.path() + "/out").c_str(), mode), 0); }

 private:
  static constexpr uid_t kNobody = 65534;
  bool was_root_ = false;
};

TEST_F(ClosedFileTest, OnlyItsModeHasDrifted) {
  file("ours", "0644");
  applied();
  set_mode(0);
  auto next = planned();
  ASSERT_EQ(ids(next), Ids{"update one"});
  ASSERT_EQ(next.steps[0].differences.size(), 1u);
  EXPECT_EQ(next.steps[0].differences[0].path.text(), "mode");
  applied();
  EXPECT_EQ(read("out"), "ours");
  EXPECT_FALSE(planned().changes());
}

TEST_F(ClosedFileTest, WhatOthersWroteIntoItIsNotOverwritten) {
  file("ours", "0644");
  applied();
  write("out", "theirs");
  set_mode(0);
  auto w = world();
  auto result = apply(w, {});
  EXPECT_EQ(result.exit, 1) << steps_said(result);
  set_mode(0644);
  EXPECT_EQ(read("out"), "theirs");
}

TEST_F(ClosedFileTest, OneThatNobodyMayReadIsOursAllTheSame) {
  file("ours", "0200");
  applied();
  EXPECT_FALSE(planned().changes());
  file("other", "0200");
  applied();
  set_mode(0644);
  EXPECT_EQ(read("out"), "other");
}

}  // namespace
}  // namespace weft::ops
