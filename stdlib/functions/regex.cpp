// regex.*: RE2, whose time is linear in the text whatever the pattern.
#include <re2/re2.h>

#include "stdlib/functions/parts.h"

namespace weft::functions {

namespace {

constexpr int64_t kMaxMemory = int64_t{8} << 20;
constexpr int kMaxGroups = 100;

auto piece(std::string_view text) -> re2::StringPiece {
  return {text.data(), text.size()};
}
auto view(re2::StringPiece text) -> std::string_view {
  return text.data() == nullptr ? std::string_view() : std::string_view(text.data(), text.size());
}

class Pattern {
 public:
  explicit Pattern(std::string_view text) : re_(piece(text), options()) {}

  [[nodiscard]] auto check(std::string_view function) const -> Result<void> {
    if (!re_.ok())
      return refused(function, "the pattern " + quoted(re_.pattern()) + " is no RE2 pattern: " + re_.error());
    if (re_.NumberOfCapturingGroups() > kMaxGroups)
      return refused(function, "the pattern has more than 100 groups");
    return {};
  }
  [[nodiscard]] auto groups() const -> int { return re_.NumberOfCapturingGroups(); }
  [[nodiscard]] auto named() const -> const std::map<std::string, int>& { return re_.NamedCapturingGroups(); }

  // The next match from `at` on; [0] is the whole. The text before `at` still counts for `\b` and `^`.
  [[nodiscard]] auto match(std::string_view text, size_t at) const
      -> std::optional<std::vector<re2::StringPiece>> {
    std::vector<re2::StringPiece> found(static_cast<size_t>(groups()) + 1);
    bool matched = re_.Match(piece(text), at, text.size(), re2::RE2::UNANCHORED, found.data(), groups() + 1);
    return matched ? std::optional(std::move(found)) : std::nullopt;
  }

 private:
  static auto options() -> re2::RE2::Options {
    re2::RE2::Options options;
    options.set_max_mem(kMaxMemory);
    options.set_log_errors(false);
    return options;
  }
  re2::RE2 re_;
};

auto as_value(const Pattern& pattern, const std::vector<re2::StringPiece>& found) -> Value {
  std::vector<Value> groups;
  for (size_t i = 1; i < found.size(); ++i) groups.push_back(Value::string(view(found[i])));
  std::vector<Field> named;
  for (const auto& [name, index] : pattern.named()) {
    named.push_back({name, Value::string(view(found[static_cast<size_t>(index)]))});
  }
  return Value::object({{"text", Value::string(view(found[0]))},
                        {"groups", Value::list(std::move(groups))},
                        {"named", Value::object(std::move(named))}});
}

// Calls `each` with every match, from left to right, none overlapping. An empty match at the end of the one
// before it is none.
template <class Each>
auto every_match(std::string_view function, const Pattern& pattern, std::string_view text, Each each)
    -> Result<void> {
  size_t at = 0;
  size_t last_end = std::string_view::npos;
  size_t matches = 0;
  while (at <= text.size()) {
    auto found = pattern.match(text, at);
    if (!found) return {};
    auto start = static_cast<size_t>((*found)[0].data() - text.data());
    size_t end = start + (*found)[0].size();
    if (start != end || start != last_end) {
      if (++matches > kMaxElements) return refused(function, "more than 1,000,000 matches");
      TRY_VOID(each(start, end, *found));
    }
    last_end = end;
    at = end;
    if (start != end) continue;
    // Go on behind one whole character.
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) ++at;
  }
  return {};
}

auto match(const Arguments& arguments) -> Result<Value> {
  Pattern pattern(arguments[1].as_string());
  TRY_VOID(pattern.check("regex.match"));
  auto found = pattern.match(arguments[0].as_string(), 0);
  return found ? as_value(pattern, *found) : Value::null();
}

auto all(const Arguments& arguments) -> Result<Value> {
  Pattern pattern(arguments[1].as_string());
  TRY_VOID(pattern.check("regex.all"));
  std::vector<Value> all;
  TRY_VOID(every_match("regex.all", pattern, arguments[0].as_string(),
                       [&](size_t, size_t, const std::vector<re2::StringPiece>& found) -> Result<void> {
                         all.push_back(as_value(pattern, found));
                         return {};
                       }));
  return Value::list(std::move(all));
}

auto is(const Arguments& arguments) -> Result<Value> {
  Pattern pattern(arguments[1].as_string());
  TRY_VOID(pattern.check("regex.is"));
  return Value::boolean(pattern.match(arguments[0].as_string(), 0).has_value());
}

// A replacement taken apart: texts, and numbers of groups between them.
struct Part {
  std::string text;
  int group = -1;
};

auto is_word(char c) -> bool {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

auto group_number(const Pattern& pattern, std::string_view name) -> Result<int> {
  bool digits = name.find_first_not_of("0123456789") == std::string_view::npos;
  int number = -1;
  if (digits && name.size() <= 3) number = std::stoi(std::string(name));
  if (auto named = pattern.named().find(std::string(name)); named != pattern.named().end())
    number = named->second;
  if (number < 0 || number > pattern.groups()) {
    return refused("regex.replace",
                   "the pattern has no group `" + std::string(name) + "`; `$$` stands for a dollar sign");
  }
  return number;
}

auto replacement(const Pattern& pattern, std::string_view text) -> Result<std::vector<Part>> {
  std::vector<Part> parts(1);
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '$') {
      parts.back().text += text[i];
      continue;
    }
    if (i + 1 < text.size() && text[i + 1] == '$') {
      parts.back().text += '$';
      ++i;
      continue;
    }
    bool braces = i + 1 < text.size() && text[i + 1] == '{';
    size_t start = i + (braces ? 2 : 1);
    size_t end = start;
    while (end < text.size() && is_word(text[end])) ++end;
    bool closed = !braces || (end < text.size() && text[end] == '}');
    if (end == start || !closed)
      return refused("regex.replace", "a `$` that names no group; `$$` stands for a dollar sign");
    TRY(number, group_number(pattern, text.substr(start, end - start)));
    parts.back().group = number;
    parts.emplace_back();
    i = end - (braces ? 0 : 1);
  }
  return parts;
}

