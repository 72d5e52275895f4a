// From a resource's declaration to verdicts: evaluate, prepare, match with the record and the world, compare, predict.
#include <algorithm>

#include <fmt/core.h>

#include "engine/plan/planner_impl.h"
#include "lang/base/digest.h"
#include "lang/value/cbor.h"
#include "lang/value/json.h"

namespace weft::plan {

using check::Declaration;
using driver::Verdict;

auto Planner::Impl::configuration_of(uint32_t module, const Declaration& declaration) const -> std::string {
  std::string wanted = declaration.meta.provider;
  if (wanted.empty()) wanted = declaration.resource->name.substr(0, declaration.resource->name.find('.'));
  auto mapped = modules[module].providers.find(wanted);
  return mapped == modules[module].providers.end() ? wanted : mapped->second;
}

auto Planner::Impl::settings_of(const std::string& configuration) -> std::pair<std::string, Value> {
  const auto& root = *modules[0].module;
  auto found = root.providers.find(configuration);
  if (found == root.providers.end()) return {configuration, Value::object({})};
  const Declaration& declaration = root.declarations[found->second];
  if (declaration.body == nullptr) return {declaration.provider, Value::object({})};
  std::vector<Value> frame(declaration.slots);
  Reads reads;
  auto value = evaluate(*declaration.body, 0, frame, &reads);
  if (!applying) settings_reads[configuration] = std::move(reads);
  return {declaration.provider, value ? *value : Value::object({})};
}

auto Planner::Impl::read_records(std::string configuration) -> Task<void> {
  if (!read_done.insert(configuration).second) co_return;
  if (options.observed != nullptr) {
    for (const auto& [address, value] : *options.observed) observed[address] = value;
    co_return;
  }
  if (options.refresh == Refresh::kNone) co_return;
  std::vector<uint32_t> rows;
  std::vector<driver::Instance> items;
  Sessions::Open* open = co_await sessions.get(configuration);
  for (uint32_t row = 0; row < records.size(); ++row) {
    const auto& record = records[row];
    if (record.provider != configuration) continue;
    const auto* type = world.drivers.type(record.type);
    if (type == nullptr || type->role != driver::TypeRole::kResource || !record.identity.is(ValueKind::kObject)) continue;
    if (open->session && record.place != open->place()) {
      Report(world.problems, {}, diags::WrongPlace, {record.address, record.place, configuration, open->place()});
      co_return;
    }
    rows.push_back(row);
    items.push_back(driver::Instance{.address = record.address,
                                     .type = type,
                                     .identity = record.identity,
                                     .applied = record.applied,
                                     .observed = opened(record, record.observed, "observed"),
                                     .driver_data = opened(record, record.driver_data, "driver_data")});
  }
  if (items.empty() || !open->session) co_return;
  if (world.progress) world.progress({.doing = "reading resources", .done = 0, .total = items.size()});
  size_t count = 0;
  auto total = items.size();
  co_await open->session->read(world.calls.call(), std::move(items), [&](size_t item, driver::ReadState state) {
    const auto& record = records[rows[item]];
    ++count;
    using Kind = driver::ReadState::Kind;
    if (state.kind == Kind::kPresent) observed[record.address] = state.observed;
    else if (state.kind == Kind::kMissing) observed[record.address] = Value::null();
    else if (state.kind != Kind::kSame) unusual[record.address] = std::move(state);
    if (world.progress && count % 256 == 0) world.progress({.doing = "reading resources", .done = count, .total = total});
  });
  plan.resources_read += total;
}

auto Planner::Impl::digested(const Value& value, const std::string& address) -> Value {
  if (!value.has_secret() || world.state == nullptr) return value;
  auto result = world.state->keyring().digest(value, address);
  if (result) return *result;
  // No key yet: nothing secret was ever sent, so whatever is secret here is new.
  return value;
}

auto Planner::Impl::opened(const state::Record& record, const Value& value, std::string_view attribute) -> Value {
  if (world.state == nullptr || !state::holds_sealed(value)) return value;
  auto row = static_cast<size_t>(&record - records.data());
  bool moved = row < records.size() && !moved_from[row].empty();
  state::SealPlace place{record.uid, moved ? moved_from[row] : record.address, record.rev};
  auto result = world.state->keyring().unseal(value, place, attribute);
  return result ? *result : value;
}

namespace {

// What was read where something secret is written is secret too: a provider does not know our marks.
auto marked_like(const Value& observed, const Value& desired) -> Value {
  if (!desired.has_secret() || !observed.is(ValueKind::kObject)) return observed;
  std::vector<Field> fields(observed.fields().begin(), observed.fields().end());
  for (Field& field : fields) {
    const Value* written = desired.get(field.key);
    if (written == nullptr || !written->has_secret()) continue;
    if (written->is(ValueKind::kObject) && !written->secret()) field.value = marked_like(field.value, *written);
    else field.value = field.value.as_secret();
  }
  return Value::object(std::move(fields));
}

// Without the attributes that only the provider sets, and with nulls dropped.
auto identity_text(const Value& identity) -> std::string {
  if (!identity.is(ValueKind::kObject)) return {};
  std::string text;
  for (const Field& field : identity.fields()) {
    if (!text.empty()) text += '|';
    text += field.value.is(ValueKind::kString) ? field.value.as_text().str() : to_json(field.value);
  }
  return text;
}

auto flag(const std::optional<Value>& value) -> bool {
  return value && value->is(ValueKind::kBool) && value->as_bool();
}

}  // namespace

void Planner::Impl::evaluate_instance(Draft& draft, const Declaration& declaration) {
  Instance& instance = instances[draft.instance];
  auto frame = frame_of(instance);
  auto one = [&](const check::ExprPtr& expr) -> std::optional<Value> {
    return expr == nullptr ? std::nullopt : evaluate(*expr, instances[draft.instance].module, frame, nullptr);
  };
  Reads reads;
  std::optional<Value> body = Value::object({});
  if (declaration.body != nullptr) body = evaluate(*declaration.body, instance.module, frame, &reads);
  for (const auto& expr : declaration.meta.depends_on) (void)evaluate(*expr, instance.module, frame, &reads);
  std::vector<Value> replace_when;
  for (const auto& expr : declaration.meta.replace_when) {
    if (auto value = evaluate(*expr, instance.module, frame, &reads)) replace_when.push_back(*value);
  }
  instance.protect = flag(one(declaration.meta.protect));
  instance.retain = flag(one(declaration.meta.retain));
  instance.create_first = flag(one(declaration.meta.create_first));
  reads.insert(reads.end(), instance.reads.begin(), instance.reads.end());
  std::sort(reads.begin(), reads.end());
  reads.erase(std::unique(reads.begin(), reads.end()), reads.end());
  instance.reads = std::move(reads);
  if (!body) {
    instance.failed = true;
    return;
  }
  if (!replace_when.empty()) {
    auto list = Value::list(std::move(replace_when));
    if (!list.has_unknown()) instance.replace_digest = hex(view(sha256(encode_cbor(digested(list, instance.address), Secrets::kAllow)))).substr(0, 32);
  }
  draft.body = std::move(*body);
  draft.ignore = declaration.meta.ignore;
  if (auto later = is_deferred(instance.reads); later && draft.body.has_unknown()) {
    instance.deferred = true;
    Stage::Deferred entry{.address = instance.address,
                          .type = declaration.resource->name,
                          .why = fmt::format("needs {}, which is planned later", *later),
                          .after = {*later},
                          .least = 1,
                          .most = 1,
                          .creates_only = find_record(instance.address) == nullptr,
                          .source = source(declaration.range)};
    deferred_addresses.insert(entry.address);
    deferred.emplace(0x80000000u + draft.instance, std::move(entry));
  }
  bool holds = true;
  if (!options.destroy) judge_rules(declaration.rules, "require", instance.module, frame, diags::RequireFailed, &draft.body, holds);
  if (!holds) instances[draft.instance].failed = true;
}

auto Planner::Impl::plan_resources(uint32_t module, check::DeclarationId id) -> Task<void> {
  const Declaration& declaration = modules[module].module->declarations[id];
  const auto* type = declaration.resource == nullptr ? nullptr : world.drivers.type(declaration.resource->name);
  if (type == nullptr) {
    modules[module].states[id.index].phase = Phase::kFailed;
    co_return;
  }
  Reads reads;
  auto expanded = expand(module, id, reads);
  if (!expanded) co_return;
  auto configuration = configuration_of(module, declaration);
  Sessions::Open* open = co_await sessions.get(configuration);
  if (!open->session) {
    Report(world.problems, declaration.range, diags::ProviderRefused,
           {configuration, open->failure ? open->failure->text : std::string("it could not be opened")});
    modules[module].states[id.index].phase = Phase::kFailed;
    co_return;
  }
  co_await read_records(configuration);
  // Whatever the settings need, the resources need too.
  if (auto needed = settings_reads.find(configuration); needed != settings_reads.end()) {
    reads.insert(reads.end(), needed->second.begin(), needed->second.end());
  }

  std::vector<Draft> drafts;
  drafts.reserve(expanded->size());
  for (auto& one : *expanded) {
    Instance instance;
    instance.module = module;
    instance.declaration = &declaration;
    instance.key = one.key;
    instance.address = modules[module].prefix + declaration.name + (one.key ? "[" + addr::key_text(*one.key) + "]" : std::string());
    instance.key_value = std::move(one.key_value);
    instance.each_value = std::move(one.each_value);
    instance.reads = reads;
    auto row = static_cast<uint32_t>(instances.size());
    instance_by_address.emplace(instance.address, row);
    instances.push_back(std::move(instance));
    Draft draft;
    draft.instance = row;
    draft.type = type;
    draft.configuration = configuration;
    draft.place = open->place();
    evaluate_instance(draft, declaration);
    drafts.push_back(std::move(draft));
  }
  // The collection is known from here on, so that nothing below needs it half-made.
  {
    Reads members;
    auto& state = modules[module].states[id.index];
    if (declaration.each) state.by_key = std::make_unique<std::unordered_map<std::string, uint32_t>>();
    for (const Draft& draft : drafts) {
      state.rows.push_back(draft.instance);
      members.push_back(ReadRef::instance(draft.instance));
      if (state.by_key) state.by_key->emplace(addr::key_text(*instances[draft.instance].key), draft.instance);
    }
    bool any_deferred = std::any_of(drafts.begin(), drafts.end(), [&](const Draft& d) { return instances[d.instance].deferred; });
    state.reads = !declaration.each && members.size() == 1 ? members.front() : compact(std::move(members), modules[module].prefix + declaration.name);
    if (any_deferred && !state.reads.is_joint()) {
      Joint joint{.address = {}, .members = {state.reads}, .deferred = true, .deferred_by = modules[module].prefix + declaration.name, .node = {}};
      joints.push_back(std::move(joint));
      state.reads = ReadRef::joint(static_cast<uint32_t>(joints.size() - 1));
    }
    state.phase = Phase::kDone;
  }

  std::vector<driver::Prepare> items;
  std::vector<size_t> asked;
  for (size_t i = 0; i < drafts.size(); ++i) {
    Instance& instance = instances[drafts[i].instance];
    if (instance.failed) continue;
    drafts[i].record = find_record(instance.address);
    items.push_back(driver::Prepare{.address = instance.address,
                                    .type = type,
                                    .desired = drafts[i].body,
                                    .previous = drafts[i].record == nullptr ? Value() : drafts[i].record->applied,
                                    .fabric = plan.fabric,
                                    .environment = plan.environment});
    asked.push_back(i);
  }
  auto prepared = open->session->prepare(items);
  CHECK(prepared.size() == items.size());
  for (size_t i = 0; i < prepared.size(); ++i) {
    Draft& draft = drafts[asked[i]];
    for (const auto& problem : prepared[i].problems) {
      Report(world.problems, declaration.range, diags::RefusedByDriver, {instances[draft.instance].address, problem.text})
          .label(problem.path.empty() ? std::string() : fmt::format("at `{}`", problem.path.text()));
      instances[draft.instance].failed = true;
    }
    draft.prepared = std::move(prepared[i]);
  }
  std::vector<driver::Candidate> candidates;
  std::vector<size_t> rows;
  for (size_t i = 0; i < drafts.size(); ++i) {
    Draft& draft = drafts[i];
    if (instances[draft.instance].failed) continue;
    co_await adopt(draft, *open->session);
    compare(draft);
    if (draft.ask_driver) {
      candidates.push_back(driver::Candidate{
          .instance = {.address = instances[draft.instance].address,
                       .type = type,
                       .identity = draft.record != nullptr && !draft.missing ? draft.record->identity : Value(),
                       .applied = draft.applied,
                       .observed = draft.observed,
                       .driver_data = draft.record == nullptr ? Value() : opened(*draft.record, draft.record->driver_data, "driver_data")},
          .desired = draft.prepared.desired,
          .proposed = draft.verdict,
          .changed = draft.diff.changed});
      rows.push_back(i);
    }
  }
  if (!candidates.empty() && !options.destroy) {
    auto verdicts = co_await open->session->plan(world.calls.call(), std::move(candidates));
    CHECK(verdicts.size() == rows.size());
    for (size_t i = 0; i < rows.size(); ++i) {
      Draft& draft = drafts[rows[i]];
      draft.planned = std::move(verdicts[i]);
      if (draft.planned.failure) {
        plan.failed.push_back(Failed{instances[draft.instance].address, type->name, *draft.planned.failure, source(declaration.range)});
        instances[draft.instance].failed = true;
        continue;
      }
      draft.verdict = draft.planned.verdict;
      if (!draft.planned.why.empty()) draft.reasons.push_back(draft.planned.why);
    }
  }
  for (Draft& draft : drafts) {
    if (!instances[draft.instance].failed) conclude(draft);
  }
}

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
    else if (flag(value) && draft.prepared.identity) selector = *draft.prepared.identity;
    else co_return;
  }
  if (!id.empty()) {
    // One identity attribute: the id is its value; several: their text form, joined by `|`.
    std::vector<Field> fields;
    size_t begin = 0;
    for (size_t i = 0; i < draft.type->identity.size(); ++i) {
      size_t end = i + 1 == draft.type->identity.size() ? std::string::npos : id.find('|', begin);
      fields.push_back(Field{Text(draft.type->identity[i]), Value::string(id.substr(begin, end == std::string::npos ? end : end - begin))});
      if (end == std::string::npos) break;
      begin = end + 1;
    }
    selector = Value::object(std::move(fields));
  }
  if (selector.is_null() || selector.has_unknown()) co_return;
  auto found = co_await session.find(world.calls.call(), driver::Find{.type = draft.type, .selector = selector, .working_folder = world.fabric.folder()});
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
  draft.adopted_id = identity_text(found->front().identity);
  draft.observed = found->front().observed;
  // Its identity is what the record will hold.
  draft.prepared.identity = found->front().identity;
}

