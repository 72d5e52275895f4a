// The order of steps on the page, and the graph that apply follows: creation after what is read, removal before what
// was depended on, replacements in either order.
#include <algorithm>
#include <numeric>

#include <fmt/core.h>

#include "engine/graph/graph.h"
#include "engine/plan/planner_impl.h"
#include "lang/base/text.h"

namespace weft::plan {

namespace {

auto rank(const Step& step) -> int {
  switch (step.action) {
    case Action::kDestroy: return 0;
    case Action::kReplace: return 1;
    case Action::kUpdate: return 2;
    case Action::kCreate: return 3;
    case Action::kMove: return 4;
    case Action::kAdopt: return 5;
    case Action::kForget: return 6;
    case Action::kRecord: return 7;
    default: return 8;
  }
}

auto has_make(const Step& step) -> bool { return step.action != Action::kDestroy && step.action != Action::kForget; }

}  // namespace

void Planner::Impl::sort_steps() {
  std::vector<uint32_t> order(steps.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    const Step& left = steps[a];
    const Step& right = steps[b];
    int l = rank(left), r = rank(right);
    if (l != r) return l < r;
    bool data = l <= 1 && left.stateful != right.stateful;
    if (data) return left.stateful;
    if (left.address == right.address) return a < b;
    return natural_less(left.address, right.address);
  });
  std::vector<Step> sorted;
  std::vector<uint32_t> place(steps.size());
  sorted.reserve(steps.size());
  for (uint32_t old : order) {
    place[old] = static_cast<uint32_t>(sorted.size());
    sorted.push_back(std::move(steps[old]));
  }
  steps = std::move(sorted);
  for (auto& instance : instances) {
    if (instance.step) instance.step = place[*instance.step];
  }
  for (auto& row : record_step) {
    if (row != UINT32_MAX) row = place[row];
  }
  for (Step& step : steps) step.id = fmt::format("{}:{}:{}", step.stage, step.address, word(step.action));
}

// The node that must be done before a reader of `ref` may begin; nothing when nothing of it changes.
auto Planner::Impl::node_of(ReadRef ref) -> std::optional<uint32_t> {
  if (!ref.is_joint()) {
    const Instance& instance = instances[ref.row()];
    if (instance.step && has_make(steps[*instance.step])) return make_node(*instance.step);
    return std::nullopt;
  }
  // Joints are visited without recursion: a let may read a let that reads a let, many deep.
  std::vector<std::pair<uint32_t, size_t>> stack{{ref.row(), 0}};
  while (!stack.empty()) {
    auto& [row, next] = stack.back();
    if (joints[row].node) {
      stack.pop_back();
      continue;
    }
    if (next < joints[row].members.size()) {
      ReadRef member = joints[row].members[next++];
      if (member.is_joint() && !joints[member.row()].node) stack.emplace_back(member.row(), 0);
      continue;
    }
    std::vector<uint32_t> before;
    for (ReadRef member : joints[row].members) {
      if (member.is_joint()) {
        if (*joints[member.row()].node != UINT32_MAX) before.push_back(*joints[member.row()].node);
      } else if (auto node = node_of(member)) {
        before.push_back(*node);
      }
    }
    if (before.empty()) {
      joints[row].node = UINT32_MAX;
    } else if (before.size() == 1) {
      joints[row].node = before.front();
    } else {
      joints[row].node = plan.nodes++;
      for (uint32_t node : before) plan.edges.emplace_back(node, *joints[row].node);
    }
    stack.pop_back();
  }
  auto node = *joints[ref.row()].node;
  return node == UINT32_MAX ? std::nullopt : std::optional(node);
}

