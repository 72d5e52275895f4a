// What names mean while a plan is made, and later while it is applied; and who has read what.
#include <algorithm>

#include <fmt/core.h>

#include "engine/plan/planner_impl.h"
#include "engine/plan/planner_scope.h"
#include "lang/base/digest.h"
#include "lang/base/text.h"
#include "lang/check/check.h"
#include "lang/eval/diags.h"
#include "lang/syntax/parse.h"
#include "lang/value/weight.h"

namespace weft::plan {

namespace {

// A template that renders another one, which renders another one…: each level is many frames of the stack.
constexpr uint32_t kMostTemplates = 16;
constexpr uint64_t kMostPlanWeight = uint64_t{2} << 30;

}  // namespace

// A template knows the functions of the module that renders it, and no declaration.
class Planner::Impl::TemplateScope : public Scope {
 public:
  TemplateScope(Impl& impl, const check::Module& module) : Scope(impl, 0, nullptr, nullptr), impl_(impl), module_(module) {}
  auto module() -> const check::Module& override { return module_; }
  auto functions() -> FunctionContext& override { return impl_.functions_of(module_); }

 private:
  Impl& impl_;
  const check::Module& module_;
};

auto Planner::Impl::functions_of(const check::Module& module) -> FunctionContext& {
  auto& slot = file_functions[&module];
  if (slot == nullptr) {
    slot = std::make_unique<config::FileFunctions>(
        module.folder, world.fabric.folder(), files_read,
        [this, &module](std::string_view name, std::string_view text, const Value& names) {
          return render(module, name, text, names);
        });
  }
  return *slot;
}

auto Planner::Impl::render(const check::Module& module, std::string_view name, std::string_view text, const Value& names)
    -> Result<Value> {
  if (!names.is(ValueKind::kObject)) return fail(Code::kInvalid, "the names of a template are an object");
  if (rendering >= kMostTemplates) {
    return fail(Code::kInvalid, fmt::format("{}: more than {} templates render one another; does it render itself?", name, kMostTemplates));
  }
  auto [known, fresh] = templates.try_emplace(fmt::format("{}\n{}", name, hex(view(sha256(text)))));
  if (fresh) known->second = world.fabric.sources().add(std::string(name), std::string(text));
  FileId file = known->second;
  DiagSink problems;
  auto tree = syntax::parse_template(world.fabric.sources(), file, problems);
  uint32_t slots = 0;
  check::ExprPtr expr;
  if (problems.errors() == 0) {
    std::vector<std::pair<std::string, Type>> types;
    for (const Field& field : names.fields()) types.emplace_back(field.key.str(), type_of_value(field.value));
    expr = check::check_template(tree, types, world.fabric.surroundings(false), slots, problems);
  }
  std::optional<Value> value;
  if (expr != nullptr && problems.errors() == 0) {
    std::vector<Value> frame(std::max<size_t>(slots, names.length()));
    for (size_t i = 0; i < names.length(); ++i) frame[i] = names.fields()[i].value;
    eval::Evaluator own(world.fabric.sources(), problems, evaluator);
    TemplateScope scope(*this, module);
    ++rendering;
    value = own.evaluate(*expr, scope, frame);
    --rendering;
  }
  if (value) return *value;
  for (const Diagnostic& problem : problems.all()) {
    if (problem.severity == Severity::kError) {
      return fail(Code::kInvalid, fmt::format("{}: {}", world.fabric.sources().where(problem.range), problem.message));
    }
  }
  return fail(Code::kInvalid, fmt::format("{} cannot be rendered", name));
}

auto Planner::Impl::evaluate(const check::Expr& expr, uint32_t module, std::vector<Value>& frame, Reads* reads,
                             const Value* self) -> std::optional<Value> {
  Scope scope(*this, module, reads, self);
  auto value = evaluator.evaluate(expr, scope, frame);
  // All of them at once may be handed on: which one is read shows later.
  bool whole = expr.op == check::Op::kReference || (expr.op == check::Op::kConvert && expr.operands[0]->op == check::Op::kReference);
  if (!value || unrecorded.empty() || whole) return value;
  const std::string* missing = unrecorded_in(*value);
  if (missing == nullptr) return value;
  // Once, however many read it.
  if (unrecorded_told.insert(*missing).second) {
    const auto& [folder, why] = unrecorded.find(*missing)->second;
    Range where = expr.range;
    for (const auto& field : expr.fields) {
      const Value* given = field.kind == check::ObjectField::Kind::kNamed && field.value != nullptr ? value->get(field.name) : nullptr;
      if (given != nullptr && unrecorded_in(*given) == missing) where = field.value->range;
    }
    Report(world.problems, where, diags::OutputsUnreadable, {folder, why})
        .help(fmt::format("apply it first:  weft -C {} apply", shell_quote(folder)));
  }
  return std::nullopt;
}

// All of it is held at once, and written out whole into records and documents.
void Planner::Impl::weigh(const check::Declaration& declaration, const Value& value) {
  if (applying || evaluator.stopped()) return;
  uint64_t more = weight(value);
  total_weight += more;
  weights[&declaration] += more;
  if (total_weight <= kMostPlanWeight) return;
  auto heaviest = std::ranges::max_element(weights, {}, [](const auto& one) { return one.second; });
  auto text = [](uint64_t bytes) { return size_text(static_cast<int64_t>(bytes >> 20 << 20)); };
  Report(world.problems, heaviest->first->range, eval::diags::TooLarge, {text(kMostPlanWeight) + " of values in one plan"})
      .label(fmt::format("{} of it so far", text(heaviest->second)))
      .help("a large content that is the same everywhere belongs into a file (`source`), or into a fabric of its own");
  evaluator.stop();
}

// An element is as it was when the plan was made; what was not known in it is looked up in the collection as it is now. One
// evaluation serves all elements, for none is asked for before everything that the collection is made from is done.
auto Planner::Impl::element_now(uint32_t module, const check::Declaration& declaration, const Value& key, const Value& planned) -> Value {
  if (!applying || !planned.has_unknown()) return planned;
  auto& known = elements_known[{module, &declaration}];
  auto text = addr::key_text(addr::key_of(key));
  auto found = known.find(text);
  if (found == known.end() || found->second.has_unknown()) {
    known.clear();
    std::vector<Value> frame(declaration.slots);
    auto source = evaluate(*declaration.each->source, module, frame, nullptr);
    auto elements = source ? eval::elements_of(*source) : std::nullopt;
    if (!elements) return planned;
    for (auto& element : *elements) {
      const Value& its_key = declaration.each->element_is_key ? element.value : element.key;
      if (its_key.is(ValueKind::kString) || its_key.is(ValueKind::kInt)) known.insert_or_assign(addr::key_text(addr::key_of(its_key)), element.value);
    }
    found = known.find(text);
  }
  return found == known.end() ? planned : found->second;
}

auto Planner::Impl::frame_of(const Instance& instance) -> std::vector<Value> {
  const auto& declaration = *instance.declaration;
  std::vector<Value> frame(declaration.slots);
  if (declaration.each) {
    if (declaration.each->key_slot != check::kNoSlot) frame[declaration.each->key_slot] = instance.key_value;
    if (declaration.each->value_slot != check::kNoSlot) {
      frame[declaration.each->value_slot] = element_now(instance.module, declaration, instance.key_value, instance.each_value);
    }
  }
  return frame;
}

auto Planner::Impl::call_frame(const ModuleInstance& module) -> std::vector<Value> {
  std::vector<Value> frame(module.call->slots);
  if (module.call->each) {
    if (module.call->each->key_slot != check::kNoSlot) frame[module.call->each->key_slot] = module.key_value;
    if (module.call->each->value_slot != check::kNoSlot) {
      frame[module.call->each->value_slot] = element_now(*module.parent, *module.call, module.key_value, module.each_value);
    }
  }
  return frame;
}

auto Planner::Impl::state_of(uint32_t module, const check::Declaration& declaration) -> DeclarationState& {
  auto& row = modules[module];
  auto index = static_cast<size_t>(&declaration - &*row.module->declarations.begin());
  CHECK(index < row.states.size());
  return row.states[index];
}

void Planner::Impl::note(Reads* reads, ReadRef ref) {
  if (reads != nullptr && ref != kNothing) reads->push_back(ref);
}

auto Planner::Impl::compact(Reads reads, std::string address) -> ReadRef {
  std::sort(reads.begin(), reads.end());
  reads.erase(std::unique(reads.begin(), reads.end()), reads.end());
  if (address.empty()) {
    if (reads.empty()) return kNothing;
    if (reads.size() == 1) return reads.front();
  }
  Joint joint{.address = std::move(address), .members = std::move(reads), .deferred_by = {}, .node = {}};
  for (ReadRef member : joint.members) {
    bool waits = member.is_joint() ? joints[member.row()].deferred : instances[member.row()].deferred;
    if (!waits) continue;
    joint.deferred = true;
    joint.deferred_by = member.is_joint() ? joints[member.row()].deferred_by : instances[member.row()].address;
    break;
  }
  joints.push_back(std::move(joint));
  return ReadRef::joint(static_cast<uint32_t>(joints.size() - 1));
}

auto Planner::Impl::is_deferred(const Reads& reads) const -> std::optional<std::string> {
  for (ReadRef ref : reads) {
    if (ref.is_joint() && joints[ref.row()].deferred) return joints[ref.row()].deferred_by;
    if (!ref.is_joint() && instances[ref.row()].deferred) return instances[ref.row()].address;
  }
  return std::nullopt;
}

void Planner::Impl::behind(const Reads& reads, const std::function<void(ReadRef)>& visit) const {
  Reads work = reads;
  std::set<ReadRef> seen;
  while (!work.empty()) {
    ReadRef ref = work.back();
    work.pop_back();
    if (ref == kNothing || !seen.insert(ref).second) continue;
    const Reads* more = nullptr;
    if (ref.is_joint()) more = &joints[ref.row()].members;
    // A lookup is no more than what it has read.
    else if (instances[ref.row()].declaration->kind == check::DeclarationKind::kLookup) more = &instances[ref.row()].reads;
    if (!ref.is_joint() || joints[ref.row()].deferred) visit(ref);
    if (more != nullptr) work.insert(work.end(), more->begin(), more->end());
  }
}

auto Planner::Impl::changes_behind(const Reads& reads) const -> std::optional<std::string> {
  std::optional<std::string> first;
  behind(reads, [&](ReadRef ref) {
    if (ref.is_joint() || !instances[ref.row()].step) return;
    Action action = steps[*instances[ref.row()].step].action;
    bool changes = action == Action::kCreate || action == Action::kUpdate || action == Action::kReplace || action == Action::kRead;
    if (changes && (!first || instances[ref.row()].address < *first)) first = instances[ref.row()].address;
  });
  return first;
}

auto Planner::Impl::origin_name(std::string_view origin) const -> std::string {
  for (size_t end = origin.size(); end > 0; --end) {
    bool whole = end == origin.size() || origin[end] == '.' || origin[end] == '[';
    if (whole && instance_by_address.contains(std::string(origin.substr(0, end)))) return std::string(origin.substr(0, end));
  }
  return origin.empty() ? "apply" : std::string(origin);
}

auto Planner::Impl::value_of(uint32_t module, const check::Declaration& declaration, Reads* reads) -> std::optional<Value> {
  auto& state = state_of(module, declaration);
  if (state.phase == Phase::kPending) {
    auto index = static_cast<uint32_t>(&declaration - &*modules[module].module->declarations.begin());
    evaluate_value(module, check::DeclarationId{index});
  }
  auto& now = state_of(module, declaration);
  if (now.phase != Phase::kDone || !now.has_value) return std::nullopt;
  note(reads, now.reads);
  if (applying && (now.value.has_unknown() || lookups_moved)) {
    // Something that it read may have become known since, or another value.
    auto index = static_cast<uint32_t>(&declaration - &*modules[module].module->declarations.begin());
    evaluate_value(module, check::DeclarationId{index});
    auto& again = state_of(module, declaration);
    if (again.phase != Phase::kDone) return std::nullopt;
    return again.value;
  }
  return now.value;
}

auto Planner::Impl::resource_value(uint32_t module, const check::Declaration& declaration, Reads* reads)
    -> std::optional<Value> {
  auto& state = state_of(module, declaration);
  if (state.phase == Phase::kFailed) return std::nullopt;
  if (state.phase != Phase::kDone) {
    return Value::unknown(Unknown{.type = declaration.type, .origin = modules[module].prefix + declaration.name});
  }
  if (!declaration.each) {
    if (state.absent) return Value::null();
    note(reads, state.reads);
    if (state.rows.empty()) {
      return Value::unknown(Unknown{.type = declaration.type, .origin = modules[module].prefix + declaration.name});
    }
    const Instance& instance = instances[state.rows.front()];
    if (instance.failed) return std::nullopt;
    return instance.value;
  }
  note(reads, state.reads);
  if (state.deferred) {
    return Value::unknown(Unknown{.type = declaration.type, .not_null = true, .origin = modules[module].prefix + declaration.name});
  }
  if (state.has_value && !(applying && (state.value.has_unknown() || lookups_moved))) return state.value;
  std::vector<Field> fields;
  fields.reserve(state.rows.size());
  for (uint32_t row : state.rows) {
    if (instances[row].failed) return std::nullopt;
    fields.push_back(Field{Text(addr::key_text(*instances[row].key)), instances[row].value});
    if (const auto* text = std::get_if<std::string>(&*instances[row].key)) fields.back().key = Text(*text);
  }
  state.value = Value::object(std::move(fields));
  state.has_value = true;
  return state.value;
}

auto Planner::Impl::one_of(uint32_t module, const check::Declaration& declaration, const Value& key, bool& failed,
                           Reads* reads) -> std::optional<Value> {
  failed = false;
  auto& state = state_of(module, declaration);
  if (state.phase == Phase::kFailed) {
    failed = true;
    return std::nullopt;
  }
  if (state.deferred || state.phase != Phase::kDone) {
    note(reads, state.reads);
    return Value::unknown(Unknown{.type = declaration.element, .not_null = true, .origin = modules[module].prefix + declaration.name});
  }
  if (state.by_key == nullptr) return std::nullopt;
  if (!key.is(ValueKind::kString) && !key.is(ValueKind::kInt)) return std::nullopt;
  auto found = state.by_key->find(addr::key_text(addr::key_of(key)));
  if (found == state.by_key->end()) return std::nullopt;
  if (declaration.kind == check::DeclarationKind::kModule) {
    auto value = outputs_value(found->second, reads);
    failed = !value;
    return value;
  }
  const Instance& instance = instances[found->second];
  // A lookup does nothing by itself: who reads it waits for what all of them have read.
  note(reads, declaration.kind == check::DeclarationKind::kLookup ? state.reads : ReadRef::instance(found->second));
  failed = instance.failed;
  if (failed) return std::nullopt;
  return instance.value;
}

auto Planner::Impl::outputs_value(uint32_t module, Reads* reads) -> std::optional<Value> {
  std::vector<Field> fields;
  const check::Module& source = *modules[module].module;
  for (const auto& [name, id] : source.outputs) {
    auto value = value_of(module, source.declarations[id], reads);
    if (!value) return std::nullopt;
    fields.push_back(Field{Text(name), *value});
  }
  return Value::object(std::move(fields));
}

auto Planner::Impl::module_value(uint32_t module, const check::Declaration& declaration, Reads* reads) -> std::optional<Value> {
  auto& state = state_of(module, declaration);
  if (state.phase == Phase::kFailed) return std::nullopt;
  if (!declaration.each) {
    if (state.absent) return Value::null();
    if (state.rows.empty()) {
      note(reads, state.reads);
      return Value::unknown(Unknown{.type = declaration.type, .origin = modules[module].prefix + declaration.name});
    }
    return outputs_value(state.rows.front(), reads);
  }
  if (state.deferred) {
    note(reads, state.reads);
    return Value::unknown(Unknown{.type = declaration.type, .not_null = true, .origin = modules[module].prefix + declaration.name});
  }
  std::vector<Field> fields;
  for (uint32_t row : std::vector<uint32_t>(state.rows)) {
    auto value = outputs_value(row, reads);
    if (!value) return std::nullopt;
    auto key = addr::key_of(modules[row].key_value);
    const auto* text = std::get_if<std::string>(&key);
    fields.push_back(Field{Text(text != nullptr ? *text : addr::key_text(key)), *value});
  }
  return Value::object(std::move(fields));
}

}  // namespace weft::plan
