// Texts with their `${…}` and `%{…}`. The lexer has cut them into parts; here marks find their ends.
#include "lang/syntax/diags.h"
#include "lang/syntax/parser.h"

namespace weft::syntax {

auto Parser::text() -> NodeId {
  const TokenId first = here();
  const Token begin = token();
  const Nesting nesting(depth_);
  if (depth_ > kMaxNesting) {
    too_deep();
    skip_group();
    return broken(NodeKind::kText, first);
  }
  advance();
  Kids kids;
  text_pieces(kids);
  while (at(TokenKind::kMarkBegin)) {  // a mark that ends or divides nothing
    const Token& mark_name = peek();
    const bool ends = mark_name.word == Word::kEnd;
    problem(token(), diags::LoneMark, {ends ? "%{end}" : "%{else}"})
        .label(ends ? "no `%{if …}` or `%{for …}` is open here" : "no `%{if …}` is open here");
    panic_ = false;
    const TokenId lone = here();
    skip_group();
    add(kids, broken(NodeKind::kError, lone));
    text_pieces(kids);
  }
  // A text block without its line breaks was reported by the lexer, as was one without an end.
  const bool is_block = text_of(begin).ends_with("\"\"\"");
  if (is_block || (is_empty(token()) && !is_empty(begin))) kids.broken = true;
  accept(TokenKind::kTextEnd);
  return finish(NodeKind::kText, first, kids);
}

// A string on one line without `${…}`, where the grammar wants one.
auto Parser::plain_text(std::string_view what, bool may_begin_line) -> NodeId {
  if (!at(TokenKind::kTextBegin) || (on_new_line() && !may_begin_line)) {
    if (at(TokenKind::kForeign) && !on_new_line() && text_of(token()).starts_with('\'')) return foreign_value();
    if (!panic_) expected(what);
    return missing();
  }
  const Token begin = token();
  const NodeId node = text();
  const Node& read = nodes_[node.index];
  bool is_plain = text_of(begin).find('\n') == std::string_view::npos;
  for (NodeId child{read.first_child}; child.valid(); child = NodeId{nodes_[child.index].next}) {
    is_plain = is_plain && nodes_[child.index].kind == NodeKind::kTextPart;
  }
  if (!is_plain && !read.broken) {
    remark(begin.begin, previous_end(), diags::PlainText, {std::string(what)})
        .label("a string on one line without `${…}` belongs here");
    mark_broken(node);
  }
  return node;
}

// Up to the end of the text or a mark that belongs to what is open: `%{else}`, `%{end}`.
void Parser::text_pieces(Kids& kids) {
  for (;;) {
    switch (kind()) {
      case TokenKind::kTextPart: add(kids, leaf(NodeKind::kTextPart)); break;
      case TokenKind::kInterpolationBegin: add(kids, interpolation()); break;
      case TokenKind::kMarkBegin: {
        const Word word = mark_word();
        if (word == Word::kElse || word == Word::kEnd) return;
        add(kids, mark());
        break;
      }
      default: return;
    }
  }
}

auto Parser::mark_word() const -> Word { return peek().word; }

auto Parser::interpolation() -> NodeId {
  const TokenId first = here();
  const Opened opened{TokenKind::kInterpolationEnd, pos_};
  const Newlines inside(*this, false);
  const Token begin = token();
  advance();
  Kids kids;
  if (at(TokenKind::kInterpolationEnd)) {
    if (!is_empty(token())) {
      remark(begin.begin, token().end, diags::EmptyInterpolation)
          .label("a value belongs between `${` and `}`")
          .fix(problems_.range(begin.begin, begin.begin), "\\", "write `\\${` for a plain `${`");
    }
    add(kids, missing());
  } else {
    add(kids, expression());
  }
  expect_closer(opened, {}, kids);
  return finish(NodeKind::kInterpolation, first, kids);
}

auto Parser::mark() -> NodeId {
  const TokenId first = here();
  const Nesting nesting(depth_);
  if (depth_ > kMaxNesting) {
    too_deep();
    panic_ = false;
    skip_group();
    return broken(NodeKind::kError, first);
  }
  switch (mark_word()) {
    case Word::kIf: return text_if();
    case Word::kFor: return text_for();
    default: break;
  }
  const Token begin = token();
  const Token name = peek();
  const Opened opened{TokenKind::kMarkEnd, pos_};
  Kids kids;
  advance();
  if (!problems_.follows(begin.begin)) {
    problem(begin.begin, name.end, diags::UnknownMark, {name.kind == TokenKind::kName ? std::string(text_of(name)) : ""})
        .label("marks are `%{if …}`, `%{else if …}`, `%{else}`, `%{for … in …}` and `%{end}`")
        .fix(problems_.range(begin.begin, begin.begin), "\\", "write `\\%{` for a plain `%{`");
  }
  panic_ = true;
  expect_closer(opened, {}, kids);
  return broken(NodeKind::kError, first, kids);
}

void Parser::close_mark() {
  Kids kids;
  expect_closer({TokenKind::kMarkEnd, pos_}, {}, kids);
}

// `%{if c}…%{else if d}…%{else}…%{end}`; the marks belong to the branch that they begin.
auto Parser::text_if() -> NodeId {
  const TokenId first = here();
  const Token begin = token();
  Kids kids;
  bool seen_else = false;
  for (;;) {
    const TokenId branch_first = here();
    Kids branch;
    {
      const Newlines inside(*this, false);
      const Token mark_begin = token();
      advance();
      const bool is_else = accept(Word::kElse);
      if (seen_else) {
        problem(mark_begin, diags::LoneMark, {"%{else}"}).label("the last branch is open already");
        panic_ = false;
        branch.broken = true;
      }
      if (at(Word::kIf)) {
        when(branch);
      } else if (is_else) {
        seen_else = true;
      }
      const bool faulty = panic_ || !at(TokenKind::kMarkEnd) || is_empty(token());
      branch.broken = branch.broken || faulty;
      close_mark();
    }
    text_pieces(branch);
    add(kids, finish(NodeKind::kTextBranch, branch_first, branch));
    if (!at(TokenKind::kMarkBegin) || mark_word() != Word::kElse) break;
  }
  expect_end_mark(begin);
  kids.broken = kids.broken || panic_;
  panic_ = false;
  return finish(NodeKind::kTextIf, first, kids);
}

// `%{for k, v in m if c}…%{end}`
auto Parser::text_for() -> NodeId {
  const TokenId first = here();
  const Token begin = token();
  Kids kids;
  {
    const Newlines inside(*this, false);
    advance();
    advance();
    loop_variables(kids);
    add(kids, expression());
    if (at(Word::kIf)) when(kids);
    kids.broken = kids.broken || panic_ || !at(TokenKind::kMarkEnd) || is_empty(token());
    close_mark();
  }
  text_pieces(kids);
  while (at(TokenKind::kMarkBegin) && mark_word() == Word::kElse) {
    problem(token(), diags::LoneMark, {"%{else}"}).label("a `%{for …}` has no `%{else}`");
    panic_ = false;
    kids.broken = true;
    skip_group();
    text_pieces(kids);
  }
  expect_end_mark(begin);
  kids.broken = kids.broken || panic_;
  panic_ = false;
  return finish(NodeKind::kTextFor, first, kids);
}

void Parser::expect_end_mark(const Token& begin) {
  const bool is_end = at(TokenKind::kMarkBegin) && mark_word() == Word::kEnd;
  if (!is_end) {
    if (!panic_ && !problems_.follows(begin.begin)) {
      problem(begin.begin, begin.end, diags::OpenMark, {std::string(text_of(begin).substr(0, 2))})
          .label("opened here; `%{end}` ends it");
    }
    panic_ = true;
    return;
  }
  const Newlines inside(*this, false);
  advance();
  advance();
  close_mark();
}

}  // namespace weft::syntax
