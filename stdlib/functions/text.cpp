// string.*: texts taken apart, put together and asked about. Positions and widths count code points.
#include <algorithm>

#include "lang/base/text.h"
#include "stdlib/functions/letter_case.h"
#include "stdlib/functions/parts.h"

namespace weft::functions {

namespace {

auto code_points(std::string_view text) -> std::vector<std::string_view> {
  std::vector<std::string_view> all;
  for (size_t pos = 0; pos < text.size();) {
    size_t start = pos;
    next_code_point(text, pos);
    all.push_back(text.substr(start, pos - start));
  }
  return all;
}

auto split(const Arguments& arguments) -> Result<Value> {
  auto text = arguments[0].as_string();
  auto separator = arguments[1].as_string();
  std::vector<Value> parts;
  if (separator.empty()) {
    if (count_code_points(text) > kMaxElements) return refused("string.split", "more than 1,000,000 parts");
    for (auto one : code_points(text)) parts.push_back(Value::string(one));
    return Value::list(std::move(parts));
  }
  for (size_t at = 0;;) {
    size_t end = text.find(separator, at);
    parts.push_back(Value::string(text.substr(at, end == std::string_view::npos ? end : end - at)));
    if (end == std::string_view::npos) return Value::list(std::move(parts));
    if (parts.size() == kMaxElements) return refused("string.split", "more than 1,000,000 parts");
    at = end + separator.size();
  }
}

// What stands before the first unknown part is known of the whole.
auto join(const Arguments& arguments) -> Result<Value> {
  if (arguments[0].is_unknown() || arguments[1].has_unknown())
    return unknown_result(arguments, {.type = Type::string(), .not_null = true});
  std::string out;
  bool first = true;
  for (const auto& part : arguments[0].elements()) {
    if (!first) out += arguments[1].as_string();
    first = false;
    if (part.is_unknown()) {
      out += part.facts().prefix.view();
      return unknown_result(arguments, {.type = Type::string(), .not_null = true, .prefix = out});
    }
    out += part.as_string();
    if (out.size() > kMaxText) break;
  }
  return bounded("string.join", std::move(out));
}

template <auto change>
auto changed_case(const Arguments& arguments) -> Result<Value> {
  if (arguments[0].is_unknown()) {
    return unknown_result(
        arguments,
        {.type = Type::string(), .not_null = true, .prefix = change(arguments[0].facts().prefix.view())});
  }
  return Value::string(change(arguments[0].as_string()));
}

auto title(const Arguments& arguments) -> Result<Value> {
  auto text = arguments[0].as_string();
  std::string out;
  bool inside = false;
  for (size_t pos = 0; pos < text.size();) {
    char32_t code = next_code_point(text, pos);
    append_utf8(out, inside ? code : to_upper(code));
    inside = is_letter_or_digit(code) || code == '\'';
  }
  return Value::string(out);
}

auto trim_characters(const Arguments& arguments) -> Result<Value> {
  auto text = arguments[0].as_string();
  auto drop = code_points(arguments[1].as_string());
  auto ends = [&](auto&& touches, auto&& cut) {
    for (bool again = true; again;) {
      again = false;
      for (auto one : drop) {
        if (!touches(one)) continue;
        cut(one.size());
        again = true;
      }
    }
  };
  ends([&](std::string_view one) { return text.starts_with(one); },
       [&](size_t size) { text.remove_prefix(size); });
  ends([&](std::string_view one) { return text.ends_with(one); },
       [&](size_t size) { text.remove_suffix(size); });
  return Value::string(text);
}

auto trim_space(const Arguments& arguments) -> Result<Value> {
  return Value::string(trim(arguments[0].as_string()));
}

auto trim_prefix(const Arguments& arguments) -> Result<Value> {
  auto text = arguments[0].as_string();
  if (text.starts_with(arguments[1].as_string())) text.remove_prefix(arguments[1].as_string().size());
  return Value::string(text);
}

auto trim_suffix(const Arguments& arguments) -> Result<Value> {
  auto text = arguments[0].as_string();
  if (text.ends_with(arguments[1].as_string())) text.remove_suffix(arguments[1].as_string().size());
  return Value::string(text);
}

auto replace(const Arguments& arguments) -> Result<Value> {
  auto text = arguments[0].as_string();
  auto from = arguments[1].as_string();
  auto to = arguments[2].as_string();
  if (from.empty()) return refused("string.replace", "the text to replace is empty");
  std::string out;
  for (size_t at = 0;;) {
    size_t found = text.find(from, at);
    out += text.substr(at, found == std::string_view::npos ? found : found - at);
    if (found == std::string_view::npos || out.size() > kMaxText)
      return bounded("string.replace", std::move(out));
    out += to;
    at = found + from.size();
  }
}

auto contains(const Arguments& arguments) -> Result<Value> {
  return Value::boolean(arguments[0].as_string().find(arguments[1].as_string()) != std::string_view::npos);
}

// A known prefix may be enough to answer.
auto starts_with(const Arguments& arguments) -> Result<Value> {
  if (arguments[1].is_unknown()) return unknown_result(arguments);
  auto start = arguments[1].as_string();
  if (arguments[0].is_unknown()) {
    auto prefix = arguments[0].facts().prefix.view();
    if (prefix.starts_with(start)) return Value::boolean(true);
    if (!start.starts_with(prefix)) return Value::boolean(false);
    return unknown_result(arguments);
  }
  return Value::boolean(arguments[0].as_string().starts_with(start));
}

auto ends_with(const Arguments& arguments) -> Result<Value> {
  return Value::boolean(arguments[0].as_string().ends_with(arguments[1].as_string()));
}

auto slice(const Arguments& arguments) -> Result<Value> {
  auto all = code_points(arguments[0].as_string());
  TRY(start, count("string.slice", "start", arguments[1], INT64_MAX));
  size_t end = all.size();
  if (!arguments[2].is_null()) {
    TRY(given, count("string.slice", "end", arguments[2], INT64_MAX));
    if (given < start) return refused("string.slice", "`end` is before `start`");
    end = std::min(given, end);
  }
  std::string out;
  for (size_t i = start; i < end; ++i) out += all[i];
  return Value::string(out);
}

auto reverse(const Arguments& arguments) -> Result<Value> {
  auto all = code_points(arguments[0].as_string());
  std::string out;
  for (auto one = all.rbegin(); one != all.rend(); ++one) out += *one;
  return Value::string(out);
}

auto indent(const Arguments& arguments) -> Result<Value> {
  auto text = arguments[0].as_string();
  TRY(spaces, count("string.indent", "spaces", arguments[1], 1000));
  std::string out;
  for (size_t i = 0; i < text.size() && out.size() <= kMaxText; ++i) {
    out += text[i];
    bool empty_line = i + 1 >= text.size() || text[i + 1] == '\n' || text[i + 1] == '\r';
    if (text[i] == '\n' && !empty_line) out.append(spaces, ' ');
  }
  return bounded("string.indent", std::move(out));
}

auto lines(const Arguments& arguments) -> Result<Value> {
  std::vector<Value> all;
  auto text = arguments[0].as_string();
  while (!text.empty()) {
    if (all.size() == kMaxElements) return refused("string.lines", "more than 1,000,000 lines");
    size_t end = text.find('\n');
    auto line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    all.push_back(Value::string(line));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return Value::list(std::move(all));
}

auto repeated(std::string_view function, std::string_view text, size_t times) -> Result<std::string> {
  if (!text.empty() && times > kMaxText / text.size())
    return refused(function, "the result is larger than 16 MiB");
  std::string out;
  if (text.empty() || times == 0) return out;
  size_t size = text.size() * times;
  out.reserve(size);
  out = text;
  while (out.size() < size) out.append(out, 0, std::min(out.size(), size - out.size()));
  return out;
}

auto repeat(const Arguments& arguments) -> Result<Value> {
  TRY(times, count("string.repeat", "times", arguments[1], INT64_MAX));
  TRY(out, repeated("string.repeat", arguments[0].as_string(), times));
  return Value::string(out);
}

auto padding(std::string_view function, const Arguments& arguments) -> Result<std::string> {
  TRY(width, count(function, "width", arguments[1], INT64_MAX));
  auto fill = code_points(arguments[2].as_string());
  if (fill.size() != 1)
    return refused(function, "`fill` is " + quoted(arguments[2].as_string()) + "; it is one character");
  size_t length = count_code_points(arguments[0].as_string());
  return repeated(function, fill.front(), width > length ? width - length : 0);
}

auto pad_left(const Arguments& arguments) -> Result<Value> {
  TRY(pad, padding("string.pad_left", arguments));
  return bounded("string.pad_left", pad + arguments[0].as_text().str());
}

auto pad_right(const Arguments& arguments) -> Result<Value> {
  TRY(pad, padding("string.pad_right", arguments));
  return bounded("string.pad_right", arguments[0].as_text().str() + pad);
}

constexpr Function kRows[] = {
    {.name = "string.split",
     .signature = "(text: string, separator: string) -> list<string>",
     .text = "The parts of a text between separators. An empty separator gives the characters.",
     .example = "string.split(\"a,b,,c\", \",\")",
     .result = "[\"a\", \"b\", \"\", \"c\"]",
     .run = split},
    {.name = "string.join",
     .signature = "(parts: list<string>, separator: string = \"\") -> string",
     .text = "The parts, one behind the other, with the separator between them.",
     .example = "string.join([\"a\", \"b\"], \"-\")",
     .result = "\"a-b\"",
     .run = join,
     .sees_unknown = true},
    {.name = "string.upper",
     .signature = "(text: string) -> string",
     .text = "The text in capitals.",
     .example = "string.upper(\"weft é\")",
     .result = "\"WEFT É\"",
     .run = changed_case<upper_text>,
     .sees_unknown = true},
    {.name = "string.lower",
     .signature = "(text: string) -> string",
     .text = "The text in small letters.",
     .example = "string.lower(\"WEFT\")",
     .result = "\"weft\"",
     .run = changed_case<lower_text>,
     .sees_unknown = true},
    {.name = "string.title",
     .signature = "(text: string) -> string",
     .text = "The text with a capital at the start of each word.",
     .example = "string.title(\"hello big world\")",
     .result = "\"Hello Big World\"",
     .run = title},
    {.name = "string.trim",
     .signature = "(text: string, characters: string) -> string",
     .text = "The text without any of these characters at its start and end.",
     .example = "string.trim(\"--a-b-\", \"-\")",
     .result = "\"a-b\"",
     .run = trim_characters},
    {.name = "string.trim_space",
     .signature = "(text: string) -> string",
     .text = "The text without white space at its start and end.",
     .example = "string.trim_space(\"  a b\\n\")",
     .result = "\"a b\"",
     .run = trim_space},
    {.name = "string.trim_prefix",
     .signature = "(text: string, prefix: string) -> string",
     .text = "The text without that start, if it has it.",
     .example = "string.trim_prefix(\"v1.2\", \"v\")",
     .result = "\"1.2\"",
     .run = trim_prefix},
    {.name = "string.trim_suffix",
     .signature = "(text: string, suffix: string) -> string",
     .text = "The text without that end, if it has it.",
     .example = "string.trim_suffix(\"example.com.\", \".\")",
     .result = "\"example.com\"",
     .run = trim_suffix},
    {.name = "string.replace",
     .signature = "(text: string, from: string, to: string) -> string",
     .text = "The text with each `from` replaced by `to`. Patterns are replaced by `regex.replace`.",
     .example = "string.replace(\"a.b.c\", \".\", \"-\")",
     .result = "\"a-b-c\"",
     .run = replace},
    {.name = "string.contains",
     .signature = "(text: string, part: string) -> bool",
     .text = "Whether the text holds the part.",
     .example = "string.contains(\"weft\", \"ef\")",
     .result = "true",
     .run = contains},
    {.name = "string.starts_with",
     .signature = "(text: string, prefix: string) -> bool",
     .text = "Whether the text starts so.",
     .example = "string.starts_with(\"weft\", \"we\")",
     .result = "true",
     .run = starts_with,
     .sees_unknown = true},
    {.name = "string.ends_with",
     .signature = "(text: string, suffix: string) -> bool",
     .text = "Whether the text ends so.",
     .example = "string.ends_with(\"weft\", \"we\")",
     .result = "false",
     .run = ends_with},
    {.name = "string.slice",
     .signature = "(text: string, start: int, end: int? = null) -> string",
     .text =
         "The characters from `start` up to, not including, `end`; what lies beyond the text is left out.",
     .example = "string.slice(\"abcdef\", 1, 3)",
     .result = "\"bc\"",
     .run = slice},
    {.name = "string.reverse",
     .signature = "(text: string) -> string",
     .text = "The characters from the last to the first.",
     .example = "string.reverse(\"abc\")",
     .result = "\"cba\"",
     .run = reverse},
    {.name = "string.indent",
     .signature = "(text: string, spaces: int) -> string",
     .text = "The text with that many spaces in front of each line but the first, and none in front of empty "
             "ones.",
     .example = "string.indent(\"a:\\nb\", 2)",
     .result = "\"a:\\n  b\"",
     .run = indent},
    {.name = "string.lines",
     .signature = "(text: string) -> list<string>",
     .text = "The lines of a text, without their ends. A line end at the text's end starts no further line.",
     .example = "string.lines(\"a\\nb\\n\")",
     .result = "[\"a\", \"b\"]",
     .run = lines},
    {.name = "string.repeat",
     .signature = "(text: string, times: int) -> string",
     .text = "The text, that many times.",
     .example = "string.repeat(\"ab\", 3)",
     .result = "\"ababab\"",
     .run = repeat},
    {.name = "string.pad_left",
     .signature = "(text: string, width: int, fill: string = \" \") -> string",
     .text = "The text with fill in front of it until it is that wide.",
     .example = "string.pad_left(\"7\", 3, \"0\")",
     .result = "\"007\"",
     .run = pad_left},
    {.name = "string.pad_right",
     .signature = "(text: string, width: int, fill: string = \" \") -> string",
     .text = "The text with fill behind it until it is that wide.",
     .example = "string.pad_right(\"ab\", 4, \".\")",
     .result = "\"ab..\"",
     .run = pad_right},
};

}  // namespace

auto text_rows() -> Rows {
  return kRows;
}

}  // namespace weft::functions
