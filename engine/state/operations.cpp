#include "engine/state/operations.h"

#include <array>

#include "engine/state/bytes.h"
#include "engine/state/document.h"
#include "lang/base/digest.h"

namespace weft::state {
namespace {

auto items_value(const std::vector<ClaimItem>& items) -> Value {
  static const Text kAddress("address"), kSubtree("subtree"), kRead("read");
  std::vector<Value> out;
  out.reserve(items.size());
  for (const auto& item : items) {
    Members members;
    members.text(kAddress, item.address);
    members.flag(kSubtree, item.subtree);
    members.flag(kRead, !item.write);
    out.push_back(members.take());
  }
  return Value::list(std::move(out));
}

auto items_from(std::span<const Value> values) -> Result<std::vector<ClaimItem>> {
  std::vector<ClaimItem> out;
  out.reserve(values.size());
  for (const auto& value : values) {
    Reader reader(value);
    out.push_back({.address = reader.text("address"), .subtree = reader.flag("subtree"), .write = !reader.flag("read")});
    TRY_VOID(reader.check("a claim"));
  }
  return out;
}

// One pair for each kind: what the map of the operation holds.
void write(const BeginRun& run, Members& out) {
  out.text("verb", run.verb);
  out.text("owner", run.owner);
  out.text("host", run.host);
  out.text("command", run.command);
  out.text("plan", run.plan_digest);
  out.number("lease", run.lease_ms);
}
auto read(Reader& in, BeginRun*) -> Result<OperationBody> {
  return BeginRun{.verb = in.text("verb"), .owner = in.text("owner"), .host = in.text("host"), .command = in.text("command"),
                  .plan_digest = in.text("plan"), .lease_ms = in.number("lease")};
}

void write(const EndRun& end, Members& out) {
  out.text("outcome", end.outcome);
  out.text("summary", end.summary);
}
auto read(Reader& in, EndRun*) -> Result<OperationBody> { return EndRun{.outcome = in.text("outcome"), .summary = in.text("summary")}; }

void write(const Claim& claim, Members& out) { out.value("items", items_value(claim.items)); }
auto read(Reader& in, Claim*) -> Result<OperationBody> {
  TRY(items, items_from(in.list("items")));
  return Claim{.items = std::move(items)};
}

void write(const Fence& fence, Members& out) {
  out.text("run", fence.run);
  out.number("last_n", fence.last_seen);
  out.text("reason", fence.reason);
}
auto read(Reader& in, Fence*) -> Result<OperationBody> {
  return Fence{.run = in.text("run"), .last_seen = static_cast<uint32_t>(in.number("last_n")), .reason = in.text("reason")};
}

void write(const Renew&, Members&) {}
auto read(Reader&, Renew*) -> Result<OperationBody> { return Renew{}; }

void write(const Wait& wait, Members& out) { out.value("items", items_value(wait.items)); }
auto read(Reader& in, Wait*) -> Result<OperationBody> {
  TRY(items, items_from(in.list("items")));
  return Wait{.items = std::move(items)};
}

void write(const Intent& intent, Members& out) {
  out.text("op", intent.operation);
  out.text("address", intent.address);
  out.text("change", intent.change);
  out.text("type", intent.type);
  out.text("provider", intent.provider);
  out.text("place", intent.place);
  out.text("class", intent.idempotency);
  out.number("generation", intent.generation);
  out.text("request", intent.request_digest);
  out.text("endpoint", intent.endpoint);
  out.number("deadline", intent.deadline_ms);
  out.number("window", intent.window_ms);
  out.texts("reads", intent.reads);
  out.value("identity", intent.identity);
  out.value("pre_image", intent.pre_image);
  out.flag("anew", intent.anew);
  out.text("run", intent.run);
  out.number("seq", intent.seq);
  out.value("checkpoint", intent.checkpoint);
}
auto read(Reader& in, Intent*) -> Result<OperationBody> {
  return Intent{
      .operation = in.text("op"),
      .address = in.text("address"),
      .change = in.text("change"),
      .type = in.text("type"),
      .provider = in.text("provider"),
      .place = in.text("place"),
      .idempotency = in.text("class"),
      .generation = in.number("generation"),
      .request_digest = in.text("request"),
      .endpoint = in.text("endpoint"),
      .deadline_ms = in.number("deadline"),
      .window_ms = in.number("window"),
      .reads = in.texts("reads"),
      .identity = in.value("identity"),
      .pre_image = in.value("pre_image"),
      .anew = in.flag("anew"),
      .run = in.text("run"),
      .seq = in.number("seq"),
      .checkpoint = in.value("checkpoint"),
  };
}

void write(const Settle& settle, Members& out) {
  out.text("op", settle.operation);
  out.text("outcome", settle.outcome);
  out.text("by", settle.by);
  if (settle.put) out.value("put", to_value(*settle.put));
  out.flag("del", settle.remove);
}
auto read(Reader& in, Settle*) -> Result<OperationBody> {
  Settle settle{.operation = in.text("op"), .outcome = in.text("outcome"), .by = in.text("by"), .put = {}, .remove = in.flag("del")};
  if (auto put = in.value("put"); !put.is_null()) {
    TRY(record, record_from(put));
    settle.put = std::move(record);
  }
  return settle;
}

void write(const Checkpoint& checkpoint, Members& out) {
  out.text("op", checkpoint.operation);
  out.value("identity", checkpoint.identity);
  out.value("blob", checkpoint.blob);
}
auto read(Reader& in, Checkpoint*) -> Result<OperationBody> {
  return Checkpoint{.operation = in.text("op"), .identity = in.value("identity"), .blob = in.value("blob")};
}

void write(const Put& put, Members& out) { out.value("record", to_value(put.record)); }
auto read(Reader& in, Put*) -> Result<OperationBody> {
  TRY(record, record_from(in.value("record")));
  return Put{.record = std::move(record)};
}

void write(const Delete& gone, Members& out) { out.text("address", gone.address); }
auto read(Reader& in, Delete*) -> Result<OperationBody> { return Delete{.address = in.text("address")}; }

void write(const Key& key, Members& out) {
  out.number("id", key.id);
  out.bytes("wrapped", key.wrapped);
  out.bytes("check", key.check);
  out.value("parameters", key.parameters);
}
auto read(Reader& in, Key*) -> Result<OperationBody> {
  return Key{.id = static_cast<uint32_t>(in.number("id")), .wrapped = in.bytes("wrapped"), .check = in.bytes("check"),
             .parameters = in.value("parameters")};
}

void write(const Set& set, Members& out) {
  out.text("name", set.name);
  out.value("value", set.value);
}
auto read(Reader& in, Set*) -> Result<OperationBody> { return Set{.name = in.text("name"), .value = in.value("value")}; }

void write(const Note& note, Members& out) {
  out.text("what", note.what);
  out.value("value", note.value);
}
auto read(Reader& in, Note*) -> Result<OperationBody> { return Note{.what = in.text("what"), .value = in.value("value")}; }


}  // namespace

auto kind_word(const OperationBody& operation) -> std::string_view {
  static constexpr auto kWords = std::to_array<std::string_view>({
#define OPERATION(code, type, word) word,
#include "engine/state/operation_kinds.def"
#undef OPERATION
  });
  return kWords[operation.index()];
}

auto kind_code(const OperationBody& operation) -> uint8_t {
  static constexpr auto kCodes = std::to_array<uint8_t>({
#define OPERATION(code, type, word) code,
#include "engine/state/operation_kinds.def"
#undef OPERATION
  });
  return kCodes[operation.index()];
}

auto kind_of_code(uint8_t wanted) -> std::string_view {
#define OPERATION(code, type, word) \
  if (wanted == (code)) return word;
#include "engine/state/operation_kinds.def"
#undef OPERATION
  return {};
}

auto to_value(const OperationBody& operation) -> Value {
  Members members;
  std::visit([&](const auto& body) { write(body, members); }, operation);
  return members.take();
}

auto operation_from(std::string_view kind, const Value& value) -> Result<OperationBody> {
  Reader reader(value);
#define OPERATION(code, type, word)                          \
  if (kind == (word)) {                                      \
    auto body = read(reader, static_cast<type*>(nullptr));   \
    TRY_VOID(reader.check("an operation `" word "`"));       \
    return body;                                             \
  }
#include "engine/state/operation_kinds.def"
#undef OPERATION
  return fail(Code::kNewer, "the log holds an operation `" + std::string(kind) + "` that this program does not know",
              "use the newer weft that wrote it");
}

auto operation_id(std::string_view fabric_id, std::string_view address, std::string_view change, uint64_t generation) -> OperationId {
  std::string parts;
  add_part(parts, "weft-op-1");
  add_part(parts, fabric_id);
  add_part(parts, address);
  add_part(parts, change);
  add_part(parts, std::to_string(generation));
  return hex(view(sha256(parts)).substr(0, 16));
}

}  // namespace weft::state
