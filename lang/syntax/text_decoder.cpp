// What a text says: its tokens become slices of literal text between values and marks, and the rules of language.md
// are applied to the slices in this order:
//   1. lines of a text block that hold only marks go,      2. the margin goes,
//   3. `~` eats white space (never an escape),              4. escapes and joined lines are decoded.
// Then the tree's nesting of marks is followed to build the pieces.
#include <algorithm>

#include "lang/base/text.h"
#include "lang/syntax/diags.h"
#include "lang/syntax/literals.h"

namespace weft::syntax {
namespace {

auto is_blank(std::string_view text) -> bool { return text.find_first_not_of(" \t\r") == std::string_view::npos; }
auto is_white(char c) -> bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

struct Slice {
  enum class Kind : uint8_t { kLiteral, kValue, kMark };
  Kind kind = Kind::kLiteral;
  std::string_view text{};   // kLiteral
  uint32_t token = 0;        // kLiteral: its part; else the begin token
  bool trims_before = false;
  bool trims_after = false;
};

class Decoder {
 public:
  Decoder(const Tree& tree, NodeId text, DiagSink& problems) : tree_(tree), problems_(problems) {
    const Node& node = tree[text];
    const std::string_view begin = tree.tokens.text_of(node.first);
    first_ = node.first.index;
    end_ = node.last.valid() && node.last.index >= first_ ? node.last.index + 1 : first_;
    is_raw_ = begin.starts_with('r');
    is_block_ = begin.find('\n') != std::string_view::npos;
    is_template_ = begin.empty();
  }

  auto run(NodeId text) -> std::vector<TextPiece> {
    collect();
    if (is_block_) margin_ = take_closing_line();
    if (is_block_ || is_template_) lines();
    trim();
    return pieces(tree_[text].first_child);
  }

 private:
  auto token(uint32_t index) const -> const Token& { return tree_.tokens.tokens[index]; }
  auto source(uint32_t index) const -> std::string_view { return tree_.tokens.text_of(TokenId{index}); }

  // The text's own tokens, without those of texts inside its values.
  void collect() {
    uint32_t depth = 0;
    uint32_t begin = 0;
    for (uint32_t i = first_ + 1; i < end_; ++i) {
      switch (token(i).kind) {
        case TokenKind::kInterpolationBegin:
        case TokenKind::kMarkBegin:
          if (depth++ == 0) begin = i;
          break;
        case TokenKind::kInterpolationEnd:
        case TokenKind::kMarkEnd:
          if (--depth > 0) break;
          slices_.push_back({.kind = token(i).kind == TokenKind::kMarkEnd ? Slice::Kind::kMark : Slice::Kind::kValue,
                             .token = begin,
                             .trims_before = source(begin).ends_with('~'),
                             .trims_after = source(i).starts_with('~')});
          break;
        case TokenKind::kTextPart:
          if (depth == 0) add_lines(i);
          break;
        default: break;
      }
    }
  }

  // A slice for each line of a part, so that lines can be looked at; the line break belongs to the line it ends.
  void add_lines(uint32_t part) {
    std::string_view text = source(part);
    if (!is_block_ && !is_template_) {
      slices_.push_back({.text = text, .token = part});
      return;
    }
    while (!text.empty()) {
      const size_t newline = text.find('\n');
      const size_t size = newline == std::string_view::npos ? text.size() : newline + 1;
      slices_.push_back({.text = text.substr(0, size), .token = part});
      text.remove_prefix(size);
    }
  }

  // The white space before the closing quotes is no text but the margin of the others.
  auto take_closing_line() -> std::string_view {
    const bool has_line = !slices_.empty() && slices_.back().kind == Slice::Kind::kLiteral && is_blank(slices_.back().text);
    const bool stands_alone = slices_.size() == 1 || (slices_.size() > 1 && slices_[slices_.size() - 2].text.ends_with('\n'));
    if (!has_line || !stands_alone) return {};
    const std::string_view margin = slices_.back().text;
    slices_.pop_back();
    return margin;
  }

