// --only, --except and @protect: which steps stay in the plan, with the closure of what they need.
#include <algorithm>

#include <fmt/core.h>

#include "engine/graph/graph.h"
#include "engine/plan/planner_impl.h"

namespace weft::plan {

namespace {

auto selectors_of(const std::vector<std::string>& texts, DiagSink& problems) -> std::vector<addr::Selector> {
  std::vector<addr::Selector> selectors;
  for (const auto& text : texts) {
    auto selector = addr::parse_selector(text);
    if (selector) selectors.push_back(std::move(*selector));
    else Report(problems, {}, diags::NoSuchAddress, {text}).help(selector.error().text);
  }
  return selectors;
}

auto selected(const std::vector<addr::Selector>& selectors, const std::string& text) -> bool {
  auto address = addr::parse_address(text);
  return address && std::any_of(selectors.begin(), selectors.end(), [&](const auto& selector) { return selector.matches(*address); });
}

}  // namespace

void Planner::Impl::select() {
  auto only = selectors_of(options.only, world.problems);
  auto except = selectors_of(options.except, world.problems);
  auto replace = selectors_of(options.replace, world.problems);
  plan.only = options.only;
  plan.except = options.except;
  plan.replace = options.replace;
  // A selector that names nothing is a mistake, not an empty plan.
  auto known = [&](const addr::Selector& selector) {
    auto one = [&](const std::string& text) {
      auto address = addr::parse_address(text);
      return address && selector.matches(*address);
    };
    return std::any_of(instances.begin(), instances.end(), [&](const auto& instance) { return one(instance.address); }) ||
           std::any_of(records.begin(), records.end(), [&](const auto& record) { return one(record.address); }) ||
           inside_deferred(selector.text());
  };
  for (const auto* list : {&only, &except, &replace}) {
    for (const auto& selector : *list) {
      if (!known(selector)) Report(world.problems, {}, diags::NoSuchAddress, {selector.text()});
    }
  }
  if (only.empty() && except.empty()) return;

  std::vector<bool> keep(steps.size(), only.empty());
  graph::Graph after(plan.nodes, plan.edges);
  if (!only.empty()) {
    std::vector<uint32_t> wanted;
    for (uint32_t i = 0; i < steps.size(); ++i) {
      if (selected(only, steps[i].address)) wanted.insert(wanted.end(), {2 * i, 2 * i + 1});
    }
    auto needed = after.reversed().reach(wanted);
    for (uint32_t i = 0; i < steps.size(); ++i) keep[i] = needed[2 * i] || needed[2 * i + 1];
  }
  if (!except.empty()) {
    std::vector<uint32_t> left;
    for (uint32_t i = 0; i < steps.size(); ++i) {
      if (selected(except, steps[i].address)) left.insert(left.end(), {2 * i, 2 * i + 1});
    }
    auto blocked = after.reach(left);
    for (uint32_t i = 0; i < steps.size(); ++i) {
      if (!blocked[2 * i] && !blocked[2 * i + 1]) continue;
      keep[i] = false;
      bool named = selected(except, steps[i].address);
      plan.kept.push_back(fmt::format("{}  {}", steps[i].address, named ? "--except" : "what is kept needs it"));
    }
  }
  std::vector<uint32_t> place(steps.size(), UINT32_MAX);
  std::vector<Step> kept;
  for (uint32_t i = 0; i < steps.size(); ++i) {
    if (!keep[i]) continue;
    place[i] = static_cast<uint32_t>(kept.size());
    kept.push_back(std::move(steps[i]));
  }
  steps = std::move(kept);
  for (auto& instance : instances) {
    if (!instance.step) continue;
    if (place[*instance.step] != UINT32_MAX) {
      instance.step = place[*instance.step];
      continue;
    }
    // It stays as it is, and so does what others read of it.
    instance.step.reset();
    if (instance.record != nullptr) instance.value = opened(*instance.record, instance.record->observed, "observed");
  }
  for (auto& row : record_step) {
    if (row != UINT32_MAX) row = place[row];
  }
  for (Step& step : steps) {
    step.after_steps.clear();
    step.because_of.reset();
  }
  for (Joint& joint : joints) joint.node.reset();
  build_edges();
}

}  // namespace weft::plan
