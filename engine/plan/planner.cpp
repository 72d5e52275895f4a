#include "engine/plan/planner.h"

#include <algorithm>
#include <chrono>

#include <fmt/core.h>

#include "engine/plan/planner_impl.h"
#include "engine/plan/planner_scope.h"
#include "lang/base/text.h"

namespace weft::plan {

Planner::Impl::Impl(PlannerWorld given, Options asked)
    : world(std::move(given)),
      options(std::move(asked)),
      sessions(world.drivers, world.calls),
      evaluator(world.fabric.sources(), world.problems) {
  sessions.on_settings([this](const std::string& configuration) { return settings_of(configuration); });
}

Planner::Planner(PlannerWorld world, Options options) : impl_(std::make_unique<Impl>(std::move(world), std::move(options))) {}
Planner::~Planner() = default;

auto Planner::make() -> Task<Result<Plan>> {
  Impl& p = *impl_;
  const check::Module& root = *p.world.fabric.root();
  Plan& plan = p.plan;
  plan.fabric = root.fabric_name;
  plan.environment = p.world.environment;
  plan.fabric_id = p.world.snapshot.fabric_id;
  plan.tail = p.world.snapshot.tail;
  plan.destroy = p.options.destroy;
  plan.new_environment = p.world.state == nullptr && plan.environment != "default";
  auto started = Loop::now();

  p.adopt_ids = p.options.adopt;
  p.records = p.world.snapshot.records;
  p.moved_from.resize(p.records.size());
  p.record_step.assign(p.records.size(), UINT32_MAX);
  for (uint32_t row = 0; row < p.records.size(); ++row) p.record_by_address.emplace(p.records[row].address, row);

  ModuleInstance top;
  top.module = &root;
  top.states.resize(root.declarations.size());
  p.modules.push_back(std::move(top));
  co_await p.plan_module(0);
  co_await p.plan_removals();
  p.sort_steps();
  p.replace_before_referrers();
  p.spread_create_first();
  p.build_edges();
  p.select();
  p.tell_stuck();
  p.find_circle();
  p.plan_outputs();
  p.finish_stages();
  if (p.options.destroy) p.excuse_evaluation();
  plan.steps = std::move(p.steps);
  plan.api_calls = p.world.calls.api_calls;
  plan.read_ms = static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(Loop::now() - started).count());
  std::sort(plan.drift.begin(), plan.drift.end(), [](const auto& a, const auto& b) { return a.address < b.address; });
  co_return std::move(plan);
}

void Planner::use(state::State& state) { impl_->world.state = &state; }

auto Planner::fill(const Step& step) -> Result<Value> {
  Impl& p = *impl_;
  p.applying = true;
  if (step.instance == UINT32_MAX) return step.after;
  Instance& instance = p.instances[step.instance];
  // Its record says what they are now.
  if (auto values = p.replace_values(instance, nullptr)) {
    instance.replace_digest = p.replace_digest(*values, step.address);
    const Value* last = instance.record == nullptr ? nullptr : instance.record->extra.get("replace_when");
    if (instance.replace_digest.empty() && last != nullptr) instance.replace_digest = last->as_string();
  }
  if (!step.needs_holes && !p.lookups_moved) return step.after;
  const auto& declaration = *instance.declaration;
  size_t before = p.world.problems.errors();
  auto frame = p.frame_of(instance);
  std::optional<Value> body = Value::object({});
  if (declaration.body != nullptr) body = p.evaluate(*declaration.body, instance.module, frame, nullptr);
  if (!body) {
    const auto& all = p.world.problems.all();
    return fail(Code::kInvalid, p.world.problems.errors() > before ? all.back().message : "its attributes cannot be evaluated");
  }
  auto judged = p.judge_rules(declaration.rules, "require", instance.module, frame, diags::RequireFailed, &*body);
  if (!judged.broken.empty()) return fail(Code::kInvalid, std::move(judged.broken.back()));
  auto* open = p.sessions.find(step.provider);
  if (open == nullptr || !open->session) return fail(Code::kUnavailable, fmt::format("provider `{}` is not open", step.provider));
  driver::Prepare item{.address = step.address,
                       .type = p.world.drivers.type(step.type),
                       .desired = *body,
                       .previous = instance.record == nullptr ? Value() : instance.record->applied,
                       .fabric = p.world.fabric.root()->fabric_name,  // the plan was given away
                       .environment = p.world.environment};
  auto prepared = open->session->prepare(std::span(&item, 1));
  CHECK(prepared.size() == 1);
  if (!prepared[0].problems.empty()) return fail(Code::kInvalid, prepared[0].problems[0].text);
  if (instance.record != nullptr) p.keep_spelling(step.provider, *item.type, *instance.record, prepared[0]);
  bool made = step.action == Action::kCreate || step.action == Action::kReplace;
  Value desired = made ? prepared[0].desired : p.held(prepared[0].desired, step.before, instance.record, declaration.meta.ignore);
  if (desired.has_unknown()) return fail(Code::kInternal, "something that it needs is still not known");
  // Within the bounds: every value that the plan knew is still the same.
  std::string beyond;
  walk_difference(step.after, desired, {}, [&](const Path& path, const Value* planned, const Value* now) {
    if (planned != nullptr && planned->has_unknown()) return;
    if (planned == nullptr && now != nullptr) {
      // What the driver adds of its own, now that it knows more.
      if (weft::find(*body, path) == nullptr) return;
      // A member of something that was unknown as a whole, or one that the plan did not have.
      Path above = path;
      while (!above.steps.empty()) {
        above.steps.pop_back();
        const Value* value = weft::find(step.after, above);
        if (value != nullptr && value->is_unknown()) return;
      }
    }
    if (beyond.empty()) beyond = path.text();
  });
  if (!beyond.empty()) return fail(Code::kConflict, fmt::format("beyond the plan: `{}` is not what was planned", beyond));
  return desired;
}

