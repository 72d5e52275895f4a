#include "providers/api/identity.h"

#include <algorithm>
#include <vector>

#include "lang/value/json.h"

namespace weft::driver {

auto predicted_identity(const TypeSchema& type, const Value& desired) -> std::optional<Identity> {
  if (type.identity.empty()) return std::nullopt;
  std::vector<Field> fields;
  for (const auto& name : type.identity) {
    const Value* value = desired.get(name);
    if (value == nullptr || value->is_null() || value->has_unknown()) return std::nullopt;
    fields.push_back({name, *value});
  }
  return Value::object(std::move(fields));
}

auto identity_text(const Identity& identity) -> std::string {
  if (!identity.is(ValueKind::kObject)) return {};
  std::string text;
  for (const Field& field : identity.fields()) {
    if (!text.empty()) text += '|';
    text += field.value.is(ValueKind::kString) ? field.value.as_text().str() : to_json(field.value);
  }
  return text;
}

auto identity_from(const TypeSchema& type, std::string_view text) -> Identity {
  // In the order in which an object has them.
  auto names = type.identity;
  std::ranges::sort(names);
  std::vector<Field> fields;
  for (size_t i = 0; i < names.size(); ++i) {
    size_t end = i + 1 == names.size() ? std::string_view::npos : text.find('|');
    auto part = text.substr(0, end);
    const auto* attribute = type.attribute(names[i]);
    auto value = attribute == nullptr || attribute->type.kind() == TypeKind::kString ? Result<Value>(Value::string(Text(part))) : from_json(part);
    fields.push_back(Field{Text(names[i]), value ? std::move(*value) : Value::string(Text(part))});
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return Value::object(std::move(fields));
}

}  // namespace weft::driver
