#include "providers/api/driver.h"

#include <utility>

#include "providers/api/identity.h"

namespace weft::driver {

auto word(FailureClass failure) -> std::string_view {
  switch (failure) {
#define FAILURE(name, word, meaning) \
  case FailureClass::name:           \
    return word;
#include "providers/api/failure.def"
#undef FAILURE
  }
  CHECK(!"no such failure class");
}

auto word(Idempotency idempotency) -> std::string_view {
  switch (idempotency) {
#define IDEMPOTENCY(name, word, meaning) \
  case Idempotency::name:                \
    return word;
#include "providers/api/idempotency.def"
#undef IDEMPOTENCY
  }
  CHECK(!"no such idempotency class");
}

namespace {

// What was written, without nulls (a plain attribute set to null is one that was not written), and with the literal
// defaults of what was not.
auto completed(const TypeSchema& type, const Value& desired) -> Value {
  if (!desired.is(ValueKind::kObject)) return desired;
  std::vector<Field> fields;
  for (const auto& field : desired.fields()) {
    if (!field.value.is_null()) fields.push_back(field);
  }
  for (const auto& attribute : type.attributes) {
    if (!attribute.default_value || attribute.default_value->is_null()) continue;
    const Value* written = desired.get(attribute.name);
    if (written == nullptr || written->is_null()) fields.push_back({attribute.name, *attribute.default_value});
  }
  return Value::object(std::move(fields));
}

}  // namespace

auto Session::prepare(std::span<const Prepare> items) -> std::vector<Prepared> {
  std::vector<Prepared> out;
  out.reserve(items.size());
  for (const auto& item : items) {
    CHECK(item.type != nullptr);
    Prepared prepared{.desired = completed(*item.type, item.desired)};
    prepared.identity = predicted_identity(*item.type, prepared.desired);
    out.push_back(std::move(prepared));
  }
  return out;
}

auto Session::standing(const TypeSchema& /*type*/, const Identity& /*identity*/) -> Standing { return {}; }

auto Session::find(Call /*call*/, Find selector) -> Task<std::expected<std::vector<Found>, DriverFailure>> {
  DriverFailure failure{.failure = FailureClass::kUnsupported, .operation = "find"};
  failure.text = selector.type == nullptr ? "this driver finds nothing by attributes"
                                          : "`" + selector.type->name + "` cannot be looked up";
  co_return std::unexpected(std::move(failure));
}

auto Session::plan(Call /*call*/, std::vector<Candidate> items) -> Task<std::vector<Planned>> {
  std::vector<Planned> out;
  out.reserve(items.size());
  for (const auto& item : items) {
    Planned planned;
    planned.verdict = item.proposed;
    out.push_back(std::move(planned));
  }
  co_return out;
}

auto Session::ready(Call /*call*/, std::vector<ReadyGoal> goals, std::function<void(size_t, ReadyResult)> sink)
    -> Task<void> {
  for (size_t i = 0; i < goals.size(); ++i) {
    ReadyResult result;
    if (!goals[i].gone) result.observed = goals[i].instance.observed;
    sink(i, std::move(result));
  }
  co_return;
}

auto Driver::settings() const -> std::span<const Attribute> { return {}; }

auto Driver::functions() const -> std::span<const Function* const> { return {}; }

}  // namespace weft::driver
