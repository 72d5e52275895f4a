// Bodies of declarations and their entries.
#include "lang/syntax/diags.h"
#include "lang/syntax/parser.h"

namespace weft::syntax {

// The block of a declaration. Its `{` stands on the last line of the head; elsewhere it is taken all the same.
void Parser::body(Kids& kids, std::string_view owner) {
  if (panic_) skip_to_body();
  if (at(TokenKind::kLeftBrace)) {
    if (on_new_line()) {
      remark(token(), diags::BraceOnNextLine)
          .label("the `{` of a body stands on the last line of its head")
          .fix({.title = "put it there",
                .edits = {{problems_.range(previous_end(), previous_end()), " {"}, {range(token()), ""}}});
    }
    panic_ = false;
    return add(kids, block());
  }
  if (problems_.follows(head_)) panic_ = true;
  if (!panic_) expected("a body `{ … }`", "`" + std::string(owner) + "` has a body");
  add(kids, broken(NodeKind::kBlock, here()));
}

auto Parser::block() -> NodeId {
  const TokenId first = here();
  Kids kids;
  const Opened opened{TokenKind::kRightBrace, pos_};
  const Nesting nesting(depth_);
  const Newlines inside(*this, true);
  if (depth_ > kMaxNesting) {
    too_deep();
    skip_group();
    return broken(NodeKind::kBlock, first);
  }
  advance();
  while (!at_group_end()) {
    panic_ = false;
    const uint32_t before = pos_;
    const NodeId read = entry();
    add(kids, read);
    separator("a comma or a new line", before, read, kids);
    if (pos_ == before) skip_group();
  }
  panic_ = false;
  expect_closer(opened, {}, kids);
  return finish(NodeKind::kBlock, first, kids);
}

// Between two entries. After a fault in an entry the rest of its line, and lines that stand deeper, are skipped.
void Parser::separator(std::string_view what, uint32_t entry_raw, NodeId entry, Kids& kids) {
  if (!panic_ && at(TokenKind::kForeign) && text_of(token()) == ";") return foreign_separator();
  if (token().kind == TokenKind::kError) panic_ = true;
  if (!panic_) {
    if (at_group_end()) return;
    if (at(TokenKind::kComma)) {
      if (on_new_line()) leading_comma("a comma ends a line, it does not begin one");
      return advance();
    }
    if (raw_[pos_].newline_before) return;
    expected(what, std::string(what) + " separates entries");
  }
  mark_broken(entry);
  kids.broken = true;
  while (!at_group_end() && !at(TokenKind::kComma) && !raw_[pos_].newline_before) skip_group();
  accept(TokenKind::kComma);
  const LineStart start = line_start(text_, raw_[entry_raw].begin);
  if (start.first) skip_deeper_lines(start.column);
  panic_ = false;
}

void Parser::leading_comma(std::string_view rule) {
  const uint32_t place = previous_end();
  remark(token(), diags::LeadingComma)
      .label(std::string(rule))
      .fix({.title = "put it at the end of the line above",
            .edits = {{problems_.range(place, place), ","}, {range(token()), ""}}});
}

auto Parser::entry() -> NodeId {
  const TokenId first = here();
  switch (kind()) {
    case TokenKind::kEllipsis: return spread();
    case TokenKind::kAt: return meta_argument();
    case TokenKind::kName:
    case TokenKind::kTextBegin: return attribute_or_rule();
    case TokenKind::kMinus: return yaml_items();
    case TokenKind::kLeftBracket: {
      Kids kids;
      remark(token(), diags::ComputedInBlock).label("keys that are computed stand in objects only");
      add(kids, computed_key());
      kids.broken = true;
      return entry_value(first, finish(NodeKind::kKey, first, kids), NodeKind::kAttribute);
    }
    default: break;
  }
  if (token().kind == TokenKind::kError) {
    panic_ = true;
  } else {
    problem(token(), diags::Unexpected, {describe(token()), "an entry"})
        .label("entries are `name = value`, `@name = value`, `...object` or a rule such as `require`");
  }
  if (!at_group_end()) skip_group();
  return broken(NodeKind::kError, first);
}

auto Parser::spread() -> NodeId {
  const TokenId first = here();
  advance();
  Kids kids;
  add(kids, expression());
  return finish(NodeKind::kSpread, first, kids);
}

auto Parser::meta_argument() -> NodeId {
  const TokenId first = here();
  advance();
  Kids kids;
  if (token().kind == TokenKind::kName && !on_new_line()) {
    const TokenId name = here();
    advance();
    add(kids, finish(NodeKind::kName, name));
  } else {
    expected("the argument's name", "`@name = value`");
    add(kids, missing());
  }
  if (!panic_) expect(TokenKind::kAssign, "`@name = value`");
  add(kids, expression());
  return finish(NodeKind::kMetaArgument, first, kids);
}

auto Parser::attribute_or_rule() -> NodeId {
  const TokenId first = here();
  Kids key;
  if (at(TokenKind::kTextBegin)) {
    add(key, plain_key(text()));
    return entry_value(first, finish(NodeKind::kKey, first, key), NodeKind::kAttribute);
  }
  const Token& next = peek();
  const bool next_is_here = !next.newline_before;
  const bool may_be_rule = next.kind != TokenKind::kAssign && next.kind != TokenKind::kColon && next_is_here;
  switch (word()) {
    case Word::kRequire:
    case Word::kEnsure:
    case Word::kExpect:
    case Word::kDeny:
    case Word::kWarn:
      if (may_be_rule && next.kind != TokenKind::kDot) return rule();
      break;
    case Word::kGiven:
      if (next.kind == TokenKind::kLeftBrace && next_is_here) {
        advance();
        Kids kids;
        add(kids, block());
        return finish(NodeKind::kGiven, first, kids);
      }
      break;
    case Word::kFake:
      if (next.kind == TokenKind::kName && next_is_here) {
        advance();
        Kids kids;
        add(kids, path());
        body(kids, "fake");
        return finish(NodeKind::kFake, first, kids);
      }
      break;
    default: break;
  }
  const TokenId name = here();
  const bool is_dashed = dashed_name(token(), true);
  if (!is_dashed) advance();
  add(key, finish(NodeKind::kName, name));
  key.broken = is_dashed;
  return entry_value(first, finish(NodeKind::kKey, first, key), NodeKind::kAttribute);
}

// `= value` behind a key, or what other languages write there.
auto Parser::entry_value(TokenId first, NodeId key, NodeKind kind) -> NodeId {
  Kids kids;
  if (!at(TokenKind::kAssign) && !panic_) {
    const NodeId foreign = foreign_entry(first, key);
    if (foreign.valid()) return foreign;
  }
  add(kids, key);
  if (!panic_) expect(TokenKind::kAssign, "an entry is `name = value`");
  if (panic_) {
    add(kids, missing());
    return finish(kind, first, kids);
  }
  add(kids, expression());
  return finish(kind, first, kids);
}

auto Parser::rule() -> NodeId {
  const TokenId first = here();
  advance();
  Kids kids;
  add(kids, finish(NodeKind::kName, first));
  add(kids, expression());
  if (at(TokenKind::kComma) && !panic_) {
    if (on_new_line()) leading_comma("the comma before a message ends the line");
    advance();
    if (at_group_end()) {
      expected("the message", "behind the comma of a rule stands its message");
      add(kids, missing());
    } else {
      add(kids, expression());
    }
  }
  return finish(NodeKind::kRule, first, kids);
}

// A quoted key is plain text: one with `${…}` is a computed key.
auto Parser::plain_key(NodeId key_text) -> NodeId {
  const Node& node = nodes_[key_text.index];
  bool is_plain = true;
  for (NodeId child{node.first_child}; child.valid(); child = NodeId{nodes_[child.index].next}) {
    is_plain = is_plain && nodes_[child.index].kind == NodeKind::kTextPart;
  }
  const Token& begin = out_[node.first.index];
  const uint32_t end = out_[node.last.index].end;
  if (!is_plain) {
    const std::string seen(text_.substr(begin.begin, end - begin.begin));
    remark(begin.begin, end, diags::TemplateKey)
        .label("a quoted key is plain text; a computed one stands in brackets")
        .fix(problems_.range(begin.begin, end), "[" + seen + "]");
    mark_broken(key_text);
  } else if (text_.substr(begin.begin, begin.end - begin.begin).find('\n') != std::string_view::npos) {
    remark(begin.begin, end, diags::PlainText, {"a key"}).label("a key is a string on one line");
    mark_broken(key_text);
  }
  return key_text;
}

}  // namespace weft::syntax
