#include "lang/os/task.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "lang/base/result.h"
#include "lang/os/loop.h"

namespace weft {
namespace {

auto answer(bool& ran) -> Task<int> {
  ran = true;
  co_return 42;
}

TEST(Task, StartsOnlyWhenAwaited) {
  Loop loop;
  bool ran = false;
  auto task = answer(ran);
  EXPECT_FALSE(ran);
  EXPECT_EQ(block_on(loop, std::move(task)), 42);
  EXPECT_TRUE(ran);
}

auto one() -> Task<int> { co_return 1; }
auto add_up(int n) -> Task<int> {
  int sum = 0;
  for (int i = 0; i < n; ++i) sum += co_await one();
  co_return sum;
}

// With plain symmetric transfer and no optimisation this would overflow the stack.
TEST(Task, TasksThatNeverWaitTakeNoStack) {
  Loop loop;
  EXPECT_EQ(block_on(loop, add_up(200'000)), 200'000);
}

auto yield_often(Loop& loop, int n) -> Task<int> {
  int sum = 0;
  for (int i = 0; i < n; ++i) {
    co_await loop.yield();
    sum += co_await one();
  }
  co_return sum;
}

TEST(Task, TasksThatWaitTakeNoStackEither) {
  Loop loop;
  EXPECT_EQ(block_on(loop, yield_often(loop, 50'000)), 50'000);
}

auto half(int n) -> Task<Result<int>> {
  if (n % 2 != 0) co_return fail(Code::kInvalid, "odd");
  co_return n / 2;
}
auto quarter(int n) -> Task<Result<int>> {
  CO_TRY(first, co_await half(n));
  CO_TRY(second, co_await half(first));
  co_return second;
}

TEST(Task, FailuresTravelUp) {
  Loop loop;
  EXPECT_EQ(block_on(loop, quarter(8)).value(), 2);
  EXPECT_EQ(block_on(loop, quarter(6)).error().text, "odd");
}

auto move_only() -> Task<std::unique_ptr<std::string>> { co_return std::make_unique<std::string>("kept"); }

TEST(Task, CarriesWhatCanOnlyBeMoved) {
  Loop loop;
  EXPECT_EQ(*block_on(loop, move_only()), "kept");
}

struct Witness {
  std::vector<std::string>* log;
  std::string name;
  ~Witness() { log->push_back(name); }
};
auto inner(Loop& loop, std::vector<std::string>& log) -> Task<void> {
  Witness witness{.log = &log, .name = "inner"};
  co_await loop.sleep_for(std::chrono::hours(1));
}
auto outer(Loop& loop, std::vector<std::string>& log) -> Task<void> {
  Witness witness{.log = &log, .name = "outer"};
  co_await inner(loop, log);
}

TEST(Task, DroppingATaskEndsWhatItAwaits) {
  std::vector<std::string> log;
  {
    Loop loop;
    loop.spawn(outer(loop, log));
    block_on(loop, [](Loop& l) -> Task<void> { co_await l.yield(); }(loop));
    EXPECT_TRUE(log.empty());
  }
  EXPECT_EQ(log, (std::vector<std::string>{"inner", "outer"}));
}

TEST(TaskDeathTest, AnExceptionThatLeavesATaskStopsTheProgram) {
  Loop loop;
  auto throws = []() -> Task<void> {
    throw std::string("lost");
    co_return;
  };
  EXPECT_EXIT(block_on(loop, throws()), testing::ExitedWithCode(70), "an exception left a task");
}

}  // namespace
}  // namespace weft
