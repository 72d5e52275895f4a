#include <algorithm>
#include <utility>

#include "lang/eval/walk.h"

namespace weft::eval {

namespace {

// Nearly every call has few arguments: they live on the stack.
class Values {
 public:
  explicit Values(size_t count) : count_(count) {
    if (count > std::size(few_)) many_.resize(count);
  }
  auto data() -> Value* { return many_.empty() ? few_ : many_.data(); }
  auto operator[](size_t i) -> Value& { return data()[i]; }
  [[nodiscard]] auto size() const -> size_t { return count_; }

 private:
  size_t count_;
  Value few_[6];
  std::vector<Value> many_;
};

// They look at one element, however many there are.
auto looks_at_one(std::string_view function) -> bool {
  constexpr std::string_view kNames[] = {"length", "list.first", "list.last", "list.slice", "map.get", "one", "secret", "type_of"};
  return std::ranges::find(kNames, function) != std::end(kNames);
}

constexpr uint64_t kLightArguments = 64 * kWeightOfOne;  // a call of so little is one step

}  // namespace

auto Walk::call(const Expr& expr) -> std::optional<Value> {
  Values values(expr.operands.size());
  for (size_t i = 0; i < values.size(); ++i) {
    auto value = eval(*expr.operands[i]);
    if (!value) return std::nullopt;
    values[i] = std::move(*value);
  }
  uint64_t walked = 0;
  for (size_t i = 0; i < values.size(); ++i) walked += weight(values[i]);
  if (walked > kLightArguments && !looks_at_one(expr.function->function->name) && !spend(expr, walked / kWeightOfOne)) return std::nullopt;
  const Type* result_type = expr.type.is_error() ? nullptr : &expr.type;
  auto result = call_function(*expr.function->function,
                              Arguments{.values = {values.data(), values.size()}, .context = scope_.functions(), .result_type = result_type});
  if (spent_) return std::nullopt;
  if (!result) return fail(expr, diags::CallFailed, {result.error().text}, result.error().hint);
  if (result->length() > kMostElements) return fail(expr, diags::TooLarge, {"1,000,000 elements"});
  if (result->is(ValueKind::kString) && result->as_text().size() > kMostText) {
    return fail(expr, diags::TooLarge, {"16 MiB of text"});
  }
  return std::move(*result);
}

auto Walk::user_call(const Expr& expr) -> std::optional<Value> {
  const check::Declaration& function = scope_.module().declarations[expr.declaration];
  if (function.value == nullptr) return std::nullopt;  // its own mistakes were reported
  if (calls_ >= evaluator_.limits_.call_depth) {
    spent_ = true;
    quiet_ = 0;
    return fail(expr, diags::TooMuch, {"more than " + std::to_string(evaluator_.limits_.call_depth) + " calls in each other"});
  }
  Values own(std::max<size_t>(function.slots, function.parameters.size()));
  bool secret = false;
  for (size_t i = 0; i < expr.operands.size() && i < own.size(); ++i) {
    auto value = eval(*expr.operands[i]);
    if (!value) return std::nullopt;
    secret = secret || value->secret();
    own[i] = std::move(*value);
  }
  // The caller's frame may grow only while it is in use itself, so it is still where it was afterwards.
  const Frame caller = std::exchange(frame_, Frame{own.data(), own.size(), nullptr});
  ++calls_;
  bool failed = false;
  for (size_t i = expr.operands.size(); i < function.parameters.size() && !failed; ++i) {
    if (function.parameters[i].default_value == nullptr) continue;
    auto value = eval(*function.parameters[i].default_value);
    failed = !value;
    if (value) own[i] = std::move(*value);
  }
  auto result = failed ? std::optional<Value>() : eval(*function.value);
  --calls_;
  frame_ = caller;
  if (!result) return std::nullopt;
  // A whole secret that was given away is in the result, whatever the body made of it.
  return marked(std::move(*result), secret);
}

auto Walk::converted(const Expr& expr) -> std::optional<Value> {
  auto value = eval(*expr.operands[0]);
  if (!value) return std::nullopt;
  if (!spend_on(expr, *value)) return std::nullopt;
  auto [result, why] = convert(*value, expr.type);
  if (result) return std::move(*result);
  // What is inside a secret is not told; `why` may hold keys and texts of it.
  if (value->has_secret()) return fail(expr, diags::WrongKind, {"this secret is not of type " + expr.type.text()});
  return fail(expr, diags::WrongKind, {std::move(why)});
}

auto Walk::type_of(const Expr& expr) -> std::optional<Value> {
  const auto value = eval(*expr.operands[0]);
  if (!value) return std::nullopt;
  if (!value->is_unknown()) return Value::string(Text(kind_name(*value)));
  const Unknown& facts = value->facts();
  if (facts.not_null) {
    switch (facts.type.kind()) {
      case TypeKind::kBool: return Value::string("bool");
      case TypeKind::kInt: return Value::string("int");
      case TypeKind::kNumber: return Value::string("number");
      case TypeKind::kString: return Value::string("string");
      case TypeKind::kDuration: return Value::string("duration");
      case TypeKind::kSize: return Value::string("size");
      case TypeKind::kList: return Value::string("list");
      case TypeKind::kSet: return Value::string("set");
      case TypeKind::kMap:
      case TypeKind::kObject: return Value::string("object");
      default: break;
    }
  }
  return unknown(expr, facts.origin);
}

// The first that evaluates. One that is unknown may still fail, so what is known of the result is its type alone.
auto Walk::attempt(const Expr& expr) -> std::optional<Value> {
  for (size_t i = 0; i + 1 < expr.operands.size(); ++i) {
    std::optional<Value> value;
    {
      Quiet quiet(*this);
      value = eval(*expr.operands[i]);
    }
    if (spent_) return std::nullopt;
    if (!value) continue;
    return value->is_unknown() ? marked(unknown(expr, value->facts().origin), value->secret()) : std::move(*value);
  }
  return eval(*expr.operands.back());
}

auto Walk::can(const Expr& expr) -> std::optional<Value> {
  std::optional<Value> value;
  {
    Quiet quiet(*this);
    value = eval(*expr.operands[0]);
  }
  if (spent_) return std::nullopt;
  if (!value) return Value::boolean(false);
  if (value->is_unknown()) return marked(unknown(expr, value->facts().origin), value->secret());
  return marked(Value::boolean(true), value->has_secret());
}

}  // namespace weft::eval
