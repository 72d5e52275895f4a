#include "lang/syntax/tokens.h"

#include <array>

namespace weft::syntax {

auto spelling(TokenKind kind) -> std::string_view {
  static constexpr std::array kSpellings = {
#define TOKEN(name, text) std::string_view(text),
#include "lang/syntax/token_kinds.def"
#undef TOKEN
  };
  return kSpellings[static_cast<size_t>(kind)];
}

auto takes_left(TokenKind kind) -> bool {
  switch (kind) {
    case TokenKind::kDot:
    case TokenKind::kSafeDot:
    case TokenKind::kCoalesce:
    case TokenKind::kEqual:
    case TokenKind::kNotEqual:
    case TokenKind::kLess:
    case TokenKind::kLessEqual:
    case TokenKind::kGreater:
    case TokenKind::kGreaterEqual:
    case TokenKind::kPlus:
    case TokenKind::kStar:
    case TokenKind::kSlash:
    case TokenKind::kPercent:
    case TokenKind::kPipe:
    case TokenKind::kAssign:
    case TokenKind::kColon:
    case TokenKind::kFatArrow:
    case TokenKind::kThinArrow: return true;
    default: return false;
  }
}

auto takes_left(Word word) -> bool {
  switch (word) {
    case Word::kAnd:
    case Word::kOr:
    case Word::kIn:
    case Word::kNot:
    case Word::kThen:
    case Word::kElse: return true;
    default: return false;
  }
}

}  // namespace weft::syntax