  void lines() {
    for (size_t begin = 0; begin < slices_.size();) {
      size_t end = begin;
      bool only_marks = true;
      bool has_mark = false;
      for (; end < slices_.size(); ++end) {
        const Slice& slice = slices_[end];
        has_mark = has_mark || slice.kind == Slice::Kind::kMark;
        only_marks = only_marks && slice.kind != Slice::Kind::kValue;
        if (slice.kind != Slice::Kind::kLiteral) continue;
        const bool ends_line = slice.text.ends_with('\n');
        only_marks = only_marks && is_blank(ends_line ? slice.text.substr(0, slice.text.size() - 1) : slice.text);
        if (ends_line) break;
      }
      if (end < slices_.size()) ++end;
      if (only_marks && has_mark) {
        for (size_t i = begin; i < end; ++i) slices_[i].text = {};
      } else {
        take_margin(begin, end);
      }
      begin = end;
    }
  }

  void take_margin(size_t begin, size_t end) {
    Slice& first = slices_[begin];
    if (margin_.empty()) return;
    if (first.kind == Slice::Kind::kLiteral && first.text.starts_with(margin_)) {
      first.text.remove_prefix(margin_.size());
      return;
    }
    std::string_view line = first.text;
    while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
    if (end == begin + 1 && first.kind == Slice::Kind::kLiteral && is_blank(line)) {
      first.text.remove_prefix(line.size());
      return;
    }
    report_margin(first);
  }

  void report_margin(const Slice& slice) {
    const bool literal = slice.kind == Slice::Kind::kLiteral;
    const uint32_t begin = literal ? static_cast<uint32_t>(slice.text.data() - tree_.tokens.text.data()) : token(slice.token).begin;
    const size_t white = literal ? std::min(slice.text.find_first_not_of(" \t"), slice.text.size()) : 0;
    const Range range{.file = tree_.tokens.file, .begin = begin, .end = begin + static_cast<uint32_t>(white)};
    const TokenId quotes{end_ - 1};
    Report(problems_, range, diags::TextBlockMargin, {})
        .label("every line begins with the white space that stands before the closing quotes")
        .note(tree_.range(quotes), "the margin is " + counted(margin_.size(), "character") + " wide")
        .fix(range, std::string(margin_), "indent the line as deep as the quotes");
  }

  // `~` eats white space on its side up to the next value, mark or character.
  void trim() {
    for (size_t i = 0; i < slices_.size(); ++i) {
      if (slices_[i].trims_after) {
        for (size_t at = i + 1; at < slices_.size() && slices_[at].kind == Slice::Kind::kLiteral; ++at) {
          std::string_view& text = slices_[at].text;
          while (!text.empty() && is_white(text.front())) text.remove_prefix(1);
          if (!text.empty()) break;
        }
      }
      if (slices_[i].trims_before) {
        for (size_t at = i; at-- > 0 && slices_[at].kind == Slice::Kind::kLiteral;) {
          std::string_view& text = slices_[at].text;
          while (!text.empty() && is_white(text.back()) && !is_escaped_end(text)) text.remove_suffix(1);
          if (!text.empty()) break;
        }
      }
    }
  }

  // Whether the last character follows a backslash that is no escaped backslash itself: `\` before a line break.
  auto is_escaped_end(std::string_view text) const -> bool {
    if (is_raw_) return false;
    const bool crlf = text.ends_with("\r\n");
    size_t end = text.size() - (crlf ? 2 : 1);
    size_t slashes = 0;
    while (end > 0 && text[end - 1] == '\\') {
      ++slashes;
      --end;
    }
    return slashes % 2 == 1;
  }

  // --- escapes

  void decode(std::string_view text, std::string& out) const {
    while (!text.empty()) {
      const size_t plain = std::min(text.find_first_of(is_raw_ ? "\r" : "\\\r"), text.size());
      out += text.substr(0, plain);
      text.remove_prefix(plain);
      if (text.empty()) return;
      if (text[0] == '\r') {
        if (!text.starts_with("\r\n")) out += '\r';
        text.remove_prefix(1);
      } else {
        text.remove_prefix(decode_escape(text, out));
      }
    }
  }

