#include "lang/syntax/brackets.h"

#include <algorithm>

#include "lang/syntax/diags.h"

namespace weft::syntax {
namespace {

constexpr size_t kMostSearched = 1000;  // openers or lines that one closer looks at

auto is_opener(TokenKind kind) -> bool {
  return kind == TokenKind::kLeftBrace || kind == TokenKind::kLeftBracket || kind == TokenKind::kLeftParen;
}
auto is_closer(TokenKind kind) -> bool {
  return kind == TokenKind::kRightBrace || kind == TokenKind::kRightBracket || kind == TokenKind::kRightParen;
}
auto is_code_begin(TokenKind kind) -> bool {
  return kind == TokenKind::kInterpolationBegin || kind == TokenKind::kMarkBegin;
}
auto is_code_end(TokenKind kind) -> bool {
  return kind == TokenKind::kInterpolationEnd || kind == TokenKind::kMarkEnd;
}
auto partner(TokenKind kind) -> TokenKind {
  switch (kind) {
    case TokenKind::kLeftBrace: return TokenKind::kRightBrace;
    case TokenKind::kLeftBracket: return TokenKind::kRightBracket;
    case TokenKind::kLeftParen: return TokenKind::kRightParen;
    case TokenKind::kRightBrace: return TokenKind::kLeftBrace;
    case TokenKind::kRightBracket: return TokenKind::kLeftBracket;
    case TokenKind::kRightParen: return TokenKind::kLeftParen;
    case TokenKind::kInterpolationBegin: return TokenKind::kInterpolationEnd;
    default: return TokenKind::kMarkEnd;
  }
}
auto sign(TokenKind kind) -> std::string { return std::string(spelling(kind)); }

auto column_of(const Tokens& tokens, size_t index) -> uint32_t {
  const uint32_t begin = tokens.tokens[index].begin;
  const LineStart start = line_start(tokens.text, begin);
  return start.first ? start.column : begin - static_cast<uint32_t>(line_begin(tokens.text, begin));
}

auto is_balanced(const Tokens& tokens) -> bool {
  std::vector<TokenKind> open;
  for (size_t i = 0; i < tokens.tokens.size(); ++i) {
    const TokenKind kind = tokens.tokens[i].kind;
    if (is_opener(kind) || is_code_begin(kind)) {
      open.push_back(partner(kind));
    } else if (is_closer(kind) || is_code_end(kind)) {
      if (open.empty() || open.back() != kind) return false;
      open.pop_back();
    } else if (!open.empty() && is_declaration_head(tokens, i)) {
      return false;
    }
  }
  return open.empty();
}

struct Repair {
  enum class What : uint8_t { kClose, kOpen, kStray, kWrong };
  What what;
  uint32_t before;  // an empty token is put before this one (kClose, kOpen), or this one changes
  uint32_t other;   // kClose, kWrong: the opener; kOpen: the closer that has none; kStray: first token of its line
};

// A token that continues the line before it, wherever it stands.
auto continues_line(const Tokens& tokens, uint32_t index) -> bool {
  const Token& token = tokens.tokens[index];
  return takes_left(token.kind) || (takes_left(token.word) && tokens.tokens[index + 1].kind != TokenKind::kAssign);
}

// How far the layout is trusted: only as `fmt` would have it; as far as possible; only that entries stand in braces;
// not at all.
enum class Trust : uint8_t { kLayout, kIndentation, kEntries, kNothing };

// Goes through one declaration and finds what would make its brackets balanced.
class Matcher {
 public:
  Matcher(const Tokens& tokens, uint32_t begin, uint32_t end, Trust trust)
      : tokens_(tokens), begin_(begin), end_(end), by_indentation_(trust < Trust::kEntries),
        by_layout_(trust == Trust::kLayout), by_entries_(trust == Trust::kEntries) {}

  auto run() -> std::vector<Repair> {
    for (uint32_t i = begin_; i < end_; ++i) step(i);
    while (!open_.empty()) unclosed(end_);
    return std::move(repairs_);
  }

 private:
  struct Open {
    uint32_t token;
    uint32_t line;  // index into lines_
    uint32_t continued = UINT32_MAX;  // on a line that continues another: how deep that stands
  };
  struct Line {
    uint32_t first;
    uint32_t indent;
  };

  auto kind(uint32_t i) const -> TokenKind { return tokens_.tokens[i].kind; }
  auto top_is_bracket() const -> bool { return !open_.empty() && is_opener(kind(open_.back().token)); }
  auto indent_of(const Open& open) const -> uint32_t { return lines_[open.line].indent; }
  auto line() const -> uint32_t { return static_cast<uint32_t>(lines_.size()) - 1; }

