// --only, --except and @protect: which steps stay in the plan, with the closure of what they need.
#include <algorithm>

#include <fmt/core.h>

#include "engine/graph/graph.h"
#include "engine/plan/planner_impl.h"

namespace weft::plan {

namespace {

struct Selection {
  std::vector<addr::Selector> selectors;
  std::set<std::string> rows;  // of the state's own, which no selector names: `web#old-…`
  [[nodiscard]] auto empty() const -> bool { return selectors.empty() && rows.empty(); }
};

auto selection_of(const std::vector<std::string>& texts, const std::map<std::string, uint32_t, std::less<>>& records, DiagSink& problems)
    -> Selection {
  Selection selection;
  for (const auto& text : texts) {
    auto selector = addr::parse_selector(text);
    if (selector) selection.selectors.push_back(std::move(*selector));
    else if (records.contains(text)) selection.rows.insert(text);
    else Report(problems, {}, diags::NoSuchAddress, {text}).help(selector.error().text);
  }
  return selection;
}

// Whether what reads it sees something else once the step is done.
auto changes_values(const Step& step) -> bool {
  return step.action == Action::kCreate || step.action == Action::kUpdate || step.action == Action::kReplace || step.action == Action::kRead;
}

auto selected(const std::vector<addr::Selector>& selectors, const std::string& text) -> bool {
  auto address = addr::parse_address(text);
  return address && std::any_of(selectors.begin(), selectors.end(), [&](const auto& selector) { return selector.matches(*address); });
}

auto selected(const Selection& selection, const std::string& text) -> bool {
  return selection.rows.contains(text) || selected(selection.selectors, text);
}

// Whether a selector means the declaration, which has no keys yet, or something inside it.
auto names_deferred(const std::vector<addr::Selector>& selectors, const std::string& address) -> bool {
  return selected(selectors, address) ||
         std::any_of(selectors.begin(), selectors.end(), [&](const auto& selector) { return is_inside(selector.text(), address); });
}

}  // namespace

// Which later work stays: what was asked for with the deferred things that it needs, and nothing that waits for what is
// left out.
void Planner::Impl::select_deferred(const std::vector<addr::Selector>& only, const std::vector<addr::Selector>& except,
                                    const std::map<uint32_t, std::vector<uint32_t>>& nodes, const std::vector<bool>& blocked) {
  std::map<uint32_t, std::set<uint32_t>> needs;
  for (const auto& [key, entry] : deferred) {
    const Reads& reads = key < kDeferredInstance ? joints[key].members : instances[key - kDeferredInstance].reads;
    behind(reads, [&, key = key](ReadRef ref) {
      uint32_t other = ref.is_joint() ? ref.row() : kDeferredInstance + ref.row();
      if (other != key && deferred.contains(other)) needs[key].insert(other);
    });
  }
  std::set<uint32_t> wanted, left;
  std::vector<uint32_t> work;
  for (const auto& [key, entry] : deferred) {
    if (options.only.empty() || names_deferred(only, entry.address)) work.push_back(key);
    auto before = nodes.find(key);
    bool waits = before != nodes.end() && std::any_of(before->second.begin(), before->second.end(), [&](uint32_t node) { return blocked[node]; });
    if (waits || selected(except, entry.address)) left.insert(key);
  }
  while (!work.empty()) {
    uint32_t key = work.back();
    work.pop_back();
    if (wanted.insert(key).second) work.insert(work.end(), needs[key].begin(), needs[key].end());
  }
  for (bool more = true; more;) {
    more = false;
    for (const auto& [key, others] : needs) {
      bool waits = std::any_of(others.begin(), others.end(), [&](uint32_t other) { return left.contains(other); });
      if (waits && left.insert(key).second) more = true;
    }
  }
  for (uint32_t key : left) {
    const auto& address = deferred.at(key).address;
    plan.kept.push_back(fmt::format("{}  {}", address, selected(except, address) ? "--except" : "what is kept needs it"));
  }
  std::erase_if(deferred, [&](const auto& one) { return left.contains(one.first) || !wanted.contains(one.first); });
}

// A lookup is read again only where something that it waits for still changes.
void Planner::Impl::drop_needless_reads(std::vector<bool>& keep) {
  std::vector<uint32_t> changing;
  for (uint32_t i = 0; i < steps.size(); ++i) {
    if (keep[i] && steps[i].action != Action::kRead) changing.push_back(2 * i);
  }
  auto after = graph::Graph(plan.nodes, plan.edges).reach(changing);
  for (uint32_t i = 0; i < steps.size(); ++i) {
    if (steps[i].action == Action::kRead && !after[2 * i]) keep[i] = false;
  }
}

auto Planner::Impl::leaves_out(ReadRef root) const -> bool {
  bool any = false;
  behind({root}, [&](ReadRef ref) { any = any || (!ref.is_joint() && left_out.contains(ref.row())); });
  return any;
}

void Planner::Impl::select() {
  auto only = selection_of(options.only, record_by_address, world.problems);
  auto except = selection_of(options.except, record_by_address, world.problems);
  auto replace = selection_of(options.replace, record_by_address, world.problems);
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
    for (const auto& selector : list->selectors) {
      if (!known(selector)) Report(world.problems, {}, diags::NoSuchAddress, {selector.text()});
    }
  }
  if (only.empty() && except.empty()) return;

  // What each deferred one waits for; asked for first, because joints may get their nodes by it.
  std::map<uint32_t, std::vector<uint32_t>> before_deferred;
  for (const auto& [key, entry] : deferred) {
    const Reads& reads = key < kDeferredInstance ? joints[key].members : instances[key - kDeferredInstance].reads;
    for (ReadRef ref : Reads(reads)) {
      if (auto node = node_of(ref)) before_deferred[key].push_back(*node);
    }
  }
  std::vector<bool> keep(steps.size(), only.empty());
  graph::Graph after(plan.nodes, plan.edges);
  std::vector<bool> blocked(plan.nodes, false);
  if (!only.empty()) {
    std::vector<uint32_t> wanted;
    for (const auto& [key, entry] : deferred) {
      if (names_deferred(only.selectors, entry.address)) wanted.insert(wanted.end(), before_deferred[key].begin(), before_deferred[key].end());
    }
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
    blocked = after.reach(left);
    for (uint32_t i = 0; i < steps.size(); ++i) {
      if (!blocked[2 * i] && !blocked[2 * i + 1]) continue;
      keep[i] = false;
      bool named = selected(except, steps[i].address);
      plan.kept.push_back(fmt::format("{}  {}", steps[i].address, named ? "--except" : "what is kept needs it"));
    }
  }
  select_deferred(only.selectors, except.selectors, before_deferred, blocked);
  for (uint32_t row = 0; row < instances.size(); ++row) {
    const auto& step = instances[row].step;
    if (step && !keep[*step] && changes_values(steps[*step])) left_out.insert(row);
  }
  drop_needless_reads(keep);
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
