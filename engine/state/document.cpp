#include "engine/state/document.h"
#include "engine/state/corrupt.h"

#include <algorithm>

namespace weft::state {

void Members::texts(const Text& key, const std::vector<std::string>& texts) {
  if (texts.empty()) return;
  std::vector<Value> elements;
  elements.reserve(texts.size());
  for (const auto& text : texts) elements.push_back(Value::string(text));
  fields_.push_back({.key = key, .value = Value::list(std::move(elements))});
}

void Members::rest(const Value& extra) {
  for (const auto& field : extra.is(ValueKind::kObject) ? extra.fields() : std::span<const Field>()) {
    bool known = std::any_of(fields_.begin(), fields_.end(), [&](const Field& mine) { return mine.key == field.key; });
    if (!known) fields_.push_back(field);
  }
}

Reader::Reader(const Value& object) {
  if (!object.is(ValueKind::kObject)) {
    wrong_ = "it is no object";
    return;
  }
  fields_ = object.fields();
  used_.resize(fields_.size());
}

auto Reader::find(std::string_view key, ValueKind kind) -> const Value* {
  auto at = std::lower_bound(fields_.begin(), fields_.end(), key, [](const Field& field, std::string_view wanted) { return field.key.view() < wanted; });
  if (at == fields_.end() || at->key.view() != key) return nullptr;
  used_[static_cast<size_t>(at - fields_.begin())] = true;
  if (kind != ValueKind::kNull && !at->value.is(kind)) {
    if (wrong_.empty()) wrong_ = "`" + std::string(key) + "` is " + std::string(kind_name(at->value));
    return nullptr;
  }
  return &at->value;
}

auto Reader::text(std::string_view key) -> std::string {
  const auto* value = find(key, ValueKind::kString);
  return value == nullptr ? std::string() : std::string(value->as_string());
}

auto Reader::bytes(std::string_view key) -> std::string {
  const auto* value = find(key, ValueKind::kBytes);
  return value == nullptr ? std::string() : std::string(value->as_string());
}

auto Reader::number(std::string_view key) -> uint64_t {
  const auto* value = find(key, ValueKind::kInt);
  if (value == nullptr) return 0;
  if (value->as_int() < 0 && wrong_.empty()) wrong_ = "`" + std::string(key) + "` is below 0";
  return static_cast<uint64_t>(value->as_int());
}

auto Reader::flag(std::string_view key) -> bool {
  const auto* value = find(key, ValueKind::kBool);
  return value != nullptr && value->as_bool();
}

auto Reader::value(std::string_view key) -> Value {
  const auto* value = find(key, ValueKind::kNull);
  return value == nullptr ? Value::null() : *value;
}

auto Reader::list(std::string_view key) -> std::span<const Value> {
  const auto* value = find(key, ValueKind::kList);
  return value == nullptr ? std::span<const Value>() : value->elements();
}

auto Reader::texts(std::string_view key) -> std::vector<std::string> {
  std::vector<std::string> out;
  for (const auto& element : list(key)) {
    if (element.is(ValueKind::kString)) {
      out.emplace_back(element.as_string());
    } else if (wrong_.empty()) {
      wrong_ = "`" + std::string(key) + "` holds " + std::string(kind_name(element));
    }
  }
  return out;
}

auto Reader::rest() const -> Value {
  std::vector<Field> unused;
  for (size_t i = 0; i < fields_.size(); ++i) {
    if (!used_[i]) unused.push_back(fields_[i]);
  }
  return unused.empty() ? Value::null() : Value::object(std::move(unused));
}

auto Reader::check(std::string_view what) const -> Result<void> {
  if (wrong_.empty()) return {};
  return damaged("the state holds " + std::string(what) + " that does not read: " + wrong_);
}

}  // namespace weft::state
