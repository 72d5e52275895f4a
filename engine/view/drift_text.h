// What the world is now against what it was after the last apply.
#pragma once

#include <string>

#include "engine/plan/plan.h"
#include "engine/view/look.h"

namespace weft::draw {

[[nodiscard]] auto drift_text(const plan::Plan& plan, const Look& look) -> std::string;

}  // namespace weft::draw
