// What conditions tell: `x != null`, `type_of(x) == "string"`, `x == "literal"`, alone or in `and`, `or`, `not`.
// A fact speaks of a name or a dotted path and replaces its type in what the condition guards.
#include <utility>

#include "lang/check/expr.h"

namespace weft::check {

using syntax::NodeId;
using syntax::NodeKind;
using syntax::TokenKind;

auto ExprChecker::fact_path(NodeId node) const -> std::string {
  if (!node.valid()) return {};
  switch (tree_.kind(node)) {
    case NodeKind::kParen: return fact_path(tree_.child(node, 0));
    case NodeKind::kSelf: return "self";
    case NodeKind::kReference: {
      const std::string_view name = tree_.name(node);
      if (const Local* local = find_local(name)) return "#" + std::to_string(local->slot);
      return find_declaration(name).valid() ? std::string(name) : std::string();
    }
    case NodeKind::kMember:
    case NodeKind::kSafeMember: {
      std::string path = fact_path(tree_.child(node, 0));
      const NodeId name = tree_.child(node, 1);
      if (path.empty() || !name.valid()) return {};
      path += '.';
      path += tree_.name(name);
      return path;
    }
    default: return {};
  }
}

void ExprChecker::apply_fact(Expr& expr, NodeId node) {
  if (frame_.facts.empty()) return;
  const std::string path = fact_path(node);
  if (path.empty()) return;
  for (auto fact = frame_.facts.rbegin(); fact != frame_.facts.rend(); ++fact) {
    if (fact->path != path) continue;
    if (!expr.type.is_error()) expr.type = fact->type.with_secret(expr.type.secret() || fact->type.secret());
    return;
  }
}

auto ExprChecker::known_type(NodeId node) -> std::optional<Type> {
  DiagSink unheard;  // it was checked, and reported, where it stands
  const Context silent{context_.around, context_.module, unheard, context_.constants_only};
  const ExprPtr expr = ExprChecker(silent, tree_, frame_).infer(node);
  if (expr->type.is_error()) return std::nullopt;
  return expr->type;
}

namespace {

struct TypeTest {
  std::string_view name;
  TypeKind kind;
};
constexpr TypeTest kTypeTests[] = {
    {"string", TypeKind::kString}, {"int", TypeKind::kInt},   {"number", TypeKind::kNumber},
    {"bool", TypeKind::kBool},     {"size", TypeKind::kSize}, {"duration", TypeKind::kDuration},
    {"list", TypeKind::kList},     {"set", TypeKind::kSet},
};

auto has_kind(const Type& type, std::string_view kind) -> bool {
  if (kind == "object") return type.is(TypeKind::kObject) || type.is(TypeKind::kMap);
  for (const TypeTest& test : kTypeTests) {
    if (test.name == kind) return widened(type).is(test.kind);
  }
  return false;
}

auto filtered(const Type& type, std::string_view kind, bool truth) -> Type {
  Type result = type;
  if (kind == "null") return truth ? type : type.with_optional(false);
  if (truth) result = result.with_optional(false);
  if (!type.is(TypeKind::kUnion)) return result;
  std::vector<Type> left;
  for (const Type& alternative : type.alternatives()) {
    if (has_kind(alternative, kind) == truth) left.push_back(alternative);
  }
  if (left.empty()) return result;
  return Type::union_of(std::move(left)).with_optional(result.optional()).with_secret(type.secret());
}

auto enum_filtered(const Type& type, const Value& value, bool truth) -> Type {
  std::vector<Type> left;
  for (const Type& literal : literals_of(type)) {
    if (in_enum(value, literal) == truth) left.push_back(literal);
  }
  if (left.empty()) return type;
  const bool optional = type.optional() && !truth;
  return Type::union_of(std::move(left)).with_optional(optional).with_secret(type.secret());
}

}  // namespace

auto ExprChecker::facts(NodeId condition, bool truth) -> std::vector<Fact> {
  if (!condition.valid() || tree_[condition].broken) return {};
  switch (tree_.kind(condition)) {
    case NodeKind::kParen: return facts(tree_.child(condition, 0), truth);
    case NodeKind::kUnary:
      if (tree_.tokens.text_of(tree_.operator_token(condition)) != "not") return {};
      return facts(tree_.child(condition, 0), !truth);
    case NodeKind::kBinary: break;
    default: return {};
  }
  const NodeId left = tree_.child(condition, 0);
  const NodeId right = tree_.child(condition, 1);
  if (!left.valid() || !right.valid()) return {};
  const syntax::TokenId token = tree_.operator_token(condition);
  const std::string_view word = tree_.tokens.text_of(token);
  if (word == "and" || word == "or") {
    if ((word == "and") != truth) return {};
    std::vector<Fact> both = facts(left, truth);
    FactScope guard(frame_, both);
    for (Fact& fact : facts(right, truth)) both.push_back(std::move(fact));
    return both;
  }
  const TokenKind kind = tree_.tokens.at(token).kind;
  if (kind != TokenKind::kEqual && kind != TokenKind::kNotEqual) return {};
  const bool equal = (kind == TokenKind::kEqual) == truth;

  for (const bool swapped : {false, true}) {
    NodeId asked = swapped ? right : left;
    const NodeId other = swapped ? left : right;
    while (tree_.kind(asked) == NodeKind::kParen) asked = tree_.child(asked, 0);
    if (tree_.kind(other) == NodeKind::kNull) {
      if (equal) return {};
      std::vector<Fact> result;
      // `a?.b != null` says that `a` is not null either.
      for (NodeId part = asked; part.valid();) {
        const std::string path = fact_path(part);
        const auto type = path.empty() ? std::nullopt : known_type(part);
        if (!type) break;
        result.push_back(Fact{path, type->with_optional(false)});
        while (part.valid() && tree_.kind(part) == NodeKind::kMember) part = tree_.child(part, 0);
        if (!part.valid() || tree_.kind(part) != NodeKind::kSafeMember) break;
        part = tree_.child(part, 0);
      }
      return result;
    }
    const bool literal = tree_.kind(other) == NodeKind::kText || tree_.kind(other) == NodeKind::kNumber;
    if (!literal) continue;
    DiagSink unheard;
    const Context silent{context_.around, context_.module, unheard, context_.constants_only};
    const ExprPtr value = ExprChecker(silent, tree_, frame_).infer(other);
    if (!is_constant(*value) || value->type.is_error()) continue;
    if (tree_.kind(asked) == NodeKind::kCall) {
      const ExprPtr call = ExprChecker(silent, tree_, frame_).infer(asked);
      const NodeId argument = tree_.child(asked, 1);
      if (call->op != Op::kTypeOf || !value->constant.is(ValueKind::kString)) continue;
      const std::string path = fact_path(argument);
      if (path.empty()) return {};
      return {Fact{path, filtered(call->operands.front()->type, value->constant.as_string(), equal)}};
    }
    const std::string path = fact_path(asked);
    const auto type = path.empty() ? std::nullopt : known_type(asked);
    if (!type) continue;
    if (type->is_enum()) return {Fact{path, enum_filtered(*type, value->constant, equal)}};
    if (equal && type->optional()) return {Fact{path, type->with_optional(false)}};
  }
  return {};
}

}  // namespace weft::check
