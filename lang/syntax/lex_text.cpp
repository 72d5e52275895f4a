// Texts: `"…"`, `"""…"""`, their raw forms and template files. What is decoded from them is literals.h's business;
// here they are cut into parts, and what no text may contain is reported.
#include <algorithm>
#include <array>
#include <cstring>

#include "lang/syntax/diags.h"
#include "lang/syntax/lexer.h"

namespace weft::syntax {
namespace {

constexpr auto make_specials() -> std::array<bool, 256> {
  std::array<bool, 256> specials{};
  for (size_t c = 0; c < 0x20; ++c) specials[c] = c != '\t' && c != '\r';
  for (const char c : {'"', '\\', '$', '%', '\x7F'}) specials[static_cast<size_t>(c)] = true;
  return specials;
}
constexpr std::array<bool, 256> kSpecials = make_specials();

auto is_blank(char c) -> bool { return c == ' ' || c == '\t' || c == '\r'; }

// Whether only these characters stand between `at` and the end of its line.
auto rest_of_line_is(std::string_view text, size_t at, std::string_view chars) -> bool {
  while (at < text.size() && chars.find(text[at]) != std::string_view::npos) ++at;
  return at == text.size() || text[at] == '\n' || text.substr(at, 2) == "\r\n";
}

// Where `"""` stands on the line from `at` on, or npos.
auto quotes_on_line(std::string_view text, size_t at) -> size_t {
  for (; at < text.size() && text[at] != '\n'; ++at) {
    if (text.substr(at, 3) == "\"\"\"") return at;
  }
  return std::string_view::npos;
}

// Whether `"""` at `quotes` looks like the beginning of another text block, so that the one before was not closed.
auto looks_like_begin(std::string_view text, size_t quotes) -> bool {
  if (!rest_of_line_is(text, quotes + 3, " \t")) return false;
  size_t before = quotes;
  if (before > 0 && text[before - 1] == 'r') --before;
  while (before > 0 && is_blank(text[before - 1])) --before;
  return before > 0 && std::string_view("=([,{:").find(text[before - 1]) != std::string_view::npos;
}

}  // namespace

void Lexer::text_begin() {
  const auto index = static_cast<uint32_t>(out_.size());
  if (at(at_ + 1) != '"' || at(at_ + 2) != '"') {
    push(TokenKind::kTextBegin, at_ + 1);
    frames_.push_back({.kind = FrameKind::kLine, .token = index});
    return;
  }
  uint32_t end = at_ + 3;
  while (is_blank(at(end))) ++end;
  if (at(end) == '\n') {
    last_newline_ = end;
    push(TokenKind::kTextBegin, end + 1);
  } else {
    const size_t close = quotes_on_line(text_, at_ + 3);
    const bool is_closed = close != std::string_view::npos;
    const auto quotes = static_cast<uint32_t>(is_closed ? close : at_);
    {
      auto report = problems_.report(at_, at_ + 3, diags::TextBlockEdge);
      report.label("a line break follows the opening quotes of a text block");
      if (is_closed) {
        report.fix({.title = "write a string in one pair of quotes",
                    .edits = {{problems_.range(at_, at_ + 3), "\""}, {problems_.range(quotes, quotes + 3), "\""}}});
      }
    }
    push(TokenKind::kTextBegin, at_ + 3);
    if (is_closed) {
      if (quotes > at_) push(TokenKind::kTextPart, quotes);
      return push(TokenKind::kTextEnd, quotes + 3);
    }
  }
  frames_.push_back({.kind = FrameKind::kBlock, .token = index});
}

void Lexer::raw_text_begin() {
  const auto index = static_cast<uint32_t>(out_.size());
  if (at(at_ + 1) == '#') {
    push(TokenKind::kTextBegin, at_ + 3);
    frames_.push_back({.kind = FrameKind::kRawHash, .token = index});
    return;
  }
  if (at(at_ + 2) != '"' || at(at_ + 3) != '"') {
    push(TokenKind::kTextBegin, at_ + 2);
    frames_.push_back({.kind = FrameKind::kRawLine, .token = index});
    return;
  }
  uint32_t end = at_ + 4;
  while (is_blank(at(end))) ++end;
  if (at(end) == '\n') {
    last_newline_ = end++;
  } else {
    problems_.report(at_, at_ + 4, diags::TextBlockEdge).label("a line break follows the opening quotes of a text block");
    end = at_ + 4;
  }
  push(TokenKind::kTextBegin, end);
  frames_.push_back({.kind = FrameKind::kRawBlock, .token = index});
}

// From here to the end of the text or the next `${` or `%{`.
void Lexer::text_mode() {
  const Frame frame = frames_.back();
  const bool is_block = frame.kind == FrameKind::kBlock;
  if (frame.kind == FrameKind::kRawLine || frame.kind == FrameKind::kRawHash || frame.kind == FrameKind::kRawBlock) {
    return raw_text(frame);
  }
  const uint32_t part = at_;
  for (;;) {
    while (!kSpecials[static_cast<unsigned char>(at(at_))]) ++at_;
    const char c = at(at_);
    const char next = at_ < size_ ? at(at_ + 1) : '\0';
    switch (c) {
      case '"':
        if (frame.kind == FrameKind::kLine) {
          const bool block_begins = next == '"' && at(at_ + 2) == '"' && looks_like_begin(text_, at_);
          return block_begins ? line_break_in_line_text(part) : text_end(part, 1);
        }
        if (is_block && next == '"' && at(at_ + 2) == '"') {
          if (closing_quotes(part)) return;
        } else {
          ++at_;
        }
        break;
      case '\\': escape(); break;
      case '$':
      case '%':
        if (next == '{') return open_code(part);
        if (next == c && at(at_ + 2) == '{') {
          doubled_sign();
        } else {
          ++at_;
        }
        break;
      case '\n':
        if (frame.kind == FrameKind::kLine) return line_break_in_line_text(part);
        last_newline_ = at_++;
        break;
      default:
        if (at_ == size_) return text_ends_with_file(part);
        problems_.report(at_, at_ + 1, diags::ControlCharacter, {"in a text"})
            .label("`\\u{…}` writes a control character");
        ++at_;
        break;
    }
  }
}

void Lexer::raw_text(const Frame& frame) {
  const uint32_t part = at_;
  for (;; ++at_) {
    const char* found = static_cast<const char*>(
        frame.kind == FrameKind::kRawBlock
            ? std::memchr(data_ + at_, '"', size_ - at_)
            : std::find_if(data_ + at_, data_ + size_, [](char c) { return c == '"' || c == '\n'; }));
    at_ = found == nullptr ? size_ : static_cast<uint32_t>(found - data_);
    if (at_ == size_) return text_ends_with_file(part);
    if (at(at_) == '\n') return line_break_in_line_text(part);
    if (frame.kind == FrameKind::kRawLine) return text_end(part, 1);
    if (frame.kind == FrameKind::kRawHash && at(at_ + 1) == '#') return text_end(part, 2);
    if (frame.kind == FrameKind::kRawBlock && at(at_ + 1) == '"' && at(at_ + 2) == '"') {
      last_newline_ = at_;
      if (closing_quotes(part)) return;
      --at_;
    }
  }
}

void Lexer::end_part(uint32_t part) {
  const uint32_t end = at_;
  at_ = part;
  if (end > part) push(TokenKind::kTextPart, end);
}

void Lexer::text_end(uint32_t part, uint32_t length) {
  end_part(part);
  newline_ = false;
  push(TokenKind::kTextEnd, at_ + length);
  frames_.pop_back();
}

// `"""` in a text block; false when it is part of the text after all (then it has been passed).
auto Lexer::closing_quotes(uint32_t part) -> bool {
  if (line_start(text_, at_).first) {
    text_end(part, 3);
    return true;
  }
  const uint32_t begin = frames_.back().token;
  if (looks_like_begin(text_, at_) && may_rewind()) {
    abandon_block(begin);
    return true;
  }
  const bool closes = rest_of_line_is(text_, at_ + 3, " \t)]},");
  auto report = problems_.report(at_, at_ + 3, diags::TextBlockEdge);
  if (closes) {
    report.label("the closing quotes of a text block start a line; the white space before them is its margin")
        .fix(problems_.range(at_, at_), "\n" + std::string(indentation_of_line(text_, at_)),
             "put them on a line of their own");
    text_end(part, 3);
    return true;
  }
  report.label("inside a text block, three quotes are written `\\\"\"\"`");
  if (frames_.back().kind == FrameKind::kBlock) report.fix(problems_.range(at_, at_ + 1), "\\\"");
  at_ += 3;
  return false;
}

void Lexer::escape() {
  const char c = at(at_ + 1);
  const bool is_line_break = c == '\n' || (c == '\r' && at(at_ + 2) == '\n');
  if (is_line_break) {
    if (frames_.back().kind == FrameKind::kLine) {
      ++at_;  // the line break is reported as such
      return;
    }
    at_ += 2;
    last_newline_ = at_ - 1;
    return;
  }
  if (c != '\0' && std::string_view("ntr\"\\$%").find(c) != std::string_view::npos) {
    at_ += 2;
    return;
  }
  if (c == 'u' && unicode_escape()) return;
  uint32_t end = at_ + 1;
  if (at_ + 1 < size_ && c != '\n') {
    ++end;
    while (end < size_ && (static_cast<unsigned char>(at(end)) & 0xC0U) == 0x80) ++end;
  }
  const std::string seen(text_.substr(at_, end - at_));
  auto report = problems_.report(at_, end, diags::UnknownEscape, {seen});
  report.label("escapes are `\\n \\t \\r \\\" \\\\ \\u{1F600} \\$ \\%`");
  if (c == '\'' || c == '/') {
    report.fix(problems_.range(at_, at_ + 1), "", std::string("write `") + c + "` alone");
  } else {
    report.fix(problems_.range(at_, at_ + 1), "\\\\", "write `\\" + seen + "` for a backslash");
  }
  at_ = end;
}

// `\u{1F600}`; false when it is not well formed, which the caller reports.
auto Lexer::unicode_escape() -> bool {
  if (at(at_ + 2) != '{') return false;
  uint32_t end = at_ + 3;
  uint32_t code = 0;
  for (; is_hex_digit(at(end)) && end < at_ + 3 + 6; ++end) {
    const char c = at(end);
    code = code * 16 + static_cast<uint32_t>(is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
  }
  if (at(end) != '}' || end == at_ + 3) return false;
  const bool is_scalar = code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
  if (!is_scalar) {
    problems_.report(at_, end + 1, diags::UnknownEscape, {std::string(text_.substr(at_, end + 1 - at_))})
        .label("no character has this number");
  }
  at_ = end + 1;
  return true;
}

void Lexer::open_code(uint32_t part) {
  const bool is_mark = at(at_) == '%';
  end_part(part);
  const auto index = static_cast<uint32_t>(out_.size());
  newline_ = false;
  push(is_mark ? TokenKind::kMarkBegin : TokenKind::kInterpolationBegin, at_ + (at(at_ + 2) == '~' && at(at_ + 3) != '}' ? 3 : 2));
  frames_.push_back({.kind = FrameKind::kCode, .token = index});
}

// `$${` and `%%{`, which elsewhere mean a plain `${`.
void Lexer::doubled_sign() {
  const std::string sign(1, at(at_));
  problems_.report(at_, at_ + 3, diags::DoubledSign, {sign + sign + "{", "\\" + sign + "{"})
      .label("a plain `" + sign + "{` is written with a backslash")
      .fix(problems_.range(at_, at_ + 1), "\\")
      .fix(problems_.range(at_, at_ + 1), "\\" + sign, "write `\\" + sign + sign + "{`: a `" + sign + "` and then a value");
  at_ += 3;
}

// A text on one line meets the end of the line, or the begin of a text block.
void Lexer::line_break_in_line_text(uint32_t part) {
  const uint32_t begin = frames_.back().token;
  const size_t code = innermost_code();
  const bool in_code = code != std::string_view::npos && out_[frames_[code].token].begin >= line_begin(text_, at_);
  if ((in_code || frames_.back().long_code != UINT32_MAX) && may_rewind()) {
    return abandon_code(in_code ? frames_[code].token : frames_.back().long_code);
  }
  if (at_ > part && at(at_ - 1) == '\r') --at_;
  // With a quote too few, text and code changed places: what was found in this line only follows from that.
  problems_.forget_from(static_cast<uint32_t>(line_begin(text_, out_[begin].begin)));
  problems_.report(out_[begin].begin, out_[begin].end, diags::UnclosedString, {}, Problems::Fallout::kLine)
      .label("opened here; a string ends on its line")
      .fix(problems_.range(at_, at_), "\"", "close it at the end of the line")
      .help("a text over several lines stands between `\"\"\"`");
  text_end(part, 0);
}

void Lexer::text_ends_with_file(uint32_t part) {
  const FrameKind kind = frames_.back().kind;
  if (kind == FrameKind::kTemplate) return text_end(part, 0);
  if (kind == FrameKind::kBlock || kind == FrameKind::kRawBlock) {
    const uint32_t begin = frames_.back().token;
    if (may_rewind()) return abandon_block(begin);
    problems_.report(out_[begin].begin, out_[begin].begin + 3, diags::UnclosedTextBlock).label("opened here");
    return text_end(part, 0);
  }
  line_break_in_line_text(part);
}

}  // namespace weft::syntax
