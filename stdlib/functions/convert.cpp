// to.*: values of `any` narrowed early.
#include <charconv>
#include <cmath>

#include "stdlib/functions/parts.h"

namespace weft::functions {

namespace {

auto no_way(std::string_view function, const Value& value, std::string_view rest = {})
    -> std::unexpected<Failure> {
  return refused(function, "takes no " + std::string(kind_name(value)) + std::string(rest));
}

auto to_string(const Arguments& arguments) -> Result<Value> {
  auto text = template_text(arguments[0]);
  if (!text) return no_way("to.string", arguments[0], "; `json.encode` makes a text of anything");
  return Value::string(*text);
}

auto to_number(const Arguments& arguments) -> Result<Value> {
  const Value& value = arguments[0];
  if (value.is(ValueKind::kInt) || value.is(ValueKind::kNumber)) return Value::number(value.as_number());
  if (!value.is(ValueKind::kString)) return no_way("to.number", value);
  auto text = value.as_string();
  double number = 0;
  auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || stop != text.data() + text.size() || !std::isfinite(number)) {
    return refused("to.number", quoted(text) + " is no number");
  }
  return Value::number(number);
}

auto to_bool(const Arguments& arguments) -> Result<Value> {
  const Value& value = arguments[0];
  if (value.is(ValueKind::kBool)) return value;
  if (!value.is(ValueKind::kString)) return no_way("to.bool", value);
  if (value.as_string() == "true") return Value::boolean(true);
  if (value.as_string() == "false") return Value::boolean(false);
  return refused("to.bool", quoted(value.as_string()) + " is neither \"true\" nor \"false\"");
}

auto to_list(const Arguments& arguments) -> Result<Value> {
  const Value& value = arguments[0];
  if (value.is(ValueKind::kList)) return value;
  // Unknown elements may turn out to be doubles of others.
  if (value.has_unknown()) return unknown_result(arguments);
  return Value::list({value.elements().begin(), value.elements().end()});
}

auto to_set(const Arguments& arguments) -> Result<Value> {
  const Value& value = arguments[0];
  if (value.is(ValueKind::kSet)) return value;
  return Value::set({value.elements().begin(), value.elements().end()});
}

auto to_map(const Arguments& arguments) -> Result<Value> {
  return arguments[0];
}

constexpr Function kRows[] = {
    {.name = "to.string",
     .signature = "(of: any) -> string",
     .text = "A string, number, bool, duration or size as text, as a template would write it.",
     .example = "to.string(1.5)",
     .result = "\"1.5\"",
     .run = to_string},
    {.name = "to.number",
     .signature = "(of: any) -> number",
     .text = "A number, or the number that a text spells.",
     .example = "to.number(\"2.5\")",
     .result = "2.5",
     .run = to_number},
    {.name = "to.bool",
     .signature = "(of: any) -> bool",
     .text = "A bool, or one of the texts \"true\" and \"false\".",
     .example = "to.bool(\"true\")",
     .result = "true",
     .run = to_bool},
    {.name = "to.list",
     .signature = "(of: list<T> | set<T>) -> list<T>",
     .text = "A list; of a set its elements in order.",
     .example = "to.list(to.set([2, 1, 2]))",
     .result = "[1, 2]",
     .run = moving<to_list>,
     .sees_unknown = true},
    {.name = "to.set",
     .signature = "(of: list<T> | set<T>) -> set<T>",
     .text = "A set; of a list its elements, each once.",
     .example = "length(to.set([\"a\", \"b\", \"a\"]))",
     .result = "2",
     .run = moving<to_set>,
     .sees_unknown = true},
    {.name = "to.map",
     .signature = "(of: map<T>) -> map<T>",
     .text = "A map; of an object its members.",
     .example = "to.map(json.decode(\"{\\\"a\\\": 1}\")).a",
     .result = "1",
     .run = to_map,
     .sees_unknown = true},
};

}  // namespace

auto convert_rows() -> Rows {
  return kRows;
}

}  // namespace weft::functions
