// set.*
#include <algorithm>

#include "stdlib/functions/parts.h"

namespace weft::functions {

namespace {

auto has(const Value& set, const Value& element) -> bool {
  auto elements = set.elements();
  auto found = std::ranges::lower_bound(elements, element, canonical_less);
  return found != elements.end() && *found == element;
}

auto unite(const Arguments& arguments) -> Result<Value> {
  std::vector<Value> all;
  for (const auto& set : arguments.values) {
    if (all.size() + set.length() > kMaxElements) return refused("set.union", "more than 1,000,000 elements");
    all.insert(all.end(), set.elements().begin(), set.elements().end());
  }
  return Value::set(std::move(all));
}

auto intersect(const Arguments& arguments) -> Result<Value> {
  std::vector<Value> all;
  for (const auto& element : arguments[0].elements()) {
    auto others = arguments.values.subspan(1);
    if (std::ranges::all_of(others, [&](const Value& set) { return has(set, element); }))
      all.push_back(element);
  }
  return Value::set(std::move(all));
}

auto subtract(const Arguments& arguments) -> Result<Value> {
  std::vector<Value> all;
  for (const auto& element : arguments[0].elements()) {
    if (!has(arguments[1], element)) all.push_back(element);
  }
  return Value::set(std::move(all));
}

constexpr Function kRows[] = {
    {.name = "set.union",
     .signature = "(first: set<T>, ...more: set<T>) -> set<T>",
     .text = "What is in at least one of the sets.",
     .example = "to.list(set.union([1, 2], [2, 3]))",
     .result = "[1, 2, 3]",
     .run = unite},
    {.name = "set.intersect",
     .signature = "(first: set<T>, ...more: set<T>) -> set<T>",
     .text = "What is in all of the sets.",
     .example = "to.list(set.intersect([1, 2], [2, 3]))",
     .result = "[2]",
     .run = intersect},
    {.name = "set.subtract",
     .signature = "(from: set<T>, what: set<T>) -> set<T>",
     .text = "What is in the first set and not in the second.",
     .example = "to.list(set.subtract([1, 2], [2, 3]))",
     .result = "[1]",
     .run = subtract},
};

}  // namespace

auto set_rows() -> Rows {
  return kRows;
}

}  // namespace weft::functions