auto Planner::Impl::clash(const Step& step) const -> std::string {
  const auto* type = world.drivers.type(step.type);
  if (type == nullptr || !step.before.is(ValueKind::kObject)) return {};
  for (const auto& group : type->unique) {
    std::string names;
    bool same = !group.empty();
    for (const auto& name : group) {
      const Value* before = step.before.get(name);
      const Value* after = step.after.get(name);
      same = same && before != nullptr && after != nullptr && !after->has_unknown() && *before == *after;
      names += (names.empty() ? "" : ", ") + name;
    }
    if (same) return names;
  }
  return {};
}

// A create-first replacement needs what it depends on to be there before and after: where that is replaced as well, it
// must be create-first too.
void Planner::Impl::spread_create_first() {
  std::vector<uint32_t> work;
  for (uint32_t row = 0; row < instances.size(); ++row) {
    if (instances[row].step && steps[*instances[row].step].create_first) work.push_back(row);
  }
  std::vector<bool> seen_joint(joints.size(), false);
  while (!work.empty()) {
    uint32_t row = work.back();
    work.pop_back();
    std::vector<ReadRef> refs = instances[row].reads;
    while (!refs.empty()) {
      ReadRef ref = refs.back();
      refs.pop_back();
      if (ref.is_joint()) {
        if (seen_joint[ref.row()]) continue;
        seen_joint[ref.row()] = true;
        refs.insert(refs.end(), joints[ref.row()].members.begin(), joints[ref.row()].members.end());
        continue;
      }
      Instance& needed = instances[ref.row()];
      if (!needed.step || steps[*needed.step].action != Action::kReplace || steps[*needed.step].create_first) continue;
      if (auto shared = clash(steps[*needed.step]); !shared.empty()) {
        not_first.try_emplace({row, ref.row()}, shared);
        continue;
      }
      steps[*needed.step].create_first = true;
      steps[*needed.step].remarks.push_back(fmt::format("created first, because {} is", instances[row].address));
      work.push_back(ref.row());
    }
  }
}

