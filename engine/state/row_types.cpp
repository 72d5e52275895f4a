#include "engine/state/row_types.h"

#include "engine/state/bytes.h"
#include "engine/state/corrupt.h"
#include "engine/state/document.h"
#include "engine/state/frame.h"
#include "lang/base/digest.h"
#include "lang/value/cbor.h"

namespace weft::state {
namespace {

// A run's row is what its `run` operation says, with members of the fold's own beside it.
auto merged(const Value& facts, Members own) -> Value {
  own.rest(facts);
  return own.take();
}

template <class T>
auto loaded(const Rows& rows, Table table, std::string_view key, Result<T> (*read)(std::string_view)) -> Result<std::optional<T>> {
  auto bytes = rows.get(table, key);
  if (!bytes) return std::optional<T>();
  TRY(row, read(*bytes));
  return std::optional<T>(std::move(row));
}

}  // namespace

auto row_bytes(const Value& value) -> std::string {
  std::string out(1, static_cast<char>(kFormat));
  encode_cbor(value, out);
  return out;
}

auto row_value(std::string_view bytes) -> Result<Value> {
  if (bytes.empty()) return corrupt("the state holds an empty row");
  if (static_cast<uint8_t>(bytes[0]) != kFormat) {
    return fail(Code::kNewer, "a row of the state has format " + std::to_string(static_cast<uint8_t>(bytes[0])) + ", this program reads format 1", "use the newer weft that wrote it");
  }
  auto value = decode_cbor(bytes.substr(1));
  if (!value) {
    return corrupt("the state holds a row that does not read: " + value.error().text);
  }
  return value;
}

auto to_bytes(const RunRow& row) -> std::string {
  Members own;
  own.number("begun_seq", row.begun_seq);
  own.number("begun_ms", row.begun_ms);
  own.number("last_seq", row.last_seq);
  own.number("last_ms", row.last_ms);
  own.number("last_n", row.last_n);
  own.flag("ended", row.ended);
  own.flag("fenced", row.fenced);
  own.text("outcome", row.outcome);
  own.text("summary", row.summary);
  own.text("reason", row.reason);
  own.number("ticket", row.ticket);
  return row_bytes(merged(to_value(OperationBody(row.facts)), std::move(own)));
}

auto run_row(std::string_view bytes) -> Result<RunRow> {
  TRY(value, row_value(bytes));
  TRY(facts, operation_from("run", value));
  Reader reader(value);
  RunRow row;
  row.facts = std::get<BeginRun>(std::move(facts));
  row.begun_seq = reader.number("begun_seq");
  row.begun_ms = reader.number("begun_ms");
  row.last_seq = reader.number("last_seq");
  row.last_ms = reader.number("last_ms");
  row.last_n = static_cast<uint32_t>(reader.number("last_n"));
  row.ended = reader.flag("ended");
  row.fenced = reader.flag("fenced");
  row.outcome = reader.text("outcome");
  row.summary = reader.text("summary");
  row.reason = reader.text("reason");
  row.ticket = reader.number("ticket");
  TRY_VOID(reader.check("a run"));
  return row;
}

auto to_bytes(const ClaimRow& row) -> std::string {
  static const Text kRun("run"), kAddress("address"), kSubtree("subtree"), kRead("read"), kSince("since");
  Members members;
  members.text(kRun, row.run);
  members.text(kAddress, row.address);
  members.flag(kSubtree, row.subtree);
  members.flag(kRead, !row.write);
  members.number(kSince, row.since);
  return row_bytes(members.take());
}

auto claim_row(std::string_view bytes) -> Result<ClaimRow> {
  TRY(value, row_value(bytes));
  Reader reader(value);
  ClaimRow row{.run = reader.text("run"), .address = reader.text("address"), .subtree = reader.flag("subtree"), .write = !reader.flag("read"),
               .since = reader.number("since")};
  TRY_VOID(reader.check("a claim"));
  return row;
}

auto to_bytes(const TicketRow& row) -> std::string {
  Members members;
  members.text("run", row.run);
  members.value("wait", to_value(OperationBody(Wait{.items = row.items})));
  return row_bytes(members.take());
}

auto ticket_row(std::string_view bytes) -> Result<TicketRow> {
  TRY(value, row_value(bytes));
  Reader reader(value);
  TicketRow row{.run = reader.text("run"), .items = {}};
  TRY(wait, operation_from("wait", reader.value("wait")));
  row.items = std::get<Wait>(std::move(wait)).items;
  TRY_VOID(reader.check("a ticket"));
  return row;
}

auto to_bytes(const TombRow& row) -> std::string {
  Members members;
  members.flag("gone", true);
  members.text("address", row.address);
  members.number("generation", row.generation);
  members.number("rev", row.rev);
  members.number("version", row.version);
  members.text("uid", row.uid);
  return row_bytes(members.take());
}

auto tomb_row(std::string_view bytes) -> Result<TombRow> {
  TRY(value, row_value(bytes));
  Reader reader(value);
  TombRow row{.address = reader.text("address"), .generation = reader.number("generation"), .rev = reader.number("rev"), .version = reader.number("version"), .uid = reader.text("uid")};
  TRY_VOID(reader.check("what is left of a record"));
  return row;
}

auto to_bytes(const Record& record) -> std::string { return row_bytes(to_value(record)); }

auto history_row(std::string_view bytes) -> Result<HistoryRow> {
  TRY(value, row_value(bytes));
  if (const auto* gone = value.get("gone"); gone != nullptr && gone->is(ValueKind::kBool)) return HistoryRow{};
  TRY(record, record_row(bytes));
  return HistoryRow{.record = std::move(record)};
}

auto intent_row(std::string_view bytes) -> Result<Intent> {
  TRY(value, row_value(bytes));
  TRY(intent, operation_from("intent", value));
  return std::get<Intent>(std::move(intent));
}

auto load_run(const Rows& rows, std::string_view run) -> Result<std::optional<RunRow>> { return loaded(rows, Table::kRun, run, run_row); }
auto load_record(const Rows& rows, std::string_view address) -> Result<std::optional<Record>> {
  return loaded(rows, Table::kRecord, address_key(address), record_row);
}
auto load_tomb(const Rows& rows, std::string_view address) -> Result<std::optional<TombRow>> {
  return loaded(rows, Table::kTomb, address_key(address), tomb_row);
}
auto load_intent(const Rows& rows, std::string_view operation) -> Result<std::optional<Intent>> {
  return loaded(rows, Table::kOpen, operation, intent_row);
}

auto load_tail(const Rows& rows) -> Result<Tail> {
  auto bytes = rows.get(Table::kMeta, kMetaTail);
  if (!bytes) return Tail{};
  ByteReader reader(*bytes);
  Tail tail{.seq = reader.u64(), .hash = std::string(reader.take(32))};
  if (reader.short_of()) return corrupt("the state's tail does not read");
  return tail;
}

auto load_fabric_id(const Rows& rows) -> std::string { return hex(rows.get(Table::kMeta, kMetaFabric).value_or("")); }

auto load_setting(const Rows& rows, std::string_view name) -> Result<Value> {
  auto bytes = rows.get(Table::kMeta, std::string(kMetaSet) + std::string(name));
  if (!bytes) return Value();
  TRY(row, row_value(*bytes));
  const Value* value = row.get("value");
  return value == nullptr ? Value() : *value;
}

auto load_fabric_name(const Rows& rows) -> std::string {
  auto name = load_setting(rows, kFabricName);
  return name && name->is(ValueKind::kString) ? name->as_text().str() : std::string();
}

auto short_run(std::string_view run) -> std::string { return "r-" + std::string(run.substr(0, 4)); }

}  // namespace weft::state
