// Outputs of the root, compared with the recorded ones; and the later stages.
#include <algorithm>

#include <fmt/core.h>

#include "engine/plan/planner_impl.h"

namespace weft::plan {

void Planner::Impl::plan_outputs() {
  std::map<std::string, Value> before;
  for (const auto& record : world.snapshot.outputs) {
    const Value* value = record.applied.get("value");
    Value recorded = value == nullptr ? Value() : *value;
    if (world.state != nullptr && state::holds_sealed(recorded)) {
      auto opened_value = world.state->keyring().unseal(recorded, {record.uid, record.address, record.rev}, "value");
      if (opened_value) recorded = *opened_value;
    }
    before[record.address.substr(state::kOutputPrefix.size())] = recorded;
  }
  const auto& root = *modules[0].module;
  if (!options.destroy) {
    for (const auto& [name, id] : root.outputs) {
      auto value = value_of(0, root.declarations[id], nullptr);
      if (!value) continue;
      OutputChange output{.name = name, .before = {}, .after = *value};
      auto known = before.find(name);
      if (known != before.end()) {
        output.before = known->second;
        before.erase(known);
      }
      if (leaves_out(modules[0].states[id.index].reads)) {
        // Its value would be that of what is not done: the recorded one stays.
        if (!output.before) continue;
        output.after = output.before;
      }
      output.changed = !output.before || !(*output.before == *output.after);
      plan.outputs.push_back(std::move(output));
    }
  }
  bool in_part = options.destroy && !(options.only.empty() && options.except.empty());
  for (const auto& [name, value] : before) {
    if (in_part) {
      // What loses nothing stays as it is.
      auto declared = root.outputs.find(name);
      if (declared == root.outputs.end()) continue;
      auto goes = [&](uint32_t row) { return record_step[row] != UINT32_MAX; };
      if (!loses(modules[0].states[declared->second.index].reads, goes)) continue;
    }
    plan.outputs.push_back(OutputChange{.name = name, .before = value, .after = {}, .changed = true});
  }
  std::sort(plan.outputs.begin(), plan.outputs.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
}

auto Planner::Impl::loses(ReadRef root, const std::function<bool(uint32_t row)>& gone) const -> bool {
  bool any = false;
  behind({root}, [&](ReadRef ref) {
    if (any || ref.is_joint()) return;
    const auto* record = instances[ref.row()].record;
    any = record != nullptr && gone(static_cast<uint32_t>(record - records.data()));
  });
  return any;
}

void Planner::Impl::finish_stages() {
  if (deferred.empty() || options.destroy) return;
  Stage stage{.number = options.stage + 1, .deferred = {}};
  std::set<std::string, std::less<>> moving = deferred_addresses;
  for (const Step& step : steps) moving.insert(step.address);
  auto moves = [&](const std::string& address) {
    auto first = moving.lower_bound(address);
    while (first != moving.end() && first->starts_with(address) && !addr::is_inside(*first, address)) ++first;
    return (first != moving.end() && addr::is_inside(*first, address)) || inside_deferred(address);
  };
  for (auto& [order, entry] : deferred) {
    // Only what changes in this plan is waited for.
    std::sort(entry.after.begin(), entry.after.end());
    entry.after.erase(std::unique(entry.after.begin(), entry.after.end()), entry.after.end());
    if (std::any_of(entry.after.begin(), entry.after.end(), moves)) std::erase_if(entry.after, [&](const auto& address) { return !moves(address); });
    stage.deferred.push_back(entry);
  }
  std::stable_sort(stage.deferred.begin(), stage.deferred.end(), [](const auto& a, const auto& b) { return a.address < b.address; });
  plan.stages.push_back(std::move(stage));
}

}  // namespace weft::plan
