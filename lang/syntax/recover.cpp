// Faults: how they are reported, and where the parser goes on.
#include "lang/syntax/brackets.h"
#include "lang/syntax/diags.h"
#include "lang/syntax/parser.h"

namespace weft::syntax {
namespace {

auto opens_nest(TokenKind kind) -> bool {
  return kind == TokenKind::kLeftBrace || kind == TokenKind::kLeftBracket || kind == TokenKind::kLeftParen ||
         kind == TokenKind::kTextBegin || kind == TokenKind::kInterpolationBegin || kind == TokenKind::kMarkBegin;
}
auto closes_nest(TokenKind kind) -> bool {
  return kind == TokenKind::kRightBrace || kind == TokenKind::kRightBracket || kind == TokenKind::kRightParen ||
         kind == TokenKind::kTextEnd || kind == TokenKind::kInterpolationEnd || kind == TokenKind::kMarkEnd;
}

}  // namespace

auto Parser::problem(uint32_t begin, uint32_t end, const DiagInfo& info, std::vector<std::string> arguments) -> Report {
  const bool after_repair = last_ != UINT32_MAX && is_empty(out_[last_]);
  const bool follows = panic_ || after_repair || problems_.follows(begin) || problems_.follows(token().begin);
  panic_ = true;
  if (follows) return problems_.drop(info, std::move(arguments));
  return problems_.report(begin, end, info, std::move(arguments));
}

auto Parser::problem(const Token& token, const DiagInfo& info, std::vector<std::string> arguments) -> Report {
  return problem(token.begin, token.end, info, std::move(arguments));
}

auto Parser::remark(uint32_t begin, uint32_t end, const DiagInfo& info, std::vector<std::string> arguments) -> Report {
  if (panic_ || problems_.follows(begin)) return problems_.drop(info, std::move(arguments));
  return problems_.report(begin, end, info, std::move(arguments));
}

auto Parser::remark(const Token& token, const DiagInfo& info, std::vector<std::string> arguments) -> Report {
  return remark(token.begin, token.end, info, std::move(arguments));
}

auto Parser::describe(const Token& token) const -> std::string {
  const bool spelled = token.kind == TokenKind::kName || token.kind == TokenKind::kInt || token.kind == TokenKind::kNumber ||
                       token.kind == TokenKind::kDuration || token.kind == TokenKind::kSize;
  const std::string_view text = text_of(token);
  if (spelled && text.size() <= 60) return "`" + std::string(text) + "`";
  if (token.kind == TokenKind::kForeign && text.size() <= 3) return "`" + std::string(text) + "`";
  return std::string(spelling(token.kind));
}

void Parser::expected(std::string_view what, std::string_view rule) {
  if (token().kind == TokenKind::kError) {  // reported where it was found
    panic_ = true;
    return;
  }
  const std::string label(rule.empty() ? std::string(what) + " belongs here" : std::string(rule));
  const bool nothing = at(TokenKind::kEnd) || raw_[pos_].newline_before || at(TokenKind::kInterpolationEnd) ||
                       at(TokenKind::kMarkEnd) || at(TokenKind::kTextEnd);
  if (nothing) {
    const uint32_t place = previous_end();
    problem(place, place, diags::Missing, {std::string(what)}).label(label);
    return;
  }
  problem(token(), diags::Unexpected, {describe(token()), std::string(what)}).label(label);
}

auto Parser::expect(TokenKind kind_wanted, std::string_view rule) -> bool {
  if (at(kind_wanted) && !line_ends()) {
    advance();
    return true;
  }
  expected(spelling(kind_wanted), rule);
  return false;
}

// The `:` between a declared name and its type or module. Where these follow each other, nothing but the `:` is missing,
// and the declaration is read on.
void Parser::expect_colon(std::string_view rule) {
  const TokenKind next = peek().kind;
  const bool only_colon = !panic_ && at(TokenKind::kName) && !on_new_line() &&
                          (next == TokenKind::kDot || next == TokenKind::kLeftBrace || next == TokenKind::kAssign);
  if (!only_colon) {
    expect(TokenKind::kColon, rule);
    return;
  }
  const uint32_t place = previous_end();
  problem(token(), diags::Unexpected, {describe(token()), "`:`"})
      .label(std::string(rule))
      .fix(problems_.range(place, place), ":", "write `:`");
  panic_ = false;
}

// The end of something in brackets. What stands before it and was not read is one fault; behind it all is well again.
void Parser::expect_closer(const Opened& opened, std::string_view separator, Kids& kids) {
  if (!at(opened.closer) && !panic_) {
    const std::string closer(spelling(opened.closer));
    expected(separator.empty() ? closer : std::string(separator) + " or " + closer);
  }
  kids.broken = kids.broken || panic_;
  while (!at(opened.closer) && !at_group_end()) skip_group();
  panic_ = false;
  if (!at(opened.closer)) return;
  kids.broken = kids.broken || is_empty(token());  // put there by the repair of brackets
  advance();
}

auto Parser::at_group_end() const -> bool { return at(TokenKind::kEnd) || closes_nest(kind()); }

// One token, or all from an opening bracket to its end.
void Parser::skip_group() {
  uint32_t depth = 0;
  do {
    if (at(TokenKind::kEnd)) return;
    if (opens_nest(kind())) ++depth;
    if (closes_nest(kind()) && depth > 0) --depth;
    advance();
  } while (depth > 0);
}

// To the end of the entry: its line, its comma or the bracket around it.
void Parser::skip_entry() {
  while (!at_group_end() && !at(TokenKind::kComma) && !(on_new_line() && !goes_on())) skip_group();
}

auto Parser::column(const Token& token) const -> uint32_t { return line_start(text_, token.begin).column; }

// Lines that stand deeper than the faulty one belong to it.
void Parser::skip_deeper_lines(uint32_t column_of_fault) {
  while (!at_group_end() && raw_[pos_].newline_before && newlines_matter_) {
    const LineStart start = line_start(text_, token().begin);
    if (!start.first || start.column <= column_of_fault) return;
    skip_group();
    while (!at_group_end() && !raw_[pos_].newline_before) skip_group();
  }
}

// To the `{` of a declaration's body on the same line, if there is one.
void Parser::skip_to_body() {
  while (!at_group_end() && !at(TokenKind::kLeftBrace) && !on_new_line()) skip_group();
}

auto Parser::at_declaration() const -> bool {
  if (!raw_[pos_].newline_before || token().kind != TokenKind::kName) return false;
  if (starts_declaration(text_, token().begin)) return true;
  const bool first_column = token().begin == 0 || text_[token().begin - 1] == '\n';
  return first_column && is_declaration(word()) && peek().kind != TokenKind::kAssign && peek().kind != TokenKind::kDot;
}

void Parser::skip_to_declaration() {
  while (!at(TokenKind::kEnd) && !at_declaration()) {
    if (at_group_end()) {
      advance();
    } else {
      skip_group();
    }
  }
}

// The current token, on a new line, begins the next entry: an operand that is due here is missing.
auto Parser::entry_follows() const -> bool {
  if (!on_new_line()) return false;
  if (at(TokenKind::kAt) || at_declaration()) return true;
  const TokenKind next = peek().kind;
  return token().kind == TokenKind::kName && (next == TokenKind::kAssign || next == TokenKind::kColon);
}

auto Parser::too_deep() -> bool {
  if (!reported_depth_) {
    reported_depth_ = true;
    remark(token(), diags::TooNested).label("at most " + std::to_string(kMaxNesting) + " levels");
  }
  panic_ = true;
  return true;
}

}  // namespace weft::syntax
