// Steps that have begun and wait for others of the same run, without a place among those that run: for their lane, or for
// what this plan removes out of their way.
#include <algorithm>
#include <span>
#include <utility>

#include "engine/apply/runner.h"

namespace weft::apply {

using event::StepState;
using plan::Step;

void Runner::step_aside() {
  ++aside_;
  --running_;
  changed_.set();
}

auto Runner::step_back() -> Task<void> {
  --aside_;
  Latch turn(world_.loop);
  returning_.push_back(&turn);
  changed_.set();
  co_await turn.wait();
}

auto Runner::enter_lane(uint32_t node, std::string lane) -> Task<bool> {
  if (lane.empty() || in_lane_.contains(node)) co_return true;
  Lane& line = lanes_[lane];
  if (!std::exchange(line.taken, true)) {
    in_lane_.emplace(node, std::move(lane));
    co_return true;
  }
  Latch turn(world_.loop);
  line.waiting.push_back(&turn);
  move(node / 2, StepState::kReady);
  step_aside();
  bool mine = co_await turn.wait(world_.soft_stop);
  if (mine || turn.is_set()) in_lane_.emplace(node, std::move(lane));
  else std::erase(line.waiting, &turn);
  co_await step_back();
  if (world_.soft_stop.requested()) {
    not_begun_.insert(node);
    co_return false;
  }
  move(node / 2, StepState::kRunning);
  co_return true;
}

void Runner::leave_lane(uint32_t node) {
  auto mine = in_lane_.find(node);
  if (mine == in_lane_.end()) return;
  Lane& line = lanes_[mine->second];
  in_lane_.erase(mine);
  if (line.waiting.empty()) {
    line.taken = false;
    return;
  }
  Latch* next = line.waiting.front();
  line.waiting.pop_front();
  next->set();
}

auto Runner::behind(uint32_t node) const -> std::vector<bool> {
  std::vector<bool> seen(plan_.nodes, false);
  std::vector<uint32_t> work{node};
  while (!work.empty()) {
    uint32_t at = work.back();
    work.pop_back();
    if (seen[at]) continue;
    seen[at] = true;
    for (uint32_t next : graph_.after(at)) work.push_back(next);
    // And whoever stands aside until it is gone.
    for (auto [one, end] = awaited_.equal_range(at); one != end; ++one) work.push_back(one->second.node);
  }
  return seen;
}

// A driver may call a blocker by its address, its identity or any text that it shows.
void Runner::name_removals() {
  if (std::exchange(removals_named_, true)) return;
  for (uint32_t i = 0; i < plan_.steps.size(); ++i) {
    uint32_t goes = 2 * i + 1;
    if (!does_something(goes)) continue;
    const Step& step = plan_.steps[i];
    std::set<std::string> names{step.address, step.identity};
    for (const Field& field : step.before.is(ValueKind::kObject) ? step.before.fields() : std::span<const Field>()) {
      if (field.value.is(ValueKind::kString) && !field.value.has_secret()) names.emplace(field.value.as_string());
    }
    names.erase("");
    for (const auto& name : names) removals_[name].push_back(goes);
  }
}

auto Runner::until_gone(uint32_t node, std::vector<std::string> blockers) -> Task<bool> {
  name_removals();
  std::set<uint32_t> candidates;
  for (const auto& name : blockers) {
    if (auto found = removals_.find(name); found != removals_.end()) candidates.insert(found->second.begin(), found->second.end());
  }
  bool waited = false;
  // Who comes after us cannot be waited for. One search answers for all candidates: it is done anew only after a wait,
  // for nothing but a wait changes who stands aside for whom.
  std::vector<bool> after_us;
  for (uint32_t goes : candidates) {
    bool pending = nodes_[goes] == NodeState::kWaiting || nodes_[goes] == NodeState::kReady || nodes_[goes] == NodeState::kRunning;
    if (goes == node || !pending) continue;
    if (after_us.empty()) after_us = behind(node);
    if (after_us[goes]) continue;
    // Nothing of ours is on its way; what goes may have to take the same lane.
    std::string lane;
    if (auto mine = in_lane_.find(node); mine != in_lane_.end()) lane = mine->second;
    leave_lane(node);
    Latch gone(world_.loop);
    auto at = awaited_.emplace(goes, Waiting{.node = node, .gone = &gone});
    step_aside();
    outcomes_[node / 2].held_up = true;
    (void)co_await gone.wait(world_.soft_stop);
    if (!gone.is_set()) awaited_.erase(at);
    co_await step_back();
    (void)co_await enter_lane(node, lane);
    not_begun_.erase(node);
    waited = true;
    after_us.clear();
  }
  co_return waited;
}

}  // namespace weft::apply
