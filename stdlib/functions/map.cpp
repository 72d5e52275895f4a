// map.*: objects merged, looked into and made of lists.
#include <algorithm>
#include <map>
#include <set>

#include "lang/base/text.h"
#include "stdlib/functions/parts.h"

namespace weft::functions {

namespace {

using Members = std::map<Text, Value>;

auto made(Members members) -> Value {
  std::vector<Field> fields;
  fields.reserve(members.size());
  for (auto& [key, value] : members) fields.push_back({key, std::move(value)});
  return Value::object(std::move(fields));
}

auto merge(const Arguments& arguments) -> Result<Value> {
  Members members;
  for (const auto& one : arguments[0].elements()) {
    if (one.is_unknown()) return unknown_result(arguments);
    if (one.is_null()) continue;
    for (const auto& [key, value] : one.fields()) members.insert_or_assign(key, value);
  }
  return made(std::move(members));
}

// Objects member by member; of anything else the later wins, whole.
auto merged_deep(const Value& below, const Value& above) -> Value {
  if (!below.is(ValueKind::kObject) || !above.is(ValueKind::kObject)) return above;
  Members members;
  for (const auto& [key, value] : below.fields()) members.emplace(key, value);
  for (const auto& [key, value] : above.fields()) {
    auto [at, fresh] = members.try_emplace(key, value);
    if (!fresh) at->second = merged_deep(at->second, value);
  }
  return made(std::move(members));
}

auto deep_merge(const Arguments& arguments) -> Result<Value> {
  Value all = Value::object({});
  for (const auto& one : arguments[0].elements()) {
    if (one.is_unknown()) return unknown_result(arguments);
    if (one.is_null()) continue;
    if (!one.is(ValueKind::kObject))
      return refused("map.deep_merge", "an element is " + a_kind(one) + "; they are objects");
    all = merged_deep(all, one);
  }
  return all;
}

auto get(const Arguments& arguments) -> Result<Value> {
  const Value* found = arguments[0].get(arguments[1].as_string());
  return found == nullptr ? Value::null() : *found;
}

auto by(const Arguments& arguments) -> Result<Value> {
  TRY(path, path_argument("map.by", arguments[1]));
  Members members;
  for (const auto& element : arguments[0].elements()) {
    const Value* key = find(element, path);
    if (element.is_unknown() || (key != nullptr && key->is_unknown())) return unknown_result(arguments);
    TRY(text, key_at("map.by", element, path));
    if (!members.emplace(text, element).second) {
      return refused("map.by", "two elements have the `" + shown(path) + "` " + quoted(text) +
                                   "; `map.group` takes several");
    }
  }
  return made(std::move(members));
}

auto group(const Arguments& arguments) -> Result<Value> {
  TRY(path, path_argument("map.group", arguments[1]));
  std::map<Text, std::vector<Value>> groups;
  for (const auto& element : arguments[0].elements()) {
    const Value* key = find(element, path);
    if (element.is_unknown() || (key != nullptr && key->is_unknown())) return unknown_result(arguments);
    TRY(text, key_at("map.group", element, path));
    groups[text].push_back(element);
  }
  std::vector<Field> fields;
  for (auto& [key, elements] : groups) fields.push_back({key, Value::list(std::move(elements))});
  return Value::object(std::move(fields));
}

auto zip(const Arguments& arguments) -> Result<Value> {
  auto keys = arguments[0].elements();
  auto values = arguments[1].elements();
  if (keys.size() != values.size()) {
    return refused("map.zip",
                   "there are " + counted(keys.size(), "key") + " and " + counted(values.size(), "value"));
  }
  Members members;
  for (size_t i = 0; i < keys.size(); ++i) {
    if (keys[i].is_unknown()) return unknown_result(arguments);
    if (!members.emplace(keys[i].as_text(), values[i]).second) {
      return refused("map.zip", "the key " + quoted(keys[i].as_string()) + " is there twice");
    }
  }
  return made(std::move(members));
}

auto chosen(const Arguments& arguments, bool listed) -> Result<Value> {
  if (arguments[1].has_unknown()) return unknown_result(arguments);
  std::set<Text> keys;
  for (const auto& key : arguments[1].elements()) keys.insert(key.as_text());
  std::vector<Field> fields;
  for (const auto& field : arguments[0].fields()) {
    if (keys.contains(field.key) == listed) fields.push_back(field);
  }
  return Value::object(std::move(fields));
}

auto select(const Arguments& arguments) -> Result<Value> {
  return chosen(arguments, true);
}
auto omit(const Arguments& arguments) -> Result<Value> {
  return chosen(arguments, false);
}

auto invert(const Arguments& arguments) -> Result<Value> {
  std::map<Text, std::vector<Value>> keys;
  for (const auto& [key, values] : arguments[0].fields()) {
    for (const auto& value : values.elements()) keys[value.as_text()].push_back(Value::string(key));
  }
  std::vector<Field> fields;
  for (auto& [value, list] : keys) fields.push_back({value, Value::list(std::move(list))});
  return Value::object(std::move(fields));
}

constexpr Function kRows[] = {
    {.name = "map.merge",
     .signature = "(of: list<map<T>?>) -> map<T>",
     .text = "One map of many; of a key that several have, the last one's value counts. Null ones are left "
             "out. Two are merged "
             "by `{ ...a, ...b }`.",
     .example = "map.merge([{ a = 1, b = 1 }, { b = 2 }])",
     .result = "{ a = 1, b = 2 }",
     .run = moving<merge>,
     .sees_unknown = true},
    {.name = "map.deep_merge",
     .signature = "(of: list<any>) -> any",
     .text = "Objects merged member by member, at every depth; anything else, lists too, is replaced whole "
             "by the later one.",
     .example = "map.deep_merge([{ a = { x = 1, y = 1 } }, { a = { y = 2 } }])",
     .result = "{ a = { x = 1, y = 2 } }",
     .run = moving<deep_merge>,
     .sees_unknown = true},
    {.name = "map.get",
     .signature = "(of: map<T>, key: string) -> T?",
     .text = "The value of a key, null if it is not there. A default goes behind `??`.",
     .example = "map.get({ a = 1 }, \"b\") ?? 7",
     .result = "7",
     .run = moving<get>,
     .sees_unknown = true},
    {.name = "map.by",
     .signature = "(of: list<T>, path: string) -> map<T>",
     .text = "The elements by an attribute in each, which must differ: what a `for` over a list of objects "
             "runs over.",
     .example = "map.by([{ name = \"web\", port = 80 }], \"name\")",
     .result = "{ web = { name = \"web\", port = 80 } }",
     .run = moving<by>,
     .sees_unknown = true},
    {.name = "map.group",
     .signature = "(of: list<T>, path: string) -> map<list<T>>",
     .text = "The elements in lists by an attribute in each.",
     .example = "map.group([{ z = \"a\", n = 1 }, { z = \"a\", n = 2 }], \"z\")",
     .result = "{ a = [{ z = \"a\", n = 1 }, { z = \"a\", n = 2 }] }",
     .run = moving<group>,
     .sees_unknown = true},
    {.name = "map.zip",
     .signature = "(keys: list<string>, values: list<T>) -> map<T>",
     .text = "A map of keys and the values at the same places.",
     .example = "map.zip([\"a\", \"b\"], [1, 2])",
     .result = "{ a = 1, b = 2 }",
     .run = moving<zip>,
     .sees_unknown = true},
    {.name = "map.select",
     .signature = "(of: map<T>, keys: list<string>) -> map<T>",
     .text = "The members with these keys; keys that are not there are left out.",
     .example = "map.select({ a = 1, b = 2 }, [\"b\", \"c\"])",
     .result = "{ b = 2 }",
     .run = moving<select>,
     .sees_unknown = true},
    {.name = "map.omit",
     .signature = "(of: map<T>, keys: list<string>) -> map<T>",
     .text = "The members without those of these keys.",
     .example = "map.omit({ a = 1, b = 2 }, [\"b\", \"c\"])",
     .result = "{ a = 1 }",
     .run = moving<omit>,
     .sees_unknown = true},
    {.name = "map.invert",
     .signature = "(of: map<list<string>>) -> map<list<string>>",
     .text = "For each text in the lists the keys under which it stands.",
     .example = "map.invert({ a = [\"x\", \"y\"], b = [\"x\"] })",
     .result = "{ x = [\"a\", \"b\"], y = [\"a\"] }",
     .run = invert},
};

}  // namespace

auto map_rows() -> Rows {
  return kRows;
}

}  // namespace weft::functions
