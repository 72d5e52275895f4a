#include "lang/syntax/parse.h"

#include <algorithm>

#include "lang/syntax/brackets.h"
#include "lang/syntax/diags.h"
#include "lang/syntax/lex.h"
#include "lang/syntax/parser.h"

namespace weft::syntax {
namespace {

template <class Door>
auto parse_with(const SourceMap& sources, FileId file, DiagSink& problems, bool is_template, Door door) -> Tree {
  const std::string_view text = sources.text(file);
  Problems found(text, file);
  Tokens tokens = is_template ? lex_template(text, file, found) : lex(text, file, found);
  repair_brackets(tokens, found);
  Parser parser(std::move(tokens), found);
  Tree tree = (parser.*door)();
  found.flush(sources, problems);
  return tree;
}

// Whether an empty line stands in the gap between two tokens.
auto has_empty_line(std::string_view gap) -> bool {
  size_t newline = gap.find('\n');
  while (newline != std::string_view::npos) {
    const size_t next = gap.find_first_not_of(" \t\r", newline + 1);
    if (next == std::string_view::npos || gap[next] != '\n') {
      newline = gap.find('\n', newline + 1);
      continue;
    }
    return true;
  }
  return false;
}

}  // namespace

auto parse_file(const SourceMap& sources, FileId file, DiagSink& problems) -> Tree {
  return parse_with(sources, file, problems, false, &Parser::file);
}
auto parse_inputs(const SourceMap& sources, FileId file, DiagSink& problems) -> Tree {
  return parse_with(sources, file, problems, false, &Parser::inputs);
}
auto parse_expression(const SourceMap& sources, FileId file, DiagSink& problems) -> Tree {
  return parse_with(sources, file, problems, false, &Parser::single_expression);
}
auto parse_template(const SourceMap& sources, FileId file, DiagSink& problems) -> Tree {
  return parse_with(sources, file, problems, true, &Parser::template_text);
}

Parser::Parser(Tokens tokens, Problems& problems)
    : raw_(std::move(tokens.tokens)), text_(tokens.text), file_(tokens.file), problems_(problems) {
  out_.reserve(raw_.size() + 1);
  nodes_.reserve(raw_.size() + 16);
  if (raw_[0].kind == TokenKind::kDocComment) take_documentation_tokens();
}

auto Parser::file() -> Tree {
  Kids kids;
  const NodeId doc = module_documentation();
  if (doc.valid()) add(kids, doc);
  while (!at(TokenKind::kEnd)) {
    const uint32_t before = pos_;
    add(kids, declaration());
    if (pos_ == before && !at(TokenKind::kEnd)) advance();  // whatever it is, the next try starts behind it
  }
  return tree(whole_file(kids));
}

// Covers all tokens, documentation at the end too.
auto Parser::whole_file(const Kids& kids) -> NodeId {
  if (doc_begin_ != doc_end_) stray_documentation();
  const NodeId file = finish(NodeKind::kFile, TokenId{0}, kids);
  nodes_[file.index].last = TokenId{here().index - 1};
  return file;
}

auto Parser::inputs() -> Tree {
  Kids kids;
  while (!at(TokenKind::kEnd)) {
    panic_ = false;
    const uint32_t before = pos_;
    const NodeId read = entry();
    add(kids, read);
    separator("a new line", before, read, kids);
    if (pos_ == before && !at(TokenKind::kEnd)) advance();
  }
  return tree(whole_file(kids));
}

auto Parser::single_expression() -> Tree {
  const Newlines inside(*this, false);
  const NodeId root = expression();
  if (!at(TokenKind::kEnd)) {
    expected("the end", "one expression and nothing after it");
    while (!at(TokenKind::kEnd)) advance();
    mark_broken(root);
  }
  return tree(root);
}

auto Parser::template_text() -> Tree {
  const NodeId root = text();
  while (!at(TokenKind::kEnd)) advance();
  return tree(root);
}

auto Parser::tree(NodeId root) -> Tree {
  out_.push_back(raw_.back());
  Tree result;
  result.tokens = {.file = file_, .text = text_, .tokens = std::move(out_)};
  result.nodes = std::move(nodes_);
  result.root = root;
  return result;
}

// --- cursor

auto Parser::ahead(uint32_t n) const -> uint32_t {
  uint32_t index = pos_;
  while (n > 0 && raw_[index].kind != TokenKind::kEnd) {
    ++index;
    if (raw_[index].kind != TokenKind::kDocComment) --n;
  }
  return index;
}

void Parser::advance() {
  if (half_) {
    out_.push_back({.kind = TokenKind::kAssign, .begin = raw_[pos_].begin + 1, .end = raw_[pos_].end});
    half_ = false;
  } else {
    if (raw_[pos_].kind == TokenKind::kEnd) return;
    if (doc_begin_ != doc_end_) stray_documentation();
    out_.push_back(raw_[pos_]);
  }
  last_ = static_cast<uint32_t>(out_.size()) - 1;
  ++pos_;
  if (raw_[pos_].kind == TokenKind::kDocComment) take_documentation_tokens();
}

// The current `>=` ends a type and begins its default: it becomes `>` and `=`.
void Parser::split_greater_equal() {
  const Token& both = raw_[pos_];
  out_.push_back({.kind = TokenKind::kGreater, .newline_before = both.newline_before, .begin = both.begin, .end = both.begin + 1});
  last_ = static_cast<uint32_t>(out_.size()) - 1;
  half_ = true;
}

auto Parser::accept(TokenKind kind_wanted) -> bool {
  if (!at(kind_wanted)) return false;
  advance();
  return true;
}

auto Parser::accept(Word wanted) -> bool {
  if (!at(wanted)) return false;
  advance();
  return true;
}

auto Parser::previous_end() const -> uint32_t {
  if (last_ == UINT32_MAX) return raw_[0].begin;
  return out_[last_].end;
}

auto Parser::goes_on() const -> bool {
  const TokenKind kind = raw_[pos_].kind;
  if (kind == TokenKind::kForeign) return text_of(token()) == "&&" || text_of(token()) == "||";
  return takes_left(kind) || (takes_left(word()) && peek().kind != TokenKind::kAssign);
}

// --- nodes

void Parser::add(Kids& kids, NodeId child) {
  const Node& node = nodes_[child.index];
  if (kids.last == UINT32_MAX) {
    kids.first = child.index;
  } else {
    nodes_[kids.last].next = child.index;
  }
  kids.last = child.index;
  kids.broken = kids.broken || node.broken;
  kids.height = std::max(kids.height, node.height);
}

auto Parser::finish(NodeKind kind, TokenId first, const Kids& kids) -> NodeId {
  uint32_t last = last_;
  if (last_ == UINT32_MAX || last_ < first.index) {  // nothing was read, but perhaps documentation
    const bool has_doc = kids.first != UINT32_MAX && nodes_[kids.first].kind == NodeKind::kDoc;
    if (!has_doc) first = behind_last();
    last = has_doc ? nodes_[kids.first].last.index : first.index - 1;
  }
  nodes_.push_back({.kind = kind,
                    .broken = kids.broken || panic_,
                    .height = static_cast<uint16_t>(kids.height + 1),
                    .first = first,
                    .last = TokenId{last},
                    .first_child = kids.first});
  if (kids.height >= kMaxHeight) {  // cut: what is below is reported and forgotten, so no tree is deeper
    too_deep();
    Node& node = nodes_.back();
    node.kind = NodeKind::kError;
    node.broken = true;
    node.height = 1;
    node.first_child = UINT32_MAX;
  }
  return NodeId{static_cast<uint32_t>(nodes_.size()) - 1};
}

auto Parser::finish_from(NodeKind kind, NodeId first, const Kids& kids) -> NodeId {
  return finish(kind, nodes_[first.index].first, kids);
}

auto Parser::broken(NodeKind kind, TokenId first, Kids kids) -> NodeId {
  kids.broken = true;
  return finish(kind, first, kids);
}

auto Parser::missing() -> NodeId {
  const TokenId place = behind_last();
  nodes_.push_back({.kind = NodeKind::kMissing, .broken = true, .height = 1, .first = place, .last = TokenId{place.index - 1}});
  return NodeId{static_cast<uint32_t>(nodes_.size()) - 1};
}

// --- documentation

void Parser::take_documentation_tokens() {
  doc_begin_ = static_cast<uint32_t>(out_.size());
  while (raw_[pos_].kind == TokenKind::kDocComment) out_.push_back(raw_[pos_++]);
  doc_end_ = static_cast<uint32_t>(out_.size());
}

// `///` lines that stand directly above the current token become its kDoc; true when there are any.
auto Parser::documentation(Kids& kids, TokenId& first) -> bool {
  if (doc_begin_ == doc_end_) return false;
  const auto gap = [&](uint32_t doc, uint32_t next) { return text_.substr(out_[doc].end, next - out_[doc].end); };
  uint32_t begin = doc_end_;
  uint32_t next = raw_[pos_].begin;
  while (begin > doc_begin_ && !has_empty_line(gap(begin - 1, next)) && out_[begin - 1].newline_before) {
    next = out_[--begin].begin;
  }
  const uint32_t end = doc_end_;
  doc_end_ = begin;
  if (doc_begin_ != doc_end_) stray_documentation();
  doc_begin_ = doc_end_ = 0;
  if (begin == end) return false;
  nodes_.push_back({.kind = NodeKind::kDoc, .height = 1, .first = TokenId{begin}, .last = TokenId{end - 1}});
  add(kids, NodeId{static_cast<uint32_t>(nodes_.size()) - 1});
  first = TokenId{begin};
  return true;
}

// At the top of a file, `///` lines with an empty line below them.
auto Parser::module_documentation() -> NodeId {
  if (doc_begin_ == doc_end_ || doc_begin_ != 0) return {};
  uint32_t end = 1;
  const auto begin_of = [&](uint32_t doc) { return doc < doc_end_ ? out_[doc].begin : raw_[pos_].begin; };
  const auto empty_line_below = [&](uint32_t doc) {
    return has_empty_line(text_.substr(out_[doc].end, begin_of(doc + 1) - out_[doc].end));
  };
  while (end < doc_end_ && !empty_line_below(end - 1)) ++end;
  const bool nothing_below = end == doc_end_ && raw_[pos_].kind == TokenKind::kEnd;
  if (!nothing_below && !empty_line_below(end - 1)) return {};
  doc_begin_ = end;
  nodes_.push_back({.kind = NodeKind::kDoc, .height = 1, .first = TokenId{0}, .last = TokenId{end - 1}});
  return NodeId{static_cast<uint32_t>(nodes_.size()) - 1};
}

void Parser::stray_documentation() {
  const Token& first = out_[doc_begin_];
  const Token& last = out_[doc_end_ - 1];
  Fix fix{.title = "write `//`", .edits = {}};
  for (uint32_t doc = doc_begin_; doc < doc_end_ && !problems_.full(); ++doc) {
    fix.edits.push_back({problems_.range(out_[doc].begin, out_[doc].begin + 3), "//"});
  }
  remark(first.begin, last.end, diags::StrayDocumentation)
      .label("`///` stands directly above a declaration or a member of an object type, or at the top of a file with an "
             "empty line below")
      .fix(std::move(fix));
  doc_begin_ = doc_end_ = 0;
}

}  // namespace weft::syntax
