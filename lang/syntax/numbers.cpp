#include "lang/syntax/numbers.h"

#include <array>
#include <charconv>
#include <cmath>
#include <vector>

#include "lang/base/text.h"

namespace weft::syntax {
namespace {

struct Unit {
  std::string_view text;
  TokenKind kind;
  int64_t factor;
};
constexpr std::array kUnits = {
#define UNIT(text, kind, factor) Unit{text, TokenKind::kind, factor},
#include "lang/syntax/units.def"
#undef UNIT
};

auto find_unit(std::string_view text) -> const Unit* {
  for (const Unit& unit : kUnits) {
    if (unit.text == text) return &unit;
  }
  return nullptr;
}

auto is_letter(char c) -> bool { return is_name_start(c) && c != '_'; }
auto char_at(std::string_view text, size_t at) -> char { return at < text.size() ? text[at] : '\0'; }

// Digits with single `_` between them, from `at` on; moves `at` behind them.
template <class IsDigit>
auto skip_digits(std::string_view text, size_t& at, IsDigit is_one) -> bool {
  bool good = true;
  bool after_digit = false;
  while (is_one(char_at(text, at)) || char_at(text, at) == '_') {
    const bool digit = text[at] != '_';
    if (!digit && !after_digit) good = false;
    after_digit = digit;
    ++at;
  }
  return good && after_digit;
}

auto faulty(TokenKind kind, size_t length, NumberFault fault, std::string_view what = {}) -> NumberForm {
  return {.kind = kind, .length = static_cast<uint32_t>(length), .fault = fault, .what = what};
}

auto word_end(std::string_view text, size_t at) -> size_t {
  while (is_name_char(char_at(text, at))) ++at;
  return at;
}

// `1h30m` from the first unit on; `at` stands on it.
auto with_units(std::string_view text, size_t at) -> NumberForm {
  const size_t end = word_end(text, at);
  const Unit* before = nullptr;
  for (;;) {
    const size_t begin = at;
    while (is_letter(char_at(text, at))) ++at;
    const std::string_view name = text.substr(begin, at - begin);
    const Unit* unit = find_unit(name);
    if (unit == nullptr) return faulty(TokenKind::kInt, end, NumberFault::kUnknownUnit, name);
    if (before != nullptr && before->kind != unit->kind) return faulty(unit->kind, end, NumberFault::kMixedUnits, name);
    if (before != nullptr && before->factor <= unit->factor) return faulty(unit->kind, end, NumberFault::kUnitOrder, name);
    before = unit;
    if (at == end) return {.kind = unit->kind, .length = static_cast<uint32_t>(end)};
    if (!skip_digits(text, at, is_digit)) return faulty(unit->kind, end, NumberFault::kUnderscore);
    if (at == end) return faulty(unit->kind, end, NumberFault::kUnknownUnit, text.substr(end));
  }
}

auto without_underscores(std::string_view text) -> std::string {
  std::string digits;
  for (const char c : text) {
    if (c != '_') digits += c;
  }
  return digits;
}

auto integer(std::string_view digits, int base) -> std::optional<int64_t> {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

auto units_value(std::string_view digits) -> std::optional<int64_t> {
  int64_t total = 0;
  for (size_t at = 0; at < digits.size();) {
    const size_t begin = at;
    while (is_digit(char_at(digits, at))) ++at;
    const auto count = integer(digits.substr(begin, at - begin), 10);
    const size_t unit_begin = at;
    while (is_letter(char_at(digits, at))) ++at;
    const Unit* unit = find_unit(digits.substr(unit_begin, at - unit_begin));
    int64_t part = 0;
    if (!count || unit == nullptr || __builtin_mul_overflow(*count, unit->factor, &part)) return std::nullopt;
    if (__builtin_add_overflow(total, part, &total)) return std::nullopt;
  }
  return total;
}

}  // namespace

auto number_form(std::string_view text) -> NumberForm {
  size_t at = 0;
  if (text[0] == '0' && (char_at(text, 1) == 'x' || char_at(text, 1) == 'X')) {
    at = 2;
    const bool good = skip_digits(text, at, is_hex_digit) && text[1] == 'x';
    const size_t end = word_end(text, at);
    if (!good || end != at) return faulty(TokenKind::kInt, end, NumberFault::kHex);
    return {.kind = TokenKind::kInt, .length = static_cast<uint32_t>(end)};
  }
  if (!skip_digits(text, at, is_digit)) return faulty(TokenKind::kInt, word_end(text, at), NumberFault::kUnderscore);
  const bool leading_zero = text[0] == '0' && at > 1;
  const bool fraction = char_at(text, at) == '.' && is_digit(char_at(text, at + 1));
  if (fraction) {
    ++at;
    if (!skip_digits(text, at, is_digit)) return faulty(TokenKind::kNumber, word_end(text, at), NumberFault::kUnderscore);
  }
  const char next = char_at(text, at);
  const bool exponent = next == 'e' || next == 'E';
  if (exponent) {
    ++at;
    if (char_at(text, at) == '+' || char_at(text, at) == '-') ++at;
    const bool good = is_digit(char_at(text, at)) && skip_digits(text, at, is_digit);
    const size_t end = word_end(text, at);
    if (!good || end != at) return faulty(TokenKind::kNumber, end, NumberFault::kExponent);
  } else if (is_name_start(next)) {
    if (fraction) return faulty(TokenKind::kNumber, word_end(text, at), NumberFault::kFraction);
    const NumberForm form = with_units(text, at);
    if (form.fault == NumberFault::kNone && leading_zero) return faulty(form.kind, form.length, NumberFault::kLeadingZero);
    return form;
  }
  const TokenKind kind = fraction || exponent ? TokenKind::kNumber : TokenKind::kInt;
  if (leading_zero) return faulty(kind, at, NumberFault::kLeadingZero);
  const bool bare_point = !fraction && !exponent && next == '.' && char_at(text, at + 1) != '.' && !is_name_start(char_at(text, at + 1));
  if (bare_point) return faulty(TokenKind::kNumber, at + 1, NumberFault::kPoint);
  return {.kind = kind, .length = static_cast<uint32_t>(at)};
}

auto number_of(std::string_view text, TokenKind kind) -> std::optional<Number> {
  const std::string digits = without_underscores(text);
  switch (kind) {
    case TokenKind::kInt: {
      const bool hex = digits.starts_with("0x");
      const auto value = hex ? integer(std::string_view(digits).substr(2), 16) : integer(digits, 10);
      if (!value) return std::nullopt;
      return Number(*value);
    }
    case TokenKind::kNumber: {
      double value = 0;
      const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
      if (error != std::errc() || end != digits.data() + digits.size() || !std::isfinite(value)) return std::nullopt;
      return Number(value);
    }
    case TokenKind::kDuration:
    case TokenKind::kSize: {
      const auto total = units_value(digits);
      if (!total) return std::nullopt;
      return kind == TokenKind::kDuration ? Number(Duration{*total}) : Number(Size{*total});
    }
    default: return std::nullopt;
  }
}

auto known_units() -> std::string {
  std::string names[2];
  for (const Unit& unit : kUnits) {
    std::string& list = names[unit.kind == TokenKind::kSize ? 1 : 0];
    list = std::string(unit.text) + (list.empty() ? "" : " ") + list;
  }
  return "durations: " + names[0] + "; sizes: " + names[1];
}

auto nearest_unit(std::string_view unit) -> std::string_view {
  // `10G`, `512Mi`: a unit without its `B`.
  const std::string with_byte = std::string(unit) + "B";
  if (const Unit* found = find_unit(with_byte)) return found->text;
  std::vector<std::string_view> names;
  for (const Unit& known : kUnits) names.push_back(known.text);
  return nearest(unit, names);
}

}  // namespace weft::syntax
