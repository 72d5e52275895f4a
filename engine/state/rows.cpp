#include "engine/state/rows.h"

#include "engine/state/bytes.h"
#include "lang/base/digest.h"

namespace weft::state {

void Rows::scan_prefix(Table table, std::string_view prefix, const std::function<bool(std::string_view, std::string_view)>& visit) const {
  scan(table, prefix, [&](std::string_view key, std::string_view value) { return key.starts_with(prefix) && visit(key, value); });
}

auto MemoryRows::get(Table table, std::string_view key) const -> std::optional<std::string_view> {
  auto at = rows(table).find(key);
  if (at == rows(table).end()) return std::nullopt;
  return at->second;
}

void MemoryRows::scan(Table table, std::string_view from, const std::function<bool(std::string_view, std::string_view)>& visit) const {
  for (auto at = rows(table).lower_bound(from); at != rows(table).end(); ++at) {
    if (!visit(at->first, at->second)) return;
  }
}

auto MemoryRows::last(Table table, std::string_view prefix, std::string_view upto) const -> std::optional<std::pair<std::string, std::string>> {
  auto at = rows(table).upper_bound(upto);
  if (at == rows(table).begin()) return std::nullopt;
  --at;
  if (!at->first.starts_with(prefix)) return std::nullopt;
  return *at;
}

void MemoryRows::put(Table table, std::string_view key, std::string_view value) {
  tables_[static_cast<size_t>(table)].insert_or_assign(std::string(key), std::string(value));
}

void MemoryRows::del(Table table, std::string_view key) {
  auto& rows = tables_[static_cast<size_t>(table)];
  if (auto at = rows.find(key); at != rows.end()) rows.erase(at);
}

auto address_key(std::string_view address) -> std::string {
  constexpr size_t kMost = 400;
  constexpr size_t kKept = 360;
  if (address.size() <= kMost) return std::string(address);
  std::string key(address.substr(0, kKept));
  key += '\0';
  key += view(sha256(address));
  return key;
}

auto address_key(std::string_view address, std::string_view tail) -> std::string {
  auto key = address_key(address);
  key += '\0';
  key += tail;
  return key;
}

auto version_key(std::string_view address, uint64_t version) -> std::string {
  std::string tail;
  add_u64(tail, version);
  return address_key(address, tail);
}

}  // namespace weft::state