auto replace(const Arguments& arguments) -> Result<Value> {
  auto text = arguments[0].as_string();
  Pattern pattern(arguments[1].as_string());
  TRY_VOID(pattern.check("regex.replace"));
  TRY(parts, replacement(pattern, arguments[2].as_string()));
  std::string out;
  size_t copied = 0;
  TRY_VOID(
      every_match("regex.replace", pattern, text,
                  [&](size_t start, size_t end, const std::vector<re2::StringPiece>& found) -> Result<void> {
                    out += text.substr(copied, start - copied);
                    for (const auto& part : parts) {
                      out += part.text;
                      if (part.group >= 0) out += view(found[static_cast<size_t>(part.group)]);
                    }
                    copied = end;
                    if (out.size() > kMaxText)
                      return refused("regex.replace", "the result is larger than 16 MiB");
                    return {};
                  }));
  out += text.substr(copied);
  return bounded("regex.replace", std::move(out));
}

constexpr Function kRows[] = {
    {.name = "regex.match",
     .signature =
         "(text: string, pattern: string) -> { text: string, groups: list<string>, named: map<string> }?",
     .text = "The first match of an RE2 pattern in the text, null if there is none: the matched text, its "
             "groups in order (empty "
             "where they took no part), and those with names.",
     .example = "regex.match(\"web-12\", r\"([a-z]+)-(\\d+)\")?.groups",
     .result = "[\"web\", \"12\"]",
     .run = match},
    {.name = "regex.all",
     .signature = "(text: string, pattern: string) -> list<{ text: string, groups: list<string>, named: "
                  "map<string> }>",
     .text = "Every match of an RE2 pattern in the text, from left to right.",
     .example = "regex.all(\"a1 b2\", r\"\\d\")[*].text",
     .result = "[\"1\", \"2\"]",
     .run = all},
    {.name = "regex.replace",
     .signature = "(text: string, pattern: string, with: string) -> string",
     .text = "The text with each match of an RE2 pattern replaced; `$1` and `$name` stand for groups, `$$` "
             "for a dollar sign.",
     .example = "regex.replace(\"web-12\", r\"(\\w+)-(\\d+)\", \"$2-$1\")",
     .result = "\"12-web\"",
     .run = replace},
    {.name = "regex.is",
     .signature = "(text: string, pattern: string) -> bool",
     .text = "Whether an RE2 pattern matches somewhere in the text; `^` and `$` tie it to the ends.",
     .example = "regex.is(\"web\", \"^[a-z]+$\")",
     .result = "true",
     .run = is},
};

}  // namespace

auto regex_rows() -> Rows {
  return kRows;
}

}  // namespace weft::functions
