// What an object is, as text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "providers/api/driver.h"

namespace weft::driver {

// What an object of the type will be, where its identity's attributes are all written and known.
[[nodiscard]] auto predicted_identity(const TypeSchema& type, const Value& desired) -> std::optional<Identity>;
// The values of the identity's attributes as a person types them, joined by `|`; texts stand without quotes. Empty for
// null.
[[nodiscard]] auto identity_text(const Identity& identity) -> std::string;
// The identity that such a text means for objects of the type: the way back. What is left of a text with more `|` than
// attributes belongs to the last of them; attributes that it does not reach are not in it.
[[nodiscard]] auto identity_from(const TypeSchema& type, std::string_view text) -> Identity;

}  // namespace weft::driver
