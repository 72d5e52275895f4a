// The scheduler: nodes of the plan's graph become ready when all before them are done; the one with the longest chain
// behind it starts first; each step is in exactly one named state, moved by move() alone.
#include <algorithm>
#include <chrono>

#include <fmt/core.h>

#include "engine/addr/address.h"
#include "engine/apply/runner.h"
#include "engine/graph/graph.h"
#include "lang/os/crash.h"

namespace weft::apply {

using event::StepState;
using plan::Action;
using plan::Step;
using std::chrono::milliseconds;

namespace {

constexpr size_t kMostWarnings = 20;  // of one step

auto is_make(uint32_t node) -> bool { return node % 2 == 0; }

}  // namespace

void Runner::prepare() {
  graph_ = graph::Graph(plan_.nodes, plan_.edges);
  nodes_.assign(plan_.nodes, NodeState::kWaiting);
  missing_ = graph_.missing();
  height_ = graph_.heights();
  // What a call in doubt relies on stays as it is, too.
  auto doubts = world_.blocked;
  for (const auto& [address, intent] : doubts) {
    for (const auto& read : intent.reads) world_.blocked.emplace(read, intent);
  }
}

auto Runner::does_something(uint32_t node) const -> bool {
  if (node >= 2 * plan_.steps.size()) return false;
  Action action = plan_.steps[node / 2].action;
  if (is_make(node)) return action != Action::kDestroy && action != Action::kForget && action != Action::kNone;
  return action == Action::kDestroy || action == Action::kReplace || action == Action::kForget;
}

void Runner::move(uint32_t index, StepState to) {
  if (outcomes_[index].state != to) tell(index, to);
}

void Runner::tell(uint32_t index, StepState to) {
  const Step& step = plan_.steps[index];
  StepOutcome& outcome = outcomes_[index];
  event::StepMoved moved;
  moved.step = index;
  moved.id = step.id;
  moved.address = step.address;
  moved.resource = step.type;
  moved.action = std::string(plan::word(step.action));
  moved.part = outcome.part;
  moved.from = outcome.state;
  moved.to = to;
  if (to == StepState::kRunning && started_[index].count() == 0) started_[index] = Loop::now();
  if (started_[index].count() != 0) {
    outcome.elapsed_ms = static_cast<uint64_t>(std::chrono::duration_cast<milliseconds>(Loop::now() - started_[index]).count());
  }
  moved.elapsed_ms = outcome.elapsed_ms;
  moved.identity = outcome.identity.empty() ? step.identity : outcome.identity;
  moved.file = step.source.file;
  moved.line = step.source.line;
  if (to == StepState::kRunning && world_.past != nullptr) moved.usual = world_.past->usual(step.type, moved.action);
  moved.error = outcome.error;
  if (to == StepState::kDone || to == StepState::kFailed || to == StepState::kOpen) moved.warnings = outcome.warnings;
  // A lane, or credentials.
  bool was_running = outcome.state == StepState::kRunning || outcome.state == StepState::kSettling;
  outcome.held_up = outcome.held_up || to == StepState::kSuspended || (was_running && to == StepState::kReady);
  outcome.state = to;
  world_.emit(std::move(moved));
}

void Runner::warn(uint32_t index, const std::vector<std::string>& warnings) {
  auto& all = outcomes_[index].warnings;
  for (const auto& warning : warnings) {
    if (all.size() == kMostWarnings) return;
    if (std::ranges::find(all, warning) == all.end()) all.push_back(warning);
  }
}

auto Runner::run() -> Task<std::vector<StepOutcome>> {
  prepare();
  for (uint32_t node = 0; node < plan_.nodes; ++node) {
    if (missing_[node] == 0 && nodes_[node] == NodeState::kWaiting) {
      nodes_[node] = NodeState::kReady;
      ready_.emplace(height_[node], UINT32_MAX - node);
    }
  }
  auto soft = world_.soft_stop.on_request([this] { changed_.set(); });
  auto hard = world_.hard_stop.on_request([this] { changed_.set(); });
  for (;;) {
    bool stopping = world_.soft_stop.requested() || store_refused_;
    // What they wait for may never begin now.
    if (store_refused_) {
      for (auto& [node, waiting] : awaited_) waiting.gone->set();
      awaited_.clear();
    }
    for (; !returning_.empty() && running_ < most_; returning_.pop_front()) {
      ++running_;
      returning_.front()->set();
    }
    while (!ready_.empty() && running_ < most_ && !stopping) {
      uint32_t node = UINT32_MAX - ready_.top().second;
      ready_.pop();
      nodes_[node] = NodeState::kRunning;
      if (!does_something(node)) {
        end_node(node, true);
        continue;
      }
      ++running_;
      uint32_t step = node / 2;
      if (plan_.steps[step].action == Action::kReplace) outcomes_[step].part = is_make(node) ? "create" : "destroy";
      tell(step, StepState::kRunning);
      group_.spawn(run_node(node));
    }
    if (running_ == 0 && aside_ == 0 && (ready_.empty() || stopping)) break;
    co_await changed_.wait();
    if (world_.hard_stop.requested()) break;
  }
  if (!world_.hard_stop.requested()) co_await group_.join();
  end_suspended();
  for (uint32_t i = 0; i < outcomes_.size(); ++i) {
    // Stopped while its second half waited for its lane.
    if (outcomes_[i].state == StepState::kReady && halves_[i] == 1) outcomes_[i].half_done = true;
    if (outcomes_[i].state == StepState::kRunning || outcomes_[i].state == StepState::kSettling) {
      // The second Ctrl-C, or a replacement of which only one half was done; of the other half a call may be on its way.
      bool half = plan_.steps[i].action == Action::kReplace && halves_[i] == 1;
      bool on_its_way = nodes_[2 * i] == NodeState::kRunning || nodes_[2 * i + 1] == NodeState::kRunning;
      outcomes_[i].half_done = half;
      if (world_.hard_stop.requested() && (!half || on_its_way)) move(i, StepState::kOpen);
    }
  }
  co_return std::move(outcomes_);
}

auto Runner::in_doubt(const Step& step) const -> const state::Intent* {
  if (world_.blocked.empty()) return nullptr;
  const std::string& address = step.address;
  if (auto doubt = world_.blocked.find(address); doubt != world_.blocked.end()) return &doubt->second;
  // Whoever reads a whole collection relies on each member of it, and on there being no other.
  for (auto outer : addr::enclosing(address)) {
    auto doubt = world_.blocked.find(std::string(outer));
    if (doubt == world_.blocked.end()) continue;
    const auto& reads = doubt->second.reads;
    if (std::ranges::find(reads, outer) != reads.end()) return &doubt->second;
  }
  bool makes = step.action == Action::kCreate || step.action == Action::kUpdate || step.action == Action::kReplace;
  if (!makes) return nullptr;
  for (const auto& dependency : planner_.dependencies(step)) {
    if (!dependency.subtree) {
      auto doubt = world_.blocked.find(dependency.address);
      if (doubt != world_.blocked.end()) return &doubt->second;
      continue;
    }
    for (const auto& [member, intent] : world_.blocked) {
      auto outer = addr::enclosing(member);
      if (std::ranges::find(outer, dependency.address) != outer.end()) return &intent;
    }
  }
  return nullptr;
}

auto Runner::run_node(uint32_t node) -> Task<void> {
  uint32_t index = node / 2;
  const Step& step = plan_.steps[index];
  StepOutcome& outcome = outcomes_[index];
  bool in_state = step.action == Action::kMove || step.action == Action::kForget || step.action == Action::kRecord;
  bool ok = false;
  if (const auto* intent = in_doubt(step)) {
    if (intent->address == step.address) {
      outcome.intent = intent->operation;
      outcome.error = event::StepError{.text = fmt::format("what became of an earlier {} is not known", intent->change), .failure = "open", .changed = "maybe"};
      move(index, StepState::kOpen);
    } else {
      outcome.because = intent->address;
      move(index, StepState::kSkipped);
    }
  } else if (auto over = suspended_.find(step.provider); over != suspended_.end() && !in_state) {
    outcome.error = over->second;
    move(index, StepState::kSuspended);
  } else {
    if (is_make(node)) ok = co_await make(index);
    else ok = co_await remove(index);
  }
  leave_lane(node);
  --running_;
  if (!not_begun_.contains(node)) end_node(node, ok);
  changed_.set();
}

void Runner::suspend(uint32_t index) {
  suspended_.emplace(plan_.steps[index].provider, *outcomes_[index].error);
  move(index, StepState::kSuspended);
}

// Nobody has given new credentials: what waits for them was not tried.
void Runner::end_suspended() {
  for (uint32_t i = 0; i < outcomes_.size(); ++i) {
    if (outcomes_[i].state != StepState::kSuspended) continue;
    if (halves_[i] == 1) {
      outcomes_[i].half_done = true;
      move(i, StepState::kFailed);
      continue;
    }
    outcomes_[i].because = fmt::format("the session of provider `{}`", plan_.steps[i].provider);
    move(i, StepState::kSkipped);
  }
}

void Runner::tell_ended(uint32_t node) {
  auto [from, to] = awaited_.equal_range(node);
  for (auto at = from; at != to; ++at) at->second.gone->set();
  awaited_.erase(from, to);
}

void Runner::end_node(uint32_t node, bool ok) {
  nodes_[node] = ok ? NodeState::kDone : NodeState::kFailed;
  tell_ended(node);
  if (node < 2 * plan_.steps.size()) {
    uint32_t step = node / 2;
    if (ok && does_something(node)) {
      uint32_t wanted = plan_.steps[step].action == Action::kReplace ? 2 : 1;
      if (++halves_[step] == wanted) move(step, StepState::kDone);
    }
    if (!ok && plan_.steps[step].action == Action::kReplace && halves_[step] == 1) outcomes_[step].half_done = true;
  }
  std::string because;
  if (!ok && node < 2 * plan_.steps.size()) because = outcomes_[node / 2].because.empty() ? plan_.steps[node / 2].address : outcomes_[node / 2].because;
  for (uint32_t next : graph_.after(node)) {
    if (!ok) {
      skip(next, because);
    } else if (--missing_[next] == 0 && nodes_[next] == NodeState::kWaiting) {
      nodes_[next] = NodeState::kReady;
      ready_.emplace(height_[next], UINT32_MAX - next);
    }
  }
}

// Everything behind a failure; without recursion, a chain may be long.
void Runner::skip(uint32_t first, const std::string& because) {
  std::vector<uint32_t> work{first};
  while (!work.empty()) {
    uint32_t node = work.back();
    work.pop_back();
    if (nodes_[node] != NodeState::kWaiting) continue;
    nodes_[node] = NodeState::kFailed;
    tell_ended(node);
    if (does_something(node)) {
      uint32_t step = node / 2;
      bool other_half = plan_.steps[step].action == Action::kReplace && (halves_[step] == 1 || outcomes_[step].state == StepState::kFailed);
      if (other_half) {
        outcomes_[step].half_done = halves_[step] == 1;
      } else if (outcomes_[step].state == StepState::kWaiting) {
        outcomes_[step].because = because;
        move(step, StepState::kSkipped);
      }
    }
    for (uint32_t next : graph_.after(node)) work.push_back(next);
  }
}

auto run(World world, const plan::Plan& plan, plan::Planner& planner) -> Task<std::vector<StepOutcome>> {
  auto snapshot = world.state.snapshot();
  state::Snapshot empty;
  Runner runner(std::move(world), plan, planner, snapshot ? *snapshot : empty);
  co_return co_await runner.run();
}

}  // namespace weft::apply
