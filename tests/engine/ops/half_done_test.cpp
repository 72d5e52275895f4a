// A change of which a part was done: its object is recorded as unfinished, and the next apply completes it.
#include "tests/engine/ops/fake_bench.h"

namespace weft::ops {
namespace {

class HalfDone : public FakeTest {};

TEST_F(HalfDone, ACreateIsNotMadeTwice) {
  write("main.fabric", R"(fabric "f" {}
resource one: fake.Cluster {
  Name  = "one"
  Parts = 3
}
)");
  fake->add(fake::Fault{.call = "attach", .type = "fake.Cluster", .nth = 2, .effect = fake::Effect::kPartial});
  auto result = tried();
  EXPECT_EQ(result.exit, 4) << steps_said(result);
  ASSERT_EQ(fake->objects().size(), 1u);
  EXPECT_EQ(status_of("one"), state::Status::kUnfinished);
  applied();
  EXPECT_EQ(fake->objects().size(), 1u) << "made twice";
  EXPECT_EQ(status_of("one"), state::Status::kOk);
  EXPECT_FALSE(planned().changes());
}

TEST_F(HalfDone, AnUpdateIsCompleted) {
  auto text = [](const std::string& size, const std::string& note) {
    return "fabric \"f\" {}\nresource one: fake.Thing {\n  Name = \"one\"\n  Size = " + size + "\n  Note = \"" + note + "\"\n}\n";
  };
  write("main.fabric", text("1", "a"));
  applied();
  write("main.fabric", text("2", "b"));
  fake->add(fake::Fault{.call = "update", .effect = fake::Effect::kPartial});
  EXPECT_EQ(tried().exit, 4);
  EXPECT_EQ(status_of("one"), state::Status::kUnfinished);
  applied();
  EXPECT_EQ(status_of("one"), state::Status::kOk);
  EXPECT_FALSE(planned().changes());
}

// The request is lost, and what is sent again with its token makes it and does not say what.
TEST_F(HalfDone, ARepeatThatDoesNotSayWhatItMadeIsLookedFor) {
  write("main.fabric", "fabric \"f\" {}\nresource one: fake.Thing { Name = \"one\" }\n");
  fake->add(fake::Fault{.call = "create", .nth = 1, .effect = fake::Effect::kLoseRequest});
  fake->add(fake::Fault{.call = "create", .nth = 2, .effect = fake::Effect::kPartial});
  bends->change = [](driver::ChangeResult& result) {
    if (!result) result.error().identity = Value();
  };
  auto result = tried();
  EXPECT_EQ(result.exit, 4) << steps_said(result);
  ASSERT_EQ(fake->objects().size(), 1u);
  EXPECT_EQ(status_of("one"), state::Status::kUnfinished) << "what is there is known";
  applied();
  EXPECT_EQ(fake->objects().size(), 1u) << "made twice";
  EXPECT_FALSE(planned().changes());
}

TEST_F(HalfDone, WhatADriverWarnsOfIsSaid) {
  write("main.fabric", "fabric \"f\" {}\nresource one: fake.Thing { Name = \"one\" }\n");
  fake->add(fake::Fault{.call = "create", .effect = fake::Effect::kWarn, .text = "Zone is nearly full"});
  auto result = applied();
  const auto* one = report(result, "1:one:create");
  ASSERT_NE(one, nullptr);
  EXPECT_EQ(one->warnings, Ids{"Zone is nearly full"});
  Ids heard;
  for (const auto& event : events.all) {
    if (const auto* moved = std::get_if<event::StepMoved>(&event.fact); moved != nullptr && moved->to == event::StepState::kDone) heard = moved->warnings;
  }
  EXPECT_EQ(heard, Ids{"Zone is nearly full"});
}

}  // namespace
}  // namespace weft::ops
