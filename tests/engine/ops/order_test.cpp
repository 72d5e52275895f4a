// Replacements in either order, and what of their order the world does not allow.
#include "tests/engine/ops/fake_bench.h"

namespace weft::ops {
namespace {

class OrderTest : public FakeTest {
 protected:
  static auto in_zone(const char* zone) -> ApplyRequest {
    ApplyRequest request;
    request.planning.inputs.sets = {{"zone", zone}};
    return request;
  }
};

TEST_F(OrderTest, CreateFirstSpreadsToWhatIsNeeded) {
  write("main.fabric", R"(fabric "f" {}
input zone: string = "a"
resource base: fake.Thing {
  Name = "base"
  Zone = zone
}
resource top: fake.Thing {
  Name          = "top"
  Zone          = "z-${base.Id}"
  @create_first = true
}
)");
  applied();
  auto plan = planned(in_zone("b").planning);
  ASSERT_EQ(ids(plan), (Ids{"replace base", "replace top"}));
  EXPECT_TRUE(plan.steps[0].create_first);
  EXPECT_TRUE(plan.steps[1].create_first);
  applied(in_zone("b"));
  EXPECT_EQ(fake->objects().size(), 2u);
  EXPECT_EQ(records(), (Ids{"base", "top"}));
  EXPECT_FALSE(planned(in_zone("b").planning).changes());
}

TEST_F(OrderTest, WhatNoTwoCanShareIsDestroyedFirst) {
  write("main.fabric", R"(fabric "f" {}
input zone: string = "a"
resource one: fake.Named {
  Name          = "one"
  Zone          = zone
  @create_first = true
}
)");
  applied();
  auto plan = planned(in_zone("b").planning);
  ASSERT_EQ(ids(plan), Ids{"replace one"});
  EXPECT_FALSE(plan.steps[0].create_first);
  EXPECT_EQ(plan.steps[0].remarks, Ids{"destroyed first: no two share `Name`"});
  applied(in_zone("b"));
  EXPECT_EQ(fake->objects().size(), 1u);
}

TEST_F(OrderTest, CreateFirstThatCannotSpreadIsRefusedAtPlan) {
  write("main.fabric", R"(fabric "f" {}
input zone: string = "a"
resource base: fake.Named {
  Name = "base"
  Zone = zone
}
resource top: fake.Thing {
  Name          = "top"
  Zone          = "z-${base.Id}"
  @create_first = true
}
)");
  applied();
  auto result = tried(in_zone("b"));
  EXPECT_EQ(result.exit, 1);
  EXPECT_NE(said(result).find("E0621"), std::string::npos) << said(result);
  EXPECT_EQ(fake->requests("remove"), 0u);
}

TEST_F(OrderTest, OfWhatWasLeftOutItIsNotSaid) {
  write("main.fabric", R"(fabric "f" {}
input zone: string = "a"
resource base: fake.Named {
  Name = "base"
  Zone = zone
}
resource top: fake.Thing {
  Name          = "top"
  Zone          = "z-${base.Id}"
  @create_first = true
}
resource other: fake.Thing {
  Name = "other"
  Note = zone
}
)");
  applied();
  auto request = in_zone("b");
  request.planning.only = {"other"};
  auto result = tried(request);
  EXPECT_EQ(result.exit, 0) << said(result);
  EXPECT_EQ(fake->named("other")->attributes.get("Note")->as_string(), "b");
  request.planning.only = {"top"};
  EXPECT_EQ(tried(request).exit, 1) << "with what it needs";
}

// `Home` of a queue means a thing or something named (`refs`), and who is meant cannot be removed.
constexpr const char* kHomes = R"(fabric "f" {}
input zone: string = "a"
resource base: fake.Thing {
  Name = "base"
  Zone = zone
}
resource queue: fake.Queue {
  Name = "queue"
  Home = base.Id
}
)";

TEST_F(OrderTest, WhatIsReferredToIsMadeAnewBeforeItGoes) {
  write("main.fabric", kHomes);
  applied();
  auto plan = planned(in_zone("b").planning);
  ASSERT_EQ(ids(plan), (Ids{"replace base", "update queue"}));
  EXPECT_TRUE(plan.steps[0].create_first);
  EXPECT_EQ(plan.steps[0].remarks, Ids{"created first, because `Home` of queue refers to it"});
  applied(in_zone("b"));
  EXPECT_EQ(fake->objects().size(), 2u);
  EXPECT_EQ(fake->requests("remove"), 1u) << "it was not refused once";
  EXPECT_EQ(records(), (Ids{"base", "queue"}));
  EXPECT_FALSE(planned(in_zone("b").planning).changes());
  destroyed();
  EXPECT_TRUE(fake->objects().empty());
}

TEST_F(OrderTest, WhatIsReferredToBringsWhatItNeedsAlong) {
  write("main.fabric", R"(fabric "f" {}
input zone: string = "a"
resource ground: fake.Thing {
  Name = "ground"
  Zone = zone
}
resource base: fake.Thing {
  Name = "base"
  Zone = "z-${ground.Id}"
}
resource queue: fake.Queue {
  Name = "queue"
  Home = base.Id
}
)");
  applied();
  auto plan = planned(in_zone("b").planning);
  ASSERT_EQ(ids(plan), (Ids{"replace base", "replace ground", "update queue"}));
  EXPECT_TRUE(plan.steps[0].create_first);
  EXPECT_TRUE(plan.steps[1].create_first);
  applied(in_zone("b"));
  EXPECT_EQ(fake->objects().size(), 3u);
}

TEST_F(OrderTest, AReferenceOfWhichNothingIsKnownMovesNothing) {
  write("main.fabric", R"(fabric "f" {}
input zone: string = "a"
resource base: fake.Tagged {
  Name = "base"
  Zone = zone
}
resource queue: fake.Queue {
  Name = "queue"
  Home = base.Id
  Note = base.Id
}
resource other: fake.Thing {
  Name = "other"
  Zone = zone
}
resource noted: fake.Queue {
  Name = "noted"
  Note = other.Id
}
)");
  applied();
  auto plan = planned(in_zone("b").planning);
  ASSERT_EQ(ids(plan), (Ids{"replace base", "replace other", "update noted", "update queue"}));
  EXPECT_FALSE(plan.steps[0].create_first) << "`Home` does not mean a fake.Tagged";
  EXPECT_FALSE(plan.steps[1].create_first) << "a note means nobody";
}

TEST_F(OrderTest, WhatIsReplacedItselfGoesFirst) {
  write("main.fabric", R"(fabric "f" {}
input zone: string = "a"
resource base: fake.Thing {
  Name = "base"
  Zone = zone
}
resource queue: fake.Queue {
  Name = "queue"
  Zone = zone
  Home = base.Id
}
)");
  applied();
  auto plan = planned(in_zone("b").planning);
  ASSERT_EQ(ids(plan), (Ids{"replace base", "replace queue"}));
  EXPECT_FALSE(plan.steps[0].create_first);
  applied(in_zone("b"));
  EXPECT_EQ(fake->objects().size(), 2u);
}

constexpr const char* kNamedHomes = R"(fabric "f" {}
input zone: string = "a"
input name: string = "base"
input at: bool = true
resource base: fake.Named {
  Name = name
  Zone = zone
}
resource queue: fake.Queue {
  Name = "queue"
  Home = if at then base.Name else "nowhere"
}
)";

