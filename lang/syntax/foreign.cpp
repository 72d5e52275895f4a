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

// Terraform's type expressions, from their text.
class TypeReader {
 public:
  explicit TypeReader(std::string_view text) : text_(text) {}

  auto read() -> std::optional<std::string> {
    auto type = one(0);
    space();
    return at_ == text_.size() ? type : std::nullopt;
  }

 private:
  static constexpr size_t kMostDepth = 20;

  void space() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) ++at_;
  }
  auto accept(char wanted) -> bool {
    space();
    if (at_ >= text_.size() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }
  auto name() -> std::string_view {
    space();
    const size_t begin = at_;
    while (at_ < text_.size() && is_name_char(text_[at_])) ++at_;
    return text_.substr(begin, at_ - begin);
  }

  auto one(size_t depth) -> std::optional<std::string> {
    if (depth > kMostDepth) return std::nullopt;
    const std::string word(name());
    if (word == "string" || word == "number" || word == "bool" || word == "any") return word;
    if (word == "list" || word == "set" || word == "map") {
      if (!accept('(')) return word + "<any>";
      const auto inside = one(depth + 1);
      if (!inside || !accept(')')) return std::nullopt;
      return word + "<" + *inside + ">";
    }
    if (word != "object" || !accept('(') || !accept('{')) return std::nullopt;
    const auto inside = members(depth);
    if (!inside || !accept(')')) return std::nullopt;
    return inside;
  }

  // Up to the `}`.
  auto members(size_t depth) -> std::optional<std::string> {
    std::string out;
    while (!accept('}')) {
      const std::string key(name());
      if (!is_name(key) || !accept('=')) return std::nullopt;
      const size_t before = at_;
      const bool may_be_left_out = name() == "optional" && accept('(');
      if (!may_be_left_out) at_ = before;
      const auto type = one(depth + 1);
      if (!type || (may_be_left_out && !accept(')'))) return std::nullopt;
      out += (out.empty() ? "" : ", ") + key + (may_be_left_out ? "?: " : ": ") + *type;
      accept(',');
    }
    return out.empty() ? "{}" : "{ " + out + " }";
  }

  std::string_view text_;
  size_t at_ = 0;
};

// --- YAML

struct YamlLine {
  size_t indent = 0;
  std::string_view text;    // without white space at its ends and without comment
  std::string comments{};   // that stand above it or at its end, each as `// …` and a line break
};

// Comments behind the last line are the comments of an empty one.
auto yaml_lines(std::string_view text) -> std::vector<YamlLine> {
  std::vector<YamlLine> lines;
  std::string comments;
  const auto keep = [&](std::string_view comment) {
    const size_t begin = std::min(comment.find_first_not_of("#/"), comment.size());
    comments += "// " + std::string(trim(comment.substr(begin))) + "\n";
  };
  for (std::string_view line : split(text, '\n')) {
    const size_t indent = std::min(line.find_first_not_of(' '), line.size());
    std::string_view body = trim(line);
    if (body.starts_with('#') || body.starts_with("//")) keep(body);
    if (body.empty() || body.starts_with('#') || body.starts_with("//")) continue;
    const size_t behind = body.find(" #");
    if (body.front() != '"' && body.front() != '\'' && behind != std::string_view::npos) {
      keep(body.substr(behind + 1));
      body = trim(body.substr(0, behind));
    }
    lines.push_back({.indent = indent, .text = body, .comments = std::move(comments)});
    comments.clear();
  }
  if (!comments.empty()) lines.push_back({.indent = 0, .text = {}, .comments = std::move(comments)});
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
    std::string last;
    if (!lines_.empty() && lines_.back().text.empty()) {
      last = std::move(lines_.back().comments);
      lines_.pop_back();
    }
    if (lines_.empty()) return std::nullopt;
    const bool good = lines_[0].text.starts_with("- ") ? items(lines_[0].indent, 1) : entries(lines_[0].indent, 0);
    if (!good || at_ != lines_.size() || out_.size() < 2) return std::nullopt;
    put_comments(last, 0);
    return std::move(out_);
  }

 private:
  static constexpr size_t kMostDepth = 40;

  void line(size_t depth, std::string_view text) {
    if (!out_.empty()) out_ += '\n' + std::string(indent_) + std::string(2 * depth, ' ');
    out_ += text;
  }

  void put_comments(std::string& comments, size_t depth) {
    for (const std::string_view one : split(comments, '\n')) {
      if (!one.empty()) line(depth, one);
    }
    comments.clear();
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
    put_comments(lines_[at_].comments, depth);
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
      put_comments(lines_[at_].comments, depth);
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

auto type_for(std::string_view terraform_type) -> std::optional<std::string> {
  if (terraform_type.size() > 10'000) return std::nullopt;
  const bool in_quotes = terraform_type.size() > 2 && terraform_type.front() == '"' && terraform_type.back() == '"';
  return TypeReader(in_quotes ? terraform_type.substr(1, terraform_type.size() - 2) : terraform_type).read();
}

auto address_for(std::string_view terraform_address) -> std::optional<std::string> {
  struct Part {
    std::string_view name;
    std::string_view index;  // with its brackets
  };
  std::vector<Part> parts;
  for (size_t at = 0; at < terraform_address.size();) {
    if (!parts.empty() && terraform_address[at++] != '.') return std::nullopt;
    const size_t begin = at;
    while (at < terraform_address.size() && is_name_char(terraform_address[at])) ++at;
    Part part{.name = terraform_address.substr(begin, at - begin), .index = {}};
    if (!is_name(part.name)) return std::nullopt;
    if (at < terraform_address.size() && terraform_address[at] == '[') {
      const size_t end = terraform_address.find(']', at);
      if (end == std::string_view::npos) return std::nullopt;
      part.index = terraform_address.substr(at, end + 1 - at);
      const std::string_view key = part.index.substr(1, part.index.size() - 2);
      const bool text = key.size() > 2 && key.front() == '"' && key.find_first_of("\"\\$%", 1) == key.size() - 1;
      if (!text && (key.empty() || key.size() > 9 || !std::ranges::all_of(key, is_digit))) return std::nullopt;
      at = end + 1;
    }
    parts.push_back(part);
  }
  std::string out;
  size_t at = 0;
  const auto take = [&](const Part& part) { out += (out.empty() ? "" : ".") + std::string(part.name) + std::string(part.index); };
  for (; at + 1 < parts.size() && parts[at].name == "module" && parts[at].index.empty(); at += 2) take(parts[at + 1]);
  if (at < parts.size()) {
    if (at + 2 != parts.size() || !parts[at].index.empty() || parts[at].name == "data") return std::nullopt;
    take(parts[at + 1]);
  }
  if (out.empty()) return std::nullopt;
  return out;
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
