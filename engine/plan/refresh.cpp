// What is read of the world, and what of a record only its key opens.
#include <algorithm>

#include <fmt/core.h>

#include "engine/plan/planner_impl.h"
#include "engine/plan/unread.h"

namespace weft::plan {

namespace {

constexpr size_t kToldOf = 5;

// What was to be looked at and could not be; what is given only once never can.
auto not_looked_at(const driver::ReadState& state, const driver::TypeSchema& type, const Value& last) -> std::string {
  std::string names;
  for (const Path& path : state.unread) {
    const auto* attribute = path.empty() ? nullptr : type.attribute(path.steps[0].name);
    bool once = attribute != nullptr && attribute->secrecy == driver::Secrecy::kOnce;
    if (once || weft::find(last, path) == nullptr) continue;
    names += fmt::format("{}`{}`", names.empty() ? "" : ", ", path.text());
  }
  return names;
}

}  // namespace

auto Planner::Impl::read_records(std::string configuration) -> Task<void> {
  if (!read_done.insert(configuration).second) co_return;
  // Read or not: what is recorded elsewhere is neither compared nor changed here.
  Sessions::Open* open = co_await sessions.get(configuration);
  if (open->session && !open->session->configured().partial) {
    for (const auto& record : records) {
      if (record.provider != configuration || record.place == open->place()) continue;
      Report(world.problems, {}, diags::WrongPlace, {record.address, record.place, configuration, open->place()});
      co_return;
    }
  }
  if (options.observed != nullptr) {
    std::vector<uint32_t> again;
    for (const auto& [address, value] : *options.observed) {
      if (observed.contains(address)) continue;
      auto row = record_by_address.find(address);
      if (row == record_by_address.end()) continue;  // nothing is compared with it
      const auto& record = records[row->second];
      // Of secrets the file holds digests only.
      const std::string& former = moved_from[row->second];
      auto seen = with_secrets(value, opened(record, record.observed, "observed"),
                               [&](const Value& known) { return digested(known, former.empty() ? address : former); });
      if (seen) observed[address] = std::move(*seen);
      else if (record.provider == configuration) again.push_back(row->second);
    }
    co_await read_rows(configuration, std::move(again));
    co_return;
  }
  if (options.refresh != Refresh::kFull) co_return;
  std::vector<uint32_t> rows;
  for (uint32_t row = 0; row < records.size(); ++row) {
    if (records[row].provider == configuration) rows.push_back(row);
  }
  co_await read_rows(configuration, std::move(rows));
}

auto Planner::Impl::read_rows(std::string configuration, std::vector<uint32_t> wanted) -> Task<void> {
  if (wanted.empty()) co_return;
  std::vector<uint32_t> rows;
  std::vector<driver::Instance> items;
  Sessions::Open* open = co_await sessions.get(configuration);
  for (uint32_t row : wanted) {
    const auto& record = records[row];
    const auto* type = world.drivers.type(record.type);
    if (type == nullptr || type->role != driver::TypeRole::kResource || !record.identity.is(ValueKind::kObject)) continue;
    if (open->session && record.place != open->place()) {
      Report(world.problems, {}, diags::WrongPlace, {record.address, record.place, configuration, open->place()});
      co_return;
    }
    rows.push_back(row);
    items.push_back(driver::Instance{.address = record.address,
                                     .type = type,
                                     .identity = record.identity,
                                     .applied = record.applied,
                                     .observed = opened(record, record.observed, "observed"),
                                     .driver_data = opened(record, record.driver_data, "driver_data")});
  }
  if (items.empty() || !open->session) co_return;
  if (world.progress) world.progress({.doing = "reading resources", .done = 0, .total = items.size()});
  size_t count = 0;
  auto total = items.size();
  std::vector<std::string> unseen;
  co_await open->session->read(world.calls.call(), std::move(items), [&](size_t item, driver::ReadState state) {
    const auto& record = records[rows[item]];
    ++count;
    using Kind = driver::ReadState::Kind;
    if (!state.unread.empty()) {
      Value last = opened(record, record.observed, "observed");
      keep_unread(state, last, record.applied);
      auto names = not_looked_at(state, *world.drivers.type(record.type), last);
      if (!names.empty()) unseen.push_back(fmt::format("`{}` ({})", record.address, names));
    }
    if (state.kind == Kind::kPresent) observed[record.address] = state.observed;
    else if (state.kind == Kind::kMissing) observed[record.address] = Value::null();
    else if (state.kind != Kind::kSame) unusual[record.address] = std::move(state);
    if (world.progress && count % 256 == 0) world.progress({.doing = "reading resources", .done = count, .total = total});
  });
  plan.resources_read += total;
  if (unseen.empty()) co_return;
  std::ranges::sort(unseen);
  std::string names = unseen.front();
  for (size_t i = 1; i < std::min(unseen.size(), kToldOf); ++i) names += ", " + unseen[i];
  if (unseen.size() > kToldOf) names += fmt::format(" and {} more", unseen.size() - kToldOf);
  Report(world.problems, {}, diags::NotRead, {names});
}

auto Planner::Impl::digested(const Value& value, const std::string& address) -> Value {
  if (!value.has_secret() || world.state == nullptr) return value;
  auto result = world.state->keyring().digest(value, address);
  if (result) return *result;
  // No key yet: nothing secret was ever sent, so whatever is secret here is new.
  return value;
}

auto Planner::Impl::opened(const state::Record& record, const Value& value, std::string_view attribute) -> Value {
  if (world.state == nullptr || !state::holds_sealed(value)) return value;
  auto row = static_cast<size_t>(&record - records.data());
  bool moved = row < records.size() && !moved_from[row].empty();
  state::SealPlace place{record.uid, moved ? moved_from[row] : record.address, record.rev};
  auto result = world.state->keyring().unseal(value, place, attribute);
  return result ? *result : value;
}

}  // namespace weft::plan