void Planner::Impl::compare(Draft& draft) {
  Instance& instance = instances[draft.instance];
  if (instance.deferred) return;
  auto stored = instance.address;
  if (draft.record != nullptr) {
    const auto& record = *draft.record;
    auto row = static_cast<size_t>(&record - records.data());
    if (!moved_from[row].empty()) stored = moved_from[row];
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
      if (draft.reasons.empty()) draft.reasons.push_back("missing: removed by someone else");
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
    plan.ignored_differences += draft.diff.ignored;
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
  if (record.status == state::Status::kBroken) because(Verdict::kReplace, "its creation left it broken");
  if (record.status == state::Status::kUnfinished) because(draft.verdict == Verdict::kNone ? Verdict::kUpdate : draft.verdict, "an earlier change of it is not finished");
  if (record.status == state::Status::kUnready && draft.verdict == Verdict::kNone) because(Verdict::kUpdate, "it was not seen ready yet");
  const Value* before = record.extra.get("replace_when");
  if (!instance.replace_digest.empty() && before != nullptr && before->as_string() != instance.replace_digest) {
    because(Verdict::kReplace, "a value of @replace_when changed");
  }
  for (const auto& text : options.replace) {
    auto selector = addr::parse_selector(text);
    auto address = addr::parse_address(instance.address);
    if (selector && address && selector->matches(*address)) because(Verdict::kReplace, "asked for by --replace");
  }
}

void Planner::Impl::predict(Draft& draft) {
  Instance& instance = instances[draft.instance];
  const auto& schema = *draft.type;
  std::vector<Field> fields;
  fields.reserve(schema.attributes.size());
  bool fresh = draft.verdict == Verdict::kCreate || draft.verdict == Verdict::kReplace || instance.deferred;
  for (const auto& attribute : schema.attributes) {
    const Value* written = draft.prepared.desired.get(attribute.name);
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
  if (draft.prepared.identity && !draft.prepared.identity->has_unknown()) {
    auto key = draft.type->name + "|" + draft.place + "|" + identity_text(*draft.prepared.identity);
    auto [it, fresh] = identities.emplace(key, instance.address);
    if (!fresh) {
      Report(world.problems, instance.declaration->range, diags::SameObject, {instance.address, it->second, identity_text(*draft.prepared.identity)});
      instance.failed = true;
      return;
    }
  }
  auto row = draft.record == nullptr ? UINT32_MAX : static_cast<uint32_t>(draft.record - records.data());
  bool moved = draft.record != nullptr && !moved_from[row].empty();
  bool flags = draft.record != nullptr && (draft.record->protect != instance.protect || draft.record->retain != instance.retain);
  if (draft.verdict == Verdict::kNone) ++plan.unchanged;
  if (draft.record != nullptr && (draft.diff.drift || draft.missing)) {
    Drift drift{.address = instance.address, .type = draft.type->name, .identity = identity_text(draft.record->identity),
                .source = source(instance.declaration->range), .missing = draft.missing,
                .why = draft.missing ? draft.reasons.front() : std::string(), .differences = {}, .since = draft.record->version, .in_step = true};
    for (const auto& difference : draft.diff.differences) {
      if (difference.kind == Difference::Kind::kDrift) drift.differences.push_back(difference);
    }
    plan.drift.push_back(std::move(drift));
  }
  if (options.destroy) return;
  if (draft.verdict == Verdict::kNone && !moved && !flags && draft.adopted_id.empty()) return;
  if (draft.verdict == Verdict::kNone && !draft.adopted_id.empty()) --plan.unchanged;

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
  step.identity = draft.record != nullptr ? identity_text(draft.record->identity) : draft.adopted_id;
  step.before = draft.missing ? Value() : draft.observed;
  step.after = with_held(draft.prepared.desired, draft.observed, draft.record == nullptr ? std::vector<Path>{} : draft.ignore);
  step.predicted = instance.value;
  step.differences = std::move(draft.diff.differences);
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
  step.consequence = draft.planned.consequence;
  step.plan_data = draft.planned.plan_data;
  step.lane = draft.prepared.lane;
  step.batch = draft.prepared.batch;
  step.stateful = draft.type->stateful;
  step.drift_only = draft.diff.drift && !draft.diff.change && draft.verdict == Verdict::kUpdate;
  step.create_first = step.action == Action::kReplace && instance.create_first;
  step.needs_holes = draft.prepared.desired.has_unknown();
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

auto Planner::Impl::find_record(std::string_view address) -> state::Record* {
  auto found = record_by_address.find(address);
  return found == record_by_address.end() ? nullptr : &records[found->second];
}

}  // namespace weft::plan
