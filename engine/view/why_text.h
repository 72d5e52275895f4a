// One step of a plan explained down to the source lines: its causes, one below the other.
#pragma once

#include <functional>
#include <string>

#include "engine/plan/plan.h"
#include "engine/view/look.h"

namespace weft::draw {

// The text of a line of a source file, trimmed; empty when it is not known.
using SourceReader = std::function<std::string(const std::string& file, uint32_t line)>;

[[nodiscard]] auto why_text(const plan::Plan& plan, plan::StepIndex step, const SourceReader& source, const Look& look) -> std::string;

}  // namespace weft::draw
