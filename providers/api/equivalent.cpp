// One implementation of each equivalence: both values are brought into one normal form, then compared exactly.
#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <optional>

#include "lang/base/digest.h"
#include "lang/value/json.h"
#include "providers/api/schema.h"

namespace weft::driver {

namespace {

auto number_of(std::string_view text) -> std::optional<Value> {
  const char* end = text.data() + text.size();
  int64_t integer = 0;
  if (auto [stop, error] = std::from_chars(text.data(), end, integer); error == std::errc() && stop == end) {
    return Value::integer(integer);
  }
  double number = 0;
  auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end || !std::isfinite(number)) return std::nullopt;
  return Value::number(number);
}

// 8.0 becomes 8 where an int can hold it exactly.
auto whole(double number) -> Value {
  constexpr double kLimit = 9007199254740992.0;  // 2^53
  if (std::trunc(number) == number && std::fabs(number) <= kLimit) {
    return Value::integer(static_cast<int64_t>(number));
  }
  return Value::number(number);
}

auto lower(std::string_view text) -> std::string {
  std::string out(text);
  for (auto& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

// "10.1.2.3/16" → "10.1.0.0/16"; nothing when it is no network.
auto network_of(std::string_view text) -> std::optional<std::string> {
  auto slash = text.find('/');
  std::string address(text.substr(0, slash));
  int family = address.find(':') == std::string::npos ? AF_INET : AF_INET6;
  unsigned width = family == AF_INET ? 32 : 128;
  std::array<unsigned char, 16> bytes{};
  if (inet_pton(family, address.c_str(), bytes.data()) != 1) return std::nullopt;
  unsigned prefix = width;
  if (slash != std::string_view::npos) {
    auto digits = text.substr(slash + 1);
    auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
    if (error != std::errc() || stop != digits.data() + digits.size() || prefix > width) return std::nullopt;
  }
  for (unsigned bit = prefix; bit < width; ++bit) {
    bytes[bit / 8] = static_cast<unsigned char>(bytes[bit / 8] & ~(0x80U >> (bit % 8)));
  }
  std::array<char, INET6_ADDRSTRLEN> out{};
  if (inet_ntop(family, bytes.data(), out.data(), out.size()) == nullptr) return std::nullopt;
  return std::string(out.data()) + "/" + std::to_string(prefix);
}

// Line breaks, the URL alphabet and missing padding are ways to write the same bytes.
auto base64_bytes(std::string_view text) -> std::optional<std::string> {
  std::string plain;
  for (char c : text) {
    if (c == '\n' || c == '\r' || c == ' ' || c == '=') continue;
    plain += c == '-' ? '+' : c == '_' ? '/' : c;
  }
  while (plain.size() % 4 != 0) plain += '=';
  return from_base64(plain);
}

auto is_empty(const Value& value) -> bool {
  switch (value.kind()) {
    case ValueKind::kNull:
      return true;
    case ValueKind::kString:
      return value.as_string().empty();
    case ValueKind::kList:
    case ValueKind::kSet:
    case ValueKind::kObject:
      return value.length() == 0;
    default:
      return false;
  }
}

auto normal(const Value& value, Equivalence equivalence) -> Value;

auto normal_text(const Value& value, Equivalence equivalence) -> Value {
  std::string_view text = value.as_string();
  switch (equivalence) {
    case Equivalence::kNumberText:
      return number_of(text).transform([&](const Value& n) { return normal(n, equivalence); }).value_or(value);
    case Equivalence::kBooleanText:
      if (text == "true" || text == "false") return Value::boolean(text == "true");
      return value;
    case Equivalence::kCase:
      return Value::string(lower(text));
    case Equivalence::kTrailingDot:
      if (text.size() > 1 && text.ends_with('.')) text.remove_suffix(1);
      return Value::string(text);
    case Equivalence::kCidr:
      return Value::string(network_of(text).value_or(std::string(text)));
    case Equivalence::kBase64:
      if (auto bytes = base64_bytes(text)) return Value::bytes(*bytes);
      return value;
    default:
      return value;
  }
}

auto normal(const Value& value, Equivalence equivalence) -> Value {
  if (equivalence == Equivalence::kAbsentEmpty && is_empty(value)) return Value::null();
  switch (value.kind()) {
    case ValueKind::kString:
      return normal_text(value, equivalence);
    case ValueKind::kNumber: {
      bool by_value = equivalence == Equivalence::kNumberText || equivalence == Equivalence::kJson;
      return by_value ? whole(value.as_number()) : value;
    }
    case ValueKind::kList:
    case ValueKind::kSet: {
      std::vector<Value> elements;
      for (const auto& element : value.elements()) elements.push_back(normal(element, equivalence));
      return value.is(ValueKind::kSet) ? Value::set(std::move(elements)) : Value::list(std::move(elements));
    }
    case ValueKind::kObject: {
      std::vector<Field> fields;
      for (const auto& field : value.fields()) {
        Value inner = normal(field.value, equivalence);
        if (equivalence == Equivalence::kAbsentEmpty && is_empty(inner)) continue;
        fields.push_back({field.key, std::move(inner)});
      }
      if (equivalence == Equivalence::kAbsentEmpty && fields.empty()) return Value::null();
      return Value::object(std::move(fields));
    }
    default:
      return value;
  }
}

// A JSON text is compared as the document that it holds; strings inside the document are not texts of JSON again.
auto document(const Value& value) -> Value {
  if (!value.is(ValueKind::kString)) return normal(value, Equivalence::kJson);
  auto parsed = from_json(value.as_string());
  return parsed ? normal(*parsed, Equivalence::kJson) : value;
}

}  // namespace

auto equivalent(const Value& a, const Value& b, Equivalence equivalence) -> bool {
  if (a.has_unknown() || b.has_unknown()) return false;
  if (equivalence == Equivalence::kExact) return equal(a, b).value_or(false);
  bool json = equivalence == Equivalence::kJson;
  Value left = json ? document(a) : normal(a, equivalence);
  Value right = json ? document(b) : normal(b, equivalence);
  return equal(left, right).value_or(false);
}

}  // namespace weft::driver
