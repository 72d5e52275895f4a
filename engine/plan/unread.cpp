#include "engine/plan/unread.h"

#include <utility>

#include "lang/value/path.h"

namespace weft::plan {

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

}  // namespace weft::plan
