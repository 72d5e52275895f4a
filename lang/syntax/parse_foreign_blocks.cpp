// What a block of Terraform is here, as text for a fix. Nothing where a part of it has no such form: a fix takes nothing
// away that somebody wrote, so there is none then, and the message says what to write.
#include <algorithm>

#include "lang/base/text.h"
#include "lang/syntax/foreign.h"
#include "lang/syntax/parser.h"

namespace weft::syntax {
namespace {

constexpr size_t kMostKept = 200;  // parts of one block; comments are looked for outside of each

// A description as documentation; nothing when it takes more than a line of plain text.
auto documentation_from(std::string_view quoted) -> std::optional<std::string> {
  if (quoted.empty()) return std::string();
  if (quoted == "\"\"") return std::string();
  if (quoted.size() < 2 || quoted.front() != '"' || quoted.starts_with("\"\"\"")) return std::nullopt;
  std::string text = "/// ";
  const std::string_view inside = quoted.substr(1, quoted.size() - 2);
  for (size_t i = 0; i < inside.size(); ++i) {
    const bool escaped = inside[i] == '\\';
    if (escaped && ++i == inside.size()) return std::nullopt;
    if (escaped && inside[i] != '"' && inside[i] != '\\') return std::nullopt;
    const bool special = (inside[i] == '$' || inside[i] == '%') && inside.substr(i + 1, 1) == "{";
    if (special || inside[i] == '\n') return std::nullopt;
    text += inside[i];
  }
  return text + "\n";
}

// `[tags, size]` as a list of texts.
auto quoted_list(std::string_view list) -> std::optional<std::string> {
  if (list.size() < 2 || list.front() != '[' || list.back() != ']') return std::nullopt;
  std::string out;
  for (const std::string_view part : split(list.substr(1, list.size() - 2), ',')) {
    const std::string_view path = trim(part);
    if (path.empty()) continue;
    if (!std::ranges::all_of(path, [](char c) { return is_name_char(c) || c == '.'; })) return std::nullopt;
    out += (out.empty() ? "\"" : ", \"") + std::string(path) + "\"";
  }
  return "[" + out + "]";
}

auto is_choice(std::string_view text) -> bool { return text.empty() || text == "true" || text == "false"; }
auto is_heredoc(std::string_view text) -> bool { return text.find("<<") != std::string_view::npos; }

}  // namespace

// Whether the block has nothing but these attributes, each at most once, and these blocks without labels.
auto Parser::only_has(NodeId block, std::initializer_list<std::string_view> attributes,
                      std::initializer_list<std::string_view> blocks) const -> bool {
  std::vector<std::string_view> seen;
  uint32_t at = nodes_[block.index].first.index + 1;
  const auto separators_until = [&](uint32_t end) {
    for (; at < end; ++at) {
      if (out_[at].kind != TokenKind::kComma && out_[at].kind != TokenKind::kDocComment) return false;
    }
    return true;
  };
  for (NodeId child{nodes_[block.index].first_child}; child.valid(); child = NodeId{nodes_[child.index].next}) {
    const Node& entry = nodes_[child.index];
    if (entry.kind != NodeKind::kAttribute || entry.first_child == UINT32_MAX || !separators_until(entry.first.index)) return false;
    const std::string_view name = source(NodeId{entry.first_child});
    const NodeId value{nodes_[entry.first_child].next};
    if (!value.valid()) return false;
    const bool is_block = nodes_[value.index].kind == NodeKind::kBlock;
    const auto& known = is_block ? blocks : attributes;
    if (std::ranges::find(known, name) == known.end()) return false;
    const bool has_label = is_block && nodes_[value.index].first.index != nodes_[entry.first_child].last.index + 1;
    if (nodes_[value.index].next != UINT32_MAX || has_label || (!is_block && std::ranges::find(seen, name) != seen.end())) return false;
    if (!is_block) seen.push_back(name);
    at = entry.last.index + 1;
  }
  return separators_until(nodes_[block.index].last.index);
}

// The comments in a block but for those in `kept`, whose text is taken over as it stands: lines behind `indent`.
auto Parser::comments_of(NodeId block, const std::vector<NodeId>& kept, std::string_view indent) const -> std::optional<std::string> {
  std::string lines;
  const auto is_kept = [&](uint32_t token) {
    return std::ranges::any_of(kept, [&](NodeId one) {
      return one.valid() && token > nodes_[one.index].first.index && token <= nodes_[one.index].last.index;
    });
  };
  for (uint32_t i = nodes_[block.index].first.index + 1; i <= nodes_[block.index].last.index; ++i) {
    if (is_kept(i)) continue;
    std::string gap(text_.substr(out_[i - 1].end, out_[i].begin - out_[i - 1].end));
    if (out_[i].kind == TokenKind::kDocComment) gap += '\n' + std::string(text_of(out_[i]));
    for (std::string_view line : split(gap, '\n')) {
      line = trim(line);
      if (line.empty()) continue;
      if (!line.starts_with('#') && !line.starts_with("//")) return std::nullopt;
      line.remove_prefix(std::min(line.find_first_not_of("#/"), line.size()));
      lines += std::string(indent) + "//" + (line.starts_with(' ') || line.empty() ? "" : " ") + std::string(line) + "\n";
    }
  }
  return lines;
}

auto Parser::value_of(NodeId block, std::string_view name) const -> NodeId {
  const NodeId found = attribute(block, name);
  return found.valid() ? NodeId{nodes_[nodes_[found.index].first_child].next} : NodeId{};
}

// The blocks of this name as rules, each on a line of its own; what is kept of them as it stands is added to `kept`.
auto Parser::rules_of(NodeId block, std::string_view name, std::string_view word, std::string_view indent,
                      std::vector<NodeId>& kept) const -> std::optional<std::string> {
  std::string lines;
  for (NodeId child{nodes_[block.index].first_child}; child.valid(); child = NodeId{nodes_[child.index].next}) {
    const Node& entry = nodes_[child.index];
    if (entry.first_child == UINT32_MAX || source(NodeId{entry.first_child}) != name) continue;
    const NodeId inside{nodes_[entry.first_child].next};
    if (!inside.valid() || kept.size() > kMostKept || !only_has(inside, {"condition", "error_message"}, {})) return std::nullopt;
    std::string condition = attribute_text(inside, "condition");
    const std::string message = attribute_text(inside, "error_message");
    if (condition.empty() || message.empty() || is_heredoc(condition)) return std::nullopt;
    if (condition.find('\n') != std::string::npos) condition = "(" + condition + ")";
    lines += std::string(indent) + std::string(word) + " " + condition + ", " + message + "\n";
    kept.push_back(value_of(inside, "condition"));
    kept.push_back(value_of(inside, "error_message"));
  }
  return lines;
}

auto Parser::input_text(NodeId block, const std::string& name) const -> std::optional<std::string> {
  if (name.empty() || !only_has(block, {"type", "default", "description", "sensitive", "nullable"}, {"validation"})) return std::nullopt;
  const std::string type = attribute_text(block, "type");
  std::string value = attribute_text(block, "default");
  const std::string sensitive = attribute_text(block, "sensitive");
  const std::string nullable = attribute_text(block, "nullable");
  std::vector<NodeId> kept{value_of(block, "default")};
  std::optional<std::string> ours = type.empty() ? "any" : type_for(type);
  const auto says = documentation_from(attribute_text(block, "description"));
  const auto rules = rules_of(block, "validation", "require", "  ", kept);
  const auto comments = comments_of(block, kept, "");
  if (!ours || !says || !rules || !comments || !is_choice(sensitive) || !is_choice(nullable)) return std::nullopt;
  if (nullable == "true" && value.empty()) return std::nullopt;  // there it has to be given, here it would not
  if (!rules->empty() && is_heredoc(value)) return std::nullopt;
  if (*ours != "any" && (value == "null" || nullable == "true")) {
    *ours += "?";
    if (value == "null") value.clear();
  }
  std::string text = *comments + *says + "input " + name + ": " + (sensitive == "true" ? "secret " : "") + *ours;
  if (!value.empty()) text += " = " + value;
  if (!rules->empty()) text += " {\n" + *rules + "}";
  return text;
}

auto Parser::output_text(NodeId block, const std::string& name) const -> std::optional<std::string> {
  if (name.empty() || !only_has(block, {"value", "description", "sensitive"}, {})) return std::nullopt;
  std::string value = attribute_text(block, "value");
  const std::string sensitive = attribute_text(block, "sensitive");
  const auto says = documentation_from(attribute_text(block, "description"));
  const auto comments = comments_of(block, {value_of(block, "value")}, "");
  if (value.empty() || !says || !comments || !is_choice(sensitive)) return std::nullopt;
  if (sensitive == "true") {
    if (is_heredoc(value)) return std::nullopt;
    value = "secret(" + value + ")";
  }
  return *comments + *says + "output " + name + " = " + value;
}

// The lines that stand in place of `lifecycle { … }`; the first without `indent`.
auto Parser::lifecycle_text(NodeId block, std::string_view indent) const -> std::optional<std::string> {
  if (!only_has(block, {"prevent_destroy", "create_before_destroy", "ignore_changes", "replace_triggered_by"},
                {"precondition", "postcondition"})) {
    return std::nullopt;
  }
  std::vector<NodeId> kept;
  const auto before = rules_of(block, "precondition", "require", indent, kept);
  const auto after = rules_of(block, "postcondition", "ensure", indent, kept);
  std::string lines;
  const auto put = [&](std::string_view theirs, std::string_view ours) {
    const std::string value = attribute_text(block, theirs);
    if (!value.empty()) lines += std::string(indent) + std::string(ours) + " = " + value + "\n";
    if (!value.empty()) kept.push_back(value_of(block, theirs));
  };
  put("prevent_destroy", "@protect");
  put("create_before_destroy", "@create_first");
  const std::string ignored = attribute_text(block, "ignore_changes");
  const auto paths = quoted_list(ignored);
  if (!ignored.empty() && !paths) return std::nullopt;
  if (paths) lines += std::string(indent) + "@ignore = " + *paths + "\n";
  put("replace_triggered_by", "@replace_when");
  const auto comments = comments_of(block, kept, indent);
  if (!before || !after || !comments) return std::nullopt;
  lines = *comments + lines + *before + *after;
  if (lines.empty()) return lines;
  return lines.substr(indent.size(), lines.size() - indent.size() - 1);
}

// `moved { … }`, `import { … }` and `removed { … }`.
auto Parser::move_text(NodeId block, std::string_view word) const -> std::optional<std::string> {
  std::vector<NodeId> kept;
  const auto address = [&](std::string_view name) {
    kept.push_back(value_of(block, name));
    return address_for(attribute_text(block, name));
  };
  std::string text;
  if (word == "moved") {
    const auto from = address("from");
    const auto to = address("to");
    if (!only_has(block, {"from", "to"}, {}) || !from || !to) return std::nullopt;
    text = "moved " + *from + " to " + *to;
  } else if (word == "import") {
    const auto to = address("to");
    const std::string id = attribute_text(block, "id");
    kept.push_back(value_of(block, "id"));
    if (!only_has(block, {"to", "id"}, {}) || !to || id.empty()) return std::nullopt;
    text = "adopt " + *to + " from " + id;
  } else {
    const auto from = address("from");
    const NodeId stays = value_of(block, "lifecycle");
    if (!only_has(block, {"from"}, {"lifecycle"}) || !from || !stays.valid()) return std::nullopt;
    if (!only_has(stays, {"destroy"}, {}) || attribute_text(stays, "destroy") != "false") return std::nullopt;
    text = "forget " + *from;
  }
  const auto comments = comments_of(block, kept, "");
  if (!comments) return std::nullopt;
  return *comments + text;
}

}  // namespace weft::syntax
