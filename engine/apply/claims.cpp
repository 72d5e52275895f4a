// What a plan writes and reads, as claims and pins.
#include "engine/apply/apply.h"

namespace weft::apply {

using plan::Action;
using plan::Step;

auto claims_of(const plan::Plan& plan, plan::Planner& planner, const std::map<std::string, state::Intent>& blocked) -> Claims {
  Claims claims;
  std::map<std::string, bool> items;  // address (or "subtree\n…") → write
  std::map<std::string, uint64_t> pins;
  for (const Step& step : plan.steps) {
    if (step.action == Action::kNone || step.action == Action::kRead || blocked.contains(step.address)) continue;
    items[step.address] = true;
    pins[step.address] = step.version;
    if (!step.moved_from.empty()) {
      items[step.moved_from] = true;
      pins[step.moved_from] = step.version;
      pins[step.address] = 0;
    }
  }
  for (const Step& step : plan.steps) {
    auto relied_on = planner.dependencies(step);
    // What goes hangs on what its record names: none of it goes, or is changed, before that is known to be gone.
    bool removes = step.action == Action::kDestroy || step.action == Action::kReplace;
    const auto* going = removes ? planner.record(step.address) : nullptr;
    if (going != nullptr) relied_on.insert(relied_on.end(), going->dependencies.begin(), going->dependencies.end());
    for (const auto& dependency : relied_on) {
      if (dependency.subtree) {
        items.emplace("\n" + dependency.address, false);
        continue;
      }
      if (blocked.contains(dependency.address)) continue;
      if (!items.emplace(dependency.address, false).second) continue;
      const auto* record = planner.record(dependency.address);
      pins.emplace(dependency.address, record == nullptr ? 0 : record->version);
    }
  }
  for (const auto& [address, write] : items) {
    bool subtree = address.starts_with('\n');
    claims.items.push_back(state::ClaimItem{.address = subtree ? address.substr(1) : address, .subtree = subtree, .write = write});
  }
  for (const auto& [address, version] : pins) claims.pins.push_back({address, version});
  return claims;
}

}  // namespace weft::apply
