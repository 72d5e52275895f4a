// Replacements of what is moved or adopted in the same step, what a doubt holds back, and waits that tell nothing.
#include "tests/engine/ops/fake_bench.h"

namespace weft::ops {
namespace {

TEST_F(FakeTest, TheObjectOfAMovedReplacementIsRemoved) {
  for (const char* order : {"false", "true"}) {
    std::string flag = std::string("  @create_first = ") + order + "\n";
    write("main.fabric", "fabric \"f\" {}\nresource a: local.File {\n  path    = \"a.txt\"\n  content = \"x\"\n" + flag + "}\n");
    applied();
    write("main.fabric", "fabric \"f\" {}\nresource b: local.File {\n  path    = \"b.txt\"\n  content = \"x\"\n" + flag + "}\nmoved a to b\n");
    EXPECT_EQ(ids(planned()), Ids{"replace b"});
    applied();
    EXPECT_FALSE(there("a.txt")) << order;
    EXPECT_TRUE(there("b.txt"));
    EXPECT_EQ(records(), Ids{"b"});
    EXPECT_FALSE(planned().changes());
    destroyed();
  }
}

TEST_F(FakeTest, TheObjectOfAnAdoptedReplacementIsRemoved) {
  for (const char* order : {"false", "true"}) {
    write("c.txt", "x");
    write("main.fabric", std::string("fabric \"f\" {}\nresource f: local.File {\n  path    = \"d.txt\"\n  content = \"x\"\n  @create_first = ") + order +
                             "\n}\nadopt f from \"c.txt\"\n");
    EXPECT_EQ(ids(planned()), Ids{"replace f"});
    applied();
    EXPECT_FALSE(there("c.txt")) << order;
    EXPECT_TRUE(there("d.txt")) << order;
    EXPECT_EQ(records(), Ids{"f"});
    EXPECT_FALSE(planned().changes());
    destroyed();
  }
}

TEST_F(FakeTest, WhatACallInDoubtReliesOnStays) {
  write("main.fabric", R"(fabric "f" {}
resource base: fake.Thing { Name = "base" }
resource user: fake.Blind {
  Name = "user"
  Zone = "z-${base.Id}"
}
)");
  fake->add(fake::Fault{.call = "create", .type = "fake.Blind", .effect = fake::Effect::kLoseAnswer});
  EXPECT_EQ(tried().exit, 4);
  write("main.fabric", "fabric \"f\" {}\n");
  auto result = tried();
  EXPECT_NE(result.exit, 0) << steps_said(result);
  EXPECT_EQ(fake->requests("remove"), 0u) << "destroyed under a call in doubt";
  EXPECT_EQ(records(), Ids{"base"});
  auto w = world();
  RecoverRequest answer;
  answer.address = "user";
  answer.answer = RecoverRequest::Answer::kNotDone;
  EXPECT_TRUE(recover(w, answer).ok());
  applied();
  EXPECT_TRUE(records().empty());
}

// It may be gone, though no step of the plan would touch it.
TEST_F(FakeTest, NothingIsMadeOnWhatIsInDoubt) {
  write("main.fabric", "fabric \"f\" {}\nresource base: fake.Thing { Name = \"base\" }\n");
  applied();
  fake->add(fake::Fault{.call = "remove", .effect = fake::Effect::kLoseRequest});
  fake->add(fake::Fault{.call = "settle", .times = 100, .effect = fake::Effect::kFail});
  {
    auto w = world();
    ApplyRequest request;
    request.planning.destroy = true;
    EXPECT_EQ(apply(w, request).exit, 4);
  }
  std::string user = "resource user: fake.Named {\n  Name = \"user\"\n  Note = base.Id\n}\nresource last: fake.Named {\n  Name = \"last\"\n  Note = user.Id\n}\n";
  write("main.fabric", "fabric \"f\" {}\nresource base: fake.Thing { Name = \"base\" }\n" + user);
  for (const auto& only : {Ids{}, Ids{"user", "last"}}) {
    ApplyRequest request;
    request.planning.only = {only.begin(), only.end()};
    auto result = tried(request);
    EXPECT_EQ(result.exit, 4) << said(result) << steps_said(result);
    EXPECT_EQ(fake->requests("create"), 1u) << "made on what may be gone";
    for (const char* id : {"1:user:create", "1:last:create"}) {
      const auto* step = report(result, id);
      ASSERT_NE(step, nullptr) << steps_said(result);
      EXPECT_EQ(step->state, event::StepState::kSkipped) << id;
      EXPECT_EQ(step->because, "base") << id;
    }
    const auto* open = report(result, "1:base:destroy");
    ASSERT_NE(open, nullptr) << steps_said(result);
    EXPECT_EQ(open->state, event::StepState::kOpen);
  }
}

TEST_F(FakeTest, AWaitThatTellsNothingFailsItsStep) {
  write("main.fabric", R"(fabric "f" {}
resource one: fake.Thing {
  Name  = "one"
  @wait = [true][if self.Name == "one" then 3 else 0]
}
)");
  auto result = tried();
  EXPECT_EQ(result.exit, 4) << said(result);
  const auto* step = report(result, "1:one:create");
  ASSERT_NE(step, nullptr) << steps_said(result);
  EXPECT_EQ(step->state, event::StepState::kFailed) << steps_said(result);
  ASSERT_TRUE(step->error.has_value());
  EXPECT_NE(step->error->text.find("@wait"), std::string::npos) << step->error->text;
  EXPECT_NE(step->error->text.find("3"), std::string::npos) << "in the evaluator's words: " << step->error->text;
  // What was not seen ready is waited for again.
  EXPECT_TRUE(planned().changes());
}

}  // namespace
}  // namespace weft::ops
