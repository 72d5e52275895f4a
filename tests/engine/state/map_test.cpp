// The map of the environment: full, made bigger by this process or another, killed meanwhile, and bounded.
#include <fcntl.h>
#include <unistd.h>

#include "engine/state/lmdb_store.h"
#include "lang/os/crash.h"
#include "tests/engine/state/child.h"
#include "tests/engine/state/support.h"

namespace weft::state::test {
namespace {

constexpr size_t kSmallMap = 1 << 20;

TEST(Map, GrowsWhenItIsFull) {
  Fabric fabric;
  fabric.store.map_size = kSmallMap;
  auto state = fabric.open();
  auto writer = writer_of(*state);
  ASSERT_TRUE(claim(*writer, {{.address = "w", .subtree = true}}).granted);
  for (int i = 0; i < 12; ++i) ASSERT_OK(writer->append({bulky("w[" + std::to_string(i) + "]", 300'000)}));
  ASSERT_OK(writer->end({.outcome = "done"}, {}));
  EXPECT_EQ(state->snapshot()->records.size(), 12U);
  ASSERT_OK(state->verify());
}

TEST(MapChild, DISABLED_Fills) {
  OpenOptions options{.folder = getenv(kChildFolder), .create = true, .write = true};
  auto state = open_state(options, system_clock(), {.map_size = kSmallMap});
  ASSERT_OK(state);
  auto writer = writer_of(**state);
  auto name = std::string(getenv(kChildName));
  ASSERT_TRUE(claim(*writer, {{.address = name, .subtree = true}}).granted);
  for (int i = 0; i < 12; ++i) ASSERT_OK(writer->append({bulky(name + "[" + std::to_string(i) + "]", 300'000)}));
  ASSERT_OK(writer->end({.outcome = "done"}, {}));
}

TEST(Map, AnotherProcessMadeItBigger) {
  Fabric fabric;
  fabric.store.map_size = kSmallMap;
  finished_run(fabric);
  auto state = fabric.open();
  ASSERT_EQ(state->snapshot()->records.size(), 1U);
  ASSERT_TRUE(Child("MapChild.DISABLED_Fills", {{kChildFolder, fabric.dir.path()}, {kChildName, "a"}, {"HOME", fabric.dir.path("home")}}).succeeded());
  auto snapshot = state->snapshot();
  ASSERT_OK(snapshot);
  EXPECT_EQ(snapshot->records.size(), 13U);
  auto writer = writer_of(*state);
  ASSERT_TRUE(claim(*writer, writes({"web"})).granted);
  ASSERT_OK(writer->append({put("web", "i-1")}));
  ASSERT_OK(state->verify());
}

TEST(Map, ProcessesThatGrowItAtOnce) {
  Fabric fabric;
  fabric.store.map_size = kSmallMap;
  finished_run(fabric);
  std::vector<std::unique_ptr<Child>> children;
  for (const char* name : {"a", "b", "c"}) {
    children.push_back(std::make_unique<Child>("MapChild.DISABLED_Fills", std::map<std::string, std::string>{{kChildFolder, fabric.dir.path()}, {kChildName, name}, {"HOME", fabric.dir.path("home")}}));
  }
  for (auto& one : children) EXPECT_TRUE(one->succeeded());
  auto state = fabric.open();
  EXPECT_EQ(state->snapshot()->records.size(), 37U);
  ASSERT_OK(state->verify());
}

TEST(Map, KilledWhileItGrows) {
  if constexpr (!kHasCrashPoints) GTEST_SKIP() << "built without crash points";
  for (const char* point : {"map.grown", "map.grown:2"}) {
    Fabric fabric;
    fabric.store.map_size = kSmallMap;
    EXPECT_TRUE(Child("MapChild.DISABLED_Fills", {{kChildFolder, fabric.dir.path()}, {kChildName, "a"}, {"HOME", fabric.dir.path("home")}, {"WEFT_CRASH", point}}).was_killed());
    auto state = fabric.open();
    ASSERT_OK(state->verify());
    EXPECT_LT(state->snapshot()->records.size(), 12U);
    auto writer = writer_of(*state);
    EXPECT_TRUE(claim(*writer, {{.address = "a", .subtree = true}}).granted);
  }
}

TEST(MapChild, DISABLED_LooksTwice) {
  OpenOptions options{.folder = getenv(kChildFolder)};
  auto state = open_state(options, system_clock(), {.map_size = kSmallMap});
  ASSERT_OK(state);
  ASSERT_OK((*state)->snapshot());
  // Its turn comes when the file says so.
  auto go = options.folder + "/go";
  write_bytes(options.folder + "/ready", "");
  while (access(go.c_str(), F_OK) != 0) std::this_thread::yield();
  ASSERT_OK((*state)->snapshot());
}

TEST(Map, KilledWhileItTakesOverTheNewSize) {
  if constexpr (!kHasCrashPoints) GTEST_SKIP() << "built without crash points";
  Fabric fabric;
  finished_run(fabric);
  fabric.store.map_size = kSmallMap;
  Child looking("MapChild.DISABLED_LooksTwice", {{kChildFolder, fabric.dir.path()}, {"WEFT_CRASH", "map.resized"}});
  while (access(fabric.dir.path("ready").c_str(), F_OK) != 0) std::this_thread::yield();
  ASSERT_TRUE(Child("MapChild.DISABLED_Fills", {{kChildFolder, fabric.dir.path()}, {kChildName, "a"}, {"HOME", fabric.dir.path("home")}}).succeeded());
  write_bytes(fabric.dir.path("go"), "");
  EXPECT_TRUE(looking.was_killed());
  auto state = fabric.open();
  ASSERT_OK(state->verify());
  EXPECT_EQ(state->snapshot()->records.size(), 13U);
}

TEST(Map, BeginsWithWhatTheAddressSpaceGives) {
  Fabric fabric;
  fabric.store.map_size = size_t{1} << 50;  // more than any program has
  finished_run(fabric);
  ASSERT_OK(fabric.open()->verify());
}

}  // namespace
}  // namespace weft::state::test