auto Planner::recheck(const Step& step, const Value& desired) -> Task<Result<Value>> {
  Impl& p = *impl_;
  const auto* type = p.world.drivers.type(step.type);
  auto* open = p.sessions.find(step.provider);
  if (type == nullptr || open == nullptr || !open->session || step.instance == UINT32_MAX) co_return Value();
  bool updates = step.action == Action::kUpdate;
  bool hole = step.needs_holes && std::any_of(step.after.fields().begin(), step.after.fields().end(), [&](const Field& field) {
    const auto* attribute = type->attribute(field.key.view());
    return field.value.has_unknown() && attribute != nullptr && attribute->change != driver::OnChange::kInPlace;
  });
  if (!(updates && hole) && !(type->driver_diff && step.needs_holes)) co_return Value();
  const auto* record = p.find_record(step.address);
  driver::Candidate candidate{.instance = {.address = step.address, .type = type}, .desired = desired};
  candidate.proposed = updates ? driver::Verdict::kUpdate : step.action == Action::kReplace ? driver::Verdict::kReplace : driver::Verdict::kCreate;
  if (record != nullptr && updates) {
    candidate.instance.identity = record->identity;
    candidate.instance.applied = record->applied;
    candidate.instance.observed = step.before;
    candidate.instance.driver_data = p.opened(*record, record->driver_data, "driver_data");
  }
  for (const auto& difference : step.differences) {
    if (difference.kind == Difference::Kind::kChange || difference.kind == Difference::Kind::kDrift) candidate.changed.push_back(difference.path);
  }
  std::vector<driver::Candidate> items;
  items.push_back(std::move(candidate));
  auto verdicts = co_await open->session->plan(p.world.calls.call(), std::move(items));
  CHECK(verdicts.size() == 1);
  const auto& verdict = verdicts.front();
  if (verdict.failure) co_return fail(Code::kInvalid, verdict.failure->text);
  bool stronger = step.action != Action::kReplace && (verdict.verdict == driver::Verdict::kReplace || verdict.verdict == driver::Verdict::kRemove);
  if (stronger) {
    co_return fail(Code::kConflict, fmt::format("beyond the plan: only {} was planned, and now it must be {}{}", updates ? "an update" : "a create",
                                                verdict.verdict == driver::Verdict::kReplace ? "replaced" : "removed",
                                                verdict.why.empty() ? std::string() : ", because " + verdict.why));
  }
  co_return verdict.plan_data;
}

auto Planner::look_again(const Step& step) -> Task<Result<void>> {
  Impl& p = *impl_;
  p.applying = true;
  uint32_t row = step.instance;
  Instance again = p.instances[row];
  size_t before = p.world.problems.errors();
  co_await p.look_up(again.module, *again.declaration, again);
  if (again.failed || again.deferred) {
    const auto& all = p.world.problems.all();
    co_return fail(Code::kInvalid, p.world.problems.errors() > before ? all.back().message : "it cannot be read again");
  }
  Instance& instance = p.instances[row];
  instance.applied = true;
  if (instance.value == again.value && instance.value.has_secret() == again.value.has_secret()) co_return Result<void>();
  instance.value = std::move(again.value);
  p.lookups[instance.address] = instance.value;
  p.lookups_moved = true;
  p.moved_lookups.insert(row);
  co_return Result<void>();
}

