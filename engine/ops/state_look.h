// What the verbs that look at records have in common. Only the .cpp files of this room include it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "engine/ops/ops.h"

namespace weft::ops {

// The snapshot and the records that the selector names, in natural order; those of request.version when it is given.
[[nodiscard]] auto look(World& world, const StateRequest& request, bool with_history = false) -> StateResult;
// Nothing is called so: with the record that was probably meant.
[[nodiscard]] auto no_record(const std::string& text, const std::vector<state::Record>& records) -> Failure;

}  // namespace weft::ops
