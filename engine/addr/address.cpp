#include "engine/addr/address.h"

#include <algorithm>

#include "engine/addr/scan.h"
#include "lang/base/check.h"
#include "lang/base/text.h"

namespace weft::addr {

auto key_text(const Key& key) -> std::string {
  if (const auto* number = std::get_if<int64_t>(&key)) return std::to_string(*number);
  const auto& text = std::get<std::string>(key);
  return needs_quotes(text) ? json_quote(text) : text;
}

auto key_of(const Value& value) -> Key {
  if (value.is(ValueKind::kInt)) return value.as_int();
  CHECK(value.is(ValueKind::kString));
  return std::string(value.as_string());
}

auto value_of(const Key& key) -> Value {
  if (const auto* number = std::get_if<int64_t>(&key)) return Value::integer(*number);
  return Value::string(std::get<std::string>(key));
}

auto Address::text() const -> std::string {
  std::string out;
  for (const auto& segment : segments) {
    if (!out.empty()) out += '.';
    out += segment.name;
    for (const auto& key : segment.keys) {
      out += '[';
      out += key_text(key);
      out += ']';
    }
  }
  return out;
}

auto Address::inside(const Address& outer) const -> bool {
  if (outer.segments.empty()) return true;
  if (segments.size() < outer.segments.size()) return false;
  size_t last = outer.segments.size() - 1;
  if (!std::equal(outer.segments.begin(), outer.segments.begin() + static_cast<ptrdiff_t>(last), segments.begin())) return false;
  const auto& mine = segments[last];
  const auto& theirs = outer.segments[last];
  return mine.name == theirs.name && mine.keys.size() >= theirs.keys.size() &&
         std::equal(theirs.keys.begin(), theirs.keys.end(), mine.keys.begin());
}

auto parse_address(std::string_view text) -> Result<Address> {
  Scanner scanner(text, "address");
  TRY_VOID(scanner.begin());
  Address address;
  do {
    Segment segment;
    TRY(name, scanner.name());
    segment.name = std::string(name);
    while (scanner.take('[')) {
      TRY(key, scanner.key());
      if (!key) return scanner.refuse("`*` selects many", "an address names one thing: write its key");
      segment.keys.push_back(std::move(*key));
    }
    address.segments.push_back(std::move(segment));
    if (address.segments.size() > kMostSegments) return scanner.refuse("more than 64 parts", {});
  } while (scanner.take('.'));
  if (!scanner.done()) return scanner.unexpected("`.`, `[` or the end");
  return address;
}

auto enclosing(std::string_view text) -> std::vector<std::string_view> {
  std::vector<std::string_view> outer;
  bool in_key = false;
  bool in_quotes = false;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (in_quotes) {
      if (c == '\\') ++i;
      if (c == '"') in_quotes = false;
    } else if (in_key) {
      if (c == '"') in_quotes = true;
      if (c == ']') in_key = false;
    } else if ((c == '.' || c == '[' || c == '#') && i > 0) {
      outer.push_back(text.substr(0, i));
      in_key = c == '[';
    }
  }
  return outer;
}

}  // namespace weft::addr
