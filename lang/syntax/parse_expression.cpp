// Expressions: choices, operators by precedence, postfix chains, operands.
#include "lang/syntax/diags.h"
#include "lang/syntax/parser.h"

namespace weft::syntax {
namespace {

// Binding, loosest first. `not` stands between `and` and the comparisons.
constexpr int kLoosest = 1;
constexpr int kNot = 4;
constexpr int kCompare = 5;

auto binding_of(TokenKind kind) -> int {
  switch (kind) {
    case TokenKind::kCoalesce: return 1;
    case TokenKind::kEqual:
    case TokenKind::kNotEqual:
    case TokenKind::kLess:
    case TokenKind::kLessEqual:
    case TokenKind::kGreater:
    case TokenKind::kGreaterEqual: return kCompare;
    case TokenKind::kPlus:
    case TokenKind::kMinus: return 6;
    case TokenKind::kStar:
    case TokenKind::kSlash:
    case TokenKind::kPercent: return 7;
    default: return 0;
  }
}

auto binding_of(Word word) -> int {
  switch (word) {
    case Word::kOr: return 2;
    case Word::kAnd: return 3;
    case Word::kIn: return kCompare;
    default: return 0;
  }
}

}  // namespace

auto Parser::expression() -> NodeId {
  const Nesting nesting(depth_);
  if (depth_ > kMaxNesting) {
    const TokenId first = here();
    too_deep();
    skip_entry();
    return broken(NodeKind::kError, first);
  }
  if (at(Word::kIf) && !entry_follows()) return if_expression();
  if (at(Word::kMatch) && !entry_follows()) return match_expression();
  const NodeId value = operators(kLoosest);
  return at(TokenKind::kQuestion) && !panic_ ? condition_choice(value) : value;
}

// `c ? a : b`, read as `if c then a else b`.
auto Parser::condition_choice(NodeId condition) -> NodeId {
  const Token sign = token();
  const uint32_t begin = out_[nodes_[condition.index].first.index].begin;
  Kids kids;
  add(kids, condition);
  advance();
  add(kids, expression());
  const Token colon = token();
  if (panic_ || !at(TokenKind::kColon)) {
    remark(sign, diags::Ternary).label("a choice is written `if c then a else b`");
    panic_ = true;
    add(kids, missing());
    return finish_from(NodeKind::kIf, condition, kids);
  }
  advance();
  add(kids, expression());
  const auto spaced = [&](const Token& token, const std::string& word) {
    const bool before = token.begin > 0 && text_[token.begin - 1] != ' ';
    const bool after = token.end < text_.size() && text_[token.end] != ' ';
    return (before ? " " : "") + word + (after ? " " : "");
  };
  remark(sign, diags::Ternary)
      .label("a choice is written `if c then a else b`")
      .fix({.title = "write `if … then … else …`",
            .edits = {{problems_.range(begin, begin), "if "}, {range(sign), spaced(sign, "then")}, {range(colon), spaced(colon, "else")}}});
  kids.broken = true;
  return finish_from(NodeKind::kIf, condition, kids);
}

auto Parser::if_expression() -> NodeId {
  const TokenId first = here();
  const Token begin = token();
  advance();
  Kids kids;
  add(kids, expression());
  if (at(Word::kThen) && !line_ends()) {
    advance();
    add(kids, expression());
  } else {
    if (!panic_) expected("`then`", "a choice is written `if c then a else b`");
    add(kids, missing());
  }
  if (at(Word::kElse) && !line_ends()) {
    advance();
    add(kids, expression());
  } else {
    if (!panic_) {
      const uint32_t end = previous_end();
      problem(begin, diags::NoElse)
          .label("every choice says what it is otherwise")
          .fix(problems_.range(end, end), " else null", "write `else null`");
    }
    add(kids, missing());
  }
  return finish(NodeKind::kIf, first, kids);
}

auto Parser::match_expression() -> NodeId {
  const TokenId first = here();
  const Token begin = token();
  advance();
  Kids kids;
  add(kids, expression());
  if (!at(TokenKind::kLeftBrace)) {
    if (!panic_) expected("`{`", "`match x { \"a\" => 1, _ => 2 }`");
    return finish(NodeKind::kMatch, first, kids);
  }
  if (on_new_line()) {
    const uint32_t place = previous_end();
    remark(token(), diags::BraceOnNextLine)
        .label("the `{` stands on the line with what is matched")
        .fix({.title = "put it there", .edits = {{problems_.range(place, place), " {"}, {range(token()), ""}}});
  }
  const Opened opened{TokenKind::kRightBrace, pos_};
  {
    const Newlines inside(*this, true);
    advance();
    if (at(TokenKind::kRightBrace) && !is_empty(token())) {
      remark(begin, diags::EmptyMatch).label("at least one arm: `_ => value`");
      kids.broken = true;
    }
    while (!at_group_end()) {
      panic_ = false;
      const uint32_t before = pos_;
      const NodeId read = arm();
      add(kids, read);
      separator("a comma or a new line", before, read, kids);
      if (pos_ == before) skip_group();
    }
    panic_ = false;
  }
  expect_closer(opened, {}, kids);
  return finish(NodeKind::kMatch, first, kids);
}

auto Parser::arm() -> NodeId {
  const TokenId first = here();
  Kids kids;
  do {
    add(kids, pattern());
  } while (!panic_ && accept(TokenKind::kPipe));
  if (!panic_) expect(TokenKind::kFatArrow, "an arm is `pattern => value`");
  if (panic_) {
    add(kids, missing());
  } else {
    add(kids, expression());
  }
  return finish(NodeKind::kArm, first, kids);
}

auto Parser::pattern() -> NodeId {
  const TokenId first = here();
  const auto is_number = [&] {
    return at(TokenKind::kInt) || at(TokenKind::kNumber) || at(TokenKind::kDuration) || at(TokenKind::kSize);
  };
  const std::string_view rule = "patterns are numbers, strings, `true`, `false`, `null` and `_`";
  if (at(TokenKind::kMinus)) {
    advance();
    if (is_number()) {
      advance();
    } else {
      expected("a number", rule);
    }
    return finish(NodeKind::kPattern, first);
  }
  if (at(TokenKind::kTextBegin)) {
    Kids kids;
    add(kids, plain_text("a pattern", true));
    return finish(NodeKind::kPattern, first, kids);
  }
  const bool is_word = at(Word::kTrue) || at(Word::kFalse) || at(Word::kNull);
  if (is_number() || is_word || (at(TokenKind::kName) && text_of(token()) == "_")) {
    advance();
    return finish(NodeKind::kPattern, first);
  }
  if (at(TokenKind::kName) && at(Word::kElse)) {
    remark(token(), diags::Unexpected, {"`else`", "`_`"}).label("`_` is the rest").fix(range(token()), "_");
    advance();
    return broken(NodeKind::kPattern, first);
  }
  expected("a pattern", rule);
  return missing();
}

// Operators that bind at least as tightly as `least`, and their operands.
auto Parser::operators(int least) -> NodeId {
  NodeId left;
  int most = 7;  // what may still follow: comparisons do not chain, `not` takes one comparison
  if (at(Word::kNot) && least <= kNot && !entry_follows()) {
    const TokenId first = here();
    advance();
    Kids kids;
    add(kids, operators(kCompare));
    left = finish(NodeKind::kUnary, first, kids);
    most = kNot - 1;
  } else {
    left = operand(least);
  }
  for (;;) {
    if (panic_ || line_ends()) return left;
    const Token sign = token();
    const bool is_not_in = at(Word::kNot) && peek().word == Word::kIn;
    int binding = is_not_in ? kCompare : (sign.kind == TokenKind::kName ? binding_of(sign.word) : binding_of(kind()));
    const bool is_foreign = sign.kind == TokenKind::kForeign && (text_of(sign) == "&&" || text_of(sign) == "||");
    if (is_foreign) binding = text_of(sign) == "&&" ? 3 : 2;
    if (binding == 0 || binding < least) return left;
    if (binding > most) {
      if (binding != kCompare) return left;
      remark(sign, diags::ComparisonChain)
          .label("comparisons do not chain; `and` joins two of them")
          .help("`a < b and b < c`");
    }
    Kids kids;
    add(kids, left);
    kids.broken = kids.broken || is_foreign || binding > most;
    if (is_foreign) {
      const std::string meant = text_of(sign) == "&&" ? "and" : "or";
      const bool before = sign.begin > 0 && text_[sign.begin - 1] != ' ';
      const bool after = sign.end < text_.size() && text_[sign.end] != ' ';
      remark(sign, diags::ForeignOperator, {std::string(text_of(sign)), meant})
          .label("this is the word `" + meant + "`")
          .fix(range(sign), (before ? " " : "") + meant + (after ? " " : ""), "write `" + meant + "`");
    }
    advance();
    if (is_not_in) advance();
    add(kids, operators(binding + 1));
    left = finish_from(NodeKind::kBinary, left, kids);
    most = binding == kCompare ? kCompare - 1 : most;
  }
}

auto Parser::operand(int least) -> NodeId {
  const TokenId first = here();
  const Token sign = token();
  if (entry_follows()) return no_operand();
  const Nesting nesting(signs_);
  if (signs_ > 2 * kMaxNesting) {  // `!!!…` and its like; what nests in brackets is bounded in expression()
    too_deep();
    skip_entry();
    return broken(NodeKind::kError, first);
  }
  if (at(TokenKind::kMinus)) {
    advance();
    Kids kids;
    if (at(TokenKind::kMinus)) {
      problem(token(), diags::Unexpected, {"`-`", "a value"}).label("a value has one `-` at most");
      add(kids, missing());
    } else {
      add(kids, postfix(primary()));
    }
    return finish(NodeKind::kUnary, first, kids);
  }
  if (sign.kind == TokenKind::kForeign && text_of(sign) == "!") {
    remark(sign, diags::ForeignOperator, {"!", "not"})
        .label("this is the word `not`")
        .fix(range(sign), "not ", "write `not`");
    advance();
    Kids kids;
    add(kids, operators(kCompare));
    kids.broken = true;
    return finish(NodeKind::kUnary, first, kids);
  }
  const bool is_choice = at(Word::kIf) || at(Word::kMatch);
  if (is_choice || (at(Word::kNot) && least > kNot)) {
    const std::string word(text_of(token()));
    const NodeId inner = is_choice ? expression() : operators(kNot);
    if (!panic_) {
      const uint32_t end = previous_end();
      remark(sign, diags::NeedsParentheses, {word})
          .label("as an operand it stands in parentheses")
          .fix({.title = "put it in parentheses",
                .edits = {{problems_.range(sign.begin, sign.begin), "("}, {problems_.range(end, end), ")"}}});
    }
    mark_broken(inner);
    return inner;
  }
  return postfix(primary());
}

auto Parser::postfix(NodeId base) -> NodeId {
  for (;;) {
    if (panic_ || line_ends()) return base;
    switch (kind()) {
      case TokenKind::kDot: base = member(base, NodeKind::kMember); break;
      case TokenKind::kSafeDot: base = member(base, NodeKind::kSafeMember); break;
      case TokenKind::kLeftBracket: base = index(base); break;
      case TokenKind::kLeftParen: base = call(base); break;
      default: return base;
    }
  }
}

auto Parser::member(NodeId base, NodeKind kind) -> NodeId {
  const Token dot = token();
  Kids kids;
  add(kids, base);
  advance();
  const Token next = token();
  const bool is_star = next.kind == TokenKind::kStar && touches(dot, next);
  const bool is_number = (next.kind == TokenKind::kInt || next.kind == TokenKind::kNumber) && touches(dot, next);
  if (!is_star && !is_number) {
    add(kids, name_after_dot());
    return finish_from(kind, base, kids);
  }
  // `xs.*.id` and `xs.0.id`
  const std::string meant = is_star ? "*" : std::string(text_of(next).substr(0, text_of(next).find('.')));
  const bool whole = meant.size() == text_of(next).size();
  auto report = remark(dot.begin, next.end, diags::NumberedMember, {"." + std::string(text_of(next)), "[" + meant + "]"});
  report.label(is_star ? "all elements are `[*]`" : "an element stands in brackets");
  if (whole) report.fix(problems_.range(dot.begin, next.end), "[" + meant + "]");
  advance();
  kids.broken = true;
  return finish_from(NodeKind::kSplat, base, kids);
}

auto Parser::name_after_dot() -> NodeId {
  const TokenId first = here();
  if (token().kind == TokenKind::kName && !entry_follows()) {
    advance();
    return finish(NodeKind::kName, first);
  }
  if (!panic_) expected("a name", "a name follows the `.`");
  return missing();
}

auto Parser::index(NodeId base) -> NodeId {
  const Opened opened{TokenKind::kRightBracket, pos_};
  Kids kids;
  add(kids, base);
  bool star = false;
  {
    const Newlines inside(*this, false);
    advance();
    star = at(TokenKind::kStar) && peek().kind == TokenKind::kRightBracket;
    if (star) {
      advance();
    } else {
      add(kids, expression());
    }
  }
  expect_closer(opened, {}, kids);
  return finish_from(star ? NodeKind::kSplat : NodeKind::kIndex, base, kids);
}

auto Parser::call(NodeId callee) -> NodeId {
  const Opened opened{TokenKind::kRightParen, pos_};
  Kids kids;
  add(kids, callee);
  {
    const Newlines inside(*this, false);
    advance();
    while (!at_group_end()) {
      if (token().kind == TokenKind::kName && peek().kind == TokenKind::kAssign) {
        const Token name = token();
        remark(name, diags::NamedArgument, {std::string(text_of(name))})
            .label("arguments are given by their place")
            .fix(problems_.range(name.begin, peek(2).begin), "", "take the name out");
        kids.broken = true;
        advance();
        advance();
      }
      add(kids, expression());
      if (panic_ || !accept(TokenKind::kComma)) break;
    }
  }
  expect_closer(opened, "`,`", kids);
  return finish_from(NodeKind::kCall, callee, kids);
}

auto Parser::leaf(NodeKind kind) -> NodeId {
  const TokenId first = here();
  advance();
  return finish(kind, first);
}

auto Parser::primary() -> NodeId {
  if (entry_follows()) return no_operand();
  switch (kind()) {
    case TokenKind::kInt:
    case TokenKind::kNumber:
    case TokenKind::kDuration:
    case TokenKind::kSize: return leaf(NodeKind::kNumber);
    case TokenKind::kTextBegin: return text();
    case TokenKind::kLeftParen: return parenthesised();
    case TokenKind::kLeftBracket: return list();
    case TokenKind::kLeftBrace: return object();
    case TokenKind::kForeign:
    case TokenKind::kError: return foreign_value();
    case TokenKind::kName: break;
    default: return no_operand();
  }
  switch (word()) {
    case Word::kTrue: return leaf(NodeKind::kTrue);
    case Word::kFalse: return leaf(NodeKind::kFalse);
    case Word::kNull: return leaf(NodeKind::kNull);
    case Word::kSelf: return leaf(NodeKind::kSelf);
    default: break;
  }
  if (is_reserved(word())) return no_operand();
  return leaf(NodeKind::kReference);
}

// A value is due and something else stands here.
auto Parser::no_operand() -> NodeId {
  if (panic_) return missing();
  if (at(TokenKind::kDot) && peek().kind == TokenKind::kInt && touches(token(), peek())) {
    const Token dot = token();
    const Token digits = peek();
    const std::string seen(text_.substr(dot.begin, digits.end - dot.begin));
    remark(dot.begin, digits.end, diags::BadNumber, {seen})
        .label("digits stand on both sides of the point")
        .fix(problems_.range(dot.begin, dot.begin), "0", "write `0" + seen + "`");
    const TokenId first = here();
    advance();
    advance();
    return broken(NodeKind::kError, first);
  }
  const std::string rule = last_ == UINT32_MAX ? "a value belongs here" : "a value belongs here, after " + describe(out_[last_]);
  if (entry_follows() && token().kind != TokenKind::kError) {
    const uint32_t place = previous_end();
    problem(place, place, diags::Missing, {"a value"}).label(rule);
  } else {
    expected("a value", rule);
  }
  return missing();
}

}  // namespace weft::syntax
