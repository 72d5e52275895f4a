// weft adopt, forget, unlock, recover: care of records and of calls in doubt.
#include <algorithm>

#include <fmt/format.h>

#include "engine/cli/plan_output.h"
#include "engine/cli/session.h"
#include "engine/cli/state_output.h"
#include "engine/cli/verbs.h"
#include "engine/view/json_text.h"
#include "engine/view/page.h"
#include "engine/view/words.h"
#include "lang/base/text.h"

namespace weft::cli {

namespace {

auto run_adopt(Session& session) -> int {
  std::optional<Failure> wrong;
  ops::InputSources inputs = inputs_of(session, wrong);
  if (wrong) {
    session.failure(*wrong, true);
    return kUsage;
  }
  const Arguments& args = session.args();
  ops::ChangedState result = ops::adopt(session.world(), inputs, args.operand(0), args.operand(1));
  int exit = report_changed(session, result, "Adopted");
  if (exit == kOk) session.hint("What differs from the files:  weft plan");
  return exit;
}

auto run_forget(Session& session) -> int {
  ops::ChangedState result = ops::forget(session.world(), environment_of(session), session.args().operands);
  return report_changed(session, result, "Forgot");
}

auto run_unlock(Session& session) -> int {
  bool told = false;
  auto approve = [&](const state::RunInfo& run) {
    if (session.args().has("--auto-approve")) return true;
    const draw::Look& look = session.err_look();
    auto ago = [&](uint64_t then) { return look.now_ms > then ? look.now_ms - then : 0; };
    draw::Page page(look);
    page.line(draw::Line(fmt::format("{}: {}, {} on {}, for {}, last sign {} ago{}", draw::run_name(run.id),
                                     run.command.empty() ? "weft " + run.verb : run.command, run.owner, run.host,
                                     draw::elapsed_whole(ago(run.begun_ms)), draw::roughly(ago(run.last_sign_ms)),
                                     fmt::format("; it is {}", draw::life_text(run, session.process_of(environment_of(session)))))));
    page.line(draw::Line(fmt::format("holds {}, {} open", counted(run.claims, "claim"), counted(run.open_intents, "intent"))));
    session.err(page.text());
    auto answer = session.ask(run.alive ? "Break it off though it is alive? Only `yes` goes on:" : "Free its claims? [y/N]", "--auto-approve");
    told = !answer;
    return answer && (*answer == "yes" || (!run.alive && (*answer == "y" || *answer == "Y")));
  };
  ops::ChangedState result = ops::unlock(session.world(), environment_of(session), session.args().operand(0), approve);
  if (result.failure && result.failure->code == Code::kCancelled) {
    if (!told) session.err("Not confirmed. Nothing was changed.\n");
    return kRefused;
  }
  if (result.failure || !result.ok()) return report_changed(session, result, "Freed");
  draw::Page page(session.out_look());
  page.line(draw::Line(fmt::format("Freed the claims of {}. State @{} → @{}.", result.addresses.empty() ? "the run" : result.addresses[0],
                                   result.state_before, result.state_after)));
  session.answer(page.text());
  session.hint("Calls that it left open:  weft recover");
  return kOk;
}

// What a person's answer has come to; what was found out has words of its own.
auto came_to(const event::IntentSettled& one) -> std::string {
  if (!one.why.empty()) return one.why;
  if (one.outcome == "found") return "taken over into the state";
  if (one.outcome == "done") return one.change == "remove" ? "its record is gone" : "it stands in the state";
  if (one.outcome != "not done") return {};
  return one.change == "create" ? "nothing is recorded, the next plan makes it" : one.change == "update" ? "its record is as before, the next plan compares it again"
                                                                                                           : "its record stays, the next plan removes it";
}

// Calls in doubt that are left, whoever left them.
auto still_in_doubt(Session& session) -> size_t {
  auto now = ops::state_list(session.world(), {.environment = environment_of(session)});
  if (!now.ok()) return 0;
  return static_cast<size_t>(std::ranges::count_if(now.snapshot.open, [&](const state::Intent& intent) {
    return std::ranges::none_of(now.snapshot.runs, [&](const auto& run) { return run.id == intent.run && run.alive && !run.fenced && !run.ended; });
  }));
}

auto run_recover(Session& session) -> int {
  std::optional<Failure> wrong;
  ops::RecoverRequest request;
  request.inputs = inputs_of(session, wrong);
  const Arguments& args = session.args();
  request.address = args.operand(0);
  using Answer = ops::RecoverRequest::Answer;
  int answers = 0;
  auto answer = [&](std::string_view flag, Answer meaning) {
    if (!args.has(flag)) return;
    request.answer = meaning;
    ++answers;
  };
  answer("--adopt", Answer::kAdopt);
  answer("--done", Answer::kDone);
  answer("--not-done", Answer::kNotDone);
  answer("--retry", Answer::kRetry);
  request.id = args.get("--adopt");
  if (answers > 1) wrong = Failure{Code::kInvalid, "--adopt, --done, --not-done and --retry exclude each other", {}};
  if (answers > 0 && request.address.empty()) wrong = Failure{Code::kInvalid, "an answer needs the address that it is for", {}};
  if (wrong) {
    session.failure(*wrong, true);
    return kUsage;
  }
  ops::RecoverResult result = ops::recover(session.world(), request);
  // What the files are warned of says nothing of the calls; check, plan and apply tell it.
  std::erase_if(result.diagnostics, [](const Diagnostic& one) { return one.severity == Severity::kWarning && one.range.valid(); });
  if (int exit = session.report(result, result.settled.empty()); exit != kOk) {
    return result.failure && result.failure->code == Code::kConflict ? kRefused : exit;
  }
  if (result.settled.empty()) {
    if (result.running == 0) session.answer("No call is in doubt.\n");
    else session.answer(fmt::format("No call is in doubt; {} of a run that lives, or whose commands do, {} under way.\n", counted(result.running, "call"), result.running == 1 ? "is" : "are"));
    return kOk;
  }
  draw::Page page(session.out_look());
  std::vector<std::pair<std::string, std::string>> still;
  for (const auto& one : result.settled) {
    if (one.outcome == "open") still.emplace_back(one.address, one.change);
    page.line(draw::Line(fmt::format("{:<24} {:<9} {}", one.change + " " + one.address, one.outcome, came_to(one))));
    if (!one.candidates.empty()) page.line(draw::Line((one.outcome == "open" ? "it may be " : "it is ") + draw::listed(one.candidates, 5)), 4);
  }
  session.out(page.text());
  draw::Page last(session.out_look());
  last.line(draw::Line(fmt::format("Settled {}, {} left open. State @{} → @{}.", result.settled.size() - result.open, result.open,
                                   result.state_before, result.state_after)));
  session.answer(last.text());
  if (result.open == 0) {
    if (size_t left = still_in_doubt(session); left > 0) {
      session.hint(fmt::format("{} {} in doubt:  {}", counted(left, "other call"), left == 1 ? "is" : "are", with_inputs(session, "weft recover")));
    } else {
      session.hint("No call is in doubt any more. Go on:  " + with_inputs(session, "weft apply"));
    }
    return kOk;
  }
  for (const auto& [address, change] : still) {
    std::string command = with_inputs(session, "weft recover") + " " + shell_quote(address);
    // A removal leaves nothing that could be taken over.
    std::string ways = fmt::format("It was done:  {} {}    it was not:  {} --not-done", command, change == "remove" ? "--done" : "--adopt ID", command);
    session.err(fmt::format("{}: only you can tell. {}\n", address, ways));
  }
  return session.signal_exit().value_or(kPartial);
}

}  // namespace

auto adopt_verb() -> Verb {
  return {.name = "adopt",
          .summary = "Take an object that exists into the state, as the declared resource. The world stays as it is.",
          .operands = {{"ADDRESS", "the declared resource"}, {"ID", "the object, as its provider calls it"}},
          .examples = {{"weft adopt logs ref-logs", "a bucket by its name"},
                       {"weft adopt 'subnet[a]' subnet-0c51d7a2", "one of many"}},
          .options = {{"Inputs", input_options()}, {"Output", json_options()}},
          .exit = "0; 1 failed, 3 refused: nothing changed",
          .run = run_adopt};
}

auto forget_verb() -> Verb {
  return {.name = "forget",
          .summary = "Take records out of the state. What they stand for stays in the world.",
          .operands = {{"ADDRESS", "which: `nat[*]`, `network`, one resource", false, true}},
          .examples = {{"weft forget legacy", "one resource"}, {"weft forget 'worker[*]' network", "several"}},
          .options = {{"Which", {env_option()}}, {"Output", json_options()}},
          .exit = "0; 1 failed, 3 refused: nothing changed",
          .run = run_forget};
}

auto state_remove_verb() -> Verb {
  Verb verb = forget_verb();
  verb.name = "state rm";
  verb.summary = "Take records out of the state, as weft forget does. What they stand for stays.";
  verb.examples = {{"weft state rm legacy", "one resource"}, {"weft state rm 'worker[*]' network", "several"}};
  return verb;
}

auto unlock_verb() -> Verb {
  return {.name = "unlock",
          .summary = "Free the claims of a run that is dead. A dead run on this machine is noticed without it.",
          .operands = {{"RUN", "r- and the digits that a refusal named"}},
          .examples = {{"weft unlock r-81c2", "shows the run, asks, and frees what it holds"}},
          .options = {{"Which", {env_option()}}, {"Run", {{"--auto-approve", "", "ask nothing"}}}, {"Output", json_options()}},
          .exit = "0; 1 failed, 3 refused: nothing changed",
          .run = run_unlock};
}

auto recover_verb() -> Verb {
  return {.name = "recover",
          .summary = "Find out what became of calls that a dead run left open. weft apply does so first, too.",
          .operands = {{"ADDRESS", "one of them, for an answer", true}},
          .examples = {{"weft recover", "settle all that can be settled"},
                       {"weft recover vol --adopt vol-1", "it was done, and this is it"},
                       {"weft recover vol --not-done", "it was not done: the next plan does it"},
                       {"weft recover vol --retry", "find out once more"}},
          .options = {{"Answer", {{"--adopt", "ID", "it was done: take this object over; without an answer it is looked for"},
                                  {"--done", "", "it was done: a removal, which leaves nothing to take over"},
                                  {"--not-done", "", "it was not done"},
                                  {"--retry", "", "find out once more"}}},
                      {"Inputs", input_options()},
                      {"Output", json_options()}},
          .exit = "0; 1 failed, 3 refused; 4 some are left for a person",
          .run = run_recover};
}

}  // namespace weft::cli
