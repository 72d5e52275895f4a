// What the fold accepts, what it makes of it, and what it refuses whoever asks (I3, I4, I5).
#include "engine/state/fold.h"

#include "engine/state/row_types.h"
#include "lang/value/cbor.h"
#include "tests/engine/state/support.h"

namespace weft::state::test {
namespace {

// A log in memory, with runs that write what a test says.
class Log {
 public:
  MemoryRows rows;

  auto append(std::string run, std::vector<OperationBody> operations) -> Result<uint64_t> {
    auto copy = rows;  // a refused transaction leaves nothing
    auto id = hex(view(sha256(run)).substr(0, 16));
    TRY(tail, load_tail(rows));
    FrameHeader header{.fabric_id = std::string(32, 'f'), .seq = tail.seq + 1, .run = id, .n = ns_[run] + 1, .wall_ms = 1};
    Fold fold(copy, header);
    TRY_VOID(fold.begin());
    std::string body;
    for (const auto& one : operations) {
      if (std::holds_alternative<EndRun>(one)) fold.expect_end();
    }
    for (auto& one : operations) {
      TRY(encoded, encode_operation(std::move(one)));
      TRY_VOID(fold.operation(kind_word(encoded.body), encoded));
      add_to_body(body, encoded);
    }
    TRY_VOID(fold.finish(write_frame(fold.header(), body)));
    rows = std::move(copy);
    ++ns_[run];
    return header.seq;
  }
  // Begins a run that holds these addresses for writing.
  void begin_run(const std::string& run, std::vector<std::string> addresses) {
    ASSERT_OK(append(run, {begin(), Claim{.items = writes(std::move(addresses))}}));
  }
  static auto id(std::string_view run) -> RunId { return hex(view(sha256(run)).substr(0, 16)); }
  auto record_of(std::string_view address) -> Record {
    auto found = load_record(rows, address);
    EXPECT_TRUE(found && *found) << address;
    return found && *found ? **found : Record{};
  }
  auto generation_of(std::string_view address) -> uint64_t {
    auto tomb = load_tomb(rows, address);
    return tomb && *tomb ? (*tomb)->generation : 0;
  }
  auto rows_in(Table table) const -> size_t {
    size_t count = 0;
    rows.scan(table, {}, [&](std::string_view, std::string_view) { return ++count > 0; });
    return count;
  }

