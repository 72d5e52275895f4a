#include "lang/syntax/foreign.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "lang/base/text.h"
#include "lang/syntax/words.h"

namespace weft::syntax {
namespace {

struct ForeignType {
  std::string_view theirs;
  std::string_view ours;
};
constexpr std::array kTypes = {
#define FOREIGN_TYPE(theirs, ours) ForeignType{theirs, ours},
#include "lang/syntax/foreign_types.def"
#undef FOREIGN_TYPE
};

auto camel(std::span<const std::string_view> words) -> std::string {
  std::string name;
  for (const std::string_view word : words) {
    for (size_t i = 0; i < word.size(); ++i) name += i == 0 && word[0] >= 'a' ? static_cast<char>(word[0] - 32) : word[i];
  }
  return name;
}

// --- YAML

struct YamlLine {
  size_t indent = 0;
  std::string_view text;  // without white space at its ends and without comment
};

auto yaml_lines(std::string_view text) -> std::vector<YamlLine> {
  std::vector<YamlLine> lines;
  for (std::string_view line : split(text, '\n')) {
    const size_t indent = std::min(line.find_first_not_of(' '), line.size());
    std::string_view body = trim(line);
    if (body.empty() || body.starts_with('#') || body.starts_with("//")) continue;
    if (body.front() != '"' && body.front() != '\'') body = trim(body.substr(0, body.find(" #")));
    lines.push_back({.indent = indent, .text = body});
  }
  return lines;
}

auto quoted(std::string_view text) -> std::string {
  std::string out = "\"";
  for (size_t i = 0; i < text.size(); ++i) {
    const bool special = text[i] == '"' || text[i] == '\\' || ((text[i] == '$' || text[i] == '%') && text.substr(i + 1, 1) == "{");
    if (special) out += '\\';
    out += text[i];
  }
  return out + '"';
}

// `key: value` or `key:`.
auto key_and_value(std::string_view text) -> std::optional<std::pair<std::string, std::string_view>> {
  std::string_view key;
  std::string_view rest;
  if (text.starts_with('"') || text.starts_with('\'')) {
    const size_t end = text.find(text[0], 1);
    if (end == std::string_view::npos || text.substr(end + 1, 1) != ":") return std::nullopt;
    key = text.substr(1, end - 1);
    rest = text.substr(end + 2);
  } else {
    const size_t colon = std::min(text.find(": "), text.ends_with(':') ? text.size() - 1 : std::string_view::npos);
    if (colon == std::string_view::npos) return std::nullopt;
    key = text.substr(0, colon);
    rest = text.substr(colon + 1);
  }
  if (key.empty() || key.find_first_of("{}[]&*!|>%@`\"\\") != std::string_view::npos) return std::nullopt;
  return std::pair(is_name(key) ? std::string(key) : quoted(key), trim(rest));
}

class YamlWriter {
 public:
  YamlWriter(std::vector<YamlLine> lines, std::string_view indent) : lines_(std::move(lines)), indent_(indent) {}

  auto write() -> std::optional<std::string> {
    if (lines_.empty()) return std::nullopt;
    const bool good = lines_[0].text.starts_with("- ") ? items(lines_[0].indent, 1) : entries(lines_[0].indent, 0);
    if (!good || at_ != lines_.size() || out_.size() < 2) return std::nullopt;
    return std::move(out_);
  }

 private:
  static constexpr size_t kMostDepth = 40;

  void line(size_t depth, std::string_view text) {
    if (!out_.empty()) out_ += '\n' + std::string(indent_) + std::string(2 * depth, ' ');
    out_ += text;
  }

  auto entries(size_t indent, size_t depth) -> bool {
    while (at_ < lines_.size() && lines_[at_].indent == indent && !lines_[at_].text.starts_with("- ")) {
      if (!entry(lines_[at_].text, indent, depth)) return false;
    }
    return at_ >= lines_.size() || lines_[at_].indent < indent || lines_[at_].text.starts_with("- ");
  }

  // The current line, or what stands behind `- ` on it.
  auto entry(std::string_view text, size_t indent, size_t depth) -> bool {
    const auto parts = key_and_value(text);
    if (!parts || depth > kMostDepth) return false;
    ++at_;
    if (!parts->second.empty()) {
      const auto value = scalar_from_yaml(parts->second);
      if (!value) return false;
      line(depth, parts->first + " = " + *value);
      return true;
    }
    const bool nested = at_ < lines_.size() && lines_[at_].indent > indent;
    const bool item_below = at_ < lines_.size() && lines_[at_].indent >= indent && lines_[at_].text.starts_with("- ");
    if (item_below) {
      line(depth, parts->first + " = [");
      if (!items(lines_[at_].indent, depth + 1)) return false;
      line(depth, "]");
    } else if (nested) {
      line(depth, parts->first + " = {");
      if (!entries(lines_[at_].indent, depth + 1)) return false;
      line(depth, "}");
    } else {
      line(depth, parts->first + " = null");
    }
    return true;
  }

