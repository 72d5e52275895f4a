// A generated family of values: the same for the same seed, with every kind, mark and awkward text in it.
#pragma once

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "lang/value/value.h"

namespace weft::testing {

class Family {
 public:
  explicit Family(uint64_t seed) : state_(seed) {}

  // Marks and unknowns only when asked for.
  auto value(int depth = 4, bool marks = true) -> Value {
    Value made = bare(depth, marks);
    return marks && next(12) == 0 ? made.as_secret() : made;
  }

  auto text() -> std::string {
    static const std::vector<std::string> kTexts = {
        "",       "a",        "b",    "aa",          "web",  "$secret",
        "x/y",    "0",        "*",    "k=v",         "é",    "\U0001F600",
        "a\"b\\", "li\nne\t", "]#[",  "app.io/name", "${x}", "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzz",
        " ",      "%{if}",    "true", "12",          "\x7f", "name"};
    return kTexts[next(kTexts.size())];
  }

  auto next(uint64_t bound) -> uint64_t {
    state_ += 0x9E3779B97F4A7C15;
    uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return (z ^ (z >> 31)) % bound;
  }

 private:
  auto integer() -> int64_t {
    static const std::vector<int64_t> kInts = {
        0,   1,    -1,   23,      24,         255,        256,       65535,     65536, -24,
        -25, -256, -257, 1 << 20, 4294967295, 4294967296, INT64_MAX, INT64_MIN, 1000,  42};
    return kInts[next(kInts.size())];
  }
  auto number() -> double {
    static const std::vector<double> kNumbers = {
        0.0,   1.5, -0.25, 65504,    65536,   1e-7,    5.960464477539063e-8, 0.1,
        1e300, 3.5, -1,    16777217, 2.5e-45, 0.33325, 1099511627776.5,      -4.1};
    return kNumbers[next(kNumbers.size())];
  }
  auto unknown() -> Value {
    Unknown facts;
    static const std::vector<Type> kTypes = {
        Type::any(),
        Type::string(),
        Type::list(Type::string().with_secret()),
        Type::integer().with_optional(),
        Type::union_of({Type::literal("a b"), Type::literal(int64_t{-3})}).with_optional(),
        Type::object({{.name = "x y", .type = Type::map(Type::number())}}),
        Type::object({}, "k8s.\"cert-manager.io\".v1.Issuer"),
        Type::error(),
        Type::null()};
    facts.type = kTypes[next(kTypes.size())];
    facts.not_null = next(2) == 0;
    if (next(2) == 0) facts.prefix = text();
    if (next(3) == 0) facts.least_length = static_cast<uint32_t>(next(5));
    if (next(3) == 0) facts.most_length = static_cast<uint32_t>(next(500000));
    if (next(2) == 0) facts.origin = "net." + text();
    return Value::unknown(std::move(facts));
  }
  auto bare(int depth, bool marks) -> Value {
    switch (next(depth > 0 ? 13 : 8)) {
      case 0: return Value::null();
      case 1: return Value::boolean(next(2) == 0);
      case 2: return Value::integer(integer());
      case 3: return Value::number(number());
      case 4: return Value::duration(integer());
      case 5: return Value::size(integer());
      case 6: return Value::string(text());
      case 7: return marks ? Value::bytes(text() + std::string(next(300), '\0')) : Value::string(text());
      case 8: return marks ? unknown() : Value::null();
      case 9:
      case 10: return Value::list(several(depth, marks));
      case 11: return Value::set(several(depth, marks));
      default: {
        std::vector<Field> fields;
        for (auto& one : several(depth, marks)) {
          std::string key = text();
          bool there = false;
          for (const auto& field : fields) there = there || field.key == std::string_view(key);
          if (!there) fields.push_back({key, std::move(one)});
        }
        return Value::object(std::move(fields));
      }
    }
  }
  auto several(int depth, bool marks) -> std::vector<Value> {
    std::vector<Value> all;
    for (uint64_t left = next(depth == 4 ? 30 : 5); left > 0; --left) all.push_back(value(depth - 1, marks));
    return all;
  }

  uint64_t state_;
};

// Equal with marks and all; `==` leaves the marks aside.
inline auto same(const Value& a, const Value& b) -> bool {
  if (!(a == b) || a.secret() != b.secret() || a.has_secret() != b.has_secret() ||
      a.has_unknown() != b.has_unknown()) {
    return false;
  }
  if (a.is(ValueKind::kObject)) {
    for (size_t i = 0; i < a.length(); ++i) {
      if (!same(a.fields()[i].value, b.fields()[i].value)) return false;
    }
  }
  if (a.is(ValueKind::kList) || a.is(ValueKind::kSet)) {
    for (size_t i = 0; i < a.length(); ++i) {
      if (!same(a.elements()[i], b.elements()[i])) return false;
    }
  }
  return true;
}

}  // namespace weft::testing
