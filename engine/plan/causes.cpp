// Which replacement forces which other step, where the value that it passes on is known: a folder's new path, say.
// What is not known tells where it comes from by itself (order.cpp).
#include <algorithm>

#include <fmt/core.h>

#include "engine/plan/planner_impl.h"
#include "engine/plan/planner_scope.h"

namespace weft::plan {

namespace {

// What another object was, for who read it then. Of a secret that was sent only a digest is kept: where it is another one
// now, it counts as unknown, so that who uses it shows that; where it is the same, it is as it is now.
class AsItWas {
 public:
  explicit AsItWas(const Step& step) : step_(step) {}

  auto whole(const Value& now, const Value& then) const -> Value {
    if (!now.is(ValueKind::kObject)) return then;
    std::vector<Field> fields;
    for (const Field& field : now.fields()) {
      const Value* before = then.get(field.key);
      fields.push_back(Field{field.key, before == nullptr ? field.value : part(&field.value, *before, Path{}.member(field.key))});
    }
    return Value::object(std::move(fields));
  }

 private:
  auto part(const Value* now, const Value& then, const Path& at) const -> Value {
    if (!state::holds_digest(then)) return then;
    if (then.get("$digest") != nullptr) {
      bool changed = now == nullptr || std::ranges::any_of(step_.differences, [&](const Difference& one) {
        return one.kind == Difference::Kind::kChange && (one.path.covered_by(at) || at.covered_by(one.path));
      });
      if (!changed) return *now;
      return Value::unknown(Unknown{.origin = Text(fmt::format("{}.{}", step_.address, at.text()))}).as_secret();
    }
    if (then.is(ValueKind::kObject)) {
      std::vector<Field> fields;
      for (const Field& field : then.fields()) {
        const Value* mine = now != nullptr && now->is(ValueKind::kObject) ? now->get(field.key) : nullptr;
        fields.push_back(Field{field.key, part(mine, field.value, at.member(field.key))});
      }
      return Value::object(std::move(fields));
    }
    std::vector<Value> elements;
    bool lists = now != nullptr && now->is(ValueKind::kList) && then.is(ValueKind::kList) && now->length() == then.length();
    for (size_t i = 0; i < then.length(); ++i) {
      elements.push_back(part(lists ? &now->elements()[i] : nullptr, then.elements()[i], at.at(static_cast<uint32_t>(i))));
    }
    return then.is(ValueKind::kSet) ? Value::set(std::move(elements)) : Value::list(std::move(elements));
  }

  const Step& step_;
};

}  // namespace

// Proven, not guessed: with the other object as it was, the attribute would have what was last sent; or it cannot be worked
// out without a secret of that object which is another one now.
auto Planner::Impl::forced_by(const Step& step, const Difference& difference, StepIndex cause) -> bool {
  Instance& other = instances[steps[cause].instance];
  const Instance& instance = instances[step.instance];
  if (difference.kind != Difference::Kind::kChange || difference.path.empty() || other.record == nullptr || instance.record == nullptr) return false;
  const auto& name = difference.path.steps[0].name;
  const Value* sent = instance.record->applied.get(name);
  if (sent == nullptr) return false;
  for (const auto& field : instance.declaration->body->fields) {
    if (field.kind != check::ObjectField::Kind::kNamed || field.name != std::string_view(name)) continue;
    auto frame = frame_of(instance);
    Value now = std::exchange(other.value, AsItWas(steps[cause]).whole(other.value, opened(*other.record, other.record->observed, "observed")));
    // What cannot be worked out so is no proof, and no mistake.
    DiagSink quiet;
    Scope scope(*this, instance.module, nullptr, nullptr);
    auto then = eval::Evaluator(world.fabric.sources(), quiet).evaluate(*field.value, scope, frame);
    other.value = std::move(now);
    if (!then) return false;
    Value same = Value::object({Field{Text(name), *then}});
    if (const Value* there = weft::find(same, difference.path); there != nullptr && there->has_unknown()) return true;
    // As it was sent: what is secret is compared by its digest.
    auto row = static_cast<size_t>(instance.record - records.data());
    const std::string& stored = row < records.size() && !moved_from[row].empty() ? moved_from[row] : instance.address;
    const Value digests = digested(marked_like(same, instance.desired), stored);
    const Value* as_sent = digests.get(name);
    return as_sent != nullptr && *as_sent == *sent;
  }
  return false;
}

void Planner::Impl::find_causes() {
  for (uint32_t i = 0; i < steps.size(); ++i) {
    Step& step = steps[i];
    bool open = (step.action == Action::kReplace || step.action == Action::kUpdate) && !step.because_of && step.instance != UINT32_MAX;
    if (!open || instances[step.instance].declaration->body == nullptr) continue;
    for (StepIndex other : step.after_steps) {
      if (other == i || steps[other].action != Action::kReplace || steps[other].instance == UINT32_MAX) continue;
      if (std::ranges::none_of(step.differences, [&](const Difference& one) { return forced_by(step, one, other); })) continue;
      step.because_of = other;
      break;
    }
  }
}

}  // namespace weft::plan
