// Arithmetic beyond the operators.
#include <charconv>
#include <cmath>

#include "stdlib/functions/parts.h"

namespace weft::functions {

namespace {

auto is_amount(const Value& value) -> bool {
  switch (value.kind()) {
    case ValueKind::kInt:
    case ValueKind::kNumber:
    case ValueKind::kDuration:
    case ValueKind::kSize: return true;
    default: return false;
  }
}

auto is_number(const Value& value) -> bool {
  return value.is(ValueKind::kInt) || value.is(ValueKind::kNumber);
}

auto alike(const Value& a, const Value& b) -> bool {
  return is_amount(a) && is_amount(b) && (a.kind() == b.kind() || (is_number(a) && is_number(b)));
}

auto below(const Value& a, const Value& b) -> bool {
  if (is_number(a) && a.kind() != b.kind()) return a.as_number() < b.as_number();
  return canonical_less(a, b);
}

auto no_amount(std::string_view function, const Value& value) -> std::unexpected<Failure> {
  return refused(function, "takes numbers, durations or sizes of one kind, this is " + a_kind(value));
}

auto extreme(std::string_view function, const Arguments& arguments, bool largest) -> Result<Value> {
  const Value* best = &arguments[0];
  for (const auto& value : arguments.values) {
    if (!alike(*best, value)) return no_amount(function, value);
    if (largest ? below(*best, value) : below(value, *best)) best = &value;
  }
  return *best;
}

auto min(const Arguments& arguments) -> Result<Value> {
  return extreme("min", arguments, false);
}
auto max(const Arguments& arguments) -> Result<Value> {
  return extreme("max", arguments, true);
}

auto with_amount(const Value& like, int64_t amount) -> Value {
  if (like.is(ValueKind::kDuration)) return Value::duration(amount);
  return like.is(ValueKind::kSize) ? Value::size(amount) : Value::integer(amount);
}

auto abs(const Arguments& arguments) -> Result<Value> {
  const Value& value = arguments[0];
  if (!is_amount(value)) return no_amount("abs", value);
  if (value.is(ValueKind::kNumber)) return Value::number(std::fabs(value.as_number()));
  if (value.as_int() == INT64_MIN) return refused("abs", "the result is beyond 64 bits");
  return with_amount(value, std::abs(value.as_int()));
}

auto whole(std::string_view function, double number) -> Result<Value> {
  constexpr double kEdge = 9223372036854775808.0;  // 2^63
  if (!(number >= -kEdge && number < kEdge)) return refused(function, "the result is beyond 64 bits");
  return Value::integer(static_cast<int64_t>(number));
}

template <auto rounding>
auto rounded(std::string_view function, const Arguments& arguments) -> Result<Value> {
  if (arguments[0].is(ValueKind::kInt)) return arguments[0];
  return whole(function, rounding(arguments[0].as_number()));
}

auto half_away(double number) -> double {
  return std::round(number);
}
auto down(double number) -> double {
  return std::floor(number);
}
auto up(double number) -> double {
  return std::ceil(number);
}

auto floor(const Arguments& arguments) -> Result<Value> {
  return rounded<down>("floor", arguments);
}
auto ceil(const Arguments& arguments) -> Result<Value> {
  return rounded<up>("ceil", arguments);
}
auto round(const Arguments& arguments) -> Result<Value> {
  return rounded<half_away>("round", arguments);
}

auto empty_sum(const Arguments& arguments) -> Value {
  if (arguments.result_type == nullptr) return Value::integer(0);
  switch (arguments.result_type->kind()) {
    case TypeKind::kDuration: return Value::duration(0);
    case TypeKind::kSize: return Value::size(0);
    case TypeKind::kNumber: return Value::number(0);
    default: return Value::integer(0);
  }
}

auto finite(std::string_view function, double number) -> Result<Value> {
  if (!std::isfinite(number)) return refused(function, "the result is no finite number");
  return Value::number(number);
}

auto sum(const Arguments& arguments) -> Result<Value> {
  auto elements = arguments[0].elements();
  if (elements.empty()) return empty_sum(arguments);
  bool as_number = false;
  int64_t total = 0;
  double number = 0;
  bool overflow = false;
  for (const auto& element : elements) {
    if (!alike(elements.front(), element)) return no_amount("sum", element);
    as_number = as_number || element.is(ValueKind::kNumber);
    if (is_number(element)) number += element.as_number();
    if (!element.is(ValueKind::kNumber))
      overflow = __builtin_add_overflow(total, element.as_int(), &total) || overflow;
  }
  if (as_number) return finite("sum", number);
  if (overflow) return refused("sum", "the result is beyond 64 bits");
  return with_amount(elements.front(), total);
}

auto parse(const Arguments& arguments) -> Result<Value> {
  auto text = arguments[0].as_string();
  int64_t base = arguments[1].as_int();
  if (base < 2 || base > 36)
    return refused("number.parse", "the base is " + std::to_string(base) + "; it is from 2 to 36");
  int64_t number = 0;
  auto digits = text.starts_with('+') && !text.starts_with("+-") ? text.substr(1) : text;
  auto [stop, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), number, static_cast<int>(base));
  if (error == std::errc::result_out_of_range)
    return refused("number.parse", quoted(text) + " is beyond 64 bits");
  if (error != std::errc() || stop != digits.data() + digits.size()) {
    std::string in_base = base == 10 ? "" : " in base " + std::to_string(base);
    return refused("number.parse", quoted(text) + " is no int" + in_base);
  }
  return Value::integer(number);
}

auto pow(const Arguments& arguments) -> Result<Value> {
  return finite("number.pow", std::pow(arguments[0].as_number(), arguments[1].as_number()));
}

auto log(const Arguments& arguments) -> Result<Value> {
  double number = arguments[0].as_number();
  double base = arguments[1].as_number();
  if (number <= 0 || base <= 0 || base == 1)
    return refused("number.log", "takes a number and a base above 0, and no base 1");
  // Whole powers of 2 and 10 come out whole.
  if (base == 2) return finite("number.log", std::log2(number));
  if (base == 10) return finite("number.log", std::log10(number));
  return finite("number.log", std::log(number) / std::log(base));
}

auto sign(const Arguments& arguments) -> Result<Value> {
  const Value& value = arguments[0];
  if (!is_amount(value)) return no_amount("number.sign", value);
  bool negative = value.is(ValueKind::kNumber) ? value.as_number() < 0 : value.as_int() < 0;
  bool positive = value.is(ValueKind::kNumber) ? value.as_number() > 0 : value.as_int() > 0;
  return Value::integer(static_cast<int>(positive) - static_cast<int>(negative));
}

constexpr Function kRows[] = {
    {.name = "min",
     .signature = "(first: T, ...more: T) -> T",
     .text = "The smallest of numbers, durations or sizes.",
     .example = "min(3, 1, 2)",
     .result = "1",
     .run = min},
    {.name = "max",
     .signature = "(first: T, ...more: T) -> T",
     .text = "The largest of numbers, durations or sizes.",
     .example = "max(90s, 2m)",
     .result = "2m",
     .run = max},
    {.name = "abs",
     .signature = "(of: T) -> T",
     .text = "A number, duration or size without its sign.",
     .example = "abs(-3)",
     .result = "3",
     .run = abs},
    {.name = "floor",
     .signature = "(of: number) -> int",
     .text = "The largest int that is not above the number.",
     .example = "floor(7 / 2)",
     .result = "3",
     .run = floor},
    {.name = "ceil",
     .signature = "(of: number) -> int",
     .text = "The smallest int that is not below the number.",
     .example = "ceil(7 / 2)",
     .result = "4",
     .run = ceil},
    {.name = "round",
     .signature = "(of: number) -> int",
     .text = "The nearest int; halves go away from zero.",
     .example = "round(2.5)",
     .result = "3",
     .run = round},
    {.name = "sum",
     .signature = "(of: list<T>) -> T",
     .text = "The sum of numbers, durations or sizes; 0 of none.",
     .example = "sum([1, 2, 3])",
     .result = "6",
     .run = sum},
    {.name = "number.parse",
     .signature = "(text: string, base: int = 10) -> int",
     .text = "The int that a text spells, in a base from 2 to 36. For texts with a decimal point there is "
             "`to.number`.",
     .example = "number.parse(\"ff\", 16)",
     .result = "255",
     .run = parse},
    {.name = "number.pow",
     .signature = "(of: number, exponent: number) -> number",
     .text = "The number raised to a power.",
     .example = "number.pow(2, 10)",
     .result = "1024",
     .run = pow},
    {.name = "number.log",
     .signature = "(of: number, base: number) -> number",
     .text = "The logarithm of a number.",
     .example = "number.log(1024, 2)",
     .result = "10",
     .run = log},
    {.name = "number.sign",
     .signature = "(of: number | duration | size) -> int",
     .text = "-1, 0 or 1.",
     .example = "number.sign(-2.5)",
     .result = "-1",
     .run = sign},
};

}  // namespace

auto number_rows() -> Rows {
  return kRows;
}

}  // namespace weft::functions
