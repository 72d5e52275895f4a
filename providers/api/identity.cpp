#include "providers/api/identity.h"

#include "lang/value/json.h"

namespace weft::driver {

auto identity_text(const Identity& identity) -> std::string {
  if (!identity.is(ValueKind::kObject)) return {};
  std::string text;
  for (const Field& field : identity.fields()) {
    if (!text.empty()) text += '|';
    text += field.value.is(ValueKind::kString) ? field.value.as_text().str() : to_json(field.value);
  }
  return text;
}

}  // namespace weft::driver
