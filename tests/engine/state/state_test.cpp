// The state as its callers see it: open, claim, append, end, look.
#include "engine/state/state.h"

#include <sys/stat.h>

#include <filesystem>

#include "lang/value/cbor.h"

#include "tests/engine/state/support.h"

namespace weft::state::test {
namespace {

TEST(State, LookingCreatesNothing) {
  Fabric fabric;
  auto state = State::open(fabric.options(false), fabric.clock);
  EXPECT_CODE(state, Code::kNotFound);
  EXPECT_FALSE(std::filesystem::exists(fabric.dir.path(".weft")));
}

TEST(State, FilesAreForTheirOwnerOnly) {
  Fabric fabric;
  auto state = fabric.open();
  auto writer = writer_of(*state);
  ASSERT_TRUE(claim(*writer, writes({"a"})).granted);
  struct stat facts {};
  ASSERT_EQ(stat(fabric.state_path("").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777U, 0700U);
  for (const auto& one : std::filesystem::recursive_directory_iterator(fabric.state_path(""))) {
    ASSERT_EQ(stat(one.path().c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 077U, 0U) << one.path();
  }
}

TEST(State, ARunFromClaimToEnd) {
  Fabric fabric;
  auto state = fabric.open();
  {
    auto empty = state->snapshot();
    ASSERT_OK(empty);
    EXPECT_EQ(empty->tail.seq, 0U);
    EXPECT_EQ(empty->fabric_id, "");
  }
  auto writer = writer_of(*state);
  auto id = writer->fabric_id();
  ASSERT_OK(id);
  EXPECT_EQ(id->size(), 32U);
  ASSERT_TRUE(claim(*writer, writes({"web", "db"}), {{"web", 0}, {"db", 0}}).granted);
  ASSERT_OK(writer->append({intent("web", "w")}));
  auto settled = writer->append({done("w", record("web", "i-1"))});
  ASSERT_OK(settled);
  ASSERT_OK(writer->append({put("db")}));
  auto output = record("#output.url");
  ASSERT_OK(writer->end({.outcome = "done", .summary = "apply: 2 done"}, {Put{.record = output}}));

  auto snapshot = state->snapshot();
  ASSERT_OK(snapshot);
  EXPECT_EQ(snapshot->fabric_id, *id);
  EXPECT_EQ(snapshot->tail.seq, 5U);
  ASSERT_EQ(snapshot->records.size(), 2U);
  EXPECT_EQ(snapshot->records[0].address, "db");
  EXPECT_EQ(snapshot->records[1].address, "web");
  EXPECT_EQ(snapshot->records[1].version, settled->seq);
  EXPECT_EQ(snapshot->records[1].generation, settled->seq);
  EXPECT_EQ(snapshot->records[1].rev, 1U);
  ASSERT_EQ(snapshot->outputs.size(), 1U);
  EXPECT_TRUE(snapshot->open.empty());
  EXPECT_TRUE(snapshot->runs.empty());
  ASSERT_OK(state->verify());
  EXPECT_FALSE(std::filesystem::exists(fabric.state_path("runs/" + writer->run() + ".lock")));
}

TEST(State, IsThereAfterReopening) {
  Fabric fabric;
  std::string id;
  {
    auto state = fabric.open();
    auto writer = writer_of(*state);
    ASSERT_TRUE(claim(*writer, writes({"a"})).granted);
    ASSERT_OK(writer->append({put("a", "i-1")}));
    ASSERT_OK(writer->end({.outcome = "done"}, {}));
    id = *writer->fabric_id();
  }
  auto state = fabric.open(false);
  auto snapshot = state->snapshot();
  ASSERT_OK(snapshot);
  EXPECT_EQ(snapshot->fabric_id, id);
  ASSERT_EQ(snapshot->records.size(), 1U);
  auto record = state->record("a");
  ASSERT_OK(record);
  EXPECT_EQ(encode_cbor(to_value(**record)), encode_cbor(to_value(snapshot->records[0])));
}

}  // namespace
}  // namespace weft::state::test
