#include "lang/eval/eval.h"

#include <utility>

#include "lang/base/text.h"
#include "lang/eval/walk.h"

namespace weft::eval {

auto all_diags() -> std::span<const DiagInfo> {
  static constexpr DiagInfo kAll[] = {
#define DIAG(name, code, severity, ...) diags::name,
#include "lang/eval/eval_diags.def"
#undef DIAG
  };
  return kAll;
}

auto Evaluator::evaluate(const check::Expr& expr, Scope& scope, std::vector<Value>& frame) -> std::optional<Value> {
  if (spent_->stopped) return std::nullopt;
  // What an expression asks for on its way counts as its own.
  if (!inside_ && spent_->depth == 0) spent_->expression = 0;
  ++spent_->depth;
  auto result = Walk(*this, scope, frame).eval(expr);
  --spent_->depth;
  return result;
}

auto elements_of(const Value& source) -> std::optional<std::vector<Element>> {
  std::vector<Element> result;
  switch (source.kind()) {
    case ValueKind::kList:
    case ValueKind::kSet: {
      result.reserve(source.length());
      int64_t position = 0;
      for (const Value& element : source.elements()) result.push_back({Value::integer(position++), element});
      break;
    }
    case ValueKind::kObject:
      result.reserve(source.length());
      for (const Field& field : source.fields()) result.push_back({Value::string(field.key), field.value});
      break;
    default: return std::nullopt;
  }
  if (source.secret()) {
    for (Element& element : result) {
      element.key = element.key.as_secret();
      element.value = element.value.as_secret();
    }
  }
  return result;
}

auto a_kind(const Value& value) -> std::string {
  if (value.is_null()) return "null";
  const std::string_view name = kind_name(value);
  const bool vowel = name.starts_with('i') || name.starts_with('o') || name.starts_with('u');
  return (vowel ? "an " : "a ") + std::string(name);
}

auto Walk::fail(const Expr& expr, const DiagInfo& info, std::vector<std::string> arguments, std::string label)
    -> std::nullopt_t {
  if (quiet_ == 0) {
    Report report(evaluator_.problems_, expr.range, info, std::move(arguments));
    if (!label.empty()) report.label(std::move(label));
  }
  return std::nullopt;
}

auto Walk::source(const Expr& expr) const -> std::string {
  return expr.range.valid() ? std::string(evaluator_.sources_.text(expr.range)) : std::string("this");
}

auto Walk::unknown(const Expr& expr, Text origin) -> Value {
  const Type type = check::without_secret(expr.type);
  const bool may_be_null = type.optional() || type.is(TypeKind::kAny) || type.is(TypeKind::kNull) || type.is_error();
  return Value::unknown(Unknown{.type = type.is_error() ? Type::any() : type, .not_null = !may_be_null, .origin = std::move(origin)});
}

auto Walk::condition(const Expr& expr) -> std::optional<Condition> {
  auto value = eval(expr);
  if (!value) return std::nullopt;
  if (value->is_unknown()) return Condition{Truth::kUnknown, value->secret(), value->facts().origin};
  if (!value->is(ValueKind::kBool)) {
    return fail(expr, diags::WrongKind, {"a condition is true or false, this is " + a_kind(*value)});
  }
  return Condition{value->as_bool() ? Truth::kTrue : Truth::kFalse, value->secret(), {}};
}

auto Walk::eval(const Expr& expr) -> std::optional<Value> {
  // The commonest leaves need no bookkeeping.
  if (expr.op == Op::kConstant) return expr.constant;
  if (expr.op == Op::kLocal) {
    CHECK(expr.slot < frame_.size);
    return frame_.values[expr.slot];
  }
  if (spent_) return std::nullopt;
  if (!spend(expr, 1)) return std::nullopt;
  if (nesting_ >= kMostNesting) {
    spent_ = true;
    quiet_ = 0;
    return fail(expr, diags::TooMuch, {"expressions and calls are nested too deeply"});
  }
  ++nesting_;
  auto result = step(expr);
  --nesting_;
  switch (expr.op) {
    case Op::kList:
    case Op::kObject:
    case Op::kSplat:
    case Op::kListFor:
    case Op::kObjectFor:
    case Op::kCall:
      if (result && weight(*result) > evaluator_.limits_.weight) return too_heavy(expr);
      if (result && nesting(*result) > kMostLevels) return fail(expr, diags::TooLarge, {std::to_string(kMostLevels) + " lists, sets and objects in each other"});
      break;
    default: break;
  }
  return result;
}

auto Walk::spend(const Expr& expr, uint64_t steps) -> bool {
  constexpr uint64_t kBetweenLooks = 1 << 14;
  auto& spent = *evaluator_.spent_;
  spent.expression += steps;
  spent.total += steps;
  const Limits& limits = evaluator_.limits_;
  if (spent.expression > limits.steps || spent.total > limits.total) {
    const bool whole = spent.expression <= limits.steps;
    spent_ = true;
    quiet_ = 0;
    (void)fail(expr, diags::TooMuch, {"more than " + with_thousands(whole ? limits.total : limits.steps) + " steps" + (whole ? " in all" : "")});
    return false;
  }
  if (spent.total < spent.next_look) return true;
  if (!spent.stopped) {
    spent.next_look = spent.total + kBetweenLooks;
    if (!spent.ask || !spent.ask()) return true;
    spent.stopped = true;
    quiet_ = 0;
    (void)fail(expr, diags::Stopped, {});
  }
  spent_ = true;
  return false;
}

auto Walk::too_heavy(const Expr& expr) -> std::nullopt_t {
  return fail(expr, diags::TooLarge, {size_text(static_cast<int64_t>(evaluator_.limits_.weight))},
              "every part counts as often as it stands in it");
}

auto Walk::gather(const Expr& expr, uint64_t& gathered, const Value& more) -> bool {
  gathered += weight(more);
  if (gathered <= evaluator_.limits_.weight) return true;
  (void)too_heavy(expr);
  return false;
}

auto Walk::step(const Expr& expr) -> std::optional<Value> {
  switch (expr.op) {
    case Op::kConstant:
    case Op::kLocal: break;
    case Op::kText: return text(expr);
    case Op::kTextIf: return text_if(expr);
    case Op::kTextFor: return text_for(expr);
    case Op::kReference: return scope_.reference(scope_.module().declarations[expr.declaration]);
    case Op::kGiven: return scope_.given(expr.name);
    case Op::kSelf: return scope_.self();
    case Op::kCall: return call(expr);
    case Op::kUserCall: return user_call(expr);
    case Op::kMember: return member(expr);
    case Op::kSafeMember: return safe_member(expr);
    case Op::kIndex: return index(expr);
    case Op::kSplat: return splat(expr);
    case Op::kList: return list(expr);
    case Op::kObject: return object(expr);
    case Op::kListFor: return list_for(expr);
    case Op::kObjectFor: return object_for(expr);
    case Op::kIf: return choice(expr);
    case Op::kMatch: return match(expr);
    case Op::kAnd:
    case Op::kOr:
    case Op::kNot: return logic(expr);
    case Op::kCoalesce: return coalesce(expr);
    case Op::kEqual:
    case Op::kNotEqual: return equality(expr);
    case Op::kLess:
    case Op::kLessEqual:
    case Op::kGreater:
    case Op::kGreaterEqual: return ordering(expr);
    case Op::kIn:
    case Op::kNotIn: return contains(expr);
    case Op::kAdd:
    case Op::kSubtract:
    case Op::kMultiply:
    case Op::kDivide:
    case Op::kRemainder: return arithmetic(expr);
    case Op::kNegate: return negate(expr);
    case Op::kConvert: return converted(expr);
    case Op::kTypeOf: return type_of(expr);
    case Op::kTry: return attempt(expr);
    case Op::kCan: return can(expr);
  }
  CHECK(false);
}

}  // namespace weft::eval
