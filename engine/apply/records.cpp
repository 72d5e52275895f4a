#include "engine/apply/records.h"

#include <algorithm>

#include "engine/plan/unread.h"

namespace weft::apply {

namespace {

// Splits what was observed: attributes that we sent as secrets are kept as digests, other secrets are sealed.
auto at_rest(const driver::TypeSchema& type, const Value& observed, const Value& desired, const state::SealPlace& place,
             std::string_view part, state::Keyring& keyring) -> Result<Value> {
  if (!observed.is(ValueKind::kObject)) return Value();
  std::vector<Field> sent, given;
  for (const Field& field : observed.fields()) {
    const Value* written = desired.get(field.key);
    const auto* attribute = type.attribute(field.key.view());
    bool secret = attribute != nullptr && attribute->secrecy != driver::Secrecy::kClear;
    // What was not read is as the record holds it: of a digest no other is made.
    bool digested = state::holds_digest(field.value);
    if (digested) sent.push_back(field);
    else if (written != nullptr && (written->has_secret() || secret)) sent.push_back({field.key, written->has_secret() && !written->secret() ? field.value : field.value.as_secret()});
    else given.push_back({field.key, secret ? field.value.as_secret() : field.value});
  }
  std::vector<Field> all;
  if (!given.empty()) {
    Value sealed = Value::object(std::move(given));
    if (sealed.has_secret()) {
      TRY(done, keyring.seal(sealed, place, part));
      sealed = std::move(done);
    }
    all.assign(sealed.fields().begin(), sealed.fields().end());
  }
  if (!sent.empty()) {
    TRY(digested, keyring.digest(Value::object(std::move(sent)), place.address));
    all.insert(all.end(), digested.fields().begin(), digested.fields().end());
  }
  return Value::object(std::move(all));
}

// Attributes that the type does not know (a newer program's) stay as they are in what is written anew.
auto with_unknown_attributes(const Value& now, const Value& before, const driver::TypeSchema& type) -> Value {
  if (!now.is(ValueKind::kObject) || !before.is(ValueKind::kObject)) return now;
  std::vector<Field> fields(now.fields().begin(), now.fields().end());
  for (const Field& field : before.fields()) {
    bool known = type.attribute(field.key.view()) != nullptr || now.get(field.key) != nullptr;
    // What is sealed is bound to the revision that it was sealed for.
    if (!known && !state::holds_sealed(field.value)) fields.push_back(field);
  }
  return Value::object(std::move(fields));
}

}  // namespace

void NewRecord::look_after(const plan::Instance* instance) {
  if (instance == nullptr) return;
  protect = instance->protect;
  retain = instance->retain;
  create_first = instance->create_first;
  replace_digest = instance->replace_digest;
}

auto is_awaited(const driver::TypeSchema& type, const plan::Instance* instance) -> bool {
  if (type.waits || instance == nullptr) return type.waits;
  const auto& declaration = *instance->declaration;
  return declaration.meta.wait != nullptr || std::ranges::any_of(declaration.rules, [](const auto& rule) { return rule.word == "ensure"; });
}

auto declared(const state::Intent& intent, const plan::Planner& planner) -> const plan::Instance* {
  return planner.find_instance(planner.moved_to(intent.address));
}

auto facts_of(const state::Intent& intent, const driver::TypeSchema& type, plan::Planner& planner) -> NewRecord {
  NewRecord facts{.type = type};
  facts.address = intent.address;
  facts.provider = intent.provider;
  facts.place = intent.place;
  facts.uid = intent.operation;
  const auto* instance = declared(intent, planner);
  if (instance != nullptr) facts.dependencies = planner.depends_on(*instance);
  facts.look_after(instance);
  return facts;
}

auto sent_by(const state::Intent& intent, const plan::Instance& instance, state::Keyring& keyring) -> Result<Value> {
  if (instance.desired.has_unknown()) return Value();
  if (instance.desired.has_secret()) TRY_VOID(keyring.ready());
  auto digest = keyring.digest_text(instance.desired, intent.address, intent.change);
  return digest && !digest->empty() && *digest == intent.request_digest ? instance.desired : Value();
}

auto make_record(const NewRecord& facts, state::Keyring& keyring) -> Result<state::Record> {
  bool any_secret = facts.desired.has_secret() || facts.result.observed.has_secret() || facts.result.driver_data.has_secret();
  for (const auto& attribute : facts.type.attributes) {
    any_secret = any_secret || (attribute.secrecy != driver::Secrecy::kClear && facts.result.observed.get(attribute.name) != nullptr);
  }
  if (any_secret) TRY_VOID(keyring.ready());
  state::Record record;
  if (facts.previous != nullptr) record = *facts.previous;
  record.address = facts.address;
  record.type = facts.type.name;
  record.provider = facts.provider;
  record.place = facts.place;
  if (facts.previous == nullptr) {
    record.uid = facts.uid;
    record.rev = 1;
  } else {
    ++record.rev;
  }
  record.schema_version = facts.type.version;
  record.status = facts.status;
  if (!facts.result.identity.is_null()) record.identity = facts.result.identity;
  state::SealPlace place{record.uid, record.address, record.rev};
  if (facts.desired.is_null()) {
    record.applied = Value();
  } else if (facts.desired.has_secret()) {
    TRY(applied, keyring.digest(facts.desired, record.address));
    record.applied = std::move(applied);
  } else {
    record.applied = facts.desired;
  }
  TRY(observed, at_rest(facts.type, facts.result.observed, facts.desired, place, "observed", keyring));
  record.observed = std::move(observed);
  if (facts.previous != nullptr) {
    record.applied = with_unknown_attributes(record.applied, facts.previous->applied, facts.type);
    record.observed = with_unknown_attributes(record.observed, facts.previous->observed, facts.type);
  }
  record.baseline = Value();  // the same as observed
  record.driver_data = facts.result.driver_data;
  if (record.driver_data.has_secret()) {
    TRY(sealed, keyring.seal(record.driver_data, place, "driver_data"));
    record.driver_data = std::move(sealed);
  }
  record.dependencies = facts.dependencies;
  record.protect = facts.protect;
  record.retain = facts.retain;
  record.create_first = facts.create_first;
  record.old = false;
  record.durations_ms.push_back(static_cast<uint32_t>(facts.took_ms));
  if (record.durations_ms.size() > 8) record.durations_ms.erase(record.durations_ms.begin());
  // Members that this program does not know stay.
  std::vector<Field> extra;
  if (record.extra.is(ValueKind::kObject)) {
    for (const Field& field : record.extra.fields()) {
      bool of_then = field.key == std::string_view("replace_when") || field.key == std::string_view("unverified") || field.key == std::string_view("needs_replace");
      if (!of_then) extra.push_back(field);
    }
  }
  if (!facts.replace_digest.empty()) extra.push_back(Field{"replace_when", Value::string(facts.replace_digest)});
  if (!facts.unverified.empty()) {
    std::vector<Value> names;
    for (const auto& name : facts.unverified) names.push_back(Value::string(name));
    extra.push_back(Field{"unverified", Value::list(std::move(names))});
  }
  record.extra = extra.empty() ? Value() : Value::object(std::move(extra));
  return record;
}

auto with_needs_replace(const Value& extra, const Path& path) -> Value {
  return with(extra.is(ValueKind::kObject) ? extra : Value::object({}), Path{}.member("needs_replace"), Value::string(path.text()));
}

auto same_object(const state::Record& one, const state::Record& other) -> bool {
  return one.type == other.type && one.provider == other.provider && one.place == other.place && one.identity == other.identity;
}

auto set_aside(const state::Record& old, state::Keyring& keyring) -> Result<state::Record> {
  state::Record moved = old;
  moved.address += "#old-" + old.uid.substr(0, 8);
  moved.old = true;
  return renamed(moved, old.address, Value(), keyring);
}

auto room_for(const state::Intent& intent, const std::optional<state::Record>& stored, const state::Record& made, state::Keyring& keyring)
    -> Result<std::vector<state::OperationBody>> {
  std::vector<state::OperationBody> operations;
  if (intent.change != "create" || intent.anew || !stored || same_object(*stored, made)) return operations;
  TRY(aside, set_aside(*stored, keyring));
  operations.push_back(state::Delete{stored->address});
  operations.push_back(state::Put{std::move(aside)});
  return operations;
}

auto unsealed(const state::Record& record, const Value& value, std::string_view attribute, state::Keyring& keyring)
    -> Result<Value> {
  if (!state::holds_sealed(value)) return value;
  return keyring.unseal(value, {record.uid, record.address, record.rev}, attribute);
}

auto renamed(const state::Record& record, const std::string& former, const Value& desired, state::Keyring& keyring)
    -> Result<state::Record> {
  state::Record result = record;
  ++result.rev;
  state::SealPlace before{record.uid, former, record.rev};
  state::SealPlace after{record.uid, record.address, result.rev};
  auto move = [&](Value& value, std::string_view attribute) -> Result<void> {
    if (!state::holds_sealed(value)) return {};
    TRY(open, keyring.unseal(value, before, attribute));
    TRY(again, keyring.seal(open, after, attribute));
    value = std::move(again);
    return {};
  };
  TRY_VOID(move(result.observed, "observed"));
  TRY_VOID(move(result.baseline, "baseline"));
  TRY_VOID(move(result.driver_data, "driver_data"));
  if (state::holds_digest(result.applied) && desired.has_secret()) {
    // Digests speak of their address. They can be made anew only from the secrets themselves, and only where those are
    // still what was sent.
    TRY(at_former, keyring.digest(desired, former));
    TRY(at_new, keyring.digest(desired, record.address));
    for (const char* which : {"applied", "observed", "baseline"}) {
      Value& value = which[0] == 'a' ? result.applied : which[0] == 'o' ? result.observed : result.baseline;
      if (!value.is(ValueKind::kObject)) continue;
      std::vector<Field> fields(value.fields().begin(), value.fields().end());
      for (Field& field : fields) {
        const Value* old = at_former.get(field.key);
        const Value* now = at_new.get(field.key);
        if (old != nullptr && now != nullptr && *old == field.value) field.value = *now;
      }
      value = Value::object(std::move(fields));
    }
  }
  return result;
}

namespace {

void keep_unsent(state::Record& record, const std::vector<std::string>& names) {
  Path member = Path{}.member("unverified");
  std::vector<Value> list;
  for (const auto& name : names) list.push_back(Value::string(name));
  record.extra = list.empty() ? without(record.extra, member) : with(record.extra, member, Value::list(std::move(list)));
}

// Digests that were renamed with the record, where the same stood in it before.
auto with_renamed(const Value& observed, const Value& before, const Value& after) -> Value {
  if (!observed.is(ValueKind::kObject)) return observed;
  std::vector<Field> fields(observed.fields().begin(), observed.fields().end());
  for (Field& field : fields) {
    if (!state::holds_digest(field.value)) continue;
    const Value* old = before.get(field.key);
    const Value* now = after.get(field.key);
    if (old != nullptr && now != nullptr && *old == field.value) field.value = *now;
  }
  return Value::object(std::move(fields));
}

}  // namespace

auto as_it_is(const state::Record& record, const std::string& former, const driver::TypeSchema& type, const Value& desired,
              const Value& observed, state::Keyring& keyring) -> Result<state::Record> {
  TRY(next, renamed(record, former, desired, keyring));
  if (desired.is_null() || desired.has_unknown()) return next;
  auto names = plan::unverified_of(record);
  // After an adoption that sent nothing what is there is still to be compared, not what was sent.
  if (!names.empty() && record.applied.is_null()) return next;
  Value sent = desired;
  if (desired.has_secret()) {
    TRY_VOID(keyring.ready());
    TRY(digested, keyring.digest(desired, next.address));
    sent = std::move(digested);
  }
  if (!names.empty()) {
    // What was never sent stays so, until it can be seen or is no longer written.
    std::erase_if(names, [&](const std::string& name) { return desired.get(name) == nullptr; });
    for (const auto& name : names) {
      if (observed.get(name) != nullptr) continue;
      const Value* known = next.applied.get(name);
      sent = known == nullptr ? without(sent, Path{}.member(name)) : with(sent, Path{}.member(name), *known);
    }
    keep_unsent(next, names);
  }
  next.applied = with_unknown_attributes(sent, next.applied, type);
  if (observed.is_null()) return next;
  auto now = with_renamed(observed, record.observed, next.observed);
  TRY(seen, at_rest(type, now, desired, {next.uid, next.address, next.rev}, "observed", keyring));
  next.observed = with_unknown_attributes(seen, next.observed, type);
  next.baseline = Value();  // the same as observed
  return next;
}

}  // namespace weft::apply
