// What literals mean: numbers, durations, sizes, and texts with their margins, escapes and marks worked out.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "lang/syntax/tree.h"

namespace weft::syntax {

struct Duration {
  int64_t nanoseconds = 0;
};
struct Size {
  int64_t bytes = 0;
};
using Number = std::variant<int64_t, double, Duration, Size>;

// The value of a number token. Its form was checked by the lexer; overflow is reported here and gives nothing.
[[nodiscard]] auto number_value(const Tree& tree, TokenId token, DiagSink& problems) -> std::optional<Number>;
// From bare text ("1h30m", "20GiB", "0xff", "2.5"), for inputs and `to.` functions; nothing when it is no such literal.
[[nodiscard]] auto parse_number(std::string_view text) -> std::optional<Number>;

// A text after decoding: escapes done, the margin of a text block taken off, `~` obeyed, lines that hold only marks gone.
struct TextPiece {
  enum class Kind : uint8_t { kLiteral, kExpression, kIf, kFor };
  struct Branch {
    NodeId condition;  // invalid: else
    std::vector<TextPiece> body;
  };
  Kind kind = Kind::kLiteral;
  std::string literal;             // kLiteral
  NodeId node;                     // kExpression: the expr; kIf, kFor: the node
  std::vector<Branch> branches;    // kIf
  std::vector<TextPiece> body;     // kFor
};
[[nodiscard]] auto text_pieces(const Tree& tree, NodeId text, DiagSink& problems) -> std::vector<TextPiece>;
// A text without any `${…}` or `%{…}`: its value; nothing when it has some.
[[nodiscard]] auto plain_text(const Tree& tree, NodeId text, DiagSink& problems) -> std::optional<std::string>;

}  // namespace weft::syntax
