// Follows an expression to the literals that it can be: through `let`, `if`, `match`, `??`, lists and objects. Only
// asked when a string or int has to be one of an enum's, so nothing of it weighs on ordinary expressions.
#include <algorithm>
#include <utility>

#include "lang/check/expr.h"

namespace weft::check {
namespace {

constexpr size_t kMostValues = 1000;
constexpr uint32_t kMostDepth = 60;

// What a comprehension's variable stands for, while its result is looked at.
struct Binding {
  uint32_t slot;
  const Expr* source;
  const Binding* outer;
};

struct Step {
  std::string_view name;
  bool every = false;  // any element or member
};

class Follower {
 public:
  Follower(const Module& module, const Frame& frame) : module_(module), frame_(frame) {}

  auto follow(const Expr& expr, std::vector<Step> path, const Binding* bindings, bool here) -> bool {
    if (++depth_ > kMostDepth || found.size() > kMostValues) return false;
    const bool done = look(expr, path, bindings, here);
    --depth_;
    return done;
  }

  std::vector<std::pair<Value, Range>> found;

 private:
  auto look(const Expr& expr, std::vector<Step>& path, const Binding* bindings, bool here) -> bool {
    if (path.empty() && expr.op != Op::kConstant && bare(expr.type).is_enum()) {
      for (const Type& literal : literals_of(bare(expr.type))) {
        const auto& value = literal.literal_value();
        const auto* text = std::get_if<std::string>(&value);
        add(text != nullptr ? Value::string(*text) : Value::integer(std::get<int64_t>(value)), expr.range);
      }
      return true;
    }
    switch (expr.op) {
      case Op::kConstant: return value(expr.constant, path, 0, expr.range);
      case Op::kIf:
        return follow(*expr.operands[1], path, bindings, here) && follow(*expr.operands[2], path, bindings, here);
      case Op::kMatch:
        return std::all_of(expr.operands.begin() + 1, expr.operands.end(),
                           [&](const ExprPtr& arm) { return follow(*arm, path, bindings, here); });
      case Op::kCoalesce:
        return follow(*expr.operands[0], path, bindings, here) && follow(*expr.operands[1], path, bindings, here);
      case Op::kConvert: return follow(*expr.operands[0], path, bindings, here);
      case Op::kReference: {
        const Declaration& declaration = module_.declarations[expr.declaration];
        if (declaration.kind != DeclarationKind::kLet || declaration.value == nullptr) return false;
        return follow(*declaration.value, path, nullptr, false);
      }
      case Op::kLocal: return local(expr, path, bindings, here);
      case Op::kMember: {
        std::vector<Step> longer{{.name = expr.name.view()}};
        longer.insert(longer.end(), path.begin(), path.end());
        return follow(*expr.operands[0], std::move(longer), bindings, here);
      }
      case Op::kIndex: {
        const Expr& key = *expr.operands[1];
        std::vector<Step> longer{{.name = {}, .every = true}};
        if (key.op == Op::kConstant && key.constant.is(ValueKind::kString)) longer[0] = {.name = key.constant.as_string()};
        longer.insert(longer.end(), path.begin(), path.end());
        return follow(*expr.operands[0], std::move(longer), bindings, here);
      }
      case Op::kList: return list(expr, path, bindings, here);
      case Op::kObject: return object(expr, path, bindings, here);
      case Op::kListFor: {
        if (path.empty() || !path.front().every) return false;
        const Binding bound{expr.slot, expr.operands[0].get(), bindings};
        return follow(*expr.operands.back(), {path.begin() + 1, path.end()}, &bound, here);
      }
      default: return false;
    }
  }

  auto local(const Expr& expr, const std::vector<Step>& path, const Binding* bindings, bool here) -> bool {
    std::vector<Step> longer{{.name = {}, .every = true}};
    longer.insert(longer.end(), path.begin(), path.end());
    for (const Binding* bound = bindings; bound != nullptr; bound = bound->outer) {
      if (bound->slot == expr.slot) return follow(*bound->source, std::move(longer), bound->outer, here);
    }
    if (!here) return false;
    for (auto variable = frame_.locals.rbegin(); variable != frame_.locals.rend(); ++variable) {
      if (variable->slot != expr.slot) continue;
      if (variable->source == nullptr || variable->is_key) return false;
      return follow(*variable->source, std::move(longer), nullptr, true);
    }
    return false;
  }

  auto list(const Expr& expr, const std::vector<Step>& path, const Binding* bindings, bool here) -> bool {
    if (path.empty() || !path.front().every) return false;
    for (size_t i = 0; i < expr.operands.size(); ++i) {
      const bool spread = i < expr.spread.size() && expr.spread[i];
      std::vector<Step> rest(path.begin() + (spread ? 0 : 1), path.end());
      if (!follow(*expr.operands[i], std::move(rest), bindings, here)) return false;
    }
    return true;
  }

  auto object(const Expr& expr, const std::vector<Step>& path, const Binding* bindings, bool here) -> bool {
    if (path.empty()) return false;
    const std::vector<Step> rest(path.begin() + 1, path.end());
    if (path.front().every) {
      return std::ranges::all_of(expr.fields, [&](const ObjectField& field) {
        const bool spread = field.kind == ObjectField::Kind::kSpread;
        return follow(*field.value, spread ? path : rest, bindings, here);
      });
    }
    // The later of equal keys wins.
    for (auto field = expr.fields.rbegin(); field != expr.fields.rend(); ++field) {
      if (field->kind == ObjectField::Kind::kNamed) {
        if (field->name == path.front().name) return follow(*field->value, rest, bindings, here);
        continue;
      }
      if (field->kind == ObjectField::Kind::kComputed) return false;
      if (!field->value->type.is(TypeKind::kObject)) return false;
      const Member* member = field->value->type.member(path.front().name);
      if (member == nullptr) continue;
      if (member->may_be_left_out) return false;
      return follow(*field->value, path, bindings, here);
    }
    return false;
  }

  auto value(const Value& at, const std::vector<Step>& path, size_t step, Range range) -> bool {
    if (found.size() > kMostValues) return false;
    if (step == path.size()) {
      if (at.is_null()) return true;
      if (!at.is(ValueKind::kString) && !at.is(ValueKind::kInt)) return false;
      add(at, range);
      return true;
    }
    if (!path[step].every) {
      const Value* member = at.get(path[step].name);
      return member != nullptr && value(*member, path, step + 1, range);
    }
    if (at.is(ValueKind::kObject)) {
      return std::ranges::all_of(at.fields(), [&](const Field& field) { return value(field.value, path, step + 1, range); });
    }
    if (!at.is(ValueKind::kList) && !at.is(ValueKind::kSet)) return false;
    return std::ranges::all_of(at.elements(), [&](const Value& one) { return value(one, path, step + 1, range); });
  }

  void add(Value value, Range range) { found.emplace_back(std::move(value), range); }

  const Module& module_;
  const Frame& frame_;
  uint32_t depth_ = 0;
};

}  // namespace

auto literal_values(const Expr& expr, const Module& module, const Frame& frame)
    -> std::optional<std::vector<std::pair<Value, Range>>> {
  Follower follower(module, frame);
  if (!follower.follow(expr, {}, nullptr, true)) return std::nullopt;
  return std::move(follower.found);
}

}  // namespace weft::check
