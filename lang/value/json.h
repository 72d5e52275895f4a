// Values to and from JSON text.
#pragma once

#include <string>
#include <string_view>

#include "lang/base/result.h"
#include "lang/value/value.h"

namespace weft {

// Durations and sizes as fabrics write them, sets as arrays. Secrets as {"$secret":"…"} and unknowns as
// {"$unknown":"origin"}; with `escape_dollar` a user's own key that starts with `$` gets a second one (events, plans);
// without it (json.encode, outputs) the value must hold neither secret nor unknown.
// indent < 0: one line without spaces; otherwise that many spaces a level.
struct JsonStyle {
  int indent = -1;
  bool escape_dollar = false;
  std::string_view secret_word = "secret";
  bool reveal = false;
};
[[nodiscard]] auto to_json(const Value& value, const JsonStyle& style = {}) -> std::string;
// Ints that fit 64 bits stay ints. Bounded: depth ≤ 64, 16 MiB.
[[nodiscard]] auto from_json(std::string_view text) -> Result<Value>;

}  // namespace weft
