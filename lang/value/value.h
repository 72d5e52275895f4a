// Values: immutable, shared, 16 bytes a handle. Also the document model of plans, records and log entries, so that
// one canonical encoding (cbor.h) serves all of them.
//
// A value may carry the mark *secret*; a list, set or object knows whether anything inside is secret or unknown.
// Objects and maps are one kind (ordered by key bytes); sets are kept in canonical order without doubles.
#pragma once

#include <cstdint>
#include <cstring>
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
  Value(const Value& other) : kind_(other.kind_), marks_(other.marks_) {
    bits_.take(other.bits_);
    if (kind_ >= ValueKind::kString) retain();
  }
  Value(Value&& other) noexcept : kind_(other.kind_), marks_(other.marks_) {
    bits_.take(other.bits_);
    other.kind_ = ValueKind::kNull;
    other.marks_ = 0;
    other.bits_.integer = 0;
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
  ~Value() {
    if (kind_ >= ValueKind::kString) release();
  }
  void swap(Value& other) noexcept {
    Bits held;
    held.take(bits_);
    bits_.take(other.bits_);
    other.bits_.take(held);
    std::swap(kind_, other.kind_);
    std::swap(marks_, other.marks_);
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
  // One counted allocation: the header, then the elements, the fields or the facts. Empty ones have none.
  struct Rep;
  // The payload; which member lives is known by the kind. `take` moves the bytes, counters aside.
  union Bits {
    bool boolean;
    int64_t integer;
    double number;
    Rep* rep;
    Text text;  // string, bytes

    Bits() : integer(0) {}
    ~Bits() {}
    Bits(const Bits&) = delete;
    auto operator=(const Bits&) -> Bits& = delete;
    void take(const Bits& other) { std::memcpy(static_cast<void*>(this), &other, sizeof(Bits)); }
  };
  static_assert(sizeof(Text) == sizeof(void*));
  void retain() const;   // of kinds from kString on
  void release();
  [[nodiscard]] auto reveal_all() const -> Value;
  template <class T>
  static auto allocate(size_t count) -> std::pair<Rep*, T*>;

  ValueKind kind_ = ValueKind::kNull;
  uint8_t marks_ = 0;
  Bits bits_;
};

struct Field {
  Text key;
  Value value;
};

// Where the first unknown in the value will come from; empty when nothing in it is unknown.
[[nodiscard]] auto origin_of(const Value& value) -> Text;
// Deep equality as `==` in the language sees it: int and number compare by value; nothing when an unknown decides.
[[nodiscard]] auto equal(const Value& a, const Value& b) -> std::optional<bool>;
// Canonical order: by kind, then content; total, the same on every machine.
[[nodiscard]] auto canonical_less(const Value& a, const Value& b) -> bool;

// Three-way canonical order; 0 exactly when `==`.
[[nodiscard]] auto canonical_compare(const Value& a, const Value& b) -> int;

// 1h30m, 1d12h; 20GiB, 512MB: as fabrics write them.
[[nodiscard]] auto duration_text(int64_t nanoseconds) -> std::string;
[[nodiscard]] auto size_text(int64_t bytes) -> std::string;
// Read back, with a `-` in front or not: whole numbers, larger unit first, no space. Nothing when it is no such text.
[[nodiscard]] auto parse_duration(std::string_view text) -> std::optional<int64_t>;
[[nodiscard]] auto parse_size(std::string_view text) -> std::optional<int64_t>;
// "…" as fabrics write it: `${`, `%{`, quotes, backslashes and control characters escaped.
[[nodiscard]] auto quote_text(std::string_view text) -> std::string;
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
