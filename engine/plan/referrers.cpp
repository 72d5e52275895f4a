// The order of a replacement by what refers to it: where the old object cannot go while something that stays refers to it
// (`refs`, `in_use_blocks_remove`), the new one comes first, the referrers are pointed at it, and the old one goes last.
#include <algorithm>
#include <bit>
#include <unordered_set>

#include <fmt/core.h>

#include "engine/graph/reaching.h"
#include "engine/plan/planner_impl.h"

namespace weft::plan {

namespace {

// Text and numbers inside, as keys; what is secret or unknown names nobody.
void each_name(const Value& value, const std::function<void(std::string)>& visit) {
  if (value.secret() || value.is_unknown()) return;
  if (value.is(ValueKind::kString)) return visit(std::string(value.as_string()));
  if (value.is(ValueKind::kInt)) return visit(std::to_string(value.as_int()));
  if (value.is(ValueKind::kList) || value.is(ValueKind::kSet)) {
    for (const Value& element : value.elements()) each_name(element, visit);
  } else if (value.is(ValueKind::kObject)) {
    for (const Field& field : value.fields()) each_name(field.value, visit);
  }
}

auto names(const Value* value, const std::string& wanted) -> bool {
  bool any = false;
  if (value != nullptr) each_name(*value, [&](const std::string& name) { any = any || name == wanted; });
  return any;
}

auto stays(const Step& step) -> bool {
  return !has_remove(step) && step.action != Action::kCreate && step.action != Action::kForget && step.action != Action::kRead;
}

// From each instance (its row) to what it reads; joints come after the instances.
auto graph_of_reads(const std::vector<Instance>& instances, const std::vector<Joint>& joints) -> graph::Graph {
  auto count = static_cast<uint32_t>(instances.size());
  std::vector<graph::Edge> edges;
  auto add = [&](uint32_t from, const Reads& reads) {
    for (ReadRef ref : reads) {
      if (ref != kNothing) edges.emplace_back(from, ref.is_joint() ? count + ref.row() : ref.row());
    }
  };
  for (uint32_t row = 0; row < count; ++row) add(row, instances[row].reads);
  for (uint32_t row = 0; row < joints.size(); ++row) add(count + row, joints[row].members);
  return {count + static_cast<uint32_t>(joints.size()), edges};
}

// Calls with up to as many of `all` as one walk takes.
void in_walks(std::span<const uint32_t> all, const std::function<void(std::span<const uint32_t>)>& visit) {
  for (; !all.empty(); all = all.subspan(std::min(all.size(), graph::Reaching::kAtOnce))) {
    visit(all.first(std::min(all.size(), graph::Reaching::kAtOnce)));
  }
}

}  // namespace

// What is replaced (rows), by what a referrer would hold of it.
struct Planner::Impl::Replaced {
  std::map<std::string, std::vector<uint32_t>, std::less<>> by_type;
  std::map<std::pair<std::string, std::string>, std::unordered_map<std::string, uint32_t>> by_value;  // of type and attribute
  std::unordered_map<uint32_t, std::unordered_set<uint32_t>> behind;  // joint → instances: many read the same one
  std::set<std::pair<uint32_t, uint32_t>> by_target;  // and who holds a name of it and does not read it itself
};

void Planner::Impl::replace_before_referrers() {
  if (options.destroy) return;
  Replaced replaced;
  for (uint32_t row = 0; row < instances.size(); ++row) {
    const auto& step = instances[row].step;
    if (!step || steps[*step].action != Action::kReplace || instances[row].record == nullptr) continue;
    const auto* type = world.drivers.type(steps[*step].type);
    if (type != nullptr && type->in_use_blocks_remove) replaced.by_type[type->name].push_back(row);
  }
  if (replaced.by_type.empty()) return;
  for (uint32_t row = 0; row < instances.size(); ++row) {
    const Instance& instance = instances[row];
    if (instance.record == nullptr || instance.failed || instance.deferred) continue;
    if (instance.step && !stays(steps[*instance.step])) continue;
    const auto* type = world.drivers.type(instance.record->type);
    if (type == nullptr) continue;
    for (const auto& attribute : type->attributes) {
      for (const auto& reference : attribute.refs) follow_reference(replaced, row, attribute, reference);
    }
  }
  if (!replaced.by_target.empty()) find_who_lets_go(replaced);
}

void Planner::Impl::follow_reference(Replaced& replaced, uint32_t row, const driver::Attribute& attribute, const driver::Reference& reference) {
  auto rows = replaced.by_type.find(reference.type);
  if (rows == replaced.by_type.end()) return;
  auto [known, fresh] = replaced.by_value.try_emplace({reference.type, reference.attribute});
  if (fresh) {
    for (uint32_t other : rows->second) {
      const Value* value = steps[*instances[other].step].before.get(reference.attribute);
      if (value != nullptr) each_name(*value, [&](std::string name) { known->second.emplace(std::move(name), other); });
    }
  }
  const Instance& instance = instances[row];
  const auto seen = observed.find(instance.address);
  const Value* held = instance.step ? steps[*instance.step].before.get(attribute.name)
                      : seen != observed.end() ? seen->second.get(attribute.name)
                                               : instance.record->observed.get(attribute.name);
  if (held == nullptr) return;
  each_name(*held, [&](const std::string& name) {
    auto found = known->second.find(name);
    if (found != known->second.end() && found->second != row) order_by_referrer(replaced, row, attribute.name, found->second, name);
  });
}

// Who waits for the new one, through whatever changes in between, is pointed at it; the others let go of the old one.
void Planner::Impl::find_who_lets_go(const Replaced& replaced) {
  auto graph = graph_of_reads(instances, joints);
  graph::Reaching waits(graph);
  std::vector<uint32_t> targets;
  for (const auto& [target, referrer] : replaced.by_target) {
    if (targets.empty() || targets.back() != target) targets.push_back(target);
  }
  in_walks(targets, [&](std::span<const uint32_t> some) {
    auto behind = waits.from_each(some);
    for (size_t i = 0; i < some.size(); ++i) {
      for (auto it = replaced.by_target.lower_bound({some[i], 0}); it != replaced.by_target.end() && it->first == some[i]; ++it) {
        if ((behind[it->second] >> i & 1) == 0) lets_go.emplace(it->second, some[i]);
      }
    }
  });
  make_way(waits);
}

// From each record (its row) to those that go and that it stands on. A whole collection comes after the records.
auto Planner::Impl::graph_of_removals() const -> graph::Graph {
  auto nodes = static_cast<uint32_t>(records.size());
  std::vector<graph::Edge> edges;
  std::unordered_map<std::string, uint32_t> subtrees;
  auto goes = [&](uint32_t row) { return record_step[row] != UINT32_MAX && has_remove(steps[record_step[row]]); };
  for (uint32_t row = 0; row < records.size(); ++row) {
    if (!goes(row)) continue;
    for (const auto& dependency : records[row].dependencies) {
      auto it = record_by_address.lower_bound(dependency.address);
      if (!dependency.subtree) {
        bool is_there = it != record_by_address.end() && it->first == dependency.address;
        if (is_there && it->second != row && goes(it->second)) edges.emplace_back(row, it->second);
        continue;
      }
      if (addr::is_inside(records[row].address, dependency.address)) continue;
      auto [known, fresh] = subtrees.try_emplace(dependency.address, nodes);
      edges.emplace_back(row, known->second);
      if (!fresh) continue;
      ++nodes;
      for (; it != record_by_address.end() && it->first.starts_with(dependency.address); ++it) {
        if (addr::is_inside(it->first, dependency.address) && goes(it->second)) edges.emplace_back(known->second, it->second);
      }
    }
  }
  return {nodes, edges};
}

// The referrer lets go of the target before that goes, and what the target stands on goes after it: where the referrer
// needs the new one of that, the new one comes first. If no two can be, there is no order, and the circle is told.
void Planner::Impl::make_way(const graph::Reaching& waits) {
  auto row_of = [&](uint32_t instance) { return static_cast<uint32_t>(instances[instance].record - records.data()); };
  auto removals = graph_of_removals();
  std::vector<graph::Node> targets;
  for (const auto& [referrer, target] : lets_go) {
    if (steps[*instances[referrer].step].action == Action::kUpdate) targets.push_back(row_of(target));
  }
  auto goes_after = removals.reach(targets);
  std::vector<uint32_t> rows;  // of records
  for (uint32_t row = 0; row < records.size(); ++row) {
    if (!goes_after[row] || record_step[row] == UINT32_MAX) continue;
    const Step& step = steps[record_step[row]];
    if (step.action == Action::kReplace && !step.create_first && clash(step).empty()) rows.push_back(row);
  }
  graph::Reaching stands_on(removals);
  in_walks(rows, [&](std::span<const uint32_t> some) {
    std::vector<graph::Node> made;
    for (uint32_t row : some) made.push_back(steps[record_step[row]].instance);
    auto needed = waits.from_each(made), below = stands_on.from_each(some);
    for (const auto& [referrer, target] : lets_go) {
      if (steps[*instances[referrer].step].action != Action::kUpdate) continue;
      for (uint64_t both = needed[referrer] & below[row_of(target)]; both != 0; both &= both - 1) {
        Step& step = steps[record_step[some[static_cast<size_t>(std::countr_zero(both))]]];
        if (step.create_first) continue;
        step.create_first = true;
        step.remarks.push_back(fmt::format("created first, because {} needs it before {} goes", instances[referrer].address, instances[target].address));
      }
    }
  });
}

// Itself, through a let or a collection, or through a lookup.
auto Planner::Impl::reads_it(Replaced& replaced, const Reads& reads, uint32_t target) const -> bool {
  return std::ranges::any_of(reads, [&](ReadRef ref) {
    if (ref == kNothing) return false;
    if (!ref.is_joint() && ref.row() == target) return true;
    if (!ref.is_joint() && instances[ref.row()].declaration->kind != check::DeclarationKind::kLookup) return false;
    auto [known, fresh] = replaced.behind.try_emplace(ref.bits);
    if (fresh) {
      behind({ref}, [&](ReadRef one) {
        if (!one.is_joint()) known->second.insert(one.row());
      });
    }
    return known->second.contains(target);
  });
}

// The referrer (a row) holds `name` of the object that is replaced, and stays.
void Planner::Impl::order_by_referrer(Replaced& replaced, uint32_t referrer, const std::string& attribute, uint32_t target, const std::string& name) {
  const Instance& user = instances[referrer];
  Step& step = steps[*instances[target].step];
  bool depended = std::ranges::any_of(user.record->dependencies, [&](const auto& one) {
    return one.subtree ? addr::is_inside(step.address, one.address) : one.address == step.address;
  });
  // What came from elsewhere, a literal say, follows nothing.
  if (step.create_first || !depended) return;
  if (!reads_it(replaced, user.reads, target)) {
    if (user.step) replaced.by_target.emplace(target, referrer);
    return;
  }
  std::string shared = clash(step);
  bool moves = user.step && steps[*user.step].action == Action::kUpdate && !names(steps[*user.step].after.get(attribute), name);
  if (!shared.empty()) {
    stuck.try_emplace(target, Stuck{.referrer = referrer, .attribute = attribute, .shared = shared});
  } else if (moves) {
    step.create_first = true;
    step.remarks.push_back(fmt::format("created first, because `{}` of {} refers to it", attribute, user.address));
  }
}

// Of what was left out nothing is said.
void Planner::Impl::tell_stuck() {
  for (const auto& [pair, shared] : not_first) {
    const Instance &first = instances[pair.first], &needed = instances[pair.second];
    if (!first.step || !needed.step) continue;
    std::string way = first.create_first ? "take @create_first out of" : "take away what refers to";
    Report(world.problems, needed.declaration->range, diags::CannotComeFirst, {first.address, needed.address, shared})
        .help(fmt::format("{} `{}`, or give `{}` another `{}`", way, first.address, needed.address, shared));
  }
  for (const auto& [target, why] : stuck) {
    const Instance &instance = instances[target], &user = instances[why.referrer];
    if (!instance.step) continue;
    Report(world.problems, instance.declaration->range, diags::CannotBeReplaced, {instance.address, user.address, why.shared})
        .label(fmt::format("no two share `{}`, so the new one cannot come first", why.shared))
        .note(user.declaration->range, fmt::format("`{}` refers to it and stays, so the old one cannot go first", why.attribute))
        .help(fmt::format("give `{}` another `{}`, or one that is generated: then the new one comes first", instance.address, why.shared))
        .help(fmt::format("or take it out of `{}` of `{}` and apply that first", why.attribute, user.address));
  }
}

}  // namespace weft::plan
