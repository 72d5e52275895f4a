// How long steps took is kept in the state, and told when the next ones run.
#include "engine/apply/past.h"
#include "tests/engine/ops/fake_bench.h"
#include "tests/engine/ops/other_run.h"

namespace weft::ops {
namespace {

class UsualTest : public FakeTest {
 protected:
  auto kept() -> Value {
    auto state = state_now();
    return state ? state->setting(apply::PastDurations::kSetting).value_or(Value()) : Value();
  }
  void keep(std::vector<int64_t> durations) {
    std::vector<Value> items;
    for (auto one : durations) items.push_back(Value::integer(one));
    OtherRun earlier(folder.path(), system_clock());
    earlier.set(std::string(apply::PastDurations::kSetting), Value::object({Field{"fake.Thing create", Value::list(std::move(items))}}));
  }
  auto told(const std::string& address) -> std::optional<event::Usual> {
    for (const auto& event : events.all) {
      const auto* moved = std::get_if<event::StepMoved>(&event.fact);
      if (moved != nullptr && moved->to == event::StepState::kRunning && moved->address == address) return moved->usual;
    }
    return std::nullopt;
  }
};

TEST_F(UsualTest, IsToldWhenAStepBeginsAndKeptWhenItEnds) {
  keep({240'000, 300'000, 420'000, 260'000, 410'000});
  write("main.fabric", "fabric \"f\" {}\nresource a: fake.Thing { Name = \"a\" }\nresource b: fake.Named { Name = \"b\" }\n");
  applied();
  auto usual = told("a");
  ASSERT_TRUE(usual);
  EXPECT_EQ(usual->least_ms, 248'000u);
  EXPECT_EQ(usual->most_ms, 416'000u);
  EXPECT_FALSE(told("b"));
  // That of `a` came to those that were known; `b` was over at once.
  auto now = kept();
  ASSERT_EQ(now.length(), 1u);
  ASSERT_NE(now.get("fake.Thing create"), nullptr);
  EXPECT_EQ(now.get("fake.Thing create")->length(), 6u);
}

TEST_F(UsualTest, WhatIsOverAtOnceLeavesNothing) {
  write("main.fabric", "fabric \"f\" {}\nresource a: fake.Thing { Name = \"a\" }\n");
  applied();
  EXPECT_TRUE(kept().is_null());
}

// What stands there may be anything: it is no reason to fail.
TEST_F(UsualTest, WhatDoesNotReadIsNoMatter) {
  {
    OtherRun earlier(folder.path(), system_clock());
    earlier.set(std::string(apply::PastDurations::kSetting), Value::string("?"));
  }
  write("main.fabric", "fabric \"f\" {}\nresource a: fake.Thing { Name = \"a\" }\n");
  applied();
  EXPECT_FALSE(told("a"));
}

}  // namespace
}  // namespace weft::ops
