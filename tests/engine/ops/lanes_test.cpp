// One at a time in a lane; together in a batch.
#include "tests/engine/ops/fake_bench.h"

namespace weft::ops {
namespace {

using event::StepState;

class Lanes : public FakeTest {
 protected:
  // Lets go of every held call, one turn after it was held; `most`: so many were held at once.
  auto releasing(const bool& over, size_t& most) -> Task<void> {
    while (!over) {
      most = std::max(most, fake->held());
      fake->release();
      co_await loop.yield();
    }
  }
  auto run(const ApplyRequest& request, size_t& most) -> ApplyResult {
    bool over = false;
    most = 0;
    events.hook = [&, begun = false](const event::Event& event) mutable {
      if (std::get_if<event::RunStarted>(&event.fact) != nullptr && !std::exchange(begun, true)) loop.spawn(releasing(over, most));
      if (std::get_if<event::RunEnded>(&event.fact) != nullptr) over = true;
    };
    auto result = tried(request);
    events.hook = {};
    over = true;
    loop.run();
    return result;
  }
  auto overlaps() -> uint64_t {
    uint64_t count = 0;
    fake->with([&](fake::FakeWorld::Contents& world) { count = world.lane_overlaps; });
    return count;
  }
};

TEST_F(Lanes, StepsOfALaneRunOneAtATime) {
  write("main.fabric", R"(fabric "f" {}
resource near: fake.Queue for n in range(5) { Name = "near-${n}" }
resource far: fake.Queue for n in range(2) {
  Name = "far-${n}"
  Zone = "far"
}
)");
  for (const char* call : {"create", "remove"}) fake->add(fake::Fault{.call = call, .type = "fake.Queue", .times = 0, .effect = fake::Effect::kHold});
  size_t most = 0;
  for (uint32_t parallel : {0u, 2u, 1u}) {
    ApplyRequest request;
    request.parallel = parallel;
    auto result = run(request, most);
    EXPECT_EQ(result.exit, 0) << steps_said(result);
    EXPECT_EQ(fake->objects().size(), 7u);
    EXPECT_EQ(overlaps(), 0u);
    EXPECT_LE(most, parallel == 1 ? 1u : 2u) << "two lanes";
    EXPECT_GE(most, 1u);
    request.planning.destroy = true;
    result = run(request, most);
    EXPECT_EQ(result.exit, 0) << steps_said(result);
    EXPECT_TRUE(fake->objects().empty());
    EXPECT_EQ(overlaps(), 0u);
    EXPECT_LE(most, parallel == 1 ? 1u : 2u) << "two lanes";
  }
}

TEST_F(Lanes, ASoftStopLeavesWhatWaitsForItsLane) {
  write("main.fabric", "fabric \"f\" {}\nresource q: fake.Queue for n in range(3) { Name = \"q-${n}\" }\n");
  events.hook = [&](const event::Event& event) {
    const auto* moved = std::get_if<event::StepMoved>(&event.fact);
    if (moved != nullptr && moved->to == StepState::kReady) soft.request();
  };
  auto result = tried();
  EXPECT_EQ(result.exit, 130);
  size_t left = 0;
  for (const auto& step : result.steps) left += step.state == StepState::kReady ? 1 : 0;
  EXPECT_EQ(left, 2u) << steps_said(result);
  EXPECT_LE(fake->objects().size(), 1u) << steps_said(result);
}

TEST_F(Lanes, ABatchGoesTogetherAndItsCulpritFailsAlone) {
  write("main.fabric", R"(fabric "f" {}
resource r: fake.Record for n in range(30) {
  Name = "r-${n}"
  Size = if n == 7 then 101 else 1
}
)");
  auto result = tried();
  EXPECT_NE(result.exit, 0);
  EXPECT_EQ(fake->objects().size(), 29u);
  for (const auto& step : result.steps) EXPECT_EQ(step.state, step.step.address == "r[7]" ? StepState::kFailed : StepState::kDone) << step.step.address;
  EXPECT_LT(fake->requests("create"), 30u) << "not one by one";
}

}  // namespace
}  // namespace weft::ops
