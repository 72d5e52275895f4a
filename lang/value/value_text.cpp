// Values as people read and write them.
#include <array>
#include <charconv>
#include <utility>

#include "lang/base/text.h"
#include "lang/value/type_text.h"
#include "lang/value/value.h"

namespace weft {

namespace {

struct Unit {
  std::string_view name;
  uint64_t amount;
};

// Larger first, as they are written.
constexpr std::array kDurationUnits = {
    Unit{"d", 86'400'000'000'000},
    Unit{"h", 3'600'000'000'000},
    Unit{"m", 60'000'000'000},
    Unit{"s", 1'000'000'000},
    Unit{"ms", 1'000'000},
    Unit{"us", 1'000},
    Unit{"ns", 1},
};
constexpr uint64_t kKi = 1024;
constexpr std::array kSizeUnits = {
    Unit{"PiB", kKi* kKi* kKi* kKi* kKi},
    Unit{"PB", 1'000'000'000'000'000},
    Unit{"TiB", kKi* kKi* kKi* kKi},
    Unit{"TB", 1'000'000'000'000},
    Unit{"GiB", kKi* kKi* kKi},
    Unit{"GB", 1'000'000'000},
    Unit{"MiB", kKi* kKi},
    Unit{"MB", 1'000'000},
    Unit{"KiB", kKi},
    Unit{"KB", 1'000},
    Unit{"B", 1},
};

auto magnitude(int64_t value) -> uint64_t {
  return value < 0 ? ~static_cast<uint64_t>(value) + 1 : static_cast<uint64_t>(value);
}

template <size_t N>
auto unit_at(std::string_view text, const std::array<Unit, N>& units) -> size_t {
  size_t length = 0;
  while (length < text.size() && !(text[length] >= '0' && text[length] <= '9')) ++length;
  for (size_t i = 0; i < N; ++i) {
    if (text.substr(0, length) == units[i].name) return i;
  }
  return N;
}

// 1h30m: digits and a unit, again and again, units getting smaller.
template <size_t N>
auto parse_amount(std::string_view text, const std::array<Unit, N>& units) -> std::optional<int64_t> {
  bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  if (text.empty()) return std::nullopt;
  uint64_t total = 0;
  size_t smallest_so_far = 0;
  while (!text.empty()) {
    uint64_t count = 0;
    auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc()) return std::nullopt;
    text.remove_prefix(static_cast<size_t>(stop - text.data()));
    size_t unit = unit_at(text, units);
    if (unit == N || unit < smallest_so_far) return std::nullopt;
    smallest_so_far = unit + 1;
    uint64_t part = 0;
    if (__builtin_mul_overflow(count, units[unit].amount, &part)) return std::nullopt;
    if (__builtin_add_overflow(total, part, &total)) return std::nullopt;
    text.remove_prefix(units[unit].name.size());
  }
  uint64_t limit = static_cast<uint64_t>(INT64_MAX) + (negative ? 1 : 0);
  if (total > limit) return std::nullopt;
  return static_cast<int64_t>(negative ? ~total + 1 : total);
}

auto unknown_text(const Unknown& facts) -> std::string {
  std::string out = "(known after ";
  out += facts.origin.empty() ? std::string_view("apply") : facts.origin.view();
  if (!facts.prefix.empty()) out += ", starts with " + quote_text(facts.prefix);
  return out + ")";
}

void append_display(std::string& out, const Value& value) {
  if (value.secret()) {
    out += "(secret)";
    return;
  }
  switch (value.kind()) {
    case ValueKind::kNull: out += "null"; return;
    case ValueKind::kString: out += quote_text(value.as_string()); return;
    case ValueKind::kBytes: out += "(" + counted(value.as_text().size(), "byte") + ")"; return;
    case ValueKind::kUnknown: out += unknown_text(value.facts()); return;
    case ValueKind::kList:
    case ValueKind::kSet: {
      std::string_view before = "[";
      for (const auto& element : value.elements()) {
        out += before;
        append_display(out, element);
        before = ", ";
      }
      out += value.length() == 0 ? "[]" : "]";
      return;
    }
    case ValueKind::kObject: {
      std::string_view before = "{ ";
      for (const auto& [key, member] : value.fields()) {
        out += before;
        out += is_plain_name(key) ? key.str() : quote_text(key);
        out += " = ";
        append_display(out, member);
        before = ", ";
      }
      out += value.length() == 0 ? "{}" : " }";
      return;
    }
    default: out += *template_text(value); return;
  }
}

}  // namespace

auto duration_text(int64_t nanoseconds) -> std::string {
  uint64_t left = magnitude(nanoseconds);
  if (left == 0) return "0s";
  std::string out = nanoseconds < 0 ? "-" : "";
  for (auto [name, amount] : kDurationUnits) {
    if (left < amount) continue;
    out += std::to_string(left / amount);
    out += name;
    left %= amount;
  }
  return out;
}

auto size_text(int64_t bytes) -> std::string {
  uint64_t total = magnitude(bytes);
  if (total == 0) return "0B";
  // The larger the unit, the smaller the number: the first that divides it.
  for (auto [name, amount] : kSizeUnits) {
    if (total % amount == 0)
      return (bytes < 0 ? "-" : "") + std::to_string(total / amount) + std::string(name);
  }
  return {};
}

auto parse_duration(std::string_view text) -> std::optional<int64_t> {
  return parse_amount(text, kDurationUnits);
}
auto parse_size(std::string_view text) -> std::optional<int64_t> {
  return parse_amount(text, kSizeUnits);
}

auto quote_text(std::string_view text) -> std::string {
  static constexpr std::string_view kHex = "0123456789abcdef";
  std::string out = "\"";
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    auto byte = static_cast<unsigned char>(c);
    switch (c) {
      case '\n': out += "\\n"; break;
      case '\t': out += "\\t"; break;
      case '\r': out += "\\r"; break;
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '$':
      case '%':
        if (i + 1 < text.size() && text[i + 1] == '{') out += '\\';
        out += c;
        break;
      default:
        if (byte >= 0x20 && byte != 0x7F) {
          out += c;
          break;
        }
        out += "\\u{";
        if (byte >= 16) out += kHex[byte >> 4];
        out += kHex[byte & 15];
        out += '}';
    }
  }
  return out + '"';
}

auto template_text(const Value& value) -> std::optional<std::string> {
  switch (value.kind()) {
    case ValueKind::kBool: return value.as_bool() ? "true" : "false";
    case ValueKind::kInt: return std::to_string(value.as_int());
    case ValueKind::kNumber: return number_text(value.as_number());
    case ValueKind::kDuration: return duration_text(value.as_int());
    case ValueKind::kSize: return size_text(value.as_int());
    case ValueKind::kString: return value.as_text().str();
    default: return std::nullopt;
  }
}

auto kind_name(const Value& value) -> std::string_view {
  switch (value.kind()) {
    case ValueKind::kNull: return "null";
    case ValueKind::kBool: return "bool";
    case ValueKind::kInt: return "int";
    case ValueKind::kNumber: return "number";
    case ValueKind::kDuration: return "duration";
    case ValueKind::kSize: return "size";
    case ValueKind::kString: return "string";
    case ValueKind::kBytes: return "bytes";
    case ValueKind::kList: return "list";
    case ValueKind::kSet: return "set";
    case ValueKind::kObject: return "object";
    case ValueKind::kUnknown: return "unknown";
  }
  return "unknown";
}

auto display_text(const Value& value) -> std::string {
  std::string out;
  append_display(out, value);
  return out;
}

}  // namespace weft
