// Entries and values as other languages write them.
#include "lang/syntax/diags.h"
#include "lang/syntax/foreign.h"
#include "lang/syntax/parser.h"

namespace weft::syntax {
namespace {

auto replaced(std::string text, std::string_view what, std::string_view by) -> std::string {
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
  return text;
}

}  // namespace

// What the lexer has reported, or an operator that begins no value.
auto Parser::foreign_value() -> NodeId {
  const TokenId first = here();
  const std::string_view text = text_of(token());
  const bool reported = token().kind == TokenKind::kError || text.starts_with('\'') || text.starts_with("<<");
  if (!reported) return no_operand();
  advance();
  return broken(NodeKind::kError, first);
}

// Behind a key something else than `=`; invalid when it is nothing that is known.
auto Parser::foreign_entry(TokenId first, NodeId key) -> NodeId {
  if (raw_[pos_].newline_before) return {};
  switch (kind()) {
    case TokenKind::kColon: return yaml_entry(first, key);
    case TokenKind::kLeftBrace: return nested_block(first, key);
    case TokenKind::kTextBegin: {
      const uint32_t from = pos_;
      uint32_t end = ahead(1);
      while (raw_[end].kind != TokenKind::kTextEnd && raw_[end].kind != TokenKind::kEnd && end < from + 4) ++end;
      const bool is_block = raw_[end].kind == TokenKind::kTextEnd && raw_[end + 1].kind == TokenKind::kLeftBrace;
      return is_block ? nested_block(first, key) : NodeId{};
    }
    case TokenKind::kDot: return dotted_key(first, key);
    default: return {};
  }
}

// `name {` and `name "label" {`, which elsewhere nest blocks.
auto Parser::nested_block(TokenId first, NodeId key) -> NodeId {
  const Token begin = out_[nodes_[key.index].first.index];
  const std::string name(source(key));
  const uint32_t key_end = previous_end();
  Kids kids;
  add(kids, key);
  std::string label;
  const bool has_label = at(TokenKind::kTextBegin);
  if (has_label) {
    const NodeId quoted = text();
    label = source(quoted);
    label = label.size() > 2 ? label.substr(1, label.size() - 2) : "";
  }
  const uint32_t head_end = previous_end();
  const bool was_dynamic = in_dynamic_;
  in_dynamic_ = name == "dynamic" && is_name(label);
  const bool is_rule = name == "precondition" || name == "postcondition";
  const bool is_said = around_ == "terraform" || (around_ == "variable" && name == "validation") ||
                       ((around_ == "lifecycle" || around_ == "output") && is_rule) ||
                       (around_ == "removed" && name == "lifecycle");
  const NodeId inside = foreign_body(around_ == "terraform" ? around_ : source(key));
  in_dynamic_ = was_dynamic;
  add(kids, inside);
  if (is_said) {
    kids.broken = true;
  } else if (name == "lifecycle") {
    report_lifecycle(begin, inside);
  } else if (name == "dynamic" && is_name(label)) {
    report_dynamic(begin, label, inside);
  } else if (name != "content" || !in_dynamic_) {
    auto report = remark(begin, diags::NestedBlock, {name});
    report.label("a value follows a `=`: `" + name + " = { … }`, of several `[{ … }, { … }]`");
    if (!has_label) report.fix(problems_.range(key_end, head_end), " =", "write `" + name + " = {`");
  }
  kids.broken = true;
  return finish(NodeKind::kAttribute, first, kids);
}

void Parser::report_lifecycle(const Token& begin, NodeId block) {
  auto report = remark(begin, diags::Lifecycle);
  report.label("these are arguments with `@`: `@protect`, `@create_first`, `@ignore`, `@replace_when`");
  if (const auto text = lifecycle_text(block, indentation_of_line(text_, begin.begin))) {
    report.fix(problems_.range(begin.begin, previous_end()), *text, "write them with `@`");
  } else {
    report.help("not all of it can be mended by itself; `precondition` is `require condition, \"message\"`, `postcondition` is `ensure`");
  }
}

void Parser::report_dynamic(const Token& begin, const std::string& label, NodeId block) {
  auto report = remark(begin, diags::Dynamic, {label});
  report.label("a list is made by a comprehension: `" + label + " = [for x in xs: { … }]`");
  const std::string over = attribute_text(block, "for_each");
  const NodeId content = attribute(block, "content");
  if (over.empty() || !content.valid() || !only_has(block, {"for_each"}, {"content"})) return;
  const NodeId inside{nodes_[nodes_[content.index].first_child].next};
  if (!inside.valid()) return;
  const auto comments = comments_of(block, {value_of(block, "for_each"), inside}, "");
  if (!comments || !comments->empty()) return;  // they have no place in it
  std::string body(inner_source(inside));
  body = replaced(replaced(std::move(body), label + ".value", "x"), label + ".key", "k");
  const bool uses_key = body.find("k") != std::string::npos && source(inside).find(label + ".key") != std::string_view::npos;
  report.fix(problems_.range(begin.begin, previous_end()),
             label + " = [for " + (uses_key ? "k, x" : "x") + " in " + over + ": {" + body + "}]", "write a comprehension");
}

// `app.name = 1`
auto Parser::dotted_key(TokenId first, NodeId key) -> NodeId {
  const uint32_t begin = out_[nodes_[key.index].first.index].begin;
  const uint32_t key_end = previous_end();
  Kids kids;
  add(kids, key);
  std::string open;
  std::string close;
  while (at(TokenKind::kDot)) {
    advance();
    if (token().kind != TokenKind::kName || on_new_line()) break;
    open += " = { " + std::string(text_of(token()));
    close += " }";
    advance();
  }
  const uint32_t dots_end = previous_end();
  const std::string seen(text_.substr(begin, dots_end - begin));
  if (!at(TokenKind::kAssign) || open.empty()) {
    expected("`=`", "an entry is `name = value`");
    return finish(NodeKind::kAttribute, first, kids);
  }
  advance();
  add(kids, expression());
  const uint32_t end = previous_end();
  remark(begin, dots_end, diags::DottedKey, {seen})
      .label("a member of a member is written as an object in an object")
      .fix({.title = "write `" + std::string(source(key)) + open + " = …" + close + "`",
            .edits = {{problems_.range(key_end, dots_end), open}, {problems_.range(end, end), close}}});
  kids.broken = true;
  return finish(NodeKind::kAttribute, first, kids);
}

// `my-vpc` where a name is declared, `my-key` where an entry begins. The current token is the name before the `-`.
auto Parser::dashed_name(const Token& begin, bool is_key) -> bool {
  const auto continues = [&](const Token& dash, const Token& part, uint32_t end) {
    const bool is_part = part.kind == TokenKind::kName || part.kind == TokenKind::kInt;
    return dash.kind == TokenKind::kMinus && dash.begin == end && is_part && touches(dash, part);
  };
  if (!continues(peek(1), peek(2), begin.end)) return false;
  advance();
  std::string name(text_of(begin));
  while (continues(token(), peek(), previous_end())) {
    advance();
    name += (is_key ? "-" : "_") + std::string(text_of(token()));
    advance();
  }
  const std::string seen(text_.substr(begin.begin, previous_end() - begin.begin));
  remark(begin.begin, previous_end(), diags::DashedName, {seen})
      .label(is_key ? "a key that is no name stands in quotes" : "names are made of `A`–`Z`, `a`–`z`, `0`–`9` and `_`")
      .fix(problems_.range(begin.begin, previous_end()), is_key ? '"' + name + '"' : name);
  return true;
}

// `;` at the end of a line; all of a file are one fault.
void Parser::foreign_separator() {
  if (!reported_semicolons_ && !panic_) {
    reported_semicolons_ = true;
    Fix fix{.title = "take them out", .edits = {}};
    for (uint32_t i = pos_; i < raw_.size() && fix.edits.size() < 10'000; ++i) {
      if (raw_[i].kind != TokenKind::kForeign || text_of(raw_[i]) != ";") continue;
      const bool ends_line = raw_[i + 1].newline_before || raw_[i + 1].kind == TokenKind::kRightBrace || raw_[i + 1].kind == TokenKind::kEnd;
      fix.edits.push_back({range(raw_[i]), ends_line ? "" : ","});
    }
    remark(token(), diags::Semicolon).label("a new line or a comma separates").fix(std::move(fix));
  }
  advance();
}

}  // namespace weft::syntax
