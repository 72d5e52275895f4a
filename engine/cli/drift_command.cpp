// weft drift: the world against what it was after the last apply.
#include <algorithm>

#include <fmt/format.h>

#include "engine/cli/plan_output.h"
#include "engine/cli/verbs.h"
#include "engine/ops/environments.h"
#include "engine/view/command_text.h"
#include "engine/view/drift_text.h"
#include "engine/view/plan_json.h"
#include "lang/base/text.h"

namespace weft::cli {

namespace {

constexpr size_t kNamed = 5;

// What the way back would do beside setting back what has drifted.
auto beyond_drift(const plan::Plan& plan, const plan::Plan& back) -> std::vector<std::string> {
  using plan::Action;
  std::vector<std::string> more;
  for (const plan::Step& step : back.steps) {
    if (step.action == Action::kNone || step.action == Action::kRead || step.action == Action::kRecord || step.drift_only) continue;
    bool drifted = std::ranges::any_of(plan.drift, [&](const plan::Drift& one) { return one.address == step.address; });
    bool remade = step.action == Action::kUpdate || step.action == Action::kReplace;
    bool written = std::ranges::any_of(step.differences, [](const plan::Difference& one) { return one.kind == plan::Difference::Kind::kChange; });
    if (!drifted || !remade || written) more.push_back(step.address);
  }
  return more;
}

// The way back is no rollout: what the files say by now is applied by itself.
auto only_sets_back(Session& session, const plan::Plan& plan, const ops::PlanRequest& request) -> bool {
  ops::PlanResult back = ops::plan(session.world(), request);
  if (!back.ok() || !back.plan) return true;  // the apply says it
  auto more = beyond_drift(plan, *back.plan);
  if (more.empty()) return true;
  bool one = more.size() == 1;
  size_t all = more.size();
  if (all > kNamed) more.resize(kNamed);
  std::string names = join(more, ", ");
  if (all > kNamed) names += fmt::format(" and {} more", all - kNamed);
  std::string text = fmt::format("the files say something else about {} than what was applied, and --fix only sets back", names);
  session.failure(Failure{Code::kConflict, std::move(text), fmt::format("weft apply makes the files true; or leave {} as {}:  weft drift --fix --except …", one ? "it" : "them", one ? "it is" : "they are")}, true);
  return false;
}

auto run_drift(Session& session) -> int {
  std::optional<Failure> wrong;
  ops::PlanRequest request = plan_request(session, wrong);
  if (wrong) {
    session.failure(*wrong, false);
    return kUsage;
  }
  ops::PlanResult result = ops::plan(session.world(), request);
  if (!may_be_shown(result) || !result.plan->failed.empty()) {
    int said = session.report(result, false);
    if (result.plan) {
      for (const plan::Failed& failed : result.plan->failed) {
        session.failure(Failure{Code::kUnavailable, fmt::format("{} cannot be read: {}", failed.address, failed.failure.text), failed.failure.hint}, false);
      }
    }
    return said == kOk ? kFailed : said;
  }
  // A fabric that was never applied has no drift; an environment that nobody knows is a mistake.
  if (result.plan->new_environment) {
    session.failure(ops::no_state_of(request.inputs.environment), true);
    return kFailed;
  }
  session.diagnostics(*result.sources, result.diagnostics);
  const plan::Plan& plan = *result.plan;
  if (session.log().any()) {
    for (const plan::Drift& drift : plan.drift) session.log().write(draw::drift_members(drift));
  }
  bool fix = session.args().has("--fix");
  // How much was read, and what is no drift; the plan of the way back has a summary of its own.
  if (session.log().any() && (!fix || plan.drift.empty())) session.log().write(draw::plan_event_members(plan).back());
  draw::Look look = session.out_look();
  look.hints = look.hints && !fix;
  std::string text = draw::drift_text(plan, look);
  if (session.quiet() && !fix) session.answer(text.substr(0, text.find('\n') + 1));
  else session.out(text);
  if (plan.drift.empty()) return kOk;
  if (!fix) return kDifferences;
  // The way back is an apply of just what has drifted.
  ops::ApplyRequest back;
  back.planning = request;
  back.planning.only.clear();
  for (const plan::Drift& drift : plan.drift) back.planning.only.push_back(drift.address);
  if (!only_sets_back(session, plan, back.planning)) return kRefused;
  session.out("\n");
  session.log().call("drift");
  std::string again = draw::with_environment("weft drift", request.inputs.environment) + " --fix";
  return run_applying(session, std::move(back), "drift --fix", again);
}

}  // namespace

auto drift_verb() -> Verb {
  return {.name = "drift",
          .summary = "Compare the world with what it was after the last apply. Changes nothing but with --fix.",
          .examples = {{"weft drift", "what somebody else has changed"},
                       {"weft drift --fix", "plan the way back, ask, and do it"},
                       {"weft drift --json", "for a pipeline that watches"}},
          .options = {{"Which", which_options()},
                      {"Inputs", input_options()},
                      {"Run", {{"--fix", "", "set back what has drifted"}, {"--auto-approve", "", "with --fix: ask nothing"}}},
                      {"Output", {{"--full", "", "nothing is left out"},
                                  {"--json", "", "events as JSON lines to stdout"},
                                  {"--json-to", "FILE", "events as JSON lines into a file"}}}},
          .exit = "0 no drift, 2 drift, 1 on error; with --fix as weft apply",
          .run = run_drift};
}

}  // namespace weft::cli
