#include "lang/base/text.h"

#include <array>
#include <charconv>
#include <cmath>

namespace weft {

namespace {
auto is_digit(char c) -> bool { return c >= '0' && c <= '9'; }
auto is_space(char c) -> bool { return c == ' ' || (c >= '\t' && c <= '\r'); }
auto is_shell_safe(char c) -> bool {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view("_@%+=:,./-").find(c) != std::string_view::npos;
}
auto digits_end(std::string_view text, size_t pos) -> size_t {
  while (pos < text.size() && is_digit(text[pos])) ++pos;
  return pos;
}
auto without_zeros(std::string_view digits) -> std::string_view {
  size_t first = digits.find_first_not_of('0');
  return first == std::string_view::npos ? digits.substr(digits.size() - 1) : digits.substr(first);
}
}  // namespace

auto split(std::string_view text, char separator) -> std::vector<std::string_view> {
  std::vector<std::string_view> parts;
  for (;;) {
    size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

auto join(std::span<const std::string> parts, std::string_view separator) -> std::string {
  std::string out;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) out += separator;
    out += parts[i];
  }
  return out;
}

auto trim(std::string_view text) -> std::string_view {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

auto json_quote(std::string_view text) -> std::string {
  static constexpr std::string_view kHex = "0123456789abcdef";
  std::string out = "\"";
  out.reserve(text.size() + 2);
  // Bytes that are not UTF-8 become U+FFFD: the result is JSON whatever came in.
  size_t broken = first_invalid_utf8(text);
  for (size_t pos = 0; pos < text.size();) {
    if (pos == broken) {
      out += "\xEF\xBF\xBD";
      ++pos;
      size_t next = first_invalid_utf8(text.substr(pos));
      broken = next == std::string_view::npos ? next : pos + next;
      continue;
    }
    char c = text[pos++];
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      case '\b': out += "\\b"; break;
      case '\f': out += "\\f"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          out += "\\u00";
          out += kHex[static_cast<unsigned char>(c) >> 4];
          out += kHex[static_cast<unsigned char>(c) & 15];
        } else {
          out += c;
        }
    }
  }
  out += '"';
  return out;
}

auto shell_quote(std::string_view text) -> std::string {
  bool safe = !text.empty();
  for (char c : text) safe = safe && is_shell_safe(c);
  if (safe) return std::string(text);
  std::string out = "'";
  for (char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  out += '\'';
  return out;
}

auto natural_less(std::string_view a, std::string_view b) -> bool {
  size_t i = 0;
  size_t j = 0;
  while (i < a.size() && j < b.size()) {
    if (is_digit(a[i]) && is_digit(b[j])) {
      size_t a_end = digits_end(a, i);
      size_t b_end = digits_end(b, j);
      std::string_view a_digits = without_zeros(a.substr(i, a_end - i));
      std::string_view b_digits = without_zeros(b.substr(j, b_end - j));
      if (a_digits.size() != b_digits.size()) return a_digits.size() < b_digits.size();
      if (a_digits != b_digits) return a_digits < b_digits;
      i = a_end;
      j = b_end;
      continue;
    }
    if (a[i] != b[j]) return static_cast<unsigned char>(a[i]) < static_cast<unsigned char>(b[j]);
    ++i;
    ++j;
  }
  if (i < a.size() || j < b.size()) return i == a.size();
  return a < b;  // equal but for leading zeros: still one fixed order
}

auto with_thousands(uint64_t n) -> std::string {
  std::string digits = std::to_string(n);
  std::string out;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) out += ',';
    out += digits[i];
  }
  return out;
}

auto counted(uint64_t n, std::string_view singular, std::string_view plural) -> std::string {
  std::string out = with_thousands(n) + ' ';
  if (n == 1) return out.append(singular);
  if (!plural.empty()) return out.append(plural);
  return out.append(singular).append("s");
}

auto number_text(double value) -> std::string {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  double size = std::fabs(value);
  // Between these bounds people write numbers out; a whole value up to 1e21 has at most 21 digits.
  bool plain = value == 0 || (size >= 1e-6 && size < 1e21);
  std::array<char, 64> buffer{};
  auto done = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                            plain ? std::chars_format::fixed : std::chars_format::scientific);
  std::string text(buffer.data(), done.ptr);
  if (plain) return text;
  // to_chars writes at least two digits of exponent; one zero too many is not the shortest text.
  size_t digit = text.find('e') + 2;
  while (digit + 1 < text.size() && text[digit] == '0') text.erase(digit, 1);
  return text;
}

}  // namespace weft