auto Planner::left_behind() -> std::vector<std::string> {
  Impl& p = *impl_;
  p.applying = true;
  std::vector<std::string> all;
  for (uint32_t row = 0; row < p.instances.size() && !p.moved_lookups.empty(); ++row) {
    const Instance& instance = p.instances[row];
    const auto& declaration = *instance.declaration;
    bool stays = declaration.kind == check::DeclarationKind::kResource && !instance.step && !instance.failed && !instance.deferred && !p.left_out.contains(row);
    if (!stays || declaration.body == nullptr) continue;
    bool reads = false;
    p.behind(instance.reads, [&](ReadRef ref) { reads = reads || (!ref.is_joint() && p.moved_lookups.contains(ref.row())); });
    auto* open = reads ? p.sessions.find(p.configuration_of(instance.module, declaration)) : nullptr;
    if (open == nullptr || !open->session) continue;
    auto frame = p.frame_of(instance);
    DiagSink quiet;
    Impl::Scope scope(p, instance.module, nullptr, nullptr);
    auto body = eval::Evaluator(p.world.fabric.sources(), quiet, p.evaluator).evaluate(*declaration.body, scope, frame);
    driver::Prepare item{.address = instance.address,
                         .type = p.world.drivers.type(declaration.resource->name),
                         .desired = body ? *body : Value(),
                         .previous = instance.record == nullptr ? Value() : instance.record->applied,
                         .fabric = p.world.fabric.root()->fabric_name,
                         .environment = p.world.environment};
    if (body && open->session->prepare(std::span(&item, 1)).front().desired == instance.desired) continue;
    all.push_back(instance.address);
  }
  return all;
}

auto Planner::counts() const -> std::map<std::string, uint64_t> {
  const Impl& p = *impl_;
  std::map<std::string, uint64_t> all;
  for (const auto& instance : p.instances) ++all[p.modules[instance.module].prefix + instance.declaration->name];
  for (const auto& module : p.modules) {
    if (module.parent) ++all[p.modules[*module.parent].prefix + module.call->name];
  }
  return all;
}

void Planner::applied(const Step& step, const Value& desired, const Value& observed) {
  Impl& p = *impl_;
  p.applying = true;
  if (step.instance == UINT32_MAX) return;
  Instance& instance = p.instances[step.instance];
  const auto* type = p.world.drivers.type(step.type);
  std::vector<Field> fields;
  for (const auto& attribute : type->attributes) {
    const Value* value = desired.get(attribute.name);
    if (value == nullptr) value = observed.get(attribute.name);
    if (value == nullptr) continue;
    bool secret = attribute.secrecy != driver::Secrecy::kClear;
    fields.push_back(Field{Text(attribute.name), secret ? value->as_secret() : *value});
  }
  instance.value = Value::object(std::move(fields));
  instance.applied = true;
  // The collection's value is made anew when it is next asked for.
  auto& state = p.state_of(instance.module, *instance.declaration);
  if (instance.declaration->each && state.has_value && state.value.has_unknown()) state.has_value = false;
}

auto Planner::Impl::dependencies_of(const Reads& reads) -> std::vector<state::Dependency> {
  std::vector<state::Dependency> result;
  std::set<std::pair<std::string, bool>> seen;
  std::vector<ReadRef> work = reads;
  std::set<uint32_t> seen_joints, seen_lookups;
  while (!work.empty()) {
    ReadRef ref = work.back();
    work.pop_back();
    if (!ref.is_joint()) {
      const Instance& instance = instances[ref.row()];
      if (instance.declaration->kind == check::DeclarationKind::kResource) seen.emplace(instance.address, false);
      else if (seen_lookups.insert(ref.row()).second) work.insert(work.end(), instance.reads.begin(), instance.reads.end());
      continue;
    }
    if (!seen_joints.insert(ref.row()).second) continue;
    const Joint& joint = joints[ref.row()];
    if (!joint.address.empty()) seen.emplace(joint.address, true);
    else work.insert(work.end(), joint.members.begin(), joint.members.end());
  }
  for (const auto& [address, subtree] : seen) result.push_back({.address = address, .subtree = subtree});
  return result;
}

