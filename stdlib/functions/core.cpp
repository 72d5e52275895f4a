// Functions without a namespace that look at any value.
#include "lang/base/text.h"
#include "stdlib/functions/parts.h"

namespace weft::functions {

namespace {

auto length(const Arguments& arguments) -> Result<Value> {
  const Value& value = arguments[0];
  if (value.is_unknown()) {
    const auto& facts = value.facts();
    if (facts.least_length && facts.least_length == facts.most_length)
      return Value::integer(*facts.least_length);
    return unknown_result(arguments);
  }
  if (value.is(ValueKind::kString))
    return Value::integer(static_cast<int64_t>(count_code_points(value.as_string())));
  // Unknown elements of a set may turn out equal.
  if (value.is(ValueKind::kSet) && value.has_unknown()) return unknown_result(arguments);
  return Value::integer(static_cast<int64_t>(value.length()));
}

auto keys(const Arguments& arguments) -> Result<Value> {
  std::vector<Value> all;
  all.reserve(arguments[0].length());
  for (const auto& field : arguments[0].fields()) all.push_back(Value::string(field.key));
  return Value::list(std::move(all));
}

auto values(const Arguments& arguments) -> Result<Value> {
  std::vector<Value> all;
  all.reserve(arguments[0].length());
  for (const auto& field : arguments[0].fields()) all.push_back(field.value);
  return Value::list(std::move(all));
}

auto one(const Arguments& arguments) -> Result<Value> {
  const Value& list = arguments[0];
  if (list.length() == 0) return Value::null();
  if (list.length() == 1) return list.elements()[0];
  return refused("one", "the list has " + counted(list.length(), "element") + "; none or one are expected");
}

auto range(const Arguments& arguments) -> Result<Value> {
  int64_t first = arguments[1].is_null() ? 0 : arguments[0].as_int();
  int64_t end = arguments[1].is_null() ? arguments[0].as_int() : arguments[1].as_int();
  int64_t step = arguments[2].as_int();
  if (step == 0) return refused("range", "`step` is 0");
  std::vector<Value> all;
  int64_t at = first;
  while (step > 0 ? at < end : at > end) {
    if (all.size() == kMaxElements) return refused("range", "more than 1,000,000 elements");
    all.push_back(Value::integer(at));
    if (__builtin_add_overflow(at, step, &at)) break;
  }
  return Value::list(std::move(all));
}

auto reveal(const Arguments& arguments) -> Result<Value> {
  return arguments[0].revealed();
}
auto secret(const Arguments& arguments) -> Result<Value> {
  return arguments[0].as_secret();
}

auto type_name(const Type& type) -> std::string_view {
  switch (type.kind()) {
    case TypeKind::kBool: return "bool";
    case TypeKind::kInt: return "int";
    case TypeKind::kNumber: return "number";
    case TypeKind::kString: return "string";
    case TypeKind::kDuration: return "duration";
    case TypeKind::kSize: return "size";
    case TypeKind::kLiteral: return std::holds_alternative<int64_t>(type.literal_value()) ? "int" : "string";
    case TypeKind::kList: return "list";
    case TypeKind::kSet: return "set";
    case TypeKind::kMap:
    case TypeKind::kObject: return "object";
    default: return {};
  }
}

auto type_of(const Arguments& arguments) -> Result<Value> {
  const Value& value = arguments[0];
  if (!value.is_unknown()) return Value::string(kind_name(value));
  const auto& facts = value.facts();
  auto name = type_name(facts.type);
  if (facts.not_null && !name.empty()) return Value::string(name);
  return unknown_result(arguments).as_secret(value.has_secret());
}

// Special forms: the evaluator asks before it evaluates the arguments. Of values there is nothing left to
// fail.
auto first_argument(const Arguments& arguments) -> Result<Value> {
  return arguments[0];
}
auto always(const Arguments&) -> Result<Value> {
  return Value::boolean(true);
}

constexpr Function kRows[] = {
    {.name = "length",
     .signature = "(of: list<any> | set<any> | map<any> | string) -> int",
     .text =
         "How many elements a list or set has, members a map or object, characters (code points) a string.",
     .example = "length([\"a\", \"b\"])",
     .result = "2",
     .run = length,
     .sees_unknown = true},
    {.name = "keys",
     .signature = "(of: map<any>) -> list<string>",
     .text = "The keys of a map or object, in order of their bytes.",
     .example = "keys({ b = 1, a = 2 })",
     .result = "[\"a\", \"b\"]",
     .run = moving<keys>,
     .sees_unknown = true},
    {.name = "values",
     .signature = "(of: map<T>) -> list<T>",
     .text = "The values of a map or object, in the order of their keys.",
     .example = "values({ b = 1, a = 2 })",
     .result = "[2, 1]",
     .run = moving<values>,
     .sees_unknown = true},
    {.name = "one",
     .signature = "(of: list<T>) -> T?",
     .text = "The only element of a list, null of an empty one; more are an error.",
     .example = "one([\"a\"])",
     .result = "\"a\"",
     .run = moving<one>,
     .sees_unknown = true},
    {.name = "range",
     .signature = "(first: int, end: int? = null, step: int = 1) -> list<int>",
     .text = "`range(n)`: the ints from 0 up to, not including, n. `range(a, b)` starts at a; a step may be "
             "negative.",
     .example = "range(2, 8, 3)",
     .result = "[2, 5]",
     .run = range},
    {.name = "reveal",
     .signature = "(of: T) -> T",
     .text = "The value without its secret mark. Plans, policies and the editor show where this is done.",
     .example = "reveal(secret(\"x\"))",
     .result = "\"x\"",
     .run = reveal,
     .sees_unknown = true,
     .sees_secret = true},
    {.name = "secret",
     .signature = "(of: T) -> secret T",
     .text = "The value marked secret: never shown, never in plan files or logs, and so is all that is made "
             "of it.",
     .example = "reveal(secret(1)) + 1",
     .result = "2",
     .run = secret,
     .sees_unknown = true,
     .sees_secret = true},
    {.name = "type_of",
     .signature = "(of: any) -> string",
     .text = "\"null\", \"bool\", \"int\", \"number\", \"duration\", \"size\", \"string\", \"list\", \"set\" "
             "or \"object\". A `match` "
             "over it narrows.",
     .example = "type_of(1.5)",
     .result = "\"number\"",
     .run = type_of,
     .sees_unknown = true,
     .sees_secret = true},
    {.name = "try",
     .signature = "(first: T, ...more: T) -> T",
     .text = "The first argument that can be evaluated; for `any` values, whose members may be missing.",
     .example = "try(json.decode(\"{}\").name, \"none\")",
     .result = "\"none\"",
     .run = first_argument,
     .sees_unknown = true,
     .sees_secret = true},
    {.name = "can",
     .signature = "(of: any) -> bool",
     .text = "Whether the argument can be evaluated; for `any` values, whose members may be missing.",
     .example = "can(json.decode(\"{}\").name)",
     .result = "false",
     .run = always,
     .sees_unknown = true,
     .sees_secret = true},
};

}  // namespace

auto core_rows() -> Rows {
  return kRows;
}

}  // namespace weft::functions
