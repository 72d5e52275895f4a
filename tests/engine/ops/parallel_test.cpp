// How many steps run at once.
#include "tests/engine/ops/fake_bench.h"

namespace weft::ops {
namespace {

using event::StepState;

class ParallelTest : public FakeTest {
 protected:
  void SetUp() override {
    FakeTest::SetUp();
    write("main.fabric", R"(fabric "f" {}
resource many: fake.Named for i in range(20) { Name = "n${i}" }
resource last: fake.Named {
  Name = "last"
  Note = "${length(many)} ${many[19].Id}"
}
)");
  }
  // The most that ran together.
  auto most(uint32_t parallel) -> size_t {
    size_t running = 0, most = 0;
    events.hook = [&](const event::Event& event) {
      const auto* moved = std::get_if<event::StepMoved>(&event.fact);
      if (moved == nullptr) return;
      running += moved->to == StepState::kRunning ? 1 : 0;
      running -= moved->from == StepState::kRunning ? 1 : 0;
      most = std::max(most, running);
    };
    ApplyRequest request;
    request.parallel = parallel;
    applied(request);
    events.hook = {};
    return most;
  }
};

TEST_F(ParallelTest, AsWideAsTheGraphAllows) { EXPECT_EQ(most(0), 20u); }

TEST_F(ParallelTest, NoWiderThanAsked) { EXPECT_EQ(most(3), 3u); }

TEST_F(ParallelTest, OneAfterTheOther) {
  EXPECT_EQ(most(1), 1u);
  EXPECT_EQ(done().back(), "1:last:create");
}

}  // namespace
}  // namespace weft::ops
