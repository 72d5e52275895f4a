#include <gtest/gtest.h>

#include <unordered_set>

#include "lang/base/check.h"
#include "lang/base/ids.h"
#include "lang/base/result.h"

namespace weft {
namespace {

TEST(CheckDeathTest, ABugEndsTheProgramWithItsPlace) {
  EXPECT_EXIT(CHECK(1 + 1 == 3), testing::ExitedWithCode(70), "`1 \\+ 1 == 3` does not hold at .*base_test.cpp:");
  CHECK(1 + 1 == 2);
}

struct Apple {
  int weight;
};

TEST(Store, GivesIdsInOrder) {
  Store<Apple> apples;
  EXPECT_TRUE(apples.empty());
  Id<Apple> first = apples.add({.weight = 3});
  Id<Apple> second = apples.add({.weight = 5});
  EXPECT_EQ(apples[second].weight, 5);
  EXPECT_LT(first, second);
  EXPECT_FALSE(Id<Apple>().valid());
  std::unordered_set<Id<Apple>> seen = {first, second, first};
  EXPECT_EQ(seen.size(), 2U);
}

TEST(StoreDeathTest, AnIdOfNothingIsABug) {
  Store<Apple> apples;
  EXPECT_EXIT((void)apples[Id<Apple>()].weight, testing::ExitedWithCode(70), "rows_.size");
}

auto positive(int n) -> Result<int> {
  if (n <= 0) return fail(Code::kInvalid, "not positive", "give more");
  return n;
}
auto sum(int a, int b) -> Result<int> {
  TRY(x, positive(a));
  TRY(y, positive(b));
  return x + y;
}
auto both(int a, int b) -> Result<void> {
  TRY_VOID(positive(a));
  TRY_VOID(positive(b));
  return {};
}

TEST(Result, TryHandsFailuresUp) {
  EXPECT_EQ(sum(1, 2), 3);
  EXPECT_EQ(sum(1, 0).error().text, "not positive");
  EXPECT_TRUE(both(1, 1).has_value());
  Failure failure = both(0, 1).error().in("adding");
  EXPECT_EQ(failure.text, "adding: not positive");
  EXPECT_EQ(failure.hint, "give more");
  EXPECT_EQ(failure.code, Code::kInvalid);
}

}  // namespace
}  // namespace weft
