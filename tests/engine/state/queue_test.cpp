// Who waits is in the way of what overlaps with what it waits for: the first such address is named, and nothing else is asked.
#include <gtest/gtest.h>

#include "engine/state/claims.h"
#include "tests/engine/state/support.h"

namespace weft::state::test {
namespace {

struct Two {
  Fabric fabric;
  std::unique_ptr<State> one = fabric.open();
  std::unique_ptr<State> other = fabric.open();
  std::unique_ptr<Writer> waiter = writer_of(*one);
  std::unique_ptr<Writer> asker = writer_of(*other);
};

auto item(std::string address, std::string_view kind) -> ClaimItem {
  return {.address = std::move(address), .subtree = kind.ends_with("+"), .write = kind.starts_with("w")};
}

TEST(Queue, TheFirstAddressThatIsExcludedIsNamed) {
  struct Case {
    std::vector<ClaimItem> waits, asks;
    const char* named;  // null: nothing is in the way
  };
  const Case cases[] = {
      {{item("b", "w")}, {item("a", "w"), item("b", "w"), item("c", "w")}, "b"},
      {{item("b", "r")}, {item("a", "w"), item("b", "r"), item("c", "w")}, nullptr},
      {{item("b", "r")}, {item("b", "w")}, "b"},
      {{item("b", "w")}, {item("b", "r")}, "b"},
      {{item("b[x]", "r"), item("a", "w")}, {item("a", "r"), item("b[x]", "w")}, "a"},
      // One stands in what the other asks for whole.
      {{item("b[x].c", "w")}, {item("a", "w"), item("b", "r+"), item("b[y]", "w")}, "b"},
      {{item("b[x].c", "r")}, {item("b", "r+"), item("b[x]", "w+")}, "b[x]"},
      {{item("b[x].c", "w")}, {item("b", "r"), item("b[x]", "r"), item("b[y]", "w+")}, nullptr},
      {{item("b", "w+")}, {item("a", "w"), item("b[x]", "r"), item("b[y]", "r")}, "b[x]"},
      {{item("b", "r+")}, {item("b.a", "r"), item("b[x]", "r"), item("b[y]", "w"), item("c", "w")}, "b[y]"},
      {{item("b", "r+")}, {item("b[x]", "r"), item("ba", "w"), item("c", "w")}, nullptr},
      {{item("b", "r+")}, {item("b.a", "w"), item("b[x]", "w")}, "b.a"},
  };
  for (const Case& one : cases) {
    Two two;
    ASSERT_OK(two.waiter->append({Wait{.items = one.waits}}));
    auto claimed = claim(*two.asker, one.asks);
    SCOPED_TRACE(one.waits[0].address + " " + one.asks[0].address);
    EXPECT_EQ(claimed.granted, one.named == nullptr);
    ASSERT_EQ(claimed.holders.size(), one.named == nullptr ? 0U : 1U);
    if (one.named == nullptr) continue;
    EXPECT_EQ(claimed.holders[0].address, one.named);
  }
}

// Twenty thousand addresses against twenty thousand, none of them the same: asked pairwise this does not end.
TEST(Queue, ManyWaitForMany) {
  Two two;
  std::vector<ClaimItem> waits, asks;
  for (int i = 0; i < 20'000; ++i) {
    waits.push_back(item("waits[" + std::to_string(i) + "].inner", i % 2 == 0 ? "r+" : "w+"));
    asks.push_back(item("asks[" + std::to_string(i) + "].inner", i % 2 == 0 ? "w+" : "r+"));
  }
  ASSERT_OK(two.waiter->append({Wait{.items = waits}}));
  EXPECT_TRUE(claim(*two.asker, asks).granted);
}

}  // namespace
}  // namespace weft::state::test
