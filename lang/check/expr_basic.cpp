#include <algorithm>
#include <utility>

#include "lang/check/diags.h"
#include "lang/check/expr.h"

namespace weft::check {

using syntax::NodeId;
using syntax::NodeKind;

namespace {
// Chains such as `a + b + c …` nest without brackets, so the parser's bound does not hold for them.
constexpr uint32_t kMaxDepth = 400;
}  // namespace

auto ExprChecker::infer(NodeId node) -> ExprPtr {
  if (!node.valid() || tree_[node].broken) return error_expr(node.valid() ? range(node) : Range{});
  if (frame_.depth >= kMaxDepth) {
    if (!frame_.too_deep) Report(context_.problems, range(node), diags::TooDeep).help("give the parts names with `let`");
    frame_.too_deep = true;
    return error_expr(range(node));
  }
  ++frame_.depth;
  ExprPtr expr = infer_node(node);
  --frame_.depth;
  return expr;
}

auto ExprChecker::infer_node(NodeId node) -> ExprPtr {
  switch (tree_.kind(node)) {
    case NodeKind::kTrue: return constant_expr(Value::boolean(true), Type::boolean(), range(node));
    case NodeKind::kFalse: return constant_expr(Value::boolean(false), Type::boolean(), range(node));
    case NodeKind::kNull: return constant_expr(Value::null(), Type::null(), range(node));
    case NodeKind::kNumber: return number(node);
    case NodeKind::kText: return text(node);
    case NodeKind::kSelf: return self(node);
    case NodeKind::kParen: return infer(tree_.child(node, 0));
    case NodeKind::kIf: return choice(node, nullptr);
    case NodeKind::kMatch: return match(node, nullptr);
    case NodeKind::kBinary: return binary(node, nullptr);
    case NodeKind::kUnary: return unary(node);
    case NodeKind::kReference:
    case NodeKind::kMember:
    case NodeKind::kSafeMember:
    case NodeKind::kIndex:
    case NodeKind::kSplat:
    case NodeKind::kCall: return postfix(node);
    case NodeKind::kList: return list(node, nullptr);
    case NodeKind::kObject: return object(node, nullptr);
    case NodeKind::kListFor: return list_for(node, nullptr);
    case NodeKind::kObjectFor: return object_for(node, nullptr);
    default: return error_expr(range(node));  // kError, kMissing: reported by the parser
  }
}

auto ExprChecker::check(NodeId node, const Target& target) -> ExprPtr {
  if (!node.valid() || tree_[node].broken) return error_expr(node.valid() ? range(node) : Range{});
  if (target.type.is_error() || target.type.is(TypeKind::kAny)) return convert(infer(node), target);
  if (frame_.depth >= kMaxDepth) return infer(node);
  ++frame_.depth;
  ExprPtr expr = check_node(node, target);
  --frame_.depth;
  return expr;
}

auto ExprChecker::check_node(NodeId node, const Target& target) -> ExprPtr {
  if (target.type.secret()) {
    // Made as if it were not, then marked as a whole.
    Target inner = target;
    inner.type = target.type.with_secret(false);
    inner.takes_secret = true;
    return convert(check_node(node, inner), target);
  }
  switch (tree_.kind(node)) {
    case NodeKind::kParen: return check(tree_.child(node, 0), target);
    case NodeKind::kIf: return choice(node, &target);
    case NodeKind::kMatch: return match(node, &target);
    case NodeKind::kBinary: return binary(node, &target);
    case NodeKind::kList: return list(node, &target);
    case NodeKind::kObject: return object(node, &target);
    case NodeKind::kListFor: return list_for(node, &target);
    case NodeKind::kObjectFor: return object_for(node, &target);
    default: return convert(infer(node), target);
  }
}

auto ExprChecker::condition(NodeId node, std::string_view owner) -> ExprPtr {
  return check(node, Target{.type = Type::boolean(), .subject = owner, .takes_secret = true});
}

auto ExprChecker::number(NodeId node) -> ExprPtr {
  const auto value = syntax::number_value(tree_, tree_[node].first, context_.problems);
  if (!value) return error_expr(range(node));
  if (const auto* integer = std::get_if<int64_t>(&*value)) {
    return constant_expr(Value::integer(*integer), Type::integer(), range(node));
  }
  if (const auto* real = std::get_if<double>(&*value)) {
    return constant_expr(Value::number(*real), Type::number(), range(node));
  }
  if (const auto* duration = std::get_if<syntax::Duration>(&*value)) {
    return constant_expr(Value::duration(duration->nanoseconds), Type::duration(), range(node));
  }
  return constant_expr(Value::size(std::get<syntax::Size>(*value).bytes), Type::size(), range(node));
}

auto ExprChecker::self(NodeId node) -> ExprPtr {
  if (!frame_.self) {
    Report(context_.problems, range(node), diags::SelfOutside)
        .label("`self` is the instance itself, in `require`, `ensure` and `@wait` of a resource");
    return error_expr(range(node));
  }
  return make_expr(Op::kSelf, *frame_.self, range(node));
}

auto ExprChecker::common(const std::vector<ExprPtr*>& exprs) -> Type {
  const auto is_empty_list = [](const Expr& expr) {
    return is_constant(expr) && expr.constant.is(ValueKind::kList) && expr.constant.length() == 0;
  };
  const auto is_scalar = [](const Expr& expr) {
    return is_constant(expr) && (expr.constant.is(ValueKind::kString) || expr.constant.is(ValueKind::kInt));
  };
  // Literals adapt to an enum beside them, empty lists to anything that is a list.
  Type all;
  Type steady;
  bool only_empty = true;
  for (const ExprPtr* expr : exprs) {
    if (is_empty_list(**expr)) continue;
    only_empty = false;
    all = common_type(all, (*expr)->type);
    if (!is_scalar(**expr)) steady = common_type(steady, (*expr)->type);
  }
  if (only_empty) return exprs.empty() ? Type::error() : exprs.front()->get()->type;
  if (!steady.is_enum()) return all;
  const bool adapts = std::ranges::all_of(exprs, [&](const ExprPtr* expr) {
    return !is_scalar(**expr) || in_enum((*expr)->constant, steady);
  });
  return adapts ? steady : all;
}

auto ExprChecker::unify(std::vector<ExprPtr*> exprs, const Target* target) -> Type {
  if (target != nullptr) return target->type;
  const Type type = common(exprs);
  if (type.is_error() || type.is(TypeKind::kAny)) return type;
  const Target same{.type = type, .takes_secret = true};
  for (ExprPtr* expr : exprs) {
    if (fit((*expr)->type, type, true) == Fit::kConverts) *expr = convert(std::move(*expr), same);
  }
  return type;
}

auto ExprChecker::choice(NodeId node, const Target* target) -> ExprPtr {
  ExprPtr result = make_expr(Op::kIf, Type::error(), range(node));
  const NodeId asked = tree_.child(node, 0);
  result->operands.push_back(condition(asked, "if"));
  for (const bool truth : {true, false}) {
    FactScope guard(frame_, facts(asked, truth));
    const NodeId branch = tree_.child(node, truth ? 1 : 2);
    result->operands.push_back(target != nullptr ? check(branch, *target) : infer(branch));
  }
  result->type = unify({&result->operands[1], &result->operands[2]}, target);
  if (!has_secret(result->operands[0]->type)) return result;
  result->type = result->type.with_secret();
  return target != nullptr ? convert(std::move(result), *target) : std::move(result);
}

auto ExprChecker::coalesce(NodeId node, const Target* target) -> ExprPtr {
  ExprPtr left = infer(tree_.child(node, 0));
  const NodeId other = tree_.child(node, 1);
  ExprPtr right = target != nullptr ? check(other, *target) : infer(other);
  const Type& type = left->type;
  if (!type.is_error() && !type.optional() && !type.is(TypeKind::kAny) && !type.is(TypeKind::kNull) && !frame_.in_message) {
    Report(context_.problems, left->range, diags::NeverNull, {std::string(source_text(left->range))})
        .label("this is " + a_type(type) + ", so what stands after `??` never counts");
  }
  ExprPtr result = make_expr(Op::kCoalesce, Type::error(), range(node));
  // The left side counts only where it is not null, but null has to get through its conversion.
  const Type before = left->type;
  if (target != nullptr) {
    result->type = target->type;
    Target nullable = *target;
    nullable.type = target->type.with_optional();
    left = convert(std::move(left), nullable);
  } else {
    if (!before.is(TypeKind::kNull)) left->type = before.with_optional(false);
    result->type = before.is(TypeKind::kNull) ? right->type : common({&left, &right});
    left->type = before;
    if (!result->type.is_error() && !result->type.is(TypeKind::kAny)) {
      const Target nullable{.type = result->type.with_optional(), .takes_secret = true};
      if (fit(before, nullable.type, true) == Fit::kConverts) left = convert(std::move(left), nullable);
      const Target same{.type = result->type, .takes_secret = true};
      if (fit(right->type, same.type, true) == Fit::kConverts) right = convert(std::move(right), same);
    }
  }
  if (before.secret()) result->type = result->type.with_secret();
  result->operands.push_back(std::move(left));
  result->operands.push_back(std::move(right));
  return result;
}

auto folded(ExprPtr expr) -> ExprPtr {
  if (expr->op == Op::kList) {
    std::vector<Value> values;
    values.reserve(expr->operands.size());
    for (size_t i = 0; i < expr->operands.size(); ++i) {
      if (!is_constant(*expr->operands[i]) || (i < expr->spread.size() && expr->spread[i])) return expr;
      values.push_back(expr->operands[i]->constant);
    }
    const bool is_set = expr->type.is(TypeKind::kSet);
    return constant_expr(is_set ? Value::set(std::move(values)) : Value::list(std::move(values)), expr->type,
                         expr->range);
  }
  if (expr->op == Op::kObject) {
    std::vector<Field> fields;
    for (const ObjectField& field : expr->fields) {
      if (field.kind != ObjectField::Kind::kNamed || !is_constant(*field.value)) return expr;
      if (expr->drops_null && field.value->constant.is_null()) {
        // A member that must be there may be null all the same (as in Walk::object).
        const Member* member = expr->type.is(TypeKind::kObject) ? expr->type.member(field.name.view()) : nullptr;
        if (member == nullptr || member->may_be_left_out) continue;
      }
      fields.push_back(Field{field.name, field.value->constant});
    }
    return constant_expr(Value::object(std::move(fields)), expr->type, expr->range);
  }
  return expr;
}

auto make_expr(Op op, Type type, Range range) -> ExprPtr {
  auto expr = std::make_unique<Expr>();
  expr->op = op;
  expr->type = std::move(type);
  expr->range = range;
  return expr;
}

auto error_expr(Range range) -> ExprPtr { return make_expr(Op::kConstant, Type::error(), range); }

auto constant_expr(Value value, Type type, Range range) -> ExprPtr {
  ExprPtr expr = make_expr(Op::kConstant, std::move(type), range);
  expr->constant = std::move(value);
  return expr;
}

}  // namespace weft::check
