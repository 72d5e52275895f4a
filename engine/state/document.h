// Objects as documents: built member by member, read member by member. Members that hold nothing (empty text, 0, false,
// null) are left out, so a document has one form only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lang/base/result.h"
#include "lang/value/value.h"

namespace weft::state {

class Members {
 public:
  void text(const Text& key, std::string_view text) {
    if (!text.empty()) fields_.push_back({.key = key, .value = Value::string(text)});
  }
  void bytes(const Text& key, std::string_view bytes) {
    if (!bytes.empty()) fields_.push_back({.key = key, .value = Value::bytes(bytes)});
  }
  void number(const Text& key, uint64_t number) {
    if (number != 0) fields_.push_back({.key = key, .value = Value::integer(static_cast<int64_t>(number))});
  }
  void flag(const Text& key, bool flag) {
    if (flag) fields_.push_back({.key = key, .value = Value::boolean(true)});
  }
  void value(const Text& key, const Value& value) {
    if (!value.is_null()) fields_.push_back({.key = key, .value = value});
  }
  void texts(const Text& key, const std::vector<std::string>& texts);
  // Members of `extra` whose keys do not stand here yet.
  void rest(const Value& extra);

  [[nodiscard]] auto take() -> Value { return Value::object(std::move(fields_)); }

 private:
  std::vector<Field> fields_;
};

// What is absent reads as empty, 0, false or null; what has the wrong kind is remembered as the failure.
class Reader {
 public:
  explicit Reader(const Value& object);

  [[nodiscard]] auto text(std::string_view key) -> std::string;
  [[nodiscard]] auto bytes(std::string_view key) -> std::string;
  [[nodiscard]] auto number(std::string_view key) -> uint64_t;
  [[nodiscard]] auto flag(std::string_view key) -> bool;
  [[nodiscard]] auto value(std::string_view key) -> Value;
  [[nodiscard]] auto list(std::string_view key) -> std::span<const Value>;
  [[nodiscard]] auto texts(std::string_view key) -> std::vector<std::string>;

  // The members that nobody asked for, as an object; null when there are none.
  [[nodiscard]] auto rest() const -> Value;
  // kCorrupt when a member had the wrong kind.
  [[nodiscard]] auto check(std::string_view what) const -> Result<void>;

 private:
  auto find(std::string_view key, ValueKind kind) -> const Value*;

  std::span<const Field> fields_;
  std::vector<bool> used_;
  std::string wrong_;
};

}  // namespace weft::state
