#include "engine/plan/unread.h"

#include <algorithm>
#include <utility>

#include "lang/value/path.h"

namespace weft::plan {

namespace {

// What a plan file says in place of a secret.
auto stands_for_secret(const Value& value) -> bool {
  return value.is(ValueKind::kObject) && value.length() == 1 && (value.fields()[0].key == "$digest" || value.fields()[0].key == "$secret");
}

auto lacks_secrets(const Value& value) -> bool {
  if (stands_for_secret(value)) return true;
  if (value.is(ValueKind::kObject)) return std::ranges::any_of(value.fields(), [](const Field& field) { return lacks_secrets(field.value); });
  bool many = value.is(ValueKind::kList) || value.is(ValueKind::kSet);
  return many && std::ranges::any_of(value.elements(), lacks_secrets);
}

// `last` with the marks that `pinned` had.
auto marked_as(const Value& last, const Value& pinned) -> Value {
  if (stands_for_secret(last) || last.secret()) return last;
  if (stands_for_secret(pinned)) return last.as_secret();
  if (last.is(ValueKind::kObject) && pinned.is(ValueKind::kObject)) {
    std::vector<Field> fields(last.fields().begin(), last.fields().end());
    for (Field& field : fields) {
      if (const Value* other = pinned.get(field.key)) field.value = marked_as(field.value, *other);
    }
    return Value::object(std::move(fields));
  }
  bool lists = last.is(ValueKind::kList) && pinned.is(ValueKind::kList) && last.length() == pinned.length();
  if (!lists) return last;
  std::vector<Value> elements;
  for (size_t i = 0; i < last.length(); ++i) elements.push_back(marked_as(last.elements()[i], pinned.elements()[i]));
  return Value::list(std::move(elements));
}

auto filled(const Value& pinned, const Value& last, const Value& digested) -> std::optional<Value> {
  if (!lacks_secrets(pinned)) return pinned;
  if (pinned == digested) return lacks_secrets(last) ? std::nullopt : std::optional(last);
  if (stands_for_secret(pinned)) return std::nullopt;
  if (pinned.is(ValueKind::kObject)) {
    std::vector<Field> fields(pinned.fields().begin(), pinned.fields().end());
    for (Field& field : fields) {
      if (!lacks_secrets(field.value)) continue;
      const Value* known = last.get(field.key);
      const Value* its_digest = digested.get(field.key);
      auto value = known == nullptr || its_digest == nullptr ? std::nullopt : filled(field.value, *known, *its_digest);
      if (!value) return std::nullopt;
      field.value = std::move(*value);
    }
    return Value::object(std::move(fields));
  }
  bool lists = pinned.is(ValueKind::kList) && last.is(ValueKind::kList) && pinned.length() == last.length();
  if (!lists) return std::nullopt;
  std::vector<Value> elements;
  for (size_t i = 0; i < pinned.length(); ++i) {
    auto value = filled(pinned.elements()[i], last.elements()[i], digested.elements()[i]);
    if (!value) return std::nullopt;
    elements.push_back(std::move(*value));
  }
  return Value::list(std::move(elements));
}

}  // namespace

auto with_secrets(const Value& pinned, const Value& last, const std::function<Value(const Value&)>& digested) -> std::optional<Value> {
  if (!lacks_secrets(pinned)) return pinned;
  Value marked = marked_as(last, pinned);
  return filled(pinned, marked, digested(marked));
}

void keep_unread(driver::ReadState& state, const Value& observed, const Value& applied) {
  for (const Path& path : state.unread) {
    const Value* last = weft::find(observed, path);
    if (last == nullptr && observed.is_null()) last = weft::find(applied, path);
    if (last != nullptr) state.observed = with(state.observed, path, *last);
    else if (weft::find(state.observed, path) != nullptr) state.observed = without(state.observed, path);
  }
}

auto with_once(const driver::TypeSchema& type, Value now, const Value& last) -> Value {
  if (!now.is(ValueKind::kObject)) return now;
  for (const auto& attribute : type.attributes) {
    if (attribute.secrecy != driver::Secrecy::kOnce || now.get(attribute.name) != nullptr) continue;
    if (const Value* given = last.get(attribute.name)) now = with(now, Path{}.member(attribute.name), *given);
  }
  return now;
}

auto unverified_of(const state::Record& record) -> std::vector<std::string> {
  std::vector<std::string> names;
  const Value* list = record.extra.get("unverified");
  if (list == nullptr || !list->is(ValueKind::kList)) return names;
  for (const Value& name : list->elements()) {
    if (name.is(ValueKind::kString)) names.push_back(name.as_text().str());
  }
  return names;
}

}  // namespace weft::plan
