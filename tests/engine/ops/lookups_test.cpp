// Lookups that wait for something that this apply changes: read at plan, read again after the change.
#include "tests/engine/ops/fake_bench.h"

namespace weft::ops {
namespace {

using event::StepState;

class LookupsTest : public FakeTest {
 protected:
  void SetUp() override {
    FakeTest::SetUp();
    fake->put("fake.Named", Value::object({{"Name", Value::string("shared")}, {"Note", Value::string("one")}}));
    write("main.fabric", R"(fabric "f" {}
input size: int = 1
resource a: fake.Thing {
  Name = "a"
  Size = size
}
lookup shared: fake.Named {
  Name        = "shared"
  @depends_on = [a]
}
let note = "it says ${shared.Note ?? "nothing"}"
resource b: fake.Thing {
  Name = "b"
  Note = note
}
resource c: fake.Thing { Name = "c" }
output note = note
)");
  }
  // What happens in the world right after `id` is done.
  void after(const std::string& id, std::function<void()> happens) {
    events.hook = [=](const event::Event& event) {
      const auto* moved = std::get_if<event::StepMoved>(&event.fact);
      if (moved != nullptr && moved->id == id && moved->to == StepState::kDone) happens();
    };
  }
  auto place(const std::string& id) -> size_t {
    auto all = done();
    return static_cast<size_t>(std::find(all.begin(), all.end(), id) - all.begin());
  }
};

TEST_F(LookupsTest, ReadAgainAfterWhatItWaitsFor) {
  auto plan = planned();
  EXPECT_EQ(ids(plan), (Ids{"create a", "create b", "create c", "read shared"}));
  EXPECT_TRUE(plan.stages.empty());
  uint64_t reads_before = 0, reads_after = 0;
  events.hook = [&](const event::Event& event) {
    const auto* moved = std::get_if<event::StepMoved>(&event.fact);
    if (moved == nullptr) return;
    if (moved->id == "1:a:create" && moved->to == StepState::kDone) reads_before = fake->reads();
    if (moved->id == "1:b:create" && moved->to == StepState::kRunning) reads_after = fake->reads();
  };
  applied();
  EXPECT_LT(place("1:a:create"), place("1:shared:read"));
  EXPECT_LT(place("1:shared:read"), place("1:b:create"));
  EXPECT_GT(reads_after, reads_before) << "nobody looked";
  EXPECT_EQ(outputs(), "note = \"it says one\"\n");
  EXPECT_FALSE(planned().changes()) << "where nothing changes nothing is read again";
}

TEST_F(LookupsTest, AnotherResultIsBeyondThePlanOfWhatUsesIt) {
  after("1:a:create", [&] { fake->touch("shared", "Note", Value::string("two")); });
  auto result = tried();
  ASSERT_EQ(result.exit, 4) << steps_said(result);
  EXPECT_EQ(report(result, "1:shared:read")->state, StepState::kDone);
  const auto* stopped = report(result, "1:b:create");
  ASSERT_NE(stopped, nullptr);
  EXPECT_EQ(stopped->state, StepState::kFailed);
  EXPECT_EQ(stopped->error->text, "beyond the plan: `Note` is not what was planned");
  EXPECT_EQ(report(result, "1:c:create")->state, StepState::kDone) << "what does not use it goes on";
  EXPECT_FALSE(names().contains("b"));
  events.hook = {};
  applied();
  EXPECT_EQ(outputs(), "note = \"it says two\"\n");
}

// What uses it and has no step would be changed by the next apply: this one says so.
TEST_F(LookupsTest, AnotherResultIsToldWhereNoStepUsesIt) {
  applied();
  ApplyRequest larger;
  larger.planning.inputs.sets = {{"size", "2"}};
  after("1:a:update", [&] { fake->touch("shared", "Note", Value::string("two")); });
  auto result = tried(larger);
  EXPECT_EQ(result.exit, 4) << steps_said(result);
  EXPECT_NE(said(result).find("E0633 what a lookup gives has changed with this apply, and so would b"), std::string::npos) << said(result);
  events.hook = {};
  result = tried(larger);
  EXPECT_EQ(result.exit, 0) << said(result);
  EXPECT_EQ(outputs(), "note = \"it says two\"\n");
  // One that says the same tells nothing.
  larger.planning.inputs.sets = {{"size", "3"}};
  EXPECT_EQ(tried(larger).exit, 0);
}

TEST_F(LookupsTest, GoneInBetweenStopsWhatUsesIt) {
  after("1:a:create", [&] { fake->drop("shared"); });
  auto result = tried();
  ASSERT_EQ(result.exit, 4) << steps_said(result);
  EXPECT_EQ(report(result, "1:shared:read")->state, StepState::kFailed);
  EXPECT_EQ(report(result, "1:b:create")->state, StepState::kSkipped);
  EXPECT_EQ(report(result, "1:b:create")->because, "shared");
  EXPECT_EQ(names(), (std::set<std::string>{"a", "c"}));
}

TEST_F(LookupsTest, ASavedPlanReadsAgainToo) {
  PlanRequest request;
  request.out = folder.path() + "/p.plan";
  planned(request);
  // What the lookup gave is pinned in the plan until it is read again.
  after("1:a:create", [&] { fake->touch("shared", "Note", Value::string("two")); });
  ApplyRequest exactly;
  exactly.plan_file = request.out;
  auto result = tried(exactly);
  ASSERT_EQ(result.exit, 4) << steps_said(result);
  EXPECT_EQ(report(result, "1:b:create")->state, StepState::kFailed);
}

TEST_F(LookupsTest, WhatTheDependencyMakesIsLookedUpInAStage) {
  write("main.fabric", R"(fabric "f" {}
resource a: fake.Named { Name = "made" }
lookup made: fake.Named {
  Name        = "made"
  @depends_on = [a]
}
resource b: fake.Thing {
  Name = "b"
  Note = made.Id
}
)");
  auto plan = planned();
  EXPECT_EQ(ids(plan), Ids{"create a"});
  ASSERT_EQ(plan.stages.size(), 1u);
  applied();
  EXPECT_EQ(display_text(*fake->named("b")->attributes.get("Note")), "\"" + fake->named("made")->id + "\"");
  EXPECT_FALSE(planned().changes());
}

TEST_F(LookupsTest, OneForEachKey) {
  fake->put("fake.Named", Value::object({{"Name", Value::string("second")}, {"Note", Value::string("n")}}));
  write("main.fabric", R"(fabric "f" {}
resource a: fake.Thing { Name = "a" }
lookup found: fake.Named for name in ["shared", "second"] {
  Name        = name
  @depends_on = [a]
}
resource b: fake.Thing {
  Name = "b"
  Note = found["second"].Note ?? "nothing"
}
)");
  applied();
  EXPECT_LT(place("1:a:create"), place("1:found[second]:read"));
  EXPECT_LT(place("1:found[second]:read"), place("1:b:create"));
  // The order is in the record, so that it is destroyed in reverse.
  destroyed();
  EXPECT_LT(place("1:b:destroy"), place("1:a:destroy"));
}

// Declared in the other fabric and not recorded by an apply of it yet: no null.
TEST_F(LookupsTest, AnOutputThatIsNotRecordedIsAskedForInVain) {
  auto own = folder.path();
  auto net = [&](const std::string& more) {
    write("net/main.fabric", "fabric \"net\" {}\nresource a: local.Data { value = \"v\" }\noutput v = a.value\n" + more);
  };
  auto apply_net = [&] {
    auto w = world();
    w.folder = own + "/net";
    EXPECT_EQ(apply(w, {}).exit, 0);
  };
  auto reads = [&](const std::string& note) {
    write("main.fabric", "fabric \"f\" {}\nlookup net: weft.Outputs { fabric = \"./net\" }\nlet all = net\nresource b: fake.Thing {\n  Name = \"b\"\n  Note = " + note +
                             "\n}\noutput again = " + note + "\n");
  };
  net("");
  apply_net();
  net("output w: string = \"2\"\noutput deep: { x: string } = { x = \"3\" }\n");
  for (const std::string note : {"net.w", "\"<${all.w}>\"", "net.deep.x"}) {
    reads(note);
    auto result = tried();
    EXPECT_EQ(result.exit, 1) << note << said(result);
    EXPECT_NE(said(result).find("is declared there and not recorded yet"), std::string::npos) << note << said(result);
    EXPECT_EQ(std::ranges::count(result.diagnostics, "E0618", &Diagnostic::code), 1) << said(result);
  }
  // The others are there.
  reads("all.v");
  applied();
  apply_net();
  reads("\"${net.w}${net.deep.x}\"");
  applied();
  EXPECT_EQ(fake->named("b")->attributes.get("Note")->as_string(), "23");
}

}  // namespace
}  // namespace weft::ops
