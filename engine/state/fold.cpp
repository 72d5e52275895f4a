#include "engine/state/fold.h"

#include <algorithm>

#include "engine/addr/address.h"
#include "engine/state/bytes.h"
#include "engine/state/claims.h"
#include "engine/state/document.h"
#include "engine/state/large.h"
#include "lang/base/digest.h"
#include "lang/os/crash.h"

namespace weft::state {
namespace {

auto broken(std::string_view rule, std::string text) -> std::unexpected<Failure> {
  return fail(Code::kInternal, std::move(text), "this breaks rule " + std::string(rule) + " of the state, so it was not written; it is a bug of weft: report it");
}

auto doubt_value(char mode, std::string_view address) -> std::string { return mode + std::string(address); }

}  // namespace

auto Fold::begin() -> Result<void> {
  auto fabric = load_fabric_id(rows_);
  if (!fabric.empty() && fabric != header_.fabric_id) {
    return fail(Code::kConflict, "the state belongs to another fabric than when this run began", "run the command again");
  }
  TRY(tail, load_tail(rows_));
  if (header_.seq != tail.seq + 1) {
    return fail(Code::kConflict, "the log ends at @" + std::to_string(tail.seq) + ", not before @" + std::to_string(header_.seq));
  }
  header_.previous = tail.seq == 0 ? std::string(32, '\0') : tail.hash;
  TRY(run, load_run(rows_, header_.run));
  run_ = std::move(run);
  if (!run_) return {};
  if (run_->fenced) {
    return fail(Code::kConflict, "run " + short_run(header_.run) + " was fenced (" + run_->reason + "): another run may hold what it held",
                "what it did is recorded or in doubt; run the command again to settle and go on");
  }
  if (run_->ended) return broken("I3", "run " + short_run(header_.run) + " writes after its end");
  if (header_.n != run_->last_n + 1) {
    return broken("I5", "run " + short_run(header_.run) + " numbers a transaction " + std::to_string(header_.n) + " after " + std::to_string(run_->last_n));
  }
  return {};
}

auto Fold::operation(std::string_view kind, const EncodedOperation& operation) -> Result<void> {
  if (!run_ && !std::holds_alternative<BeginRun>(operation.body)) return broken("I3", "run " + short_run(header_.run) + " writes before its beginning");
  if (operation.value.get(kLargeReference) != nullptr) return apply_large(kind, operation.value);
  return std::visit([&](const auto& op) { return apply(op, operation.value); }, operation.body);
}

auto Fold::end_unit() -> Result<void> {
  auto identities = std::exchange(identities_, {});
  for (const auto& [key, address] : identities) {
    if (auto taken = rows_.get(Table::kIdentity, key); taken && taken->substr(1) != address) {
      return fail(Code::kExists, "`" + address + "` is the same object as `" + std::string(taken->substr(1)) + "`: one object has one address",
                  "use `moved " + std::string(taken->substr(1)) + " to " + address + "`, or `weft forget` one of them");
    }
    rows_.put(Table::kIdentity, key, static_cast<char>(kFormat) + address);
  }
  return {};
}

auto Fold::finish(const WrittenFrame& frame) -> Result<void> {
  TRY_VOID(end_unit());
  CHECK(run_.has_value());
  run_->last_n = header_.n;
  run_->last_seq = header_.seq;
  run_->last_ms = header_.wall_ms;
  rows_.put(Table::kRun, header_.run, to_bytes(*run_));
  std::string key;
  add_u64(key, header_.seq);
  rows_.put(Table::kLog, key, frame.bytes);
  rows_.put(Table::kMeta, kMetaTail, key + frame.hash);
  if (header_.seq == 1) {
    rows_.put(Table::kMeta, kMetaFabric, from_hex(header_.fabric_id).value());
    rows_.put(Table::kMeta, kMetaFloor, key);
    std::string format;
    add_u32(format, kFormat);
    rows_.put(Table::kMeta, kMetaFormat, format);
  }
  return {};
}

// --- runs

auto Fold::apply(const BeginRun& op, const Value&) -> Result<void> {
  if (run_ || header_.n != 1) return broken("I5", "run " + short_run(header_.run) + " begins twice");
  run_ = RunRow{.facts = op, .begun_seq = header_.seq, .begun_ms = header_.wall_ms};
  rows_.put(Table::kLive, header_.run, std::string(1, static_cast<char>(kFormat)));
  return {};
}

void Fold::release(const RunId& run, RunRow& row) {
  rows_.del(Table::kLive, run);
  if (row.ticket != 0) {
    std::string key;
    add_u64(key, std::exchange(row.ticket, 0));
    rows_.del(Table::kTicket, key);
  }
  std::vector<std::string> parts;
  rows_.scan_prefix(Table::kBlob, run, [&](std::string_view key, std::string_view) {
    parts.emplace_back(key);
    return true;
  });
  for (const auto& key : parts) rows_.del(Table::kBlob, key);
}

auto Fold::apply(const EndRun& op, const Value&) -> Result<void> {
  TRY_VOID(release_claims(rows_, header_.run));
  release(header_.run, *run_);
  run_->ended = true;
  run_->outcome = op.outcome;
  run_->summary = op.summary;
  return {};
}

auto Fold::apply(const Fence& op, const Value&) -> Result<void> {
  TRY(target, load_run(rows_, op.run));
  if (!target || op.run == header_.run) return broken("I3", "there is no run " + short_run(op.run) + " to be fenced");
  if (!target->live()) return fail(Code::kConflict, "run " + short_run(op.run) + " has ended already");
  if (target->last_n != op.last_seen) return fail(Code::kConflict, "run " + short_run(op.run) + " has written since it was thought dead");
  TRY_VOID(release_claims(rows_, op.run));
  release(op.run, *target);
  target->fenced = true;
  target->reason = op.reason;
  rows_.put(Table::kRun, op.run, to_bytes(*target));
  return {};
}

auto Fold::apply(const Renew&, const Value&) -> Result<void> { return {}; }

auto Fold::apply(const Claim& op, const Value&) -> Result<void> {
  for (const auto& item : op.items) {
    std::optional<RunId> rival;
    TRY_VOID(visit_rivals(rows_, header_.run, item, [&](const ClaimRow& row) {
      rival = row.run;
      return false;
    }));
    if (rival) return broken("I3", "run " + short_run(header_.run) + " claims `" + item.address + "`, which run " + short_run(*rival) + " holds");
    TRY_VOID(take_claim(rows_, header_.run, item, header_.seq));
  }
  if (run_->ticket != 0) {
    std::string key;
    add_u64(key, std::exchange(run_->ticket, 0));
    rows_.del(Table::kTicket, key);
  }
  return {};
}

auto Fold::apply(const Wait& op, const Value&) -> Result<void> {
  std::string key;
  // A ticket keeps its place in the queue when its owner asks for something else.
  add_u64(key, run_->ticket == 0 ? header_.seq : run_->ticket);
  if (op.items.empty()) {
    rows_.del(Table::kTicket, key);
    run_->ticket = 0;
    return {};
  }
  if (run_->ticket == 0) run_->ticket = header_.seq;
  rows_.put(Table::kTicket, key, to_bytes(TicketRow{.run = header_.run, .items = op.items}));
  return {};
}

// --- intents

auto Fold::apply(const Intent& op, const Value& value) -> Result<void> {
  TRY_VOID(may_write(op.address));
  TRY(same, load_intent(rows_, op.operation));
  if (same || op.operation.empty()) return broken("I4", "the intent " + op.operation + " on `" + op.address + "` is open already");
  std::vector<std::string> readers;
  bool open = false;
  auto look_at = [&](std::string_view address) {
    rows_.scan_prefix(Table::kDoubt, address_key(address, ""), [&](std::string_view key, std::string_view mode) {
      if (mode == doubt_value('w', op.address)) open = true;
      if (mode == doubt_value('r', address)) readers.emplace_back(key.substr(key.rfind('\0') + 1));
      return true;
    });
  };
  look_at(op.address);
  // Who reads a whole collection relies on each of its members, and on there being no other.
  for (auto outer : addr::enclosing(op.address)) look_at(outer);
  if (open) return broken("I4", "`" + op.address + "` has an open intent already");
  for (const auto& reader : readers) {
    TRY(other, load_intent(rows_, reader));
    // A run keeps its own order.
    if (other && other->run == header_.run) continue;
    auto who = other ? other->address : reader;
    return fail(Code::kConflict, "`" + op.address + "` is relied on by a call in doubt, the " + (other ? other->change : "change") + " of `" + who + "`",
                "settle it first: `weft recover " + who + "`");
  }
  TRY(record, load_record(rows_, op.address));
  TRY(tomb, load_tomb(rows_, op.address));
  uint64_t generation = record ? record->generation : (tomb ? tomb->generation : 0);
  if (op.generation != generation) {
    return broken("I2", "the intent on `" + op.address + "` is of generation " + std::to_string(op.generation) + ", the state's is " + std::to_string(generation));
  }
  Members own;
  own.text("run", header_.run);
  own.number("seq", header_.seq);
  own.rest(value);
  rows_.put(Table::kOpen, op.operation, row_bytes(own.take()));
  for (const auto& read : op.reads) rows_.put(Table::kDoubt, address_key(read, op.operation), doubt_value('r', read));
  rows_.put(Table::kDoubt, address_key(op.address, op.operation), doubt_value('w', op.address));
  return {};
}

auto Fold::apply(const Settle& op, const Value&) -> Result<void> {
  TRY(intent, load_intent(rows_, op.operation));
  if (!intent) return broken("I4", "the intent " + op.operation + " is settled already, or never was");
  TRY_VOID(may_write(intent->address));
  rows_.del(Table::kOpen, op.operation);
  for (const auto& read : intent->reads) rows_.del(Table::kDoubt, address_key(read, op.operation));
  rows_.del(Table::kDoubt, address_key(intent->address, op.operation));
  if (op.put) {
    TRY_VOID(may_write(op.put->address));
    TRY_VOID(put_record(*op.put, true));
    if (op.put->address == intent->address) return {};
  } else if (op.remove) {
    return delete_record(intent->address, true);
  }
  return mark_settled(intent->address);
}

auto Fold::apply(const Checkpoint& op, const Value&) -> Result<void> {
  auto bytes = rows_.get(Table::kOpen, op.operation);
  if (!bytes) return broken("I4", "a checkpoint of the intent " + op.operation + ", which is not open");
  TRY(value, row_value(*bytes));
  const auto* address = value.get("address");
  TRY_VOID(may_write(address == nullptr ? "" : address->as_string()));
  Members own;
  own.value("checkpoint", op.blob);
  own.value("identity", op.identity);
  own.rest(value);
  rows_.put(Table::kOpen, op.operation, row_bytes(own.take()));
  return {};
}

// --- records without a call

auto Fold::apply(const Put& op, const Value&) -> Result<void> {
  TRY_VOID(may_write(op.record.address));
  return put_record(op.record, false);
}

auto Fold::apply(const Delete& op, const Value&) -> Result<void> {
  TRY_VOID(may_write(op.address));
  return delete_record(op.address, false);
}

// --- keys, settings, notes

auto Fold::apply(const Key& op, const Value& value) -> Result<void> {
  auto key = std::string(kMetaKey);
  add_u32(key, op.id);
  rows_.put(Table::kMeta, key, row_bytes(value));
  return {};
}

auto Fold::apply(const Set& op, const Value& value) -> Result<void> {
  if (op.name.empty() || op.name.size() > 200) return broken("1.1", "a setting's name has " + std::to_string(op.name.size()) + " bytes");
  rows_.put(Table::kMeta, std::string(kMetaSet) + op.name, row_bytes(value));
  return {};
}

auto Fold::apply(const Note& op, const Value&) -> Result<void> { return op.what == kPartNote ? apply_part(op.value) : Result<void>(); }

// --- operations too large for one frame: parts first, each in a note, then a reference in the operation's place

auto Fold::apply_part(const Value& part) -> Result<void> {
  Reader reader(part);
  auto digest = reader.bytes("sha256");
  auto index = reader.number("part");
  auto bytes = reader.bytes("bytes");
  TRY_VOID(reader.check("a part of an operation"));
  if (digest.size() != 32) return broken("1.1", "a part of an operation without its digest");
  auto key = header_.run + digest;
  add_u32(key, static_cast<uint32_t>(index));
  rows_.put(Table::kBlob, key, bytes);
  return {};
}

auto Fold::apply_large(std::string_view kind, const Value& reference) -> Result<void> {
  if (!run_) return broken("I3", "run " + short_run(header_.run) + " writes before its beginning");
  Reader reader(reference);
  auto digest = reader.bytes(kLargeReference);
  std::string whole;
  std::vector<std::string> keys;
  rows_.scan_prefix(Table::kBlob, header_.run + digest, [&](std::string_view key, std::string_view bytes) {
    keys.emplace_back(key);
    whole += bytes;
    return true;
  });
  if (view(sha256(whole)) != digest) return broken("1.1", "the parts of a large operation `" + std::string(kind) + "` do not make it whole");
  for (const auto& key : keys) rows_.del(Table::kBlob, key);
  TRY(operation, decoded_operation({.kind = kind, .bytes = whole}));
  if (operation.value.get(kLargeReference) != nullptr) return broken("1.1", "a large operation that refers to another");
  return std::visit([&](const auto& op) { return apply(op, operation.value); }, operation.body);
}

// ---

auto fold_frame(Rows& rows, std::string_view bytes) -> Result<void> {
  TRY(frame, read_frame(bytes));
  Fold fold(rows, frame.header);
  TRY_VOID(fold.begin());
  if (fold.header().previous != frame.header.previous) return fail(Code::kCorrupt, "transaction @" + std::to_string(frame.header.seq) + " of the state's log does not follow the one before it");
  TRY(operations, read_body(frame.body));
  bool ends = std::any_of(operations.begin(), operations.end(), [](const RawOperation& one) { return one.kind == "end"; });
  if (ends) fold.expect_end();
  for (const auto& one : operations) {
    TRY(operation, decoded_operation(one));
    TRY_VOID(fold.operation(one.kind, operation));
  }
  crash_point("fold.mid");
  return fold.finish({.bytes = std::string(bytes), .hash = frame.hash});
}

}  // namespace weft::state
