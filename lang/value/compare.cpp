// The two equalities: the canonical one, total and about bytes, and the one that `==` asks for.
#include <algorithm>
#include <cmath>
#include <compare>

#include "lang/value/value.h"

namespace weft {

namespace {

template <class T>
auto three_way(const T& a, const T& b) -> int {
  if (a < b) return -1;
  return b < a ? 1 : 0;
}

// Total over doubles: not-a-number comes last.
auto compare_numbers(double a, double b) -> int {
  if (std::isnan(a) || std::isnan(b)) return three_way(std::isnan(a), std::isnan(b));
  return three_way(a, b);
}

auto compare_facts(const Unknown& a, const Unknown& b) -> int {
  if (int order = three_way(a.origin, b.origin)) return order;
  if (int order = three_way(a.prefix, b.prefix)) return order;
  if (int order = three_way(a.not_null, b.not_null)) return order;
  if (int order = three_way(a.least_length, b.least_length)) return order;
  if (int order = three_way(a.most_length, b.most_length)) return order;
  if (a.type == b.type) return 0;
  return three_way(a.type.text(), b.type.text());
}

auto compare_elements(std::span<const Value> a, std::span<const Value> b) -> int {
  for (size_t i = 0; i < a.size() && i < b.size(); ++i) {
    if (int order = canonical_compare(a[i], b[i])) return order;
  }
  return three_way(a.size(), b.size());
}

auto compare_fields(std::span<const Field> a, std::span<const Field> b) -> int {
  for (size_t i = 0; i < a.size() && i < b.size(); ++i) {
    if (int order = three_way(a[i].key, b[i].key)) return order;
    if (int order = canonical_compare(a[i].value, b[i].value)) return order;
  }
  return three_way(a.size(), b.size());
}

auto same_number(int64_t integer, double number) -> bool {
  constexpr double kEdge = 9223372036854775808.0;  // 2^63, which no int reaches
  if (!(number >= -kEdge && number < kEdge) || std::trunc(number) != number) return false;
  return static_cast<int64_t>(number) == integer;
}

auto both(std::optional<bool> so_far, std::optional<bool> next) -> std::optional<bool> {
  if (so_far == false || next == false) return false;
  if (!so_far || !next) return std::nullopt;
  return true;
}

// What is known may be enough to say no.
auto equal_unknown(const Unknown& facts, const Value& other) -> std::optional<bool> {
  if (other.is_null() && facts.not_null) return false;
  if (other.is(ValueKind::kString)) {
    if (!other.as_string().starts_with(facts.prefix.view())) return false;
    return std::nullopt;
  }
  bool collection = other.is(ValueKind::kList) || other.is(ValueKind::kObject);
  if (collection && facts.least_length && other.length() < *facts.least_length) return false;
  if (collection && facts.most_length && other.length() > *facts.most_length) return false;
  return std::nullopt;
}

// Numbers that are whole as ints, at every depth: what `==` takes for equal is the same then, and stands in the same order.
auto with_whole_numbers(const Value& value) -> Value {
  constexpr double kEdge = 9223372036854775808.0;
  switch (value.kind()) {
    case ValueKind::kNumber: {
      double number = value.as_number();
      bool whole = number >= -kEdge && number < kEdge && std::trunc(number) == number;
      return whole ? Value::integer(static_cast<int64_t>(number)) : value;
    }
    case ValueKind::kList:
    case ValueKind::kSet: {
      std::vector<Value> made;
      made.reserve(value.length());
      for (const Value& element : value.elements()) made.push_back(with_whole_numbers(element));
      return value.is(ValueKind::kSet) ? Value::set(std::move(made)) : Value::list(std::move(made));
    }
    case ValueKind::kObject: {
      std::vector<Field> made;
      made.reserve(value.length());
      for (const auto& [key, inner] : value.fields()) made.push_back({key, with_whole_numbers(inner)});
      return Value::object(std::move(made));
    }
    default: return value;
  }
}

auto equal_sets(const Value& a, const Value& b) -> std::optional<bool> {
  if (a.has_unknown() || b.has_unknown()) return std::nullopt;
  if (a.length() != b.length()) return false;
  // Mostly both stand in the same order; an int beside a number does not.
  for (size_t i = 0; i < a.length(); ++i) {
    if (equal(a.elements()[i], b.elements()[i]) != true) return canonical_compare(with_whole_numbers(a), with_whole_numbers(b)) == 0;
  }
  return true;
}

auto equal_lists(const Value& a, const Value& b) -> std::optional<bool> {
  if (a.length() != b.length()) return false;
  std::optional<bool> answer = true;
  for (size_t i = 0; i < a.length() && answer != false; ++i) {
    answer = both(answer, equal(a.elements()[i], b.elements()[i]));
  }
  return answer;
}

auto equal_objects(const Value& a, const Value& b) -> std::optional<bool> {
  if (a.length() != b.length()) return false;
  std::optional<bool> answer = true;
  for (size_t i = 0; i < a.length() && answer != false; ++i) {
    if (a.fields()[i].key != b.fields()[i].key) return false;
    answer = both(answer, equal(a.fields()[i].value, b.fields()[i].value));
  }
  return answer;
}

}  // namespace

auto canonical_compare(const Value& a, const Value& b) -> int {
  if (a.kind() != b.kind()) return three_way(a.kind(), b.kind());
  switch (a.kind()) {
    case ValueKind::kNull: return 0;
    case ValueKind::kBool: return three_way(a.as_bool(), b.as_bool());
    case ValueKind::kInt:
    case ValueKind::kDuration:
    case ValueKind::kSize: return three_way(a.as_int(), b.as_int());
    case ValueKind::kNumber: return compare_numbers(a.as_number(), b.as_number());
    case ValueKind::kString:
    case ValueKind::kBytes: return a.as_text() == b.as_text() ? 0 : a.as_string().compare(b.as_string());
    case ValueKind::kList:
    case ValueKind::kSet:
      if (a.elements().data() == b.elements().data()) return 0;
      return compare_elements(a.elements(), b.elements());
    case ValueKind::kObject:
      if (a.fields().data() == b.fields().data()) return 0;
      return compare_fields(a.fields(), b.fields());
    case ValueKind::kUnknown: return &a.facts() == &b.facts() ? 0 : compare_facts(a.facts(), b.facts());
  }
  return 0;
}

auto canonical_less(const Value& a, const Value& b) -> bool {
  return canonical_compare(a, b) < 0;
}

auto operator==(const Value& a, const Value& b) -> bool {
  return canonical_compare(a, b) == 0;
}

auto equal(const Value& a, const Value& b) -> std::optional<bool> {
  if (a.is_unknown() && b.is_unknown()) return std::nullopt;
  if (a.is_unknown()) return equal_unknown(a.facts(), b);
  if (b.is_unknown()) return equal_unknown(b.facts(), a);
  if (a.kind() != b.kind()) {
    if (a.is(ValueKind::kInt) && b.is(ValueKind::kNumber)) return same_number(a.as_int(), b.as_number());
    if (a.is(ValueKind::kNumber) && b.is(ValueKind::kInt)) return same_number(b.as_int(), a.as_number());
    return false;
  }
  switch (a.kind()) {
    case ValueKind::kList: return equal_lists(a, b);
    case ValueKind::kSet: return equal_sets(a, b);
    case ValueKind::kObject: return equal_objects(a, b);
    default: return canonical_compare(a, b) == 0;
  }
}

}  // namespace weft
