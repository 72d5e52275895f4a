// Type expressions.
#include "lang/syntax/diags.h"
#include "lang/syntax/parser.h"

namespace weft::syntax {

auto Parser::starts_type() const -> bool {
  switch (kind()) {
    case TokenKind::kName:
    case TokenKind::kTextBegin:
    case TokenKind::kInt:
    case TokenKind::kMinus:
    case TokenKind::kLeftBrace:
    case TokenKind::kLeftParen: return true;
    default: return false;
  }
}

auto Parser::type(bool in_head) -> NodeId {
  const TokenId first = here();
  Kids kids;
  const Nesting nesting(depth_);
  if (depth_ > kMaxNesting) {
    too_deep();
    skip_entry();
    return broken(NodeKind::kType, first);
  }
  if (at(Word::kSecret) && peek().kind != TokenKind::kDot) advance();
  for (;;) {
    if (!starts_type() || (in_head ? at_declaration() : entry_follows())) {
      if (!panic_) expected("a type");
      add(kids, missing());
      break;
    }
    add(kids, type_atom());
    if (panic_ || !at(TokenKind::kPipe)) break;
    advance();
  }
  if (at(TokenKind::kQuestion) && !on_new_line()) advance();
  return finish(NodeKind::kType, first, kids);
}

auto Parser::type_atom() -> NodeId {
  const TokenId first = here();
  Kids kids;
  switch (kind()) {
    case TokenKind::kTextBegin: add(kids, plain_text("a literal type", true)); return finish(NodeKind::kTypeText, first, kids);
    case TokenKind::kMinus:
      advance();
      if (!at(TokenKind::kInt)) {
        expected("an integer");
        return broken(NodeKind::kTypeInt, first);
      }
      [[fallthrough]];
    case TokenKind::kInt: advance(); return finish(NodeKind::kTypeInt, first);
    case TokenKind::kLeftBrace: return type_object();
    case TokenKind::kLeftParen: {
      const Opened opened{TokenKind::kRightParen, pos_};
      {
        const Newlines inside(*this, false);
        advance();
        add(kids, type());
      }
      expect_closer(opened, {}, kids);
      return finish(NodeKind::kTypeParen, first, kids);
    }
    default: break;
  }
  const bool is_generic = at(Word::kList) || at(Word::kSet) || at(Word::kMap);
  if (is_generic && peek().kind != TokenKind::kDot) return type_generic();
  add(kids, path(true));
  return finish(NodeKind::kTypeName, first, kids);
}

// list<T>, set<T>, map<T>
auto Parser::type_generic() -> NodeId {
  const TokenId first = here();
  const Token name = token();
  const std::string word(text_of(name));
  Kids kids;
  advance();
  add(kids, finish(NodeKind::kName, first));
  if (at(TokenKind::kLess)) {
    advance();
    add(kids, type());
    if (at(TokenKind::kGreaterEqual)) {
      split_greater_equal();
    } else if (!panic_) {
      expect(TokenKind::kGreater, "`" + word + "<…>` ends with `>`");
    } else {
      accept(TokenKind::kGreater);
    }
    return finish(NodeKind::kTypeGeneric, first, kids);
  }
  kids.broken = true;
  if (at(TokenKind::kLeftParen) && !on_new_line()) {
    const Token open = token();
    const Opened opened{TokenKind::kRightParen, pos_};
    advance();
    add(kids, type());
    const Token close = token();
    if (at(TokenKind::kRightParen)) {
      remark(open, diags::ForeignGeneric, {word})
          .label("the type of its elements stands in `<…>`")
          .fix({.title = "write `" + word + "<…>`", .edits = {{range(open), "<"}, {range(close), ">"}}});
    }
    expect_closer(opened, {}, kids);
    return finish(NodeKind::kTypeGeneric, first, kids);
  }
  remark(name, diags::NoElementType, {word})
      .label("the type of its elements stands in `<…>`")
      .fix(problems_.range(name.end, name.end), "<any>", "write `" + word + "<any>`");
  add(kids, missing());
  return finish(NodeKind::kTypeGeneric, first, kids);
}

auto Parser::type_object() -> NodeId {
  const TokenId first = here();
  Kids kids;
  const Opened opened{TokenKind::kRightBrace, pos_};
  {
    const Newlines inside(*this, true);
    advance();
    while (!at_group_end()) {
      panic_ = false;
      const uint32_t before = pos_;
      const NodeId read = type_member();
      add(kids, read);
      separator("a comma or a new line", before, read, kids);
      if (pos_ == before) skip_group();
    }
    panic_ = false;
  }
  expect_closer(opened, {}, kids);
  return finish(NodeKind::kTypeObject, first, kids);
}

auto Parser::type_member() -> NodeId {
  TokenId first = here();
  Kids kids;
  documentation(kids, first);
  const Token name = token();
  if (at(TokenKind::kTextBegin)) {
    add(kids, plain_text("a member's name", true));
  } else if (token().kind == TokenKind::kName) {
    const TokenId name_first = here();
    const bool is_dashed = dashed_name(name, true);
    if (!is_dashed) advance();
    add(kids, finish(NodeKind::kName, name_first));
    kids.broken = kids.broken || is_dashed;
  } else {
    expected("a member's name", "members of an object type are `name: type`");
    return broken(NodeKind::kTypeMember, first, kids);
  }
  if (at(TokenKind::kQuestion)) advance();
  if (at(TokenKind::kAssign) && !panic_) {
    remark(token(), diags::Unexpected, {"`=`", "`:`"})
        .label("members of an object type are `name: type`")
        .fix(problems_.range(previous_end(), token().end), ":");
    kids.broken = true;
    advance();
  } else if (!panic_) {
    expect(TokenKind::kColon, "members of an object type are `name: type`");
  }
  if (panic_) {
    add(kids, missing());
  } else {
    add(kids, type());
  }
  return finish(NodeKind::kTypeMember, first, kids);
}

}  // namespace weft::syntax
