// list.*: the rarer ones.
#include <algorithm>

#include "lang/base/text.h"
#include "stdlib/functions/parts.h"

namespace weft::functions {

namespace {

auto product(const Arguments& arguments) -> Result<Value> {
  auto lists = arguments[0].elements();
  size_t total = lists.empty() ? 0 : 1;
  for (const auto& list : lists) {
    if (list.is_unknown()) return unknown_result(arguments);
    total *= list.length();
    if (total > kMaxElements) return refused("list.product", "more than 1,000,000 combinations");
  }
  std::vector<Value> all;
  all.reserve(total);
  for (size_t n = 0; n < total; ++n) {
    // The last list runs fastest, like the wheels of a counter.
    std::vector<Value> row(lists.size());
    size_t left = n;
    for (size_t i = lists.size(); i-- > 0;) {
      row[i] = lists[i].elements()[left % lists[i].length()];
      left /= lists[i].length();
    }
    all.push_back(Value::list(std::move(row)));
  }
  return Value::list(std::move(all));
}

auto coalesce(const Arguments& arguments) -> Result<Value> {
  for (const auto& list : arguments.values) {
    if (list.is_unknown()) {
      if (!list.facts().least_length.has_value() || *list.facts().least_length == 0)
        return unknown_result(arguments);
      return list;
    }
    if (list.length() > 0) return list;
  }
  return refused("list.coalesce", "all the lists are empty");
}

auto match_keys(const Arguments& arguments) -> Result<Value> {
  auto values = arguments[0].elements();
  auto keys = arguments[1].elements();
  if (values.size() != keys.size()) {
    return refused("list.match_keys",
                   "there are " + counted(values.size(), "value") + " and " + counted(keys.size(), "key"));
  }
  std::vector<Value> all;
  for (size_t i = 0; i < keys.size(); ++i) {
    bool wanted = std::ranges::any_of(arguments[2].elements(),
                                      [&](const Value& one) { return equal(one, keys[i]) == true; });
    if (wanted) all.push_back(values[i]);
  }
  return Value::list(std::move(all));
}

auto at(const Arguments& arguments) -> Result<Value> {
  auto elements = arguments[0].elements();
  if (elements.empty()) return refused("list.at", "the list is empty");
  TRY(index, count("list.at", "index", arguments[1], INT64_MAX));
  return elements[index % elements.size()];
}

constexpr Function kRows[] = {
    {.name = "list.product",
     .signature = "(of: list<list<T>>) -> list<list<T>>",
     .text = "Every way to take one element of each list; the last list runs fastest.",
     .example = "list.product([[\"a\", \"b\"], [\"1\", \"2\"]])",
     .result = "[[\"a\", \"1\"], [\"a\", \"2\"], [\"b\", \"1\"], [\"b\", \"2\"]]",
     .run = moving<product>,
     .sees_unknown = true},
    {.name = "list.coalesce",
     .signature = "(first: list<T>, ...more: list<T>) -> list<T>",
     .text = "The first list that is not empty.",
     .example = "list.coalesce([], [1], [2])",
     .result = "[1]",
     .run = coalesce,
     .sees_unknown = true},
    {.name = "list.match_keys",
     .signature = "(values: list<T>, keys: list<K>, wanted: list<K>) -> list<T>",
     .text = "The values whose key, at the same place, is among the wanted ones.",
     .example = "list.match_keys([1, 2, 3], [\"a\", \"b\", \"a\"], [\"a\"])",
     .result = "[1, 3]",
     .run = match_keys},
    {.name = "list.at",
     .signature = "(of: list<T>, index: int) -> T",
     .text = "The element at a place; behind the end it goes on at the start.",
     .example = "list.at([\"a\", \"b\"], 3)",
     .result = "\"b\"",
     .run = moving<at>,
     .sees_unknown = true},
};

}  // namespace

auto list_extra_rows() -> Rows {
  return kRows;
}

}  // namespace weft::functions
