// What a killed run left open is settled before anything is planned.
#include <algorithm>
#include <iterator>
#include <set>

#include <fmt/core.h>

#include "engine/addr/selection.h"
#include "engine/ops/apply_run.h"
#include "engine/ops/own_turn.h"

namespace weft::ops {

auto in_doubt(const state::Snapshot& snapshot) -> std::vector<state::Intent> {
  std::vector<state::Intent> intents;
  for (const auto& intent : snapshot.open) {
    bool alive = std::any_of(snapshot.runs.begin(), snapshot.runs.end(),
                             [&](const auto& run) { return run.id == intent.run && run.alive && !run.fenced && !run.ended; });
    if (!alive) intents.push_back(intent);
  }
  return intents;
}

auto settle_open(Workspace& workspace, state::Writer& writer, const std::vector<state::Intent>& intents)
    -> std::vector<event::IntentSettled> {
  apply::World world{.loop = workspace.world.loop,
                     .calls = workspace.calls,
                     .state = *workspace.state,
                     .writer = writer,
                     .soft_stop = workspace.world.soft_stop,
                     .hard_stop = workspace.world.hard_stop,
                     .emit = [&](event::Fact fact) { workspace.emit(std::move(fact)); }};
  // Whatever is repeated holds this run's lock: a run that follows it sees that it is not over.
  auto former = std::exchange(workspace.calls.inherit_fds, {writer.lock_fd()});
  auto all = block_on(workspace.world.loop, apply::settle_all(std::move(world), *workspace.planner, intents));
  workspace.calls.inherit_fds = std::move(former);
  for (const auto& settled : all) workspace.emit(settled);
  return all;
}

namespace {

// The doubts that nobody else is settling right now, claimed; whoever needs one of the others meets its holder.
auto claim_doubts(state::Writer& writer, const std::vector<state::Intent>& intents) -> Result<std::vector<state::Intent>> {
  std::vector<state::ClaimItem> items;
  for (const auto& intent : intents) items.push_back({.address = intent.address});
  TRY(all, writer.claim(items, {}));
  if (all.granted) return std::move(all.in_doubt);
  std::vector<state::Intent> free;
  for (auto& item : items) {
    TRY(one, writer.claim({std::move(item)}, {}));
    if (one.granted) std::ranges::move(one.in_doubt, std::back_inserter(free));
  }
  return free;
}

}  // namespace

auto ApplyRun::settle_doubts() -> bool {
  auto intents = in_doubt(workspace_.snapshot);
  if (intents.empty()) return true;
  // The state is made writable, and the files are evaluated once so that what was sent can be known again.
  if (!workspace_.open_state(true)) return false;
  auto guess = workspace_.make_plan(plan::Options{.refresh = plan::Refresh::kNone});
  if (!guess) return false;
  (void)workspace_.problems.take();
  auto writer = begin_writing(world_, *workspace_.state, workspace_.begin_run("recover", saved_ ? saved_->plan.digest : std::string()));
  if (!writer) {
    result_.failure = writer.error();
    return false;
  }
  auto claimed = claim_doubts(**writer, intents);
  if (!claimed) {
    result_.failure = claimed.error();
    return false;
  }
  if (claimed->empty()) {
    // Others have settled them since, or are about to: this run has nothing to do, and is over.
    if (auto ended = (*writer)->end(state::EndRun{.outcome = "done", .summary = "recover: nothing left to settle"}, {}); !ended) {
      result_.failure = ended.error();
      return false;
    }
    return workspace_.refresh_snapshot();
  }
  workspace_.run = (*writer)->run();
  event::RunInDoubt fact{.run = claimed->front().run, .intents = claimed->size()};
  for (const auto& run : workspace_.snapshot.runs) {
    if (run.id != fact.run) continue;
    fact.owner = run.owner;
    fact.host = run.host;
    fact.begun_ms = run.begun_ms;
    if (run.ended) fact.run.clear();
    break;
  }
  workspace_.emit(fact);
  auto settled = settle_open(workspace_, **writer, *claimed);
  uint64_t open = 0;
  for (size_t i = 0; i < settled.size(); ++i) {
    if (settled[i].outcome != "open") continue;
    ++open;
    const auto& intent = (*claimed)[i];
    blocked_.emplace(intent.address, intent);
    candidates_[intent.address] = settled[i].candidates;
  }
  auto ended = (*writer)->end(state::EndRun{.outcome = open == 0 ? "done" : "partial", .summary = fmt::format("recover: {} settled", settled.size() - open)}, {});
  if (!ended) {
    result_.failure = ended.error();
    return false;
  }
  return workspace_.refresh_snapshot();
}

auto ApplyRun::asked_for(const std::string& address) const -> bool {
  // What names nothing has been told when it was planned.
  auto only = addr::Selection::of(options_.only);
  auto except = addr::Selection::of(options_.except);
  return (!only || only->empty() || only->matches(address)) && (!except || !except->matches(address));
}

// What no step of the plan would touch is in doubt all the same, and only a person can tell what became of it.
void ApplyRun::report_doubts() {
  std::set<std::string, std::less<>> met, causes;
  for (const auto& report : result_.steps) {
    causes.insert(report.because);
    if (report.step.action != plan::Action::kNone && report.step.action != plan::Action::kRead) met.insert(report.step.address);
  }
  for (const auto& [address, intent] : blocked_) {
    if (met.contains(address) || (!asked_for(address) && !causes.contains(address))) continue;
    StepReport report{.state = event::StepState::kOpen,
                      .error = event::StepError{.text = fmt::format("what became of an earlier {} is not known", intent.change), .failure = "open", .changed = "maybe"},
                      .intent = intent.operation,
                      .candidates = candidates_[address]};
    report.step.address = address;
    report.step.type = intent.type;
    report.step.provider = intent.provider;
    report.step.action = intent.change == "remove"   ? plan::Action::kDestroy
                         : intent.change == "update" ? plan::Action::kUpdate
                                                     : plan::Action::kCreate;
    report.step.id = fmt::format("1:{}:{}", address, plan::word(report.step.action));
    report.step.idempotency = intent.idempotency;
    result_.steps.push_back(std::move(report));
    partial_ = true;
  }
}

}  // namespace weft::ops
