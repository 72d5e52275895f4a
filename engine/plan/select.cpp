// --only, --except and --replace: which steps stay in the plan, with the closure of what they need.
#include <algorithm>

#include <fmt/core.h>

#include "engine/graph/graph.h"
#include "engine/plan/planner_impl.h"

namespace weft::plan {

namespace {

// Whether what reads it sees something else once the step is done.
auto changes_values(const Step& step) -> bool {
  return step.action == Action::kCreate || step.action == Action::kUpdate || step.action == Action::kReplace || step.action == Action::kRead;
}

}  // namespace

auto Planner::Impl::asked() -> const Asked& {
  if (asked_for) return *asked_for;
  auto read = [&](const std::vector<std::string>& texts) {
    addr::Selection selection;
    for (const auto& text : texts) {
      auto choice = addr::parse_choice(text);
      if (choice) selection.add(std::move(*choice));
      else Report(world.problems, {}, diags::NoSuchAddress, {text}).help(choice.error().text);
    }
    return selection;
  };
  asked_for = Asked{.only = read(options.only), .except = read(options.except), .replace = read(options.replace)};
  return *asked_for;
}

// The declaration that it means and that has no instances, and why.
auto Planner::Impl::switched_off(const addr::Choice& choice) const -> std::optional<std::pair<const check::Declaration*, std::string>> {
  for (const auto& row : modules) {
    for (size_t i = 0; i < row.states.size(); ++i) {
      const auto& declaration = row.module->declarations[check::DeclarationId{static_cast<uint32_t>(i)}];
      const auto& state = row.states[i];
      bool is_object = declaration.kind == check::DeclarationKind::kResource || declaration.kind == check::DeclarationKind::kLookup ||
                       declaration.kind == check::DeclarationKind::kModule;
      if (!is_object || state.phase != Phase::kDone || state.deferred || !choice.reaches_into(row.prefix + declaration.name)) continue;
      if (state.absent) return std::pair(&declaration, std::string("its `if` is false"));
      if (!declaration.each || !state.rows.empty()) continue;
      return std::pair(&declaration, std::string(declaration.when != nullptr ? "its `for` and `if` leave none" : "its `for` goes over nothing"));
    }
  }
  return std::nullopt;
}

// A choice that names nothing is a mistake, not an empty plan.
void Planner::Impl::check_asked() {
  std::vector<std::string> known;
  auto names = [&](const addr::Choice& choice) {
    return std::ranges::any_of(instances, [&](const auto& instance) { return choice.matches(instance.address); }) ||
           std::ranges::any_of(records, [&](const auto& record) { return choice.matches(record.address); }) ||
           std::ranges::any_of(deferred_addresses, [&](const auto& address) { return choice.reaches_into(address); });
  };
  for (const auto* list : {&asked().only, &asked().except, &asked().replace}) {
    for (const auto& choice : list->choices()) {
      if (names(choice)) continue;
      if (auto off = switched_off(choice)) {
        Report(world.problems, off->first->range, diags::SwitchedOff, {choice.text, off->second}).label("declared here");
        continue;
      }
      if (known.empty()) {
        std::set<std::string> all(deferred_addresses.begin(), deferred_addresses.end());
        auto add = [&](const std::string& address) {
          all.insert(address);
          for (auto outer : addr::enclosing(address)) all.emplace(outer);
        };
        for (const auto& instance : instances) add(instance.address);
        for (const auto& record : records) add(record.address);
        known.assign(all.begin(), all.end());
      }
      Report report(world.problems, {}, diags::NoSuchAddress, {choice.text});
      if (auto meant = addr::likely(choice.text, known); !meant.empty()) report.help(fmt::format("did you mean `{}`?", meant));
    }
  }
}

// Asked to be replaced, and left out by what else was asked for: of these two only one can be meant.
void Planner::Impl::check_replaced(const std::vector<bool>& keep) {
  for (const auto& choice : asked().replace.choices()) {
    bool any = false, kept = false;
    for (uint32_t i = 0; i < steps.size(); ++i) {
      if (!choice.matches(steps[i].address)) continue;
      any = true;
      kept = kept || keep[i];
    }
    if (any && !kept) Report(world.problems, {}, diags::ReplaceLeftOut, {choice.text, asked().only.empty() ? "--except" : "--only"});
  }
}

// Which later work stays: what was asked for with the deferred things that it needs, and nothing that waits for what is
// left out.
void Planner::Impl::select_deferred(const std::map<uint32_t, std::vector<uint32_t>>& nodes, const std::vector<bool>& blocked) {
  const auto& [only, except, replace] = asked();
  std::map<uint32_t, std::set<uint32_t>> needs;
  for (const auto& [key, entry] : deferred) {
    Reads reads = key < kDeferredInstance ? joints[key].members : instances[key - kDeferredInstance].reads;
    if (auto names = deferred_names.find(key); names != deferred_names.end()) reads.insert(reads.end(), names->second.begin(), names->second.end());
    behind(reads, [&, key = key](ReadRef ref) {
      uint32_t other = ref.is_joint() ? ref.row() : kDeferredInstance + ref.row();
      if (other != key && deferred.contains(other)) needs[key].insert(other);
    });
  }
  std::set<uint32_t> wanted, left;
  std::vector<uint32_t> work;
  for (const auto& [key, entry] : deferred) {
    if (only.empty() || only.reaches_into(entry.address)) work.push_back(key);
    auto before = nodes.find(key);
    bool waits = before != nodes.end() && std::any_of(before->second.begin(), before->second.end(), [&](uint32_t node) { return blocked[node]; });
    if (waits || except.matches(entry.address)) left.insert(key);
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
    plan.kept.push_back(fmt::format("{}  {}", address, except.matches(address) ? "--except" : blocked_by()));
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

// Why what nobody named stays as it is.
auto Planner::Impl::blocked_by() const -> std::string_view { return options.destroy ? "what is kept needs it" : "it needs what is left out"; }

auto Planner::Impl::leaves_out(ReadRef root) const -> bool {
  bool any = false;
  behind({root}, [&](ReadRef ref) { any = any || (!ref.is_joint() && left_out.contains(ref.row())); });
  return any;
}

void Planner::Impl::select() {
  plan.only = options.only;
  plan.except = options.except;
  plan.replace = options.replace;
  check_asked();
  if (!asked().only.empty() || !asked().except.empty()) narrow();
  find_causes();
}

void Planner::Impl::narrow() {
  const auto& [only, except, replace] = asked();
  // What each deferred one waits for; asked for first, because joints may get their nodes by it.
  std::map<uint32_t, std::vector<uint32_t>> before_deferred, behind_deferred;  // nodes; other later work
  for (const auto& [key, entry] : deferred) {
    Reads reads = key < kDeferredInstance ? joints[key].members : instances[key - kDeferredInstance].reads;
    if (auto names = deferred_names.find(key); names != deferred_names.end()) reads.insert(reads.end(), names->second.begin(), names->second.end());
    for (ReadRef ref : reads) {
      if (auto node = node_of(ref)) before_deferred[key].push_back(*node);
    }
    behind(reads, [&, key = key](ReadRef ref) {
      uint32_t other = ref.is_joint() ? ref.row() : kDeferredInstance + ref.row();
      if (other != key && deferred.contains(other)) behind_deferred[key].push_back(other);
    });
  }
  std::vector<bool> keep(steps.size(), only.empty());
  graph::Graph after(plan.nodes, plan.edges);
  std::vector<bool> blocked(plan.nodes, false);
  if (!only.empty()) {
    std::vector<uint32_t> wanted, later;
    for (const auto& [key, entry] : deferred) {
      if (only.reaches_into(entry.address)) later.push_back(key);
    }
    for (std::set<uint32_t> seen; !later.empty();) {
      uint32_t key = later.back();
      later.pop_back();
      if (!seen.insert(key).second) continue;
      wanted.insert(wanted.end(), before_deferred[key].begin(), before_deferred[key].end());
      later.insert(later.end(), behind_deferred[key].begin(), behind_deferred[key].end());
    }
    for (uint32_t i = 0; i < steps.size(); ++i) {
      if (only.matches(steps[i].address)) wanted.insert(wanted.end(), {2 * i, 2 * i + 1});
    }
    auto needed = after.reversed().reach(wanted);
    for (uint32_t i = 0; i < steps.size(); ++i) keep[i] = needed[2 * i] || needed[2 * i + 1];
  }
  if (!except.empty()) {
    std::vector<uint32_t> left;
    for (uint32_t i = 0; i < steps.size(); ++i) {
      if (except.matches(steps[i].address)) left.insert(left.end(), {2 * i, 2 * i + 1});
    }
    blocked = after.reach(left);
    for (uint32_t i = 0; i < steps.size(); ++i) {
      if (!blocked[2 * i] && !blocked[2 * i + 1]) continue;
      keep[i] = false;
      plan.kept.push_back(fmt::format("{}  {}", steps[i].address, except.matches(steps[i].address) ? "--except" : blocked_by()));
    }
  }
  if (!only.empty() && !options.destroy) {
    // What would follow a change and is not asked for keeps what it has been given before: that is said.
    std::vector<uint32_t> changing;
    for (uint32_t i = 0; i < steps.size(); ++i) {
      if (keep[i] && changes_values(steps[i])) changing.push_back(2 * i);
    }
    auto follows = after.reach(changing);
    for (uint32_t i = 0; i < steps.size(); ++i) {
      if (!keep[i] && follows[2 * i] && !except.matches(steps[i].address) && changes_values(steps[i])) {
        plan.kept.push_back(fmt::format("{}  --only, though what it needs changes", steps[i].address));
      }
    }
  }
  check_replaced(keep);
  select_deferred(before_deferred, blocked);
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
