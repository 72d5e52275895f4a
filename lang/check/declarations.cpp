// Declarations that stand for themselves: values, functions, types, inputs, outputs, checks, and what configures the
// fabric and its providers.
#include <algorithm>
#include <utility>

#include "lang/check/diags.h"
#include "lang/check/module_checker.h"
#include "lang/check/type_reader.h"

namespace weft::check {

using syntax::NodeId;
using syntax::NodeKind;
using syntax::Tree;

void ModuleChecker::check_one(DeclarationId id) {
  switch (declaration(id).kind) {
    case DeclarationKind::kFabric: check_fabric(id); break;
    case DeclarationKind::kState: check_state(id); break;
    case DeclarationKind::kProvider: check_provider(id); break;
    case DeclarationKind::kInput: check_input(id); break;
    case DeclarationKind::kType: check_alias(id); break;
    case DeclarationKind::kLet: check_let(id); break;
    case DeclarationKind::kFn: check_fn(id); break;
    case DeclarationKind::kResource: check_resource(id); break;
    case DeclarationKind::kLookup: check_lookup(id); break;
    case DeclarationKind::kModule: check_module(id); break;
    case DeclarationKind::kOutput: check_output(id); break;
    case DeclarationKind::kCheck: check_check(id); break;
    case DeclarationKind::kMoved:
    case DeclarationKind::kForget:
    case DeclarationKind::kAdopt: check_moved(id); break;
    case DeclarationKind::kUse: break;
  }
  Declaration& made = declaration(id);
  if (is_vast(made.type)) {
    Report(problems_, made.name_range, diags::VastType, {made.name})
        .label("this has more than 100,000 parts, or more than 200 in each other")
        .help("`any` takes everything, where nobody needs to know what is inside");
    made.type = made.declared = Type::error();
  }
  const DeclarationKind kind = made.kind;
  late_[id.index] = kind == DeclarationKind::kResource || kind == DeclarationKind::kLookup ||
                    kind == DeclarationKind::kModule ||
                    std::ranges::any_of(edges_[id.index], [&](const Edge& edge) { return late_[edge.to.index]; });
}

auto ModuleChecker::is_late(const Expr& expr) const -> bool {
  if (expr.op == Op::kReference || expr.op == Op::kUserCall) {
    if (late_[expr.declaration.index]) return true;
  }
  const auto late = [&](const ExprPtr& part) { return part != nullptr && is_late(*part); };
  return std::ranges::any_of(expr.operands, late) || std::ranges::any_of(expr.fields, [&](const ObjectField& field) {
           return late(field.key) || late(field.value);
         });
}

void ModuleChecker::refuse_late(const Expr& expr, std::string_view place) {
  if (expr.type.is_error() || !is_late(expr)) return;
  Report(problems_, expr.range, diags::TooLate, {std::string(place)})
      .label("this comes from a resource, a lookup or a module")
      .help("inputs, `let` and functions of them are known in time");
}

void ModuleChecker::refuse_secret(const Expr& expr, std::string_view place) {
  if (expr.type.is_error() || !has_secret(expr.type)) return;
  Report(problems_, expr.range, diags::SecretHere, {std::string(place)})
      .label("this is " + a_type(expr.type))
      .help("`reveal(…)` takes the mark off, where it is no secret after all");
}

void ModuleChecker::check_fabric(DeclarationId id) {
  const Tree& tree = *item(id).tree;
  Declaration& made = declaration(id);
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  if (!std::ranges::all_of(made.name, plain) || made.name.empty() || made.name.size() > 40) {
    std::string fixed;
    for (const char c : made.name) {
      const char small = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
      if (plain(small)) fixed += small;
      if (c == '_' || c == ' ' || c == '.') fixed += '-';
    }
    auto report = Report(problems_, made.name_range, diags::BadFabricName, {made.name});
    report.label("small letters, digits and `-`, at most 40");
    if (!fixed.empty() && fixed.size() <= 40) report.fix(made.name_range, "\"" + fixed + "\"");
  }
  const NodeId block = tree.find(item(id).node, NodeKind::kBlock);
  if (!block.valid()) return;
  refuse_entries(tree, block, "`fabric`", true, false, false);
  Frame frame;
  const Context constants{around_, module_, problems_, true};
  ExprChecker exprs(constants, tree, frame);
  const Type settings = Type::object({Member{"weft", Type::string().with_optional(), true}}, "fabric");
  const Target target{.type = settings, .owner = "`fabric`"};
  made.body = exprs.closed_object(block, {.target = &target, .head = made.range});
  for (const ObjectField& field : made.body->fields) {
    if (field.name == std::string_view("weft") && is_constant(*field.value) && field.value->constant.is(ValueKind::kString)) {
      module_.weft_requirement = std::string(field.value->constant.as_string());
    }
  }
}

void ModuleChecker::check_state(DeclarationId id) {
  const Tree& tree = *item(id).tree;
  Declaration& made = declaration(id);
  if (!is_root_) {
    Report(problems_, made.range, diags::RootOnly, {"state"}).label("where state lives is the root's to say");
  }
  const NodeId block = tree.find(item(id).node, NodeKind::kBlock);
  if (!block.valid()) return;
  refuse_entries(tree, block, "`state`", true, false, false);
  Frame frame;
  const Context constants{around_, module_, problems_, true};
  ExprChecker exprs(constants, tree, frame);
  const auto may = [](std::string name, const Type& type) { return Member{std::move(name), type.with_optional(), true}; };
  const Type settings = Type::object(
      {may("store", Type::string()), may("lease", Type::duration()), may("encrypt", Type::boolean()), may("key", Type::string()),
       may("keep", Type::object({may("versions", Type::integer()), may("age", Type::duration())}))},
      "state");
  const Target target{.type = settings, .owner = "`state`"};
  made.body = exprs.closed_object(block, {.target = &target, .head = made.range});
  for (const ObjectField& field : made.body->fields) {
    if (field.value == nullptr || field.value->type.is_error()) continue;
    const bool local = field.name == std::string_view("store") && is_constant(*field.value) &&
                       field.value->constant == Value::string("local");
    if (local) continue;
    const bool store = field.name == std::string_view("store");
    Report(problems_, store ? field.value->range : field.name_range, diags::NotYet,
           {store ? "state in " + std::string(around_.sources.text(field.value->range)) : field.name.str()})
        .label("this version keeps state in the store `\"local\"`, as it is");
  }
}

void ModuleChecker::check_provider(DeclarationId id) {
  const Tree& tree = *item(id).tree;
  Declaration& made = declaration(id);
  const ProviderType* provider = around_.schemas.provider(made.provider);
  const NodeId name = tree.child(item(id).node, 0);
  if (provider == nullptr && name.valid()) {
    (void)find_resource_type(context_, made.provider, tree.range(name));
    return;
  }
  if (made.slot) {
    if (is_root_) {
      Range end = made.range;
      end.begin = end.end;
      Report(problems_, made.range, diags::SlotInRoot, {made.name})
          .label("without a block this is a slot, which a module's caller fills")
          .fix(end, " {}", "give it a block");
    }
    return;
  }
  if (!is_root_) {
    Report(problems_, made.range, diags::RootOnly, {"provider"})
        .label("a module takes configurations from its caller; without a block this is a slot");
  }
  const NodeId block = tree.find(item(id).node, NodeKind::kBlock);
  refuse_entries(tree, block, "`provider`", true, false, false);
  Frame frame;
  ExprChecker exprs(context_, tree, frame);
  const std::string owner = "provider " + made.provider;
  const Target target{.type = provider->settings, .owner = owner, .takes_secret = true};
  made.body = exprs.closed_object(block, {.target = &target, .head = made.range});
  made.slots = frame.most_slots;
}

void ModuleChecker::check_input(DeclarationId id) {
  const Tree& tree = *item(id).tree;
  const NodeId node = item(id).node;
  Declaration& made = declaration(id);
  made.declared = read_type(context_, tree, tree.find(node, NodeKind::kType));
  made.type = made.declared;
  made.secret = has_secret(made.declared);
  Frame frame;
  const NodeId given = tree.find(node, NodeKind::kDefault);
  if (given.valid()) {
    ExprChecker exprs(context_, tree, frame);
    made.value = exprs.check(tree.child(given, 0),
                             Target{.type = made.declared, .subject = made.name, .declared = made.type_range});
  }
  const NodeId block = tree.find(node, NodeKind::kBlock);
  if (block.valid()) {
    refuse_entries(tree, block, "an input", false, true, false);
    read_rules(id, frame, block, {"require"});
  }
  declaration(id).slots = frame.most_slots;
}

void ModuleChecker::check_alias(DeclarationId id) {
  const Tree& tree = *item(id).tree;
  Declaration& made = declaration(id);
  Type type = read_type(context_, tree, tree.find(item(id).node, NodeKind::kType));
  if (type.is(TypeKind::kObject) && type.name().empty()) {
    const bool optional = type.optional();
    const bool secret = type.secret();
    type = Type::object({type.members().begin(), type.members().end()}, made.name).with_optional(optional).with_secret(secret);
  }
  made.type = type;
  made.declared = std::move(type);
}

void ModuleChecker::check_let(DeclarationId id) {
  const Tree& tree = *item(id).tree;
  const NodeId node = item(id).node;
  Declaration& made = declaration(id);
  Frame frame;
  ExprChecker exprs(context_, tree, frame);
  const NodeId type = tree.find(node, NodeKind::kType);
  const NodeId value = tree.last_child(node);
  if (type.valid()) {
    made.declared = read_type(context_, tree, type);
    made.value = exprs.check(value, Target{.type = made.declared, .subject = made.name, .declared = made.type_range});
    made.type = made.declared;
  } else {
    made.value = exprs.infer(value);
    made.type = made.value->type;
  }
  made.slots = frame.most_slots;
}

void ModuleChecker::check_fn(DeclarationId id) {
  const Tree& tree = *item(id).tree;
  const NodeId node = item(id).node;
  Declaration& made = declaration(id);
  Frame frame;
  const NodeId params = tree.find(node, NodeKind::kParams);
  if (params.valid()) {
    for (const NodeId param : tree.children(params)) {
      const NodeId name = tree.child(param, 0);
      if (tree.kind(param) != NodeKind::kParam || !name.valid() || tree.kind(name) != NodeKind::kName) continue;
      FnParameter parameter;
      parameter.name = std::string(tree.name(name));
      parameter.type = read_type(context_, tree, tree.find(param, NodeKind::kType));
      const auto same = std::ranges::find(made.parameters, parameter.name, &FnParameter::name);
      if (same != made.parameters.end() && parameter.name != "_") {
        Report(problems_, tree.range(name), diags::DuplicateName, {parameter.name});
      }
      const NodeId given = tree.find(param, NodeKind::kDefault);
      if (given.valid()) {
        Frame own;
        ExprChecker exprs(context_, tree, own);
        parameter.default_value = exprs.check(tree.child(given, 0), Target{.type = parameter.type, .subject = parameter.name, .owner = made.name});
        frame.most_slots = std::max(frame.most_slots, own.most_slots);
      }
      made.parameters.push_back(std::move(parameter));
    }
    size_t i = 0;
    for (const NodeId param : tree.children(params)) {
      const NodeId name = tree.child(param, 0);
      if (tree.kind(param) != NodeKind::kParam || !name.valid() || tree.kind(name) != NodeKind::kName) continue;
      const bool again = std::ranges::find(frame.locals, tree.name(name), &Local::name) != frame.locals.end();
      if (!again) ExprChecker(context_, tree, frame).warn_hidden(tree.name(name), tree.range(name));
      frame.add(tree.name(name), made.parameters[i++].type, tree.range(name));
    }
  }
  ExprChecker exprs(context_, tree, frame);
  const NodeId result = tree.find(node, NodeKind::kType);
  const NodeId body = tree.last_child(node);
  if (result.valid()) {
    made.declared = read_type(context_, tree, result);
    made.value = exprs.check(body, Target{.type = made.declared, .subject = made.name, .declared = tree.range(result)});
    made.type = made.declared;
  } else {
    made.value = exprs.infer(body);
    made.type = made.value->type;
  }
  made.slots = frame.most_slots;
}

void ModuleChecker::check_output(DeclarationId id) {
  const Tree& tree = *item(id).tree;
  const NodeId node = item(id).node;
  Declaration& made = declaration(id);
  Frame frame;
  ExprChecker exprs(context_, tree, frame);
  const NodeId type = tree.find(node, NodeKind::kType);
  const NodeId value = tree.last_child(node);
  if (type.valid()) {
    made.declared = read_type(context_, tree, type);
    made.value = exprs.check(value, Target{.type = made.declared, .subject = made.name, .declared = made.type_range, .takes_secret = true});
    made.type = made.declared;
    if (has_secret(made.value->type) && !has_secret(made.type)) made.type = made.type.with_secret();
  } else {
    made.value = exprs.infer(value);
    made.type = made.value->type;
  }
  made.slots = frame.most_slots;
}

void ModuleChecker::check_check(DeclarationId id) {
  const Tree& tree = *item(id).tree;
  const NodeId node = item(id).node;
  Frame frame;
  read_each(id, frame, false);
  const NodeId block = tree.find(node, NodeKind::kBlock);
  if (block.valid()) {
    refuse_entries(tree, block, "a check", false, true, false);
    read_rules(id, frame, block, {"require"});
  }
  declaration(id).slots = frame.most_slots;
}

}  // namespace weft::check
