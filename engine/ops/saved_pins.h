// What a saved plan relies on beside the records that Workspace::save pins, and what of it has changed when it is applied
// (docs/state.md, "Plan files"). Only the .cpp files of this room include it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/ops/workspace.h"

namespace weft::ops {

// Adds: each file of the configuration, the files that steps send, lookups that hold secrets, whole collections; then each
// pin stands once, in order. What cannot be compared later, for the fabric has no key yet, is told as a warning.
void pin_rest(Workspace& workspace, const plan::Plan& made, plan::SavedPlan& saved);

// In words, one each; empty: as it was when the plan was made.
[[nodiscard]] auto configuration_moved(const Workspace& workspace, const plan::SavedPlan& saved) -> std::vector<std::string>;
// `sent`: also the files whose content steps send; a plan that was applied in part may have written them itself.
[[nodiscard]] auto files_moved(const Workspace& workspace, const plan::SavedPlan& saved, bool sent) -> std::vector<std::string>;
// Members that came or went since, told from those that the plan's own run made (`is_own` of a version) or took away.
[[nodiscard]] auto collections_moved(const Workspace& workspace, const plan::SavedPlan& saved, const std::function<bool(uint64_t)>& is_own, bool resumed)
    -> std::vector<std::string>;
// After it was planned again: what was read once more and is something else now.
[[nodiscard]] auto answers_moved(const Workspace& workspace, const plan::SavedPlan& saved) -> std::vector<std::string>;

}  // namespace weft::ops
