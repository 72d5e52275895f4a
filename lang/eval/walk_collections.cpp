#include <algorithm>
#include <map>
#include <utility>

#include "lang/eval/walk.h"

namespace weft::eval {

using check::ObjectField;

auto Walk::list(const Expr& expr) -> std::optional<Value> {
  std::vector<Value> values;
  values.reserve(expr.operands.size());
  bool known = true;
  bool secret = false;
  Text origin;
  uint64_t least = 0;
  uint64_t gathered = 0;
  for (size_t i = 0; i < expr.operands.size(); ++i) {
    auto value = eval(*expr.operands[i]);
    if (!value || !gather(expr, gathered, *value)) return std::nullopt;
    if (i >= expr.spread.size() || !expr.spread[i]) {
      ++least;
      values.push_back(std::move(*value));
      continue;
    }
    secret = secret || value->secret();
    if (value->is_unknown()) {
      if (known) origin = value->facts().origin;
      known = false;
      least += value->facts().least_length.value_or(0);
      continue;
    }
    if (value->is_null()) return fail(*expr.operands[i], diags::NullValue, {source(*expr.operands[i])}, "null has no elements");
    if (!value->is(ValueKind::kList) && !value->is(ValueKind::kSet)) {
      return fail(*expr.operands[i], diags::WrongKind, {"in `[…]` a list or set is spread, this is " + a_kind(*value)});
    }
    if (values.size() + value->length() > kMostElements) return fail(expr, diags::TooLarge, {"1,000,000 elements"});
    if (!spend(expr, value->length())) return std::nullopt;
    least += value->length();
    values.insert(values.end(), value->elements().begin(), value->elements().end());
  }
  const bool is_set = expr.type.is(TypeKind::kSet);
  if (!known) {
    Unknown facts{.type = check::without_secret(expr.type), .not_null = true, .origin = std::move(origin)};
    facts.least_length = is_set ? std::min<uint64_t>(least, 1) : least;
    return marked(Value::unknown(std::move(facts)), secret);
  }
  return marked(is_set ? Value::set(std::move(values)) : Value::list(std::move(values)), secret);
}

auto Walk::spread_into(const ObjectField& field, std::vector<Field>& fields, bool& unknown_whole, Text& origin) -> bool {
  auto value = eval(*field.value);
  if (!value) return false;
  if (value->is_unknown()) {
    const Type& type = field.value->type;
    const Text from = value->facts().origin;
    if (!type.is(TypeKind::kObject)) {
      if (!unknown_whole) origin = from;
      unknown_whole = true;
      return true;
    }
    // The members are known by name, only their values are not.
    for (const Member& member : type.members()) {
      Unknown facts{.type = check::without_secret(member.type), .not_null = !member.type.optional()};
      facts.origin = from.empty() ? Text() : Text(from.str() + "." + member.name);
      fields.push_back({Text(member.name), marked(Value::unknown(std::move(facts)), value->secret())});
    }
    return true;
  }
  if (value->is_null()) {
    (void)fail(*field.value, diags::NullValue, {source(*field.value)}, "null has no members");
    return false;
  }
  if (!value->is(ValueKind::kObject)) {
    (void)fail(*field.value, diags::WrongKind, {"in `{…}` an object or map is spread, this is " + a_kind(*value)});
    return false;
  }
  if (!spend(*field.value, value->length())) return false;
  for (const Field& one : value->fields()) fields.push_back({one.key, marked(one.value, value->secret())});
  return true;
}

auto Walk::object(const Expr& expr) -> std::optional<Value> {
  std::vector<Field> fields;
  fields.reserve(expr.fields.size());
  bool plain = true;  // only names, which differ
  bool unknown_whole = false;
  bool secret_key = false;
  Text origin;
  for (const ObjectField& field : expr.fields) {
    if (field.kind == ObjectField::Kind::kSpread) {
      plain = false;
      if (!spread_into(field, fields, unknown_whole, origin)) return std::nullopt;
      if (fields.size() > kMostElements) return fail(expr, diags::TooLarge, {"1,000,000 members"});
      continue;
    }
    Text name = field.name;
    if (field.kind == ObjectField::Kind::kComputed) {
      plain = false;
      const auto key = eval(*field.key);
      if (!key) return std::nullopt;
      secret_key = secret_key || key->secret();
      if (key->is_unknown()) {
        if (!unknown_whole) origin = key->facts().origin;
        unknown_whole = true;
      } else if (!key->is(ValueKind::kString)) {
        return fail(*field.key, diags::WrongKind, {"a key is a string, this is " + a_kind(*key)});
      } else {
        name = key->as_text();
      }
    }
    auto value = eval(*field.value);
    if (!value) return std::nullopt;
    fields.push_back({std::move(name), std::move(*value)});
  }
  if (unknown_whole) {
    const bool secret = secret_key || std::ranges::any_of(fields, [](const Field& field) { return field.value.has_secret(); });
    return marked(unknown(expr, std::move(origin)), secret);
  }
  if (!plain) {
    // Of equal names the last one counts.
    std::ranges::stable_sort(fields, [](const Field& a, const Field& b) { return a.key.view() < b.key.view(); });
    size_t kept = 0;
    for (size_t i = 0; i < fields.size(); ++i) {
      if (i + 1 < fields.size() && fields[i].key == fields[i + 1].key) continue;
      if (kept != i) fields[kept] = std::move(fields[i]);
      ++kept;
    }
    fields.resize(kept);
  }
  if (expr.drops_null) {
    std::erase_if(fields, [&](const Field& field) {
      if (!field.value.is_null()) return false;
      const Member* member = expr.type.is(TypeKind::kObject) ? expr.type.member(field.key) : nullptr;
      return member == nullptr || member->may_be_left_out;
    });
  }
  return marked(Value::object(std::move(fields)), secret_key);
}

auto Walk::loop_elements(const Expr& from, const Value& value) -> std::optional<std::vector<Element>> {
  if (value.is_null()) return fail(from, diags::NullValue, {source(from)}, "null has no elements");
  if (!spend(from, value.length())) return std::nullopt;
  auto elements = elements_of(value);
  if (elements) return elements;
  return fail(from, diags::WrongKind, {"`" + source(from) + "` is " + a_kind(value) + ", which has no elements"});
}

auto Walk::takes_element(const Expr& expr, Loop& so_far) -> std::optional<bool> {
  if (!expr.has_condition) return true;
  const auto asked = condition(*expr.operands[1]);
  if (!asked) return std::nullopt;
  so_far.secret = so_far.secret || asked->secret;
  if (asked->truth == Truth::kUnknown) so_far.lose(asked->origin);
  return asked->truth == Truth::kTrue;
}

auto Walk::list_for(const Expr& expr) -> std::optional<Value> {
  const auto from = eval(*expr.operands[0]);
  if (!from) return std::nullopt;
  if (from->is_unknown()) {
    Unknown facts{.type = check::without_secret(expr.type), .not_null = true, .origin = from->facts().origin};
    facts.most_length = from->facts().most_length;
    if (!expr.has_condition && !expr.type.is(TypeKind::kSet)) facts.least_length = from->facts().least_length;
    return marked(Value::unknown(std::move(facts)), from->secret());
  }
  const auto elements = loop_elements(*expr.operands[0], *from);
  if (!elements) return std::nullopt;
  Loop so_far{.secret = from->secret(), .known = true, .origin = {}};
  std::vector<Value> values;
  values.reserve(elements->size());
  uint64_t gathered = 0;
  for (const Element& element : *elements) {
    set(expr.key_slot, element.key);
    set(expr.slot, element.value);
    const auto takes = takes_element(expr, so_far);
    if (!takes) return std::nullopt;
    if (!*takes) continue;
    auto value = eval(*expr.operands.back());
    if (!value || !gather(expr, gathered, *value)) return std::nullopt;
    values.push_back(std::move(*value));
  }
  const bool is_set = expr.type.is(TypeKind::kSet);
  if (!so_far.known) {
    Unknown facts{.type = check::without_secret(expr.type), .not_null = true, .origin = std::move(so_far.origin)};
    facts.least_length = is_set ? std::min<size_t>(values.size(), 1) : values.size();
    facts.most_length = elements->size();
    return marked(Value::unknown(std::move(facts)), so_far.secret);
  }
  return marked(is_set ? Value::set(std::move(values)) : Value::list(std::move(values)), so_far.secret);
}

auto Walk::object_for(const Expr& expr) -> std::optional<Value> {
  const auto from = eval(*expr.operands[0]);
  if (!from) return std::nullopt;
  const auto give_up = [&](Text origin, std::optional<uint32_t> most, bool secret) {
    Unknown facts{.type = check::without_secret(expr.type), .not_null = true, .origin = std::move(origin)};
    facts.most_length = most;
    return marked(Value::unknown(std::move(facts)), secret);
  };
  if (from->is_unknown()) return give_up(from->facts().origin, from->facts().most_length, from->secret());
  const auto elements = loop_elements(*expr.operands[0], *from);
  if (!elements) return std::nullopt;
  Loop so_far{.secret = from->secret(), .known = true, .origin = {}};
  std::vector<Field> fields;
  fields.reserve(elements->size());
  const Expr& key_expr = *expr.operands[expr.operands.size() - 2];
  uint64_t gathered = 0;
  for (const Element& element : *elements) {
    set(expr.key_slot, element.key);
    set(expr.slot, element.value);
    const auto takes = takes_element(expr, so_far);
    if (!takes) return std::nullopt;
    if (!*takes) continue;
    const auto key = eval(key_expr);
    if (!key) return std::nullopt;
    so_far.secret = so_far.secret || key->secret();
    auto value = eval(*expr.operands.back());
    if (!value || !gather(expr, gathered, *value) || !gather(expr, gathered, *key)) return std::nullopt;
    if (key->is_unknown()) {
      so_far.lose(key->facts().origin);
      continue;
    }
    if (!key->is(ValueKind::kString)) {
      if (key->is_null()) return fail(key_expr, diags::NullValue, {source(key_expr)}, "a key is never null");
      return fail(key_expr, diags::WrongKind, {"a key is a string, this is " + a_kind(*key)});
    }
    fields.push_back({key->as_text(), std::move(*value)});
  }
  if (!so_far.known) return give_up(std::move(so_far.origin), static_cast<uint32_t>(elements->size()), so_far.secret);
  std::ranges::stable_sort(fields, [](const Field& a, const Field& b) { return a.key.view() < b.key.view(); });
  std::vector<Field> result;
  for (size_t i = 0; i < fields.size();) {
    size_t end = i + 1;
    while (end < fields.size() && fields[end].key == fields[i].key) ++end;
    if (!expr.collects) {
      if (end > i + 1) {
        return fail(key_expr, diags::DuplicateKey, {so_far.secret ? "(secret)" : display_text(Value::string(fields[i].key))},
                    "`...` after the value collects those of equal keys");
      }
      result.push_back(std::move(fields[i]));
    } else {
      std::vector<Value> group;
      for (size_t j = i; j < end; ++j) group.push_back(std::move(fields[j].value));
      result.push_back({fields[i].key, Value::list(std::move(group))});
    }
    i = end;
  }
  return marked(Value::object(std::move(result)), so_far.secret);
}

}  // namespace weft::eval
