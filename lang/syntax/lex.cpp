#include "lang/syntax/lex.h"

#include <array>
#include <cstring>

#include "lang/base/text.h"
#include "lang/syntax/diags.h"
#include "lang/syntax/lexer.h"
#include "lang/syntax/parse.h"

namespace weft::syntax {
namespace {

enum class Class : uint8_t { kStray, kBlank, kNewline, kLetter, kDigit, kQuote, kSlash, kHash, kApostrophe, kOperator,
                             kRightBrace, kControl };

constexpr auto make_classes() -> std::array<Class, 256> {
  std::array<Class, 256> classes{};
  for (size_t c = 0; c < 0x20; ++c) classes[c] = Class::kControl;
  classes[0x7F] = Class::kControl;
  for (size_t c = 0; c < 128; ++c) {
    if (is_name_start(static_cast<char>(c))) classes[c] = Class::kLetter;
    if (is_digit(static_cast<char>(c))) classes[c] = Class::kDigit;
  }
  for (const char c : {' ', '\t', '\r'}) classes[static_cast<size_t>(c)] = Class::kBlank;
  for (const char c : std::string_view("{[]()<>,.?@:=-|!&;+*%")) classes[static_cast<size_t>(c)] = Class::kOperator;
  classes['\n'] = Class::kNewline;
  classes['"'] = Class::kQuote;
  classes['/'] = Class::kSlash;
  classes['#'] = Class::kHash;
  classes['\''] = Class::kApostrophe;
  classes['}'] = Class::kRightBrace;
  return classes;
}
constexpr std::array<Class, 256> kClasses = make_classes();

constexpr auto make_name_chars() -> std::array<bool, 256> {
  std::array<bool, 256> chars{};
  for (size_t c = 0; c < 128; ++c) chars[c] = is_name_char(static_cast<char>(c));
  return chars;
}
constexpr std::array<bool, 256> kNameChars = make_name_chars();

auto class_of(char c) -> Class { return kClasses[static_cast<unsigned char>(c)]; }
auto is_stray(char c) -> bool { return class_of(c) == Class::kStray; }

// Most files are ASCII: only what is not goes to the careful decoder.
auto find_invalid_utf8(std::string_view text) -> size_t {
  size_t at = 0;
  while (at + 8 <= text.size()) {
    uint64_t word = 0;
    std::memcpy(&word, text.data() + at, 8);
    if ((word & 0x8080808080808080U) == 0) {
      at += 8;
      continue;
    }
    while (static_cast<unsigned char>(text[at]) < 0x80) ++at;
    size_t end = at;
    while (end < text.size() && static_cast<unsigned char>(text[end]) >= 0x80) ++end;
    const size_t bad = first_invalid_utf8(text.substr(at, end - at));
    if (bad != std::string_view::npos) return at + bad;
    at = end;
  }
  const size_t bad = first_invalid_utf8(text.substr(at));
  return bad == std::string_view::npos ? bad : at + bad;
}

// A letter look-alike or typographic character, and what it stands for.
struct LookAlike {
  std::string_view seen;
  std::string_view meant;
};
constexpr std::array kLookAlikes = {
    LookAlike{"“", "\""}, LookAlike{"”", "\""}, LookAlike{"„", "\""}, LookAlike{"‘", "\""}, LookAlike{"’", "\""},
    LookAlike{"–", "-"},  LookAlike{"—", "-"},  LookAlike{"−", "-"},  LookAlike{"\u00A0", " "},
    LookAlike{"×", "*"},  LookAlike{"≤", "<="}, LookAlike{"≥", ">="}, LookAlike{"≠", "!="}, LookAlike{"→", "->"},
    LookAlike{"…", "..."},
};

}  // namespace

auto lex(std::string_view text, FileId file, Problems& problems) -> Tokens {
  return Lexer(text, file, problems).code();
}

auto lex_template(std::string_view text, FileId file, Problems& problems) -> Tokens {
  return Lexer(text, file, problems).whole_text();
}

auto lex(const SourceMap& sources, FileId file, DiagSink& problems) -> Tokens {
  Problems found(sources.text(file), file);
  Tokens tokens = lex(sources.text(file), file, found);
  found.flush(sources, problems);
  return tokens;
}

Lexer::Lexer(std::string_view text, FileId file, Problems& problems)
    : text_(text), data_(text.data()), size_(static_cast<uint32_t>(text.size())), file_(file), problems_(problems) {
  if (text.size() > kMaxFileBytes) {
    problems.report(0, 0, diags::FileTooBig, {with_thousands(text.size())})
        .label("a file has at most " + std::to_string(kMaxFileBytes >> 20) + " MiB");
    problems.mute();
    size_ = 0;
    text_ = text_.substr(0, 0);
    return;
  }
  const size_t bad = find_invalid_utf8(text);
  if (bad != std::string_view::npos) {
    const auto place = static_cast<uint32_t>(bad);
    auto report = problems.report(place, place, diags::NotUtf8);
    report.label("fabric files are UTF-8");
    if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) report.help("it looks like UTF-16; save it as UTF-8");
    problems.mute();
  }
  out_.reserve(text_.size() / 5 + 16);
}

