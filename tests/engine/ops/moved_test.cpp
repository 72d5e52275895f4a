// `moved`, together with what takes the record away, and with records that name what was moved.
#include <algorithm>

#include "tests/engine/ops/bench_world.h"

namespace weft::ops {
namespace {

class MovedTest : public EngineTest {
 protected:
  void SetUp() override {
    EngineTest::SetUp();
    fabric(file("a", "a.txt"));
    applied();
  }
  void fabric(const std::string& text) { write("main.fabric", "fabric \"f\" {}\n" + text); }
  static auto file(const std::string& name, const std::string& path, const std::string& more = "") -> std::string {
    return "resource " + name + ": local.File {\n  path = \"" + path + "\"\n  content = \"x\"\n" + more + "}\n";
  }
  auto needs(const std::string& address) -> std::vector<std::string> {
    auto w = world();
    auto state = state::State::open({.folder = folder.path()}, w.clock);
    EXPECT_TRUE(state.has_value());
    std::vector<std::string> all;
    if (!state) return all;
    auto record = (*state)->record(address);
    EXPECT_TRUE(record && *record) << address;
    if (!record || !*record) return all;
    for (const auto& dependency : (*record)->dependencies) all.push_back(dependency.address);
    return all;
  }
};

TEST_F(MovedTest, DestroyedBeforeItsRecordWasRenamed) {
  fabric(file("c", "a.txt") + "moved a to c\n");
  destroyed();
  EXPECT_FALSE(there("a.txt"));
  EXPECT_TRUE(records().empty());
}

TEST_F(MovedTest, NoLongerDeclaredUnderItsNewName) {
  fabric("moved a to c\n");
  auto plan = planned();
  ASSERT_EQ(ids(plan), Ids{"destroy c"});
  EXPECT_EQ(plan.steps[0].moved_from, "a");
  applied();
  EXPECT_FALSE(there("a.txt"));
  EXPECT_TRUE(records().empty());
}

TEST_F(MovedTest, ForgottenUnderItsNewName) {
  fabric("moved a to c\nforget c\n");
  applied();
  EXPECT_TRUE(there("a.txt"));
  EXPECT_TRUE(records().empty());
}

TEST_F(MovedTest, WhatDependsOnItGoesOnDoingSo) {
  fabric(file("a", "a.txt") + file("user", "user.txt", "  @depends_on = [a]\n"));
  applied();
  ASSERT_EQ(needs("user"), Ids{"a"});
  fabric(file("c", "a.txt") + file("user", "user.txt", "  @depends_on = [c]\n") + "moved a to c\n");
  EXPECT_EQ(ids(planned()), (Ids{"move c", "record user"}));
  applied();
  EXPECT_EQ(needs("user"), Ids{"c"});
  EXPECT_FALSE(planned().changes());
}

TEST_F(MovedTest, WhatDependsOnItGoesFirstInTheSamePlan) {
  fabric(file("a", "a.txt") + file("user", "user.txt", "  @depends_on = [a]\n"));
  applied();
  fabric("moved a to c\n");
  auto plan = planned();
  ASSERT_EQ(ids(plan), (Ids{"destroy c", "destroy user"}));
  EXPECT_EQ(plan.steps[0].dependents, Ids{"user"});
  EXPECT_NE(std::find(plan.edges.begin(), plan.edges.end(), std::pair<uint32_t, uint32_t>(3, 1)), plan.edges.end());
}

}  // namespace
}  // namespace weft::ops