  // Bytes read. What is no escape was reported by the lexer and stands for itself.
  auto decode_escape(std::string_view text, std::string& out) const -> size_t {
    const char c = text.size() > 1 ? text[1] : '\0';
    switch (c) {
      case 'n': out += '\n'; return 2;
      case 't': out += '\t'; return 2;
      case 'r': out += '\r'; return 2;
      case '\n': return 2;
      case '\r': return text.size() > 2 && text[2] == '\n' ? 3 : 2;
      case '"':
      case '\\':
      case '$':
      case '%': out += c; return 2;
      case 'u': break;
      default: out += '\\'; return 1;
    }
    const size_t close = text.find('}');
    char32_t code = 0;
    if (!text.starts_with("\\u{") || close == std::string_view::npos || close == 3 || close > 9) {
      out += '\\';
      return 1;
    }
    for (const char digit : text.substr(3, close - 3)) {
      if (!is_hex_digit(digit)) code = 0x110000;
      code = (code & 0x1FFFFF) * 16 + static_cast<char32_t>(is_digit(digit) ? digit - '0' : (digit | 0x20) - 'a' + 10);
    }
    const bool is_scalar = code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
    append_utf8(out, is_scalar ? code : U'\uFFFD');
    return close + 1;
  }

  // --- pieces

  auto pieces(uint32_t first_child) -> std::vector<TextPiece> {
    std::vector<TextPiece> result;
    for (NodeId at{first_child}; at.valid(); at = NodeId{tree_[at].next}) {
      switch (tree_.kind(at)) {
        case NodeKind::kTextPart: add_literal(at, result); break;
        case NodeKind::kInterpolation:
          result.push_back({.kind = TextPiece::Kind::kExpression, .node = tree_.child(at, 0)});
          break;
        case NodeKind::kTextIf: result.push_back(text_if(at)); break;
        case NodeKind::kTextFor: {
          TextPiece piece{.kind = TextPiece::Kind::kFor, .node = at};
          piece.body = pieces(first_piece(at));
          result.push_back(std::move(piece));
          break;
        }
        default: break;  // kError: reported
      }
    }
    return result;
  }

  void add_literal(NodeId part, std::vector<TextPiece>& result) {
    const uint32_t index = tree_[part].first.index;
    while (next_ < slices_.size() && slices_[next_].token < index) ++next_;
    std::string text;
    for (; next_ < slices_.size() && slices_[next_].token == index; ++next_) decode(slices_[next_].text, text);
    if (text.empty()) return;
    if (!result.empty() && result.back().kind == TextPiece::Kind::kLiteral) {
      result.back().literal += text;
    } else {
      result.push_back({.kind = TextPiece::Kind::kLiteral, .literal = std::move(text), .node = part});
    }
  }

  auto text_if(NodeId node) -> TextPiece {
    TextPiece piece{.kind = TextPiece::Kind::kIf, .node = node};
    for (const NodeId branch : tree_.children(node)) {
      if (tree_.kind(branch) != NodeKind::kTextBranch) continue;
      const NodeId when = tree_.find(branch, NodeKind::kWhen);
      TextPiece::Branch read{.condition = when.valid() ? tree_.child(when, 0) : NodeId{}, .body = {}};
      read.body = pieces(first_piece(branch));
      piece.branches.push_back(std::move(read));
    }
    return piece;
  }

  // The first child behind a mark's own parts.
  auto first_piece(NodeId node) const -> uint32_t {
    for (const NodeId child : tree_.children(node)) {
      switch (tree_.kind(child)) {
        case NodeKind::kTextPart:
        case NodeKind::kInterpolation:
        case NodeKind::kTextIf:
        case NodeKind::kTextFor: return child.index;
        default: break;
      }
    }
    return UINT32_MAX;
  }

  const Tree& tree_;
  DiagSink& problems_;
  uint32_t first_ = 0;
  uint32_t end_ = 0;
  bool is_raw_ = false;
  bool is_block_ = false;
  bool is_template_ = false;
  std::string_view margin_;
  std::vector<Slice> slices_;
  size_t next_ = 0;
};

}  // namespace

auto text_pieces(const Tree& tree, NodeId text, DiagSink& problems) -> std::vector<TextPiece> {
  return Decoder(tree, text, problems).run(text);
}

auto plain_text(const Tree& tree, NodeId text, DiagSink& problems) -> std::optional<std::string> {
  if (tree.kind(text) == NodeKind::kPattern) text = tree.child(text, 0);
  if (!text.valid() || tree.kind(text) != NodeKind::kText) return std::nullopt;
  const std::vector<TextPiece> pieces = text_pieces(tree, text, problems);
  if (pieces.empty()) return std::string();
  if (pieces.size() > 1 || pieces[0].kind != TextPiece::Kind::kLiteral) return std::nullopt;
  return pieces[0].literal;
}

}  // namespace weft::syntax
