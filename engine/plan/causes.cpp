// Which replacement forces which other step, where the value that it passes on is known: a folder's new path, say.
// What is not known tells where it comes from by itself (order.cpp).
#include <algorithm>

#include "engine/plan/planner_impl.h"
#include "engine/plan/planner_scope.h"

namespace weft::plan {

namespace {

// As `now`, with what it was where that is known.
auto as_it_was(const Value& now, const Value& then) -> Value {
  if (!now.is(ValueKind::kObject)) return then;
  std::vector<Field> fields;
  for (const Field& field : now.fields()) {
    const Value* before = then.get(field.key);
    fields.push_back(Field{field.key, before == nullptr ? field.value : *before});
  }
  return Value::object(std::move(fields));
}

}  // namespace

// Proven, not guessed: with the other object as it was, the attribute would have what was last sent.
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
    Value now = std::exchange(other.value, as_it_was(other.value, opened(*other.record, other.record->observed, "observed")));
    // What cannot be worked out so is no proof, and no mistake.
    DiagSink quiet;
    Scope scope(*this, instance.module, nullptr, nullptr);
    auto then = eval::Evaluator(world.fabric.sources(), quiet).evaluate(*field.value, scope, frame);
    other.value = std::move(now);
    return then && *then == *sent;
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
