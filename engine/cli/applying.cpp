// Asking, running and reporting: what `apply`, `destroy` and `drift --fix` have in common.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "engine/cli/documents.h"
#include "engine/cli/plan_output.h"
#include "engine/view/command_text.h"
#include "engine/view/json_text.h"
#include "engine/view/plan_documents.h"
#include "engine/view/plan_text.h"
#include "engine/view/run_report.h"
#include "engine/view/value_text.h"
#include "lang/base/text.h"

namespace weft::cli {

namespace {

auto is_dangerous(const plan::Counts& counts) -> bool { return counts.destroy + counts.replace > 0; }

// Shows the plan and asks, as much as it deserves.
class Approval {
 public:
  explicit Approval(Session& session) : session_(session) {}

  auto ask(const plan::Plan& plan, uint32_t stage) -> bool {
    session_.know(plan);
    write_plan_events(session_, plan);
    bool auto_approve = session_.args().has("--auto-approve");
    draw::PlanTextOptions options{.closing = !auto_approve, .asks = true};
    std::string text = stage == 1 ? draw::plan_text(plan, session_.out_look(), options) : draw::stage_text(plan, stage, session_.out_look(), options);
    // Nobody is asked about what was not shown: --quiet or not.
    if (!auto_approve && session_.may_ask()) session_.answer(text + "\n");
    else session_.out(auto_approve ? text : text + "\n");
    if (auto_approve) return true;
    plan::Counts counts = plan.counts();
    std::string wanted = plan.destroy ? plan.fabric : is_dangerous(counts) ? "yes" : "y";
    std::string question = plan.destroy        ? "Type the fabric's name to destroy them:"
                           : wanted == "yes"   ? fmt::format("Apply {}? Only `yes` goes on:", stage == 1 ? "this" : fmt::format("stage {}", stage))
                                               : fmt::format("Apply {}? [y/N]", stage == 1 ? "this" : fmt::format("stage {}", stage));
    auto answer = session_.ask(question, "--auto-approve", stage > 1);
    if (!answer) {
      told_ = true;
      return false;
    }
    bool yes = *answer == wanted || (wanted == "y" && (*answer == "yes" || *answer == "Y"));
    return yes;
  }
  // The refusal has been told: there was nobody to ask.
  [[nodiscard]] auto told() const -> bool { return told_; }

