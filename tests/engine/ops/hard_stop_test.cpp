// The second Ctrl-C: calls and appends are left where they are, and nothing touches what was dropped.
#include <sys/stat.h>

#include "tests/engine/ops/bench_world.h"

namespace weft::ops {
namespace {

// More than one transaction takes: when the first of them is durable, others are on their way.
constexpr const char* kMany = R"(fabric "many" {}
resource item: local.Data for i in range(1200) { value = "value ${i}" }
)";

TEST_F(EngineTest, WhatIsStillBeingWrittenOutlivesASecondStop) {
  write("main.fabric", kMany);
  CancelSource first, second;
  auto w = world();
  w.soft_stop = first.token();
  w.hard_stop = second.token();
  bool asked = false;
  events.hook = [&](const event::Event& event) {
    const auto* moved = std::get_if<event::StepMoved>(&event.fact);
    if (asked || moved == nullptr || moved->to != event::StepState::kDone) return;
    asked = true;
    first.request();
    second.request();
  };
  auto result = apply(w, {});
  ASSERT_TRUE(asked) << said(result);
  EXPECT_TRUE(result.stopped);
  EXPECT_EQ(result.exit, 130) << said(result);
  events.hook = nullptr;
  // The loop is used again: nothing that was posted for the first run may reach it.
  applied();
  EXPECT_EQ(records().size(), 1200u);
}

// The old object is gone, and whether the new one was made nobody knows.
TEST_F(EngineTest, TheSecondHalfOfAReplacementThatIsCutOffIsOpen) {
  auto fabric = [&](int n) {
    write("main.fabric", "fabric \"f\" {}\nresource a: local.Command {\n  create = \"test " + std::to_string(n) + " = 1 || cat gate\"\n  remove = \"true\"\n}\n");
  };
  fabric(1);
  applied();
  ASSERT_EQ(::mkfifo((folder.path() + "/gate").c_str(), 0600), 0);
  fabric(2);
  CancelSource first, second;
  auto w = world();
  w.soft_stop = first.token();
  w.hard_stop = second.token();
  std::vector<std::string> parts;
  events.hook = [&](const event::Event& event) {
    const auto* moved = std::get_if<event::StepMoved>(&event.fact);
    if (moved == nullptr || moved->to != event::StepState::kRunning) return;
    parts.push_back(moved->part);
    if (moved->part != "create") return;
    w.loop.post([&] {
      first.request();
      second.request();
    });
  };
  auto result = apply(w, {});
  events.hook = nullptr;
  EXPECT_EQ(parts, (std::vector<std::string>{"destroy", "create"})) << "each half begins";
  ASSERT_EQ(result.steps.size(), 1u) << said(result);
  EXPECT_EQ(result.steps[0].state, event::StepState::kOpen);
  EXPECT_TRUE(result.steps[0].half_done);
  const auto* ended = std::get_if<event::RunEnded>(&events.all.back().fact);
  ASSERT_NE(ended, nullptr);
  EXPECT_EQ(ended->open, 1u);
  EXPECT_EQ(ended->half_done, std::vector<std::string>{"a"});
}

// What became of the call was being found out, and nobody knows yet.
TEST_F(EngineTest, ACallThatIsBeingSettledIsOpen) {
  ASSERT_EQ(::mkfifo((folder.path() + "/gate").c_str(), 0600), 0);
  write("main.fabric", "fabric \"f\" {}\nresource a: local.Command {\n  create = \"kill -9 $$\"\n  settle = \"cat gate\"\n}\n");
  CancelSource first, second;
  auto w = world();
  w.soft_stop = first.token();
  w.hard_stop = second.token();
  events.hook = [&](const event::Event& event) {
    const auto* moved = std::get_if<event::StepMoved>(&event.fact);
    if (moved == nullptr || moved->to != event::StepState::kSettling) return;
    w.loop.post([&] {
      first.request();
      second.request();
    });
  };
  auto result = apply(w, {});
  events.hook = nullptr;
  ASSERT_EQ(result.steps.size(), 1u) << said(result);
  EXPECT_EQ(result.steps[0].state, event::StepState::kOpen);
  const auto* ended = std::get_if<event::RunEnded>(&events.all.back().fact);
  ASSERT_NE(ended, nullptr);
  EXPECT_EQ(ended->open, 1u);
  EXPECT_EQ(ended->not_started, 0u);
}

}  // namespace
}  // namespace weft::ops
