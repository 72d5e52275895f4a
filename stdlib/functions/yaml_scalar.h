// What a plain scalar of YAML means, and when a text may be written as one. Part of this room only.
#pragma once

#include <string_view>

#include "lang/base/result.h"
#include "lang/value/value.h"

namespace weft::functions {

// YAML 1.2, core schema, and octal ints with a leading zero, as Kubernetes reads them (`defaultMode: 0644`).
// Everything that only YAML 1.1 knew (yes, on, 1:30, dates) is a text.
[[nodiscard]] auto plain_scalar(std::string_view text) -> Result<Value>;

// Whether the text may stand without quotes and is read as that very text by readers of YAML 1.1 and 1.2.
[[nodiscard]] auto may_be_plain(std::string_view text) -> bool;

}  // namespace weft::functions
