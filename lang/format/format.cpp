// Walks the tokens once and prints lines; then aligns neighbouring entries and sets closing comments. Strings and text
// blocks are copied as they are, from their first quote to their last.
#include "lang/format/format.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "lang/base/text.h"
#include "lang/format/marks.h"

namespace weft::format {

using syntax::Token;
using syntax::TokenKind;

namespace {

constexpr size_t kCommentColumn = 56;  // characters before a closing comment

struct Line {
  size_t indent = 0;              // levels
  std::string text;
  std::string comment;            // closing
  bool blank_before = false;
  bool begins_entry = false;
  bool only_comment = false;
  bool goes_on = false;           // the entry that begins here has further lines
  size_t align = std::string::npos;  // characters before its `=` or `=>`
  uint32_t group = UINT32_MAX;    // bracket that the entry stands in
};

struct Bracket {
  TokenKind closer = TokenKind::kEnd;
  bool over_lines = false;        // its content stands on lines of its own
  size_t indent = 0;              // of its content
  size_t entry_line = 0;          // line at which the present entry began
  bool comprehension = false;
  bool elements = false;
  uint32_t id = 0;
};

struct Comment {
  std::string_view text;
  bool own_line = false;
  bool blank_before = false;
};

class Printer {
 public:
  explicit Printer(const syntax::Tree& tree)
      : tokens_(tree.tokens.tokens), text_(tree.tokens.text), marks_(marks_of(tree)) {
    brackets_.push_back(Bracket{.over_lines = true});
    find_broken();
  }

  auto run() -> std::string {
    uint32_t end_of_last = text_.starts_with("\xEF\xBB\xBF") ? 3 : 0;
    for (uint32_t i = 0; i < tokens_.size(); ++i) {
      auto comments = comments_between(end_of_last, tokens_[i].begin);
      bool blank = blank_lines_ && i > 0;
      end_of_last = tokens_[i].end;
      if (tokens_[i].kind == TokenKind::kTextBegin) {
        uint32_t last = end_of_text(i);
        end_of_last = tokens_[last].end;
        print(i, text_.substr(tokens_[i].begin, end_of_last - tokens_[i].begin), comments, blank);
        previous_ = last;
        i = last;
        continue;
      }
      print(i, text_.substr(tokens_[i].begin, tokens_[i].end - tokens_[i].begin), comments, blank);
      previous_ = i;
    }
    align();
    return draw();
  }

 private:
  // Braces of which an entry begins a line: so does each of them.
  void find_broken() {
    broken_.assign(tokens_.size(), false);
    std::vector<uint32_t> open;  // those that are not closed yet
    for (uint32_t i = 0; i < tokens_.size(); ++i) {
      if (tokens_[i].kind == TokenKind::kTextBegin) i = end_of_text(i);
      if (marks_[i].entry && tokens_[i].newline_before && !open.empty()) broken_[open.back()] = tokens_[open.back()].kind == TokenKind::kLeftBrace;
      if (closer_of(tokens_[i].kind) != TokenKind::kEnd) open.push_back(i);
      else if (!open.empty() && tokens_[i].kind == closer_of(tokens_[open.back()].kind)) open.pop_back();
    }
  }

  auto end_of_text(uint32_t begin) const -> uint32_t {
    size_t depth = 0;
    for (uint32_t i = begin; i < tokens_.size(); ++i) {
      if (tokens_[i].kind == TokenKind::kTextBegin) ++depth;
      if (tokens_[i].kind == TokenKind::kTextEnd && --depth == 0) return i;
    }
    return static_cast<uint32_t>(tokens_.size() - 1);
  }

  // Comments of a gap; `blank_lines_`: an empty line stands before the next token (after the last comment).
  auto comments_between(uint32_t begin, uint32_t end) -> std::vector<Comment> {
    std::vector<Comment> found;
    size_t newlines = 0;
    std::string_view gap = text_.substr(begin, end - begin);
    for (size_t i = 0; i < gap.size();) {
      if (gap[i] == '\n') {
        ++newlines;
        ++i;
      } else if (gap.substr(i, 2) == "//") {
        size_t stop = std::min(gap.find('\n', i), gap.size());
        auto text = gap.substr(i, stop - i);
        while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) text.remove_suffix(1);
        found.push_back({text, newlines > 0 || begin == 0, newlines > 1});
        newlines = 0;
        i = stop;
      } else if (gap.substr(i, 2) == "/*") {
        size_t stop = gap.find("*/", i + 2);
        stop = stop == std::string_view::npos ? gap.size() : stop + 2;
        found.push_back({gap.substr(i, stop - i), newlines > 0 || begin == 0, newlines > 1});
        newlines = 0;
        i = stop;
      } else {
        ++i;
      }
    }
    blank_lines_ = newlines > 1;
    return found;
  }

