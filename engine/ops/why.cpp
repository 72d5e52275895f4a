// weft why ADDRESS: one step, down to the source lines.
#include <fmt/core.h>

#include "engine/ops/apply_run.h"

namespace weft::ops {

auto why(World& world, const PlanRequest& request, const std::string& address, bool saved) -> WhyResult {
  WhyResult result;
  auto wanted = addr::parse_address(address);
  if (!wanted) {
    result.failure = wanted.error();
    return result;
  }
  auto text = wanted->text();
  if (saved) {
    auto read = plan::read_plan(request.out);
    if (!read) {
      result.failure = read.error();
      return result;
    }
    result.plan = std::move(read->plan);
  } else {
    Workspace workspace(world, result);
    if (workspace.open_fabric(request.inputs) && workspace.open_state(false)) {
      result.plan = workspace.make_plan(plan_options(request));
      if (result.plan) {
        if (workspace.planner->find_instance(text) != nullptr) result.remark = fmt::format("{} agrees: nothing of it changes", text);
        else if (workspace.planner->record(text) != nullptr) result.remark = fmt::format("{} has a record and is not part of this plan", text);
        else result.failure = Failure{Code::kNotFound, fmt::format("nothing is called `{}`", text), "weft graph lists what is declared"};
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
