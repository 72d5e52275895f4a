// The fold's half that keeps records: current rows, earlier ones, dependants, and who owns which object.
#include <algorithm>

#include "engine/state/bytes.h"
#include "engine/state/claims.h"
#include "engine/state/fold.h"
#include "lang/base/digest.h"
#include "lang/value/cbor.h"

namespace weft::state {
namespace {

// Nothing for what has no object in the world: outputs, random values, records not finished.
auto identity_key(const Record& record) -> std::string {
  if (!record.identity.is(ValueKind::kObject) || record.identity.length() == 0) return {};
  std::string parts;
  add_part(parts, record.type);
  add_part(parts, record.place);
  add_part(parts, encode_cbor(record.identity));
  return std::string(view(sha256(parts)));
}

auto dependency_key(std::string_view dependency, std::string_view dependent) -> std::string {
  return std::string(view(sha256(dependency)).substr(0, 16)) + std::string(view(sha256(dependent)).substr(0, 16));
}

// Of an address 64 KiB, and what the engine adds for records of its own (`#output.…`, `…#old-…`).
constexpr size_t kMostAddress = 64 * 1024 + 64;

}  // namespace

auto Fold::may_write(std::string_view address) -> Result<void> {
  if (address.empty() || address.size() > kMostAddress) return fail(Code::kInvalid, "an address of " + std::to_string(address.size()) + " bytes");
  if (ending_ && address.starts_with(kOutputPrefix)) return {};
  TRY(holds, holds_write(rows_, header_.run, address));
  if (holds) return {};
  return fail(Code::kInternal, "run " + short_run(header_.run) + " writes `" + std::string(address) + "` without a claim for writing",
              "this breaks rule I3 of the state, so it was not written; it is a bug of weft: report it");
}

void Fold::drop_identity(const Record& record) {
  auto key = identity_key(record);
  if (key.empty()) return;
  std::erase_if(identities_, [&](const auto& one) { return one.first == key && one.second == record.address; });
  if (auto owner = rows_.get(Table::kIdentity, key); owner && owner->substr(1) == record.address) rows_.del(Table::kIdentity, key);
}

void Fold::change_dependencies(const Record* before, const Record* after) {
  if (before != nullptr && after != nullptr && before->dependencies == after->dependencies) return;
  if (before != nullptr) {
    for (const auto& one : before->dependencies) rows_.del(Table::kDependent, dependency_key(one.address, before->address));
  }
  if (after == nullptr) return;
  for (const auto& one : after->dependencies) {
    rows_.put(Table::kDependent, dependency_key(one.address, after->address), static_cast<char>(kFormat) + after->address);
  }
}

auto Fold::put_record(Record record, bool settles) -> Result<void> {
  auto key = address_key(record.address);
  std::string earlier_bytes(rows_.get(Table::kRecord, key).value_or(""));
  std::optional<Record> earlier;
  TombRow left;
  if (!earlier_bytes.empty()) {
    TRY(read, record_row(earlier_bytes));
    earlier = std::move(read);
    left = {.generation = earlier->generation, .rev = earlier->rev, .version = earlier->version, .uid = earlier->uid};
  } else {
    TRY(tomb, load_tomb(rows_, record.address));
    if (tomb) {
      left = std::move(*tomb);
      rows_.del(Table::kTomb, key);
      // Gone and back within one transaction: nobody ever saw it gone.
      if (left.version == header_.seq) rows_.del(Table::kHistory, version_key(record.address, header_.seq));
    }
  }
  bool same_life = left.uid == record.uid;
  if (record.rev == 0) record.rev = same_life ? left.rev + 1 : 1;
  if (same_life && record.rev < left.rev) {
    return fail(Code::kInternal, "`" + record.address + "` goes back from revision " + std::to_string(left.rev) + " to " + std::to_string(record.rev),
                "this breaks rule I5 of the state, so it was not written; it is a bug of weft: report it");
  }
  record.version = header_.seq;
  record.generation = settles ? header_.seq : left.generation;
  if (earlier && earlier->version != header_.seq) rows_.put(Table::kHistory, version_key(record.address, earlier->version), earlier_bytes);
  auto id = identity_key(record);
  bool same_object = earlier && id == identity_key(*earlier);
  if (earlier && !same_object) drop_identity(*earlier);
  if (!same_object && !id.empty()) identities_.emplace_back(std::move(id), record.address);
  change_dependencies(earlier ? &*earlier : nullptr, &record);
  rows_.put(Table::kRecord, key, to_bytes(record));
  return {};
}

auto Fold::delete_record(const std::string& address, bool settles) -> Result<void> {
  auto key = address_key(address);
  std::string earlier_bytes(rows_.get(Table::kRecord, key).value_or(""));
  if (earlier_bytes.empty()) return settles ? mark_settled(address) : Result<void>();
  TRY(earlier, record_row(earlier_bytes));
  TombRow tomb{.address = address, .generation = settles ? header_.seq : earlier.generation, .rev = earlier.rev, .version = header_.seq, .uid = earlier.uid};
  if (earlier.version != header_.seq) rows_.put(Table::kHistory, version_key(address, earlier.version), earlier_bytes);
  rows_.put(Table::kHistory, version_key(address, header_.seq), to_bytes(tomb));
  rows_.put(Table::kTomb, key, to_bytes(tomb));
  rows_.del(Table::kRecord, key);
  drop_identity(earlier);
  change_dependencies(&earlier, nullptr);
  return {};
}

auto Fold::mark_settled(const std::string& address) -> Result<void> {
  auto key = address_key(address);
  TRY(record, load_record(rows_, address));
  if (record) {
    // The version stays: what the record says has not changed, and plans that rely on it are not stale.
    record->generation = header_.seq;
    rows_.put(Table::kRecord, key, to_bytes(*record));
    return {};
  }
  TRY(tomb, load_tomb(rows_, address));
  auto left = tomb.value_or(TombRow{});
  left.address = address;
  left.generation = header_.seq;
  rows_.put(Table::kTomb, key, to_bytes(left));
  return {};
}

}  // namespace weft::state
