#include "lang/syntax/literals.h"

#include "lang/syntax/diags.h"
#include "lang/syntax/numbers.h"

namespace weft::syntax {

auto number_value(const Tree& tree, TokenId token, DiagSink& problems) -> std::optional<Number> {
  const TokenKind kind = tree.tokens.at(token).kind;
  const std::string_view text = tree.tokens.text_of(token);
  const auto value = number_of(text, kind);
  if (value || kind == TokenKind::kError) return value;
  std::string rule = "an int has 64 bits: at most 9223372036854775807";
  if (kind == TokenKind::kNumber) rule = "a number is a 64-bit floating point number: at most about 1.8e308";
  if (kind == TokenKind::kDuration) rule = "a duration is at most 106751d (292 years)";
  if (kind == TokenKind::kSize) rule = "a size is at most 8191PiB";
  Report(problems, tree.range(token), diags::NumberTooBig, {std::string(text)}).label(std::move(rule));
  return std::nullopt;
}

auto parse_number(std::string_view text) -> std::optional<Number> {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  if (text.empty() || text.size() > 400 || !is_digit(text[0])) return std::nullopt;
  const NumberForm form = number_form(text);
  if (form.fault != NumberFault::kNone || form.length != text.size()) return std::nullopt;
  auto value = number_of(text, form.kind);
  if (!value || !negative) return value;
  if (auto* integer = std::get_if<int64_t>(&*value)) *integer = -*integer;
  if (auto* number = std::get_if<double>(&*value)) *number = -*number;
  if (auto* duration = std::get_if<Duration>(&*value)) duration->nanoseconds = -duration->nanoseconds;
  if (auto* size = std::get_if<Size>(&*value)) size->bytes = -size->bytes;
  return value;
}

}  // namespace weft::syntax
