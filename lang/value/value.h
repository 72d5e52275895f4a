// Values: immutable, shared, 16 bytes a handle. Also the document model of plans, records and log entries, so that
// one canonical encoding (cbor.h) serves all of them.
//
// A value may carry the mark *secret*; a list, set or object knows whether anything inside is secret or unknown.
// Objects and maps are one kind (ordered by key bytes); sets are kept in canonical order without doubles.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lang/base/check.h"
#include "lang/value/text_ref.h"
#include "lang/value/type.h"

namespace weft {

enum class ValueKind : uint8_t {
  kNull,
  kBool,
  kInt,
  kNumber,
  kDuration,  // int64 nanoseconds
  kSize,      // int64 bytes
  kString,
  kBytes,     // only in documents (records, log, plans), never in the language
  kList,
  kSet,
  kObject,
  kUnknown,
};

class Value;
struct Field;

// What is known of a value that is not known yet.
struct Unknown {
  Type type = Type::any();
  bool not_null = false;
  Text prefix{};                           // of a string
  std::optional<uint32_t> least_length{};  // of a list, set, map or string
  std::optional<uint32_t> most_length{};
  Text origin{};                           // address and path it will come from: "nat[us-east-2c].NatGatewayId"
};

class Value {
 public:
  Value() = default;  // null
  Value(const Value& other) : kind_(other.kind_), marks_(other.marks_), bits_(other.bits_) { retain(); }
  Value(Value&& other) noexcept : kind_(other.kind_), marks_(other.marks_), bits_(other.bits_) {
    other.kind_ = ValueKind::kNull;
    other.marks_ = 0;
  }
  auto operator=(const Value& other) -> Value& {
    Value copy(other);
    swap(copy);
    return *this;
  }
  auto operator=(Value&& other) noexcept -> Value& {
    swap(other);
    return *this;
  }
  ~Value() { release(); }
  void swap(Value& other) noexcept {
    std::swap(kind_, other.kind_);
    std::swap(marks_, other.marks_);
    std::swap(bits_, other.bits_);
  }

  static auto null() -> Value { return {}; }
  static auto boolean(bool value) -> Value;
  static auto integer(int64_t value) -> Value;
  static auto number(double value) -> Value;
  static auto duration(int64_t nanoseconds) -> Value;
  static auto size(int64_t bytes) -> Value;
  static auto string(Text text) -> Value;
  static auto bytes(Text bytes) -> Value;
  static auto list(std::vector<Value> elements) -> Value;
  // Sorts by canonical order and drops doubles (an unknown element merges with none).
  static auto set(std::vector<Value> elements) -> Value;
  // Sorts by key; the keys must differ.
  static auto object(std::vector<Field> fields) -> Value;
  static auto unknown(Unknown facts) -> Value;

  [[nodiscard]] auto kind() const -> ValueKind { return kind_; }
  [[nodiscard]] auto is(ValueKind kind) const -> bool { return kind_ == kind; }
  [[nodiscard]] auto is_null() const -> bool { return kind_ == ValueKind::kNull; }
  [[nodiscard]] auto is_unknown() const -> bool { return kind_ == ValueKind::kUnknown; }
  // Itself or anything inside.
  [[nodiscard]] auto has_unknown() const -> bool { return (marks_ & kHasUnknown) != 0; }
  [[nodiscard]] auto has_secret() const -> bool { return (marks_ & (kSecret | kHasSecret)) != 0; }
  [[nodiscard]] auto secret() const -> bool { return (marks_ & kSecret) != 0; }
  // The same value with or without the mark on itself (insides are untouched).
  [[nodiscard]] auto as_secret(bool secret = true) const -> Value;
  // Every mark taken off, inside too: for reveal() and for the calls of drivers.
  [[nodiscard]] auto revealed() const -> Value;

  [[nodiscard]] auto as_bool() const -> bool;
  [[nodiscard]] auto as_int() const -> int64_t;       // int, duration (ns), size (bytes)
  [[nodiscard]] auto as_number() const -> double;     // int or number
  [[nodiscard]] auto as_text() const -> const Text&;  // string, bytes
  [[nodiscard]] auto as_string() const -> std::string_view { return as_text().view(); }
  [[nodiscard]] auto elements() const -> std::span<const Value>;  // list, set
  [[nodiscard]] auto fields() const -> std::span<const Field>;    // object, sorted by key
  [[nodiscard]] auto facts() const -> const Unknown&;             // unknown
  // Object: the member, or null pointer. For anything else: null pointer.
  [[nodiscard]] auto get(std::string_view key) const -> const Value*;
  // Elements or fields; 0 for anything else.
  [[nodiscard]] auto length() const -> size_t;

  // The same bytes in canonical encoding, marks aside. Unknowns equal only themselves (same facts).
  friend auto operator==(const Value& a, const Value& b) -> bool;

 private:
  enum : uint8_t { kSecret = 1, kHasSecret = 2, kHasUnknown = 4 };
  struct Rep;
  union Bits {
    bool boolean;
    int64_t integer;
    double number;
    Rep* rep;
  };
  void retain() const;
  void release();

  ValueKind kind_ = ValueKind::kNull;
  uint8_t marks_ = 0;
  Bits bits_{.integer = 0};
};

struct Field {
  Text key;
  Value value;
};

// Deep equality as `==` in the language sees it: int and number compare by value; nothing when an unknown decides.
[[nodiscard]] auto equal(const Value& a, const Value& b) -> std::optional<bool>;
// Canonical order: by kind, then content; total, the same on every machine.
[[nodiscard]] auto canonical_less(const Value& a, const Value& b) -> bool;

// 1h30m, 1d12h; 20GiB, 512MB: as fabrics write them.
[[nodiscard]] auto duration_text(int64_t nanoseconds) -> std::string;
[[nodiscard]] auto size_text(int64_t bytes) -> std::string;
// What a template makes of string, int, number, bool, duration, size; nothing for the rest.
[[nodiscard]] auto template_text(const Value& value) -> std::optional<std::string>;
// "string", "int", "list" …: the answer of type_of(); durations and sizes by their names.
[[nodiscard]] auto kind_name(const Value& value) -> std::string_view;
// As a fabric expression on one line, secrets as (secret), unknowns as (known after ORIGIN).
[[nodiscard]] auto display_text(const Value& value) -> std::string;

// Whether the value is one of that type, after the implicit conversions of language.md ("Types"); the converted value
// or what is wrong with it: "expected list<string>, this is a string" (path inside in front: "`a.b`: …").
[[nodiscard]] auto convert(const Value& value, const Type& type) -> std::pair<std::optional<Value>, std::string>;
// The most specific type of a value by itself.
[[nodiscard]] auto type_of_value(const Value& value) -> Type;

}  // namespace weft