  void add(Repair::What what, uint32_t before, uint32_t other) { repairs_.push_back({what, before, other}); }

  void unclosed(uint32_t before) {
    if (is_opener(kind(open_.back().token))) add(Repair::What::kClose, before, open_.back().token);
    open_.pop_back();
  }

  void step(uint32_t i) {
    const TokenKind is = kind(i);
    const bool first = i == begin_ || (tokens_.tokens[i].newline_before && !continues_line(tokens_, i));
    if (first) {
      lines_.push_back({i, column_of(tokens_, i)});
      continued_ = UINT32_MAX;
      if (by_indentation_) dedent(i);
    } else if (tokens_.tokens[i].newline_before && by_indentation_) {
      continued_ = column_of(tokens_, i);
      while (top_is_bracket() && open_.back().line == line() && open_.back().continued != UINT32_MAX &&
             continued_ <= open_.back().continued) {
        unclosed(i);
      }
    }
    if (by_entries_ && tokens_.tokens[i].newline_before && begins_entry(i)) {
      while (top_is_bracket() && kind(open_.back().token) != TokenKind::kLeftBrace) unclosed(i);
    }
    if (is_opener(is) || is_code_begin(is)) {
      open_.push_back({i, line(), continued_});
    } else if (is_code_end(is)) {
      while (top_is_bracket()) unclosed(i);
      if (!open_.empty()) open_.pop_back();
    } else if (is_closer(is)) {
      close(i, first);
    }
  }

  // `name =`, `"text" =` and `@` stand in braces only.
  auto begins_entry(uint32_t i) const -> bool {
    if (kind(i) == TokenKind::kAt) return true;
    uint32_t end = i;
    if (kind(i) == TokenKind::kTextBegin) {
      end = kind(i + 1) == TokenKind::kTextPart ? i + 2 : i + 1;
      if (end >= end_ || kind(end) != TokenKind::kTextEnd) return false;
    } else if (kind(i) != TokenKind::kName) {
      return false;
    }
    return kind(end + 1) == TokenKind::kAssign;
  }

  // A line that stands no deeper than the one with the opener is outside of it.
  void dedent(uint32_t i) {
    const uint32_t indent = lines_.back().indent;
    while (top_is_bracket() && open_.back().line < line()) {
      const uint32_t outer = indent_of(open_.back());
      if (is_closer(kind(i)) ? indent >= outer : indent > outer) return;
      unclosed(i);
    }
  }

  void close(uint32_t i, bool first) {
    const uint32_t indent = lines_.back().indent;
    if (!top_is_bracket()) {
      if (!(by_indentation_ && first && missing_opener(i))) add(Repair::What::kStray, i, lines_.back().first);
      return;
    }
    const Open top = open_.back();
    if (partner(kind(top.token)) == kind(i)) {
      const bool other_line = top.line < line();
      const bool too_deep = by_indentation_ && first && other_line && indent > indent_of(top);
      // At the end of a line that did not begin with a closer stands only what closes this line's own brackets.
      const bool too_late = by_layout_ && !first && other_line && !is_closer(kind(lines_.back().first));
      if (!too_deep && !too_late) {
        open_.pop_back();
      } else if (too_late || !missing_opener(i)) {
        add(Repair::What::kStray, i, lines_.back().first);
      }
      return;
    }
    if (close_outer(i, first)) return;
    if (by_indentation_ && first && missing_opener(i)) return;
    const bool right_one_follows = i + 1 < end_ && kind(i + 1) == partner(kind(top.token));
    if ((top.line == line() || !by_indentation_) && !right_one_follows) {
      add(Repair::What::kWrong, i, top.token);
      open_.pop_back();
      return;
    }
    add(Repair::What::kStray, i, lines_.back().first);
  }

  // Whether a bracket further out is what this one closes; those inside were never closed then.
  auto close_outer(uint32_t i, bool first) -> bool {
    const size_t lowest = open_.size() > kMostSearched ? open_.size() - kMostSearched : 0;
    for (size_t at = open_.size(); at-- > lowest;) {
      const Open& open = open_[at];
      if (!is_opener(kind(open.token))) return false;
      if (partner(kind(open.token)) != kind(i)) continue;
      if (by_indentation_) {
        const bool fits = first && open.line < line() ? indent_of(open) == lines_.back().indent : open.line == line();
        if (!fits) continue;
      }
      while (open_.size() > at + 1) unclosed(i);
      open_.pop_back();
      return true;
    }
    return false;
  }

