// What an object is, as text.
#pragma once

#include <string>

#include "providers/api/driver.h"

namespace weft::driver {

// The values of the identity's attributes as a person types them, joined by `|`; texts stand without quotes. Empty for
// null.
[[nodiscard]] auto identity_text(const Identity& identity) -> std::string;

}  // namespace weft::driver