  static auto closer_of(TokenKind opener) -> TokenKind {
    switch (opener) {
      case TokenKind::kLeftBrace: return TokenKind::kRightBrace;
      case TokenKind::kLeftBracket: return TokenKind::kRightBracket;
      case TokenKind::kLeftParen: return TokenKind::kRightParen;
      default: return TokenKind::kEnd;
    }
  }

  auto closes(uint32_t i) const -> bool { return brackets_.size() > 1 && tokens_[i].kind == brackets_.back().closer; }

  // A comma between entries of the present bracket, or behind the last one.
  auto separates(uint32_t i) const -> bool {
    if (tokens_[i].kind != TokenKind::kComma || i + 1 >= tokens_.size()) return false;
    return marks_[i + 1].entry || (brackets_.size() > 1 && tokens_[i + 1].kind == brackets_.back().closer);
  }

  // Behind the last token, whatever comments came after it.
  void add_comma() {
    if (!lines_.empty()) lines_[last_code_].text += ",";
  }

  // Nothing can stand behind a comment that goes to the end of its line, or has a line of its own.
  auto follows_comment(const std::vector<Comment>& comments) const -> bool {
    if (!comments.empty()) return comments.back().own_line || comments.back().text.starts_with("//");
    return !lines_.empty() && (lines_.back().only_comment || !lines_.back().comment.empty());
  }

  void begin_line(size_t indent, bool blank) {
    lines_.push_back(Line{.indent = indent, .text = {}, .comment = {}, .blank_before = blank && !lines_.empty()});
  }

  void print(uint32_t i, std::string_view text, const std::vector<Comment>& comments, bool blank) {
    const Token& token = tokens_[i];
    Bracket& inside = brackets_.back();
    if (token.kind == TokenKind::kEnd) {
      for (const Comment& comment : comments) put_comment(comment, 0);
      return;
    }
    if (separates(i)) {
      size_t indent = inside.over_lines || lines_.empty() ? inside.indent : lines_[entry_line()].indent + 1;
      for (const Comment& comment : comments) put_comment(comment, indent);
      bool last = tokens_[i + 1].kind == inside.closer;
      bool drop = inside.over_lines ? !inside.elements : last;
      if (!drop) add_comma();
      after_separator_ = true;
      return;
    }
    bool closing = closes(i);
    // A documentation line stands alone, and so does what it documents.
    bool doc = token.kind == TokenKind::kDocComment || (i > 0 && tokens_[previous_].kind == TokenKind::kDocComment);
    bool entry = (marks_[i].entry || doc) && !closing;
    bool broken = token.newline_before || lines_.empty() || follows_comment(comments);
    bool breaks = false;
    size_t indent = inside.indent;
    if (closing) {
      breaks = inside.over_lines || follows_comment(comments);
      if (!inside.over_lines) {
        indent = lines_.empty() ? 0 : lines_[entry_line()].indent + 1;
      } else {
        bool empty = closer_of(tokens_[previous_].kind) == token.kind;
        if (inside.elements && !inside.comprehension && !after_separator_ && !empty) add_comma();
        indent = inside.indent - 1;
      }
      blank = false;
    } else if (inside.over_lines && (entry || first_inside_)) {
      breaks = true;
      if (first_inside_) blank = false;
    } else if (broken) {
      breaks = true;
      bool flat = inside.comprehension && inside.over_lines;
      indent = flat ? inside.indent : (lines_.empty() ? 0 : lines_[entry_line()].indent + 1);
      blank = false;
    }
    for (size_t c = 0; c < comments.size(); ++c) {
      Comment comment = comments[c];
      if (first_inside_ && c == 0) comment.blank_before = false;
      put_comment(comment, closing ? inside.indent : indent, !breaks);
    }
    // An empty line between the last comment and what follows stays one; it tells a module's text from a declaration's.
    if (breaks) {
      begin_line(indent, blank);
      if (entry) {
        lines_.back().begins_entry = true;
        lines_.back().group = inside.id;
        inside.entry_line = lines_.size() - 1;
      } else if (!closing && !lines_.empty()) {
        lines_[entry_line()].goes_on = true;
      }
    } else if (spaced(i)) {
      lines_.back().text += " ";
    }
    if (marks_[i].aligned && lines_.back().begins_entry && inside.id == lines_.back().group && lines_.back().align == std::string::npos && entry_line() == lines_.size() - 1) {
      lines_.back().align = count_code_points(lines_.back().text);
    }
    // A text block's own lines are no lines of ours: an entry that ends in one is aligned like any other.
    lines_.back().text += text;
    last_code_ = lines_.size() - 1;
    first_inside_ = false;
    after_separator_ = false;
    if (closing) {
      bool over_lines = inside.over_lines;
      brackets_.pop_back();
      if (over_lines) lines_[entry_line()].goes_on = true;
    } else if (auto closer = closer_of(token.kind); closer != TokenKind::kEnd) {
      bool over_lines = broken_[i] || (i + 1 < tokens_.size() && tokens_[i + 1].newline_before && tokens_[i + 1].kind != closer);
      brackets_.push_back(Bracket{.closer = closer,
                                  .over_lines = over_lines,
                                  .indent = (marks_[i].body ? lines_[entry_line()].indent : lines_.back().indent) + 1,
                                  .entry_line = lines_.size() - 1,
                                  .comprehension = marks_[i].comprehension,
                                  .elements = marks_[i].elements,
                                  .id = ++bracket_ids_});
      first_inside_ = over_lines;
    }
  }

