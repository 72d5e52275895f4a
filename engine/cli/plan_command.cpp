// weft plan: what would change, and why.
#include <algorithm>

#include <fmt/format.h>

#include "engine/cli/documents.h"
#include "engine/cli/plan_output.h"
#include "engine/cli/session.h"
#include "engine/cli/verbs.h"
#include "engine/cli/version.h"
#include "engine/view/command_text.h"
#include "engine/view/json_text.h"
#include "engine/view/plan_documents.h"
#include "engine/view/plan_json.h"
#include "engine/view/plan_text.h"
#include "lang/base/text.h"
#include "lang/diag/render.h"

namespace weft::cli {

auto plan_request(const Session& session, std::optional<Failure>& wrong) -> ops::PlanRequest {
  ops::PlanRequest request;
  const Arguments& args = session.args();
  request.inputs = inputs_of(session, wrong);
  request.only = args.all("--only");
  request.except = args.all("--except");
  request.replace = args.all("--replace");
  request.destroy = args.has("--destroy");
  std::string refresh = args.get("--refresh");
  request.refresh = refresh == "changed" ? ops::Refresh::kChanged : refresh == "none" ? ops::Refresh::kNone : ops::Refresh::kFull;
  request.out = args.get("--out");
  if (args.has("--out") && request.out.empty()) wrong = Failure{Code::kInvalid, "`--out` names no file", "for example --out prod.plan"};
  return request;
}

auto may_be_shown(const ops::PlanResult& result) -> bool {
  if (!result.plan || result.failure) return false;
  // A plan in which a check does not hold is whole; after any other mistake it is not.
  return std::all_of(result.diagnostics.begin(), result.diagnostics.end(), [](const Diagnostic& one) {
    return one.severity != Severity::kError || one.code == "E0603";
  });
}

void write_plan_events(Session& session, const plan::Plan& plan) {
  if (!session.log().any()) return;
  for (const std::string& members : draw::plan_event_members(plan)) session.log().write(members);
}

auto mistakes_of(const ops::Reported& reported, bool failure, bool checks) -> std::vector<draw::Mistake> {
  std::vector<draw::Mistake> out;
  for (const Diagnostic& one : reported.diagnostics) {
    if (one.severity != Severity::kError || (one.code == "E0603" && !checks)) continue;
    std::string place = one.range.valid() ? " " + reported.sources->where(one.range) : std::string();
    out.push_back({fmt::format("{}{}", one.code, place), one.message});
  }
  if (reported.failure && failure) out.push_back({"failure", reported.failure->text});
  return out;
}

namespace {

// Without a plan the page is left alone; the others tell why there is none.
auto write_documents(Session& session, const plan::Plan* plan, const ops::Reported& reported) -> bool {
  const Arguments& args = session.args();
  bool ok = true;
  if (args.has("--html") && plan != nullptr) ok = write_document(session, args.get("--html"), draw::plan_html(*plan, session.out_look().types)) && ok;
  if (args.has("--junit")) ok = write_document(session, args.get("--junit"), draw::plan_junit(plan != nullptr ? *plan : plan::Plan(), mistakes_of(reported, true, plan == nullptr))) && ok;
  if (args.has("--sarif")) {
    ok = write_document(session, args.get("--sarif"), render_sarif(*reported.sources, reported.diagnostics, program_version())) && ok;
  }
  return ok;
}

}  // namespace

auto write_plan_documents(Session& session, const plan::Plan& plan, const ops::Reported& reported) -> bool {
  return write_documents(session, &plan, reported);
}

namespace {

auto run_plan(Session& session) -> int {
  if (session.args().has("--why")) return run_why(session, session.args().get("--why"));
  std::optional<Failure> wrong;
  ops::PlanRequest request = plan_request(session, wrong);
  if (wrong) {
    session.failure(*wrong, false);
    return kUsage;
  }
  ops::PlanResult result = ops::plan(session.world(), request);
  bool shown = may_be_shown(result);
  int exit = kOk;
  if (shown) {
    write_plan_events(session, *result.plan);
    bool saved = !request.out.empty() && result.ok() && result.plan->failed.empty();
    if (session.args().has("--markdown")) {
      session.answer(draw::plan_markdown(*result.plan, draw::kMarkdownMost, session.out_look()));
    } else if (session.quiet()) {
      session.answer(draw::plan_text(*result.plan, session.out_look(), {.only_last = true}));
    } else {
      draw::PlanTextOptions options{.saved_to = saved ? request.out : std::string()};
      for (const ops::NamedValue& one : result.common) options.common.push_back({one.name, one.source, one.set_in, one.steps});
      session.out(draw::plan_text(*result.plan, session.out_look(), options));
    }
    if (!result.plan->failed.empty()) exit = kFailed;
  }
  if (!write_documents(session, shown ? &*result.plan : nullptr, result)) exit = kFailed;
  if (session.report(result, false) != kOk) exit = kFailed;
  if (result.in_doubt > 0) {
    session.err(draw::with_environment(fmt::format("{} of a run that is over {} in doubt. weft apply finds out first what became of {}, and so does  weft recover\n",
                            counted(result.in_doubt, "call"), result.in_doubt == 1 ? "is" : "are", result.in_doubt == 1 ? "it" : "them"), request.inputs.environment));
  }
  if (auto signal = session.signal_exit()) return *signal;
  if (exit == kOk && session.args().has("--detailed-exitcode") && result.plan && result.plan->changes()) return kDifferences;
  return exit;
}

}  // namespace

auto plan_verb() -> Verb {
  std::vector<Option> which = which_options();
  which.push_back({"--replace", "ADDRESS", "replace these, though nothing of them changes; without it only what must be", true});
  which.push_back({"--destroy", "", "plan to destroy everything that the state knows"});
  return {.name = "plan",
          .summary = "Show what would change, and why. Changes nothing and claims nothing.",
          .examples = {{"weft plan", "what would change"},
                       {"weft plan --out prod.plan", "save it; weft apply prod.plan does exactly that"},
                       {"weft plan --only 'web[*]'", "only these and what they need"},
                       {"weft plan --why 'subnet[a]'", "one step, down to the source lines"}},
          .options = {{"Which", which},
                      {"Inputs", input_options()},
                      {"World", {refresh_option()}, true},
                      {"Output",
                       {{"--full", "", "nothing is left out"},
                        {"--out", "FILE", "save the plan; it holds no secret"},
                        {"--json", "", "events as JSON lines to stdout"},
                        {"--json-to", "FILE", "events as JSON lines into a file"},
                        {"--markdown", "", "for a merge request, to stdout"},
                        {"--html", "FILE", "a page that needs nothing but itself"},
                        {"--sarif", "FILE", "diagnostics as SARIF 2.1.0"},
                        {"--junit", "FILE", "one case a step"}}},
                      {"", {{"--why", "ADDRESS", "explain one step, down to the source lines, instead of the whole plan"},
                            {"--detailed-exitcode", "", "exit 2 when there are changes"}}}},
          .exit = "0, or 1 on error; with --detailed-exitcode 2 when there are changes",
          .run = run_plan};
}

}  // namespace weft::cli