  auto items(size_t indent, size_t depth) -> bool {
    const bool outermost = out_.empty();
    if (outermost) line(0, "[");
    while (at_ < lines_.size() && lines_[at_].indent == indent && lines_[at_].text.starts_with("- ")) {
      const std::string_view inside = trim(lines_[at_].text.substr(2));
      const size_t column = indent + static_cast<size_t>(inside.data() - lines_[at_].text.data());
      if (key_and_value(inside)) {
        line(depth, "{");
        if (!entry(inside, column, depth + 1) || !entries_behind(column, depth + 1)) return false;
        line(depth, "},");
      } else {
        const auto value = scalar_from_yaml(inside);
        if (!value) return false;
        line(depth, *value + ",");
        ++at_;
      }
    }
    if (outermost) line(0, "]");
    return true;
  }

  auto entries_behind(size_t column, size_t depth) -> bool {
    if (at_ >= lines_.size() || lines_[at_].indent != column || lines_[at_].text.starts_with("- ")) return true;
    return entries(column, depth);
  }

  std::vector<YamlLine> lines_;
  std::string_view indent_;
  std::string out_;
  size_t at_ = 0;
};

}  // namespace

auto resource_type_for(std::string_view terraform_type) -> std::string {
  for (const ForeignType& type : kTypes) {
    if (type.theirs == terraform_type) return std::string(type.ours);
  }
  const std::vector<std::string_view> parts = split(terraform_type, '_');
  const std::span<const std::string_view> words(parts);
  if (parts.size() < 2 || !is_name(terraform_type)) return "aws.service.Type";
  if (parts[0] == "kubernetes") return "k8s.core.v1." + camel(words.subspan(1));
  const std::span<const std::string_view> rest = parts.size() > 2 ? words.subspan(2) : words.subspan(1);
  return std::string(parts[0]) + "." + std::string(parts[1]) + "." + camel(rest);
}

auto type_for(std::string_view terraform_type) -> std::string {
  if (terraform_type.size() > 200) return "any";
  std::string type;
  for (const char c : terraform_type) {
    if (!is_name_char(c) && c != '(' && c != ')') return "any";
    type += c == '(' ? '<' : (c == ')' ? '>' : c);
  }
  for (const std::string_view known : {"string", "number", "bool", "any"}) {
    if (type == known) return type;
  }
  const size_t open = type.find('<');
  if (open == std::string::npos || !type.ends_with('>')) return "any";
  const std::string outer = type.substr(0, open);
  if (outer != "list" && outer != "set" && outer != "map") return "any";
  return outer + "<" + type_for(terraform_type.substr(open + 1, terraform_type.size() - open - 2)) + ">";
}

auto scalar_from_yaml(std::string_view scalar) -> std::optional<std::string> {
  scalar = trim(scalar);
  if (scalar.empty() || scalar == "~") return "null";
  if (scalar == "true" || scalar == "false" || scalar == "null") return std::string(scalar);
  if (scalar == "[]" || scalar == "{}") return std::string(scalar);
  const bool number = std::ranges::all_of(scalar, is_digit) && (scalar.size() == 1 || scalar[0] != '0') && scalar.size() < 18;
  if (number) return std::string(scalar);
  if (scalar.front() == '"' || scalar.front() == '\'') {
    if (scalar.size() < 2 || scalar.back() != scalar.front()) return std::nullopt;
    const std::string_view inside = scalar.substr(1, scalar.size() - 2);
    if (inside.find_first_of("'\"\\") != std::string_view::npos) return std::nullopt;
    return quoted(inside);
  }
  if (std::string_view("[{&*!|>%@`,").find(scalar.front()) != std::string_view::npos) return std::nullopt;
  return quoted(scalar);
}

auto fabric_from_yaml(std::string_view lines, std::string_view indent) -> std::optional<std::string> {
  if (lines.size() > 100'000 || lines.find('\t') != std::string_view::npos) return std::nullopt;
  return YamlWriter(yaml_lines(lines), indent).write();
}

auto resource_from_manifest(std::string_view lines) -> std::optional<std::string> {
  std::string api;
  std::string kind;
  std::string rest;
  for (const std::string_view line : split(lines, '\n')) {
    const auto parts = key_and_value(trim(line));
    const bool top = !line.empty() && line[0] != ' ';
    if (top && parts && parts->first == "apiVersion") {
      api = parts->second;
    } else if (top && parts && parts->first == "kind") {
      kind = parts->second;
    } else if (!line.starts_with("---")) {
      rest += std::string(line) + "\n";
    }
  }
  const auto body = fabric_from_yaml(rest, "  ");
  const size_t slash = api.find('/');
  std::string group = slash == std::string::npos ? "core" : api.substr(0, slash);
  const std::string version = slash == std::string::npos ? api : api.substr(slash + 1);
  if (group.ends_with(".k8s.io")) group.resize(group.size() - 7);
  if (!body || !is_name(kind) || !is_name(version) || group.empty()) return std::nullopt;
  if (group.find('-') != std::string::npos) group = "\"" + group + "\"";
  std::string name = kind;
  std::ranges::transform(name, name.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return "resource " + name + ": k8s." + group + "." + version + "." + kind + " {\n  " + *body + "\n}";
}

}  // namespace weft::syntax
