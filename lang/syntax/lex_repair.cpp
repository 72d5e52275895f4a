// Texts and interpolations that never end. The lexer notices that late (at the end of the file, at a line where a
// declaration starts), goes back to where the text began, ends it where its author most likely meant to, and reads on
// from there: one fault, one message, and everything behind it is read. Going back happens a few times at most.
#include <algorithm>

#include "lang/syntax/diags.h"
#include "lang/syntax/lexer.h"

namespace weft::syntax {
namespace {
constexpr uint32_t kMostRewinds = 8;
}

auto Lexer::may_rewind() -> bool { return rewinds_ < kMostRewinds && ++rewinds_ > 0; }

auto Lexer::innermost_code() const -> size_t {
  for (size_t i = frames_.size(); i-- > 0;) {
    if (frames_[i].kind == FrameKind::kCode) return i;
  }
  return std::string_view::npos;
}

void Lexer::report_unclosed_code(uint32_t begin_token) {
  const Token begin = out_[begin_token];
  const std::string sign(1, at(begin.begin));
  problems_.report(begin.begin, begin.begin + 2, diags::UnclosedMark, {sign + "{"}, Problems::Fallout::kLine)
      .label("opened here")
      .help("`}` closes it; a plain `" + sign + "{` is written `\\" + sign + "{`");
}

// The innermost `${` or `%{` that is open cannot be closed by anything that follows.
void Lexer::code_is_not_closed() {
  const uint32_t begin_token = frames_.back().token;
  if (may_rewind()) return abandon_code(begin_token);
  report_unclosed_code(begin_token);
  const bool another_begins = at(at_) == '$' || at(at_) == '%';
  close_frames(another_begins ? frames_.size() - 1 : 0);
}

// Ends the `${` behind the names that follow it; what stands behind them is text again.
void Lexer::abandon_code(uint32_t begin_token) {
  const Token begin = out_[begin_token];
  problems_.forget_from(begin.begin);
  report_unclosed_code(begin_token);
  while (frames_.back().token >= begin_token) frames_.pop_back();
  frames_.back().long_code = UINT32_MAX;
  out_.resize(begin_token + 1);
  at_ = begin.end;
  newline_ = false;
  last_newline_ = 0;
  const bool is_mark = begin.kind == TokenKind::kMarkBegin;
  for (;;) {
    uint32_t next = at_;
    while (is_mark && at(next) == ' ') ++next;
    if (is_name_start(at(next))) {
      at_ = next;
      uint32_t end = at_;
      while (is_name_char(at(end))) ++end;
      push(TokenKind::kName, end, word_of(text_.substr(at_, end - at_)));
    } else if (at(at_) == '.' && is_name_start(at(at_ + 1))) {
      push(TokenKind::kDot, at_ + 1);
    } else {
      break;
    }
  }
  push(is_mark ? TokenKind::kMarkEnd : TokenKind::kInterpolationEnd, at_);
}

// A text block that the end of the file or the begin of the next block ended: it ends where its lines stop being
// indented, else where a declaration starts.
void Lexer::abandon_block(uint32_t begin_token) {
  const Token begin = out_[begin_token];
  problems_.forget_from(begin.end);
  const auto quotes = static_cast<uint32_t>(text_.find('"', begin.begin));
  problems_.report(quotes, quotes + 3, diags::UnclosedTextBlock, {}, Problems::Fallout::kLine)
      .label("opened here")
      .help("`\"\"\"` on a line of its own closes it");
  const uint32_t end = likely_end_of_block(begin_token);
  while (!frames_.empty() && frames_.back().token >= begin_token) frames_.pop_back();
  out_.resize(begin_token + 1);
  at_ = begin.end;
  newline_ = false;
  last_newline_ = 0;
  if (end > at_) push(TokenKind::kTextPart, end);
  push(TokenKind::kTextEnd, end);
  newline_ = at(end - 1) == '\n';
}

auto Lexer::likely_end_of_block(uint32_t begin_token) const -> uint32_t {
  const Token& begin = out_[begin_token];
  const size_t depth = indentation_of_line(text_, begin.begin).size();
  bool seen_first = false;
  bool is_indented = false;
  for (size_t line = begin.end; line < size_;) {
    const size_t next = std::min(text_.find('\n', line), text_.size() - 1) + 1;
    const std::string_view white = indentation_of_line(text_, line);
    const bool is_empty = line + white.size() >= line_end(text_, line);
    if (!is_empty && !seen_first) {
      seen_first = true;
      is_indented = white.size() > depth;
    }
    if (!is_empty && is_indented && white.size() <= depth) return static_cast<uint32_t>(line);
    if (!is_indented && white.empty() && starts_declaration(text_, line)) return static_cast<uint32_t>(line);
    line = next;
  }
  return size_;
}

void Lexer::close_frames(size_t keep) {
  for (; frames_.size() > keep; frames_.pop_back()) {
    const Frame& frame = frames_.back();
    const bool is_mark = out_[frame.token].kind == TokenKind::kMarkBegin;
    const bool newline = newline_;
    push(frame.kind != FrameKind::kCode ? TokenKind::kTextEnd
                                        : (is_mark ? TokenKind::kMarkEnd : TokenKind::kInterpolationEnd),
         at_);
    newline_ = newline;
  }
}

}  // namespace weft::syntax
