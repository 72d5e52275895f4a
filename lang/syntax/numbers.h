// The forms of numbers, durations and sizes; shared by the lexer (files) and parse_number (bare text).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "lang/syntax/literals.h"
#include "lang/syntax/tokens.h"

namespace weft::syntax {

enum class NumberFault : uint8_t {
  kNone,
  kLeadingZero,   // 007
  kPoint,         // 1.
  kUnderscore,    // 1__0, 1_
  kHex,           // 0x, 0XFF
  kExponent,      // 2e
  kUnknownUnit,   // 5x; what: the unit
  kFraction,      // 1.5h
  kUnitOrder,     // 30m1h; what: the unit that stands too late
  kMixedUnits,    // 1h5MB
};

struct NumberForm {
  TokenKind kind = TokenKind::kInt;
  uint32_t length = 0;  // bytes that belong to it, also when it is faulty
  NumberFault fault = NumberFault::kNone;
  std::string_view what{};
};

// The longest number that `text` (which starts with a digit) begins with.
[[nodiscard]] auto number_form(std::string_view text) -> NumberForm;
// The value of a text whose form is good; nothing when it does not fit.
[[nodiscard]] auto number_of(std::string_view text, TokenKind kind) -> std::optional<Number>;
// "ns us ms s m h d" and "B, KB … PiB", as messages name them.
[[nodiscard]] auto known_units() -> std::string;
[[nodiscard]] auto nearest_unit(std::string_view unit) -> std::string_view;

}  // namespace weft::syntax
