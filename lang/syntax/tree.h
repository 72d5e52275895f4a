// The lossless tree of one file: nodes in one vector, each with the range of tokens it covers. Together with its
// tokens it holds every byte of the text; formatter, checker and editor share it. A tree is made for every input,
// however broken.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lang/syntax/tokens.h"

namespace weft::syntax {

enum class NodeKind : uint8_t {
#define NODE(name, children) name,
#include "lang/syntax/node_kinds.def"
#undef NODE
};

struct Node {
  NodeKind kind;
  bool broken = false;  // something below or in it could not be read; messages about it would only follow from that
  uint16_t height = 0;  // levels of nodes below it; at most a few thousand, so walking a tree may recurse
  TokenId first;        // first token; for an empty node the token it stands before
  TokenId last;         // last token, inclusive; for an empty node first.index - 1
  uint32_t first_child = UINT32_MAX;
  uint32_t next = UINT32_MAX;  // sibling
};
using NodeId = Id<Node>;

class Tree;

// for (NodeId child : tree.children(node)) …
class Children {
 public:
  struct Iterator {
    const Tree* tree;
    NodeId at;
    auto operator*() const -> NodeId { return at; }
    auto operator++() -> Iterator&;
    auto operator!=(const Iterator& other) const -> bool { return at != other.at; }
  };
  Children(const Tree* tree, NodeId first) : tree_(tree), first_(first) {}
  [[nodiscard]] auto begin() const -> Iterator { return {tree_, first_}; }
  [[nodiscard]] auto end() const -> Iterator { return {tree_, NodeId{}}; }

 private:
  const Tree* tree_;
  NodeId first_;
};

class Tree {
 public:
  Tokens tokens;
  std::vector<Node> nodes;
  NodeId root;  // kFile (kType, an expression … for the other doors of parse.h)

  [[nodiscard]] auto operator[](NodeId id) const -> const Node& { return nodes[id.index]; }
  [[nodiscard]] auto kind(NodeId id) const -> NodeKind { return nodes[id.index].kind; }
  [[nodiscard]] auto children(NodeId id) const -> Children { return {this, NodeId{nodes[id.index].first_child}}; }
  // n-th child, Doc not counted; invalid id when there are fewer.
  [[nodiscard]] auto child(NodeId id, size_t n) const -> NodeId;
  // First child of that kind; invalid id when there is none.
  [[nodiscard]] auto find(NodeId id, NodeKind kind) const -> NodeId;
  [[nodiscard]] auto child_count(NodeId id) const -> size_t;  // Doc not counted
  [[nodiscard]] auto last_child(NodeId id) const -> NodeId;

  [[nodiscard]] auto range(NodeId id) const -> Range;          // empty nodes: the place they stand before
  [[nodiscard]] auto range(TokenId id) const -> Range;
  [[nodiscard]] auto text(NodeId id) const -> std::string_view;  // source text of the whole range
  // kName, kReference: the name. kPath: its parts joined with dots, as written.
  [[nodiscard]] auto name(NodeId id) const -> std::string_view { return text(id); }
  // kBinary, kUnary: the operator's token (`not` for `not in`).
  [[nodiscard]] auto operator_token(NodeId id) const -> TokenId;
  [[nodiscard]] auto optional_member(NodeId type_member) const -> bool;
  [[nodiscard]] auto is_secret(NodeId type) const -> bool;    // kType that starts with `secret`
  [[nodiscard]] auto is_optional(NodeId type) const -> bool;  // kType that ends with `?`
  [[nodiscard]] auto collects(NodeId object_for) const -> bool;
  [[nodiscard]] auto is_computed(NodeId key) const -> bool;
  // The declaration's documentation: `///` lines without the marks, joined by newlines; empty when there is none.
  [[nodiscard]] auto documentation(NodeId declaration) const -> std::string;
};

inline auto Children::Iterator::operator++() -> Iterator& {
  at = NodeId{(*tree)[at].next};
  return *this;
}

[[nodiscard]] auto node_kind_name(NodeKind kind) -> std::string_view;  // "Resource"
// One node a line, indented; for `weft debug tree` and golden files.
[[nodiscard]] auto dump(const Tree& tree) -> std::string;

}  // namespace weft::syntax
