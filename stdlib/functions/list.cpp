// list.*: elements found, ordered and moved about.
#include <algorithm>
#include <set>

#include "lang/base/text.h"
#include "stdlib/functions/parts.h"

namespace weft::functions {

namespace {

auto copied(const Value& list) -> std::vector<Value> {
  return {list.elements().begin(), list.elements().end()};
}

auto flatten(const Arguments& arguments) -> Result<Value> {
  std::vector<Value> all;
  for (const auto& inner : arguments[0].elements()) {
    if (inner.is_unknown()) return unknown_result(arguments);
    if (inner.is_null()) return refused("list.flatten", "an element is null; its elements are lists");
    if (all.size() + inner.length() > kMaxElements)
      return refused("list.flatten", "more than 1,000,000 elements");
    all.insert(all.end(), inner.elements().begin(), inner.elements().end());
  }
  return Value::list(std::move(all));
}

auto distinct(const Arguments& arguments) -> Result<Value> {
  // Where numbers meet ints both are numbers already, so the canonical order tells doubles.
  auto less = [](const Value* a, const Value* b) { return canonical_less(*a, *b); };
  std::set<const Value*, decltype(less)> seen(less);
  std::vector<Value> all;
  for (const auto& element : arguments[0].elements()) {
    if (seen.insert(&element).second) all.push_back(element);
  }
  return Value::list(std::move(all));
}

// What `<` compares, and texts and bools; 0 for the rest.
auto order_class(const Value& value) -> int {
  switch (value.kind()) {
    case ValueKind::kBool: return 1;
    case ValueKind::kInt:
    case ValueKind::kNumber: return 2;
    case ValueKind::kDuration: return 3;
    case ValueKind::kSize: return 4;
    case ValueKind::kString: return 5;
    default: return 0;
  }
}

auto before(const Value& a, const Value& b) -> bool {
  if (a.kind() != b.kind()) return a.as_number() < b.as_number();
  return canonical_less(a, b);
}

// Sorts the elements by their keys, stable; each key stands at the element's position.
auto sorted(std::string_view function, std::vector<Value> elements, std::vector<Value> keys)
    -> Result<Value> {
  for (const auto& key : keys) {
    bool fits = order_class(key) != 0 && order_class(key) == order_class(keys.front());
    if (!fits)
      return refused(
          function,
          "sorts strings, numbers, durations, sizes or bools, all of one kind; here is " + a_kind(key));
  }
  std::vector<uint32_t> order(elements.size());
  for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::stable_sort(order, [&](uint32_t a, uint32_t b) { return before(keys[a], keys[b]); });
  std::vector<Value> all;
  all.reserve(order.size());
  for (auto at : order) all.push_back(std::move(elements[at]));
  return Value::list(std::move(all));
}

auto sort(const Arguments& arguments) -> Result<Value> {
  return sorted("list.sort", copied(arguments[0]), copied(arguments[0]));
}

auto sort_by(const Arguments& arguments) -> Result<Value> {
  TRY(path, path_argument("list.sort_by", arguments[1]));
  std::vector<Value> keys;
  for (const auto& element : arguments[0].elements()) {
    const Value* key = find(element, path);
    if (key == nullptr || key->is_null())
      return refused("list.sort_by", "an element has no `" + shown(path) + "`");
    if (key->has_unknown()) return unknown_result(arguments);
    keys.push_back(*key);
  }
  return sorted("list.sort_by", copied(arguments[0]), std::move(keys));
}

auto reverse(const Arguments& arguments) -> Result<Value> {
  auto all = copied(arguments[0]);
  std::ranges::reverse(all);
  return Value::list(std::move(all));
}

auto index(const Arguments& arguments) -> Result<Value> {
  int64_t at = 0;
  for (const auto& element : arguments[0].elements()) {
    auto same = equal(element, arguments[1]);
    if (!same) return unknown_result(arguments);  // it may be this one, so a later one is not the first
    if (*same) return Value::integer(at);
    ++at;
  }
  return refused("list.index", "the list has no element " + shown(arguments[1]));
}

auto slice(const Arguments& arguments) -> Result<Value> {
  auto elements = arguments[0].elements();
  TRY(start, count("list.slice", "start", arguments[1], INT64_MAX));
  size_t end = elements.size();
  if (!arguments[2].is_null()) {
    TRY(given, count("list.slice", "end", arguments[2], INT64_MAX));
    if (given < start) return refused("list.slice", "`end` is before `start`");
    end = std::min(given, end);
  }
  if (start >= end) return Value::list({});
  auto part = elements.subspan(start, end - start);
  return Value::list({part.begin(), part.end()});
}

auto first(const Arguments& arguments) -> Result<Value> {
  return arguments[0].length() == 0 ? Value::null() : arguments[0].elements().front();
}

auto last(const Arguments& arguments) -> Result<Value> {
  return arguments[0].length() == 0 ? Value::null() : arguments[0].elements().back();
}

auto zip(const Arguments& arguments) -> Result<Value> {
  auto left = arguments[0].elements();
  auto right = arguments[1].elements();
  if (left.size() != right.size()) {
    return refused("list.zip", "the lists have " + counted(left.size(), "element") + " and " +
                                   with_thousands(right.size()));
  }
  std::vector<Value> all;
  for (size_t i = 0; i < left.size(); ++i)
    all.push_back(Value::object({{"left", left[i]}, {"right", right[i]}}));
  return Value::list(std::move(all));
}

auto chunk(const Arguments& arguments) -> Result<Value> {
  auto elements = arguments[0].elements();
  TRY(size, count("list.chunk", "size", arguments[1], INT64_MAX));
  if (size == 0) return refused("list.chunk", "`size` is 0");
  std::vector<Value> all;
  for (size_t at = 0; at < elements.size(); at += std::min(size, elements.size() - at)) {
    auto part = elements.subspan(at, std::min(size, elements.size() - at));
    all.push_back(Value::list({part.begin(), part.end()}));
  }
  return Value::list(std::move(all));
}

auto compact(const Arguments& arguments) -> Result<Value> {
  std::vector<Value> all;
  for (const auto& element : arguments[0].elements()) {
    if (element.is_null() || (element.is(ValueKind::kString) && element.as_text().empty())) continue;
    // Null or not, empty or not: what is not known decides how long the list is.
    if (element.is_unknown()) {
      const auto& facts = element.facts();
      bool text = facts.type.is(TypeKind::kString) || facts.type.is(TypeKind::kAny);
      if (!facts.not_null || (text && facts.prefix.empty())) return unknown_result(arguments);
    }
    all.push_back(element);
  }
  return Value::list(std::move(all));
}

// One answer that decides is enough; else an unknown element leaves it open.
auto decided(const Arguments& arguments, bool deciding) -> Result<Value> {
  bool open = false;
  for (const auto& element : arguments[0].elements()) {
    if (element.is_unknown()) {
      open = true;
    } else if (element.as_bool() == deciding) {
      return element;
    }
  }
  return open ? unknown_result(arguments) : Value::boolean(!deciding);
}

auto all(const Arguments& arguments) -> Result<Value> {
  return decided(arguments, false);
}
auto any(const Arguments& arguments) -> Result<Value> {
  return decided(arguments, true);
}

constexpr Function kRows[] = {
    {.name = "list.flatten",
     .signature = "(of: list<list<T>>) -> list<T>",
     .text = "The elements of lists in a list, one behind the other; one level.",
     .example = "list.flatten([[1, 2], [], [3]])",
     .result = "[1, 2, 3]",
     .run = moving<flatten>,
     .sees_unknown = true},
    {.name = "list.distinct",
     .signature = "(of: list<T>) -> list<T>",
     .text = "The elements without those that came before.",
     .example = "list.distinct([\"b\", \"a\", \"b\"])",
     .result = "[\"b\", \"a\"]",
     .run = distinct},
    {.name = "list.sort",
     .signature = "(of: list<T>) -> list<T>",
     .text = "The elements in order: numbers, durations and sizes by value, texts by bytes.",
     .example = "list.sort([\"b\", \"B\", \"a\"])",
     .result = "[\"B\", \"a\", \"b\"]",
     .run = sort},
    {.name = "list.sort_by",
     .signature = "(of: list<T>, path: string) -> list<T>",
     .text = "The elements in the order of an attribute in each; equal ones stay as they stand.",
     .example = "list.sort_by([{ n = 2 }, { n = 1 }], \"n\")",
     .result = "[{ n = 1 }, { n = 2 }]",
     .run = moving<sort_by>,
     .sees_unknown = true},
    {.name = "list.reverse",
     .signature = "(of: list<T>) -> list<T>",
     .text = "The elements from the last to the first.",
     .example = "list.reverse([1, 2, 3])",
     .result = "[3, 2, 1]",
     .run = moving<reverse>,
     .sees_unknown = true},
    {.name = "list.index",
     .signature = "(of: list<T>, value: T) -> int",
     .text = "Where the value stands first in the list, counted from 0; an error if it does not.",
     .example = "list.index([\"a\", \"b\"], \"b\")",
     .result = "1",
     .run = moving<index>,
     .sees_unknown = true},
    {.name = "list.slice",
     .signature = "(of: list<T>, start: int, end: int? = null) -> list<T>",
     .text = "The elements from `start` up to, not including, `end`; what lies beyond the list is left out.",
     .example = "list.slice([1, 2, 3, 4], 1, 3)",
     .result = "[2, 3]",
     .run = moving<slice>,
     .sees_unknown = true},
    {.name = "list.first",
     .signature = "(of: list<T>) -> T?",
     .text = "The first element; null of an empty list.",
     .example = "list.first([1, 2])",
     .result = "1",
     .run = moving<first>,
     .sees_unknown = true},
    {.name = "list.last",
     .signature = "(of: list<T>) -> T?",
     .text = "The last element; null of an empty list.",
     .example = "list.last([1, 2])",
     .result = "2",
     .run = moving<last>,
     .sees_unknown = true},
    {.name = "list.zip",
     .signature = "(left: list<L>, right: list<R>) -> list<{ left: L, right: R }>",
     .text = "Pairs of the elements of two lists of one length.",
     .example = "list.zip([\"a\", \"b\"], [1, 2])",
     .result = "[{ left = \"a\", right = 1 }, { left = \"b\", right = 2 }]",
     .run = moving<zip>,
     .sees_unknown = true},
    {.name = "list.chunk",
     .signature = "(of: list<T>, size: int) -> list<list<T>>",
     .text = "The list in pieces of that size; the last may be shorter.",
     .example = "list.chunk([1, 2, 3], 2)",
     .result = "[[1, 2], [3]]",
     .run = moving<chunk>,
     .sees_unknown = true},
    {.name = "list.compact",
     .signature = "(of: list<T?>) -> list<T>",
     .text = "The elements that are neither null nor an empty text.",
     .example = "list.compact([\"a\", null, \"\"])",
     .result = "[\"a\"]",
     .run = moving<compact>,
     .sees_unknown = true},
    {.name = "list.all",
     .signature = "(of: list<bool>) -> bool",
     .text = "Whether all are true; of none they are.",
     .example = "list.all([true, false])",
     .result = "false",
     .run = moving<all>,
     .sees_unknown = true},
    {.name = "list.any",
     .signature = "(of: list<bool>) -> bool",
     .text = "Whether at least one is true; of none it is not.",
     .example = "list.any([true, false])",
     .result = "true",
     .run = moving<any>,
     .sees_unknown = true},
};

}  // namespace

auto list_rows() -> Rows {
  return kRows;
}

}  // namespace weft::functions
