#include "engine/apply/past.h"

#include <algorithm>

namespace weft::apply {

namespace {

constexpr size_t kFewest = 5;
constexpr size_t kKept = 20;        // of a kind
constexpr size_t kMostKinds = 500;
constexpr uint64_t kWorthNoting = 1000;

auto kind(std::string_view type, std::string_view action) -> std::string { return std::string(type).append(" ").append(action); }

}  // namespace

PastDurations::PastDurations(const Value& kept) {
  if (!kept.is(ValueKind::kObject)) return;
  for (const Field& field : kept.fields()) {
    if (!field.value.is(ValueKind::kList) || kinds_.size() == kMostKinds) continue;
    auto& of_kind = kinds_[std::string(field.key.view())];
    for (const Value& one : field.value.elements()) {
      if (one.is(ValueKind::kInt) && one.as_int() >= 0 && of_kind.size() < kKept) of_kind.push_back(static_cast<uint64_t>(one.as_int()));
    }
  }
}

auto PastDurations::usual(std::string_view type, std::string_view action) const -> std::optional<event::Usual> {
  auto found = kinds_.find(kind(type, action));
  if (found == kinds_.end() || found->second.size() < kFewest) return std::nullopt;
  auto sorted = found->second;
  std::ranges::sort(sorted);
  // Between two of them in proportion.
  auto at = [&](size_t tenths) {
    size_t place = (sorted.size() - 1) * tenths;
    uint64_t low = sorted[place / 10], high = sorted[std::min(place / 10 + 1, sorted.size() - 1)];
    return low + (high - low) * (place % 10) / 10;
  };
  return event::Usual{.least_ms = at(1), .most_ms = at(9)};
}

auto PastDurations::add(std::string_view type, std::string_view action, uint64_t elapsed_ms) -> bool {
  auto name = kind(type, action);
  auto known = kinds_.find(name);
  if (known == kinds_.end()) {
    if (elapsed_ms < kWorthNoting || kinds_.size() == kMostKinds) return false;
    known = kinds_.emplace(std::move(name), std::vector<uint64_t>()).first;
  }
  auto& of_kind = known->second;
  if (of_kind.size() == kKept) of_kind.erase(of_kind.begin());
  of_kind.push_back(elapsed_ms);
  return true;
}

auto PastDurations::value() const -> Value {
  std::vector<Field> fields;
  for (const auto& [name, durations] : kinds_) {
    std::vector<Value> items;
    for (auto one : durations) items.push_back(Value::integer(static_cast<int64_t>(one)));
    fields.push_back(Field{name, Value::list(std::move(items))});
  }
  return Value::object(std::move(fields));
}

}  // namespace weft::apply
