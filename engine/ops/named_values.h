// What the expressions behind a step name, for `why` and for what many steps have in common. Only this room includes it.
#pragma once

#include <vector>

#include "engine/ops/workspace.h"

namespace weft::ops {

// Inputs, lets and variables of the `for` in the expressions of what changes, lets and arguments of modules seen through.
[[nodiscard]] auto names_of(const Workspace& workspace, const plan::Step& step) -> std::vector<NamedValue>;
// Inputs behind most updates of a plan that has many.
[[nodiscard]] auto common_names(const Workspace& workspace, const plan::Plan& plan) -> std::vector<NamedValue>;

}  // namespace weft::ops
