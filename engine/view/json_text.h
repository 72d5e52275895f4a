// JSON objects with their members in the order in which they are added: events and documents for machines.
#pragma once

#include <concepts>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "lang/value/value.h"

namespace weft::draw {

class JsonObject {
 public:
  auto add(std::string_view key, std::string_view value) -> JsonObject&;
  auto add(std::string_view key, const char* value) -> JsonObject& { return add(key, std::string_view(value)); }
  auto add(std::string_view key, std::integral auto value) -> JsonObject& {
    if constexpr (std::same_as<decltype(value), bool>) return raw(key, value ? "true" : "false");
    else return raw(key, std::to_string(value));
  }
  // Left out when empty.
  auto add_some(std::string_view key, std::string_view value) -> JsonObject& { return value.empty() ? *this : add(key, value); }
  auto add_list(std::string_view key, std::span<const std::string> values) -> JsonObject&;
  // A value of a plan or record: secrets as {"$secret":…}, unknowns as {"$unknown":…}.
  auto add_value(std::string_view key, const Value& value, std::string_view secret_word = "secret") -> JsonObject&;
  // `json` is written as it stands.
  auto raw(std::string_view key, std::string_view json) -> JsonObject&;
  // Members without braces, ready to be put behind others.
  auto append_members(std::string_view members) -> JsonObject&;

  [[nodiscard]] auto members() const -> const std::string& { return members_; }
  [[nodiscard]] auto text() const -> std::string { return "{" + members_ + "}"; }

 private:
  std::string members_;
};

class JsonList {
 public:
  auto add(std::string_view json) -> JsonList&;
  [[nodiscard]] auto text() const -> std::string { return "[" + elements_ + "]"; }

 private:
  std::string elements_;
};

}  // namespace weft::draw
