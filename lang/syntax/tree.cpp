#include "lang/syntax/tree.h"

#include <array>

namespace weft::syntax {

auto Tree::child(NodeId id, size_t n) const -> NodeId {
  for (const NodeId at : children(id)) {
    if (kind(at) == NodeKind::kDoc) continue;
    if (n-- == 0) return at;
  }
  return {};
}

auto Tree::find(NodeId id, NodeKind wanted) const -> NodeId {
  for (const NodeId at : children(id)) {
    if (kind(at) == wanted) return at;
  }
  return {};
}

auto Tree::child_count(NodeId id) const -> size_t {
  size_t count = 0;
  for (const NodeId at : children(id)) count += kind(at) == NodeKind::kDoc ? 0 : 1;
  return count;
}

auto Tree::last_child(NodeId id) const -> NodeId {
  NodeId last;
  for (const NodeId at : children(id)) last = at;
  return last;
}

auto Tree::range(NodeId id) const -> Range {
  const Node& node = nodes[id.index];
  const bool is_empty = node.last.index + 1 == node.first.index || !node.last.valid();
  const uint32_t begin = tokens.at(node.first).begin;
  return {.file = tokens.file, .begin = begin, .end = is_empty ? begin : tokens.at(node.last).end};
}

auto Tree::range(TokenId id) const -> Range {
  return {.file = tokens.file, .begin = tokens.at(id).begin, .end = tokens.at(id).end};
}

auto Tree::text(NodeId id) const -> std::string_view {
  const Range where = range(id);
  return tokens.text.substr(where.begin, where.end - where.begin);
}

auto Tree::operator_token(NodeId id) const -> TokenId {
  const Node& node = nodes[id.index];
  if (node.kind != NodeKind::kBinary) return node.first;
  // Between the operands stand only the operator and documentation that belongs nowhere.
  TokenId at{nodes[node.first_child].last.index + 1};
  while (tokens.at(at).kind == TokenKind::kDocComment) ++at.index;
  return at;
}

auto Tree::optional_member(NodeId type_member) const -> bool {
  const TokenId behind{nodes[child(type_member, 0).index].last.index + 1};
  return behind.index <= nodes[type_member.index].last.index && tokens.at(behind).kind == TokenKind::kQuestion;
}

auto Tree::is_secret(NodeId type) const -> bool {
  const Node& node = nodes[type.index];
  if (node.first_child == UINT32_MAX || tokens.at(node.first).word != Word::kSecret) return false;
  return nodes[node.first_child].first != node.first;
}

auto Tree::is_optional(NodeId type) const -> bool {
  const Node& node = nodes[type.index];
  return node.last.valid() && node.last.index >= node.first.index && tokens.at(node.last).kind == TokenKind::kQuestion;
}

auto Tree::collects(NodeId object_for) const -> bool {
  const Node& node = nodes[object_for.index];
  return node.last.index > node.first.index && tokens.tokens[node.last.index - 1].kind == TokenKind::kEllipsis;
}

auto Tree::is_computed(NodeId key) const -> bool {
  return tokens.at(nodes[key.index].first).kind == TokenKind::kLeftBracket;
}

auto Tree::documentation(NodeId declaration) const -> std::string {
  const NodeId doc = find(declaration, NodeKind::kDoc);
  std::string lines;
  if (!doc.valid()) return lines;
  for (TokenId at = nodes[doc.index].first; at.index <= nodes[doc.index].last.index; ++at.index) {
    std::string_view line = tokens.text_of(at).substr(3);
    if (line.starts_with(' ')) line.remove_prefix(1);
    while (line.ends_with(' ') || line.ends_with('\t')) line.remove_suffix(1);
    if (at != nodes[doc.index].first) lines += '\n';
    lines += line;
  }
  return lines;
}

auto node_kind_name(NodeKind kind) -> std::string_view {
  static constexpr std::array kNames = {
#define NODE(name, children) std::string_view(#name).substr(1),
#include "lang/syntax/node_kinds.def"
#undef NODE
  };
  return kNames[static_cast<size_t>(kind)];
}

}  // namespace weft::syntax
