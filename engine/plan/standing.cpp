// Where objects stand among each other: what a driver tells of an identity (driver::Standing) finds two addresses of one
// object, and an order that no reference shows.
#include <algorithm>
#include <set>

#include <fmt/core.h>

#include "engine/addr/written.h"
#include "engine/graph/graph.h"
#include "engine/plan/planner_impl.h"
#include "providers/api/identity.h"

namespace weft::plan {

using check::Declaration;
using driver::Verdict;

namespace {

constexpr int kMostCircles = 64;

auto makes(const Step& step) -> bool {
  return step.action == Action::kCreate || step.action == Action::kUpdate || step.action == Action::kReplace;
}

auto driver_of(std::string_view type) -> std::string_view { return type.substr(0, type.find('.')); }

// Keys of one driver in one place are of one world.
auto within(std::string_view type, std::string_view place, std::string_view key) -> std::string {
  std::string out(driver_of(type));
  return out.append("|").append(place).append("|").append(key);
}

// Where an attribute is written; the declaration when it is nowhere.
auto written_at(const Declaration& declaration, std::string_view name) -> Range {
  if (declaration.body == nullptr) return declaration.range;
  for (const auto& field : declaration.body->fields) {
    if (field.kind == check::ObjectField::Kind::kNamed && field.name == name) return field.name_range;
  }
  return declaration.range;
}

}  // namespace

// A name is seen by everybody: a secret in it is refused before the driver, which speaks of names, sees it.
auto Planner::Impl::refuse_secret_names(const Declaration& declaration, const driver::TypeSchema& type, const Value& body,
                                        const std::string& address) -> bool {
  bool refused = false;
  auto judge = [&](const driver::Attribute& attribute) {
    const Value* value = body.get(attribute.name);
    if (value == nullptr || !value->has_secret()) return;
    refused = true;
    if (!secret_names.emplace(&declaration, attribute.name).second) return;  // one mistake, however many instances
    Report(world.problems, written_at(declaration, attribute.name), diags::SecretName, {attribute.name, address})
        .label("this value is secret")
        .help("if it is meant to be seen, write `reveal(…)` around it; else give another value");
  };
  if (declaration.kind == check::DeclarationKind::kLookup) {
    for (const auto& filter : type.filters) {
      if (filter.plain) judge(filter);
    }
    return refused;
  }
  for (const auto& attribute : type.attributes) {
    bool names = std::find(type.identity.begin(), type.identity.end(), attribute.name) != type.identity.end();
    if (attribute.plain || names) judge(attribute);
  }
  return refused;
}

auto Planner::Impl::standing_of(const std::string& configuration, const driver::TypeSchema& type, const Value& identity)
    -> driver::Standing {
  auto* open = sessions.find(configuration);
  if (open == nullptr || !open->session || !identity.is(ValueKind::kObject)) return {};
  auto standing = open->session->standing(type, identity);
  if (standing.key.empty()) return {};
  auto place = open->place();
  standing.key = within(type.name, place, standing.key);
  for (auto& key : standing.inside) key = within(type.name, place, key);
  return standing;
}

// Another spelling of what names the object (`./a` for `a`) makes no other object: it stays as its record spells it.
void Planner::Impl::keep_spelling(const std::string& configuration, const driver::TypeSchema& type, const state::Record& record,
                                  driver::Prepared& prepared) {
  if (!prepared.identity || prepared.identity->has_unknown() || *prepared.identity == record.identity) return;
  auto key = standing_of(configuration, type, record.identity).key;
  if (key.empty() || key != standing_of(configuration, type, *prepared.identity).key) return;
  for (const auto& name : type.identity) {
    const Value* known = record.applied.get(name);
    if (known == nullptr) known = record.identity.get(name);  // nothing was sent since it was adopted
    if (known != nullptr && prepared.desired.get(name) != nullptr) prepared.desired = with(prepared.desired, Path{}.member(name), *known);
  }
  prepared.identity = record.identity;
}

// False: another address has the same object, and that is reported.
auto Planner::Impl::stands_alone(const Draft& draft) -> bool {
  const Instance& instance = instances[draft.instance];
  if (!draft.prepared.identity || draft.prepared.identity->has_unknown()) return true;
  auto name = driver::identity_text(*draft.prepared.identity);
  auto standing = standing_of(draft.configuration, *draft.type, *draft.prepared.identity);
  auto key = !standing.key.empty() ? standing.key : draft.type->name + "|" + draft.place + "|" + name;
  auto [it, fresh] = identities.emplace(std::move(key), instance.address);
  if (options.destroy) return true;
  auto refuse = [&](const DiagInfo& what, const std::string& other, std::vector<std::string> words) {
    Report(world.problems, instance.declaration->range, what, std::move(words))
        .note(instances[instance_by_address.at(other)].declaration->range, "the other one");
    return false;
  };
  if (!fresh) return refuse(diags::SameObject, it->second, {instance.address, it->second, name});
  if (standing.key.empty()) return true;
  // What it stands in, and what stands in it: whichever of the two comes second tells.
  for (const auto& outer : standing.inside) {
    identities.emplace("in|" + outer, instance.address);
    if (auto full = identities.find("full|" + outer); full != identities.end()) return refuse(diags::InsideFull, full->second, {instance.address, full->second});
  }
  if (!standing.full) return true;
  identities.emplace("full|" + standing.key, instance.address);
  auto inner = identities.find("in|" + standing.key);
  return inner == identities.end() || refuse(diags::InsideFull, inner->second, {inner->second, instance.address});
}

// The first of what it waits for that may change what stands at the key.
auto Planner::Impl::changes_at(const Reads& reads, const std::string& type, const std::string& key) -> std::optional<std::string> {
  std::optional<std::string> first;
  behind(reads, [&](ReadRef ref) {
    if (ref.is_joint() || !instances[ref.row()].step) return;
    const Instance& other = instances[ref.row()];
    const Step& step = steps[*other.step];
    const auto* its_type = world.drivers.type(step.type);
    bool outside = its_type == nullptr || its_type->role != driver::TypeRole::kResource || driver_of(step.type) != driver_of(type);
    if (outside || !makes(step)) return;
    auto standing = standing_of(step.provider, *its_type, driver::predicted_identity(*its_type, other.desired).value_or(Value()));
    // A command may make anything.
    bool meets = standing.key.empty() || standing.key == key || std::ranges::find(standing.inside, key) != standing.inside.end();
    if (meets && (!first || other.address < *first)) first = other.address;
  });
  return first;
}

void Planner::Impl::follow_source(Draft& draft) {
  std::vector<std::string> keys;
  for (const auto& from : draft.planned.made_from) {
    keys.push_back(within(draft.type->name, draft.place, from.key));
    if (draft.verdict != Verdict::kNone || !draft.adopted_id.empty()) continue;
    if (auto other = changes_at(instances[draft.instance].reads, draft.type->name, keys.back())) {
      draft.verdict = Verdict::kUpdate;
      draft.reasons.push_back(*other + ", which it is made from, changes");
      draft.diff.changed.push_back(from.path);
    }
  }
  if (draft.planned.missing) missing.push_back(Missing{draft.instance, *draft.planned.missing});
  if (!keys.empty()) made_from.emplace(draft.instance, std::move(keys));
}

void Planner::Impl::each_made(const std::function<void(uint32_t, const driver::Standing&)>& visit) {
  for (uint32_t row = 0; row < instances.size(); ++row) {
    if (!instances[row].step || !makes(steps[*instances[row].step])) continue;
    const Step& step = steps[*instances[row].step];
    const auto* type = world.drivers.type(step.type);
    auto standing = standing_of(step.provider, *type, driver::predicted_identity(*type, instances[row].desired).value_or(Value()));
    if (!standing.key.empty()) visit(row, standing);
  }
}

// What is missing may be made by what it waits for, or by whatever stands there or inside.
void Planner::Impl::judge_missing() {
  if (missing.empty() || options.destroy) return;
  std::map<std::string, std::pair<uint32_t, bool>> made;  // key → a row, and whether there are more
  each_made([&](uint32_t row, const driver::Standing& standing) {
    auto add = [&](const std::string& key) {
      auto [it, fresh] = made.emplace(key, std::pair(row, false));
      it->second.second = it->second.second || !fresh;
    };
    add(standing.key);
    std::ranges::for_each(standing.inside, add);
  });
  for (const auto& one : missing) {
    Instance& instance = instances[one.instance];
    bool waits = changes_behind(instance.reads).has_value() || is_deferred(instance.reads).has_value();
    auto from = made_from.find(one.instance);
    bool comes = from != made_from.end() && std::ranges::any_of(from->second, [&](const auto& key) {
      auto found = made.find(key);
      return found != made.end() && (found->second.second || found->second.first != one.instance);
    });
    if (waits || comes) continue;
    auto named = one.failure.path.empty() ? std::string_view() : std::string_view(one.failure.path.steps[0].name);
    Report report(world.problems, written_at(*instance.declaration, named), diags::RefusedByDriver, {instance.address, one.failure.text});
    if (!one.failure.hint.empty()) report.help(one.failure.hint);
    instance.failed = true;
  }
}

// Edges that no reference shows: what stands in something is made after it and goes before it; what takes the place of
// something comes after that has gone; what is made from something comes after it. They give way to those that the files
// demand.
void Planner::Impl::add_standing_edges() {
  std::vector<uint32_t> leavers;  // rows of records
  for (uint32_t row = 0; row < records.size(); ++row) {
    bool leaves = record_step[row] != UINT32_MAX && has_remove(steps[record_step[row]]);
    if (leaves && world.drivers.type(records[row].type) != nullptr) leavers.push_back(row);
  }
  auto each_gone = [&](const std::function<void(uint32_t, const driver::Standing&)>& visit) {
    for (uint32_t row : leavers) {
      auto standing = standing_of(records[row].provider, *world.drivers.type(records[row].type), records[row].identity);
      if (!standing.key.empty()) visit(row, standing);
    }
  };
  // Of a million files in one folder only the folder is remembered.
  std::set<std::string> around;
  auto surround = [&](uint32_t, const driver::Standing& standing) { around.insert(standing.inside.begin(), standing.inside.end()); };
  each_made(surround);
  each_gone(surround);
  std::unordered_map<std::string, StepIndex> outer_made, outer_gone, leaving;
  each_made([&](uint32_t row, const driver::Standing& standing) {
    if (around.contains(standing.key)) outer_made.emplace(standing.key, *instances[row].step);
  });
  each_gone([&](uint32_t row, const driver::Standing& standing) {
    if (around.contains(standing.key)) outer_gone.emplace(standing.key, record_step[row]);
    leaving.emplace(standing.key, record_step[row]);
  });
  std::map<std::string, std::vector<StepIndex>> wanted;  // key → steps that are made from what stands there or inside
  for (const auto& [row, keys] : made_from) {
    for (const auto& key : keys) {
      if (instances[row].step) wanted[key].push_back(*instances[row].step);
    }
  }
  std::vector<std::pair<uint32_t, uint32_t>> more;
  auto nearest = [](const std::unordered_map<std::string, StepIndex>& all, const driver::Standing& standing) -> std::optional<StepIndex> {
    for (const auto& key : standing.inside) {
      if (auto found = all.find(key); found != all.end()) return found->second;
    }
    return std::nullopt;
  };
  each_made([&](uint32_t row, const driver::Standing& standing) {
    StepIndex step = *instances[row].step;
    if (auto outer = nearest(outer_made, standing); outer && *outer != step) more.emplace_back(make_node(*outer), make_node(step));
    auto before = leaving.find(standing.key);
    if (before != leaving.end() && before->second != step) more.emplace_back(remove_node(before->second), make_node(step));
    auto feeds = [&](const std::string& key) {
      auto found = wanted.find(key);
      if (found == wanted.end()) return;
      for (StepIndex user : found->second) {
        if (user != step) more.emplace_back(make_node(step), make_node(user));
      }
    };
    if (wanted.empty()) return;
    feeds(standing.key);
    std::ranges::for_each(standing.inside, feeds);
  });
  each_gone([&](uint32_t row, const driver::Standing& standing) {
    StepIndex step = record_step[row];
    if (auto outer = nearest(outer_gone, standing); outer && *outer != step) more.emplace_back(remove_node(step), remove_node(*outer));
  });
  // One that would close a circle is left out, for what is referred to decides; the others stay.
  for (int round = 0; round < kMostCircles && !more.empty(); ++round) {
    auto all = plan.edges;
    all.insert(all.end(), more.begin(), more.end());
    auto circle = graph::Graph(plan.nodes, all).circle();
    if (circle.empty()) {
      plan.edges = std::move(all);
      return;
    }
    std::set<graph::Edge> closing;
    for (size_t i = 0; i < circle.size(); ++i) closing.emplace(circle[i], circle[(i + 1) % circle.size()]);
    auto breaks = [&](const auto& edge) {
      if (!closing.contains(edge)) return false;
      // Of two that cannot both be there, one has to go first, and what uses it does not let go before the other is made.
      if (edge.first % 2 == 1 && edge.second % 2 == 0) {
        const Step &goes = steps[edge.first / 2], &comes = steps[edge.second / 2];
        Report(world.problems, instances[comes.instance].declaration->range, diags::Circle, {goes.address + ", " + comes.address})
            .help(fmt::format("if it is the same object under another name:  moved {} to {}", addr::written(goes.address), addr::written(comes.address)));
      }
      return true;
    };
    if (std::erase_if(more, breaks) == 0) return;
  }
}

}  // namespace weft::plan
