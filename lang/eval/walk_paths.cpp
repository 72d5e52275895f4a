// What is read from values: members, elements, instances of collections.
#include <utility>

#include "lang/base/text.h"
#include "lang/eval/walk.h"

namespace weft::eval {

namespace {

auto deeper(const Text& origin, std::string_view name) -> Text {
  if (origin.empty()) return origin;
  return Text(origin.str() + "." + std::string(name));
}

auto field_names(const Value& object) -> std::vector<std::string> {
  std::vector<std::string> names;
  for (const Field& field : object.fields()) names.push_back(field.key.str());
  return names;
}

}  // namespace

// The declaration with `for` that the expression names, so that single instances can be asked for.
auto Walk::collection(const Expr& expr) const -> const check::Declaration* {
  if (expr.op != Op::kReference) return nullptr;
  const check::Declaration& declaration = scope_.module().declarations[expr.declaration];
  return declaration.each ? &declaration : nullptr;
}

auto Walk::missing_key(const Expr& expr, const Value& key, const std::vector<std::string>& known) -> std::nullopt_t {
  if (key.secret()) return fail(expr, diags::MissingKey, {"(secret)"});
  std::string label;
  const std::string text = key.is(ValueKind::kString) ? key.as_text().str() : display_text(key);
  const std::string_view near = nearest(text, known);
  if (!near.empty()) {
    label = "did you mean " + json_quote(near) + "?";
  } else if (known.empty()) {
    label = "there are no keys at all";
  } else {
    label = "the keys are ";
    for (size_t i = 0; i < known.size() && i < 8; ++i) label += (i == 0 ? "" : ", ") + json_quote(known[i]);
    if (known.size() > 8) label += ", … (" + std::to_string(known.size()) + ")";
  }
  return fail(expr, diags::MissingKey, {display_text(key)}, label);
}

auto Walk::instance(const Expr& expr, const check::Declaration& declaration, const Value& key) -> std::optional<Value> {
  bool failed = false;
  auto value = scope_.instance(declaration, key, failed);
  if (value) return marked(std::move(*value), key.secret());
  if (failed) return std::nullopt;
  std::vector<std::string> known;
  if (const auto keys = scope_.keys(declaration)) {
    for (const Value& one : *keys) {
      if (!one.is_unknown()) known.push_back(one.is(ValueKind::kString) ? one.as_text().str() : display_text(one));
    }
  }
  return missing_key(expr, key, known);
}

auto Walk::member(const Expr& expr) -> std::optional<Value> {
  const Expr& from = *expr.operands[0];
  if (const auto* declaration = collection(from)) return instance(expr, *declaration, Value::string(expr.name));
  const auto base = eval(from);
  if (!base) return std::nullopt;
  switch (base->kind()) {
    case ValueKind::kUnknown: return marked(unknown(expr, deeper(base->facts().origin, expr.name)), base->secret());
    case ValueKind::kNull: return fail(from, diags::NullValue, {source(from)}, "it has no `" + expr.name.str() + "`");
    case ValueKind::kObject: {
      if (const Value* found = base->get(expr.name)) return base->secret() ? found->as_secret() : *found;
      // Of closed objects, what may be left out reads as null.
      const bool open = from.type.is(TypeKind::kAny) || from.type.is(TypeKind::kMap);
      if (!open) return Value::null();
      return missing_key(expr, Value::string(expr.name), base->secret() ? std::vector<std::string>{} : field_names(*base));
    }
    default: return fail(expr, diags::WrongKind, {"`" + source(from) + "` is " + a_kind(*base) + ", which has no members"});
  }
}

auto Walk::safe_member(const Expr& expr) -> std::optional<Value> {
  const auto base = eval(*expr.operands[0]);
  if (!base) return std::nullopt;
  const bool secret = base->secret();
  if (base->is_null()) return Value::null();
  set(expr.slot, *base);
  auto rest = eval(*expr.operands[1]);
  if (!rest) return std::nullopt;
  if (base->is_unknown() && !base->facts().not_null && rest->is_unknown() && rest->facts().not_null) {
    Unknown facts = rest->facts();
    facts.not_null = false;
    facts.type = facts.type.is(TypeKind::kAny) ? facts.type : facts.type.with_optional();
    return marked(Value::unknown(std::move(facts)), secret || rest->secret());
  }
  return marked(std::move(*rest), secret);
}

auto Walk::index(const Expr& expr) -> std::optional<Value> {
  const Expr& from = *expr.operands[0];
  const auto key = eval(*expr.operands[1]);
  if (!key) return std::nullopt;
  if (const auto* declaration = collection(from)) {
    if (key->is_null()) return fail(*expr.operands[1], diags::NullValue, {source(*expr.operands[1])}, "a key is never null");
    if (!key->is_unknown()) return instance(expr, *declaration, *key);
    // Any of them may be meant, so all of them are read.
    const auto all = scope_.reference(*declaration);
    if (!all) return std::nullopt;
    return marked(unknown(expr, key->facts().origin), key->secret() || all->secret());
  }
  const auto base = eval(from);
  if (!base) return std::nullopt;
  const bool secret = base->secret() || key->secret();
  if (base->is_null()) return fail(from, diags::NullValue, {source(from)}, "it has no elements");
  if (key->is_null()) return fail(*expr.operands[1], diags::NullValue, {source(*expr.operands[1])}, "a key is never null");
  if (base->is_unknown() || key->is_unknown()) {
    return marked(unknown(expr, base->is_unknown() ? base->facts().origin : key->facts().origin), secret);
  }
  if (base->is(ValueKind::kList)) {
    if (!key->is(ValueKind::kInt)) {
      return fail(*expr.operands[1], diags::WrongKind, {"an element of a list has a number, this is " + a_kind(*key)});
    }
    const int64_t position = key->as_int();
    if (position < 0 || static_cast<uint64_t>(position) >= base->length()) {
      const std::string at = secret ? std::string("(secret)") : std::to_string(position);
      return fail(expr, diags::OutOfRange, {at, counted(base->length(), "element")},
                  position < 0 ? "positions count from 0" : (base->length() == 0 ? "the list is empty"
                                                                : "the last one is " + std::to_string(base->length() - 1)));
    }
    return marked(base->elements()[static_cast<size_t>(position)], secret);
  }
  if (base->is(ValueKind::kObject)) {
    if (!key->is(ValueKind::kString)) {
      return fail(*expr.operands[1], diags::WrongKind, {"a key of a map or object is a string, this is " + a_kind(*key)});
    }
    if (const Value* found = base->get(key->as_string())) return marked(*found, secret);
    if (from.type.is(TypeKind::kObject) && from.type.member(key->as_string()) != nullptr) return Value::null();
    return missing_key(expr, marked(*key, secret), base->secret() ? std::vector<std::string>{} : field_names(*base));
  }
  return fail(from, diags::WrongKind, {"`" + source(from) + "` is " + a_kind(*base) + ", which has no elements"});
}

auto Walk::splat(const Expr& expr) -> std::optional<Value> {
  const Expr& from = *expr.operands[0];
  const Expr& rest = *expr.operands[1];
  std::vector<Value> result;
  if (const auto* declaration = collection(from)) {
    const auto keys = scope_.keys(*declaration);
    if (!keys) return std::nullopt;
    if (keys->size() == 1 && keys->front().is_unknown()) {
      Unknown facts{.type = check::without_secret(expr.type), .not_null = true, .origin = keys->front().facts().origin};
      facts.least_length = keys->front().facts().least_length;
      facts.most_length = keys->front().facts().most_length;
      return Value::unknown(std::move(facts));
    }
    result.reserve(keys->size());
    for (const Value& key : *keys) {
      auto one = instance(expr, *declaration, key);
      if (!one) return std::nullopt;
      set(expr.slot, std::move(*one));
      auto value = eval(rest);
      if (!value) return std::nullopt;
      result.push_back(std::move(*value));
    }
    return Value::list(std::move(result));
  }
  const auto base = eval(from);
  if (!base) return std::nullopt;
  if (base->is_unknown()) {
    Unknown facts{.type = check::without_secret(expr.type), .not_null = true, .origin = base->facts().origin};
    facts.least_length = base->facts().least_length;
    facts.most_length = base->facts().most_length;
    return marked(Value::unknown(std::move(facts)), base->secret());
  }
  const auto elements = loop_elements(from, *base);
  if (!elements) return std::nullopt;
  result.reserve(elements->size());
  for (const Element& element : *elements) {
    set(expr.slot, element.value);
    auto value = eval(rest);
    if (!value) return std::nullopt;
    result.push_back(std::move(*value));
  }
  return marked(Value::list(std::move(result)), base->secret());
}

}  // namespace weft::eval