TEST_F(OrderTest, WhatIsReferredToAndHasTheOnlyNameIsRefusedAtPlan) {
  write("main.fabric", kNamedHomes);
  applied();
  auto result = tried(in_zone("b"));
  EXPECT_EQ(result.exit, 1);
  EXPECT_NE(said(result).find("E0625"), std::string::npos) << said(result);
  ASSERT_EQ(result.diagnostics.size(), 1u);
  ASSERT_EQ(result.diagnostics[0].help.size(), 2u);
  EXPECT_TRUE(result.diagnostics[0].help[0].starts_with("give `base` another `Name`")) << result.diagnostics[0].help[0];
  EXPECT_TRUE(result.diagnostics[0].help[1].starts_with("or take it out of `Home` of `queue`")) << result.diagnostics[0].help[1];
  EXPECT_EQ(fake->requests("remove"), 0u);

  // The first way out: another name.
  auto renamed = in_zone("b");
  renamed.planning.inputs.sets.emplace_back("name", "base-2");
  auto plan = planned(renamed.planning);
  ASSERT_EQ(ids(plan), (Ids{"replace base", "update queue"}));
  EXPECT_TRUE(plan.steps[0].create_first);
  applied(renamed);
  EXPECT_EQ(names(), (std::set<std::string>{"base-2", "queue"}));
}

