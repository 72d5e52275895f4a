// Why a condition without a message does not hold: the values that went into it.
#include <algorithm>
#include <string>
#include <vector>

#include "lang/eval/walk.h"

namespace weft::eval {
namespace {

constexpr size_t kMostExplained = 6;
constexpr size_t kMostShown = 200;

// The expressions whose values explain the condition, from left to right.
void parts_of(const Expr& expr, std::vector<const Expr*>& parts) {
  if (parts.size() >= kMostExplained) return;
  const auto take = [&](const Expr& part) {
    if (part.op != Op::kConstant) parts.push_back(&part);
  };
  switch (expr.op) {
    case Op::kConstant: return;
    case Op::kAnd:
    case Op::kOr:
    case Op::kNot:
    case Op::kConvert:
      for (const ExprPtr& operand : expr.operands) parts_of(*operand, parts);
      return;
    case Op::kEqual:
    case Op::kNotEqual:
    case Op::kLess:
    case Op::kLessEqual:
    case Op::kGreater:
    case Op::kGreaterEqual:
    case Op::kIn:
    case Op::kNotIn:
    case Op::kCall:
    case Op::kUserCall:
      for (const ExprPtr& operand : expr.operands) take(*operand);
      return;
    case Op::kLocal: return;
    default: parts.push_back(&expr);
  }
}

auto on_one_line(std::string_view text) -> std::string {
  std::string result;
  for (const char c : text) {
    const bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (space && !result.empty() && result.back() == ' ') continue;
    result += space ? ' ' : c;
  }
  return result;
}

}  // namespace

auto Evaluator::explain(const check::Expr& condition, Scope& scope, std::vector<Value>& frame) -> std::string {
  std::vector<const Expr*> parts;
  parts_of(condition, parts);
  std::vector<std::string> seen;
  std::string result;
  for (const Expr* part : parts) {
    if (!part->range.valid()) continue;
    const std::string source = on_one_line(sources_.text(part->range));
    if (std::ranges::find(seen, source) != seen.end() || seen.size() >= kMostExplained) continue;
    seen.push_back(source);
    Walk walk(*this, scope, frame);
    Walk::Quiet quiet(walk);
    const auto value = walk.eval(*part);
    if (!value) continue;
    std::string shown = display_text(*value);
    if (shown.size() > kMostShown) {
      size_t cut = kMostShown;
      while (cut > 0 && (static_cast<unsigned char>(shown[cut]) & 0xC0) == 0x80) --cut;
      shown.resize(cut);
      shown += "…";
    }
    result += (result.empty() ? "" : ", ") + source + " is " + shown;
  }
  return result;
}

}  // namespace weft::eval
