#include <utility>

#include "lang/check/diags.h"
#include "lang/check/expr.h"

namespace weft::check {

using syntax::NodeId;
using syntax::NodeKind;
using syntax::TextPiece;

auto ExprChecker::plain(NodeId text) -> std::string {
  if (!text.valid() || tree_[text].broken) return {};
  return syntax::plain_text(tree_, text, context_.problems).value_or(std::string());
}

auto ExprChecker::text(NodeId node) -> ExprPtr {
  const std::vector<TextPiece> pieces = syntax::text_pieces(tree_, node, context_.problems);
  return text_body(pieces, range(node));
}

auto ExprChecker::text_body(const std::vector<TextPiece>& pieces, Range range) -> ExprPtr {
  if (pieces.empty()) return constant_expr(Value::string({}), Type::string(), range);
  ExprPtr result = make_expr(Op::kText, Type::string(), range);
  for (const TextPiece& piece : pieces) result->operands.push_back(text_piece(piece));
  bool secret = false;
  for (const ExprPtr& operand : result->operands) secret = secret || has_secret(operand->type);
  result->type = Type::string().with_secret(secret);
  if (result->operands.size() == 1 && is_constant(*result->operands.front()) &&
      result->operands.front()->constant.is(ValueKind::kString)) {
    result->operands.front()->range = range;
    return std::move(result->operands.front());
  }
  return result;
}

auto ExprChecker::text_piece(const TextPiece& piece) -> ExprPtr {
  switch (piece.kind) {
    case TextPiece::Kind::kLiteral:
      return constant_expr(Value::string(piece.literal), Type::string(), piece.node.valid() ? range(piece.node) : Range{});
    case TextPiece::Kind::kExpression: return printable(piece.node);
    case TextPiece::Kind::kIf: return text_if(piece, 0);
    case TextPiece::Kind::kFor: return text_for(piece);
  }
  return error_expr({});
}

auto ExprChecker::printable(NodeId node) -> ExprPtr {
  ExprPtr expr = infer(node);
  const Type& type = expr->type;
  if (type.is_error()) return expr;
  if (type.optional() || type.is(TypeKind::kNull)) {
    Report(context_.problems, expr->range, diags::MayBeNull, {std::string(source_text(expr->range))})
        .label("a text has no place for null; this is " + a_type(type))
        .help("`?? \"…\"` says what stands there instead");
    return error_expr(expr->range);
  }
  if (is_printable(type)) return expr;
  auto report = Report(context_.problems, expr->range, diags::NotPrintable, {a_type(type)});
  report.label("a text takes string, int, number, bool, duration and size");
  const std::string source(source_text(expr->range));
  const bool joins = (type.is(TypeKind::kList) || type.is(TypeKind::kSet)) && is_text(type.element());
  if (joins) {
    report.help("`string.join(" + source + ", \", \")` makes a text of it, with what stands between; so does `json.encode(" + source + ")`");
  } else {
    report.help("`json.encode(" + source + ")` makes a text of it");
  }
  return error_expr(expr->range);
}

auto ExprChecker::text_if(const TextPiece& piece, size_t branch) -> ExprPtr {
  ExprPtr result = make_expr(Op::kTextIf, Type::string(), range(piece.node));
  bool secret = false;
  std::vector<Fact> before;  // what the conditions above, being false, tell
  for (; branch < piece.branches.size(); ++branch) {
    const TextPiece::Branch& part = piece.branches[branch];
    FactScope outer(frame_, before);
    if (part.condition.valid()) {
      result->operands.push_back(condition(part.condition, "if"));
      secret = secret || has_secret(result->operands.back()->type);
      FactScope inner(frame_, facts(part.condition, true));
      result->operands.push_back(text_body(part.body, range(piece.node)));
    } else {
      result->operands.push_back(text_body(part.body, range(piece.node)));
    }
    secret = secret || has_secret(result->operands.back()->type);
    if (part.condition.valid()) {
      for (Fact& fact : facts(part.condition, false)) before.push_back(std::move(fact));
    }
  }
  result->type = Type::string().with_secret(secret);
  return result;
}

auto ExprChecker::text_for(const TextPiece& piece) -> ExprPtr {
  ExprPtr result = make_expr(Op::kTextFor, Type::string(), range(piece.node));
  NodeId names[2];
  size_t count = 0;
  NodeId source;
  NodeId when;
  for (const NodeId child : tree_.children(piece.node)) {
    const NodeKind kind = tree_.kind(child);
    if (kind == NodeKind::kName && count < 2 && !source.valid()) {
      names[count++] = child;
    } else if (!source.valid()) {
      source = child;
    } else if (kind == NodeKind::kWhen) {
      when = child;
    }
  }
  LocalScope scope(frame_);
  auto [failed, secret, known] = for_head(*result, source, count == 2 ? names[0] : NodeId{}, count == 2 ? names[1] : names[0], when);
  FactScope guard(frame_, std::move(known));
  result->operands.push_back(text_body(piece.body, range(piece.node)));
  secret = secret || has_secret(result->operands.back()->type);
  result->type = Type::string().with_secret(secret);
  return result;
}

}  // namespace weft::check
