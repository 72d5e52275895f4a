// A plan as events (one plan.step for each step, whole) and as one document.
#pragma once

#include <string>
#include <vector>

#include "engine/plan/plan.h"

namespace weft::draw {

// Members of the events in the order of the drawing: plan.step, plan.stage, drift, output, plan.summary.
[[nodiscard]] auto plan_event_members(const plan::Plan& plan) -> std::vector<std::string>;
// The steps that `why` tells of: the one that was asked about, then its causes, each behind what it forces.
[[nodiscard]] auto why_event_members(const plan::Plan& plan, plan::StepIndex step) -> std::vector<std::string>;
// {"fabric":…,"steps":[…],…}: `show --json`, `debug plan`.
[[nodiscard]] auto plan_document(const plan::Plan& plan) -> std::string;
[[nodiscard]] auto drift_members(const plan::Drift& drift) -> std::string;

}  // namespace weft::draw
