// What a name means: variables first, then the module's declarations, then what is given, then the namespaces.
#include <algorithm>
#include <utility>

#include "lang/base/text.h"
#include "lang/check/diags.h"
#include "lang/check/expr.h"

namespace weft::check {

using syntax::NodeId;
using syntax::NodeKind;

auto kind_word(DeclarationKind kind) -> std::string_view {
  switch (kind) {
    case DeclarationKind::kInput: return "an input";
    case DeclarationKind::kType: return "a type";
    case DeclarationKind::kLet: return "a value";
    case DeclarationKind::kFn: return "a function";
    case DeclarationKind::kResource: return "a resource";
    case DeclarationKind::kLookup: return "a lookup";
    case DeclarationKind::kModule: return "a module";
    case DeclarationKind::kOutput: return "an output";
    case DeclarationKind::kProvider: return "a provider's configuration";
    case DeclarationKind::kUse: return "a module's source";
    default: return "a declaration";
  }
}

auto key_type(const Declaration& declaration) -> Type {
  if (!declaration.each || declaration.each->source == nullptr) return Type::any();
  const Type& source = declaration.each->source->type;
  if (source.is_error() || source.is(TypeKind::kAny)) return Type::any();
  if (declaration.each->element_is_key && (source.is(TypeKind::kList) || source.is(TypeKind::kSet))) {
    return widened(source.element()).with_optional(false).with_secret(false);
  }
  return Type::string();
}

auto where_text(const SourceMap& sources, Range range) -> std::string {
  return range.valid() ? " (" + sources.where(range) + ")" : std::string();
}

auto ExprChecker::find_local(std::string_view name) const -> const Local* {
  for (auto local = frame_.locals.rbegin(); local != frame_.locals.rend(); ++local) {
    if (local->name == name && name != "_") return &*local;
  }
  return nullptr;
}

auto ExprChecker::find_declaration(std::string_view name) const -> DeclarationId {
  const auto found = context_.module.names.find(name);
  return found == context_.module.names.end() ? DeclarationId{} : found->second;
}

void ExprChecker::warn_hidden(std::string_view name, Range range) {
  if (name == "_") return;
  if (const Local* local = find_local(name)) {
    Report(context_.problems, range, diags::Hidden, {std::string(name), "a variable"})
        .note(local->range, "the other one");
    return;
  }
  const DeclarationId id = find_declaration(name);
  if (!id.valid()) return;
  const Declaration& declaration = context_.module.declarations[id];
  Report(context_.problems, range, diags::Hidden, {std::string(name), std::string(kind_word(declaration.kind))})
      .note(declaration.name_range, "the other one");
}

auto ExprChecker::reference(NodeId node) -> ExprPtr {
  const std::string_view name = tree_.name(node);
  if (const Local* local = find_local(name)) {
    ExprPtr result = make_expr(Op::kLocal, local->type, range(node));
    result->slot = local->slot;
    return result;
  }
  const DeclarationId id = find_declaration(name);
  if (id.valid()) return declared_reference(context_.module.declarations[id], id, range(node));
  unknown_name(node);
  return error_expr(range(node));
}

auto ExprChecker::declared_reference(const Declaration& declaration, DeclarationId id, Range range) -> ExprPtr {
  if (declaration.twice) return error_expr(range);
  switch (declaration.kind) {
    case DeclarationKind::kInput:
    case DeclarationKind::kLet:
    case DeclarationKind::kResource:
    case DeclarationKind::kLookup:
    case DeclarationKind::kModule: break;
    default: {
      auto report = Report(context_.problems, range, diags::NotAValue,
                           {declaration.name, std::string(kind_word(declaration.kind))});
      if (declaration.kind == DeclarationKind::kFn) report.label("functions are only called");
      if (declaration.kind == DeclarationKind::kUse) report.label("`module NAME: " + declaration.name + " { … }` makes one");
      report.note(declaration.name_range, "declared here");
      return error_expr(range);
    }
  }
  if (context_.constants_only) {
    Report(context_.problems, range, diags::NotConstant, {declaration.name})
        .label("only functions, `fabric.name` and `fabric.env` have names here");
    return error_expr(range);
  }
  ExprPtr result = make_expr(Op::kReference, declaration.type, range);
  result->declaration = id;
  return result;
}

auto ExprChecker::head_is_namespace(std::string_view name) const -> bool {
  return name == "std" || name == "fabric" || context_.around.functions.is_namespace(name) ||
         context_.around.schemas.provider(name) != nullptr;
}

// The head is neither a variable nor declared. Null: an unknown name.
auto ExprChecker::namespace_path(std::span<const NodeId> chain, size_t& used) -> ExprPtr {
  if (chain.empty()) return nullptr;
  const NodeId head = tree_.child(chain.front(), 0);
  const std::string_view name = tree_.name(head);
  if (foreign_name(chain, used)) return error_expr(range(head));
  if (!head_is_namespace(name)) return nullptr;
  const NodeId member = tree_.kind(chain.front()) == NodeKind::kMember ? tree_.child(chain.front(), 1) : NodeId{};
  const std::string_view rest = member.valid() ? tree_.name(member) : std::string_view();
  used = chain.size();
  if (name == "fabric") {
    if (rest == "name" || rest == "env") {
      used = 1;
      ExprPtr result = make_expr(Op::kGiven, Type::string(), range(chain.front()));
      result->name = Text("fabric." + std::string(rest));
      return result;
    }
    const std::string_view names[] = {"name", "env"};
    const std::string_view near = nearest(rest, names);
    auto report = Report(context_.problems, member.valid() ? range(member) : range(head), diags::UnknownMember,
                         {"`fabric`", std::string(rest)});
    report.label("`fabric.name` and `fabric.env` are given");
    if (!near.empty()) report.fix(range(member), std::string(near));
    return error_expr(range(head));
  }
  const std::string path = name.empty() ? std::string() : std::string(name) + "." + std::string(rest);
  auto report = Report(context_.problems, range(chain.front()), diags::NotAValue,
                       {path, find_function(path) != nullptr ? "a function" : "in a namespace of functions"});
  if (find_function(path) != nullptr) {
    report.label("functions are only called");
  } else {
    report.label("`" + std::string(name) + ".` stands before functions and types");
  }
  return error_expr(range(head));
}

// `var.x` and its like: how Terraform reads things.
auto ExprChecker::foreign_name(std::span<const NodeId> chain, size_t& used) -> bool {
  const NodeId head = tree_.child(chain.front(), 0);
  const std::string_view name = tree_.name(head);
  if (tree_.kind(chain.front()) != NodeKind::kMember) return false;
  const std::string rest(tree_.name(tree_.child(chain.front(), 1)));
  const Range whole = range(chain.front());
  const std::string seen = std::string(name) + "." + rest;
  const auto report = [&](std::string_view label, std::string_view replacement) {
    auto out = Report(context_.problems, whole, diags::ForeignName, {seen});
    out.label(std::string(label));
    if (!replacement.empty()) out.fix(whole, std::string(replacement));
    used = chain.size();
    return true;
  };
  if (name == "var" || name == "local") return report("inputs and values have no prefix here", rest);
  if (name == "module" && !rest.empty()) return report("modules have no prefix here", rest);
  if (name == "each" && (rest == "key" || rest == "value")) {
    const std::string_view variable = rest == "key" ? frame_.for_key : frame_.for_value;
    return report("the variables of `for` have names", variable);
  }
  if (name == "count" && rest == "index") return report("the variables of `for` have names", frame_.for_key);
  if (name == "path" && (rest == "module" || rest == "root" || rest == "cwd")) {
    return report("paths are relative to the module's folder already: leave it out", {});
  }
  if (name == "terraform" && rest == "workspace") return report("this is the environment's name here", "fabric.env");
  // aws_vpc.main.id: a resource under its Terraform type.
  const size_t underscore = name.find('_');
  if (underscore != std::string_view::npos && underscore > 0 &&
      context_.around.schemas.provider(name.substr(0, underscore)) != nullptr) {
    return report("resources are read by their own name, without a type", rest);
  }
  if (name == "data" && chain.size() > 1 && tree_.kind(chain[1]) == NodeKind::kMember) {
    auto out = Report(context_.problems, range(chain[1]), diags::ForeignName, {std::string(tree_.text(chain[1]))});
    const std::string lookup(tree_.name(tree_.child(chain[1], 1)));
    out.label("a lookup has no prefix here").fix(range(chain[1]), lookup);
    used = chain.size();
    return true;
  }
  return false;
}

void ExprChecker::unknown_name(NodeId node) {
  const std::string name(tree_.name(node));
  if (head_is_namespace(name)) {
    Report(context_.problems, range(node), diags::NotAValue, {name, "a namespace"})
        .label("`" + name + ".` stands before functions and types");
    return;
  }
  if (name == "member" || name == "plan") {
    Report(context_.problems, range(node), diags::NotYet, {name})
        .label(name == "member" ? "`member` is given in a group" : "`plan` is given in a policy");
    return;
  }
  std::vector<std::string_view> candidates;
  for (const Local& local : frame_.locals) candidates.push_back(local.name);
  if (!context_.constants_only) {
    for (const auto& [declared, id] : context_.module.names) {
      const DeclarationKind kind = context_.module.declarations[id].kind;
      if (kind != DeclarationKind::kFn && kind != DeclarationKind::kType && kind != DeclarationKind::kUse) {
        candidates.push_back(declared);
      }
    }
  }
  auto report = Report(context_.problems, range(node), diags::UnknownName, {name});
  if (find_function(name) != nullptr) {
    report.label("`" + name + "` is a function, and functions are only called");
    return;
  }
  const auto output = context_.module.outputs.find(name);
  if (output != context_.module.outputs.end()) {
    const Declaration& declared = context_.module.declarations[output->second];
    report.label("outputs are read from outside only").note(declared.name_range, "the output");
    return;
  }
  const auto configuration = context_.module.providers.find(name);
  if (configuration != context_.module.providers.end()) {
    report.label("a provider's configuration is named by `@provider` only");
    return;
  }
  const std::string_view near = nearest(name, candidates);
  if (near.empty()) {
    if (context_.constants_only) {
      report.label("only functions, `fabric.name` and `fabric.env` have names here")
          .fix(range(node), json_quote(name), "write the text `" + json_quote(name) + "`");
    }
    return;
  }
  std::string where;
  if (find_local(near) == nullptr) {
    where = where_text(context_.around.sources, context_.module.declarations[find_declaration(near)].name_range);
  }
  report.label("did you mean `" + std::string(near) + "`" + where + "?").fix(range(node), std::string(near));
}

void ExprChecker::unknown_member(const Expr& base, NodeId node, const Type& type) {
  const NodeId name_node = tree_.child(node, 1);
  const bool indexed = tree_.kind(node) == NodeKind::kIndex;
  const std::string name = indexed ? plain(name_node) : std::string(tree_.name(name_node));
  std::vector<std::string_view> candidates;
  for (const Member& member : type.members()) candidates.push_back(member.name);
  const std::string_view near = nearest(name, candidates);
  const std::string_view type_name = type.name();
  const auto finish = [&](Report& report) {
    if (!near.empty()) {
      report.label("did you mean `" + std::string(near) + "`?")
          .fix(range(name_node), indexed ? json_quote(near) : std::string(near));
      return;
    }
    if (candidates.empty()) {
      report.label("it has none");
      return;
    }
    std::string known;
    for (size_t i = 0; i < candidates.size() && i < 8; ++i) {
      known += (i == 0 ? "" : ", ");
      known += candidates[i];
    }
    report.label(candidates.size() > 8 ? "some that it has: " + known + ", …" : "it has " + known);
  };
  if (is_folder_type(type_name)) {
    Report report(context_.problems, range(name_node), diags::UnknownOutput, {shown_name(type_name), name});
    finish(report);
  } else if (type_name.find('.') != std::string_view::npos) {
    Report report(context_.problems, range(name_node), diags::UnknownAttribute, {std::string(type_name), name});
    finish(report);
  } else {
    const std::string subject = type_name.empty() ? "`" + std::string(source_text(base.range)) + "`"
                                                  : "`" + std::string(type_name) + "`";
    Report report(context_.problems, range(name_node), diags::UnknownMember, {subject, name});
    finish(report);
  }
}

}  // namespace weft::check
