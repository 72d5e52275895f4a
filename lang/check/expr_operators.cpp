#include <array>
#include <utility>

#include "lang/check/diags.h"
#include "lang/check/expr.h"

namespace weft::check {

using syntax::NodeId;
using syntax::NodeKind;
using syntax::TokenKind;

namespace {

auto any_or_error(const Type& type) -> bool { return type.is_error() || type.is(TypeKind::kAny); }

// The type of `a op b`, or kError when the operator does not take these.
auto arithmetic_type(Op op, const Type& a, const Type& b) -> Type {
  const Type left = widened(bare(a));
  const Type right = widened(bare(b));
  const auto amount = [](const Type& type) { return type.is(TypeKind::kDuration) || type.is(TypeKind::kSize); };
  if (is_number(left) && is_number(right)) {
    if (op == Op::kDivide) return Type::number();
    const bool ints = left.is(TypeKind::kInt) && right.is(TypeKind::kInt);
    return ints ? Type::integer() : Type::number();
  }
  if (op == Op::kAdd || op == Op::kSubtract) {
    if (amount(left) && (right == left || right.is(TypeKind::kAny))) return left;
    if (left.is(TypeKind::kAny) && amount(right)) return right;
  }
  if (op == Op::kMultiply) {
    if (amount(left) && (is_number(right) || right.is(TypeKind::kAny))) return left;
    if (amount(right) && (is_number(left) || left.is(TypeKind::kAny))) return right;
  }
  if (op == Op::kDivide) {
    if (amount(left) && is_number(right)) return left;
    if (amount(left) && right == left) return Type::number();
    if (left.is(TypeKind::kAny) && amount(right)) return Type::number();
    if (amount(left) && right.is(TypeKind::kAny)) return Type::any();
  }
  if ((left.is(TypeKind::kAny) && (is_number(right) || right.is(TypeKind::kAny))) ||
      (right.is(TypeKind::kAny) && is_number(left))) {
    return Type::any();
  }
  return {};
}

auto takes_text(Op op) -> std::string_view {
  switch (op) {
    case Op::kAdd:
    case Op::kSubtract: return "two numbers, two durations or two sizes";
    case Op::kMultiply: return "numbers, or a duration or size and a number";
    case Op::kDivide: return "numbers, a duration or size by a number, or by one of its own kind";
    case Op::kRemainder: return "numbers";
    default: return "two numbers, two durations or two sizes, which have an order";
  }
}

}  // namespace

auto ExprChecker::binary(NodeId node, const Target* target) -> ExprPtr {
  const syntax::TokenId token = tree_.operator_token(node);
  ExprPtr result;
  switch (tree_.tokens.at(token).kind) {
    case TokenKind::kCoalesce: return coalesce(node, target);
    case TokenKind::kEqual: result = equality(node, Op::kEqual); break;
    case TokenKind::kNotEqual: result = equality(node, Op::kNotEqual); break;
    case TokenKind::kLess: result = ordering(node, Op::kLess); break;
    case TokenKind::kLessEqual: result = ordering(node, Op::kLessEqual); break;
    case TokenKind::kGreater: result = ordering(node, Op::kGreater); break;
    case TokenKind::kGreaterEqual: result = ordering(node, Op::kGreaterEqual); break;
    case TokenKind::kPlus: result = arithmetic(node, Op::kAdd); break;
    case TokenKind::kMinus: result = arithmetic(node, Op::kSubtract); break;
    case TokenKind::kStar: result = arithmetic(node, Op::kMultiply); break;
    case TokenKind::kSlash: result = arithmetic(node, Op::kDivide); break;
    case TokenKind::kPercent: result = arithmetic(node, Op::kRemainder); break;
    default: {
      const std::string_view word = tree_.tokens.text_of(token);
      if (word == "and" || word == "or") {
        result = logic(node, word == "and");
      } else if (word == "in" || word == "not") {
        result = membership(node, word == "in" ? Op::kIn : Op::kNotIn);
      } else {
        result = error_expr(range(node));  // `&&` and its like: reported by the lexer
      }
    }
  }
  return target != nullptr ? convert(std::move(result), *target) : std::move(result);
}

auto ExprChecker::not_null(const Expr& expr) -> bool {
  if (!expr.type.optional() && !expr.type.is(TypeKind::kNull)) return true;
  auto report = Report(context_.problems, expr.range, diags::MayBeNull, {std::string(source_text(expr.range))});
  report.label("this is " + a_type(expr.type))
      .help("`?? …` says what counts instead, `if " + std::string(source_text(expr.range)) +
            " != null then …` looks first");
  return false;
}

auto ExprChecker::logic(NodeId node, bool is_and) -> ExprPtr {
  ExprPtr result = make_expr(is_and ? Op::kAnd : Op::kOr, Type::boolean(), range(node));
  const std::string_view word = is_and ? "and" : "or";
  result->operands.push_back(condition(tree_.child(node, 0), word));
  FactScope guard(frame_, facts(tree_.child(node, 0), is_and));
  result->operands.push_back(condition(tree_.child(node, 1), word));
  const bool secret = has_secret(result->operands[0]->type) || has_secret(result->operands[1]->type);
  result->type = Type::boolean().with_secret(secret);
  return result;
}

auto ExprChecker::equality(NodeId node, Op op) -> ExprPtr {
  ExprPtr left = infer(tree_.child(node, 0));
  ExprPtr right = infer(tree_.child(node, 1));
  const bool secret = has_secret(left->type) || has_secret(right->type);
  const Type& a = left->type;
  const Type& b = right->type;
  const bool null_a = a.is(TypeKind::kNull);
  const bool null_b = b.is(TypeKind::kNull);
  if (null_a != null_b && !any_or_error(a) && !any_or_error(b)) {
    const Expr& asked = null_a ? *right : *left;
    if (!asked.type.optional()) {
      Report(context_.problems, asked.range, diags::NeverNull, {std::string(source_text(asked.range))})
          .label("this is " + a_type(asked.type));
    }
  } else if (!may_equal(a, b)) {
    Report(context_.problems, range(node), diags::NeverEqual, {a_type(a), a_type(b)})
        .label("the answer would always be the same");
  } else if ((a.is_enum() && is_constant(*right)) || (b.is_enum() && is_constant(*left))) {
    const Expr& literal = a.is_enum() ? *right : *left;
    const Expr& asked = a.is_enum() ? *left : *right;
    const bool scalar = literal.constant.is(ValueKind::kString) || literal.constant.is(ValueKind::kInt);
    if (scalar && !in_enum(literal.constant, bare(asked.type))) {
      bool reported = false;
      const std::string subject(source_text(asked.range));
      (void)literal_fit(literal, Target{.type = bare(asked.type), .subject = subject}, reported);
    }
  }
  ExprPtr result = make_expr(op, Type::boolean().with_secret(secret), range(node));
  result->operands.push_back(std::move(left));
  result->operands.push_back(std::move(right));
  return result;
}

void ExprChecker::report_operands(NodeId node, const Expr& left, const Expr& right, std::string_view takes) {
  const std::string_view sign = tree_.tokens.text_of(tree_.operator_token(node));
  Report(context_.problems, range(node), diags::WrongOperands,
         {std::string(sign), std::string(takes), a_type(left.type), a_type(right.type)})
      .note(left.range, a_type(left.type))
      .note(right.range, a_type(right.type));
}

auto ExprChecker::ordering(NodeId node, Op op) -> ExprPtr {
  ExprPtr left = infer(tree_.child(node, 0));
  ExprPtr right = infer(tree_.child(node, 1));
  const bool secret = has_secret(left->type) || has_secret(right->type);
  ExprPtr result = make_expr(op, Type::boolean().with_secret(secret), range(node));
  if (!left->type.is_error() && !right->type.is_error()) {
    if (!not_null(*left) || !not_null(*right)) return result;
    const Type a = widened(bare(left->type));
    const Type b = widened(bare(right->type));
    const auto ordered = [](const Type& type) {
      return is_number(type) || type.is(TypeKind::kDuration) || type.is(TypeKind::kSize) || type.is(TypeKind::kAny);
    };
    const bool same = (is_number(a) && is_number(b)) || a == b || a.is(TypeKind::kAny) || b.is(TypeKind::kAny);
    if (!ordered(a) || !ordered(b) || !same) report_operands(node, *left, *right, takes_text(op));
  }
  result->operands.push_back(std::move(left));
  result->operands.push_back(std::move(right));
  return result;
}

auto ExprChecker::membership(NodeId node, Op op) -> ExprPtr {
  ExprPtr left = infer(tree_.child(node, 0));
  ExprPtr right = infer(tree_.child(node, 1));
  const bool secret = has_secret(left->type) || has_secret(right->type);
  ExprPtr result = make_expr(op, Type::boolean().with_secret(secret), range(node));
  const Type& element = left->type;
  const Type& whole = right->type;
  if (!element.is_error() && !whole.is_error() && not_null(*right) && !whole.is(TypeKind::kAny)) {
    if (whole.is(TypeKind::kList) || whole.is(TypeKind::kSet)) {
      const bool empty = is_constant(*right) && right->constant.length() == 0;
      if (!empty && !may_equal(element, whole.element())) {
        Report(context_.problems, range(node), diags::NeverEqual, {a_type(element), a_type(whole.element())})
            .label("the elements are of type " + whole.element().text());
      } else if (element.is_enum() && is_constant(*right)) {
        for (const Value& value : right->constant.elements()) {
          const bool scalar = value.is(ValueKind::kString) || value.is(ValueKind::kInt);
          if (!scalar || in_enum(value, bare(element))) continue;
          bool reported = false;
          const std::string subject(source_text(left->range));
          const auto literal = constant_expr(value, type_of_value(value), right->range);
          (void)literal_fit(*literal, Target{.type = bare(element), .subject = subject}, reported);
          break;
        }
      }
    } else if (whole.is(TypeKind::kMap) || whole.is(TypeKind::kObject)) {
      if (!is_text(element) && !element.is(TypeKind::kAny)) {
        Report(context_.problems, left->range, diags::WrongOperands,
               {"in", "a key of a map or object, a string", a_type(element), a_type(whole)})
            .label(a_type(element));
      }
    } else {
      auto report = Report(context_.problems, right->range, diags::NotIterable, {a_type(whole)});
      report.label("`in` asks a list or set for an element, a map or object for a key");
      if (is_text(whole)) {
        report.fix(range(node), std::string(op == Op::kNotIn ? "not " : "") + "string.contains(" +
                                    std::string(source_text(right->range)) + ", " +
                                    std::string(source_text(left->range)) + ")");
      }
    }
  }
  result->operands.push_back(std::move(left));
  result->operands.push_back(std::move(right));
  return result;
}

// `a + b` of texts, lists or objects, as other languages join them: the ways to do it here.
auto ExprChecker::report_join(NodeId node, const Expr& left, const Expr& right) -> bool {
  const auto list_like = [](const Type& type) { return type.is(TypeKind::kList) || type.is(TypeKind::kSet); };
  const auto keyed = [](const Type& type) { return type.is(TypeKind::kMap) || type.is(TypeKind::kObject); };
  const std::string a(source_text(left.range));
  const std::string b(source_text(right.range));
  // A plain one-line string keeps its text, anything else goes into ${…}.
  const auto inside = [](const Expr& expr, const std::string& source) {
    const bool literal = is_constant(expr) && expr.constant.is(ValueKind::kString) && source.size() >= 2 &&
                         source.front() == '"' && !source.starts_with("\"\"\"");
    return literal ? source.substr(1, source.size() - 2) : "${" + source + "}";
  };
  if (is_text(left.type) || is_text(right.type)) {
    auto report = Report(context_.problems, range(node), diags::JoinWithPlus, {"strings"});
    report.label("`+` adds numbers, durations and sizes");
    const bool both = (is_text(left.type) || is_printable(left.type)) && (is_text(right.type) || is_printable(right.type));
    const auto shape = [&](NodeId side) { return tree_.kind(side) != NodeKind::kBinary; };
    if (both && shape(tree_.child(node, 0)) && shape(tree_.child(node, 1)) && !left.type.optional() && !right.type.optional()) {
      report.fix(range(node), "\"" + inside(left, a) + inside(right, b) + "\"");
    } else {
      report.help("strings are joined inside one: `\"${a}${b}\"`");
    }
    return true;
  }
  if (list_like(left.type) && list_like(right.type)) {
    Report(context_.problems, range(node), diags::JoinWithPlus, {"lists"})
        .label("`+` adds numbers, durations and sizes")
        .fix(range(node), "[..." + a + ", ..." + b + "]");
    return true;
  }
  if (keyed(left.type) && keyed(right.type)) {
    Report(context_.problems, range(node), diags::JoinWithPlus, {"objects"})
        .label("`+` adds numbers, durations and sizes")
        .fix(range(node), "{ ..." + a + ", ..." + b + " }");
    return true;
  }
  return false;
}

auto ExprChecker::arithmetic(NodeId node, Op op) -> ExprPtr {
  ExprPtr left = infer(tree_.child(node, 0));
  ExprPtr right = infer(tree_.child(node, 1));
  ExprPtr result = make_expr(op, Type::error(), range(node));
  if (!left->type.is_error() && !right->type.is_error()) {
    if (op == Op::kAdd && report_join(node, *left, *right)) return result;
    if (!not_null(*left) || !not_null(*right)) return result;
    const bool secret = has_secret(left->type) || has_secret(right->type);
    const Type type = arithmetic_type(op, left->type, right->type);
    if (type.is_error()) {
      report_operands(node, *left, *right, takes_text(op));
      return result;
    }
    result->type = type.with_secret(secret);
  }
  result->operands.push_back(std::move(left));
  result->operands.push_back(std::move(right));
  return result;
}

auto ExprChecker::unary(NodeId node) -> ExprPtr {
  if (tree_.tokens.text_of(tree_.operator_token(node)) == "not") {
    ExprPtr result = make_expr(Op::kNot, Type::boolean(), range(node));
    result->operands.push_back(condition(tree_.child(node, 0), "not"));
    result->type = Type::boolean().with_secret(has_secret(result->operands.front()->type));
    return result;
  }
  ExprPtr operand = infer(tree_.child(node, 0));
  if (operand->type.is_error() || !not_null(*operand)) return error_expr(range(node));
  const Type type = widened(operand->type);
  if (!is_number(type) && !type.is(TypeKind::kDuration) && !type.is(TypeKind::kAny)) {
    Report(context_.problems, range(node), diags::WrongOperand, {"-", "a number or a duration", a_type(type)})
        .label(a_type(type));
    return error_expr(range(node));
  }
  if (is_constant(*operand)) {
    const Value& value = operand->constant;
    if (value.is(ValueKind::kInt)) return constant_expr(Value::integer(-value.as_int()), type, range(node));
    if (value.is(ValueKind::kNumber)) return constant_expr(Value::number(-value.as_number()), type, range(node));
    if (value.is(ValueKind::kDuration)) return constant_expr(Value::duration(-value.as_int()), type, range(node));
  }
  ExprPtr result = make_expr(Op::kNegate, type, range(node));
  result->operands.push_back(std::move(operand));
  return result;
}

}  // namespace weft::check
