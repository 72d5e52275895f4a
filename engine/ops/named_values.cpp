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
  Names(const Workspace& workspace, const plan::Instance* instance)
      : workspace_(workspace), root_(*workspace.fabric->root()), instance_(instance) {}

  std::vector<NamedValue> found;

  // What the expression for `path` names; the whole of it where the path leads into something that is not written out.
  void at(const Expr& body, const Path& path) {
    const Expr* expr = &body;
    for (const PathStep& step : path.steps) {
      if (expr->op != Op::kObject) break;
      auto field = std::ranges::find_if(expr->fields, [&](const check::ObjectField& one) {
        return one.kind == check::ObjectField::Kind::kNamed && one.name == std::string_view(step.name);
      });
      if (step.kind != PathStep::Kind::kMember || field == expr->fields.end()) break;
      expr = field->value.get();
    }
    if (expr != &body) walk(*expr, true);
  }

 private:
  void walk(const Expr& expr, bool own) {
    if (own && expr.op == Op::kLocal) variable(expr);
    if (expr.op == Op::kReference) reference(expr);
    for (const auto& operand : expr.operands) {
      if (operand) walk(*operand, own);
    }
    for (const auto& field : expr.fields) {
      if (field.key) walk(*field.key, own);
      if (field.value) walk(*field.value, own);
    }
  }

  void add(NamedValue value) {
    if (seen_.insert(value.name).second) found.push_back(std::move(value));
  }

  [[nodiscard]] auto source(Range range) const -> plan::SourceLine {
    const SourceMap& sources = workspace_.fabric->sources();
    if (!range.valid()) return {};
    return {std::string(sources.name(range.file)), sources.position(range.file, range.begin).line};
  }

  void variable(const Expr& expr) {
    if (instance_ == nullptr || !instance_->declaration->each) return;
    const check::Each& loop = *instance_->declaration->each;
    bool key = expr.slot == loop.key_slot, value = expr.slot == loop.value_slot;
    if (!key && !value) return;
    // Where it goes over a let or an input, that line says more than the `for` does.
    const Expr& over = *loop.source;
    bool named = over.op == Op::kReference && is_value(root_.declarations[over.declaration]);
    add({.name = std::string(workspace_.fabric->sources().text(expr.range)),
         .value = key ? instance_->key_value : instance_->each_value,
         .source = source(named ? root_.declarations[over.declaration].range : loop.range)});
    if (named) reference(over);
  }

  static auto is_value(const check::Declaration& declaration) -> bool {
    return declaration.kind == DeclarationKind::kInput || declaration.kind == DeclarationKind::kLet;
  }

  void reference(const Expr& expr) {
    const check::Declaration& declaration = root_.declarations[expr.declaration];
    if (!is_value(declaration) || seen_.contains(declaration.name)) return;
    NamedValue value{.name = declaration.name, .source = source(declaration.range)};
    Expr alone;
    alone.op = Op::kReference;
    alone.type = expr.type;
    alone.range = expr.range;
    alone.declaration = expr.declaration;
    value.value = workspace_.planner->evaluate(alone, 0);
    auto given = workspace_.inputs.find(declaration.name);
    if (declaration.kind == DeclarationKind::kInput && given != workspace_.inputs.end()) value.set_in = given->second.source;
    add(std::move(value));
    if (declaration.kind == DeclarationKind::kLet && declaration.value) walk(*declaration.value, false);
  }

  const Workspace& workspace_;
  const check::Module& root_;
  const plan::Instance* instance_;
  std::set<std::string, std::less<>> seen_;
};

auto changes(const plan::Difference& one) -> bool { return one.kind == plan::Difference::Kind::kChange && !one.path.empty(); }

}  // namespace

auto names_of(const Workspace& workspace, const plan::Step& step) -> std::vector<NamedValue> {
  const plan::Instance* instance = workspace.planner->find_instance(step.address);
  if (instance == nullptr || instance->module != 0 || instance->declaration->body == nullptr) return {};
  Names names(workspace, instance);
  bool forced = std::ranges::any_of(step.differences, &plan::Difference::forces_replace);
  for (const plan::Difference& one : step.differences) {
    if (changes(one) && (!forced || one.forces_replace)) names.at(*instance->declaration->body, one.path);
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
      auto declared = workspace.fabric->root()->names.find(name.name);
      bool input = declared != workspace.fabric->root()->names.end() &&
                   workspace.fabric->root()->declarations[declared->second].kind == DeclarationKind::kInput;
      if (input) ++inputs.try_emplace(name.name, name).first->second.steps;
    }
  }
  std::vector<NamedValue> out;
  for (auto& [name, value] : inputs) {
    if (value.steps * 3 >= updates * 2) out.push_back(std::move(value));
  }
  return out;
}

}  // namespace weft::ops
