// An instance's verdict: match it with its record and the world, compare, predict its value, make its step.
#include <algorithm>

#include <fmt/core.h>

#include "engine/plan/planner_impl.h"
#include "engine/plan/unread.h"
#include "engine/state/seal.h"
#include "providers/api/identity.h"

namespace weft::plan {

using check::Declaration;
using driver::Verdict;

auto marked_like(const Value& observed, const Value& desired) -> Value {
  if (!desired.has_secret() || !observed.is(ValueKind::kObject)) return observed;
  std::vector<Field> fields(observed.fields().begin(), observed.fields().end());
  for (Field& field : fields) {
    const Value* written = desired.get(field.key);
    if (written == nullptr || !written->has_secret()) continue;
    if (field.value.get("$digest") != nullptr) continue;  // of a secret only this is kept
    if (written->is(ValueKind::kObject) && !written->secret()) field.value = marked_like(field.value, *written);
    else field.value = field.value.as_secret();
  }
  return Value::object(std::move(fields));
}

namespace {

// Of an object that is made anew nothing is held: what was ignored changes too, from what is there.
void count_ignored(std::vector<Difference>& differences) {
  std::vector<Difference> all;
  for (auto& one : differences) {
    bool ignored = one.kind == Difference::Kind::kIgnored;
    if (ignored) one.kind = Difference::Kind::kChange;
    auto known = std::ranges::find_if(all, [&](const Difference& other) { return ignored && other.kind == one.kind && other.path == one.path; });
    if (known != all.end()) *known = std::move(one);
    else all.push_back(std::move(one));
  }
  differences = std::move(all);
}

// What was last sent at a path; of a secret only that it is one.
auto as_sent(const Value& applied, const Difference& difference) -> std::optional<Value> {
  const Value* sent = weft::find(applied, difference.path);
  if (sent == nullptr) return std::nullopt;
  bool hidden = (difference.after && difference.after->secret()) || sent->has_secret() || state::holds_digest(*sent);
  return hidden ? Value::null().as_secret() : *sent;
}

}  // namespace

auto Planner::Impl::adopt(Draft& draft, driver::Session& session) -> Task<void> {
  const Instance& instance = instances[draft.instance];
  const Declaration& declaration = *instance.declaration;
  if (draft.record != nullptr || instance.deferred || options.destroy) co_return;
  std::string id;
  bool must_exist = false;
  if (auto asked = adopt_ids.find(instance.address); asked != adopt_ids.end()) {
    id = asked->second;
    must_exist = true;
  }
  Value selector;
  if (id.empty() && declaration.meta.adopt != nullptr) {
    auto frame = frame_of(instance);
    auto value = evaluate(*declaration.meta.adopt, instance.module, frame, nullptr);
    if (value && value->is(ValueKind::kString)) id = value->as_text().str();
    else if (is_true(value) && draft.prepared.identity) selector = *draft.prepared.identity;
    else co_return;
  }
  if (!id.empty()) {
    selector = driver::identity_from(*draft.type, id);
    // Another spelling of what the files name is that object: it is taken as they spell it.
    const auto& named = draft.prepared.identity;
    auto key = named && !named->has_unknown() ? standing_of(draft.configuration, *draft.type, selector).key : std::string();
    if (!key.empty() && key == standing_of(draft.configuration, *draft.type, *named).key) selector = *named;
  }
  if (selector.is_null() || selector.has_unknown()) co_return;
  driver::Find wanted{.type = draft.type, .selector = selector, .working_folder = world.fabric.folder()};
  auto found = co_await session.find(world.calls.call(), std::move(wanted));
  if (!found) {
    plan.failed.push_back(Failed{instances[draft.instance].address, draft.type->name, found.error(), source(declaration.range)});
    instances[draft.instance].failed = true;
    co_return;
  }
  if (found->empty()) {
    if (must_exist) {
      Report(world.problems, declaration.range, diags::AdoptNotFound, {id, instances[draft.instance].address});
      instances[draft.instance].failed = true;
    }
    co_return;
  }
  draft.adopted_id = driver::identity_text(found->front().identity);
  draft.observed = found->front().observed;
  // Its identity is what the record will hold.
  draft.prepared.identity = found->front().identity;
}

void Planner::Impl::compare(Draft& draft) {
  Instance& instance = instances[draft.instance];
  if (instance.deferred) return;
  draft.diff = {};
  draft.verdict = Verdict::kNone;
  draft.reasons.clear();
  draft.ask_driver = draft.type->driver_diff;  // of a create too: what it is made from may be missing
  auto stored = instance.address;
  if (draft.record != nullptr) {
    const auto& record = *draft.record;
    auto row = static_cast<size_t>(&record - records.data());
    if (!moved_from[row].empty()) stored = moved_from[row];
    if (record.schema_version > draft.type->version) {
      Report(world.problems, instance.declaration->range, diags::NewerRecord,
             {instance.address, std::to_string(record.schema_version), record.type, std::to_string(draft.type->version)});
      instance.failed = true;
      return;
    }
    draft.applied = record.applied;
    auto last = opened(record, record.observed, "observed");
    auto now = observed.find(instance.address);
    if (now == observed.end()) now = observed.find(stored);
    draft.observed = now == observed.end() ? last : now->second;
    draft.missing = now != observed.end() && now->second.is_null();
    if (auto odd = unusual.find(instance.address); odd != unusual.end()) {
      using Kind = driver::ReadState::Kind;
      if (odd->second.kind == Kind::kFailed) {
        plan.failed.push_back(Failed{instance.address, record.type, *odd->second.failure, source(instance.declaration->range)});
        instance.failed = true;
        return;
      }
      if (odd->second.kind == Kind::kBroken) {
        draft.reasons.push_back(fmt::format("broken: \"{}\"", odd->second.why));
        draft.diff.replace = true;
      } else {
        draft.missing = true;
        draft.reasons.push_back(odd->second.kind == Kind::kOther ? "another object has taken its name"
                                                                 : fmt::format("it is being removed: \"{}\"", odd->second.why));
      }
    }
    if (draft.missing) {
      draft.verdict = Verdict::kCreate;
      if (draft.reasons.empty()) draft.reasons.push_back("missing: it is not there any more");
      draft.diff.change = digested(draft.prepared.desired, stored) != draft.applied;
      return;
    }
    bool has_baseline = record.status == state::Status::kOk;
    if (has_baseline) draft.baseline = record.baseline.is_null() ? last : opened(record, record.baseline, "baseline");
  } else if (draft.adopted_id.empty()) {
    draft.verdict = Verdict::kCreate;
    return;
  }
  draft.digested = digested(draft.prepared.desired, stored);
  Value seen = digested(marked_like(draft.observed, draft.prepared.desired), stored);
  Value base = digested(marked_like(draft.baseline, draft.prepared.desired), stored);
  bool broken = draft.diff.replace;
  // The quick way: nothing moved anywhere.
  if (draft.record != nullptr && !broken && draft.digested == draft.applied && (base.is_null() || seen == base)) {
    draft.verdict = Verdict::kNone;
  } else {
    draft.diff = difference(DiffInput{.type = *draft.type,
                                      .desired = draft.prepared.desired,
                                      .desired_digested = draft.digested,
                                      .applied = draft.applied,
                                      .baseline = base,
                                      .observed = seen,
                                      .ignore = draft.ignore});
    draft.diff.replace = draft.diff.replace || broken;
    if (!draft.diff.replace && !options.destroy) {
      for (const Path& path : draft.diff.refused) {
        Report(world.problems, instance.declaration->range, diags::RefusedByDriver,
               {instance.address, fmt::format("`{}` may not be taken out once it was written", path.text())});
        instance.failed = true;
      }
      if (instance.failed) return;
    }
    draft.verdict = draft.diff.replace ? Verdict::kReplace
                    : draft.diff.change || draft.diff.drift ? Verdict::kUpdate
                                                             : Verdict::kNone;
    if (draft.verdict == Verdict::kUpdate && !draft.type->update.exists) {
      draft.verdict = Verdict::kReplace;
      draft.reasons.push_back("it cannot be changed in place");
    }
  }
  if (draft.record != nullptr) ask_rest(draft);
  bool conditional = std::any_of(draft.diff.changed.begin(), draft.diff.changed.end(), [&](const Path& path) {
    const auto* attribute = path.empty() ? nullptr : draft.type->attribute(path.steps[0].name);
    return attribute != nullptr && attribute->change == driver::OnChange::kMayReplace;
  });
  draft.ask_driver = draft.type->driver_diff || draft.type->renews || conditional;
}

// Reasons to act that no attribute shows.
void Planner::Impl::ask_rest(Draft& draft) {
  const Instance& instance = instances[draft.instance];
  const auto& record = *draft.record;
  auto because = [&](Verdict verdict, std::string reason) {
    if (draft.verdict != Verdict::kReplace) draft.verdict = verdict;
    draft.reasons.push_back(std::move(reason));
  };
  if (record.status == state::Status::kBroken) because(Verdict::kReplace, "it was left broken");
  if (record.status == state::Status::kUnfinished) because(draft.verdict == Verdict::kNone ? Verdict::kUpdate : draft.verdict, "an earlier change of it is not finished");
  if (record.status == state::Status::kUnready && draft.verdict == Verdict::kNone) {
    const auto& rules = instance.declaration->rules;
    bool ensures = std::any_of(rules.begin(), rules.end(), [](const auto& rule) { return rule.word == "ensure"; });
    bool waits = draft.type->waits || instance.declaration->meta.wait != nullptr;
    because(Verdict::kUpdate, !ensures ? "it was not seen ready yet" : waits ? "it was not seen ready yet, with what it ensures" : "what it ensures was not seen to hold yet");
  }
  // An update was refused: it can only be replaced (apply/records.cpp writes the path; empty: all of it).
  if (const Value* refused = record.extra.get("needs_replace"); refused != nullptr && draft.verdict == Verdict::kUpdate) {
    auto path = refused->as_string();
    auto is_it = [&](const Path& one) { return path.empty() || (!one.empty() && one.steps[0].name == path.substr(0, path.find_first_of(".["))); };
    if (std::ranges::any_of(draft.diff.changed, is_it)) {
      because(Verdict::kReplace, path.empty() ? "the provider refused to update it, and wants it replaced" : fmt::format("the provider refused to update `{}`, and wants it replaced", path));
      for (auto& difference : draft.diff.differences) difference.forces_replace = difference.forces_replace || (!path.empty() && is_it(difference.path));
    }
  }
  ask_values(draft, [&](std::string reason) { because(Verdict::kReplace, std::move(reason)); });
  if (options.replaced.contains(instance.address)) return;
  if (asked().replace.matches(instance.address)) because(Verdict::kReplace, "asked for by --replace");
}

void Planner::Impl::ask_values(const Draft& draft, const std::function<void(std::string reason)>& replace) {
  const Instance& instance = instances[draft.instance];
  const Value* before = draft.record->extra.get("replace_when");
  if (before == nullptr || instance.declaration->meta.replace_when.empty() || before->as_string() == instance.replace_digest) return;
  if (options.destroy || world.problems.errors() > 0) return;
  auto values = replace_values(instance, nullptr);
  if (!values) return;
  // What is not known yet comes of something that changes.
  for (const Value& value : values->elements()) {
    if (value.is_unknown()) return replace(fmt::format("a value of @replace_when changes: (known after {})", origin_name(value.facts().origin.view())));
  }
  if (values->has_unknown()) return replace("a value of @replace_when changes");
  if (!instance.replace_digest.empty()) replace("a value of @replace_when changed");
}

auto Planner::Impl::held(const Value& desired, const Value& observed, const state::Record* record, const std::vector<Path>& ignore) -> Value {
  if (record == nullptr || ignore.empty()) return desired;
  Value seen = observed.is(ValueKind::kObject) ? marked_like(observed, desired) : Value::object({});
  const Value& once = record->baseline.is_null() ? record->observed : record->baseline;
  for (const Path& path : ignore) {
    if (path.empty()) continue;
    const auto& name = path.steps[0].name;
    if (seen.get(name) != nullptr || once.get(name) != nullptr) continue;
    const Value* sent = record->applied.get(name);
    if (sent != nullptr && (state::holds_digest(*sent) || state::holds_sealed(*sent))) sent = nullptr;
    if (sent != nullptr) seen = with(seen, Path{}.member(name), *sent);
  }
  return with_held(desired, seen, ignore);
}

void Planner::Impl::predict(Draft& draft) {
  Instance& instance = instances[draft.instance];
  const auto& schema = *draft.type;
  std::vector<Field> fields;
  fields.reserve(schema.attributes.size());
  bool fresh = draft.verdict == Verdict::kCreate || draft.verdict == Verdict::kReplace || instance.deferred;
  // What is ignored is as it is there, for whoever reads it.
  const Value desired = fresh ? draft.prepared.desired : held(draft.prepared.desired, draft.observed, draft.record, draft.ignore);
  for (const auto& attribute : schema.attributes) {
    const Value* written = desired.get(attribute.name);
    if (written != nullptr) {
      fields.push_back(Field{Text(attribute.name), *written});
      continue;
    }
    bool computed = attribute.input == driver::Input::kNone;
    const Value* seen = draft.observed.get(attribute.name);
    bool follows = false;
    if (!fresh && computed && draft.verdict == Verdict::kUpdate) {
      if (attribute.stability == driver::Stability::kVolatile) follows = true;
      if (attribute.stability == driver::Stability::kFollows) {
        follows = attribute.follows.empty();
        for (const Path& path : draft.diff.changed) {
          follows = follows || std::find(attribute.follows.begin(), attribute.follows.end(), path.steps[0].name) != attribute.follows.end();
        }
      }
    }
    if (fresh || follows) {
      if (!computed) continue;
      Value unknown = Value::unknown(Unknown{.type = attribute.type, .not_null = true, .origin = Text(instance.address + "." + attribute.name)});
      if (const Value* foreseen = draft.prepared.computed.get(attribute.name)) unknown = *foreseen;
      fields.push_back(Field{Text(attribute.name), attribute.secrecy != driver::Secrecy::kClear ? unknown.as_secret() : unknown});
    } else if (seen != nullptr) {
      bool secret = attribute.secrecy != driver::Secrecy::kClear;
      fields.push_back(Field{Text(attribute.name), secret ? seen->as_secret() : *seen});
      if (!computed) ++plan.filled_in;
    }
  }
  instance.value = Value::object(std::move(fields));
  instance.desired = draft.prepared.desired;
  instance.record = draft.record;
}

void Planner::Impl::conclude(Draft& draft) {
  Instance& instance = instances[draft.instance];
  predict(draft);
  if (instance.deferred) return;
  if (draft.later && draft.verdict != Verdict::kNone && !options.destroy) return put_off(draft, *draft.later);
  if (draft.verdict != Verdict::kReplace) plan.ignored_differences += draft.diff.ignored;
  if (!stands_alone(draft)) {
    instance.failed = true;
    return;
  }
  auto row = draft.record == nullptr ? UINT32_MAX : static_cast<uint32_t>(draft.record - records.data());
  bool moved = draft.record != nullptr && !moved_from[row].empty();
  bool flags = draft.record != nullptr && (draft.record->protect != instance.protect || draft.record->retain != instance.retain);
  bool other_provider = draft.record != nullptr && draft.record->provider != draft.configuration;
  // A record that names what it depends on as it was called before would let it go first.
  bool follows = draft.record != nullptr && follow_moves(records[row]) &&
                 dependencies_of(instance.reads) != world.snapshot.records[row].dependencies;
  // The world is as it is wanted, and the record says otherwise: it is brought up to date.
  bool so_already = draft.record != nullptr && draft.diff.record_moves;
  // @replace_when was written, or taken out, since its record was.
  bool watches = !instance.declaration->meta.replace_when.empty();
  bool remembers = draft.record != nullptr && watches != (draft.record->extra.get("replace_when") != nullptr);
  bool in_record = moved || flags || follows || other_provider || so_already || remembers || !draft.adopted_id.empty();
  bool agrees = draft.verdict == Verdict::kNone && !in_record;
  if (agrees) ++plan.unchanged;
  if (draft.record != nullptr && (draft.diff.drift || draft.missing)) {
    Drift drift{.address = instance.address, .type = draft.type->name, .identity = driver::identity_text(draft.record->identity),
                .source = source(instance.declaration->range), .missing = draft.missing,
                .why = draft.missing ? draft.reasons.front() : std::string(), .differences = {}, .since = draft.record->version, .in_step = true};
    for (const auto& difference : draft.diff.differences) {
      if (difference.kind == Difference::Kind::kDrift) drift.differences.push_back(difference);
    }
    // Drift is told from what was sent, whatever the files say by now.
    for (auto& difference : drift.differences) {
      if (draft.diff.change) difference.after = as_sent(draft.applied, difference);
    }
    plan.drift.push_back(std::move(drift));
  }
  if (options.destroy || agrees) return;

  Step step;
  step.address = instance.address;
  step.type = draft.type->name;
  step.provider = draft.configuration;
  step.stage = options.stage;
  step.source = source(instance.declaration->range);
  step.declaration = modules[instance.module].prefix + instance.declaration->name;
  switch (draft.verdict) {
    case Verdict::kCreate: step.action = Action::kCreate; break;
    case Verdict::kUpdate: step.action = Action::kUpdate; break;
    case Verdict::kReplace: step.action = Action::kReplace; break;
    case Verdict::kRemove: step.action = Action::kDestroy; break;
    case Verdict::kNone: step.action = !draft.adopted_id.empty() ? Action::kAdopt : moved ? Action::kMove : Action::kRecord; break;
  }
  if (moved) step.moved_from = moved_from[row];
  step.adopted_id = draft.adopted_id;
  if (!draft.adopted_id.empty()) step.identity_value = *draft.prepared.identity;
  step.identity = draft.record != nullptr ? driver::identity_text(draft.record->identity) : draft.adopted_id;
  step.before = draft.missing ? Value() : draft.observed;
  // What is made, is made as it is written.
  bool made = step.action == Action::kCreate || step.action == Action::kReplace;
  step.after = made ? draft.prepared.desired : held(draft.prepared.desired, draft.observed, draft.record, draft.ignore);
  step.predicted = instance.value;
  step.differences = std::move(draft.diff.differences);
  if (made) count_ignored(step.differences);
  for (auto& difference : step.differences) {
    if (difference.path.empty() || instance.declaration->body == nullptr) continue;
    for (const auto& field : instance.declaration->body->fields) {
      if (field.kind == check::ObjectField::Kind::kNamed && field.name == std::string_view(difference.path.steps[0].name)) {
        difference.source = source(field.name_range);
      }
    }
  }
  for (const Path& path : draft.planned.forces_replace) {
    for (auto& difference : step.differences) {
      if (path.covered_by(difference.path) || difference.path.covered_by(path)) difference.forces_replace = true;
    }
  }
  step.reasons = std::move(draft.reasons);
  if (flags && draft.verdict == Verdict::kNone) {
    step.reasons.push_back(fmt::format("@{} changes", draft.record->protect != instance.protect ? "protect" : "retain"));
  }
  if (other_provider && draft.verdict == Verdict::kNone) step.reasons.push_back(fmt::format("it belongs to provider `{}` now", draft.configuration));
  if (so_already && !moved && draft.verdict == Verdict::kNone) step.reasons.push_back("the world is as the files say, its record is not");
  if (remembers && draft.verdict == Verdict::kNone) step.reasons.push_back(watches ? "its @replace_when is recorded" : "its @replace_when is gone");
  if (follows && !moved && draft.verdict == Verdict::kNone) step.reasons.push_back("what it depends on was moved");
  step.consequence = draft.planned.consequence;
  step.plan_data = draft.planned.plan_data;
  step.lane = draft.prepared.lane;
  step.batch = draft.prepared.batch;
  step.stateful = draft.type->stateful;
  if (draft.record != nullptr && step.action == Action::kUpdate) {
    // What was never sent since it was adopted stays unsent as long as its value is the same.
    for (const auto& name : unverified_of(*draft.record)) {
      bool moved_since = std::any_of(draft.diff.changed.begin(), draft.diff.changed.end(), [&](const Path& path) { return path.steps[0].name == name; });
      if (moved_since || draft.prepared.desired.get(name) == nullptr) continue;
      step.differences.push_back(Difference{.kind = Difference::Kind::kUnverified, .path = Path{}.member(name), .after = Value::null().as_secret()});
    }
  }
  step.drift_only = !draft.diff.change && (draft.missing ? draft.verdict == Verdict::kCreate : draft.diff.drift && draft.verdict == Verdict::kUpdate);
  step.create_first = step.action == Action::kReplace && instance.create_first;
  if (auto shared = step.create_first ? clash(step) : std::string(); !shared.empty()) {
    step.create_first = false;
    step.remarks.push_back(fmt::format("destroyed first: no two share `{}`", shared));
  }
  step.needs_holes = draft.prepared.desired.has_unknown() || draft.judges_again;
  step.version = draft.record == nullptr ? 0 : draft.record->version;
  step.instance = draft.instance;
  const auto& operation = step.action == Action::kUpdate ? draft.type->update : draft.type->create;
  auto idempotency = draft.prepared.idempotency.value_or(operation.idempotency);
  step.idempotency = std::string(driver::word(idempotency));
  if (idempotency == driver::Idempotency::kBlind && (step.action == Action::kCreate || step.action == Action::kUpdate || step.action == Action::kReplace)) {
    step.remarks.push_back("if its answer is lost, only a person can tell whether it was done (blind)");
  }
  if (draft.record != nullptr && step.action == Action::kReplace && instance.protect) {
    step.remarks.push_back("protected");
  }
  instance.step = static_cast<uint32_t>(steps.size());
  if (row != UINT32_MAX) record_step[row] = *instance.step;
  steps.push_back(std::move(step));
}

}  // namespace weft::plan