TEST_F(OrderTest, WhatIsNotReferredToAnyMoreGoesAfterItWasLetGo) {
  write("main.fabric", kNamedHomes);
  applied();
  auto freed = in_zone("b");
  freed.planning.inputs.sets.emplace_back("at", "false");
  auto plan = planned(freed.planning);
  ASSERT_EQ(ids(plan), (Ids{"replace base", "update queue"}));
  EXPECT_FALSE(plan.steps[0].create_first);
  applied(freed);
  EXPECT_EQ(fake->requests("remove"), 1u) << "it was not refused once";
}

// Away from `base` to what that stands on, and all of them are made anew.
auto to_the_ground(const std::string& type) -> std::string {
  return "fabric \"f\" {}\ninput zone: string = \"a\"\ninput at: bool = true\n"
         "resource ground: " + type + " {\n  Name = \"ground\"\n  Zone = zone\n}\n"
         "resource base: fake.Thing {\n  Name = \"base\"\n  Zone = \"z-${zone}-${ground.Id}\"\n}\n"
         "resource queue: fake.Queue {\n  Name = \"queue\"\n  Home = if at then base.Id else ground.Id\n}\n";
}

TEST_F(OrderTest, WhatIsReferredToInsteadComesFirstWhereItWouldGoLast) {
  write("main.fabric", to_the_ground("fake.Thing"));
  applied();
  auto moved = in_zone("b");
  moved.planning.inputs.sets.emplace_back("at", "false");
  auto plan = planned(moved.planning);
  ASSERT_EQ(ids(plan), (Ids{"replace base", "replace ground", "update queue"}));
  EXPECT_FALSE(plan.steps[0].create_first);
  EXPECT_TRUE(plan.steps[1].create_first);
  EXPECT_EQ(plan.steps[1].remarks, Ids{"created first, because queue needs it before base goes"});
  applied(moved);
  EXPECT_EQ(fake->requests("remove"), 2u) << "none was refused";
  EXPECT_EQ(fake->objects().size(), 3u);
  EXPECT_FALSE(planned(moved.planning).changes());
}

TEST_F(OrderTest, WhatIsReferredToInsteadAndHasTheOnlyNameIsRefusedAtPlan) {
  write("main.fabric", to_the_ground("fake.Named"));
  applied();
  auto moved = in_zone("b");
  moved.planning.inputs.sets.emplace_back("at", "false");
  auto result = tried(moved);
  EXPECT_EQ(result.exit, 1);
  EXPECT_NE(said(result).find("E0619"), std::string::npos) << said(result);
  EXPECT_EQ(fake->requests("remove"), 0u);
}

TEST_F(OrderTest, NothingGoesOnBeforeARemovalIsDone) {
  write("main.fabric", R"(fabric "f" {}
input zone: string = "a"
resource slow: fake.Slow {
  Name  = "slow"
  Zone  = zone
  Polls = 3
}
)");
  applied();
  applied(in_zone("b"));
  EXPECT_EQ(fake->objects().size(), 1u) << "the old one is on its way out still";
  destroyed();
  EXPECT_TRUE(fake->objects().empty());
  EXPECT_TRUE(records().empty());
}

}  // namespace
}  // namespace weft::ops
