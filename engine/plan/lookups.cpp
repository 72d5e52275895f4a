// Lookups: what exists, read while planning; and the outputs of other fabrics.
#include <algorithm>
#include <filesystem>
#include <span>

#include <fmt/core.h>

#include "engine/plan/planner_impl.h"

namespace weft::plan {

using check::Declaration;

namespace {

// Whether what was recorded can be what the files say it is. What a provider did not give is missing in it, or null.
auto could_be(const Value& value, const Type& type) -> bool {
  auto each = [](std::span<const Value> elements, const Type& element) { return std::ranges::all_of(elements, [&](const Value& one) { return could_be(one, element); }); };
  if (value.is_null()) return true;
  switch (type.kind()) {
    case TypeKind::kError:
    case TypeKind::kAny:
    case TypeKind::kVariable: return true;
    case TypeKind::kList: return value.is(ValueKind::kList) && each(value.elements(), type.element());
    case TypeKind::kSet: return (value.is(ValueKind::kSet) || value.is(ValueKind::kList)) && each(value.elements(), type.element());
    case TypeKind::kMap: return value.is(ValueKind::kObject) && std::ranges::all_of(value.fields(), [&](const Field& one) { return could_be(one.value, type.element()); });
    case TypeKind::kObject:
      return value.is(ValueKind::kObject) && std::ranges::all_of(type.members(), [&](const Member& member) {
               const Value* one = value.get(member.name);
               return one == nullptr || could_be(*one, member.type);
             });
    case TypeKind::kUnion:
      if (!type.is_enum()) return std::ranges::any_of(type.alternatives(), [&](const Type& one) { return could_be(value, one); });
      [[fallthrough]];
    default: return convert(value, type.with_secret(false)).first.has_value();
  }
}

}  // namespace

auto Planner::Impl::plan_lookups(uint32_t module, check::DeclarationId id) -> Task<void> {
  const Declaration& declaration = modules[module].module->declarations[id];
  Reads reads;
  auto expanded = expand(module, id, reads);
  if (!expanded) co_return;
  std::vector<uint32_t> rows;
  for (auto& one : *expanded) {
    Instance instance;
    instance.module = module;
    instance.declaration = &declaration;
    instance.key = one.key;
    instance.address = modules[module].prefix + declaration.name + (one.key ? "[" + addr::key_text(*one.key) + "]" : std::string());
    instance.key_value = std::move(one.key_value);
    instance.each_value = std::move(one.each_value);
    instance.reads = reads;
    rows.push_back(static_cast<uint32_t>(instances.size()));
    instances.push_back(std::move(instance));
    // The row may move while others are added: it is worked on as a copy.
    Instance copy = instances[rows.back()];
    co_await look_up(module, declaration, copy);
    if (!copy.failed && !copy.deferred) {
      lookups[copy.address] = copy.value;
      weigh(declaration, copy.value);
    }
    instances[rows.back()] = std::move(copy);
    read_again(rows.back());
  }
  auto& state = modules[module].states[id.index];
  if (declaration.each) state.by_key = std::make_unique<std::unordered_map<std::string, uint32_t>>();
  Reads members;
  for (uint32_t row : rows) {
    state.rows.push_back(row);
    // A lookup does nothing at apply: who reads it depends on what it has read.
    members.insert(members.end(), instances[row].reads.begin(), instances[row].reads.end());
    if (instances[row].deferred || instances[row].step) members.push_back(ReadRef::instance(row));
    if (state.by_key) state.by_key->emplace(addr::key_text(*instances[row].key), row);
  }
  state.reads = compact(std::move(members));
  state.phase = Phase::kDone;
}

auto Planner::Impl::look_up(uint32_t module, const Declaration& declaration, Instance& instance) -> Task<void> {
  auto frame = frame_of(instance);
  Reads reads;
  std::optional<Value> filters = Value::object({});
  if (declaration.body != nullptr) filters = evaluate(*declaration.body, module, frame, &reads);
  for (const auto& expr : declaration.meta.depends_on) (void)evaluate(*expr, module, frame, &reads);
  instance.reads.insert(instance.reads.end(), reads.begin(), reads.end());
  if (!filters) {
    instance.failed = true;
    co_return;
  }
  if (filters->has_unknown()) {
    std::string origin;
    for (const Field& field : filters->fields()) {
      if (field.value.is_unknown() && origin.empty()) origin = field.value.facts().origin.str();
    }
    defer_lookup(declaration, instance, fmt::format("what it asks for is (known after {})", origin_name(origin)));
    co_return;
  }
  if (options.lookups != nullptr && !applying) {
    if (auto known = options.lookups->find(instance.address); known != options.lookups->end()) {
      instance.value = known->second;
      co_return;
    }
  }
  if (declaration.resource == nullptr || declaration.resource->name == "weft.Outputs") {
    auto value = other_outputs(declaration, *filters, instance.address);
    instance.failed = !value;
    if (value) instance.value = std::move(*value);
    co_return;
  }
  const auto* type = world.drivers.type(declaration.resource->name);
  auto configuration = configuration_of(module, declaration);
  Sessions::Open* open = co_await sessions.get(configuration);
  if (type == nullptr || !open->session) {
    if (has_records_of(configuration)) removal_unsure = true;
    Report(world.problems, declaration.range, diags::ProviderRefused,
           {configuration, open->failure ? open->failure->text : std::string("it could not be opened")});
    instance.failed = true;
    co_return;
  }
  if (!options.destroy && refuse_secret_names(declaration, *type, *filters, instance.address)) {
    instance.failed = true;
    co_return;
  }
  driver::Find wanted{.type = type, .selector = *filters, .working_folder = world.fabric.folder()};
  auto found = co_await open->session->find(world.calls.call(), std::move(wanted));
  if (!found) {
    Report report(world.problems, declaration.range, diags::LookupFailed, {instance.address, found.error().text});
    if (!found.error().hint.empty()) report.help(found.error().hint);
    instance.failed = true;
    co_return;
  }
  ++plan.resources_read;
  // What was asked for is part of the answer; attributes of the type that nobody gave are null.
  auto complete = [&](const driver::Found& one) {
    std::vector<Field> fields;
    auto add = [&](const driver::Attribute& attribute) {
      for (const Field& field : fields) {
        if (field.key == std::string_view(attribute.name)) return;
      }
      const Value* value = one.observed.get(attribute.name);
      if (value == nullptr) value = filters->get(attribute.name);
      Value given = value == nullptr ? Value() : *value;
      bool secret = attribute.secrecy != driver::Secrecy::kClear;
      fields.push_back(Field{Text(attribute.name), secret ? given.as_secret() : given});
    };
    for (const auto& attribute : type->filters) add(attribute);
    for (const auto& attribute : type->attributes) add(attribute);
    return Value::object(std::move(fields));
  };
  if (declaration.result == Declaration::Result::kMany) {
    std::sort(found->begin(), found->end(), [](const auto& a, const auto& b) { return canonical_less(a.identity, b.identity); });
    std::vector<Value> all;
    for (const auto& one : *found) all.push_back(complete(one));
    instance.value = Value::list(std::move(all));
    co_return;
  }
  if (found->size() > 1 && !declaration.meta.newest.empty()) {
    auto path = parse_path(declaration.meta.newest);
    auto newest = std::max_element(found->begin(), found->end(), [&](const auto& a, const auto& b) {
      const Value* left = path ? weft::find(a.observed, *path) : nullptr;
      const Value* right = path ? weft::find(b.observed, *path) : nullptr;
      return canonical_less(left == nullptr ? Value() : *left, right == nullptr ? Value() : *right);
    });
    instance.value = complete(*newest);
  } else if (found->size() == 1) {
    instance.value = complete(found->front());
  } else if (found->empty() && declaration.result == Declaration::Result::kOptional) {
    instance.value = Value::null();
  } else if (auto first = applying || options.destroy ? std::nullopt : changes_behind(instance.reads); found->empty() && first) {
    // What it wants may be made by what it waits for.
    defer_lookup(declaration, instance, fmt::format("nothing is there yet; it is read after {}", *first));
  } else if (found->empty()) {
    Report(world.problems, declaration.range, diags::LookupNone, {instance.address});
    instance.failed = true;
  } else {
    Report(world.problems, declaration.range, diags::LookupMany, {instance.address, std::to_string(found->size())});
    instance.failed = true;
  }
}

void Planner::Impl::defer_lookup(const Declaration& declaration, Instance& instance, std::string why) {
  instance.deferred = true;
  instance.value = Value::unknown(Unknown{.type = declaration.element, .not_null = true, .origin = Text(instance.address)});
  Stage::Deferred entry{.address = instance.address,
                        .type = declaration.resource != nullptr ? declaration.resource->name : std::string("weft.Outputs"),
                        .each = {},
                        .why = std::move(why),
                        .after = {},
                        .least = 0,
                        .most = 0,
                        .creates_only = true,
                        .source = source(declaration.range)};
  for (const auto& dependency : dependencies_of(instance.reads)) entry.after.push_back(dependency.address);
  deferred_addresses.insert(entry.address);
  deferred.emplace(kDeferredInstance + static_cast<uint32_t>(instances.size() - 1), std::move(entry));
}

// What was read now may be another thing once something that it waits for has changed: a step of its own reads it again,
// and whoever uses it waits for that.
void Planner::Impl::read_again(uint32_t row) {
  Instance& instance = instances[row];
  if (instance.failed || instance.deferred || options.destroy) return;
  auto first = changes_behind(instance.reads);
  if (!first) return;
  Step step;
  step.address = instance.address;
  step.type = instance.declaration->resource != nullptr ? instance.declaration->resource->name : std::string("weft.Outputs");
  if (instance.declaration->resource != nullptr) step.provider = configuration_of(instance.module, *instance.declaration);
  step.action = Action::kRead;
  step.stage = options.stage;
  step.source = source(instance.declaration->range);
  step.declaration = modules[instance.module].prefix + instance.declaration->name;
  step.reasons.push_back(fmt::format("read again after {}, which changes", *first));
  step.instance = row;
  instance.step = static_cast<uint32_t>(steps.size());
  steps.push_back(std::move(step));
}

auto Planner::Impl::other_outputs(const Declaration& declaration, const Value& filters, const std::string& address) -> std::optional<Value> {
  const Value* fabric = filters.get("fabric");
  const Value* environment = filters.get("env");
  auto shown = fabric == nullptr ? std::string() : fabric->as_text().str();
  auto refuse = [&](std::string why) {
    Report(world.problems, declaration.range, diags::OutputsUnreadable, {shown, std::move(why)});
    return std::nullopt;
  };
  std::error_code error;
  auto folder = std::filesystem::weakly_canonical(std::filesystem::path(world.fabric.folder()) / shown, error);
  if (error || !std::filesystem::is_directory(folder, error)) return refuse("no such folder");
  state::OpenOptions options{.folder = folder.string(),
                             .environment = environment != nullptr && environment->is(ValueKind::kString)
                                                ? environment->as_text().str()
                                                : world.environment};
  auto state = state::State::open(options, const_cast<Clock&>(static_cast<const Clock&>(world.calls.clock)));
  bool may_lack = declaration.result == Declaration::Result::kOptional;
  if (!state && state.error().code == Code::kNotFound && may_lack) return Value::null();
  if (!state) return refuse(state.error().code == Code::kNotFound ? "it was never applied in this environment" : state.error().text);
  auto snapshot = (*state)->snapshot();
  if (!snapshot) return refuse(snapshot.error().text);
  // An apply leaves records or outputs behind; what has neither any more was destroyed, and its outputs are not null.
  bool left = !snapshot->records.empty() || !snapshot->outputs.empty();
  if (!left && may_lack) return Value::null();
  if (!left) return refuse("nothing of it is left: it was destroyed, or its apply made nothing");
  std::vector<Field> fields;
  for (const auto& record : snapshot->outputs) {
    const Value* value = record.applied.get("value");
    Value given = value == nullptr ? Value() : *value;
    if (state::holds_sealed(given)) {
      auto opened = (*state)->keyring().unseal(given, {record.uid, record.address, record.rev}, "value");
      if (!opened) return refuse(opened.error().text);
      given = *opened;
    }
    fields.push_back(Field{Text(record.address.substr(state::kOutputPrefix.size())), std::move(given)});
  }
  auto cannot_be_read = [&](const std::string& name, std::string why) {
    auto origin = fmt::format("{}.{}", address, name);
    unrecorded[origin] = {.folder = shown, .why = std::move(why)};
    return Value::unknown(Unknown{.origin = Text(origin)});
  };
  // Declared there and not recorded (declared since, or the apply did not come to it): whoever reads it is told.
  if (const auto* other = declaration.outputs_of; other != nullptr) {
    for (const auto& [name, id] : other->outputs) {
      auto recorded = std::ranges::find_if(fields, [&](const Field& field) { return field.key == std::string_view(name); });
      if (recorded == fields.end()) {
        fields.push_back(Field{Text(name), cannot_be_read(name, fmt::format("`{}` is declared there and not recorded yet", name))});
        continue;
      }
      // The files there give the types, its last apply the values: both need not be of the same day.
      const Type& type = other->declarations[id].type;
      if (could_be(recorded->value, type)) continue;
      auto now = recorded->value.has_secret() ? std::string("something else") : type_of_value(recorded->value).text();
      recorded->value = cannot_be_read(name, fmt::format("`{}` is declared there as {} and was recorded as {}", name, type.text(), now));
    }
  }
  return Value::object(std::move(fields));
}

auto Planner::Impl::unrecorded_in(const Value& value) const -> const std::string* {
  if (!value.has_unknown()) return nullptr;
  if (value.is_unknown()) {
    auto origin = value.facts().origin.view();
    auto found = std::ranges::find_if(unrecorded, [&](const auto& one) { return addr::is_inside(origin, one.first); });
    return found == unrecorded.end() ? nullptr : &found->first;
  }
  auto elements = eval::elements_of(value);
  if (!elements) return nullptr;
  for (const auto& element : *elements) {
    if (const auto* found = unrecorded_in(element.value)) return found;
  }
  return nullptr;
}

}  // namespace weft::plan
