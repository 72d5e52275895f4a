// weft plan: what would change, and why. Changes nothing and claims nothing.
#include "engine/ops/apply_run.h"
#include "engine/ops/named_values.h"
#include "engine/ops/saved_pins.h"
#include "engine/ops/workspace.h"
#include "engine/plan/diags.h"

namespace weft::ops {

auto plan_options(const PlanRequest& request) -> plan::Options {
  plan::Options options{.only = request.only, .except = request.except, .replace = request.replace, .destroy = request.destroy};
  options.refresh = request.refresh == Refresh::kNone      ? plan::Refresh::kNone
                    : request.refresh == Refresh::kChanged ? plan::Refresh::kChanged
                                                           : plan::Refresh::kFull;
  return options;
}

auto plan(World& world, const PlanRequest& request) -> PlanResult {
  PlanResult result;
  Workspace workspace(world, result);
  if (workspace.open_fabric(request.inputs, nullptr, request.destroy) && workspace.open_state(false) && workspace.key_is_right()) {
    if (request.destroy && !workspace.knows_environment()) {
      workspace.finish();
      return result;
    }
    result.in_doubt = in_doubt(workspace.snapshot).size();
    auto made = workspace.make_plan(plan_options(request));
    if (made && made->changes() && workspace.state != nullptr) {
      if (auto good = workspace.state->check_writable(); !good) {
        Report(workspace.problems, {}, plan::diags::ApplyRefuses, {good.error().text}).help(good.error().hint);
      }
    }
    if (made && workspace.clean() && !workspace.key_for(*made)) made.reset();
    if (made && !request.out.empty() && workspace.clean() && made->failed.empty()) {
      auto saved = workspace.save(*made);
      pin_rest(workspace, *made, saved);
      auto written = plan::write_plan(request.out, saved);
      if (!written) result.failure = written.error();
      if (!written && written.error().code == Code::kFull) result.failure->hint = "make room there, or save it elsewhere";
    }
    if (made) result.common = common_names(workspace, *made);
    result.plan = std::move(made);
  }
  workspace.finish();
  return result;
}

auto read_plan(World&, const std::string& file) -> Result<plan::Plan> {
  TRY(saved, plan::read_plan(file));
  return std::move(saved.plan);
}

}  // namespace weft::ops
