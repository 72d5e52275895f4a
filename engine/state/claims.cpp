#include "engine/state/claims.h"

#include <algorithm>

#include "engine/addr/address.h"

namespace weft::state {
namespace {

// What stands between an address and the names inside it.
constexpr std::string_view kSeparators = "#.[";

auto visit_rows_of(const Rows& rows, std::string_view address, const std::function<bool(const ClaimRow&)>& visit) -> Result<void> {
  if (auto bytes = rows.get(Table::kClaim, address_key(address))) {
    TRY(row, claim_row(*bytes));
    if (!visit(row)) return {};
  }
  Result<void> result;
  rows.scan_prefix(Table::kClaim, address_key(address, ""), [&](std::string_view, std::string_view bytes) {
    auto row = claim_row(bytes);
    if (!row) result = std::unexpected(row.error());
    return row && (row->address != address || visit(*row));
  });
  return result;
}

auto visit_rows_inside(const Rows& rows, std::string_view address, const std::function<bool(const ClaimRow&)>& visit) -> Result<void> {
  Result<void> result;
  bool more = true;
  for (char separator : kSeparators) {
    auto prefix = std::string(address) + separator;
    // A long address has only its beginning in the key: look at all that share it.
    rows.scan_prefix(Table::kClaim, std::string_view(prefix).substr(0, 360), [&](std::string_view, std::string_view bytes) {
      auto row = claim_row(bytes);
      if (!row) result = std::unexpected(row.error());
      if (row && row->address.starts_with(prefix)) more = visit(*row);
      return row && more;
    });
    if (!result || !more) return result;
  }
  return result;
}

}  // namespace

auto claim_name(std::string_view address) -> std::string_view {
  for (auto outer : addr::enclosing(address)) {
    if (address[outer.size()] == '#') return outer;
  }
  return address;
}

auto overlap(const ClaimItem& a, const ClaimItem& b) -> bool {
  if (a.address == b.address) return true;
  auto has_inside = [](const ClaimItem& outer, const ClaimItem& inner) {
    auto size = outer.address.size();
    return outer.subtree && inner.address.size() > size && inner.address.starts_with(outer.address) && kSeparators.contains(inner.address[size]);
  };
  return has_inside(a, b) || has_inside(b, a);
}

auto visit_rivals(const Rows& rows, const RunId& run, const ClaimItem& item, const std::function<bool(const ClaimRow&)>& visit) -> Result<void> {
  bool more = true;
  auto rival = [&](const ClaimRow& row) {
    if (row.run != run && (item.write || row.write)) more = visit(row);
    return more;
  };
  TRY_VOID(visit_rows_of(rows, item.address, rival));
  for (auto outer : addr::enclosing(item.address)) {
    if (!more) return {};
    TRY_VOID(visit_rows_of(rows, outer, [&](const ClaimRow& row) { return !row.subtree || rival(row); }));
  }
  if (more && item.subtree) TRY_VOID(visit_rows_inside(rows, item.address, rival));
  return {};
}

auto holds_write(const Rows& rows, const RunId& run, std::string_view address) -> Result<bool> {
  auto name = claim_name(address);
  if (auto bytes = rows.get(Table::kClaim, address_key(name))) {
    TRY(row, claim_row(*bytes));
    if (row.run == run) return true;
  }
  for (auto outer : addr::enclosing(name)) {
    auto bytes = rows.get(Table::kClaim, address_key(outer));
    if (!bytes) continue;
    TRY(row, claim_row(*bytes));
    if (row.run == run && row.subtree) return true;
  }
  return false;
}

auto take_claim(Rows& rows, const RunId& run, const ClaimItem& item, uint64_t seq) -> Result<void> {
  ClaimRow row{.run = run, .address = item.address, .subtree = item.subtree, .write = item.write, .since = seq};
  auto write_key = address_key(item.address);
  auto read_key = address_key(item.address, run);
  for (const auto& key : {write_key, read_key}) {
    auto bytes = rows.get(Table::kClaim, key);
    if (!bytes) continue;
    TRY(mine, claim_row(*bytes));
    // What the run holds already stays at least as wide and as strong.
    row.subtree = row.subtree || mine.subtree;
    row.write = row.write || mine.write;
    row.since = std::min(row.since, mine.since);
  }
  rows.del(Table::kClaim, row.write ? read_key : write_key);
  rows.put(Table::kClaim, row.write ? write_key : read_key, to_bytes(row));
  return {};
}

auto release_claims(Rows& rows, const RunId& run) -> Result<void> {
  std::vector<std::string> keys;
  Result<void> result;
  rows.scan(Table::kClaim, {}, [&](std::string_view key, std::string_view bytes) {
    auto row = claim_row(bytes);
    if (!row) result = std::unexpected(row.error());
    if (row && row->run == run) keys.emplace_back(key);
    return row.has_value();
  });
  for (const auto& key : keys) rows.del(Table::kClaim, key);
  return result;
}

}  // namespace weft::state
