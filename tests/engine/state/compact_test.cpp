// Trimming history and giving room back.
#include <fcntl.h>

#include <filesystem>
#include <functional>
#include <utility>

#include "engine/state/row_types.h"
#include "lang/os/crash.h"
#include "tests/engine/state/child.h"
#include "tests/engine/state/support.h"

namespace weft::state::test {
namespace {

using std::chrono::hours;

// Three runs a day apart. `a` changes in each, `b` is made and goes in the first, `c` is made in the first and stays, and a
// doubt of the first is settled in the third. Transactions: 1 to 8, 9 to 11, 12 to 16.
void fill(Fabric& fabric) {
  auto state = fabric.open();
  for (int day = 1; day <= 3; ++day) {
    auto writer = writer_of(*state, "day " + std::to_string(day));
    ASSERT_TRUE(claim(*writer, writes({"a", "b", "c", "d"})).granted);
    if (day == 1) {
      ASSERT_OK(writer->append({sized("c", 7)}));
      ASSERT_OK(writer->append({put("b", "b-1")}));
      ASSERT_OK(writer->append({Delete{.address = "b"}}));
      ASSERT_OK(writer->append({intent("d", "d")}));
      ASSERT_OK(writer->append({Set{.name = "kept", .value = Value::integer(1)}}));
    }
    if (day == 3) {
      ASSERT_OK(writer->append({Settle{.operation = op_id("d"), .outcome = "not_done", .by = "person eve"}}));
    }
    ASSERT_OK(writer->append({sized("a", day)}));
    if (day == 3) {
      ASSERT_OK(writer->append({sized("a", 4)}));
    }
    ASSERT_OK(writer->end({.outcome = "done"}, {}));
    fabric.clock.advance(hours(24));
  }
  ASSERT_EQ(state->tail()->seq, 16U);
}

TEST(Compact, KeepsWhatTheRetentionSays) {
  Fabric fabric;
  fill(fabric);
  auto state = fabric.open();
  auto nothing = state->compact({.versions = 100, .age = hours(1)});
  ASSERT_OK(nothing);
  EXPECT_EQ(nothing->dropped, 0U);
  EXPECT_EQ(nothing->floor, 1U);
  nothing = state->compact({.versions = 1, .age = hours(24 * 90)});
  ASSERT_OK(nothing);
  EXPECT_EQ(nothing->dropped, 0U);

  // It is now the fourth day: the first two are older than 36 hours.
  auto compacted = state->compact({.versions = 2, .age = hours(36)});
  ASSERT_OK(compacted);
  EXPECT_EQ(compacted->floor, 12U);
  EXPECT_EQ(compacted->dropped, 11U);
  EXPECT_EQ(compacted->kept_open, std::nullopt);
  ASSERT_OK(state->verify());
  EXPECT_EQ(state->frames(1, 100)->size(), 5U);
  EXPECT_CODE(state->record_at("a", 11), Code::kNotFound);
  EXPECT_EQ((*state->record_at("a", 12))->applied.as_int(), 2) << "what was current at the floor is still known";
  EXPECT_EQ((*state->record_at("a", 14))->applied.as_int(), 3);
  EXPECT_EQ((*state->record_at("a", 16))->applied.as_int(), 4);
  EXPECT_EQ((*state->record_at("c", 12))->applied.as_int(), 7);
  EXPECT_EQ(*state->record_at("b", 12), std::nullopt);
  EXPECT_EQ(state->history(10)->size(), 1U);
  EXPECT_EQ(state->snapshot()->records.size(), 2U);

  // Work goes on, and the next trimming begins where this one ended.
  auto writer = writer_of(*state);
  ASSERT_TRUE(claim(*writer, writes({"a", "b"})).granted);
  ASSERT_OK(writer->append({put("b", "b-1"), sized("a", 5)}));
  ASSERT_OK(writer->end({.outcome = "done"}, {}));
  ASSERT_OK(state->verify());
  fabric.clock.advance(hours(100));
  compacted = state->compact({.versions = 1, .age = hours(1)});
  ASSERT_OK(compacted);
  EXPECT_EQ(compacted->floor, 19U);
  ASSERT_OK(state->verify());
  EXPECT_EQ(state->record("a")->value().rev, 5U);
  state.reset();
  writer.reset();
  state = fabric.open();
  ASSERT_OK(state->verify());
  EXPECT_EQ(state->snapshot()->records.size(), 3U);
}

TEST(Compact, MakesTheFileSmaller) {
  Fabric fabric;
  auto state = fabric.open();
  for (int i = 0; i < 30; ++i) {
    auto writer = writer_of(*state);
    ASSERT_TRUE(claim(*writer, writes({"a"})).granted);
    auto large = record("a");
    large.driver_data = Value::string(std::string(200'000, static_cast<char>('a' + i % 26)));
    ASSERT_OK(writer->append({Put{.record = large}}));
    ASSERT_OK(writer->end({.outcome = "done"}, {}));
    fabric.clock.advance(hours(24));
  }
  auto compacted = state->compact({.versions = 3, .age = hours(48)});
  ASSERT_OK(compacted);
  EXPECT_LT(compacted->bytes_after * 4, compacted->bytes_before);
  EXPECT_EQ(compacted->bytes_after, std::filesystem::file_size(fabric.state_path("data.mdb")));
  EXPECT_FALSE(std::filesystem::exists(fabric.state_path("compact")));
  ASSERT_OK(state->verify());
  auto writer = writer_of(*state);
  ASSERT_TRUE(claim(*writer, writes({"a"})).granted) << "the state goes on in the new file";
  ASSERT_OK(writer->append({put("a")}));
  writer.reset();
  state.reset();
  EXPECT_NE(fabric.open(), nullptr) << "and knows it as its own";
}

TEST(CompactChild, DISABLED_HasItOpen) {
  auto state = State::open({.folder = getenv(kChildFolder)}, system_clock());
  ASSERT_OK(state);
  auto folder = std::string(getenv(kChildFolder));
  ASSERT_GE(creat((folder + "/ready").c_str(), 0600), 0);
  while (access((folder + "/go").c_str(), F_OK) != 0) std::this_thread::yield();
}

TEST(Compact, WhileOthersHaveItOpenOnlyTrims) {
  Fabric fabric;
  fill(fabric);
  Child other("CompactChild.DISABLED_HasItOpen", {{kChildFolder, fabric.dir.path()}});
  while (access(fabric.dir.path("ready").c_str(), F_OK) != 0) std::this_thread::yield();
  auto state = fabric.open();
  auto compacted = state->compact({.versions = 2, .age = hours(36)});
  ASSERT_OK(compacted);
  EXPECT_EQ(compacted->dropped, 11U);
  ASSERT_TRUE(compacted->kept_open);
  EXPECT_EQ(compacted->kept_open->code, Code::kUnavailable);
  fabric.dir.write("go", "");
  EXPECT_TRUE(other.succeeded());
  compacted = state->compact({.versions = 2, .age = hours(36)});
  ASSERT_OK(compacted);
  EXPECT_EQ(compacted->kept_open, std::nullopt);
  ASSERT_OK(state->verify());
}

TEST(CompactChild, DISABLED_Compacts) {
  weft::test::FakeClock clock;
  clock.advance(hours(24 * 3));
  auto state = State::open({.folder = getenv(kChildFolder), .write = true}, clock);
  ASSERT_OK(state);
  ASSERT_OK((*state)->compact({.versions = 2, .age = hours(36)}));
}

TEST(Compact, KilledOnItsWay) {
  if constexpr (!kHasCrashPoints) GTEST_SKIP() << "built without crash points";
  for (const char* point : {"compact.copied", "compact.renamed", "fold.mid"}) {
    Fabric fabric;
    fill(fabric);
    auto before = fabric.open()->snapshot()->records.size();
    ASSERT_TRUE(Child("CompactChild.DISABLED_Compacts", {{kChildFolder, fabric.dir.path()}, {"HOME", fabric.dir.path("home")}, {"WEFT_CRASH", point}}).was_killed()) << point;
    auto state = fabric.open();
    ASSERT_NE(state, nullptr) << point;
    ASSERT_OK(state->verify());
    EXPECT_EQ(state->snapshot()->records.size(), before);
    auto compacted = state->compact({.versions = 2, .age = hours(36)});
    ASSERT_OK(compacted);
    EXPECT_EQ(compacted->floor, 12U);
    ASSERT_OK(state->verify());
  }
}

// Asks for another compaction as soon as one has looked at the floor.
class InterruptingClock : public weft::test::FakeClock {
 public:
  std::function<void()> once;
  [[nodiscard]] auto wall() const -> std::chrono::nanoseconds override {
    if (auto now = std::exchange(const_cast<InterruptingClock*>(this)->once, {})) now();
    return FakeClock::wall();
  }
};

TEST(CompactChild, DISABLED_IsRefused) {
  weft::test::FakeClock clock;
  clock.advance(hours(24 * 3));
  auto state = State::open({.folder = getenv(kChildFolder), .write = true}, clock);
  ASSERT_OK(state);
  EXPECT_CODE((*state)->compact({.versions = 2, .age = hours(36)}), Code::kUnavailable);
}

TEST(Compact, TwoAtOnceDoNotUndoEachOther) {
  Fabric fabric;
  fill(fabric);
  InterruptingClock clock;
  clock.advance(hours(24 * 3));
  auto state = open_state(fabric.options(), clock, {});
  ASSERT_OK(state);
  clock.once = [&] {
    Child other("CompactChild.DISABLED_IsRefused", {{kChildFolder, fabric.dir.path()}, {"HOME", fabric.dir.path("home")}});
    EXPECT_TRUE(other.succeeded());
  };
  auto compacted = (*state)->compact({.versions = 10, .age = hours(36)});
  ASSERT_OK(compacted);
  EXPECT_FALSE(clock.once);
  EXPECT_EQ(compacted->floor, 7U);
  ASSERT_OK((*state)->verify());
  compacted = (*state)->compact({.versions = 2, .age = hours(36)});
  ASSERT_OK(compacted);  // the lock was given back
  EXPECT_EQ(compacted->floor, 12U);
  ASSERT_OK((*state)->verify());
}

// A trimming that was interrupted between any two of its transactions.
TEST(Compact, InterruptedBetweenItsTransactions) {
  for (int stop = 1; stop < 12; ++stop) {
    Fabric fabric;
    fill(fabric);
    int commits = 0;
    bool stopping = true;
    fabric.store.fault = [&](std::string_view what) { return stopping && what == "commit" && ++commits == stop ? EIO : 0; };
    auto state = fabric.open();
    auto compacted = state->compact({.versions = 2, .age = hours(36)});
    stopping = false;
    ASSERT_OK(state->verify());
    EXPECT_EQ(state->snapshot()->records.size(), 2U);
    auto again = state->compact({.versions = 2, .age = hours(36)});
    ASSERT_OK(again);
    EXPECT_EQ(again->floor, 12U);
    ASSERT_OK(state->verify());
    EXPECT_EQ(state->frames(1, 100)->size(), 5U);
    if (compacted) return;  // that was all of them
    ASSERT_LT(stop, 11);
  }
}

}  // namespace
}  // namespace weft::state::test
