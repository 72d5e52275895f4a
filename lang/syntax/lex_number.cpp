#include "lang/syntax/diags.h"
#include "lang/syntax/lexer.h"
#include "lang/syntax/numbers.h"

namespace weft::syntax {
namespace {

auto without_leading_zeros(std::string_view text) -> std::string {
  size_t at = 0;
  while (at + 1 < text.size() && (text[at] == '0' || text[at] == '_') && is_digit(text[at + 1])) ++at;
  return std::string(text.substr(at));
}

}  // namespace

void Lexer::number() {
  uint32_t end = at_ + 1;
  while (is_digit(at(end))) ++end;
  const bool plain = !is_name_start(at(end)) && at(end) != '.' && (at(at_) != '0' || end == at_ + 1);
  if (plain) return push(TokenKind::kInt, end);

  const NumberForm form = number_form(rest());
  const std::string text(text_.substr(at_, form.length));
  const Range range = problems_.range(at_, at_ + form.length);
  const auto bad = [&](std::string rule) {
    auto report = problems_.report(range.begin, range.end, diags::BadNumber, {text});
    report.label(std::move(rule));
    if (form.fault == NumberFault::kLeadingZero) report.fix(range, without_leading_zeros(text));
    if (form.fault == NumberFault::kPoint) report.fix(range, text.substr(0, text.size() - 1));
    if (form.fault == NumberFault::kHex && text.size() > 2 && text[1] == 'X') report.fix(range, "0x" + text.substr(2));
  };
  switch (form.fault) {
    case NumberFault::kNone: return push(form.kind, at_ + form.length);
    case NumberFault::kLeadingZero: bad("a number has no leading zero"); break;
    case NumberFault::kPoint: bad("digits stand on both sides of the point"); break;
    case NumberFault::kUnderscore: bad("a `_` stands between two digits"); break;
    case NumberFault::kHex: bad("`0x` and then the digits `0`–`9`, `a`–`f`"); break;
    case NumberFault::kExponent: bad("digits follow the `e`"); break;
    case NumberFault::kFraction: bad("durations and sizes are whole numbers: `1h30m`, not `1.5h`"); break;
    case NumberFault::kMixedUnits: bad("a duration or a size, not both"); break;
    case NumberFault::kUnitOrder:
      problems_.report(range.begin, range.end, diags::UnitOrder, {text})
          .label("the larger unit comes first, each at most once: `1h30m`");
      break;
    case NumberFault::kUnknownUnit: {
      const auto place = form.what.empty() ? at_ + form.length : static_cast<uint32_t>(form.what.data() - data_);
      auto report = problems_.report(place, place + static_cast<uint32_t>(form.what.size()), diags::UnknownUnit,
                                     {form.what.empty() ? "nothing" : "`" + std::string(form.what) + "`"});
      report.label(known_units());
      const std::string_view near = nearest_unit(form.what);
      if (!near.empty() && !form.what.empty()) {
        report.fix(problems_.range(place, place + static_cast<uint32_t>(form.what.size())), std::string(near));
      }
      break;
    }
  }
  push(TokenKind::kError, at_ + form.length);
}

}  // namespace weft::syntax