 private:
  Session& session_;
  bool told_ = false;
};

auto ask_credentials(Session& session, std::string provider, std::string why) -> Task<bool> {
  auto answer = co_await session.ask_beside(fmt::format("suspended: provider {}, its credentials are over: {}", provider, draw::quoted(why)),
                                            "Renew them; Enter goes on with its steps, `skip` leaves them:");
  co_return answer && *answer != "skip";
}

// What the text says of a refusal, for machines.
void write_refusal(Session& session, std::string_view message, const std::vector<std::string>& notes) {
  if (!session.log().any()) return;
  draw::JsonList list;
  for (const std::string& note : notes) list.add(draw::JsonObject().add("text", note).text());
  session.log().write(draw::JsonObject().add("type", "diagnostic").add("severity", "error").add("message", message)
                          .raw("notes", list.text()).raw("help", "[]").raw("fixes", "[]").members());
}

// Whether some of what others hold is nothing that the plan changes.
auto relies_on(const std::optional<plan::Plan>& plan, const std::vector<state::Holder>& holders) -> bool {
  if (!plan) return false;
  std::set<std::string_view> changed;
  for (const plan::Step& step : plan->steps) {
    if (step.action == plan::Action::kNone || step.action == plan::Action::kRead) continue;
    changed.insert(step.address);
    if (!step.moved_from.empty()) changed.insert(step.moved_from);
  }
  return std::ranges::any_of(holders, [&](const state::Holder& holder) { return !changed.contains(holder.address); });
}

// Calls in doubt that this run was not to touch: they are open all the same.
auto open_beside(Session& session, const std::string& environment, const ops::ApplyResult& result) -> size_t {
  auto now = ops::state_list(session.world(), {.environment = environment});
  if (!now.ok()) return 0;
  auto is_told = [&](const state::Intent& intent) {
    return std::ranges::any_of(result.steps, [&](const ops::StepReport& step) { return step.state == event::StepState::kOpen && step.step.address == intent.address; });
  };
  auto is_waited_for = [&](const state::Intent& intent) {
    return std::ranges::any_of(now.snapshot.runs, [&](const state::RunInfo& run) { return run.id == intent.run && run.alive && !run.fenced && !run.ended; });
  };
  return static_cast<size_t>(std::ranges::count_if(now.snapshot.open, [&](const state::Intent& intent) { return !is_told(intent) && !is_waited_for(intent); }));
}

auto report_of(const ops::ApplyResult& result, const std::string& verb, const std::string& again, const std::string& plan_file,
               const std::string& environment, Session& session) -> draw::RunReport {
  draw::RunReport report;
  report.verb = verb;
  // What a stage goes beyond, the plan goes beyond: it cannot be gone on with.
  // What was asked to be replaced and was, is not to be replaced again.
  auto go_on = again;
  for (const ops::StepReport& one : result.steps) {
    auto words = " --replace " + shell_quote(one.step.address);
    auto at = one.step.action == plan::Action::kReplace && one.state == event::StepState::kDone ? go_on.find(words) : std::string::npos;
    bool whole = at != std::string::npos && (at + words.size() == go_on.size() || go_on[at + words.size()] == ' ');
    if (whole) go_on.erase(at, words.size());
  }
  bool beyond = result.beyond_bounds && !plan_file.empty() && result.failure && result.failure->code == Code::kConflict;
  report.again = beyond ? draw::with_environment("weft plan --out " + shell_quote(plan_file), environment) : go_on;
  report.plan_file = plan_file;
  report.recover = draw::with_environment(with_inputs(session, "weft recover"), environment);
  if (result.plan) {
    report.fabric = draw::fabric_name(result.plan->fabric, result.plan->environment);
    for (const auto& output : result.plan->outputs) {
      if (output.changed) report.outputs_changed.push_back(output.name);
    }
  }
  // Names are only said where they are the whole truth.
  if (report.outputs_changed.size() != result.outputs_changed) report.outputs_changed.clear();
  report.outputs_changed_count = result.outputs_changed;
  report.outputs_unchanged = result.outputs_unchanged;
  for (const ops::StepReport& one : result.steps) {
    report.steps.push_back({.step = &one.step, .state = one.state, .part = one.part, .identity = one.identity, .because = one.because,
                            .intent = one.intent, .elapsed_ms = one.elapsed_ms, .error = one.error, .half_done = one.half_done,
                            .candidates = one.candidates, .warnings = one.warnings});
  }
  report.state_before = result.state_before;
  report.state_after = result.state_after;
  report.api_calls = result.api_calls;
  report.sent_again = result.sent_again;
  report.elapsed_ms = result.elapsed_ms;
  report.stopped = result.stopped;
  report.stopped_hard = session.stopped_hard();
  report.checks = result.checks;
  report.checks_failed = result.checks_failed;
  report.beyond_bounds = result.beyond_bounds;
  report.untouched = result.exit == kFailed;
  if (result.exit != kOk && !report.stopped_hard) report.open_beside = open_beside(session, environment, result);
  return report;
}

// What is told of a run, also to those who read documents.
struct Told {
  ops::ApplyResult result;
  draw::RunReport report;                // its steps stand in `result`
  std::vector<draw::Mistake> mistakes;   // what is wrong beside them
};

auto apply_and_tell(Session& session, ops::ApplyRequest request, const std::string& verb, const std::string& again, Told& told) -> int {
  Approval approval(session);
  request.approve = [&](const plan::Plan& plan, uint32_t stage) { return approval.ask(plan, stage); };
  if (session.may_ask()) request.ask_credentials = [&session](std::string provider, std::string why) { return ask_credentials(session, std::move(provider), std::move(why)); };
  std::string plan_file = request.plan_file;
  std::string environment = request.planning.inputs.environment;
  std::optional<plan::Plan> saved_plan;
  if (!plan_file.empty()) {
    if (auto saved = ops::read_plan(session.world(), plan_file)) {
      session.know(*saved);
      environment = saved->environment;
      saved_plan = std::move(*saved);
    }
  }
  told.result = ops::apply(session.world(), request);
  const ops::ApplyResult& result = told.result;
  told.report.verb = verb;
  if (result.plan) told.report.fabric = draw::fabric_name(result.plan->fabric, result.plan->environment);
  told.report.checks = result.checks;
  bool not_planned = result.plan && !result.plan->failed.empty();
  told.mistakes = mistakes_of(result, !not_planned, result.checks.empty());
  if (not_planned) {
    for (const auto& failed : result.plan->failed) told.mistakes.push_back({failed.address, failed.failure.text});
  }
  auto refused = [&](const std::string& why, const std::vector<std::string>& details) {
    told.mistakes.push_back({"refused", details.empty() ? why : why + ":\n" + join(details, "\n")});
    write_refusal(session, why, details);
    return kRefused;
  };
  session.clear_live();
  auto signal = session.signal_exit();
  if (signal && result.nothing_to_do) {
    // A plan that was broken off may have found less than there is.
    session.err("Stopped. Nothing was changed.\n");
    return *signal;
  }
  int said = session.report(result, result.steps.empty());
  if (signal && said != kOk && result.run.empty()) return *signal;
  if (!result.confirmed) {
    if (signal) return *signal;
    told.mistakes.push_back({"refused", "not confirmed"});
    if (!approval.told()) {
      session.err("Not confirmed. Nothing was changed.\n");
      write_refusal(session, "not confirmed", {});
    }
    return kRefused;
  }
  if (!result.holders.empty() && result.steps.empty()) {
    if (signal) {
      // It waited, and was told to leave it.
      session.err("Stopped. Nothing was changed.\n");
      return *signal;
    }
    std::string wait = again;
    if (size_t at = wait.find(verb == "destroy" ? "weft destroy" : "weft apply"); at == 0) wait.insert(verb == "destroy" ? 12 : 10, " --wait 10m");
    bool relied_on = relies_on(result.plan ? result.plan : saved_plan, result.holders);
    session.err(draw::claimed_text(result.holders, result.claimed_records, wait, environment, session.err_look(), session.process_of(environment), relied_on));
    write_held(session, result.holders);
    std::vector<std::string> details;
    for (const auto& holder : result.holders) {
      details.push_back(fmt::format("{}  r-{}: {}, {} on {}", holder.address, holder.run.id.substr(0, 8), holder.run.command, holder.run.owner, holder.run.host));
    }
    return refused("claimed by another run", details);
  }
  if (!result.stale.empty()) {
    session.err(draw::stale_text(plan_file, result.stale, result.stale_details, result.stale_others, environment, session.err_look()));
    return refused(fmt::format("{} is stale: {}", plan_file.empty() ? "the plan" : plan_file, result.stale), result.stale_details);
  }
  if (result.nothing_to_do) {
    if (result.plan) {
      write_plan_events(session, *result.plan);
      session.answer(draw::plan_text(*result.plan, session.out_look()));
    }
    return said == kOk ? result.exit : said;
  }
  if (!result.steps.empty() || !result.run.empty()) {
    if (result.beyond_bounds && !result.failure) told.mistakes.push_back({"refused", "a later stage was not gone on with"});
    const draw::RunReport& report = told.report = report_of(result, verb, again, plan_file, environment, session);
    bool clean = result.exit == kOk;
    if (session.quiet() && clean) session.answer(draw::run_report_last_line(report));
    else session.answer("\n" + draw::run_report_text(report, session.out_look()));
  }
  if (result.exit == 130 && signal) return *signal;
  if (result.exit != kOk) return result.exit;
  return said;
}

}  // namespace

auto run_applying(Session& session, ops::ApplyRequest request, const std::string& verb, const std::string& again) -> int {
  auto file = session.args().get("--junit");
  if (session.args().has("--junit") && !may_write_document(session, file)) return kFailed;
  Told told;
  int exit = apply_and_tell(session, std::move(request), verb, again, told);
  bool written = !session.args().has("--junit") || write_document(session, file, draw::run_junit(told.report, told.mistakes));
  // What was done says more than a document that could not be written.
  return exit == kOk && !written ? kFailed : exit;
}

namespace {

auto with_typed(const Session& session, std::string command, std::initializer_list<std::string_view> flags) -> std::string {
  for (std::string_view flag : flags) {
    for (const std::string& value : session.args().all(flag)) {
      // It may be a secret.
      std::string told = flag == "--set" ? value.substr(0, value.find('=')) + "=…" : shell_quote(value);
      command += fmt::format(" {} {}", flag, told);
    }
  }
  return command;
}

}  // namespace

auto with_inputs(const Session& session, std::string command) -> std::string {
  return with_typed(session, std::move(command), {"--env", "--inputs", "--set"});
}

auto again_of(const Session& session, std::string command) -> std::string {
  return with_typed(session, with_inputs(session, std::move(command)), {"--only", "--except", "--replace"});
}

auto duration_named(std::string_view text) -> std::optional<std::chrono::milliseconds> {
  uint64_t total = 0;
  size_t pos = 0;
  while (pos < text.size()) {
    uint64_t number = 0;
    size_t digits = 0;
    while (pos < text.size() && text[pos] >= '0' && text[pos] <= '9' && digits < 10) {
      number = number * 10 + static_cast<uint64_t>(text[pos++] - '0');
      ++digits;
    }
    size_t unit = pos;
    while (pos < text.size() && (text[pos] < '0' || text[pos] > '9')) ++pos;
    std::string_view name = text.substr(unit, pos - unit);
    uint64_t factor = name == "ms" ? 1 : name == "s" ? 1000 : name == "m" ? 60'000 : name == "h" ? 3'600'000 : name == "d" ? 86'400'000 : 0;
    if (digits == 0 || factor == 0) return std::nullopt;
    total += number * factor;
    if (total > 31'536'000'000) return std::nullopt;
  }
  if (text.empty()) return std::nullopt;
  return std::chrono::milliseconds(total);
}

}  // namespace weft::cli