  auto entry_line() const -> size_t { return brackets_.back().entry_line < lines_.size() ? brackets_.back().entry_line : lines_.size() - 1; }

  void put_comment(const Comment& comment, size_t indent, bool inline_place = false) {
    bool line_comment = comment.text.starts_with("//");
    bool own_line = comment.own_line || follows_comment({});
    if (!own_line && !lines_.empty() && line_comment) {
      lines_.back().comment = std::string(comment.text);
      return;
    }
    if (!own_line && !lines_.empty() && inline_place) {
      if (!lines_.back().text.empty()) lines_.back().text += " ";
      lines_.back().text += comment.text;
      return;
    }
    if (!own_line && !lines_.empty()) {
      lines_.back().text += " " + std::string(comment.text);
      return;
    }
    begin_line(indent, comment.blank_before);
    lines_.back().text = std::string(comment.text);
    lines_.back().only_comment = true;
  }

  // Whether a space stands between the token before and this one, on one line.
  auto spaced(uint32_t i) const -> bool {
    TokenKind now = tokens_[i].kind;
    TokenKind before = tokens_[previous_].kind;
    if (marks_[i].tight_before || marks_[previous_].tight_after) return false;
    switch (now) {
      case TokenKind::kComma:
      case TokenKind::kColon:
      case TokenKind::kDot:
      case TokenKind::kSafeDot:
      case TokenKind::kRightParen:
      case TokenKind::kRightBracket: return false;
      case TokenKind::kRightBrace: return before != TokenKind::kLeftBrace;
      default: break;
    }
    switch (before) {
      case TokenKind::kDot:
      case TokenKind::kSafeDot:
      case TokenKind::kLeftParen:
      case TokenKind::kLeftBracket:
      case TokenKind::kAt: return false;
      default: return true;
    }
  }

  void align() {
    for (size_t i = 0; i < lines_.size();) {
      auto fits = [&](size_t at) {
        const Line& line = lines_[at];
        return line.begins_entry && !line.goes_on && line.align != std::string::npos && line.group == lines_[i].group;
      };
      if (!fits(i)) {
        ++i;
        continue;
      }
      size_t end = i + 1;
      size_t widest = lines_[i].align;
      while (end < lines_.size() && fits(end) && !lines_[end].blank_before) widest = std::max(widest, lines_[end++].align);
      for (size_t at = i; at < end; ++at) {
        // Where the sign stands, in bytes.
        size_t bytes = 0, characters = 0;
        while (characters < lines_[at].align) {
          (void)next_code_point(lines_[at].text, bytes);
          ++characters;
        }
        lines_[at].text.insert(bytes, widest - lines_[at].align, ' ');
      }
      i = end;
    }
  }

  auto draw() const -> std::string {
    std::string out;
    for (const Line& line : lines_) {
      if (line.blank_before) out += '\n';
      std::string text(2 * line.indent, ' ');
      text += line.text;
      if (!line.comment.empty()) {
        auto newline = text.rfind('\n');
        size_t width = count_code_points(newline == std::string::npos ? std::string_view(text) : std::string_view(text).substr(newline + 1));
        text.append(width + 2 <= kCommentColumn ? kCommentColumn - width : 2, ' ');
        text += line.comment;
      }
      out += text;
      out += '\n';
    }
    return out;
  }

  const std::vector<Token>& tokens_;
  std::string_view text_;
  std::vector<Mark> marks_;
  std::vector<bool> broken_;      // by opening token
  std::vector<Line> lines_;
  std::vector<Bracket> brackets_;
  uint32_t previous_ = 0;
  size_t last_code_ = 0;          // line of the last token
  uint32_t bracket_ids_ = 0;
  bool first_inside_ = false;
  bool after_separator_ = false;
  bool blank_lines_ = false;
};

// What was copied as it stood, text blocks and comments, may have other line ends than what was printed; a text is the same
// with either. Of `\r\r\n` the first one is a character of the text.
auto with_plain_line_ends(std::string text) -> std::string {
  size_t kept = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    bool dropped = text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n' && (i == 0 || text[i - 1] != '\r');
    if (!dropped) text[kept++] = text[i];
  }
  text.resize(kept);
  return text;
}

}  // namespace

auto format(const syntax::Tree& tree) -> std::string { return with_plain_line_ends(Printer(tree).run()); }

}  // namespace weft::format
