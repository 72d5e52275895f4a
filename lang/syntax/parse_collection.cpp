// Parentheses, lists, objects and comprehensions.
#include "lang/syntax/diags.h"
#include "lang/syntax/parser.h"

namespace weft::syntax {

auto Parser::parenthesised() -> NodeId {
  const TokenId first = here();
  const Opened opened{TokenKind::kRightParen, pos_};
  Kids kids;
  {
    const Newlines inside(*this, false);
    advance();
    add(kids, expression());
  }
  expect_closer(opened, {}, kids);
  return finish(NodeKind::kParen, first, kids);
}

auto Parser::list() -> NodeId {
  const TokenId first = here();
  const Opened opened{TokenKind::kRightBracket, pos_};
  Kids kids;
  {
    const Newlines inside(*this, false);
    advance();
    if (comprehension_follows()) return list_for(first, opened);
    while (!at_group_end()) {
      add(kids, at(TokenKind::kEllipsis) ? spread() : expression());
      if (panic_ || !accept(TokenKind::kComma)) break;
    }
  }
  expect_closer(opened, "`,`", kids);
  return finish(NodeKind::kList, first, kids);
}

// `for` and a name: `for = 1` is an entry.
auto Parser::comprehension_follows() const -> bool { return at(Word::kFor) && peek().kind == TokenKind::kName; }

void Parser::comprehension_head(Kids& kids) {
  advance();
  loop_variables(kids);
  add(kids, expression());
  if (at(Word::kIf)) when(kids);
  if (!panic_) expect(TokenKind::kColon, "`for x in xs: value`");
}

auto Parser::list_for(TokenId first, const Opened& opened) -> NodeId {
  Kids kids;
  comprehension_head(kids);
  add(kids, expression());
  expect_closer(opened, {}, kids);
  return finish(NodeKind::kListFor, first, kids);
}

auto Parser::object_for(TokenId first, const Opened& opened) -> NodeId {
  Kids kids;
  comprehension_head(kids);
  add(kids, expression());
  if (!panic_) expect(TokenKind::kFatArrow, "`{ for k, v in m: key => value }`");
  add(kids, expression());
  accept(TokenKind::kEllipsis);
  expect_closer(opened, {}, kids);
  return finish(NodeKind::kObjectFor, first, kids);
}

auto Parser::object() -> NodeId {
  const TokenId first = here();
  const Opened opened{TokenKind::kRightBrace, pos_};
  Kids kids;
  {
    const Newlines inside(*this, true);
    advance();
    if (comprehension_follows()) {
      const Newlines none(*this, false);
      return object_for(first, opened);
    }
    while (!at_group_end()) {
      panic_ = false;
      const uint32_t before = pos_;
      const NodeId read = pair();
      add(kids, read);
      separator("a comma or a new line", before, read, kids);
      if (pos_ == before) skip_group();
    }
    panic_ = false;
  }
  expect_closer(opened, {}, kids);
  return finish(NodeKind::kObject, first, kids);
}

auto Parser::pair() -> NodeId {
  const TokenId first = here();
  Kids key;
  switch (kind()) {
    case TokenKind::kEllipsis: return spread();
    case TokenKind::kLeftBracket: add(key, computed_key()); break;
    case TokenKind::kTextBegin: add(key, plain_key(text())); break;
    case TokenKind::kName: {
      const bool is_rule = at(Word::kRequire) || at(Word::kEnsure);
      const TokenKind next = peek().kind;
      if (is_rule && (next == TokenKind::kName || next == TokenKind::kLeftParen) && !peek().newline_before) {
        problem(token(), diags::NotInObject, {std::string(text_of(token()))})
            .label("rules stand in the body of a declaration, not in a value");
        advance();
        return broken(NodeKind::kError, first);
      }
      const bool is_dashed = dashed_name(token(), true);
      if (!is_dashed) advance();
      add(key, finish(NodeKind::kName, first));
      key.broken = is_dashed;
      break;
    }
    case TokenKind::kAt: {
      const Token& name = peek();
      problem(token().begin, name.end, diags::NotInObject, {"@" + std::string(text_of(name))})
          .label("arguments with `@` stand in the body of a declaration, not in a value");
      advance();
      return broken(NodeKind::kError, first);
    }
    case TokenKind::kMinus: return yaml_items();
    default:
      if (token().kind == TokenKind::kError) {
        panic_ = true;
      } else {
        problem(token(), diags::Unexpected, {describe(token()), "an entry"})
            .label("entries are `name = value`, `\"text\" = value`, `[computed] = value` or `...object`");
      }
      if (!at_group_end()) skip_group();
      return broken(NodeKind::kError, first);
  }
  return entry_value(first, finish(NodeKind::kKey, first, key), NodeKind::kPair);
}

auto Parser::computed_key() -> NodeId {
  const Opened opened{TokenKind::kRightBracket, pos_};
  Kids kids;
  NodeId key;
  {
    const Newlines inside(*this, false);
    advance();
    key = expression();
  }
  expect_closer(opened, {}, kids);
  if (kids.broken) mark_broken(key);
  return key;
}

}  // namespace weft::syntax