 private:
  std::map<std::string, uint32_t> ns_;
};

TEST(Fold, VersionsRevisionsAndGenerations) {
  Log log;
  log.begin_run("r", {"web"});
  ASSERT_OK(log.append("r", {intent("web", "1")}));
  auto made = log.append("r", {done("1", record("web", "i-1"))});
  ASSERT_OK(made);
  auto first = log.record_of("web");
  EXPECT_EQ(first.version, *made);
  EXPECT_EQ(first.generation, *made);
  EXPECT_EQ(first.rev, 1U);

  auto changed = log.append("r", {Put{.record = record("web", "i-1")}});
  auto second = log.record_of("web");
  EXPECT_EQ(second.version, *changed);
  EXPECT_EQ(second.generation, *made) << "a put settles nothing";
  EXPECT_EQ(second.rev, 2U);
  EXPECT_EQ(log.rows_in(Table::kHistory), 1U);

  // A change that failed: the record stays as it is, the next try is a new operation.
  ASSERT_OK(log.append("r", {intent("web", "2", *made)}));
  auto failed = log.append("r", {Settle{.operation = op_id("2"), .outcome = "failed", .by = "answer"}});
  ASSERT_OK(failed);
  EXPECT_EQ(log.record_of("web").version, *changed);
  EXPECT_EQ(log.record_of("web").generation, *failed);

  ASSERT_OK(log.append("r", {intent("web", "3", *failed)}));
  auto gone = log.append("r", {Settle{.operation = op_id("3"), .outcome = "done", .by = "answer", .remove = true}});
  ASSERT_OK(gone);
  EXPECT_EQ(*load_record(log.rows, "web"), std::nullopt);
  EXPECT_EQ(log.generation_of("web"), *gone);

  // The same life again may not go back; a new one begins at 1.
  auto back = record("web", "i-1");
  back.rev = 1;
  EXPECT_CODE(log.append("r", {Put{.record = back}}), Code::kInternal);
  auto other = record("web", "i-2");
  other.uid = op_id("other");
  ASSERT_OK(log.append("r", {Put{.record = other}}));
  EXPECT_EQ(log.record_of("web").rev, 1U);
  EXPECT_EQ(log.record_of("web").generation, *gone);
}

TEST(Fold, AFailedCreateLeavesItsGeneration) {
  Log log;
  log.begin_run("r", {"web"});
  ASSERT_OK(log.append("r", {intent("web", "1")}));
  auto failed = log.append("r", {Settle{.operation = op_id("1"), .outcome = "failed", .by = "answer"}});
  ASSERT_OK(failed);
  EXPECT_EQ(log.generation_of("web"), *failed);
  EXPECT_CODE(log.append("r", {intent("web", "2", 0)}), Code::kInternal);
  ASSERT_OK(log.append("r", {intent("web", "2", *failed)}));
}

TEST(Fold, OnlyTheHolderWrites) {
  Log log;
  log.begin_run("r", {"web"});
  log.begin_run("s", {"db"});
  EXPECT_CODE(log.append("s", {put("web")}), Code::kInternal);
  EXPECT_CODE(log.append("s", {Delete{.address = "web"}}), Code::kInternal);
  EXPECT_CODE(log.append("s", {intent("web", "1")}), Code::kInternal);
  EXPECT_CODE(log.append("s", {Claim{.items = writes({"web"})}}), Code::kInternal);
  EXPECT_CODE(log.append("s", {put("#output.x")}), Code::kInternal) << "outputs come with the end";
  ASSERT_OK(log.append("r", {intent("web", "1")}));
  EXPECT_CODE(log.append("s", {done("1", record("web"))}), Code::kInternal);
  EXPECT_CODE(log.append("s", {Checkpoint{.operation = op_id("1"), .blob = Value::integer(1)}}), Code::kInternal);
  auto elsewhere = record("db");
  EXPECT_CODE(log.append("r", {done("1", elsewhere)}), Code::kInternal);
}

TEST(Fold, AReadClaimDoesNotAllowWriting) {
  Log log;
  ASSERT_OK(log.append("r", {begin(), Claim{.items = {{.address = "web", .write = false}}}}));
  EXPECT_CODE(log.append("r", {put("web")}), Code::kInternal);
  // The same run may widen what it holds.
  ASSERT_OK(log.append("r", {Claim{.items = writes({"web"})}}));
  ASSERT_OK(log.append("r", {put("web")}));
  EXPECT_EQ(log.rows_in(Table::kClaim), 1U);
  // And asking for less takes nothing away.
  ASSERT_OK(log.append("r", {Claim{.items = {{.address = "web", .write = false}}}}));
  ASSERT_OK(log.append("r", {put("web")}));
}

TEST(Fold, SubtreesAndOldObjectsAreCovered) {
  Log log;
  ASSERT_OK(log.append("r", {begin(), Claim{.items = {{.address = "net", .subtree = true}, {.address = "web[a]"}}}}));
  ASSERT_OK(log.append("r", {put("net.subnet[a]"), put("net[x].y"), put("net"), put("web[a]#old-12345678")}));
  EXPECT_CODE(log.append("r", {put("network")}), Code::kInternal);
  EXPECT_CODE(log.append("r", {put("web[b]")}), Code::kInternal);
  EXPECT_CODE(log.append("r", {put("web[a].inner")}), Code::kInternal) << "no subtree was claimed";
}

TEST(Fold, AnIntentIsSettledOnce) {
  Log log;
  log.begin_run("r", {"web"});
  EXPECT_CODE(log.append("r", {done("1", record("web"))}), Code::kInternal);
  ASSERT_OK(log.append("r", {intent("web", "1")}));
  EXPECT_CODE(log.append("r", {intent("web", "1")}), Code::kInternal);
  EXPECT_CODE(log.append("r", {intent("web", "2")}), Code::kInternal) << "one open intent an address";
  ASSERT_OK(log.append("r", {done("1", record("web"))}));
  EXPECT_CODE(log.append("r", {done("1", record("web"))}), Code::kInternal);
  EXPECT_EQ(log.rows_in(Table::kOpen) + log.rows_in(Table::kDoubt), 0U);
}

TEST(Fold, WhatACallInDoubtReadsIsNotChanged) {
  Log log;
  log.begin_run("r", {"web"});
  log.begin_run("s", {"vpc"});
  ASSERT_OK(log.append("r", {intent("web", "1", 0, {"vpc", "web"})}));
  auto refused = log.append("s", {intent("vpc", "2")});
  ASSERT_TRUE(refused_with(refused, Code::kConflict));
  EXPECT_NE(refused.error().text.find("`web`"), std::string::npos);
  ASSERT_OK(log.append("r", {done("1", record("web"))}));
  ASSERT_OK(log.append("s", {intent("vpc", "2")}));
}

TEST(Fold, CheckpointsStayWithTheirIntent) {
  Log log;
  log.begin_run("r", {"web"});
  ASSERT_OK(log.append("r", {intent("web", "1")}));
  ASSERT_OK(log.append("r", {Checkpoint{.operation = op_id("1"), .identity = Value::object({{.key = "id", .value = Value::string("i-1")}}), .blob = Value::integer(1)}}));
  ASSERT_OK(log.append("r", {Checkpoint{.operation = op_id("1"), .identity = {}, .blob = Value::integer(2)}}));
  auto open = load_intent(log.rows, op_id("1"));
  ASSERT_OK(open);
  ASSERT_TRUE(*open);
  EXPECT_EQ((*open)->checkpoint.as_int(), 2);
  EXPECT_EQ((*open)->identity.get("id")->as_string(), "i-1");
  EXPECT_EQ((*open)->run, Log::id("r"));
  EXPECT_EQ((*open)->seq, 2U);
  EXPECT_CODE(log.append("r", {Checkpoint{.operation = op_id("9")}}), Code::kInternal);
}

TEST(Fold, OneObjectHasOneAddress) {
  Log log;
  log.begin_run("r", {"a", "b", "c"});
  ASSERT_OK(log.append("r", {put("a", "i-1")}));
  auto twice = log.append("r", {put("b", "i-1")});
  EXPECT_CODE(twice, Code::kExists);
  auto elsewhere = record("b", "i-1");
  elsewhere.place = "another region";
  ASSERT_OK(log.append("r", {Put{.record = elsewhere}}));
  // A move within one transaction, in either order; then the id is free again.
  ASSERT_OK(log.append("r", {put("c", "i-1"), Delete{.address = "a"}}));
  ASSERT_OK(log.append("r", {Delete{.address = "c"}, put("a", "i-1")}));
  ASSERT_OK(log.append("r", {put("a", "i-2")}));
  ASSERT_OK(log.append("r", {put("c", "i-1")}));
  EXPECT_EQ(log.rows_in(Table::kIdentity), 3U);
}

TEST(Fold, DependantsAreIndexed) {
  Log log;
  log.begin_run("r", {"a"});
  auto one = record("a");
  one.dependencies = {{.address = "x"}, {.address = "y"}};
  ASSERT_OK(log.append("r", {Put{.record = one}}));
  EXPECT_EQ(log.rows_in(Table::kDependent), 2U);
  one.dependencies = {{.address = "y"}, {.address = "z"}, {.address = "w"}};
  ASSERT_OK(log.append("r", {Put{.record = one}}));
  EXPECT_EQ(log.rows_in(Table::kDependent), 3U);
  ASSERT_OK(log.append("r", {Delete{.address = "a"}}));
  EXPECT_EQ(log.rows_in(Table::kDependent), 0U);
}

TEST(Fold, RunsBeginOnceAndWriteNothingAfterTheirEnd) {
  Log log;
  EXPECT_CODE(log.append("r", {put("a")}), Code::kInternal);
  log.begin_run("r", {"a"});
  EXPECT_CODE(log.append("r", {begin()}), Code::kInternal);
  ASSERT_OK(log.append("r", {put("#output.x"), EndRun{.outcome = "done"}}));
  EXPECT_EQ(log.rows_in(Table::kClaim) + log.rows_in(Table::kLive), 0U);
  EXPECT_CODE(log.append("r", {Renew{}}), Code::kInternal);
  log.begin_run("s", {"a"});
}

TEST(Fold, AFenceFreesClaimsButNotIntents) {
  Log log;
  log.begin_run("r", {"a"});
  ASSERT_OK(log.append("r", {intent("a", "1")}));
  EXPECT_CODE(log.append("s", {begin(), Fence{.run = Log::id("r"), .last_seen = 1, .reason = "dead"}}), Code::kConflict) << "it has written since";
  EXPECT_CODE(log.append("s", {begin(), Fence{.run = Log::id("nobody"), .last_seen = 1}}), Code::kInternal);
  ASSERT_OK(log.append("s", {begin(), Fence{.run = Log::id("r"), .last_seen = 2, .reason = "dead"}, Claim{.items = writes({"a"})}}));
  EXPECT_EQ(log.rows_in(Table::kOpen), 1U);
  EXPECT_CODE(log.append("s", {intent("a", "2")}), Code::kInternal) << "the doubt comes first";
  EXPECT_CODE(log.append("s", {Fence{.run = Log::id("r"), .last_seen = 2}}), Code::kConflict);
  auto late = log.append("r", {done("1", record("a"))});
  EXPECT_CODE(late, Code::kConflict);
  EXPECT_NE(late.error().text.find("fenced (dead)"), std::string::npos);
  ASSERT_OK(log.append("s", {done("1", record("a"))}));
}

TEST(Fold, ATicketKeepsItsPlace) {
  Log log;
  log.begin_run("r", {"a"});
  auto first = log.append("s", {begin(), Wait{.items = writes({"a"})}});
  ASSERT_OK(first);
  ASSERT_OK(log.append("s", {Wait{.items = writes({"a", "b"})}}));
  EXPECT_EQ(log.rows_in(Table::kTicket), 1U);
  EXPECT_EQ((*load_run(log.rows, Log::id("s")))->ticket, *first);
  ASSERT_OK(log.append("r", {EndRun{}}));
  ASSERT_OK(log.append("s", {Claim{.items = writes({"a"})}}));
  EXPECT_EQ(log.rows_in(Table::kTicket), 0U);
  ASSERT_OK(log.append("s", {Wait{.items = writes({"x"})}}));
  ASSERT_OK(log.append("s", {Wait{}}));
  EXPECT_EQ(log.rows_in(Table::kTicket), 0U);
}

TEST(Fold, UnknownMembersAreKept) {
  Log log;
  log.begin_run("r", {"a", "b"});
  auto newer = record("a");
  newer.extra = Value::object({{.key = "mood", .value = Value::string("good")}});
  ASSERT_OK(log.append("r", {Put{.record = newer}}));
  EXPECT_EQ(log.record_of("a").extra.get("mood")->as_string(), "good");

  // Of an operation of a newer minor version, read from a log: the intent's row keeps what this program cannot name.
  auto value = to_value(OperationBody(intent("b", "1")));
  std::vector<Field> fields(value.fields().begin(), value.fields().end());
  fields.push_back({.key = "colour", .value = Value::string("red")});
  EncodedOperation later{.body = intent("b", "1"), .value = Value::object(fields), .bytes = {}};
  later.bytes = encode_cbor(later.value);
  auto tail = *load_tail(log.rows);
  std::string body;
  add_to_body(body, later);
  auto frame = write_frame({.fabric_id = std::string(32, 'f'), .seq = tail.seq + 1, .previous = tail.hash, .run = Log::id("r"), .n = 3, .wall_ms = 1}, body);
  ASSERT_OK(fold_frame(log.rows, frame.bytes));
  auto row = row_value(*log.rows.get(Table::kOpen, op_id("1")));
  ASSERT_OK(row);
  EXPECT_EQ(row->get("colour")->as_string(), "red");
}

TEST(Fold, AFrameThatDoesNotFollowIsRefused) {
  Log log;
  log.begin_run("r", {"a"});
  std::string body;
  add_to_body(body, *encode_operation(Renew{}));
  FrameHeader header{.fabric_id = std::string(32, 'f'), .seq = 2, .previous = std::string(32, '\0'), .run = Log::id("r"), .n = 2, .wall_ms = 1};
  EXPECT_CODE(fold_frame(log.rows, write_frame(header, body).bytes), Code::kCorrupt);
  header.previous = load_tail(log.rows)->hash;
  header.seq = 3;
  EXPECT_CODE(fold_frame(log.rows, write_frame(header, body).bytes), Code::kConflict);
  header.seq = 2;
  header.n = 3;
  EXPECT_CODE(fold_frame(log.rows, write_frame(header, body).bytes), Code::kInternal);
  header.n = 2;
  header.fabric_id = std::string(32, 'e');
  EXPECT_CODE(fold_frame(log.rows, write_frame(header, body).bytes), Code::kConflict);
  header.fabric_id = std::string(32, 'f');
  EXPECT_TRUE(fold_frame(log.rows, write_frame(header, body).bytes));
}

TEST(Fold, LongAddressesHaveTheirOwnRows) {
  Log log;
  std::string stem = "w[" + std::string(420, 'k');
  ASSERT_OK(log.append("r", {begin(), Claim{.items = {{.address = "w", .subtree = true}}}}));
  ASSERT_OK(log.append("r", {put(stem + "1]"), put(stem + "2]")}));
  ASSERT_OK(log.append("r", {put(stem + "1]")}));
  EXPECT_EQ(log.record_of(stem + "1]").rev, 2U);
  EXPECT_EQ(log.record_of(stem + "2]").rev, 1U);
  EXPECT_LE(version_key(stem, 1).size(), 511U);
}

}  // namespace
}  // namespace weft::state::test
