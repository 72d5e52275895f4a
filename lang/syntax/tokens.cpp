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

}  // namespace weft::syntax