void Planner::Impl::build_edges() {
  plan.nodes = static_cast<uint32_t>(2 * steps.size());
  plan.edges.clear();
  auto edge = [&](uint32_t before, uint32_t after) {
    if (before != after) plan.edges.emplace_back(before, after);
  };
  // Creation: after everything that is read.
  for (const Instance& instance : instances) {
    if (!instance.step) continue;
    uint32_t step = *instance.step;
    for (ReadRef ref : instance.reads) {
      if (auto node = node_of(ref)) {
        edge(*node, make_node(step));
        if (!ref.is_joint()) steps[step].after_steps.push_back(*instances[ref.row()].step);
      }
    }
    if (steps[step].action == Action::kReplace) {
      if (steps[step].create_first) edge(make_node(step), remove_node(step));
      else edge(remove_node(step), make_node(step));
    }
  }
  // Removal: what depended on it, by the records, goes (or lets go of it) before. A whole collection is one joint.
  // What is replaced in place goes before its readers are made again; anything else waits until they have let go.
  auto waits_for_readers = [&](const Step& step) { return step.action == Action::kDestroy || step.create_first; };
  // Who lets go of it for good does so before.
  auto goes_after = [&](const Step& user, const Step& step) { return lets_go.contains({user.instance, step.instance}); };
  // Prefix, and whether only what waits for readers → joint that precedes every removal inside.
  std::map<std::pair<std::string, bool>, uint32_t> subtree;
  auto before_subtree = [&](const std::string& prefix, bool waiting) -> uint32_t {
    auto known = subtree.find({prefix, waiting});
    if (known != subtree.end()) return known->second;
    uint32_t node = UINT32_MAX;
    for (auto it = record_by_address.lower_bound(prefix); it != record_by_address.end() && it->first.starts_with(prefix); ++it) {
      uint32_t step = record_step[it->second];
      if (!addr::is_inside(it->first, prefix) || step == UINT32_MAX || !has_remove(steps[step])) continue;
      if (waiting && !waits_for_readers(steps[step])) continue;
      if (node == UINT32_MAX) node = plan.nodes++;
      edge(node, remove_node(step));
    }
    return subtree.emplace(std::pair(prefix, waiting), node).first->second;
  };
  for (uint32_t row = 0; row < records.size(); ++row) {
    uint32_t mine = record_step[row];
    if (mine == UINT32_MAX) continue;
    const Step& step = steps[mine];
    bool removes = has_remove(step);
    bool lets_go = step.action == Action::kUpdate;
    if (!removes && !lets_go) continue;
    bool remade = lets_go || (step.action == Action::kReplace && step.create_first);
    for (const auto& dependency : records[row].dependencies) {
      if (dependency.subtree) {
        if (addr::is_inside(records[row].address, dependency.address)) continue;
        uint32_t node = removes ? before_subtree(dependency.address, false) : UINT32_MAX;
        if (node != UINT32_MAX) edge(remove_node(mine), node);
        node = remade ? before_subtree(dependency.address, true) : UINT32_MAX;
        if (node != UINT32_MAX) edge(make_node(mine), node);
        continue;
      }
      auto found = record_by_address.find(dependency.address);
      if (found == record_by_address.end()) continue;
      uint32_t theirs = record_step[found->second];
      if (theirs == UINT32_MAX || theirs == mine || !has_remove(steps[theirs])) continue;
      if (removes) edge(remove_node(mine), remove_node(theirs));
      if (remade && (waits_for_readers(steps[theirs]) || goes_after(steps[mine], steps[theirs]))) edge(make_node(mine), remove_node(theirs));
    }
  }
  add_standing_edges();
  std::sort(plan.edges.begin(), plan.edges.end());
  plan.edges.erase(std::unique(plan.edges.begin(), plan.edges.end()), plan.edges.end());
  // Which replacement forces which: the prerequisite that is one and feeds a path that is not known before. What comes
  // from further away has passed through a prerequisite of which a path is unknown for the same reason.
  // A difference shows of a secret only that there is one; the step knows whether it is known.
  auto origin_at = [](const Step& step, const Difference& difference) -> Text {
    const Value* wanted = difference.after ? weft::find(step.after, difference.path) : nullptr;
    if (wanted == nullptr || !wanted->is_unknown()) wanted = difference.after ? &*difference.after : nullptr;
    return wanted != nullptr && wanted->is_unknown() ? wanted->facts().origin : Text();
  };
  auto passes_on = [&](const Step& other, std::string_view origin) {
    return std::ranges::any_of(other.differences, [&](const Difference& difference) { return origin_at(other, difference).view() == origin; });
  };
  for (uint32_t i = 0; i < steps.size(); ++i) {
    Step& step = steps[i];
    std::sort(step.after_steps.begin(), step.after_steps.end());
    step.after_steps.erase(std::unique(step.after_steps.begin(), step.after_steps.end()), step.after_steps.end());
    if (step.action != Action::kReplace && step.action != Action::kUpdate) continue;
    std::optional<StepIndex> direct, passed;
    for (const auto& difference : step.differences) {
      const Text from = origin_at(step, difference);
      auto origin = from.view();
      if (origin.empty()) continue;
      for (StepIndex other : step.after_steps) {
        if (steps[other].action != Action::kReplace) continue;
        if (addr::is_inside(origin, steps[other].address)) direct = other;
        else if (!passed && passes_on(steps[other], origin)) passed = other;
      }
    }
    step.because_of = direct ? direct : passed;
  }
}

void Planner::Impl::find_circle() {
  auto circle = graph::Graph(plan.nodes, plan.edges).circle();
  std::string names;
  std::set<uint32_t> told;
  for (uint32_t node : circle) {
    if (node < 2 * steps.size() && told.insert(node / 2).second) names += (names.empty() ? "" : ", ") + steps[node / 2].address;
  }
  if (!circle.empty()) Report(world.problems, {}, diags::Circle, {names});
}

}  // namespace weft::plan
