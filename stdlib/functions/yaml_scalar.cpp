#include "stdlib/functions/yaml_scalar.h"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <string>

#include <fmt/format.h>

namespace weft::functions {

namespace {

auto is_digit(char c) -> bool {
  return c >= '0' && c <= '9';
}
auto only(std::string_view text, std::string_view digits) -> bool {
  return !text.empty() && text.find_first_not_of(digits) == std::string_view::npos;
}

auto one_of(std::string_view text, std::initializer_list<std::string_view> words) -> bool {
  for (auto word : words) {
    if (text == word) return true;
  }
  return false;
}

// The shape [0-9]*(\.[0-9]*)?([eE][-+]?[0-9]+)? with a digit before the exponent.
auto is_real(std::string_view text) -> bool {
  size_t at = 0;
  size_t digits = 0;
  auto run = [&] {
    size_t start = at;
    while (at < text.size() && is_digit(text[at])) ++at;
    return at - start;
  };
  digits = run();
  if (at < text.size() && text[at] == '.') {
    ++at;
    digits += run();
  }
  if (digits == 0) return false;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (run() == 0) return false;
  }
  return at == text.size();
}

// What is wrong with a scalar does not repeat it: in a file of inputs it may be a secret.
auto real(std::string_view text) -> Result<Value> {
  double number = std::strtod(std::string(text).c_str(), nullptr);
  if (!std::isfinite(number)) return fail(Code::kInvalid, "this number is too large; in quotes it is a text");
  return Value::number(number);
}

auto integer(std::string_view text, std::string_view digits, bool negative, int base) -> Result<Value> {
  uint64_t size = 0;
  auto error = std::from_chars(digits.data(), digits.data() + digits.size(), size, base).ec;
  uint64_t limit = static_cast<uint64_t>(INT64_MAX) + (negative ? 1 : 0);
  if (error == std::errc() && size <= limit) {
    return Value::integer(static_cast<int64_t>(negative ? ~size + 1 : size));
  }
  // As a double it would keep some sixteen digits, unless they are all that it has.
  while (digits.size() > 1 && digits.starts_with('0')) digits.remove_prefix(1);
  if (base == 10 && fmt::format("{:.0f}", std::strtod(std::string(digits).c_str(), nullptr)) == digits) return real(text);
  return fail(Code::kInvalid, "this int is beyond 64 bits; in quotes it is a text");
}

}  // namespace

auto plain_scalar(std::string_view text) -> Result<Value> {
  if (one_of(text, {"", "~", "null", "Null", "NULL"})) return Value::null();
  if (one_of(text, {"true", "True", "TRUE"})) return Value::boolean(true);
  if (one_of(text, {"false", "False", "FALSE"})) return Value::boolean(false);
  bool negative = text.front() == '-';
  auto digits = negative || text.front() == '+' ? text.substr(1) : text;
  constexpr std::string_view kDecimal = "0123456789";
  if (digits.starts_with("0o") && only(digits.substr(2), "01234567"))
    return integer(text, digits.substr(2), negative, 8);
  if (digits.starts_with("0x") && only(digits.substr(2), "0123456789abcdefABCDEF")) {
    return integer(text, digits.substr(2), negative, 16);
  }
  if (digits.size() > 1 && digits.front() == '0' && only(digits, "01234567"))
    return integer(text, digits, negative, 8);
  if (only(digits, kDecimal)) return integer(text, digits, negative, 10);
  if (one_of(digits, {".inf", ".Inf", ".INF"}) || one_of(text, {".nan", ".NaN", ".NAN"})) {
    return fail(Code::kInvalid, "the language has no infinity and no number that is none");
  }
  if (is_real(digits)) return real(text);
  return Value::string(text);
}

auto may_be_plain(std::string_view text) -> bool {
  if (text.empty() || text.size() > 200) return false;
  bool letter = (text[0] >= 'a' && text[0] <= 'z') || (text[0] >= 'A' && text[0] <= 'Z') || text[0] == '_' ||
                text[0] == '/';
  if (!letter) return false;  // no number, date, sign or mark starts so
  if (one_of(text, {"y", "Y", "n", "N", "yes", "Yes", "YES", "no", "No", "NO", "on", "On", "ON", "off", "Off",
                    "OFF"}))
    return false;
  if (one_of(text, {"null", "Null", "NULL", "true", "True", "TRUE", "false", "False", "FALSE"})) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    bool word = is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                std::string_view("_-./@+=~$()^;<>|").find(c) != std::string_view::npos;
    bool last = i + 1 == text.size();
    // A colon before a space would make a key of it; so would one at the end. A space inside is fine.
    bool inner = !last && (c == ' ' || c == ':' || c == ',') && text[i + 1] != ' ';
    bool comma = c == ',' && !last;
    if (!word && !inner && !comma) return false;
  }
  return true;
}

}  // namespace weft::functions