  // A closer on a line of its own: the opener is missing on the nearest line above that stands as deep.
  auto missing_opener(uint32_t i) -> bool {
    const uint32_t indent = lines_.back().indent;
    const size_t lowest = lines_.size() > kMostSearched ? lines_.size() - kMostSearched : 0;
    for (size_t at = lines_.size() - 1; at-- > lowest;) {
      if (lines_[at].indent > indent) continue;
      const bool holds_lines = at + 2 < lines_.size();
      if (lines_[at].indent < indent || !holds_lines || !may_open(lines_[at].first, lines_[at + 1].first)) return false;
      add(Repair::What::kOpen, lines_[at + 1].first, i);
      return true;
    }
    return false;
  }

  

  auto may_open(uint32_t first, uint32_t behind) const -> bool {
    const TokenKind last = kind(behind - 1);
    if (last == TokenKind::kAssign || last == TokenKind::kFatArrow || is_opener(last)) return true;
    const Word word = tokens_.tokens[first].word;
    if (is_declaration(word) && column_of(tokens_, first) == 0) return true;
    if (word == Word::kGiven || word == Word::kFake) return true;
    for (uint32_t i = first; i < behind; ++i) {
      if (tokens_.tokens[i].word == Word::kMatch) return true;
    }
    return false;
  }

  const Tokens& tokens_;
  uint32_t begin_;
  uint32_t end_;
  bool by_indentation_;
  bool by_layout_;
  bool by_entries_;
  uint32_t continued_ = UINT32_MAX;
  std::vector<Open> open_;
  std::vector<Line> lines_;
  std::vector<Repair> repairs_;
};

class Repairer {
 public:
  Repairer(Tokens& tokens, Problems& problems) : tokens_(tokens), problems_(problems) {}

  void run() {
    const auto size = static_cast<uint32_t>(tokens_.tokens.size());
    uint32_t begin = 0;
    for (uint32_t i = 1; i < size; ++i) {
      const bool last = i + 1 == size;  // kEnd
      if (!last && !is_declaration_head(tokens_, i)) continue;
      uint32_t end = i;
      while (!last && end > begin && tokens_.tokens[end - 1].kind == TokenKind::kDocComment) --end;
      region(begin, end);
      begin = end;
    }
    out_.push_back(tokens_.tokens.back());
    tokens_.tokens = std::move(out_);
  }

 private:
  void region(uint32_t begin, uint32_t end) {
    std::vector<Repair> repairs = Matcher(tokens_, begin, end, Trust::kLayout).run();
    for (const Trust trust : {Trust::kIndentation, Trust::kEntries, Trust::kNothing}) {
      if (repairs.size() < 2) break;
      std::vector<Repair> other = Matcher(tokens_, begin, end, trust).run();
      if (other.size() < repairs.size()) repairs = std::move(other);
    }
    for (const Repair& repair : repairs) {
      if (!problems_.full()) report(repair, end);
    }
    std::ranges::stable_sort(repairs, {}, &Repair::before);
    size_t next = 0;
    for (uint32_t i = begin; i <= end; ++i) {
      bool changed = false;
      for (; next < repairs.size() && repairs[next].before == i; ++next) changed = apply(repairs[next]) || changed;
      if (i < end && !changed) out_.push_back(tokens_.tokens[i]);
    }
  }

  // True when the token itself was put out, changed.
  auto apply(const Repair& repair) -> bool {
    const Token& token = tokens_.tokens[repair.before];
    const auto kind_of = [&](uint32_t i) { return tokens_.tokens[i].kind; };
    if (repair.what == Repair::What::kClose || repair.what == Repair::What::kOpen) {
      const uint32_t place = out_.empty() ? token.begin : out_.back().end;
      out_.push_back({.kind = partner(kind_of(repair.other)), .begin = place, .end = place});
      return false;
    }
    out_.push_back(token);
    out_.back().kind = repair.what == Repair::What::kStray ? TokenKind::kError : partner(kind_of(repair.other));
    return true;
  }

