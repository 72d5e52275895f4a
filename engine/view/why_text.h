// One step of a plan explained down to the source lines: its causes, one below the other.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/plan/plan.h"
#include "engine/view/look.h"

namespace weft::draw {

// The text of a line of a source file, trimmed; empty when it is not known.
using SourceReader = std::function<std::string(const std::string& file, uint32_t line)>;

// An input, let or variable that the expression of a changing attribute names.
struct NamedRow {
  std::string name;
  std::optional<Value> value;
  plan::SourceLine source;
  std::string set_in;  // "prod.inputs:4", "--set"; empty: what the source line says
};
// What is known beside the plan; may be empty.
struct WhyFacts {
  std::map<plan::StepIndex, std::vector<NamedRow>> names;
  std::map<uint64_t, uint64_t> written_ms;  // versions of records → wall clock
};

[[nodiscard]] auto why_text(const plan::Plan& plan, plan::StepIndex step, const SourceReader& source, const Look& look,
                            const WhyFacts& facts = {}) -> std::string;

}  // namespace weft::draw