auto Lexer::code() -> Tokens {
  if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
  run();
  return {.file = file_, .text = text_, .tokens = std::move(out_)};
}

auto Lexer::whole_text() -> Tokens {
  if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
  push(TokenKind::kTextBegin, at_);
  frames_.push_back({.kind = FrameKind::kTemplate, .token = 0});
  run();
  return {.file = file_, .text = text_, .tokens = std::move(out_)};
}

void Lexer::run() {
  for (;;) {
    if (!frames_.empty() && frames_.back().kind != FrameKind::kCode) {
      text_mode();
    } else if (!code_mode()) {
      return;
    }
  }
}

auto Lexer::code_mode() -> bool {
  const size_t depth = frames_.size();
  while (frames_.size() == depth) {
    const char c = at(at_);
    switch (class_of(c)) {
      case Class::kBlank: ++at_; break;
      case Class::kNewline:
        newline_ = true;
        last_newline_ = at_++;
        break;
      case Class::kLetter:
        if (depth > 0 && newline_ && code_ends_here()) return true;
        if (c == 'r' && (at(at_ + 1) == '"' || (at(at_ + 1) == '#' && at(at_ + 2) == '"'))) {
          raw_text_begin();
        } else {
          name();
        }
        break;
      case Class::kDigit: number(); break;
      case Class::kQuote: text_begin(); break;
      case Class::kSlash:
        if (at(at_ + 1) == '/') {
          line_comment();
        } else if (at(at_ + 1) == '*') {
          block_comment();
        } else {
          push(TokenKind::kSlash, at_ + 1);
        }
        break;
      case Class::kHash: hash_comment(); break;
      case Class::kApostrophe: single_quotes(); break;
      case Class::kRightBrace: right_brace(); break;
      case Class::kOperator: operator_token(c); break;
      case Class::kStray:
        if (c == '~' && depth > 0 && at(at_ + 1) == '}' && frames_.back().braces == 0) {
          right_brace();
        } else if (c == '$' && depth > 0 && at(at_ + 1) == '{') {
          code_is_not_closed();
          return true;
        } else {
          stray();
        }
        break;
      case Class::kControl:
        if (at_ < size_) {
          control_character();
          break;
        }
        if (depth > 0) {
          code_is_not_closed();
          return true;
        }
        push(TokenKind::kEnd, size_);
        return false;
    }
  }
  return true;
}

void Lexer::name() {
  uint32_t end = at_ + 1;
  while (kNameChars[static_cast<unsigned char>(at(end))]) ++end;
  if (static_cast<unsigned char>(at(end)) >= 0x80) return stray();
  push(TokenKind::kName, end, word_of(text_.substr(at_, end - at_)));
}

// Inside `${` or `%{`: whether a declaration starts here, so that its `}` must be missing.
auto Lexer::code_ends_here() -> bool {
  const bool first_column = at_ == 0 || at(at_ - 1) == '\n';
  if (!first_column || !starts_declaration(text_, at_)) return false;
  if (!out_.empty() && out_.back().word == Word::kMatch) return false;
  code_is_not_closed();
  return true;
}

void Lexer::right_brace() {
  const bool ends_code = !frames_.empty() && frames_.back().braces == 0;
  if (!ends_code) {
    if (!frames_.empty()) --frames_.back().braces;
    return push(TokenKind::kRightBrace, at_ + 1);
  }
  const uint32_t index = frames_.back().token;
  const bool is_mark = out_[index].kind == TokenKind::kMarkBegin;
  frames_.pop_back();
  Frame& text = frames_.back();
  if (text.long_code == UINT32_MAX && last_newline_ > out_[index].begin) text.long_code = index;
  push(is_mark ? TokenKind::kMarkEnd : TokenKind::kInterpolationEnd, at_ + (at(at_) == '~' ? 2 : 1));
}

