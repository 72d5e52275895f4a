// What may be written in a `http.Request`, and what the provider's settings are.
#pragma once

#include <vector>

#include "providers/api/schema.h"

namespace weft::http {

[[nodiscard]] auto request_schema() -> driver::TypeSchema;
[[nodiscard]] auto setting_rows() -> std::vector<driver::Attribute>;

}  // namespace weft::http
