#include "engine/ops/named_values.h"

#include <algorithm>
#include <set>

namespace weft::ops {

namespace {

using check::DeclarationKind;
using check::Expr;
using check::Op;

constexpr uint64_t kMany = 200;  // updates: from here on a plan is told by its groups

class Names {
 public:
  explicit Names(const Workspace& workspace) : workspace_(workspace) {}

  std::vector<NamedValue> found;

  // What the expression for `path` names; the whole of it where the path leads into something that is not written out.
  void at(const plan::Instance& instance, const Path& path) {
    const Expr& body = *instance.declaration->body;
    const Expr* expr = &body;
    for (const PathStep& step : path.steps) {
      if (expr->op != Op::kObject) break;
      const Expr* value = written(*expr, step.name);
      if (step.kind != PathStep::Kind::kMember || value == nullptr) break;
      expr = value;
    }
    Place place{instance.module, instance.declaration, &instance.key_value, &instance.each_value};
    if (expr != &body) walk(*expr, place, true);
  }

 private:
  // Where an expression stands: names are those of the module, variables those of the `for`.
  struct Place {
    uint32_t module;
    const check::Declaration* declaration;
    const Value* key;
    const Value* value;
  };

  [[nodiscard]] auto names(const Place& place) const -> const check::Module& { return *workspace_.planner->module(place.module).module; }

  // Null: it is not there by that name.
  static auto written(const Expr& object, std::string_view name) -> const Expr* {
    auto field = std::ranges::find_if(object.fields, [&](const check::ObjectField& one) {
      return one.kind == check::ObjectField::Kind::kNamed && one.name == name;
    });
    return field == object.fields.end() ? nullptr : field->value.get();
  }

  void walk(const Expr& expr, const Place& place, bool own) {
    if (own && expr.op == Op::kLocal) variable(expr, place);
    if (expr.op == Op::kReference) reference(expr, place);
    for (const auto& operand : expr.operands) {
      if (operand) walk(*operand, place, own);
    }
    for (const auto& field : expr.fields) {
      if (field.key) walk(*field.key, place, own);
      if (field.value) walk(*field.value, place, own);
    }
  }

  [[nodiscard]] auto source(Range range) const -> plan::SourceLine {
    const SourceMap& sources = workspace_.fabric->sources();
    if (!range.valid()) return {};
    return {std::string(sources.name(range.file)), sources.position(range.file, range.begin).line};
  }

  void variable(const Expr& expr, const Place& place) {
    if (!place.declaration->each) return;
    const check::Each& loop = *place.declaration->each;
    bool key = expr.slot == loop.key_slot, value = expr.slot == loop.value_slot;
    if (!key && !value) return;
    // Where it goes over a let or an input, that line says more than the `for` does.
    const Expr& over = *loop.source;
    const auto& declarations = names(place).declarations;
    bool named = over.op == Op::kReference && is_value(declarations[over.declaration]);
    std::string name(workspace_.fabric->sources().text(expr.range));
    if (seen_.emplace(place.module, name).second) {
      found.push_back({.name = name, .value = key ? *place.key : *place.value, .source = source(named ? declarations[over.declaration].range : loop.range)});
    }
    if (named) reference(over, place);
  }

  static auto is_value(const check::Declaration& declaration) -> bool {
    return declaration.kind == DeclarationKind::kInput || declaration.kind == DeclarationKind::kLet;
  }

  void reference(const Expr& expr, const Place& place) {
    const check::Declaration& declaration = names(place).declarations[expr.declaration];
    if (!is_value(declaration) || !seen_.emplace(place.module, declaration.name).second) return;
    NamedValue value{.name = declaration.name, .source = source(declaration.range)};
    Expr alone;
    alone.op = Op::kReference;
    alone.type = expr.type;
    alone.range = expr.range;
    alone.declaration = expr.declaration;
    value.value = workspace_.planner->evaluate(alone, 0, place.module);
    bool input = declaration.kind == DeclarationKind::kInput;
    value.input = input && place.module == 0;
    auto given = workspace_.inputs.find(declaration.name);
    if (value.input && given != workspace_.inputs.end()) value.set_in = given->second.source;
    // What a module is given is written where it is called.
    const auto& module = workspace_.planner->module(place.module);
    const Expr* argument = input && module.call != nullptr && module.call->body != nullptr ? written(*module.call->body, declaration.name) : nullptr;
    if (argument != nullptr) value.source = source(argument->range);
    found.push_back(std::move(value));
    if (argument != nullptr) walk(*argument, {*module.parent, module.call, &module.key_value, &module.each_value}, true);
    else if (declaration.kind == DeclarationKind::kLet && declaration.value) walk(*declaration.value, {place.module, &declaration, nullptr, nullptr}, false);
  }

  const Workspace& workspace_;
  std::set<std::pair<uint32_t, std::string>> seen_;
};

auto changes(const plan::Difference& one) -> bool { return one.kind == plan::Difference::Kind::kChange && !one.path.empty(); }

}  // namespace

auto names_of(const Workspace& workspace, const plan::Step& step) -> std::vector<NamedValue> {
  const plan::Instance* instance = workspace.planner->find_instance(step.address);
  if (instance == nullptr || instance->declaration->body == nullptr) return {};
  Names names(workspace);
  bool forced = std::ranges::any_of(step.differences, &plan::Difference::forces_replace);
  for (const plan::Difference& one : step.differences) {
    if (changes(one) && (!forced || one.forces_replace)) names.at(*instance, one.path);
  }
  return std::move(names.found);
}

auto common_names(const Workspace& workspace, const plan::Plan& plan) -> std::vector<NamedValue> {
  uint64_t updates = plan.counts().update;
  if (updates <= kMany) return {};
  // What a declaration's attribute names is the same for all its instances.
  std::map<std::string, std::vector<NamedValue>> known;
  std::map<std::string, NamedValue> inputs;
  for (const plan::Step& step : plan.steps) {
    if (step.action != plan::Action::kUpdate) continue;
    std::string key = step.declaration;
    for (const plan::Difference& one : step.differences) key += changes(one) ? "\n" + one.path.text() : "";
    auto [at, fresh] = known.try_emplace(key);
    if (fresh) at->second = names_of(workspace, step);
    for (const NamedValue& name : at->second) {
      if (name.input) ++inputs.try_emplace(name.name, name).first->second.steps;
    }
  }
  std::vector<NamedValue> out;
  for (auto& [name, value] : inputs) {
    if (value.steps * 3 >= updates * 2) out.push_back(std::move(value));
  }
  return out;
}

}  // namespace weft::ops
