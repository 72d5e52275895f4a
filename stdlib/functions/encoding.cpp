// json.*, base64.*, url.*, hex.*
#include <charconv>
#include <cstdlib>

#include <fmt/format.h>

#include "lang/base/digest.h"
#include "lang/base/text.h"
#include "lang/value/json.h"
#include "stdlib/functions/parts.h"

namespace weft::functions {

namespace {

auto encoded(std::string_view function, const Value& value, int indent) -> Result<Value> {
  if (is_too_large(value)) return refused(function, "the result is larger than 16 MiB");
  return bounded(function, to_json(value, {.indent = indent}));
}

auto json_encode(const Arguments& arguments) -> Result<Value> {
  return encoded("json.encode", arguments[0], -1);
}
auto json_pretty(const Arguments& arguments) -> Result<Value> {
  return encoded("json.pretty", arguments[0], 2);
}

// Whether every whole number in the JSON, which is well formed, is still the same number as a value: what an int cannot
// hold becomes a double, and that keeps some sixteen digits.
auto keeps_whole_numbers(std::string_view json) -> bool {
  constexpr std::string_view kNumber = "+-.0123456789eE";
  for (size_t at = 0; at < json.size();) {
    if (json[at] == '"') {
      for (++at; at < json.size() && json[at] != '"';) at += json[at] == '\\' ? 2 : 1;
      ++at;
    } else if (json[at] == '-' || (json[at] >= '0' && json[at] <= '9')) {
      auto text = std::string(json.substr(at, json.find_first_not_of(kNumber, at) - at));
      at += text.size();
      bool is_whole = text.find_first_of(".eE") == std::string::npos;
      if (!is_whole || text.size() < 19) continue;
      int64_t integer = 0;
      bool fits = std::from_chars(text.data(), text.data() + text.size(), integer).ec == std::errc();
      if (!fits && fmt::format("{:.0f}", std::strtod(text.c_str(), nullptr)) != text) return false;
    } else {
      ++at;
    }
  }
  return true;
}

auto json_decode(const Arguments& arguments) -> Result<Value> {
  auto value = from_json(arguments[0].as_string());
  if (!value) return refused("json.decode", value.error().text);
  if (!keeps_whole_numbers(arguments[0].as_string())) {
    return refused("json.decode", "an int in it is beyond 64 bits, and as a number it would lose digits; in quotes it is a text");
  }
  return value;
}

// Bytes that came out of a decoder, as a text: the language has no other.
auto as_text(std::string_view function, std::string bytes) -> Result<Value> {
  if (first_invalid_utf8(bytes) != std::string_view::npos) {
    return refused(function, "these bytes are no UTF-8 text, and the language has no other");
  }
  return Value::string(bytes);
}

auto base64_encode(const Arguments& arguments) -> Result<Value> {
  return bounded("base64.encode", base64(arguments[0].as_string()));
}

auto base64_decode(const Arguments& arguments) -> Result<Value> {
  auto bytes = from_base64(arguments[0].as_string());
  if (!bytes)
    return refused("base64.decode",
                   quoted(arguments[0].as_string()) + " is no base64 (standard alphabet, with padding)");
  return as_text("base64.decode", std::move(*bytes));
}

auto hex_encode(const Arguments& arguments) -> Result<Value> {
  return bounded("hex.encode", hex(arguments[0].as_string()));
}

auto hex_decode(const Arguments& arguments) -> Result<Value> {
  auto bytes = from_hex(arguments[0].as_string());
  if (!bytes) return refused("hex.decode", quoted(arguments[0].as_string()) + " is no hexadecimal text");
  return as_text("hex.decode", std::move(*bytes));
}

auto is_unreserved(char c) -> bool {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' ||
         c == '.' || c == '~';
}

auto url_encode(const Arguments& arguments) -> Result<Value> {
  static constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (char c : arguments[0].as_string()) {
    if (is_unreserved(c)) {
      out += c;
    } else {
      auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    }
  }
  return bounded("url.encode", std::move(out));
}

auto url_decode(const Arguments& arguments) -> Result<Value> {
  auto text = arguments[0].as_string();
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    auto byte = from_hex(text.substr(i + 1, 2));
    if (!byte || byte->size() != 1)
      return refused("url.decode", quoted(text.substr(i, 3)) + " is no `%` with two hex digits");
    out += *byte;
    i += 2;
  }
  return as_text("url.decode", std::move(out));
}

constexpr Function kRows[] = {
    {.name = "json.encode",
     .signature = "(value: any) -> string",
     .text = "The value as JSON on one line, keys in order; durations and sizes as texts.",
     .example = "json.encode({ b = [1, null], a = \"x\" })",
     .result = "\"{\\\"a\\\":\\\"x\\\",\\\"b\\\":[1,null]}\"",
     .run = json_encode},
    {.name = "json.pretty",
     .signature = "(value: any) -> string",
     .text = "The value as JSON over several lines, two spaces a level.",
     .example = "json.pretty({ a = 1 })",
     .result = "\"{\\n  \\\"a\\\": 1\\n}\"",
     .run = json_pretty},
    {.name = "json.decode",
     .signature = "(text: string) -> any",
     .text = "The value that a JSON text stands for. At most 64 levels and 16 MiB.",
     .example = "json.decode(\"{\\\"a\\\": [1, 2]}\").a[1]",
     .result = "2",
     .run = json_decode},
    {.name = "base64.encode",
     .signature = "(text: string) -> string",
     .text = "The bytes of a text in base64, standard alphabet with padding.",
     .example = "base64.encode(\"weft\")",
     .result = "\"d2VmdA==\"",
     .run = base64_encode},
    {.name = "base64.decode",
     .signature = "(text: string) -> string",
     .text = "The text whose bytes these are in base64. They must be UTF-8; `file.bytes` and attributes that "
             "take base64 need no decoding.",
     .example = "base64.decode(\"d2VmdA==\")",
     .result = "\"weft\"",
     .run = base64_decode},
    {.name = "hex.encode",
     .signature = "(text: string) -> string",
     .text = "The bytes of a text as hexadecimal digits.",
     .example = "hex.encode(\"az\")",
     .result = "\"617a\"",
     .run = hex_encode},
    {.name = "hex.decode",
     .signature = "(text: string) -> string",
     .text = "The text whose bytes these hexadecimal digits are.",
     .example = "hex.decode(\"617a\")",
     .result = "\"az\"",
     .run = hex_decode},
    {.name = "url.encode",
     .signature = "(text: string) -> string",
     .text = "The text for a place inside a URL: all but letters, digits and `-_.~` as `%` and two digits.",
     .example = "url.encode(\"a b/é\")",
     .result = "\"a%20b%2F%C3%A9\"",
     .run = url_encode},
    {.name = "url.decode",
     .signature = "(text: string) -> string",
     .text = "The text that was written for a URL. A `+` stays one.",
     .example = "url.decode(\"a%20b\")",
     .result = "\"a b\"",
     .run = url_decode},
};

}  // namespace

auto encoding_rows() -> Rows {
  return kRows;
}

}  // namespace weft::functions
