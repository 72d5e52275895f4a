// What the verbs that look at records have in common. Only the .cpp files of this room include it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "engine/ops/ops.h"

namespace weft::ops {

// The snapshot and the records that the selector names, in natural order; those of request.version when it is given.
[[nodiscard]] auto look(World& world, const StateRequest& request, bool with_history = false) -> StateResult;
// Whether the text (an address, or a selector such as `nat[*]`) names this record. Names that are no addresses
// (`web#old-…`) are compared as they stand.
[[nodiscard]] auto names_record(std::string_view text, const std::string& address) -> Result<bool>;

}  // namespace weft::ops
