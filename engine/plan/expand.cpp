// Walks the declarations of each module instance in their order: values, keys of `for`, module calls, rules.
#include <algorithm>
#include <map>
#include <set>
#include <unordered_set>

#include <fmt/core.h>

#include "engine/plan/planner_impl.h"
#include "engine/plan/planner_scope.h"
#include "lang/base/text.h"
#include "lang/eval/diags.h"
#include "lang/os/signals.h"

namespace weft::plan {

using check::Declaration;
using check::DeclarationKind;

namespace {

// Of resources, lookups and modules together.
constexpr uint64_t kMostInstances = 2'000'000;

// Of an address; the state keeps names of its own (`web#old-…`) beside.
constexpr size_t kMostAddressBytes = 64 * 1024;
constexpr size_t kMostAddressParts = 64;
constexpr size_t kToldOfName = 60;

auto too_many() -> std::string { return with_thousands(kMostInstances) + " instances of resources, lookups and modules in one plan"; }

// Whether it reads nothing: no name, no file.
auto is_pure(const check::Expr& expr) -> bool {
  switch (expr.op) {
    case check::Op::kReference:
    case check::Op::kGiven:
    case check::Op::kSelf:
    case check::Op::kUserCall: return false;
    case check::Op::kCall:
      if (expr.function->function->reads_files) return false;
      break;
    default: break;
  }
  auto pure = [](const check::ExprPtr& part) { return part == nullptr || is_pure(*part); };
  return std::all_of(expr.operands.begin(), expr.operands.end(), pure) &&
         std::all_of(expr.fields.begin(), expr.fields.end(), [&](const check::ObjectField& one) { return pure(one.key) && pure(one.value); });
}

// How many instances the files ask for at least, as far as that can be told before anything is planned: modules that
// repeat modules multiply.
class LeastInstances {
 public:
  using Evaluate = std::function<std::optional<Value>(const check::Expr& expr, uint32_t slots)>;
  explicit LeastInstances(Evaluate evaluate) : evaluate_(std::move(evaluate)) {}

  auto of(const Declaration& declaration, const check::Module& module) -> uint64_t {
    bool counts = declaration.kind == DeclarationKind::kResource || declaration.kind == DeclarationKind::kLookup || declaration.kind == DeclarationKind::kModule;
    if (!counts || declaration.when != nullptr) return 0;
    uint64_t many = declaration.each ? length(*declaration.each->source, module, declaration.slots) : 1;
    uint64_t inside = declaration.kind == DeclarationKind::kModule && declaration.module != nullptr ? of(*declaration.module) : 0;
    return std::min(many * (1 + inside), kEnough);
  }

 private:
  // Two of them multiply without overflow.
  static constexpr uint64_t kEnough = kMostInstances + 1;

  auto of(const check::Module& module) -> uint64_t {
    if (auto known = known_.find(&module); known != known_.end()) return known->second;
    uint64_t sum = 0;
    known_[&module] = 0;
    for (const Declaration& declaration : module.declarations) sum = std::min(sum + of(declaration, module), kEnough);
    known_[&module] = sum;
    return sum;
  }

  auto length(const check::Expr& source, const check::Module& module, uint32_t slots) -> uint64_t {
    const check::Expr* expr = &source;
    if (expr->op == check::Op::kReference) {
      const Declaration& named = module.declarations[expr->declaration];
      if (named.kind != DeclarationKind::kLet || named.value == nullptr) return 0;
      expr = named.value.get();
      slots = named.slots;
    }
    if (!is_pure(*expr)) return 0;
    auto value = evaluate_(*expr, slots);
    return value ? std::min<uint64_t>(value->length(), kEnough) : 0;
  }

