#include <vector>

#include "lang/base/text.h"
#include "lang/syntax/tree.h"

namespace weft::syntax {
namespace {

void put_facts(const Tree& tree, NodeId id, std::string& out) {
  switch (tree.kind(id)) {
    case NodeKind::kBinary:
    case NodeKind::kUnary: {
      const TokenId sign = tree.operator_token(id);
      out += ' ';
      out += tree.tokens.text_of(sign);
      if (tree.kind(id) == NodeKind::kBinary && tree.tokens.at(sign).word == Word::kNot) out += " in";
      break;
    }
    case NodeKind::kType:
      if (tree.is_secret(id)) out += " secret";
      if (tree.is_optional(id)) out += " ?";
      break;
    case NodeKind::kTypeMember:
      if (tree.optional_member(id)) out += " ?";
      break;
    case NodeKind::kKey:
      if (tree.is_computed(id)) out += " computed";
      break;
    case NodeKind::kObjectFor:
      if (tree.collects(id)) out += " ...";
      break;
    default: break;
  }
  const Node& node = tree[id];
  const bool is_leaf = node.first_child == UINT32_MAX && node.kind != NodeKind::kMissing;
  if (is_leaf && !tree.text(id).empty()) out += ' ' + json_quote(tree.text(id));
  if (node.broken) out += " (broken)";
}

}  // namespace

auto dump(const Tree& tree) -> std::string {
  std::string out;
  std::vector<NodeId> open{tree.root};  // one for each level
  while (!open.empty()) {
    const NodeId at = open.back();
    out += std::string(2 * (open.size() - 1), ' ');
    out += node_kind_name(tree.kind(at));
    put_facts(tree, at, out);
    out += '\n';
    const NodeId child{tree[at].first_child};
    if (child.valid()) {
      open.push_back(child);
      continue;
    }
    while (open.size() > 1 && tree[open.back()].next == UINT32_MAX) open.pop_back();
    const uint32_t next = open.size() > 1 ? tree[open.back()].next : UINT32_MAX;
    open.pop_back();
    if (next != UINT32_MAX) open.push_back(NodeId{next});
  }
  return out;
}

}  // namespace weft::syntax
