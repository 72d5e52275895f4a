// The plan as one value, for files; the member names are part of the format (docs/state.md).
#pragma once

#include "engine/plan/plan.h"
#include "lang/base/result.h"
#include "lang/value/value.h"

namespace weft::plan {

[[nodiscard]] auto to_value(const Plan& plan) -> Value;
[[nodiscard]] auto plan_from(const Value& value) -> Result<Plan>;

}  // namespace weft::plan
