// What other languages write and this one does not: `#` comments, 'text', <<EOT. Each is one error with a fix, and is
// passed as a whole so that nothing follows from it.
#include <algorithm>
#include <string>
#include <vector>

#include "lang/syntax/diags.h"
#include "lang/syntax/lexer.h"

namespace weft::syntax {
namespace {
constexpr uint32_t kMostHeredocs = 64;  // whose end is looked for
constexpr size_t kMostEdits = 10'000;   // of one fix

// What a heredoc's lines come to as a text block.
struct Block {
  std::string_view margin;           // common to all lines
  std::vector<uint32_t> backslashes;  // before which characters one is needed
  bool plain = true;                 // else nothing that is written here would be the same text
};

// In a heredoc a backslash and quotes stand for themselves; what stands between `${` and `}` is code in both.
auto block_of(std::string_view text, uint32_t begin, uint32_t end) -> Block {
  Block out;
  size_t least = std::string_view::npos;
  size_t depth = 0;
  for (uint32_t at = begin; at < end;) {
    if (depth == 0 && (at == begin || text[at - 1] == '\n')) {
      const auto white = indentation_of_line(text, at);
      const char after = at + white.size() < end ? text[at + white.size()] : '\n';
      if (after != '\n' && after != '\r') {
        const auto theirs = least == std::string_view::npos ? white : out.margin;
        const auto differ = std::mismatch(white.begin(), white.end(), theirs.begin(), theirs.end()).first;
        out.margin = white.substr(0, static_cast<size_t>(differ - white.begin()));
        least = std::min(least, white.size());
      }
    }
    const char c = text[at];
    if (depth > 0) {
      if (c == '{') ++depth;
      if (c == '}') --depth;
    } else if ((c == '$' || c == '%') && text.substr(at, 3) == std::string{c, c, '{'}) {
      at += 2;
    } else if ((c == '$' || c == '%') && text.substr(at + 1, 1) == "{") {
      depth = 1;
      ++at;
    } else if (c == '"') {
      uint32_t last = at;
      while (last < end && text[last] == '"') ++last;
      for (uint32_t quote = at; last - at > 2 && quote < last; ++quote) out.backslashes.push_back(quote);
      at = last;
      continue;
    } else if (c == '\\') {
      out.backslashes.push_back(at);
    }
    ++at;
  }
  // Tabs and spaces mixed: others count characters.
  out.plain = depth == 0 && out.backslashes.size() < kMostEdits && (least == std::string_view::npos || least == out.margin.size());
  return out;
}

}

// Lines of `#` comments below one another are one fault.
void Lexer::hash_comment() {
  const uint32_t begin = at_;
  Fix fix{.title = "write `//`", .edits = {}};
  uint32_t end = at_;
  for (uint32_t next = at_; at(next) == '#';) {
    uint32_t marks = next;
    while (at(marks) == '#') ++marks;
    fix.edits.push_back({problems_.range(next, marks), "//"});
    end = static_cast<uint32_t>(line_end(text_, next));
    next = end;
    while (at(next) == '\r' || at(next) == ' ' || at(next) == '\t') ++next;
    if (at(next) == '\n') ++next;
    while (at(next) == ' ' || at(next) == '\t') ++next;
    if (problems_.full()) break;
  }
  problems_.report(begin, begin + 1, diags::HashComment).label("a comment starts with `//`").fix(std::move(fix));
  at_ = end;
}

void Lexer::single_quotes() {
  uint32_t end = at_ + 1;
  while (end < size_ && at(end) != '\'' && at(end) != '\n') {
    const bool escaped = at(end) == '\\' && end + 1 < size_ && at(end + 1) != '\n';
    end += escaped ? 2 : 1;
  }
  const bool is_closed = at(end) == '\'' && end < size_;
  auto report = problems_.report(at_, is_closed ? end + 1 : at_ + 1, diags::SingleQuotes, {},
                                 is_closed ? Problems::Fallout::kNone : Problems::Fallout::kLine);
  report.label("text stands between double quotes");
  if (is_closed) {
    std::string text;
    for (const char c : text_.substr(at_ + 1, end - at_ - 1)) {
      if (c == '"') text += '\\';
      text += c;
    }
    report.fix(problems_.range(at_, end + 1), '"' + text + '"');
    ++end;
  }
  push(TokenKind::kForeign, end);
}

// `<<EOT`, `<<-EOT`, `<<~EOT` up to its last line; false when it is none.
auto Lexer::heredoc() -> bool {
  uint32_t name = at_ + 2;
  if (at(name) == '-' || at(name) == '~') ++name;
  uint32_t end = name;
  while (is_name_char(at(end))) ++end;
  if (end == name || is_digit(at(name))) return false;
  const std::string_view mark = text_.substr(name, end - name);
  uint32_t line = end;
  while (at(line) == ' ' || at(line) == '\t' || at(line) == '\r') ++line;
  if (at(line) != '\n') return false;

  uint32_t last = 0;  // where the closing mark begins
  if (heredocs_++ < kMostHeredocs) {
    for (size_t next = line + 1; next < size_ && last == 0;) {
      const size_t first = next + indentation_of_line(text_, next).size();
      const size_t stop = line_end(text_, next);
      if (text_.substr(first, stop - first) == mark) last = static_cast<uint32_t>(first);
      next = std::min(text_.find('\n', next), text_.size() - 1) + 1;
    }
  }
  auto report = problems_.report(at_, end, diags::Heredoc, {std::string(text_.substr(at_, end - at_))},
                                 last == 0 ? Problems::Fallout::kLine : Problems::Fallout::kNone);
  report.label("a text over several lines stands between `\"\"\"`");
  if (last != 0) {
    const auto after = last + static_cast<uint32_t>(mark.size());
    const auto line_of_mark = static_cast<uint32_t>(line_begin(text_, last));
    const bool is_indented = name > at_ + 2;  // what all lines begin with is taken off
    Block block = block_of(text_, line + 1, line_of_mark);
    if (!is_indented) block.margin = {};
    if (block.plain || (!is_indented && block.backslashes.empty())) {
      Fix fix{.title = "write a text block", .edits = {{problems_.range(at_, end), "\"\"\""}}};
      for (const uint32_t at : block.backslashes) fix.edits.push_back({problems_.range(at, at), "\\"});
      // Where the closing quotes stand says what is taken off.
      fix.edits.push_back({problems_.range(line_of_mark, after), std::string(block.margin) + "\"\"\""});
      report.fix(std::move(fix));
    }
    end = after;
  }
  push(TokenKind::kForeign, end);
  return true;
}

}  // namespace weft::syntax
