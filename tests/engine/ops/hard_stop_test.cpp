// The second Ctrl-C: calls and appends are left where they are, and nothing touches what was dropped.
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

}  // namespace
}  // namespace weft::ops
