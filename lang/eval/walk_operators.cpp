#include <algorithm>
#include <cmath>
#include <utility>

#include "lang/eval/walk.h"

namespace weft::eval {

auto Walk::choice(const Expr& expr) -> std::optional<Value> {
  const auto asked = condition(*expr.operands[0]);
  if (!asked) return std::nullopt;
  if (asked->truth == Truth::kUnknown) return marked(unknown(expr, asked->origin), asked->secret);
  auto value = eval(*expr.operands[asked->truth == Truth::kTrue ? 1 : 2]);
  if (!value) return std::nullopt;
  return marked(std::move(*value), asked->secret);
}

auto Walk::match(const Expr& expr) -> std::optional<Value> {
  const Expr& asked = *expr.operands[0];
  const auto subject = eval(asked);
  if (!subject) return std::nullopt;
  const bool by_kind = asked.op == Op::kTypeOf;
  const bool secret = subject->secret();
  for (size_t i = 0; i < expr.arms.size(); ++i) {
    const check::MatchArm& arm = expr.arms[i];
    bool taken = arm.otherwise;
    if (subject->is_unknown()) {
      // The first arm that may be meant decides: only the rest is certain, and only if it stands first.
      if (!taken) return marked(unknown(expr, subject->facts().origin), secret);
    } else if (by_kind) {
      taken = taken || std::ranges::find(arm.kinds, subject->as_string()) != arm.kinds.end();
    } else if (subject->is_null()) {
      taken = taken || arm.null;
    } else {
      taken = taken || std::ranges::any_of(arm.patterns, [&](const Value& pattern) { return equal(*subject, pattern).value_or(false); });
    }
    if (!taken) continue;
    auto value = eval(*expr.operands[i + 1]);
    if (!value) return std::nullopt;
    return marked(std::move(*value), secret);
  }
  return fail(asked, diags::NoMatch, {display_text(*subject)});
}

auto Walk::logic(const Expr& expr) -> std::optional<Value> {
  const auto left = condition(*expr.operands[0]);
  if (!left) return std::nullopt;
  if (expr.op == Op::kNot) {
    if (left->truth == Truth::kUnknown) return marked(unknown(expr, left->origin), left->secret);
    return marked(Value::boolean(left->truth == Truth::kFalse), left->secret);
  }
  const Truth decides = expr.op == Op::kAnd ? Truth::kFalse : Truth::kTrue;
  const bool decided = expr.op == Op::kOr;
  if (left->truth == decides) return marked(Value::boolean(decided), left->secret);
  if (left->truth == Truth::kUnknown) {
    // The right side may still decide; where it fails, the left one may have kept it from being asked.
    Quiet quiet(*this);
    const auto right = condition(*expr.operands[1]);
    const bool secret = left->secret || (right && right->secret);
    if (right && right->truth == decides) return marked(Value::boolean(decided), secret);
    return marked(unknown(expr, left->origin), secret);
  }
  const auto right = condition(*expr.operands[1]);
  if (!right) return std::nullopt;
  const bool secret = left->secret || right->secret;
  if (right->truth == Truth::kUnknown) return marked(unknown(expr, right->origin), secret);
  return marked(Value::boolean(right->truth == Truth::kTrue), secret);
}

auto Walk::coalesce(const Expr& expr) -> std::optional<Value> {
  auto left = eval(*expr.operands[0]);
  if (!left) return std::nullopt;
  if (!left->is_unknown()) {
    if (!left->is_null()) return left;
    auto right = eval(*expr.operands[1]);
    if (!right) return std::nullopt;
    return marked(std::move(*right), left->secret());
  }
  if (left->facts().not_null) return left;
  Quiet quiet(*this);
  const auto right = eval(*expr.operands[1]);
  Value result = unknown(expr, left->facts().origin);
  const bool never = right && (right->is_unknown() ? right->facts().not_null : !right->is_null());
  if (never && !result.facts().not_null) {
    Unknown facts = result.facts();
    facts.not_null = true;
    result = Value::unknown(std::move(facts));
  }
  return marked(std::move(result), left->secret() || (right && right->has_secret()));
}

auto Walk::equality(const Expr& expr) -> std::optional<Value> {
  const auto a = eval(*expr.operands[0]);
  if (!a) return std::nullopt;
  const auto b = eval(*expr.operands[1]);
  if (!b) return std::nullopt;
  const bool secret = a->has_secret() || b->has_secret();
  std::optional<bool> same;
  if (a->is_null() && b->is_unknown()) {
    if (b->facts().not_null) same = false;
  } else if (b->is_null() && a->is_unknown()) {
    if (a->facts().not_null) same = false;
  } else {
    if (!spend_on(expr, weight(*a) < weight(*b) ? *a : *b)) return std::nullopt;
    same = equal(*a, *b);
  }
  if (!same) return marked(unknown(expr, a->has_unknown() ? origin_of(*a) : origin_of(*b)), secret);
  return marked(Value::boolean(*same == (expr.op == Op::kEqual)), secret);
}

auto Walk::wrong_kinds(const Expr& expr, const Value& a, const Value& b) -> std::nullopt_t {
  for (size_t i = 0; i < 2; ++i) {
    if ((i == 0 ? a : b).is_null()) return fail(*expr.operands[i], diags::NullValue, {source(*expr.operands[i])});
  }
  return fail(expr, diags::WrongKind, {"`" + source(expr) + "` does not work with " + a_kind(a) + " and " + a_kind(b)});
}

auto Walk::ordering(const Expr& expr) -> std::optional<Value> {
  const auto a = eval(*expr.operands[0]);
  if (!a) return std::nullopt;
  const auto b = eval(*expr.operands[1]);
  if (!b) return std::nullopt;
  const bool secret = a->secret() || b->secret();
  if (a->is_unknown() || b->is_unknown()) {
    return marked(unknown(expr, a->is_unknown() ? a->facts().origin : b->facts().origin), secret);
  }
  const auto numeric = [](const Value& value) { return value.is(ValueKind::kInt) || value.is(ValueKind::kNumber); };
  int order = 0;
  const bool whole = a->kind() == b->kind() &&
                     (a->is(ValueKind::kInt) || a->is(ValueKind::kDuration) || a->is(ValueKind::kSize));
  if (whole) {
    order = a->as_int() < b->as_int() ? -1 : (a->as_int() > b->as_int() ? 1 : 0);
  } else if (numeric(*a) && numeric(*b)) {
    order = a->as_number() < b->as_number() ? -1 : (a->as_number() > b->as_number() ? 1 : 0);
  } else {
    return wrong_kinds(expr, *a, *b);
  }
  bool result = false;
  switch (expr.op) {
    case Op::kLess: result = order < 0; break;
    case Op::kLessEqual: result = order <= 0; break;
    case Op::kGreater: result = order > 0; break;
    default: result = order >= 0; break;
  }
  return marked(Value::boolean(result), secret);
}

auto Walk::contains(const Expr& expr) -> std::optional<Value> {
  const auto element = eval(*expr.operands[0]);
  if (!element) return std::nullopt;
  const auto whole = eval(*expr.operands[1]);
  if (!whole) return std::nullopt;
  const bool secret = element->has_secret() || whole->has_secret();
  const bool wanted = expr.op == Op::kIn;
  if (whole->is_unknown()) return marked(unknown(expr, whole->facts().origin), secret);
  if (whole->is(ValueKind::kObject)) {
    if (element->is_unknown()) return marked(unknown(expr, element->facts().origin), secret);
    if (!element->is(ValueKind::kString)) {
      return fail(*expr.operands[0], diags::WrongKind, {"a key of a map or object is a string, this is " + a_kind(*element)});
    }
    return marked(Value::boolean((whole->get(element->as_string()) != nullptr) == wanted), secret);
  }
  if (!whole->is(ValueKind::kList) && !whole->is(ValueKind::kSet)) {
    if (whole->is_null()) return fail(*expr.operands[1], diags::NullValue, {source(*expr.operands[1])}, "null has no elements");
    return fail(*expr.operands[1], diags::WrongKind, {"`in` asks a list, set, map or object, this is " + a_kind(*whole)});
  }
  if (!spend_on(expr, *whole)) return std::nullopt;
  bool open = false;
  for (const Value& one : whole->elements()) {
    const auto same = equal(*element, one);
    if (same && *same) return marked(Value::boolean(wanted), secret);
    open = open || !same;
  }
  if (open) return marked(unknown(expr, element->has_unknown() ? origin_of(*element) : origin_of(*whole)), secret);
  return marked(Value::boolean(!wanted), secret);
}

auto Walk::integers(const Expr& expr, int64_t a, int64_t b) -> std::optional<Value> {
  int64_t result = 0;
  bool over = false;
  switch (expr.op) {
    case Op::kAdd: over = __builtin_add_overflow(a, b, &result); break;
    case Op::kSubtract: over = __builtin_sub_overflow(a, b, &result); break;
    case Op::kMultiply: over = __builtin_mul_overflow(a, b, &result); break;
    default:
      if (b == 0) return fail(*expr.operands[1], diags::DivideByZero, {});
      result = b == -1 ? 0 : a % b;  // the one case that overflows
      break;
  }
  if (over) return fail(expr, diags::Overflow, {source(expr), "an int"});
  return Value::integer(result);
}

auto Walk::numbers(const Expr& expr, double a, double b) -> std::optional<Value> {
  double result = 0;
  switch (expr.op) {
    case Op::kAdd: result = a + b; break;
    case Op::kSubtract: result = a - b; break;
    case Op::kMultiply: result = a * b; break;
    default:
      if (b == 0) return fail(*expr.operands[1], diags::DivideByZero, {});
      result = expr.op == Op::kDivide ? a / b : std::fmod(a, b);
  }
  if (!std::isfinite(result)) return fail(expr, diags::Overflow, {source(expr), "a number"});
  return Value::number(result == 0 ? 0.0 : result);  // -0 is 0
}

// With a duration or size on at least one side.
auto Walk::amounts(const Expr& expr, const Value& a, const Value& b) -> std::optional<Value> {
  const auto amount = [](const Value& value) { return value.is(ValueKind::kDuration) || value.is(ValueKind::kSize); };
  const ValueKind kind = amount(a) ? a.kind() : b.kind();
  const auto make = [&](int64_t units) { return kind == ValueKind::kDuration ? Value::duration(units) : Value::size(units); };
  const std::string what = kind == ValueKind::kDuration ? "a duration" : "a size";
  if (a.kind() == b.kind()) {
    if (expr.op == Op::kDivide) {
      if (b.as_int() == 0) return fail(*expr.operands[1], diags::DivideByZero, {});
      return Value::number(static_cast<double>(a.as_int()) / static_cast<double>(b.as_int()));
    }
    if (expr.op != Op::kAdd && expr.op != Op::kSubtract) return wrong_kinds(expr, a, b);
    int64_t result = 0;
    const bool over = expr.op == Op::kAdd ? __builtin_add_overflow(a.as_int(), b.as_int(), &result)
                                          : __builtin_sub_overflow(a.as_int(), b.as_int(), &result);
    if (over) return fail(expr, diags::Overflow, {source(expr), what});
    return make(result);
  }
  const Value& factor = amount(a) ? b : a;
  const bool scales = expr.op == Op::kMultiply || (expr.op == Op::kDivide && amount(a));
  if (!scales || (!factor.is(ValueKind::kInt) && !factor.is(ValueKind::kNumber))) return wrong_kinds(expr, a, b);
  const int64_t units = (amount(a) ? a : b).as_int();
  if (expr.op == Op::kMultiply && factor.is(ValueKind::kInt)) {
    int64_t result = 0;
    if (__builtin_mul_overflow(units, factor.as_int(), &result)) return fail(expr, diags::Overflow, {source(expr), what});
    return make(result);
  }
  if (expr.op == Op::kDivide && factor.as_number() == 0) return fail(*expr.operands[1], diags::DivideByZero, {});
  const long double exact = expr.op == Op::kMultiply
                                ? static_cast<long double>(units) * static_cast<long double>(factor.as_number())
                                : static_cast<long double>(units) / static_cast<long double>(factor.as_number());
  const long double rounded = std::round(exact);
  if (!(std::fabs(rounded) < 9223372036854775808.0L)) return fail(expr, diags::Overflow, {source(expr), what});
  return make(static_cast<int64_t>(rounded));
}

auto Walk::arithmetic(const Expr& expr) -> std::optional<Value> {
  const auto a = eval(*expr.operands[0]);
  if (!a) return std::nullopt;
  const auto b = eval(*expr.operands[1]);
  if (!b) return std::nullopt;
  const bool secret = a->secret() || b->secret();
  if (a->is_unknown() || b->is_unknown()) {
    return marked(unknown(expr, a->is_unknown() ? a->facts().origin : b->facts().origin), secret);
  }
  const auto numeric = [](const Value& value) { return value.is(ValueKind::kInt) || value.is(ValueKind::kNumber); };
  const auto amount = [](const Value& value) { return value.is(ValueKind::kDuration) || value.is(ValueKind::kSize); };
  std::optional<Value> result;
  if (a->is(ValueKind::kInt) && b->is(ValueKind::kInt) && expr.op != Op::kDivide) {
    result = integers(expr, a->as_int(), b->as_int());
  } else if (numeric(*a) && numeric(*b)) {
    result = numbers(expr, a->as_number(), b->as_number());
  } else if ((amount(*a) && (amount(*b) || numeric(*b))) || (numeric(*a) && amount(*b))) {
    result = amounts(expr, *a, *b);
  } else {
    return wrong_kinds(expr, *a, *b);
  }
  if (!result) return std::nullopt;
  return marked(std::move(*result), secret);
}

auto Walk::negate(const Expr& expr) -> std::optional<Value> {
  const auto value = eval(*expr.operands[0]);
  if (!value) return std::nullopt;
  const bool secret = value->secret();
  switch (value->kind()) {
    case ValueKind::kUnknown: return marked(unknown(expr, value->facts().origin), secret);
    case ValueKind::kNumber: return marked(Value::number(value->as_number() == 0 ? 0.0 : -value->as_number()), secret);
    case ValueKind::kInt:
    case ValueKind::kDuration: {
      int64_t result = 0;
      const bool time = value->is(ValueKind::kDuration);
      if (__builtin_sub_overflow(int64_t{0}, value->as_int(), &result)) {
        return fail(expr, diags::Overflow, {source(expr), time ? "a duration" : "an int"});
      }
      return marked(time ? Value::duration(result) : Value::integer(result), secret);
    }
    case ValueKind::kNull: return fail(*expr.operands[0], diags::NullValue, {source(*expr.operands[0])});
    default: return fail(expr, diags::WrongKind, {"`-` turns a number or a duration round, this is " + a_kind(*value)});
  }
}

}  // namespace weft::eval