  Evaluate evaluate_;
  std::map<const check::Module*, uint64_t> known_;
};

// Whether it says how or whether something of it is removed.
auto tells_of_removal(const Declaration& declaration, std::set<const check::Module*>& passed) -> bool {
  if (declaration.kind == DeclarationKind::kForget) return true;
  if (declaration.kind == DeclarationKind::kResource) return declaration.meta.protect != nullptr || declaration.meta.retain != nullptr;
  if (declaration.kind != DeclarationKind::kModule || declaration.module == nullptr) return false;
  if (!passed.insert(declaration.module).second) return false;
  return std::ranges::any_of(declaration.module->declarations, [&](const Declaration& inner) { return tells_of_removal(inner, passed); });
}

}  // namespace

auto Planner::Impl::plan_module(uint32_t module) -> Task<void> {
  if (module == 0) {
    evaluator.stop_when([] { return stop_signal() != 0; });
    LeastInstances least([this](const check::Expr& expr, uint32_t slots) {
      DiagSink quiet;  // it is evaluated again where its mistakes are told
      std::vector<Value> frame(slots);
      Scope scope(*this, 0, nullptr, nullptr);
      return eval::Evaluator(world.fabric.sources(), quiet, evaluator).evaluate(expr, scope, frame);
    });
    uint64_t sum = 0;
    for (const Declaration& declaration : modules[0].module->declarations) {
      sum += least.of(declaration, *modules[0].module);
      if (evaluator.stopped() || sum <= kMostInstances) continue;
      Report(world.problems, declaration.each ? declaration.each->range : declaration.range, eval::diags::TooLarge, {too_many()});
      evaluator.stop();
    }
  }
  read_addresses(module);
  const auto& order = modules[module].module->order;
  for (check::DeclarationId id : order) {
    if (evaluator.stopped()) break;
    const Declaration& declaration = modules[module].module->declarations[id];
    switch (declaration.kind) {
      case DeclarationKind::kInput:
      case DeclarationKind::kLet:
      case DeclarationKind::kOutput:
        if (modules[module].states[id.index].phase == Phase::kPending) evaluate_value(module, id);
        break;
      case DeclarationKind::kResource: co_await plan_resources(module, id); break;
      case DeclarationKind::kLookup: co_await plan_lookups(module, id); break;
      case DeclarationKind::kModule: co_await plan_module_call(module, id); break;
      case DeclarationKind::kCheck: plan.checks.push_back(judge_check(module, declaration)); break;
      default: break;
    }
  }
  // What follows, an apply too, finishes what it has begun.
  if (module == 0) evaluator.stop_when({});
}

void Planner::Impl::evaluate_value(uint32_t module, check::DeclarationId id) {
  const Declaration& declaration = modules[module].module->declarations[id];
  {
    auto& state = modules[module].states[id.index];
    if (state.phase == Phase::kBusy) return;
    state.phase = Phase::kBusy;
  }
  Reads reads;
  std::optional<Value> value;
  std::vector<Value> frame(declaration.slots);
  if (declaration.kind == DeclarationKind::kInput) {
    const auto& row = modules[module];
    const check::Expr* given = nullptr;
    if (row.call != nullptr && row.call->body != nullptr) {
      for (const auto& field : row.call->body->fields) {
        if (field.kind == check::ObjectField::Kind::kNamed && field.name == std::string_view(declaration.name)) given = field.value.get();
      }
    }
    if (!row.parent) {
      auto known = world.inputs.find(declaration.name);
      if (known != world.inputs.end()) value = known->second.value;
      else if (declaration.value != nullptr) value = evaluate(*declaration.value, module, frame, &reads);
      else if (declaration.declared.optional()) value = Value::null();
    } else {
      if (given != nullptr) {
        // The variables of its `for` come from there.
        if (row.call->each) note(&reads, row.elements);
        auto outer = call_frame(row);
        value = evaluate(*given, *row.parent, outer, &reads);
        if (value && value->is_null() && declaration.value != nullptr) given = nullptr;
      }
      if (given == nullptr) {
        if (declaration.value != nullptr) value = evaluate(*declaration.value, module, frame, &reads);
        else value = Value::null();
      }
    }
    if (value && (declaration.secret || declaration.declared.secret())) value = value->as_secret();
  } else if (declaration.value != nullptr) {
    value = evaluate(*declaration.value, module, frame, &reads);
    if (value && declaration.declared.secret()) value = value->as_secret();
  }
  auto& state = modules[module].states[id.index];
  if (!value) {
    state.phase = Phase::kFailed;
    return;
  }
  state.value = std::move(*value);
  state.has_value = true;
  weigh(declaration, state.value);
  if (!applying) state.reads = compact(std::move(reads));
  state.phase = Phase::kDone;
  if (declaration.kind == DeclarationKind::kInput && !declaration.rules.empty() && !state.value.is_unknown()) {
    auto judged = judge_rules(declaration.rules, "require", module, frame, diags::RequireFailed, nullptr);
    if (!judged.broken.empty()) modules[module].states[id.index].phase = Phase::kFailed;
  }
}

auto Planner::Impl::judge_rules(std::span<const check::Rule> rules, std::string_view word, uint32_t module,
                                std::vector<Value>& frame, const DiagInfo& info, const Value* self) -> Judged {
  Judged judged;
  for (const auto& rule : rules) {
    if (rule.word != word) continue;
    auto condition = evaluate(*rule.condition, module, frame, nullptr, self);
    if (!condition) {
      judged.broken.push_back(world.problems.errors() > 0 ? world.problems.all().back().message : std::string("it cannot be evaluated"));
      continue;
    }
    if (condition->is_unknown()) ++judged.unknown;
    if (condition->is_unknown() || (condition->is(ValueKind::kBool) && condition->as_bool())) continue;
    std::string text;
    if (rule.message != nullptr) {
      auto message = evaluate(*rule.message, module, frame, nullptr, self);
      if (message && message->is(ValueKind::kString) && !message->has_secret()) text = message->as_text().str();
    }
    if (text.empty()) {
      Scope scope(*this, module, nullptr, self);
      text = fmt::format("`{}` does not hold", rule.condition_text);
      auto values = evaluator.explain(*rule.condition, scope, frame);
      if (!values.empty()) text += ": " + values;
    }
    Report(world.problems, rule.condition->range, info, {text}).label("this does not hold");
    judged.broken.push_back(std::move(text));
  }
  return judged;
}

auto Planner::Impl::judge_check(uint32_t module, const Declaration& declaration, std::vector<bool>* stands) -> event::CheckJudged {
  auto at = source(declaration.range);
  event::CheckJudged check{.name = modules[module].prefix + declaration.name, .messages = {}, .unjudged = 0, .file = at.file, .line = at.line};
  auto is_known = [&](const check::Expr& expr, std::vector<Value>& frame) {
    if (stands == nullptr) return true;
    Reads reads;
    DiagSink quiet;  // it is evaluated again where its mistakes are told
    Scope scope(*this, module, &reads, nullptr);
    auto value = eval::Evaluator(world.fabric.sources(), quiet, evaluator).evaluate(expr, scope, frame);
    bool unknown = value && value->has_unknown();
    return !unknown && std::ranges::all_of(reads, [&](ReadRef ref) { return all_stand(ref, *stands); });
  };
  std::vector<Value> empty(declaration.slots);
  if (declaration.each && !is_known(*declaration.each->source, empty)) {
    check.unjudged = declaration.rules.size();
    return check;
  }
  auto frames = each_frame(module, declaration, [&](std::vector<Value>& frame) {
    for (const auto& rule : declaration.rules) {
      if (!is_known(*rule.condition, frame)) {
        ++check.unjudged;
        continue;
      }
      auto judged = judge_rules({&rule, 1}, "require", module, frame, diags::CheckFailed, nullptr);
      check.unjudged += judged.unknown;
      std::ranges::move(judged.broken, std::back_inserter(check.messages));
    }
  });
  if (frames != Frames::kAll) check.unjudged += declaration.rules.size();
  return check;
}

auto Planner::Impl::each_frame(uint32_t module, const Declaration& declaration,
                               const std::function<void(std::vector<Value>&)>& visit) -> Frames {
  std::vector<Value> frame(declaration.slots);
  if (!declaration.each) {
    visit(frame);
    return Frames::kAll;
  }
  auto source = evaluate(*declaration.each->source, module, frame, nullptr);
  if (!source) return Frames::kFailed;
  auto elements = eval::elements_of(*source);
  if (!elements) return source->is_unknown() ? Frames::kUnknown : Frames::kAll;
  for (auto& element : *elements) {
    const auto& each = *declaration.each;
    if (each.key_slot != check::kNoSlot) frame[each.key_slot] = each.element_is_key ? element.value : element.key;
    if (each.value_slot != check::kNoSlot) frame[each.value_slot] = element.value;
    visit(frame);
  }
  return Frames::kAll;
}

auto Planner::Impl::has_records_inside(std::string_view address) const -> bool {
  // `ab` stands between `a` and `a[1]`.
  for (auto it = record_by_address.lower_bound(address); it != record_by_address.end() && it->first.starts_with(address); ++it) {
    if (addr::is_inside(it->first, address)) return true;
  }
  return false;
}

// A destroy would go by the records alone, and pass over what the files say of the removal now.
void Planner::Impl::unsure_of(uint32_t module, const Declaration& declaration) {
  std::set<const check::Module*> passed;
  if (tells_of_removal(declaration, passed) && has_records_inside(modules[module].prefix + declaration.name)) removal_unsure = true;
}

auto Planner::Impl::fits(uint32_t module, const Declaration& declaration, std::string_view key) -> bool {
  size_t parts = 1;
  for (auto outer = modules[module].parent; outer; outer = modules[*outer].parent) ++parts;
  size_t bytes = modules[module].prefix.size() + declaration.name.size() + (key.empty() ? 0 : key.size() + 2);
  if (parts <= kMostAddressParts && bytes <= kMostAddressBytes) return true;
  bool deep = parts > kMostAddressParts;
  // Names are ASCII.
  std::string name = declaration.name.size() > kToldOfName ? declaration.name.substr(0, kToldOfName) + "…" : declaration.name;
  Report(world.problems, declaration.each && !deep ? declaration.each->range : declaration.range, diags::LongAddress,
         {name, deep ? with_thousands(parts) + " parts, at most 64 fit" : with_thousands(bytes) + " bytes, at most 64 KiB fit"});
  return false;
}

void Planner::Impl::refuse_untold(std::string_view address, Range range, std::string why) {
  if (!options.destroy) return;
  for (auto it = record_by_address.lower_bound(address); it != record_by_address.end() && it->first.starts_with(address); ++it) {
    const auto& record = records[it->second];
    // What its record keeps stays, whatever the files say.
    if (!addr::is_inside(it->first, address) || record.protect || record.retain || record.old) continue;
    Report(world.problems, range, diags::UnsureRemoval, {record.address, why});
    return;
  }
}

auto Planner::Impl::expand(uint32_t module, check::DeclarationId id, Reads& reads) -> std::optional<std::vector<Expanded>> {
  const Declaration& declaration = modules[module].module->declarations[id];
  auto& state = modules[module].states[id.index];
  std::vector<Value> frame(declaration.slots);
  std::vector<Expanded> result;
  auto failed = [&] {
    modules[module].states[id.index].phase = Phase::kFailed;
    unsure_of(module, declaration);
    return std::nullopt;
  };
  if (!declaration.each) {
    if (declaration.when != nullptr) {
      auto condition = evaluate(*declaration.when, module, frame, &reads);
      if (!condition) return failed();
      if (condition->is_unknown()) {
        auto origin = condition->facts().origin.str();
        defer(module, declaration, state, fmt::format("its condition is (known after {})", origin_name(origin)), reads, 0, 1);
        return std::nullopt;
      }
      if (!condition->as_bool()) {
        state.absent = true;
        return result;
      }
    }
    if (!fits(module, declaration, {})) return failed();
    result.push_back({});
    return result;
  }
  const auto& each = *declaration.each;
  auto source = evaluate(*each.source, module, frame, &reads);
  if (!source) return failed();
  auto elements = eval::elements_of(*source);
  if (!elements) {
    Unknown facts = source->is_unknown() ? source->facts() : Unknown{};
    auto origin = facts.origin.str();
    std::optional<uint64_t> least, most;
    if (facts.least_length) least = *facts.least_length;
    if (facts.most_length) most = *facts.most_length;
    defer(module, declaration, state, fmt::format("its keys are (known after {})", origin_name(origin)), reads, least, most);
    return std::nullopt;
  }
  if (modules.size() + instances.size() + elements->size() > kMostInstances) {
    Report(world.problems, each.range, eval::diags::TooLarge, {too_many()});
    evaluator.stop();
    return failed();
  }
  std::unordered_set<std::string> seen;
  for (auto& element : *elements) {
    Expanded one;
    one.key_value = each.element_is_key ? element.value : element.key;
    one.each_value = element.value;
    if (one.key_value.has_unknown()) {
      // Each element is one instance, for twice the same key is a mistake; but a set may turn out to hold fewer.
      auto origin = one.key_value.is_unknown() ? one.key_value.facts().origin.str() : std::string();
      std::optional<uint64_t> least;
      if (declaration.when == nullptr) least = source->is(ValueKind::kSet) ? 1 : elements->size();
      defer(module, declaration, state, fmt::format("some of its keys are (known after {})", origin_name(origin)), reads, least, elements->size());
      return std::nullopt;
    }
    if (!one.key_value.is(ValueKind::kString) && !one.key_value.is(ValueKind::kInt)) {
      Report(world.problems, each.range, diags::BadKey,
             {declaration.name, fmt::format("it is {}", one.key_value.is_null() ? "null" : std::string(kind_name(one.key_value)))});
      return failed();
    }
    if (declaration.when != nullptr) {
      if (each.key_slot != check::kNoSlot) frame[each.key_slot] = one.key_value;
      if (each.value_slot != check::kNoSlot) frame[each.value_slot] = one.each_value;
      auto condition = evaluate(*declaration.when, module, frame, &reads);
      if (!condition) return failed();
      if (condition->is_unknown()) {
        defer(module, declaration, state, "a condition of it is (known after apply)", reads, 0, elements->size());
        return std::nullopt;
      }
      if (!condition->as_bool()) continue;
    }
    one.key = addr::key_of(one.key_value);
    auto text = addr::key_text(*one.key);
    if (!fits(module, declaration, text)) return failed();
    if (!seen.insert(text).second) {
      Report(world.problems, each.range, diags::DuplicateKey, {declaration.name, text});
      return failed();
    }
    result.push_back(std::move(one));
  }
  return result;
}

void Planner::Impl::defer(uint32_t module, const Declaration& declaration, DeclarationState& state, std::string why, Reads reads,
                          std::optional<uint64_t> least, std::optional<uint64_t> most) {
  auto address = modules[module].prefix + declaration.name;
  std::set<const check::Module*> passed;
  if (options.destroy && tells_of_removal(declaration, passed)) refuse_untold(address, declaration.range, why);
  Stage::Deferred entry{.address = address,
                        .type = declaration.resource != nullptr ? declaration.resource->name : std::string("module"),
                        .each = std::string(declaration.each ? world.fabric.sources().text(declaration.each->source->range) : std::string_view()),
                        .why = std::move(why),
                        .after = {},
                        .least = least,
                        .most = most,
                        .creates_only = true,
                        .source = source(declaration.range)};
  // However many there are, they are only read.
  if (declaration.kind == check::DeclarationKind::kLookup) entry.least = entry.most = 0;
  for (const auto& dependency : dependencies_of(reads)) entry.after.push_back(dependency.address);
  entry.creates_only = !has_records_inside(address);
  Reads names;
  if (!options.only.empty() || !options.except.empty()) {
    // Whoever asks for this asks for what it needs, and its stage may make nothing that was not announced.
    Scope scope(*this, module, &names, nullptr);
    const auto& declarations = modules[module].module->declarations;
    for (check::DeclarationId id : declaration.depends) {
      bool is_value = declarations[id].kind == check::DeclarationKind::kLet || declarations[id].kind == check::DeclarationKind::kInput;
      bool is_object = declarations[id].kind == check::DeclarationKind::kResource || declarations[id].kind == check::DeclarationKind::kLookup ||
                       declarations[id].kind == check::DeclarationKind::kModule;
      if (is_value || is_object) (void)scope.reference(declarations[id]);
    }
  }
  Joint joint{.address = address, .members = std::move(reads), .deferred = true, .deferred_by = address, .node = {}};
  joints.push_back(std::move(joint));
  auto row = static_cast<uint32_t>(joints.size() - 1);
  if (!names.empty()) deferred_names.emplace(row, std::move(names));
  deferred_addresses.insert(entry.address);
  deferred.emplace(row, std::move(entry));
  state.reads = ReadRef::joint(row);
  state.deferred = true;
  state.phase = Phase::kDone;
}

auto Planner::Impl::plan_module_call(uint32_t module, check::DeclarationId id) -> Task<void> {
  const Declaration& declaration = modules[module].module->declarations[id];
  if (declaration.module == nullptr) {
    modules[module].states[id.index].phase = Phase::kFailed;
    co_return;
  }
  Reads reads;
  auto expanded = expand(module, id, reads);
  if (!expanded) co_return;
  auto elements = compact(std::move(reads));
  auto first = static_cast<uint32_t>(modules.size());
  for (auto& one : *expanded) {
    add_module(module, declaration, one.key, one.key_value, one.each_value);
    modules.back().elements = elements;
  }
  auto last = static_cast<uint32_t>(modules.size());
  {
    auto& state = modules[module].states[id.index];
    if (declaration.each) state.by_key = std::make_unique<std::unordered_map<std::string, uint32_t>>();
    for (uint32_t row = first; row < last; ++row) {
      state.rows.push_back(row);
      if (state.by_key) state.by_key->emplace(addr::key_text(addr::key_of(modules[row].key_value)), row);
    }
  }
  for (uint32_t row = first; row < last; ++row) co_await plan_module(row);
  auto& state = modules[module].states[id.index];
  state.reads = elements;
  state.phase = Phase::kDone;
}

void Planner::Impl::add_module(uint32_t parent, const Declaration& call, const std::optional<addr::Key>& key, Value key_value,
                               Value each_value) {
  ModuleInstance row;
  row.module = call.module;
  row.parent = parent;
  row.call = &call;
  row.key_value = std::move(key_value);
  row.each_value = std::move(each_value);
  row.prefix = modules[parent].prefix + call.name + (key ? "[" + addr::key_text(*key) + "]" : std::string()) + ".";
  row.states.resize(call.module->declarations.size());
  row.providers = modules[parent].providers;
  for (const auto& [slot, configuration] : call.meta.providers) {
    auto mapped = modules[parent].providers.find(configuration);
    row.providers[slot] = mapped == modules[parent].providers.end() ? configuration : mapped->second;
  }
  modules.push_back(std::move(row));
}

}  // namespace weft::plan
