// A file as tokens: kinds and byte ranges side by side. White space and comments are the gaps between tokens,
// so text + tokens lose nothing.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "lang/diag/diagnostic.h"
#include "lang/source/source_map.h"
#include "lang/syntax/words.h"

namespace weft::syntax {

enum class TokenKind : uint8_t {
#define TOKEN(name, text) name,
#include "lang/syntax/token_kinds.def"
#undef TOKEN
};

struct Token {
  TokenKind kind;
  bool newline_before = false;  // a line break stands between this token and the one before it
  Word word = Word::kNone;      // kName: which word of the language it could be
  uint32_t begin = 0;           // bytes in the file
  uint32_t end = 0;
};
using TokenId = Id<Token>;

struct Tokens {
  FileId file;
  std::string_view text;      // of the whole file; owned by the SourceMap
  std::vector<Token> tokens;  // the last one is kEnd

  [[nodiscard]] auto at(TokenId id) const -> const Token& { return tokens[id.index]; }
  [[nodiscard]] auto text_of(TokenId id) const -> std::string_view {
    return text.substr(at(id).begin, at(id).end - at(id).begin);
  }
};

// "`{`", "a name", "the end of the file": as messages call it.
[[nodiscard]] auto spelling(TokenKind kind) -> std::string_view;

// What takes something on its left, and so continues the line before it: `.`, `+`, `=` …, and the words `and or in not
// then else` where no `=` follows that would make them names.
[[nodiscard]] auto takes_left(TokenKind kind) -> bool;
[[nodiscard]] auto takes_left(Word word) -> bool;

}  // namespace weft::syntax
