// The fast reading of records agrees with the plain one, and refuses what is damaged.
#include <random>

#include "engine/state/document.h"
#include "engine/state/row_types.h"
#include "lang/value/json.h"
#include "engine/state/slices.h"
#include "lang/value/cbor.h"
#include "tests/engine/state/support.h"

namespace weft::state::test {
namespace {

auto some_record(std::mt19937& random) -> Record {
  auto maybe = [&] { return random() % 2 == 0; };
  Record out = record("w[" + std::to_string(random() % 1000) + "]");
  if (maybe()) out.place = "eu";
  if (maybe()) out.status = static_cast<Status>(random() % 6);
  out.rev = random() % 3;
  out.version = random();
  out.generation = random() % 70'000;
  if (maybe()) out.identity = Value::object({{.key = "id", .value = Value::string("i")}, {.key = "n", .value = Value::integer(-5)}});
  if (maybe()) out.applied = Value::object({{.key = "set", .value = Value::set({Value::integer(1), Value::duration(5)})}, {.key = "x", .value = Value::number(1.5)}});
  if (maybe()) out.baseline = out.applied;
  if (maybe()) out.observed = Value::list({Value::boolean(false), Value::null(), Value::bytes("b")});
  if (maybe()) out.driver_data = Value::string(std::string(random() % 400, 'd'));
  if (maybe()) out.dependencies = {{.address = "a", .exists_only = true}, {.address = "b", .subtree = true}};
  if (maybe()) out.input_digest = "abc";
  if (maybe()) out.durations_ms = {1, 70'000};
  out.protect = maybe();
  out.retain = maybe();
  out.create_first = maybe();
  out.old = maybe();
  if (maybe()) out.extra = Value::object({{.key = "later", .value = Value::list({Value::size(7)})}});
  return out;
}

TEST(RecordRow, AgreesWithThePlainReading) {
  std::mt19937 random(7);
  for (int i = 0; i < 500; ++i) {
    auto bytes = to_bytes(some_record(random));
    auto fast = record_row(bytes);
    auto plain = record_from(*row_value(bytes));
    ASSERT_OK(fast);
    ASSERT_OK(plain);
    EXPECT_EQ(to_bytes(*fast), bytes);
    EXPECT_EQ(to_value(*fast), to_value(*plain));
    EXPECT_EQ(fast->dependencies, plain->dependencies);
    EXPECT_EQ(fast->durations_ms, plain->durations_ms);
  }
}

TEST(RecordRow, DamagedRowsAreRefusedNotMisread) {
  std::mt19937 random(11);
  size_t refused = 0;
  for (int i = 0; i < 100; ++i) {
    auto bytes = to_bytes(some_record(random));
    for (int j = 0; j < 50; ++j) {
      auto changed = bytes;
      changed[random() % changed.size()] = static_cast<char>(random());
      auto fast = record_row(changed);
      auto value = row_value(changed);
      auto plain = value ? record_from(*value) : Result<Record>(std::unexpected(value.error()));
      // The plain reading may be stricter about forms; what both take must be the same.
      EXPECT_TRUE(fast || !plain);
      if (plain && fast) {
        EXPECT_EQ(to_value(*fast), to_value(*plain)) << to_json(to_value(*fast)) << "\n" << to_json(to_value(*plain));
      }
      refused += fast ? 0 : 1;
    }
    for (size_t cut = 0; cut < bytes.size(); cut += 7) EXPECT_FALSE(record_row(bytes.substr(0, cut)));
  }
  EXPECT_GT(refused, 1000U);
}

TEST(RecordRow, WrongKindsAndDoubledMembers) {
  auto row = [](const Value& value) { return record_row(row_bytes(value)); };
  EXPECT_CODE(row(Value::object({{.key = "address", .value = Value::integer(1)}})), Code::kCorrupt);
  EXPECT_CODE(row(Value::object({{.key = "address", .value = Value::string("a")}, {.key = "rev", .value = Value::string("1")}})), Code::kCorrupt);
  EXPECT_CODE(row(Value::object({{.key = "type", .value = Value::string("a")}})), Code::kCorrupt);
  EXPECT_CODE(row(Value::integer(1)), Code::kCorrupt);
  std::string twice("\x01\xa2\x63rev\x01\x63rev\x02");
  EXPECT_CODE(record_row(twice), Code::kCorrupt);
  std::vector<Slice> slices;
  EXPECT_CODE(map_slices(std::string(300, '\x81'), slices), Code::kCorrupt);
  std::string deep = "\xa1\x61k" + std::string(100'000, '\x81') + "\x01";
  EXPECT_CODE(map_slices(deep, slices), Code::kCorrupt);
  EXPECT_CODE(map_slices(std::string("\xa1\x61k\x9b\xff\xff\xff\xff\xff\xff\xff\xff", 12), slices), Code::kCorrupt);
  EXPECT_CODE(map_slices(std::string("\xbb\xff\xff\xff\xff\xff\xff\xff\xff", 9), slices), Code::kCorrupt);
}

}  // namespace
}  // namespace weft::state::test
