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
