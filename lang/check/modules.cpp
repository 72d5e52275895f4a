// Module instances: arguments are the module's inputs, outputs are what can be read.
#include <algorithm>
#include <utility>

#include "lang/base/text.h"
#include "lang/check/diags.h"
#include "lang/check/module_checker.h"

namespace weft::check {

using syntax::NodeId;
using syntax::NodeKind;
using syntax::Tree;

namespace {

// What a caller may write: the inputs. Those with a default or of an optional type may be left out.
auto arguments_type(const Module& module, const std::string& name) -> Type {
  std::vector<Member> members;
  for (const auto& [input, id] : module.names) {
    const Declaration& declaration = module.declarations[id];
    if (declaration.kind != DeclarationKind::kInput) continue;
    const bool optional = declaration.value != nullptr || declaration.declared.optional() ||
                          declaration.declared.is(TypeKind::kAny);
    Type type = declaration.declared;
    // `null` means "not written", so the default counts.
    if (declaration.value != nullptr && !type.is(TypeKind::kAny) && !type.is_error()) type = type.with_optional();
    members.push_back(Member{input, std::move(type), optional, declaration.documentation});
  }
  return Type::object(std::move(members), name);
}

auto outputs_type(const Module& module, const std::string& name) -> Type {
  std::vector<Member> members;
  for (const auto& [output, id] : module.outputs) {
    const Declaration& declaration = module.declarations[id];
    members.push_back(Member{output, declaration.type, false, declaration.documentation});
  }
  return Type::object(std::move(members), name);
}

// A copy of a name or a path of names; null for anything that should not be evaluated twice.
auto copy_of_path(const Expr& expr) -> ExprPtr {
  const bool name = expr.op == Op::kReference || expr.op == Op::kConstant || expr.op == Op::kLocal;
  if (!name && expr.op != Op::kMember && expr.op != Op::kConvert) return nullptr;
  ExprPtr copy = make_expr(expr.op, expr.type, expr.range);
  copy->declaration = expr.declaration;
  copy->slot = expr.slot;
  copy->constant = expr.constant;
  copy->name = expr.name;
  for (const ExprPtr& operand : expr.operands) {
    ExprPtr inner = copy_of_path(*operand);
    if (inner == nullptr) return nullptr;
    copy->operands.push_back(std::move(inner));
  }
  return copy;
}

// `...x` among a module's arguments becomes one argument for each of its members, as the engine takes them one by one.
void expand_spreads(Expr& body, DiagSink& problems) {
  std::vector<ObjectField> fields;
  for (ObjectField& field : body.fields) {
    if (field.kind != ObjectField::Kind::kSpread) {
      fields.push_back(std::move(field));
      continue;
    }
    if (!field.value->type.is(TypeKind::kObject)) continue;
    if (copy_of_path(*field.value) == nullptr) {
      Report(problems, field.value->range, diags::NotSpreadable, {"a computed value"})
          .label("among a module's arguments a name is spread")
          .help("`let` gives the value a name");
      continue;
    }
    for (const Member& member : field.value->type.members()) {
      ExprPtr read = make_expr(Op::kMember, member.type, field.value->range);
      read->name = Text(member.name);
      read->operands.push_back(copy_of_path(*field.value));
      ObjectField one{.kind = ObjectField::Kind::kNamed, .name = Text(member.name), .key = nullptr, .value = std::move(read), .name_range = field.name_range};
      fields.push_back(std::move(one));
    }
  }
  // Of equal names the later one counts.
  std::vector<ObjectField> kept;
  for (size_t i = 0; i < fields.size(); ++i) {
    const bool again = std::any_of(fields.begin() + static_cast<std::ptrdiff_t>(i) + 1, fields.end(),
                                   [&](const ObjectField& later) { return later.name == fields[i].name; });
    if (!again) kept.push_back(std::move(fields[i]));
  }
  body.fields = std::move(kept);
}

}  // namespace

void ModuleChecker::check_module(DeclarationId id) {
  const Tree& tree = *item(id).tree;
  const NodeId node = item(id).node;
  const NodeId use = tree.child(node, 1);
  Frame frame;
  const Module* module = nullptr;
  std::string shown;
  if (use.valid() && tree.kind(use) == NodeKind::kName) {
    const std::string_view name = tree.name(use);
    const auto found = module_.names.find(name);
    if (found == module_.names.end() || declaration(found->second).kind != DeclarationKind::kUse) {
      std::vector<std::string_view> candidates;
      for (const auto& [declared, other] : module_.names) {
        if (declaration(other).kind == DeclarationKind::kUse) candidates.push_back(declared);
      }
      const std::string_view near = nearest(name, candidates);
      auto report = Report(problems_, tree.range(use), diags::UnknownUse, {std::string(name)});
      if (!near.empty()) {
        report.label("did you mean `" + std::string(near) + "`?").fix(tree.range(use), std::string(near));
      } else {
        report.label("`use " + std::string(name) + " from \"./…\"` says where it is");
      }
    } else {
      module = declaration(found->second).module;
      declaration(id).source = declaration(found->second).source;
    }
  }
  declaration(id).module = module;
  read_each(id, frame, true);
  std::vector<Fact> known;
  read_when(id, frame, known);
  if (module != nullptr) {
    shown = "module " + (module->shown.empty() ? declaration(id).source : module->shown);
    declaration(id).element = outputs_type(*module, folder_type_name("module", shown.substr(7)));
  }
  Declaration& made = declaration(id);
  made.type = made.element;
  if (made.each) {
    made.type = Type::map(made.element);
  } else if (made.when != nullptr && !made.element.is_error()) {
    made.type = made.element.with_optional();
  }
  FactScope guard(frame, std::move(known));
  const NodeId block = tree.find(node, NodeKind::kBlock);
  if (block.valid()) {
    refuse_entries(tree, block, "a module", true, false, true);
    read_meta(id, frame, block);
    ExprChecker exprs(context_, tree, frame);
    if (module == nullptr) {
      // Its inputs are not known; mistakes inside the arguments are.
      for (const NodeId entry : tree.children(block)) {
        if (tree.kind(entry) == NodeKind::kAttribute) (void)exprs.infer(tree.child(entry, 1));
      }
    } else {
      const Target target{.type = arguments_type(*module, shown), .owner = shown};
      ExprChecker::ClosedObject closed{.target = &target, .head = made.range};
      closed.declared = [&](std::string_view name) {
        const auto input = module->names.find(name);
        return input == module->names.end() ? Range{} : module->declarations[input->second].type_range;
      };
      closed.unknown = [&](NodeId key, std::string_view name) {
        std::vector<std::string_view> candidates;
        for (const Member& member : target.type.members()) candidates.push_back(member.name);
        const std::string_view near = nearest(name, candidates);
        auto report = Report(problems_, tree.range(key), diags::UnknownArgument, {shown, std::string(name)});
        if (!near.empty()) {
          report.label("did you mean `" + std::string(near) + "`?").fix(tree.range(key), std::string(near));
        } else if (candidates.empty()) {
          report.label("it has no inputs");
        } else {
          std::string all;
          for (const std::string_view one : candidates) all += (all.empty() ? "" : ", ") + std::string(one);
          report.label("its inputs are " + all);
        }
      };
      closed.missing = [&](const std::vector<const Member*>& missing) {
        for (const Member* member : missing) {
          Report(problems_, declaration(id).range, diags::MissingArgument, {shown, member->name})
              .label("input `" + member->name + "` (" + member->type.text() + ") has no default")
              .note(closed.declared(member->name), "declared here");
        }
      };
      ExprPtr body = exprs.closed_object(block, closed);
      if (!body->type.is_error()) expand_spreads(*body, problems_);
      declaration(id).body = std::move(body);
    }
  }
  if (module != nullptr) check_slots(id, declaration(id).range);
  declaration(id).slots = frame.most_slots;
}

}  // namespace weft::check
