// What a killed run left open is settled before anything is planned.
#include <algorithm>

#include <fmt/core.h>

#include "engine/ops/apply_run.h"

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
  std::vector<event::IntentSettled> all;
  for (const auto& intent : intents) {
    auto settled = block_on(workspace.world.loop, apply::settle(world, *workspace.planner, intent));
    workspace.emit(settled);
    all.push_back(std::move(settled));
  }
  return all;
}

auto ApplyRun::settle_doubts() -> bool {
  auto intents = in_doubt(workspace_.snapshot);
  if (intents.empty()) return true;
  // The state is made writable, and the files are evaluated once so that what was sent can be known again.
  if (!workspace_.open_state(true)) return false;
  auto guess = workspace_.make_plan(plan::Options{.refresh = plan::Refresh::kNone});
  if (!guess) return false;
  (void)workspace_.problems.take();
  auto writer = workspace_.state->writer(workspace_.begin_run("recover", saved_ ? saved_->plan.digest : std::string()));
  if (!writer) {
    result_.failure = writer.error();
    return false;
  }
  std::vector<state::ClaimItem> items;
  for (const auto& intent : intents) items.push_back({.address = intent.address, .subtree = false, .write = true});
  auto claimed = (*writer)->claim(items, {});
  if (!claimed || !claimed->granted) {
    if (!claimed) result_.failure = claimed.error();
    else result_.holders = claimed->holders;
    result_.exit = 3;
    return false;
  }
  workspace_.run = (*writer)->run();
  event::RunInDoubt fact{.run = intents.front().run, .intents = intents.size()};
  for (const auto& run : workspace_.snapshot.runs) {
    if (run.id != intents.front().run) continue;
    fact.owner = run.owner;
    fact.host = run.host;
    fact.begun_ms = run.begun_ms;
  }
  workspace_.emit(fact);
  auto settled = settle_open(workspace_, **writer, claimed->in_doubt.empty() ? intents : claimed->in_doubt);
  uint64_t open = 0;
  for (const auto& one : settled) open += one.outcome == "open" ? 1 : 0;
  auto ended = (*writer)->end(state::EndRun{.outcome = open == 0 ? "done" : "partial", .summary = fmt::format("recover: {} settled", settled.size() - open)}, {});
  if (!ended) {
    result_.failure = ended.error();
    return false;
  }
  if (!workspace_.refresh_snapshot()) return false;
  for (const auto& intent : in_doubt(workspace_.snapshot)) blocked_.emplace(intent.address, intent);
  return true;
}

}  // namespace weft::ops
