// The order of a replacement by what refers to it: where the old object cannot go while something that stays refers to it
// (`refs`, `in_use_blocks_remove`), the new one comes first, the referrers are pointed at it, and the old one goes last.
#include <algorithm>
#include <unordered_set>

#include <fmt/core.h>

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

}  // namespace

// What is replaced (rows), by what a referrer would hold of it.
struct Planner::Impl::Replaced {
  std::map<std::string, std::vector<uint32_t>, std::less<>> by_type;
  std::map<std::pair<std::string, std::string>, std::unordered_map<std::string, uint32_t>> by_value;  // of type and attribute
  std::unordered_map<uint32_t, std::unordered_set<uint32_t>> behind;  // joint → instances: many read the same one
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
  for (const auto& [referrer, target] : lets_go) make_way(referrer, target);
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

// Through whatever changes in between.
auto Planner::Impl::waited_for(const Reads& reads) const -> std::unordered_set<uint32_t> {
  std::unordered_set<uint32_t> rows;
  Reads work = reads;
  std::set<ReadRef> passed;
  while (!work.empty()) {
    ReadRef ref = work.back();
    work.pop_back();
    if (ref == kNothing || !passed.insert(ref).second) continue;
    if (!ref.is_joint()) rows.insert(ref.row());
    const Reads& more = ref.is_joint() ? joints[ref.row()].members : instances[ref.row()].reads;
    work.insert(work.end(), more.begin(), more.end());
  }
  return rows;
}

// The referrer lets go of the target before that goes, and what the target stands on goes after it: where the referrer
// needs the new one of that, the new one comes first. If no two can be, there is no order, and the circle is told.
void Planner::Impl::make_way(uint32_t referrer, uint32_t target) {
  const Instance& user = instances[referrer];
  if (steps[*user.step].action != Action::kUpdate) return;
  auto needed = waited_for(user.reads);
  std::set<uint32_t> passed;  // rows of records
  std::vector<const state::Record*> work{instances[target].record};
  auto goes_after = [&](uint32_t row) {
    uint32_t mine = record_step[row];
    if (mine == UINT32_MAX || !has_remove(steps[mine]) || !passed.insert(row).second) return;
    work.push_back(&records[row]);
    Step& step = steps[mine];
    if (step.action != Action::kReplace || step.create_first || !needed.contains(step.instance) || !clash(step).empty()) return;
    step.create_first = true;
    step.remarks.push_back(fmt::format("created first, because {} needs it before {} goes", user.address, instances[target].address));
  };
  while (!work.empty()) {
    const state::Record& record = *work.back();
    work.pop_back();
    for (const auto& dependency : record.dependencies) {
      auto it = record_by_address.lower_bound(dependency.address);
      for (; it != record_by_address.end() && it->first.starts_with(dependency.address); ++it) {
        bool meant = dependency.subtree ? addr::is_inside(it->first, dependency.address) : it->first == dependency.address;
        if (meant) goes_after(it->second);
        if (!dependency.subtree) break;
      }
    }
  }
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
    if (user.step && !waited_for(user.reads).contains(target)) lets_go.emplace(referrer, target);
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
