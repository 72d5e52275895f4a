// The lexer's state. Private to this room: lex.cpp (code), lex_text.cpp (texts), lex_number.cpp (numbers),
// lex_foreign.cpp (what other languages write) and lex_repair.cpp (texts that never end).
#pragma once

#include <vector>

#include "lang/syntax/lex.h"

namespace weft::syntax {

class Lexer {
 public:
  Lexer(std::string_view text, FileId file, Problems& problems);
  auto code() -> Tokens;
  auto whole_text() -> Tokens;

 private:
  enum class FrameKind : uint8_t { kLine, kBlock, kRawLine, kRawHash, kRawBlock, kTemplate, kCode };
  // What the lexer is inside of: a text, or the code between `${` or `%{` and its `}`.
  struct Frame {
    FrameKind kind;
    uint32_t token;                 // its begin token
    uint32_t braces = 0;            // kCode: `{` that are open in it
    uint32_t long_code = UINT32_MAX;  // kLine: begin token of an interpolation in it that spans lines
  };

  void run();

  // lex.cpp
  auto code_mode() -> bool;  // until the mode changes; false at the end of the file
  void name();
  void operator_token(char c);
  void right_brace();
  void line_comment();
  void block_comment();
  void stray();
  void control_character();
  auto code_ends_here() -> bool;

  // lex_number.cpp
  void number();

  // lex_foreign.cpp
  void hash_comment();
  void single_quotes();
  auto heredoc() -> bool;

  // lex_text.cpp
  void text_begin();
  void raw_text_begin();
  void text_mode();
  void raw_text(const Frame& frame);
  auto closing_quotes(uint32_t part) -> bool;
  void text_end(uint32_t part, uint32_t length);
  void escape();
  auto unicode_escape() -> bool;
  void open_code(uint32_t part);
  void doubled_sign();
  void end_part(uint32_t part);
  void line_break_in_line_text(uint32_t part);
  void text_ends_with_file(uint32_t part);

  // lex_repair.cpp
  auto may_rewind() -> bool;
  void code_is_not_closed();
  void report_unclosed_code(uint32_t begin_token);
  void abandon_code(uint32_t begin_token);
  void abandon_block(uint32_t begin_token);
  [[nodiscard]] auto likely_end_of_block(uint32_t begin_token) const -> uint32_t;
  void close_frames(size_t keep);
  [[nodiscard]] auto innermost_code() const -> size_t;  // index of a frame, or npos

  [[nodiscard]] auto at(uint32_t offset) const -> char { return data_[offset]; }
  [[nodiscard]] auto rest() const -> std::string_view { return text_.substr(at_); }
  void push(TokenKind kind, uint32_t end, Word word = Word::kNone) {
    out_.push_back({.kind = kind, .newline_before = newline_, .word = word, .begin = at_, .end = end});
    newline_ = false;
    at_ = end;
  }

  std::string_view text_;
  const char* data_;
  uint32_t size_;
  FileId file_;
  Problems& problems_;
  std::vector<Token> out_;
  std::vector<Frame> frames_;
  uint32_t at_ = 0;
  bool newline_ = true;
  uint32_t last_newline_ = 0;       // offset of the last line break that was passed
  bool comment_end_ahead_ = true;   // false once `*/` was looked for and not found
  uint32_t last_stray_ = UINT32_MAX;
  uint32_t rewinds_ = 0;            // bounded, so that lexing stays linear
  uint32_t heredocs_ = 0;
};

}  // namespace weft::syntax
