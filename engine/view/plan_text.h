// The plan as people read it: the answer first, most dangerous first, only what changes, reasons beside facts.
#pragma once

#include <string>
#include <vector>

#include "engine/plan/plan.h"
#include "engine/view/look.h"

namespace weft::draw {

// An input that most updates of a large plan take their new values from.
struct CommonInput {
  std::string name;
  plan::SourceLine source;
  std::string set_in;  // "prod.inputs:4", "--set"; empty: its default
  uint64_t steps = 0;
};

struct PlanTextOptions {
  bool closing = true;   // drift, outputs, "Would …": off where something else is said below
  bool asks = false;     // a question follows, so "Nothing was changed." need not be said
  bool only_last = false;  // --quiet: the last line alone
  std::string saved_to;  // --out FILE: the hint at the end
  std::vector<CommonInput> common{};
};

[[nodiscard]] auto plan_text(const plan::Plan& plan, const Look& look, const PlanTextOptions& options = {}) -> std::string;
// That an apply refuses it, and why; empty: it does not.
[[nodiscard]] auto refusal_text(const plan::Plan& plan) -> std::string;
// A later stage of an apply, before it is asked about: only that stage's steps.
[[nodiscard]] auto stage_text(const plan::Plan& plan, uint32_t stage, const Look& look, const PlanTextOptions& options = {}) -> std::string;
// "reference", "mesh/prod"
[[nodiscard]] auto fabric_name(const std::string& fabric, const std::string& environment) -> std::string;
// "network.fabric:14", empty without a file.
[[nodiscard]] auto source_text(const plan::SourceLine& source) -> std::string;

}  // namespace weft::draw
