// Calls: of the module's functions, of the library's and the providers', and the special forms type_of, try and can.
#include <algorithm>
#include <map>
#include <utility>

#include "lang/base/text.h"
#include "lang/check/diags.h"
#include "lang/check/expr.h"

namespace weft::check {

using syntax::NodeId;
using syntax::NodeKind;

namespace {

struct TerraformFunction {
  std::string_view theirs;
  std::string_view ours;
  std::string_view way;  // how it is written here where a name in place of a name is not enough
};
constexpr TerraformFunction kTerraform[] = {
#define TERRAFORM(theirs, ours, way) {theirs, ours, way},
#include "lang/check/terraform_functions.def"
#undef TERRAFORM
};

using Bindings = std::map<std::string, Type, std::less<>>;

auto is_generic(const Type& type) -> bool {
  switch (type.kind()) {
    case TypeKind::kVariable: return true;
    case TypeKind::kList:
    case TypeKind::kSet:
    case TypeKind::kMap: return is_generic(type.element());
    case TypeKind::kObject:
      return std::ranges::any_of(type.members(), [](const Member& member) { return is_generic(member.type); });
    case TypeKind::kUnion: return std::ranges::any_of(type.alternatives(), is_generic);
    default: return false;
  }
}

// What the argument says about the parameter's type variables.
void bind(const Type& parameter, const Type& argument, Bindings& bindings) {
  if (argument.is_error()) return;
  switch (parameter.kind()) {
    case TypeKind::kVariable: {
      const Type given = parameter.optional() ? argument.with_optional(false) : argument;
      if (given.is(TypeKind::kNull) && parameter.optional()) return;
      const auto [entry, fresh] = bindings.try_emplace(std::string(parameter.name()), given);
      if (!fresh) entry->second = common_type(entry->second, given);
      return;
    }
    case TypeKind::kList:
    case TypeKind::kSet:
      if (argument.is(TypeKind::kList) || argument.is(TypeKind::kSet) || argument.is(TypeKind::kAny)) {
        bind(parameter.element(), element_type(argument), bindings);
      }
      return;
    case TypeKind::kMap:
      if (argument.is(TypeKind::kMap) || argument.is(TypeKind::kObject) || argument.is(TypeKind::kAny)) {
        bind(parameter.element(), element_type(argument), bindings);
      }
      return;
    case TypeKind::kUnion:
      for (const Type& alternative : parameter.alternatives()) {
        const bool keyed = alternative.is(TypeKind::kMap) && argument.is(TypeKind::kObject);
        const bool takes = alternative.kind() == argument.kind() || keyed || alternative.is(TypeKind::kVariable);
        if (is_generic(alternative) && takes) bind(alternative, argument, bindings);
      }
      return;
    default: return;
  }
}

auto substituted(const Type& type, const Bindings& bindings) -> Type {
  Type result = type;
  switch (type.kind()) {
    case TypeKind::kVariable: {
      const auto found = bindings.find(type.name());
      const Type bound = found == bindings.end() ? Type::any() : found->second;
      if (bound.is(TypeKind::kAny) || bound.is(TypeKind::kNull)) return bound.with_secret(type.secret());
      return bound.with_optional(bound.optional() || type.optional()).with_secret(type.secret());
    }
    case TypeKind::kList: result = Type::list(substituted(type.element(), bindings)); break;
    case TypeKind::kSet: result = Type::set(substituted(type.element(), bindings)); break;
    case TypeKind::kMap: result = Type::map(substituted(type.element(), bindings)); break;
    case TypeKind::kObject: {
      std::vector<Member> members(type.members().begin(), type.members().end());
      for (Member& member : members) member.type = substituted(member.type, bindings);
      result = Type::object(std::move(members), std::string(type.name()));
      break;
    }
    case TypeKind::kUnion: {
      std::vector<Type> alternatives;
      for (const Type& alternative : type.alternatives()) alternatives.push_back(substituted(alternative, bindings));
      result = Type::union_of(std::move(alternatives));
      break;
    }
    default: return type;
  }
  return result.with_optional(type.optional()).with_secret(type.secret());
}

}  // namespace

auto ExprChecker::find_function(std::string_view path) const -> const FunctionTable::Row* {
  if (path.starts_with("std.")) path.remove_prefix(4);
  if (const auto* row = context_.around.functions.find(path)) return row;
  const size_t dot = path.find('.');
  if (dot == std::string_view::npos) return nullptr;
  const ProviderType* provider = context_.around.schemas.provider(path.substr(0, dot));
  if (provider == nullptr || provider->functions == nullptr) return nullptr;
  return provider->functions->find(path);
}

// `chain` is the members that make up the function's name, and the call.
auto ExprChecker::call(std::span<const NodeId> chain, size_t& used) -> ExprPtr {
  const NodeId node = chain.back();
  const NodeId callee = tree_.child(node, 0);
  NodeId head = callee;
  while (tree_.kind(head) == NodeKind::kMember) head = tree_.child(head, 0);
  std::string path(tree_.name(head));
  for (const NodeId part : chain.first(chain.size() - 1)) {
    path += '.';
    path += tree_.name(tree_.child(part, 1));
  }
  const std::string_view first = tree_.name(head);
  const Local* local = find_local(first);
  const DeclarationId id = local == nullptr ? find_declaration(first) : DeclarationId{};
  if (id.valid() && context_.module.declarations[id].twice) return error_expr(range(node));
  if (id.valid() && chain.size() == 1 && context_.module.declarations[id].kind == DeclarationKind::kFn) {
    return call_user(node, id);
  }
  const bool from_library = path.starts_with("std.");
  if (!from_library && (local != nullptr || id.valid())) {
    const std::string what(local != nullptr ? "a variable" : kind_word(context_.module.declarations[id].kind));
    auto report = Report(context_.problems, range(callee), diags::NotAFunction, {std::string(first), what});
    report.note(local != nullptr ? local->range : context_.module.declarations[id].name_range, "declared here");
    if (find_function(path) != nullptr) {
      report.label("this name hides the library's").fix(range(callee), "std." + path);
    } else {
      report.label("functions are called by their names; they are not values");
    }
    return error_expr(range(node));
  }
  (void)used;
  if (const auto* row = find_function(path)) {
    const std::string_view name = row->function->name;
    if (name == "type_of" || name == "try" || name == "can") return call_special(node, name);
    return call_library(node, *row);
  }
  unknown_function(callee, path);
  return error_expr(range(node));
}

void ExprChecker::unknown_function(NodeId callee, std::string_view path) {
  auto report = Report(context_.problems, range(callee), diags::UnknownFunction, {std::string(path)});
  for (const TerraformFunction& one : kTerraform) {
    if (one.theirs != path) continue;
    if (!one.way.empty()) {
      report.label(std::string(one.way));
    } else {
      report.label("did you mean `" + std::string(one.ours) + "`?").fix(range(callee), std::string(one.ours));
    }
    return;
  }
  std::vector<std::string> known;
  for (const auto& row : context_.around.functions.rows()) known.emplace_back(row.function->name);
  for (const auto& [name, id] : context_.module.names) {
    if (context_.module.declarations[id].kind == DeclarationKind::kFn) known.push_back(name);
  }
  const size_t dot = path.find('.');
  if (dot != std::string_view::npos) {
    const ProviderType* provider = context_.around.schemas.provider(path.substr(0, dot));
    if (provider != nullptr && provider->functions != nullptr) {
      for (const auto& row : provider->functions->rows()) known.emplace_back(row.function->name);
    }
  }
  std::string near(nearest(path, known));
  if (near.empty()) {
    // The right function in no or the wrong namespace: `upper(x)`, `strings.join(xs)`.
    const std::string_view tail = path.substr(path.rfind('.') == std::string_view::npos ? 0 : path.rfind('.') + 1);
    std::string several;
    size_t count = 0;
    for (const std::string& name : known) {
      const size_t at = name.rfind('.');
      if (at == std::string::npos || std::string_view(name).substr(at + 1) != tail) continue;
      several += (several.empty() ? "`" : " or `") + name + "`";
      near = name;
      ++count;
    }
    if (count > 1) {  // which one is for the writer to say
      report.label("did you mean " + several + "?");
      return;
    }
  }
  if (near.empty()) {
    report.label("see `weft docs` for the functions that there are");
  } else {
    report.label("did you mean `" + near + "`?").fix(range(callee), near);
  }
}

void ExprChecker::wrong_count(NodeId node, std::string_view name, size_t least, size_t most, size_t given,
                              std::string_view signature) {
  std::string wanted = counted(least, "argument");
  if (most == SIZE_MAX) {
    wanted = "at least " + wanted;
  } else if (most != least) {
    wanted = std::to_string(least) + " to " + counted(most, "argument");
  }
  Report(context_.problems, range(node), diags::WrongCount, {std::string(name), wanted, std::to_string(given)})
      .label(std::string(name) + std::string(signature));
}

auto ExprChecker::call_user(NodeId node, DeclarationId id) -> ExprPtr {
  const Declaration& function = context_.module.declarations[id];
  ExprPtr result = make_expr(Op::kUserCall, function.type, range(node));
  result->declaration = id;
  const size_t given = tree_.child_count(node) - 1;
  const size_t most = function.parameters.size();
  const size_t least = static_cast<size_t>(
      std::ranges::count_if(function.parameters, [](const FnParameter& p) { return p.default_value == nullptr; }));
  if (given < least || given > most) {
    std::string signature = "(";
    for (const FnParameter& parameter : function.parameters) {
      signature += (signature.size() > 1 ? ", " : "") + parameter.name + ": " + parameter.type.text();
    }
    wrong_count(node, function.name, least, most, given, signature + ")");
    return error_expr(range(node));
  }
  bool secret = false;
  for (size_t i = 0; i < given; ++i) {
    const FnParameter& parameter = function.parameters[i];
    result->operands.push_back(check(tree_.child(node, i + 1), Target{.type = parameter.type,
                                                                      .subject = parameter.name,
                                                                      .owner = function.name,
                                                                      .declared = function.name_range,
                                                                      .takes_secret = true}));
    secret = secret || (has_secret(result->operands.back()->type) && !has_secret(parameter.type));
  }
  if (secret && !result->type.is_error()) result->type = result->type.with_secret();
  return result;
}

auto ExprChecker::call_library(NodeId node, const FunctionTable::Row& row) -> ExprPtr {
  const std::vector<Parameter>& parameters = row.signature.parameters;
  const std::string_view name = row.function->name;
  ExprPtr result = make_expr(Op::kCall, Type::error(), range(node));
  result->function = &row;
  const bool rest = !parameters.empty() && parameters.back().rest;
  const size_t given = tree_.child_count(node) - 1;
  size_t least = 0;
  for (const Parameter& parameter : parameters) least += parameter.optional || parameter.rest ? 0 : 1;
  const size_t most = rest ? SIZE_MAX : parameters.size();
  if (given < least || given > most) {
    wrong_count(node, name, least, most, given, row.function->signature);
    return error_expr(range(node));
  }
  Bindings bindings;
  bool secret = false;
  bool failed = false;
  for (size_t i = 0; i < given; ++i) {
    const Parameter& parameter = parameters[std::min(i, parameters.size() - 1)];
    const NodeId argument = tree_.child(node, i + 1);
    Target target{.type = parameter.type, .subject = parameter.name, .owner = name, .takes_secret = true};
    if (is_generic(parameter.type)) {
      ExprPtr expr = infer(argument);
      bind(parameter.type, without_secret(expr->type), bindings);
      target.type = substituted(parameter.type, bindings);
      // A literal takes the shape that is expected, now that it is known: `[1, 2]` for set<T>.
      const NodeKind kind = tree_.kind(argument);
      const bool literal = kind == NodeKind::kList || kind == NodeKind::kObject || kind == NodeKind::kListFor;
      if (literal && !expr->type.is_error() && fit(expr->type, target.type, true) == Fit::kNo) {
        result->operands.push_back(check(argument, target));
      } else {
        result->operands.push_back(convert(std::move(expr), target));
      }
    } else {
      result->operands.push_back(check(argument, target));
    }
    secret = secret || has_secret(result->operands.back()->type);
    failed = failed || result->operands.back()->type.is_error();
  }
  for (size_t i = given; i < parameters.size(); ++i) {
    if (parameters[i].rest) break;
    bind(parameters[i].type, type_of_value(parameters[i].default_value), bindings);
    result->operands.push_back(constant_expr(parameters[i].default_value, parameters[i].type, range(node)));
  }
  if (failed) return result;
  result->type = substituted(row.signature.result, bindings);
  // These give back what they are given, so its type is kept.
  const Type& first = result->operands.empty() ? result->type : result->operands.front()->type;
  const bool sequence = first.is(TypeKind::kList) || first.is(TypeKind::kSet);
  if (name == "reveal" || name == "secret") {
    result->type = without_secret(first);
  } else if (name == "to.list" && sequence) {
    result->type = Type::list(without_secret(first.element()));
  } else if (name == "to.set" && sequence) {
    result->type = Type::set(without_secret(first.element()));
  }
  if (name != "reveal" && (name == "secret" || secret)) result->type = result->type.with_secret();
  return result;
}

auto ExprChecker::call_special(NodeId node, std::string_view name) -> ExprPtr {
  const size_t given = tree_.child_count(node) - 1;
  const size_t most = name == "try" ? SIZE_MAX : 1;
  if (given < 1 || given > most) {
    wrong_count(node, name, 1, most, given, name == "try" ? "(a, b, …)" : "(x)");
    return error_expr(range(node));
  }
  const Op op = name == "type_of" ? Op::kTypeOf : (name == "try" ? Op::kTry : Op::kCan);
  ExprPtr result = make_expr(op, Type::error(), range(node));
  bool secret = false;
  bool failed = false;
  for (size_t i = 0; i < given; ++i) {
    result->operands.push_back(infer(tree_.child(node, i + 1)));
    secret = secret || has_secret(result->operands.back()->type);
    failed = failed || result->operands.back()->type.is_error();
  }
  if (failed) return result;
  if (op == Op::kTypeOf) {
    result->type = Type::string();
  } else if (op == Op::kCan) {
    result->type = Type::boolean();
  } else {
    std::vector<ExprPtr*> all;
    for (ExprPtr& operand : result->operands) all.push_back(&operand);
    result->type = unify(std::move(all), nullptr);
  }
  if (secret && op != Op::kTypeOf) result->type = result->type.with_secret();
  return result;
}

}  // namespace weft::check