  void report(const Repair& repair, uint32_t region_end) {
    const Token& at = tokens_.tokens[repair.before];
    const Token& other = tokens_.tokens[repair.other];
    const bool is_open = repair.what == Repair::What::kOpen;
    const uint32_t place_of_opener = is_open ? tokens_.tokens[repair.before - 1].end : other.begin;
    if (problems_.follows(place_of_opener) || (repair.what != Repair::What::kClose && problems_.follows(at.begin))) return;
    constexpr auto kLine = Problems::Fallout::kLine;
    switch (repair.what) {
      case Repair::What::kClose: report_unclosed(repair, region_end); break;
      case Repair::What::kOpen: {
        const std::string opener = sign(partner(other.kind));
        const uint32_t place = tokens_.tokens[repair.before - 1].end;
        problems_.report(place, place, diags::MissingOpener, {opener}, kLine)
            .label(opener + " belongs here")
            .note(problems_.range(other.begin, other.end), "this " + sign(other.kind) + " closes nothing else")
            .fix(problems_.range(place, place), " " + opener.substr(1, 1));
        break;
      }
      case Repair::What::kStray:
        problems_.report(at.begin, at.end, diags::Unopened, {sign(at.kind)}, kLine)
            .label("no " + sign(partner(at.kind)) + " is open here")
            .fix(problems_.range(at.begin, at.end), "");
        problems_.expect_fallout(other.begin, at.end);
        break;
      case Repair::What::kWrong: {
        const std::string closer = sign(partner(other.kind));
        problems_.report(at.begin, at.end, diags::WrongCloser, {sign(other.kind), sign(at.kind)}, kLine)
            .label(closer + " closes it")
            .note(problems_.range(other.begin, other.end), "opened here")
            .fix(problems_.range(at.begin, at.end), closer.substr(1, 1));
        break;
      }
    }
  }

  void report_unclosed(const Repair& repair, uint32_t region_end) {
    const Token& opener = tokens_.tokens[repair.other];
    const Token& before = tokens_.tokens[repair.before];
    const uint32_t end = tokens_.tokens[repair.before - 1].end;
    const std::string closer = sign(partner(opener.kind));
    auto report = problems_.report(opener.begin, opener.end, diags::Unclosed, {sign(opener.kind)}, Problems::Fallout::kLine);
    report.label("opened here");
    const Range place = problems_.range(before.begin, before.end);
    const bool on_next_line = tokens_.text.substr(end, before.begin - end).find('\n') != std::string_view::npos;
    if (repair.before == region_end && before.kind != TokenKind::kEnd) {
      uint32_t head = repair.before;
      while (tokens_.tokens[head].kind == TokenKind::kDocComment) ++head;
      report.note(problems_.range(tokens_.tokens[head].begin, tokens_.tokens[head].end),
                  "a declaration starts here, so " + closer + " is missing before it");
    } else if (is_closer(before.kind) || is_code_end(before.kind)) {
      report.note(place, sign(before.kind) + " closes what was opened before it");
    } else if (before.kind != TokenKind::kEnd) {
      report.note(place, "this stands no deeper than the line with the " + sign(opener.kind));
    }
    const auto lines = std::ranges::count(tokens_.text.substr(0, end), '\n');
    report.help(closer + (on_next_line || before.kind == TokenKind::kEnd ? " after line " : " on line ") + std::to_string(lines + 1));
    const bool spans_lines = tokens_.text.substr(opener.begin, end - opener.begin).find('\n') != std::string_view::npos;
    const auto line = static_cast<uint32_t>(line_end(tokens_.text, end));
    if (spans_lines && (on_next_line || before.kind == TokenKind::kEnd)) {
      report.fix(problems_.range(line, line), "\n" + std::string(indentation_of_line(tokens_.text, opener.begin)) + closer.substr(1, 1),
                 "close it below line " + std::to_string(lines + 1));
    } else {
      report.fix(problems_.range(end, end), closer.substr(1, 1));
    }
  }

  Tokens& tokens_;
  Problems& problems_;
  std::vector<Token> out_;
};

}  // namespace

auto is_declaration_head(const Tokens& tokens, size_t index) -> bool {
  const Token& token = tokens.tokens[index];
  if (token.kind != TokenKind::kName || !token.newline_before) return false;
  const bool first_column = token.begin == 0 || tokens.text[token.begin - 1] == '\n' ||
                            (token.begin == 3 && tokens.text.starts_with("\xEF\xBB\xBF"));
  if (!first_column || !starts_declaration(tokens.text, token.begin)) return false;
  return index == 0 || tokens.tokens[index - 1].word != Word::kMatch;
}

void repair_brackets(Tokens& tokens, Problems& problems) {
  if (!is_balanced(tokens)) Repairer(tokens, problems).run();
}

}  // namespace weft::syntax
