// weft why ADDRESS: one step, down to the source lines.
#include <fmt/core.h>

#include "engine/addr/selection.h"
#include "engine/ops/apply_run.h"

namespace weft::ops {

namespace {

auto nothing_called(const std::string& text, const Workspace& workspace) -> Failure {
  std::vector<std::string> known;
  for (const auto& instance : workspace.planner->instances()) known.push_back(instance.address);
  for (const auto& record : workspace.snapshot.records) known.push_back(record.address);
  auto meant = addr::likely(text, known);
  return {Code::kNotFound, fmt::format("nothing is called `{}`", text),
          meant.empty() ? std::string("weft graph lists what is declared") : fmt::format("did you mean `{}`? weft graph lists what is declared", meant)};
}

}  // namespace

auto why(World& world, const PlanRequest& request, const std::string& address, bool saved) -> WhyResult {
  WhyResult result;
  auto wanted = addr::parse_address(address);
  auto choice = addr::parse_choice(address);
  bool old_row = choice && !choice->selector;
  if (!wanted && !old_row) {
    result.failure = wanted.error();
    return result;
  }
  auto text = old_row ? address : wanted->text();
  if (saved) {
    auto read = plan::read_plan(request.out);
    if (!read) {
      result.failure = read.error();
      return result;
    }
    result.plan = std::move(read->plan);
  } else {
    Workspace workspace(world, result);
    if (workspace.open_fabric(request.inputs) && workspace.open_state(false) && workspace.key_is_right()) {
      result.plan = workspace.make_plan(plan_options(request));
      if (result.plan) {
        if (workspace.planner->find_instance(text) != nullptr) result.remark = fmt::format("{} agrees: nothing of it changes", text);
        else if (workspace.planner->record(text) != nullptr) result.remark = fmt::format("{} has a record and is not part of this plan", text);
        else result.failure = nothing_called(text, workspace);
      }
    }
    workspace.finish();
  }
  if (!result.plan) return result;
  for (plan::StepIndex i = 0; i < result.plan->steps.size(); ++i) {
    if (result.plan->steps[i].address == text) result.step = i;
  }
  if (result.step != UINT32_MAX) result.failure.reset();
  if (result.step == UINT32_MAX && saved) result.remark = fmt::format("{} is not part of this plan", text);
  return result;
}

}  // namespace weft::ops