auto Planner::dependencies(const Step& step) -> std::vector<state::Dependency> {
  if (step.instance == UINT32_MAX) return {};
  return impl_->dependencies_of(impl_->instances[step.instance].reads);
}

auto Planner::depends_on(const Instance& instance) -> std::vector<state::Dependency> {
  return impl_->dependencies_of(instance.reads);
}

auto Planner::schema(const Step& step) const -> const driver::TypeSchema* { return impl_->world.drivers.type(step.type); }

auto Planner::type(const std::string& name) const -> const driver::TypeSchema* { return impl_->world.drivers.type(name); }

auto Planner::find_instance(const std::string& address) const -> const Instance* {
  auto found = impl_->instance_by_address.find(address);
  return found == impl_->instance_by_address.end() ? nullptr : &impl_->instances[found->second];
}

auto Planner::ensure(const Step& step, const Value& self) -> std::vector<std::string> {
  if (step.instance == UINT32_MAX) return {};
  Impl& p = *impl_;
  p.applying = true;
  Instance& instance = p.instances[step.instance];
  auto frame = p.frame_of(instance);
  return p.judge_rules(instance.declaration->rules, "ensure", instance.module, frame, diags::RequireFailed, &self).broken;
}

auto Planner::timeouts(const Step& step) -> Value {
  Impl& p = *impl_;
  // A removal has no row of its own; what it removes may still be declared.
  auto declared = p.instance_by_address.find(step.address);
  if (step.instance == UINT32_MAX && declared == p.instance_by_address.end()) return {};
  Instance& instance = p.instances[step.instance != UINT32_MAX ? step.instance : declared->second];
  if (instance.declaration->meta.timeouts == nullptr) return {};
  auto frame = p.frame_of(instance);
  auto value = p.evaluate(*instance.declaration->meta.timeouts, instance.module, frame, nullptr);
  return value ? *value : Value();
}

auto Planner::flags(const Step& step) const -> const Instance* {
  return step.instance == UINT32_MAX ? nullptr : &impl_->instances[step.instance];
}

auto Planner::waits(const Step& step, const Value& self) -> Result<std::optional<bool>> {
  if (step.instance == UINT32_MAX) return std::nullopt;
  Impl& p = *impl_;
  p.applying = true;
  Instance& instance = p.instances[step.instance];
  if (instance.declaration->meta.wait == nullptr) return std::nullopt;
  auto frame = p.frame_of(instance);
  size_t before = p.world.problems.errors();
  auto value = p.evaluate(*instance.declaration->meta.wait, instance.module, frame, nullptr, &self);
  if (!value) {
    const auto& all = p.world.problems.all();
    return fail(Code::kInvalid, p.world.problems.errors() > before ? "its @wait: " + all.back().message : "its @wait cannot be evaluated");
  }
  if (!value->is(ValueKind::kBool)) {
    return fail(Code::kInvalid, value->is_unknown() ? "its @wait reads what is not known of it" : "its @wait gives neither true nor false");
  }
  return value->as_bool();
}

auto Planner::outputs() -> std::vector<std::pair<std::string, Value>> {
  Impl& p = *impl_;
  p.applying = true;
  std::vector<std::pair<std::string, Value>> all;
  const auto& root = *p.modules[0].module;
  auto gone = [&](uint32_t row) {
    const auto& former = p.moved_from[row];
    auto now = p.world.state == nullptr ? Result<std::optional<state::Record>>() : p.world.state->record(former.empty() ? p.records[row].address : former);
    return now && !*now;
  };
  if (p.options.destroy) {
    for (const auto& [name, id] : root.outputs) {
      if (!p.loses(p.modules[0].states[id.index].reads, gone)) all.emplace_back(name, Value());
    }
    return all;
  }
  std::vector<bool> stands(2 * std::max(p.joints.size(), p.instances.size()) + 2, false);
  for (const auto& [name, id] : root.outputs) {
    // What was planned and not done, or left out, is not known, whatever the plan says of it.
    if (!p.all_stand(p.modules[0].states[id.index].reads, stands)) continue;
    auto value = p.value_of(0, root.declarations[id], nullptr);
    if (value && !value->has_unknown()) all.emplace_back(name, *value);
  }
  return all;
}

