// Records as rows, read fast: the members by their slices, and equal values (what was sent, read and read again is often
// the same) made once.
#include <vector>

#include "engine/state/document.h"
#include "engine/state/corrupt.h"
#include "engine/state/frame.h"
#include "engine/state/row_types.h"
#include "engine/state/slices.h"
#include "lang/value/cbor.h"

namespace weft::state {
namespace {

class RecordReader {
 public:
  auto read(std::string_view bytes) -> Result<Record>;

 private:
  auto member(const Slice& slice) -> Result<bool>;
  auto texts(const Slice& slice) -> bool;
  auto numbers(const Slice& slice) -> bool;
  auto values(const Slice& slice) -> Result<bool>;

  Record record_;
  std::vector<Slice> slices_;
  std::vector<std::pair<std::string_view, const Value*>> made_;  // large values of this record, by their bytes
};

auto RecordReader::texts(const Slice& slice) -> bool {
  struct Member {
    std::string_view key;
    std::string Record::*place;
  };
  static constexpr Member kMembers[] = {{"address", &Record::address}, {"type", &Record::type}, {"provider", &Record::provider},
                                        {"place", &Record::place},     {"uid", &Record::uid},   {"inputs", &Record::input_digest}};
  std::string_view text;
  for (const auto& one : kMembers) {
    if (slice.key != one.key) continue;
    if (!slice_text(slice.bytes, text)) return false;
    record_.*one.place = text;
    return true;
  }
  if (slice.key != "status" || !slice_text(slice.bytes, text)) return false;
  record_.status = status_from(text);
  return true;
}

auto RecordReader::numbers(const Slice& slice) -> bool {
  struct Member {
    std::string_view key;
    uint64_t Record::*place;
  };
  static constexpr Member kMembers[] = {{"rev", &Record::rev}, {"version", &Record::version}, {"generation", &Record::generation}};
  uint64_t number = 0;
  for (const auto& one : kMembers) {
    if (slice.key == one.key) return slice_number(slice.bytes, record_.*one.place);
  }
  if (slice.key != "schema" || !slice_number(slice.bytes, number)) return false;
  record_.schema_version = static_cast<uint32_t>(number);
  return true;
}

auto RecordReader::values(const Slice& slice) -> Result<bool> {
  struct Member {
    std::string_view key;
    Value Record::*place;
  };
  static constexpr Member kMembers[] = {{"identity", &Record::identity}, {"applied", &Record::applied}, {"baseline", &Record::baseline},
                                        {"observed", &Record::observed}, {"data", &Record::driver_data}};
  for (const auto& one : kMembers) {
    if (slice.key != one.key) continue;
    auto& place = record_.*one.place;
    for (const auto& [bytes, value] : made_) {
      if (bytes == slice.bytes) {
        place = *value;
        return true;
      }
    }
    TRY(value, decode_cbor(slice.bytes));
    place = std::move(value);
    made_.emplace_back(slice.bytes, &place);
    return true;
  }
  return false;
}

// Whether the member is one of those above.
auto RecordReader::member(const Slice& slice) -> Result<bool> {
  if (texts(slice) || numbers(slice)) return true;
  return values(slice);
}

auto RecordReader::read(std::string_view bytes) -> Result<Record> {
  record_.schema_version = 0;  // unless it is there
  TRY_VOID(map_slices(bytes, slices_));
  std::vector<Field> others;
  for (const auto& slice : slices_) {
    TRY(known, member(slice));
    if (known) continue;
    if (slice.key == "address") return corrupt("the state holds a record whose address is no text");
    TRY(value, decode_cbor(slice.bytes));
    others.push_back({.key = slice.key, .value = std::move(value)});
  }
  // Dependencies, flags, what is of the wrong kind, and what a newer minor added: seldom and small, read as everywhere.
  others.push_back({.key = "address", .value = Value::string(record_.address)});
  TRY(rest, record_from(Value::object(std::move(others))));
  record_.dependencies = std::move(rest.dependencies);
  record_.durations_ms = std::move(rest.durations_ms);
  record_.protect = rest.protect;
  record_.retain = rest.retain;
  record_.create_first = rest.create_first;
  record_.old = rest.old;
  record_.extra = std::move(rest.extra);
  return std::move(record_);
}

}  // namespace

auto record_row(std::string_view bytes) -> Result<Record> {
  if (bytes.empty() || static_cast<uint8_t>(bytes[0]) != kFormat) {
    TRY(value, row_value(bytes));
    return record_from(value);
  }
  return RecordReader().read(bytes.substr(1));
}

}  // namespace weft::state
