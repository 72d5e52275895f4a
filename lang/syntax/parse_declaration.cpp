// Declarations and the parts of their heads.
#include "lang/base/text.h"
#include "lang/syntax/diags.h"
#include "lang/syntax/parser.h"

namespace weft::syntax {

auto Parser::declaration() -> NodeId {
  panic_ = false;
  head_ = token().begin;
  TokenId first = here();
  Kids kids;
  documentation(kids, first);
  const Word start = word();
  if (!is_declaration(start)) return no_declaration(first, kids);
  const bool is_value = peek().kind == TokenKind::kAssign && !peek().newline_before;
  const bool is_yaml = peek().kind == TokenKind::kColon;
  if (is_value || is_yaml) return no_declaration(first, kids);
  if (peek().kind == TokenKind::kTextBegin || (start == Word::kMoved && peek().kind == TokenKind::kLeftBrace)) {
    const NodeId foreign = foreign_declaration(first, kids);
    if (foreign.valid()) return foreign;
  }
  return declaration_of(start, first, kids);
}

auto Parser::declaration_of(Word word, TokenId first, Kids kids) -> NodeId {
  advance();
  NodeKind kind = NodeKind::kError;
  switch (word) {
    case Word::kFabric: kind = fabric(kids); break;
    case Word::kState: kind = state(kids); break;
    case Word::kProvider: kind = provider(kids); break;
    case Word::kInput: kind = input(kids); break;
    case Word::kType: kind = type_alias(kids); break;
    case Word::kLet: kind = let(kids); break;
    case Word::kFn: kind = fn(kids); break;
    case Word::kResource: kind = resource(kids); break;
    case Word::kGroup: kind = group(kids); break;
    case Word::kLookup: kind = lookup(kids); break;
    case Word::kUse: kind = use(kids); break;
    case Word::kModule: kind = module(kids); break;
    case Word::kOutput: kind = output(kids); break;
    case Word::kCheck: kind = check(kids); break;
    case Word::kPolicy: kind = policy(kids); break;
    case Word::kTest: kind = test(kids); break;
    case Word::kMoved: kind = moved(kids); break;
    case Word::kForget: kind = forget(kids); break;
    case Word::kAdopt: kind = adopt(kids); break;
    default: break;
  }
  const NodeId node = finish(kind, first, kids);
  end_declaration();
  return node;
}

// Something that is no declaration. Where its author's intention is plain it is read as that.
auto Parser::no_declaration(TokenId first, Kids kids) -> NodeId {
  if (token().kind == TokenKind::kName) {
    const NodeId foreign = foreign_declaration(first, kids);
    if (foreign.valid()) return foreign;
    const std::string name(text_of(token()));
    if (peek().kind == TokenKind::kAssign && !is_reserved(word())) {
      remark(token(), diags::BareValue, {name})
          .label("a value is declared with `let`")
          .fix(problems_.range(token().begin, token().begin), "let ", "write `let " + name + " = …`");
      add(kids, leaf(NodeKind::kName));
      advance();
      add(kids, expression());
      const NodeId node = broken(NodeKind::kLet, first, kids);
      end_declaration();
      return node;
    }
    const std::vector<std::string_view> words = declaration_words();
    const std::string_view meant = nearest(name, words);
    const TokenKind next = peek().kind;
    if (!meant.empty() && (next == TokenKind::kName || next == TokenKind::kTextBegin) && !peek().newline_before) {
      remark(token(), diags::NoDeclaration, {name})
          .label("did you mean `" + std::string(meant) + "`?")
          .fix(range(token()), std::string(meant));
      kids.broken = true;
      return declaration_of(word_of(meant), first, kids);
    }
  }
  if (at(TokenKind::kMinus)) return yaml_document(first, kids);
  if (token().kind == TokenKind::kError) {
    panic_ = true;
  } else if (token().kind == TokenKind::kForeign && text_of(token()) == ";") {
    foreign_separator();
    return broken(NodeKind::kError, first, kids);
  } else {
    problem(token(), diags::NoDeclaration, {std::string(text_of(token()).substr(0, 40))})
        .label("a declaration begins with `resource`, `let`, `input`, `module`, `output` …");
  }
  if (!at_group_end()) {
    skip_group();
  } else {
    advance();
  }
  skip_to_declaration();
  return broken(NodeKind::kError, first, kids);
}

// Each declaration ends with its line.
void Parser::end_declaration() {
  if (at(TokenKind::kForeign) && text_of(token()) == ";") foreign_separator();
  if (at(TokenKind::kComma) && !panic_) {
    remark(token(), diags::NotSeparated, {"`,`", "a new line"})
        .label("declarations stand on lines of their own")
        .fix(range(token()), "");
    advance();
  }
  if (!panic_ && (at(TokenKind::kEnd) || raw_[pos_].newline_before)) return;
  if (!panic_ && is_declaration(word())) {
    remark(token(), diags::NotSeparated, {describe(token()), "a new line"})
        .label("each declaration begins on a line of its own")
        .fix(problems_.range(token().begin, token().begin), "\n", "begin a new line");
    return;
  }
  if (!panic_) expected("a new line", "the declaration is complete before this");
  skip_to_declaration();
  panic_ = false;
}

// --- the declarations, each after its word

auto Parser::fabric(Kids& kids) -> NodeKind {
  add(kids, plain_text("the fabric's name in quotes"));
  body(kids, "fabric");
  return NodeKind::kFabric;
}

auto Parser::state(Kids& kids) -> NodeKind {
  body(kids, "state");
  return NodeKind::kState;
}

auto Parser::provider(Kids& kids) -> NodeKind {
  add(kids, declared_name("the provider's name"));
  if (at(Word::kAs) && !on_new_line()) {
    const TokenId first = here();
    advance();
    Kids as;
    add(as, declared_name("the configuration's name"));
    add(kids, finish(NodeKind::kAs, first, as));
  }
  if (at(TokenKind::kLeftBrace) || panic_) body(kids, "provider");
  return NodeKind::kProvider;
}

auto Parser::input(Kids& kids) -> NodeKind {
  add(kids, declared_name("the input's name"));
  expect_colon("an input has a type: `input name: string`");
  add(kids, type(true));
  if (at(TokenKind::kAssign)) {
    const TokenId first = here();
    advance();
    Kids value;
    add(value, expression());
    add(kids, finish(NodeKind::kDefault, first, value));
  }
  if (at(TokenKind::kLeftBrace)) body(kids, "input");
  return NodeKind::kInput;
}

auto Parser::type_alias(Kids& kids) -> NodeKind {
  add(kids, declared_name("the type's name"));
  expect(TokenKind::kAssign, "`type Name = …`");
  add(kids, type());
  return NodeKind::kTypeAlias;
}

auto Parser::let(Kids& kids) -> NodeKind {
  add(kids, declared_name("the value's name"));
  if (accept(TokenKind::kColon)) add(kids, type(true));
  if (!panic_ || at(TokenKind::kAssign)) expect(TokenKind::kAssign, "`let name = …`");
  add(kids, expression());
  return NodeKind::kLet;
}

auto Parser::fn(Kids& kids) -> NodeKind {
  add(kids, declared_name("the function's name"));
  add(kids, params());
  if (accept(TokenKind::kThinArrow)) add(kids, type(true));
  if (!panic_ || at(TokenKind::kAssign)) expect(TokenKind::kAssign, "`fn name(x: type) = …`");
  add(kids, expression());
  return NodeKind::kFn;
}

auto Parser::resource(Kids& kids) -> NodeKind {
  add(kids, declared_name("the resource's name"));
  expect_colon("a resource has a type: `resource name: aws.ec2.VPC { … }`");
  add(kids, path());
  heads(kids);
  body(kids, "resource");
  return NodeKind::kResource;
}

auto Parser::group(Kids& kids) -> NodeKind {
  add(kids, declared_name("the group's name"));
  expect_colon("a group has a type: `group name: aws.ec2.Instance size 3 { … }`");
  add(kids, path());
  if (at(Word::kFor)) each(kids);
  if (at(Word::kSize) || at(Word::kMembers)) {
    const NodeKind kind = at(Word::kSize) ? NodeKind::kGroupSize : NodeKind::kGroupMembers;
    const TokenId first = here();
    advance();
    Kids part;
    add(part, expression());
    add(kids, finish(kind, first, part));
  } else {
    if (!panic_) expected("`size` or `members`", "a group has `size 3` or `members [\"a\", \"b\"]`");
    add(kids, missing());
  }
  if (at(Word::kIf)) when(kids);
  body(kids, "group");
  return NodeKind::kGroup;
}

auto Parser::lookup(Kids& kids) -> NodeKind {
  add(kids, declared_name("the lookup's name"));
  expect_colon("a lookup has a type: `lookup name: aws.ec2.VPC { … }`");
  add(kids, type());
  heads(kids);
  body(kids, "lookup");
  return NodeKind::kLookup;
}

auto Parser::use(Kids& kids) -> NodeKind {
  add(kids, declared_name("the module's name"));
  expect_word(kids, Word::kFrom);
  add(kids, plain_text("where the module comes from, in quotes"));
  if (at(Word::kVersion) && !on_new_line()) {
    const TokenId first = here();
    advance();
    Kids version;
    add(version, plain_text("a version in quotes"));
    add(kids, finish(NodeKind::kVersion, first, version));
  }
  return NodeKind::kUse;
}

auto Parser::module(Kids& kids) -> NodeKind {
  add(kids, declared_name("the instance's name"));
  expect_colon("the name of a `use` follows: `module name: net { … }`");
  add(kids, declared_name("the name of a `use`"));
  heads(kids);
  body(kids, "module");
  return NodeKind::kModule;
}

auto Parser::output(Kids& kids) -> NodeKind {
  add(kids, declared_name("the output's name"));
  if (accept(TokenKind::kColon)) add(kids, type(true));
  if (!panic_ || at(TokenKind::kAssign)) expect(TokenKind::kAssign, "`output name = …`");
  add(kids, expression());
  return NodeKind::kOutput;
}

auto Parser::check(Kids& kids) -> NodeKind {
  add(kids, plain_text("what is checked, in quotes"));
  if (at(Word::kFor)) each(kids);
  body(kids, "check");
  return NodeKind::kCheck;
}

auto Parser::policy(Kids& kids) -> NodeKind {
  add(kids, plain_text("what the policy says, in quotes"));
  if (at(Word::kFor)) each(kids);
  body(kids, "policy");
  return NodeKind::kPolicy;
}

auto Parser::test(Kids& kids) -> NodeKind {
  add(kids, plain_text("what is tested, in quotes"));
  body(kids, "test");
  return NodeKind::kTest;
}

auto Parser::moved(Kids& kids) -> NodeKind {
  add(kids, address());
  expect_word(kids, Word::kTo);
  add(kids, address());
  if (at(Word::kFor)) each(kids);
  return NodeKind::kMoved;
}

auto Parser::forget(Kids& kids) -> NodeKind {
  add(kids, address());
  if (at(Word::kFor)) each(kids);
  return NodeKind::kForget;
}

auto Parser::adopt(Kids& kids) -> NodeKind {
  add(kids, address());
  expect_word(kids, Word::kFrom);
  add(kids, expression());
  if (at(Word::kFor)) each(kids);
  return NodeKind::kAdopt;
}

// --- parts of heads

void Parser::expect_word(Kids& kids, Word wanted) {
  if (accept(wanted)) return;
  const std::string text(syntax::text_of(wanted));
  if (!panic_) expected("`" + text + "`");
  kids.broken = true;
}

// The name of a declaration, parameter or variable.
auto Parser::declared_name(std::string_view what) -> NodeId {
  const TokenId first = here();
  if (token().kind == TokenKind::kError && !on_new_line()) {
    advance();
    return broken(NodeKind::kError, first);
  }
  if (token().kind != TokenKind::kName || on_new_line()) {
    if (!panic_) expected(what);
    return missing();
  }
  Kids kids;
  if (is_reserved(word())) {
    remark(token(), diags::ReservedName, {std::string(text_of(token()))})
        .label("this word cannot name a declaration, parameter or variable");
    kids.broken = true;
  }
  if (dashed_name(token(), false)) kids.broken = true;
  if (out_.size() == first.index) advance();
  return finish(NodeKind::kName, first, kids);
}

void Parser::loop_variables(Kids& kids) {
  add(kids, declared_name("a variable"));
  if (accept(TokenKind::kComma)) add(kids, declared_name("a variable"));
  if (accept(Word::kIn)) return;
  if (!panic_) expected("`in`", "`for x in xs` or `for k, v in m`");
  kids.broken = true;
}

void Parser::heads(Kids& kids) {
  if (at(Word::kFor)) each(kids);
  if (at(Word::kIf)) when(kids);
}

void Parser::each(Kids& kids) {
  const TokenId first = here();
  advance();
  Kids part;
  loop_variables(part);
  add(part, expression());
  add(kids, finish(NodeKind::kEach, first, part));
}

void Parser::when(Kids& kids) {
  const TokenId first = here();
  advance();
  Kids part;
  add(part, expression());
  add(kids, finish(NodeKind::kWhen, first, part));
}

auto Parser::params() -> NodeId {
  const TokenId first = here();
  if (!at(TokenKind::kLeftParen) || on_new_line()) {
    if (!panic_) expected("`(`", "the parameters: `fn name(x: type) = …`");
    return broken(NodeKind::kParams, first);
  }
  const Opened opened{TokenKind::kRightParen, pos_};
  const Newlines inside(*this, false);
  advance();
  Kids kids;
  bool seen_default = false;
  while (!at_group_end()) {
    add(kids, param(seen_default));
    if (panic_ || !accept(TokenKind::kComma)) break;
  }
  expect_closer(opened, "`,`", kids);
  return finish(NodeKind::kParams, first, kids);
}

auto Parser::param(bool& seen_default) -> NodeId {
  const TokenId first = here();
  const Token name = token();
  Kids kids;
  add(kids, declared_name("a parameter's name"));
  if (!at(TokenKind::kColon)) {
    if (!panic_) expected("`:`", "a parameter has a type: `fn name(x: string) = …`");
    add(kids, type());
    return finish(NodeKind::kParam, first, kids);
  }
  advance();
  add(kids, type());
  if (at(TokenKind::kAssign)) {
    seen_default = true;
    const TokenId value_first = here();
    advance();
    Kids value;
    add(value, expression());
    add(kids, finish(NodeKind::kDefault, value_first, value));
  } else if (seen_default && !panic_) {
    remark(name, diags::DefaultsLast, {std::string(text_of(name))}).label("parameters with defaults come last");
  }
  return finish(NodeKind::kParam, first, kids);
}

auto Parser::path(bool checked) -> NodeId {
  const TokenId first = here();
  Kids kids;
  if (token().kind != TokenKind::kName || at_declaration() || (!checked && entry_follows())) {
    if (!panic_) expected("a type", "a type is a path such as `aws.ec2.VPC`");
    return broken(NodeKind::kPath, first);
  }
  Kids part;
  advance();
  add(kids, finish(NodeKind::kName, first, part));
  while (at(TokenKind::kDot)) {
    advance();
    if (at(TokenKind::kTextBegin) && !on_new_line()) {
      add(kids, plain_text("a name or a quoted part"));
    } else {
      add(kids, name_after_dot());
    }
    if (panic_) break;
  }
  return finish(NodeKind::kPath, first, kids);
}

auto Parser::address() -> NodeId {
  const TokenId first = here();
  Kids kids;
  add(kids, declared_name("an address"));
  for (;;) {
    if (panic_) break;
    const TokenId part_first = here();
    if (at(TokenKind::kDot)) {
      advance();
      add(kids, name_after_dot());
    } else if (at(TokenKind::kLeftBracket) && !on_new_line()) {
      const Opened opened{TokenKind::kRightBracket, pos_};
      const Newlines inside(*this, false);
      advance();
      Kids part;
      const bool star = at(TokenKind::kStar) && peek().kind == TokenKind::kRightBracket;
      if (star) {
        advance();
      } else {
        add(part, expression());
      }
      expect_closer(opened, {}, part);
      add(kids, finish(star ? NodeKind::kAddressStar : NodeKind::kAddressIndex, part_first, part));
    } else {
      break;
    }
  }
  return finish(NodeKind::kAddress, first, kids);
}

}  // namespace weft::syntax
