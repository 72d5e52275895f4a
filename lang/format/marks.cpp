#include "lang/format/marks.h"

namespace weft::format {

using syntax::NodeId;
using syntax::NodeKind;
using syntax::TokenId;
using syntax::TokenKind;

namespace {

class Marker {
 public:
  explicit Marker(const syntax::Tree& tree) : tree_(tree), marks_(tree.tokens.tokens.size()) {}

  auto run() -> std::vector<Mark> {
    for (uint32_t i = 0; i < tree_.nodes.size(); ++i) node(NodeId{i});
    return std::move(marks_);
  }

 private:
  auto kind(uint32_t token) const -> TokenKind { return tree_.tokens.tokens[token].kind; }
  auto first(NodeId node) const -> uint32_t { return tree_[node].first.index; }
  auto last(NodeId node) const -> uint32_t { return tree_[node].last.index; }
  auto empty(NodeId node) const -> bool { return tree_[node].last.index + 1 == tree_[node].first.index; }

  void entries(NodeId node, size_t skip = 0) {
    size_t n = 0;
    for (NodeId child : tree_.children(node)) {
      if (n++ >= skip && !empty(child)) marks_[first(child)].entry = true;
    }
  }
  // The first token of that kind at or behind `from`, up to `to`.
  auto find(uint32_t from, uint32_t to, TokenKind wanted) const -> uint32_t {
    for (uint32_t i = from; i <= to && i < marks_.size(); ++i) {
      if (kind(i) == wanted) return i;
    }
    return UINT32_MAX;
  }
  void tight(uint32_t token, bool before, bool after) {
    if (token == UINT32_MAX) return;
    marks_[token].tight_before = marks_[token].tight_before || before;
    marks_[token].tight_after = marks_[token].tight_after || after;
  }
  void align(NodeId node, TokenKind sign) {
    NodeId value = tree_.last_child(node);
    if (!value.valid() || empty(value) || first(value) == 0) return;
    uint32_t before = first(value) - 1;
    if (kind(before) == sign) marks_[before].aligned = true;
  }

  void node(NodeId id) {
    if (empty(id)) return;
    switch (tree_.kind(id)) {
      case NodeKind::kBlock:
        entries(id);
        marks_[first(id)].body = true;
        break;
      case NodeKind::kFile:
      case NodeKind::kObject:
      case NodeKind::kTypeObject: entries(id); break;
      case NodeKind::kMatch: entries(id, 1); break;
      case NodeKind::kList:
        entries(id);
        marks_[first(id)].elements = true;
        break;
      case NodeKind::kParams:
        entries(id);
        if (kind(first(id)) == TokenKind::kLeftParen) open_list(first(id));
        else if (first(id) > 0 && kind(first(id) - 1) == TokenKind::kLeftParen) open_list(first(id) - 1);
        break;
      case NodeKind::kFn: {
        uint32_t paren = find(first(id), last(id), TokenKind::kLeftParen);
        if (paren != UINT32_MAX) open_list(paren);
        break;
      }
      case NodeKind::kCall: {
        entries(id, 1);
        NodeId callee = tree_.child(id, 0);
        if (callee.valid()) open_list(last(callee) + 1);
        break;
      }
      case NodeKind::kIndex:
      case NodeKind::kSplat: {
        NodeId base = tree_.child(id, 0);
        if (base.valid()) tight(last(base) + 1, true, true);
        break;
      }
      case NodeKind::kAddressIndex:
      case NodeKind::kAddressStar:
        if (kind(first(id)) == TokenKind::kLeftBracket) tight(first(id), true, true);
        else if (first(id) > 0) tight(first(id) - 1, true, true);
        break;
      case NodeKind::kAddress:
        for (uint32_t i = first(id); i <= last(id); ++i) {
          if (kind(i) == TokenKind::kLeftBracket && i > first(id)) tight(i, true, true);
        }
        break;
      case NodeKind::kTypeGeneric: {
        tight(find(first(id), last(id), TokenKind::kLess), true, true);
        if (kind(last(id)) == TokenKind::kGreater) tight(last(id), true, false);
        break;
      }
      case NodeKind::kType:
        if (kind(last(id)) == TokenKind::kQuestion) tight(last(id), true, false);
        break;
      case NodeKind::kTypeMember: {
        NodeId name = tree_.child(id, 0);
        if (name.valid() && last(name) + 1 < marks_.size() && kind(last(name) + 1) == TokenKind::kQuestion) tight(last(name) + 1, true, false);
        break;
      }
      case NodeKind::kUnary:
      case NodeKind::kTypeInt:
      case NodeKind::kPattern:
        if (kind(first(id)) == TokenKind::kMinus) tight(first(id), false, true);
        break;
      case NodeKind::kSpread: tight(first(id), false, true); break;
      case NodeKind::kListFor: marks_[first(id)].comprehension = true; break;
      case NodeKind::kObjectFor:
        marks_[first(id)].comprehension = true;
        if (tree_.collects(id)) {
          for (uint32_t i = last(id); i > first(id); --i) {
            if (kind(i) != TokenKind::kEllipsis) continue;
            tight(i, true, false);
            break;
          }
        }
        break;
      case NodeKind::kAttribute:
      case NodeKind::kPair:
      case NodeKind::kMetaArgument: align(id, TokenKind::kAssign); break;
      case NodeKind::kArm: align(id, TokenKind::kFatArrow); break;
      default: break;
    }
  }
  void open_list(uint32_t token) {
    if (token >= marks_.size()) return;
    tight(token, true, true);
    marks_[token].elements = true;
  }

  const syntax::Tree& tree_;
  std::vector<Mark> marks_;
};

}  // namespace

auto marks_of(const syntax::Tree& tree) -> std::vector<Mark> { return Marker(tree).run(); }

}  // namespace weft::format
