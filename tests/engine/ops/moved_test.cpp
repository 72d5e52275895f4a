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
    std::vector<std::string> all;
    auto state = state_now();
    if (state == nullptr) return all;
    auto record = state->record(address);
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
  auto plan = planned();
  EXPECT_EQ(plan.unchanged + plan.counts().state_only, 2u) << "each is counted once";
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

TEST_F(MovedTest, OnTheStateToo) {
  auto w = world();
  EXPECT_FALSE(state_move(w, "default", "a", "a[0]").failure);
  EXPECT_EQ(records(), Ids{"a[0]"});
  auto again = state_move(w, "default", "a", "a[1]");
  ASSERT_TRUE(again.failure);
  EXPECT_EQ(again.failure->text, "a[1] is inside a, which has a[0] already");
  EXPECT_TRUE(state_move(w, "default", "a[0]", "a[0].b").failure);
  EXPECT_EQ(records(), Ids{"a[0]"});
}

// `[*]` of a module, in `forget` and in `moved`.
class StarsTest : public EngineTest {
 protected:
  void SetUp() override {
    EngineTest::SetUp();
    write("m/main.fabric", "input name: string\nresource pw: local.File {\n  path = \"${name}.txt\"\n  content = \"x\"\n}\n");
    fabric("one", "");
    applied();
    ASSERT_TRUE(there("a.txt") && there("b.txt"));
  }
  void fabric(const std::string& name, const std::string& more) {
    write("main.fabric", "fabric \"f\" {}\n" + (name.empty() ? std::string() : "use m from \"./m\"\nmodule " + name + ": m for k in [\"a\", \"b\"] {\n  name = k\n}\n") + more);
  }
};

TEST_F(StarsTest, ForgetEveryInstance) {
  fabric("", "forget one[*].pw\n");
  EXPECT_EQ(ids(planned()), (Ids{"forget one[a].pw", "forget one[b].pw"}));
  applied();
  EXPECT_TRUE(there("a.txt") && there("b.txt"));
  EXPECT_TRUE(records().empty());
}

TEST_F(StarsTest, MoveEveryInstance) {
  fabric("two", "moved one[*].pw to two[*].pw\n");
  EXPECT_EQ(ids(planned()), (Ids{"move two[a].pw", "move two[b].pw"}));
  applied();
  EXPECT_EQ(records(), (Ids{"two[a].pw", "two[b].pw"}));
  EXPECT_FALSE(planned().changes());
}

TEST_F(StarsTest, MoveOutOfTheModule) {
  fabric("", "resource pw: local.File for k in [\"a\", \"b\"] {\n  path = \"${k}.txt\"\n  content = \"x\"\n}\nmoved one[*].pw to pw[*]\n");
  EXPECT_EQ(ids(planned()), (Ids{"move pw[a]", "move pw[b]"}));
}

}  // namespace
}  // namespace weft::ops
