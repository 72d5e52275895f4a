// Transactions as bytes.
#include "engine/state/frame.h"

#include "engine/state/large.h"
#include "lang/value/cbor.h"
#include "tests/engine/state/support.h"

namespace weft::state::test {
namespace {

auto sample_header() -> FrameHeader {
  return {.fabric_id = std::string(32, 'a'), .seq = 7, .previous = std::string(32, '\x11'), .run = std::string(32, 'b'), .n = 3, .wall_ms = 1'774'015'500'000};
}
auto sample_body() -> std::string {
  std::string body;
  add_to_body(body, *encode_operation(put("web", "i-1")));
  add_to_body(body, *encode_operation(EndRun{.outcome = "done", .summary = "apply: 1 done"}));
  return body;
}

// Puts the checksum right again after a test has changed something.
auto resealed(std::string bytes) -> std::string {
  bytes.resize(bytes.size() - 4);
  auto crc = crc32c(bytes);
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(crc >> shift);
  return bytes;
}

TEST(Frame, ReadsBack) {
  auto written = write_frame(sample_header(), sample_body());
  auto frame = read_frame(written.bytes);
  ASSERT_OK(frame);
  EXPECT_EQ(frame->header.fabric_id, std::string(32, 'a'));
  EXPECT_EQ(frame->header.seq, 7U);
  EXPECT_EQ(frame->header.previous, std::string(32, '\x11'));
  EXPECT_EQ(frame->header.run, std::string(32, 'b'));
  EXPECT_EQ(frame->header.n, 3U);
  EXPECT_EQ(frame->header.wall_ms, 1'774'015'500'000U);
  EXPECT_EQ(frame->hash, written.hash);
  auto operations = read_body(frame->body);
  ASSERT_OK(operations);
  ASSERT_EQ(operations->size(), 2U);
  EXPECT_EQ((*operations)[0].kind, "put");
  EXPECT_EQ((*operations)[1].kind, "end");
}

TEST(Frame, AnyChangedByteIsSeen) {
  auto written = write_frame(sample_header(), sample_body());
  for (size_t i = 0; i < written.bytes.size(); ++i) {
    auto bytes = written.bytes;
    bytes[i] = static_cast<char>(bytes[i] ^ 0x20);
    EXPECT_CODE(read_frame(bytes), Code::kCorrupt);
  }
  for (size_t i = 0; i < written.bytes.size(); ++i) EXPECT_FALSE(read_frame(written.bytes.substr(0, i))) << i;
  EXPECT_CODE(read_frame(written.bytes + "x"), Code::kCorrupt);
}

TEST(Frame, HashCoversHeaderAndBody) {
  auto header = sample_header();
  auto one = write_frame(header, sample_body());
  header.n = 4;
  EXPECT_NE(write_frame(header, sample_body()).hash, one.hash);
  EXPECT_NE(write_frame(sample_header(), sample_body() + sample_body()).hash, one.hash);
}

TEST(Frame, NewerOnesAreRefusedAsNewer) {
  auto written = write_frame(sample_header(), sample_body());
  for (auto [at, value] : {std::pair<size_t, char>{4, 2}, {5, 1}, {5, 2}}) {
    auto bytes = written.bytes;
    bytes[at] = value;
    EXPECT_CODE(read_frame(resealed(bytes)), Code::kNewer);
  }
  auto body = sample_body();
  body[0] = 99;
  EXPECT_CODE(read_body(body), Code::kNewer);
  EXPECT_CODE(operation_from("teleport", Value::object({})), Code::kNewer);
}

TEST(Frame, BodiesAreBounded) {
  std::string body;
  for (int i = 0; i < 1000; ++i) add_to_body(body, *encode_operation(Renew{}));
  EXPECT_TRUE(read_body(body));
  add_to_body(body, *encode_operation(Renew{}));
  EXPECT_CODE(read_body(body), Code::kCorrupt);
  auto cut = sample_body();
  cut.pop_back();
  EXPECT_CODE(read_body(cut), Code::kCorrupt);
}

TEST(Frame, ASecretInTheClearIsNeverWritten) {
  auto bad = record("web");
  bad.applied = Value::object({{.key = "password", .value = Value::string("hunter2").as_secret()}});
  EXPECT_CODE(encode_operation(Put{.record = bad}), Code::kInternal);
}

TEST(Frame, LargeOperationsAreTakenOutUntilTheRestFits) {
  auto large = record("big");
  large.driver_data = Value::string(std::string(1'200'000, 'x'));
  std::vector<EncodedOperation> operations;
  operations.push_back(*encode_operation(Put{.record = large}));
  operations.push_back(*encode_operation(put("small")));
  auto small = operations[1].bytes;
  auto parts = split_large(operations);
  ASSERT_OK(parts);
  EXPECT_EQ(parts->size(), 3U);
  for (const auto& one : *parts) EXPECT_LT(one.size() + kFrameOverhead, kMostFrameBytes);
  EXPECT_NE(operations[0].value.get("$blob"), nullptr);
  EXPECT_EQ(operations[1].bytes, small);
}

TEST(Operations, ReadBackWithEverythingInThem) {
  Intent full = intent("web", "w", 7, {"a", "b"});
  full.place = "eu";
  full.request_digest = "d";
  full.endpoint = "https://x";
  full.deadline_ms = 5;
  full.window_ms = 6;
  full.identity = Value::object({{.key = "id", .value = Value::string("x")}});
  full.pre_image = Value::list({Value::string("y")});
  auto whole = record("web", "i-1");
  whole.status = Status::kUnready;
  whole.place = "eu";
  whole.rev = 3;
  whole.baseline = Value::object({{.key = "size", .value = Value::integer(4)}});
  whole.observed = Value::object({{.key = "size", .value = Value::integer(5)}});
  whole.driver_data = Value::string("d");
  whole.dependencies = {{.address = "vpc", .subtree = true}, {.address = "x", .exists_only = true}};
  whole.input_digest = "aa";
  whole.durations_ms = {1, 2};
  whole.protect = whole.retain = whole.create_first = whole.old = true;
  whole.extra = Value::object({{.key = "later", .value = Value::integer(1)}});
  std::vector<OperationBody> all{
      BeginRun{.verb = "apply", .owner = "o", .host = "h", .command = "c", .plan_digest = "p", .lease_ms = 9},
      EndRun{.outcome = "done", .summary = "s"},
      Claim{.items = {{.address = "a", .subtree = true, .write = false}, {.address = "b"}}},
      Fence{.run = std::string(32, 'c'), .last_seen = 4, .reason = "dead"},
      Renew{},
      Wait{.items = {{.address = "a"}}},
      full,
      Settle{.operation = op_id("x"), .outcome = "done", .by = "answer", .put = whole, .remove = false},
      Settle{.operation = op_id("x"), .outcome = "done", .by = "look-up", .put = {}, .remove = true},
      Checkpoint{.operation = op_id("x"), .identity = Value::object({}), .blob = Value::integer(1)},
      Put{.record = whole},
      Delete{.address = "a"},
      Key{.id = 2, .wrapped = "w", .check = "c", .parameters = Value::object({})},
      Set{.name = "n", .value = Value::boolean(false)},
      Note{.what = "stage", .value = Value::integer(2)},
  };
  std::vector<bool> seen(std::variant_size_v<OperationBody>);
  for (const auto& one : all) {
    seen[one.index()] = true;
    auto value = to_value(one);
    auto again = operation_from(kind_word(one), value);
    ASSERT_OK(again);
    EXPECT_EQ(again->index(), one.index());
    EXPECT_EQ(to_value(*again), value) << kind_word(one);
    EXPECT_EQ(kind_of_code(kind_code(one)), kind_word(one));
  }
  for (bool one : seen) EXPECT_TRUE(one);
}

TEST(Operations, WrongKindsOfMembersAreRefused) {
  EXPECT_CODE(operation_from("del", Value::object({{.key = "address", .value = Value::integer(1)}})), Code::kCorrupt);
  EXPECT_CODE(operation_from("fence", Value::object({{.key = "last_n", .value = Value::integer(-1)}})), Code::kCorrupt);
  EXPECT_CODE(operation_from("put", Value::object({{.key = "record", .value = Value::object({})}})), Code::kCorrupt);
  EXPECT_CODE(operation_from("end", Value::integer(1)), Code::kCorrupt);
}

TEST(Operations, IdsAreDeterministicAndTakeNoPartForAnother) {
  auto id = operation_id("f", "a", "create", 7);
  EXPECT_EQ(id, operation_id("f", "a", "create", 7));
  EXPECT_EQ(id.size(), 32U);
  EXPECT_NE(id, operation_id("f", "a", "create", 8));
  EXPECT_NE(id, operation_id("f", "a", "remove", 7));
  EXPECT_NE(operation_id("f", "ab", "c", 1), operation_id("f", "a", "bc", 1));
}

TEST(Records, StatusWords) {
  for (auto one : {Status::kOk, Status::kUnready, Status::kUnfinished, Status::kBroken, Status::kRemoving, Status::kOpen}) EXPECT_EQ(status_from(word(one)), one);
  EXPECT_EQ(status_from("molten"), Status::kOk);
}

}  // namespace
}  // namespace weft::state::test
