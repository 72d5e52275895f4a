#include <utility>

#include "lang/eval/walk.h"

namespace weft::eval {

// Joined as far as it is known: what comes before the first unknown stays known as its prefix.
auto Walk::text(const Expr& expr) -> std::optional<Value> {
  std::string joined;
  bool secret = false;
  bool known = true;
  Text origin;
  std::string prefix;
  for (const ExprPtr& operand : expr.operands) {
    auto value = eval(*operand);
    if (!value) return std::nullopt;
    secret = secret || value->secret();
    if (value->is_unknown()) {
      if (known) {
        prefix = joined + value->facts().prefix.str();
        origin = value->facts().origin;
      }
      known = false;
      continue;
    }
    const auto part = template_text(*value);
    if (!part) {
      if (value->is_null()) return fail(*operand, diags::NullValue, {source(*operand)}, "a text has no place for null");
      return fail(*operand, diags::WrongKind, {"a text takes string, int, number, bool, duration and size, this is " + a_kind(*value)});
    }
    if (!known) continue;
    joined += *part;
    if (joined.size() > kMostText) return fail(expr, diags::TooLarge, {"16 MiB of text"});
  }
  if (known) return marked(Value::string(joined), secret);
  Unknown facts{.type = Type::string(), .not_null = true, .origin = std::move(origin)};
  if (!secret) facts.prefix = Text(prefix);  // of a secret nothing is told
  return marked(Value::unknown(std::move(facts)), secret);
}

auto Walk::text_if(const Expr& expr) -> std::optional<Value> {
  bool secret = false;
  size_t i = 0;
  for (; i + 1 < expr.operands.size(); i += 2) {
    const auto asked = condition(*expr.operands[i]);
    if (!asked) return std::nullopt;
    secret = secret || asked->secret;
    if (asked->truth == Truth::kUnknown) return marked(unknown(expr, asked->origin), secret);
    if (asked->truth == Truth::kFalse) continue;
    auto body = eval(*expr.operands[i + 1]);
    if (!body) return std::nullopt;
    return marked(std::move(*body), secret);
  }
  if (i >= expr.operands.size()) return marked(Value::string({}), secret);
  auto body = eval(*expr.operands[i]);
  if (!body) return std::nullopt;
  return marked(std::move(*body), secret);
}

auto Walk::text_for(const Expr& expr) -> std::optional<Value> {
  const auto from = eval(*expr.operands[0]);
  if (!from) return std::nullopt;
  if (from->is_unknown()) return marked(unknown(expr, from->facts().origin), from->secret());
  const auto elements = loop_elements(*expr.operands[0], *from);
  if (!elements) return std::nullopt;
  Loop so_far{.secret = from->secret(), .known = true, .origin = {}};
  std::string joined;  // up to what is not known
  for (const Element& element : *elements) {
    set(expr.key_slot, element.key);
    set(expr.slot, element.value);
    const auto takes = takes_element(expr, so_far);
    if (!takes) return std::nullopt;
    if (!*takes) continue;
    const auto body = eval(*expr.operands.back());
    if (!body) return std::nullopt;
    so_far.secret = so_far.secret || body->secret();
    if (so_far.known) joined += body->is_unknown() ? body->facts().prefix.view() : body->as_string();
    if (joined.size() > kMostText) return fail(expr, diags::TooLarge, {"16 MiB of text"});
    if (body->is_unknown()) so_far.lose(body->facts().origin);
  }
  if (so_far.known) return marked(Value::string(joined), so_far.secret);
  Unknown facts{.type = Type::string(), .not_null = true, .origin = std::move(so_far.origin)};
  if (!so_far.secret) facts.prefix = Text(joined);
  return marked(Value::unknown(std::move(facts)), so_far.secret);
}

}  // namespace weft::eval
