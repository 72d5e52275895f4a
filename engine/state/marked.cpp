#include "engine/state/marked.h"

#include <algorithm>

#include "engine/state/seal.h"
#include "lang/value/path.h"

namespace weft::state {
namespace {

auto inside(std::string_view path, std::string_view key) -> std::string {
  auto step = Path().member(key).text();
  std::string out(path);
  if (!out.empty() && !step.starts_with('[')) out += '.';
  return out + step;
}

// Rebuilds lists, sets and objects; `change` gives a new node, or nothing where it wants to go inside.
auto rebuild(const Value& value, const std::string& path, const std::function<Result<std::optional<Value>>(const Value&, std::string_view)>& change) -> Result<Value> {
  TRY(changed, change(value, path));
  if (changed) return *changed;
  if (value.is(ValueKind::kObject)) {
    std::vector<Field> fields;
    fields.reserve(value.length());
    for (const auto& field : value.fields()) {
      TRY(inner, rebuild(field.value, inside(path, field.key), change));
      fields.push_back({.key = field.key, .value = std::move(inner)});
    }
    return Value::object(std::move(fields));
  }
  if (!value.is(ValueKind::kList) && !value.is(ValueKind::kSet)) return value;
  bool set = value.is(ValueKind::kSet);
  std::vector<Value> elements;
  elements.reserve(value.length());
  for (const auto& element : value.elements()) {
    TRY(inner, rebuild(element, path + (set ? "[*]" : "[" + std::to_string(elements.size()) + "]"), change));
    elements.push_back(std::move(inner));
  }
  return set ? Value::set(std::move(elements)) : Value::list(std::move(elements));
}

auto holds(const Value& value, std::string_view mark) -> bool {
  if (marked_bytes(value, mark) != nullptr) return true;
  if (value.is(ValueKind::kObject)) return std::any_of(value.fields().begin(), value.fields().end(), [&](const Field& field) { return holds(field.value, mark); });
  if (!value.is(ValueKind::kList) && !value.is(ValueKind::kSet)) return false;
  return std::any_of(value.elements().begin(), value.elements().end(), [&](const Value& element) { return holds(element, mark); });
}

}  // namespace

auto marked(std::string_view mark, std::string_view bytes) -> Value { return Value::object({{.key = mark, .value = Value::bytes(bytes)}}); }

auto marked_bytes(const Value& value, std::string_view mark) -> const Value* {
  if (!value.is(ValueKind::kObject) || value.length() != 1) return nullptr;
  const auto* bytes = value.get(mark);
  return bytes != nullptr && bytes->is(ValueKind::kBytes) ? bytes : nullptr;
}

auto replace_secrets(const Value& value, std::string_view attribute, const std::function<Value(const Value&, std::string_view)>& with) -> Value {
  auto rebuilt = rebuild(value, std::string(attribute), [&](const Value& node, std::string_view path) -> Result<std::optional<Value>> {
    if (!node.has_secret()) return node;
    if (!node.secret()) return std::nullopt;
    return with(node, path);
  });
  return std::move(*rebuilt);
}

auto replace_marked(const Value& value, std::string_view mark, std::string_view attribute, const std::function<Result<Value>(std::string_view, std::string_view)>& with)
    -> Result<Value> {
  return rebuild(value, std::string(attribute), [&](const Value& node, std::string_view path) -> Result<std::optional<Value>> {
    const auto* bytes = marked_bytes(node, mark);
    if (bytes == nullptr) return std::nullopt;
    TRY(replaced, with(bytes->as_string(), path));
    return replaced;
  });
}

auto holds_digest(const Value& value) -> bool { return holds(value, "$digest"); }
auto holds_sealed(const Value& value) -> bool { return holds(value, "$sealed"); }

}  // namespace weft::state