void Lexer::operator_token(char c) {
  const char next = at(at_ + 1);
  const auto one = [&](TokenKind kind) { push(kind, at_ + 1); };
  const auto two = [&](TokenKind kind) { push(kind, at_ + 2); };
  switch (c) {
    case '{':
      if (!frames_.empty()) ++frames_.back().braces;
      return one(TokenKind::kLeftBrace);
    case '[': return one(TokenKind::kLeftBracket);
    case ']': return one(TokenKind::kRightBracket);
    case '(': return one(TokenKind::kLeftParen);
    case ')': return one(TokenKind::kRightParen);
    case ',': return one(TokenKind::kComma);
    case '@': return one(TokenKind::kAt);
    case ':': return one(TokenKind::kColon);
    case '+': return one(TokenKind::kPlus);
    case '*': return one(TokenKind::kStar);
    case ';': return one(TokenKind::kForeign);
    case '%':
      if (next == '{' && !frames_.empty()) return code_is_not_closed();
      return one(TokenKind::kPercent);
    case '.':
      if (next == '.' && at(at_ + 2) == '.') return push(TokenKind::kEllipsis, at_ + 3);
      return one(TokenKind::kDot);
    case '?':
      if (next == '.') return two(TokenKind::kSafeDot);
      return next == '?' ? two(TokenKind::kCoalesce) : one(TokenKind::kQuestion);
    case '=':
      if (next == '=') return two(TokenKind::kEqual);
      return next == '>' ? two(TokenKind::kFatArrow) : one(TokenKind::kAssign);
    case '!': return next == '=' ? two(TokenKind::kNotEqual) : one(TokenKind::kForeign);
    case '<':
      if (next == '<' && heredoc()) return;
      return next == '=' ? two(TokenKind::kLessEqual) : one(TokenKind::kLess);
    case '>': return next == '=' ? two(TokenKind::kGreaterEqual) : one(TokenKind::kGreater);
    case '-': return next == '>' ? two(TokenKind::kThinArrow) : one(TokenKind::kMinus);
    case '|': return next == '|' ? two(TokenKind::kForeign) : one(TokenKind::kPipe);
    case '&':
      if (next == '&') return two(TokenKind::kForeign);
      return stray();
    default: return stray();
  }
}

void Lexer::line_comment() {
  const char* found = static_cast<const char*>(std::memchr(data_ + at_, '\n', size_ - at_));
  auto end = found == nullptr ? size_ : static_cast<uint32_t>(found - data_);
  const bool is_doc = at(at_ + 2) == '/' && at(at_ + 3) != '/';
  if (!is_doc) {
    at_ = end;
    return;
  }
  if (end > at_ && at(end - 1) == '\r') --end;
  push(TokenKind::kDocComment, end);
}

void Lexer::block_comment() {
  const size_t end = comment_end_ahead_ ? text_.find("*/", at_ + 2) : std::string_view::npos;
  if (end == std::string_view::npos) {
    comment_end_ahead_ = false;
    problems_.report(at_, at_ + 2, diags::UnclosedComment, {}, Problems::Fallout::kLine)
        .label("`*/` ends it; comments do not nest");
    at_ = static_cast<uint32_t>(line_end(text_, at_));
    return;
  }
  const size_t newline = text_.substr(at_, end - at_).rfind('\n');
  if (newline != std::string_view::npos) {
    newline_ = true;
    last_newline_ = at_ + static_cast<uint32_t>(newline);
  }
  at_ = static_cast<uint32_t>(end + 2);
}

// A run of characters that no token has, together with the letters around it: `größe` is one fault, not three.
void Lexer::stray() {
  uint32_t end = at_;
  while (end < size_ && (is_stray(at(end)) || kNameChars[static_cast<unsigned char>(at(end))])) {
    const bool wide = static_cast<unsigned char>(at(end)) >= 0x80;
    if (!wide && !kNameChars[static_cast<unsigned char>(at(end))] && end > at_) break;
    ++end;
  }
  if (end == at_) ++end;
  const std::string_view seen = text_.substr(at_, end - at_);
  for (const LookAlike& look : kLookAlikes) {
    const size_t found = seen.find(look.seen);
    if (found == std::string_view::npos) continue;
    if (found > 0) {  // the name before it is a name
      const auto name_end = static_cast<uint32_t>(at_ + found);
      if (!is_name(seen.substr(0, found))) continue;
      return push(TokenKind::kName, name_end, word_of(seen.substr(0, found)));
    }
    end = at_ + static_cast<uint32_t>(look.seen.size());
    break;
  }
  const std::string_view shown = text_.substr(at_, end - at_);
  const bool again = last_stray_ != UINT32_MAX && last_newline_ <= last_stray_;
  last_stray_ = at_;
  if (!again) {
    auto report = problems_.report(at_, end, diags::StrayCharacter, {std::string(shown)}, Problems::Fallout::kLine);
    for (const LookAlike& look : kLookAlikes) {
      if (shown == look.seen) report.fix(problems_.range(at_, end), std::string(look.meant));
    }
    const bool is_word = kNameChars[static_cast<unsigned char>(shown.front())] || static_cast<unsigned char>(shown.front()) >= 0x80;
    if (shown.size() > 1 && is_word) {
      report.label("names are made of `A`–`Z`, `a`–`z`, `0`–`9` and `_`; other keys stand in quotes");
    } else {
      report.label("no token starts like this");
    }
  }
  push(TokenKind::kError, end);
}

void Lexer::control_character() {
  uint32_t end = at_ + 1;
  while (end < size_ && class_of(at(end)) == Class::kControl) ++end;
  const std::string_view hex = "0123456789ABCDEF";
  const auto code = static_cast<unsigned char>(at(at_));
  problems_.report(at_, end, diags::ControlCharacter, {std::string("U+00") + hex[code >> 4U] + hex[code & 0xFU]},
                   Problems::Fallout::kLine)
      .label("control characters other than line breaks and tabs have no place in a fabric file")
      .fix(problems_.range(at_, end), "");
  push(TokenKind::kError, end);
}

}  // namespace weft::syntax