auto Planner::Impl::all_stand(ReadRef root, std::vector<bool>& known) const -> bool {
  Reads work{root}, passed;
  while (!work.empty()) {
    ReadRef ref = work.back();
    work.pop_back();
    if (ref == kNothing || known[ref.bits]) continue;
    known[ref.bits] = true;
    passed.push_back(ref);
    const Reads* more = nullptr;
    if (ref.is_joint()) {
      more = &joints[ref.row()].members;
    } else {
      const Instance& instance = instances[ref.row()];
      bool lookup = instance.declaration->kind == check::DeclarationKind::kLookup;
      if (lookup) more = &instance.reads;
      bool done = instance.applied || (!instance.step && (lookup || instance.record != nullptr));
      if (!done || left_out.contains(ref.row())) {
        for (ReadRef one : passed) known[one.bits] = false;
        return false;
      }
    }
    if (more != nullptr) work.insert(work.end(), more->begin(), more->end());
  }
  return true;
}

auto Planner::judge_checks() -> std::vector<event::CheckJudged> {
  Impl& p = *impl_;
  p.applying = true;
  std::vector<event::CheckJudged> checks;
  size_t left = 0;
  Range first;
  std::vector<bool> stands(2 * std::max(p.joints.size(), p.instances.size()) + 2, false);
  for (uint32_t module = 0; module < p.modules.size(); ++module) {
    for (const auto& declaration : p.modules[module].module->declarations) {
      if (declaration.kind != check::DeclarationKind::kCheck) continue;
      checks.push_back(p.judge_check(module, declaration, &stands));
      if (checks.back().unjudged > 0 && ++left == 1) first = declaration.range;
    }
  }
  // What was not asked for stays as it is: its checks are not missed.
  if (left > 0 && p.lacks_something()) {
    Report(p.world.problems, first, diags::NotJudged, {fmt::format("{} {}", counted(left, "check"), left == 1 ? "is" : "are"), left == 1 ? "it reads" : "they read"});
  }
  return checks;
}

auto Planner::Impl::lacks_something() const -> bool {
  return !deferred.empty() || std::ranges::any_of(instances, [](const Instance& one) { return one.step && !one.applied; });
}

auto Planner::sessions() -> Sessions& { return impl_->sessions; }
auto Planner::files_read() const -> const config::FilesRead& { return impl_->files_read; }
auto Planner::observed() const -> std::map<std::string, Value> {
  std::map<std::string, Value> all;
  for (const auto& [address, value] : impl_->observed) {
    if (!impl_->read_differs(address, value)) continue;
    // Digests as the record holds them, which lies under its former address until it is renamed.
    auto row = impl_->record_by_address.find(address);
    bool moved = row != impl_->record_by_address.end() && !impl_->moved_from[row->second].empty();
    all.emplace(address, impl_->digested(impl_->marked(address, value), moved ? impl_->moved_from[row->second] : address));
  }
  return all;
}
auto Planner::lookups() const -> const std::map<std::string, Value>& { return impl_->lookups; }

auto Planner::Impl::read_differs(const std::string& address, const Value& seen) -> bool {
  const auto* record = find_record(address);
  if (record == nullptr) return true;
  auto comparable = [&](const Value& value) { return digested(marked(address, value), address); };
  return !(comparable(opened(*record, record->observed, "observed")) == comparable(seen));
}

auto Planner::Impl::marked(const std::string& address, const Value& value) -> Value {
  auto found = instance_by_address.find(address);
  Value out = found == instance_by_address.end() ? value : marked_like(value, instances[found->second].desired);
  const auto* record = find_record(address);
  return record == nullptr ? out : marked_like(out, opened(*record, record->observed, "observed"));
}

auto Planner::instances() const -> const std::vector<Instance>& { return impl_->instances; }

auto Planner::record(const std::string& address) const -> const state::Record* { return impl_->find_record(address); }

auto Planner::module(uint32_t row) const -> const ModuleInstance& { return impl_->modules[row]; }

auto Planner::evaluate(const check::Expr& expr, uint32_t slots, uint32_t module) -> std::optional<Value> {
  std::vector<Value> frame(slots);
  return impl_->evaluate(expr, module, frame, nullptr);
}

auto Planner::Impl::source(Range range) const -> SourceLine {
  if (!range.valid()) return {};
  return {std::string(world.fabric.sources().name(range.file)), world.fabric.sources().position(range.file, range.begin).line};
}

}  // namespace weft::plan
