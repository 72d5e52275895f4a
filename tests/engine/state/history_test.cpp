// Earlier versions, runs of the past, copies, and a state that went back.
#include <filesystem>

#include "engine/state/seen.h"
#include "tests/engine/state/support.h"

namespace weft::state::test {
namespace {

TEST(History, RecordsAsTheyWere) {
  Fabric fabric;
  auto state = fabric.open();
  auto writer = writer_of(*state);
  ASSERT_TRUE(claim(*writer, writes({"a", "b"})).granted);                                // 1
  ASSERT_OK(writer->append({sized("a", 1)}));                                             // 2
  ASSERT_OK(writer->append({sized("b", 1)}));                                             // 3
  ASSERT_OK(writer->append({sized("a", 2)}));                                             // 4
  ASSERT_OK(writer->append({Delete{.address = "a"}}));                                    // 5
  ASSERT_OK(writer->append({sized("a", 3)}));                                             // 6
  ASSERT_OK(writer->append({Delete{.address = "a"}, sized("a", 4)}));                     // 7
  auto at = [&](uint64_t version) -> int64_t {
    auto found = state->record_at("a", version);
    EXPECT_TRUE(found) << version;
    return found && *found ? (*found)->applied.as_int() : 0;
  };
  EXPECT_EQ(at(1), 0);
  EXPECT_EQ(at(2), 1);
  EXPECT_EQ(at(3), 1);
  EXPECT_EQ(at(4), 2);
  EXPECT_EQ(at(5), 0);
  EXPECT_EQ(at(6), 3);
  EXPECT_EQ(at(7), 4);
  EXPECT_EQ(at(99), 4);
  EXPECT_EQ(*state->versions("a"), (std::vector<uint64_t>{2, 4, 5, 6, 7}));
  EXPECT_EQ(*state->versions("b"), (std::vector<uint64_t>{3}));
  EXPECT_EQ(*state->versions("c"), (std::vector<uint64_t>{}));
  auto below = state->record_at("a", 0);
  EXPECT_CODE(below, Code::kNotFound);
  EXPECT_NE(below.error().text.find("@1"), std::string::npos) << below.error().text;
}

TEST(History, RunsNewestFirst) {
  Fabric fabric;
  auto state = fabric.open();
  for (const char* summary : {"first", "second", "third"}) {
    auto writer = writer_of(*state, summary);
    fabric.clock.advance(std::chrono::minutes(1));
    ASSERT_TRUE(claim(*writer, writes({"a"})).granted);
    ASSERT_OK(writer->append({put("a")}));
    ASSERT_OK(writer->end({.outcome = "done", .summary = summary}, {}));
  }
  auto writer = writer_of(*state, "running");
  ASSERT_TRUE(claim(*writer, writes({"a"})).granted);
  auto history = state->history(3);
  ASSERT_OK(history);
  ASSERT_EQ(history->size(), 3U);
  EXPECT_EQ((*history)[0].run.verb, "running");
  EXPECT_TRUE((*history)[0].run.alive);
  EXPECT_EQ((*history)[1].run.summary, "third");
  EXPECT_EQ((*history)[1].first_seq, 7U);
  EXPECT_EQ((*history)[1].last_seq, 9U);
  EXPECT_EQ((*history)[1].run.outcome, "done");
  EXPECT_FALSE((*history)[1].run.alive);
  EXPECT_EQ((*history)[1].run.begun_ms - (*history)[2].run.begun_ms, 60'000U);
  auto frames = state->frames(2, 2);
  ASSERT_OK(frames);
  ASSERT_EQ(frames->size(), 2U);
  EXPECT_EQ(read_frame((*frames)[0])->header.seq, 2U);
}

TEST(History, Dependants) {
  Fabric fabric;
  auto state = fabric.open();
  auto writer = writer_of(*state);
  ASSERT_TRUE(claim(*writer, writes({"a", "b"})).granted);
  for (const char* address : {"b", "a"}) {
    auto one = record(address);
    one.dependencies = {{.address = "vpc"}};
    ASSERT_OK(writer->append({Put{.record = one}}));
  }
  EXPECT_EQ(*state->dependents("vpc"), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(*state->dependents("a"), (std::vector<std::string>{}));
}

TEST(History, GenerationsOfWhatIsGone) {
  Fabric fabric;
  auto state = fabric.open();
  auto writer = writer_of(*state);
  ASSERT_TRUE(claim(*writer, writes({"a", "b"})).granted);
  ASSERT_OK(writer->append({intent("a", "1")}));
  auto failed = writer->append({Settle{.operation = op_id("1"), .outcome = "failed", .by = "answer"}});
  ASSERT_OK(failed);
  ASSERT_OK(writer->append({put("b")}));
  ASSERT_OK(writer->append({Delete{.address = "b"}}));
  auto snapshot = state->snapshot();
  ASSERT_OK(snapshot);
  ASSERT_EQ(snapshot->generations.size(), 1U);
  EXPECT_EQ(snapshot->generations[0], (std::pair<std::string, uint64_t>{"a", failed->seq}));
}

TEST(Backup, IsAStateOfItsOwn) {
  Fabric fabric, restored;
  auto state = fabric.open();
  auto writer = writer_of(*state);
  ASSERT_TRUE(claim(*writer, writes({"a"})).granted);
  ASSERT_OK(writer->append({put("a")}));
  auto to = restored.state_path("");
  std::filesystem::create_directories(restored.dir.path(".weft/state"));
  ASSERT_OK(state->backup(restored.dir.path(".weft/state/default")));
  EXPECT_CODE(state->backup(restored.dir.path(".weft/state/default")), Code::kExists);
  ASSERT_OK(writer->append({put("a")}));
  auto copy = restored.open(false);
  EXPECT_EQ(copy->tail()->seq, 2U);
  EXPECT_EQ(copy->snapshot()->records.size(), 1U);
  ASSERT_OK(copy->verify());
}

TEST(Seen, AStateThatWentBackIsNotWrittenUnasked) {
  Fabric fabric;
  auto old = fabric.dir.path("old");
  {
    auto state = fabric.open();
    for (int i = 0; i < 2; ++i) {
      auto writer = writer_of(*state);
      ASSERT_TRUE(claim(*writer, writes({"a"})).granted);
      ASSERT_OK(writer->append({put("a")}));
      if (i == 0) ASSERT_OK(state->backup(old));
      ASSERT_OK(writer->end({.outcome = "done"}, {}));
    }
  }
  // The old copy is put back into the very same file.
  std::filesystem::copy_file(old + "/data.mdb", fabric.state_path("data.mdb"), std::filesystem::copy_options::overwrite_existing);
  auto options = fabric.options();
  options.elsewhere = OpenOptions::Elsewhere::kMoved;
  auto refused = State::open(options, fabric.clock);
  EXPECT_CODE(refused, Code::kConflict);
  EXPECT_NE(refused.error().text.find("@6"), std::string::npos) << refused.error().text;
  options.accept_rewind = true;
  {
    auto state = State::open(options, fabric.clock);
    ASSERT_OK(state);
    // Another history grows from here, beyond what was seen.
    for (int i = 0; i < 3; ++i) {
      auto writer = writer_of(**state);
      auto claimed = claim(*writer, writes({"b"}));
      ASSERT_TRUE(claimed.granted);
      ASSERT_OK(writer->append({put("b")}));
      if (i < 2) ASSERT_OK(writer->end({.outcome = "done"}, {}));
    }
  }
  EXPECT_TRUE(State::open(fabric.options(), fabric.clock)) << "what was accepted is what was seen";
}

TEST(Seen, AnotherHistoryIsNoticed) {
  Fabric fabric;
  auto state = fabric.open();
  auto writer = writer_of(*state);
  ASSERT_TRUE(claim(*writer, writes({"a"})).granted);
  ASSERT_OK(writer->end({.outcome = "done"}, {}));
  auto id = *writer->fabric_id();
  auto options = fabric.options();
  note_seen(options.variables, id, {.seq = 2, .hash = std::string(32, 'x')});
  auto refused = State::open(options, fabric.clock);
  EXPECT_CODE(refused, Code::kConflict);
  EXPECT_NE(refused.error().text.find("another history"), std::string::npos);
  EXPECT_TRUE(State::open(fabric.options(false), fabric.clock)) << "looking is free";
  fabric.dir.write("home/.local/state/weft/seen/" + id, "nonsense");
  EXPECT_TRUE(State::open(options, fabric.clock)) << "what does not read was never seen";
}

}  // namespace
}  // namespace weft::state::test
