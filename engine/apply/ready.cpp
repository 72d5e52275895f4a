// After a change was accepted: readiness, @wait and ensure, or the end of what goes. None of it is part of an intent.
#include <algorithm>
#include <chrono>

#include "engine/apply/runner.h"
#include "engine/plan/unread.h"
#include "providers/api/identity.h"

namespace weft::apply {

using event::StepState;
using plan::Action;
using plan::Step;
using std::chrono::milliseconds;

auto Runner::hopeless(uint32_t index, std::string text, std::string failure, std::string hint) -> bool {
  outcomes_[index].error = event::StepError{.text = std::move(text), .hint = std::move(hint), .failure = std::move(failure), .changed = "yes"};
  move(index, StepState::kFailed);
  return false;
}

// What will not become ready any more is recorded as broken; anything else is waited for by the next run.
auto Runner::not_ready(uint32_t index, state::Record record, const driver::DriverFailure& failure) -> Task<bool> {
  const Step& step = plan_.steps[index];
  outcomes_[index].error = error_of(failure);
  if (failure.failure == driver::FailureClass::kTimeout) {
    const auto* type = planner_.schema(step);
    const char* which = step.action == Action::kUpdate ? "update" : "create";
    auto otherwise = type == nullptr ? milliseconds(0) : step.action == Action::kUpdate ? type->update.timeout : type->create.timeout;
    outcomes_[index].error->explanation.push_back(deadline_words(step, which, deadline_of(step, which, otherwise)));
  }
  if (failure.failure == driver::FailureClass::kBroken) {
    auto broken = renamed(record, record.address, Value(), world_.state.keyring());
    if (!broken) co_return refused(index, broken.error());
    broken->status = state::Status::kBroken;
    std::vector<state::OperationBody> operations;
    operations.push_back(state::Put{std::move(*broken)});
    auto landed = co_await journal_.append(std::move(operations));
    if (!landed) co_return refused(index, landed.error());
  }
  move(index, StepState::kFailed);
  co_return false;
}

auto Runner::go_on_waiting(uint32_t index, state::Record record, const Value& desired) -> Task<bool> {
  const Step& step = plan_.steps[index];
  outcomes_[index].held_up = true;  // an earlier run has begun it
  auto observed = unsealed(record, record.observed, "observed", world_.state.keyring());
  auto data = unsealed(record, record.driver_data, "driver_data", world_.state.keyring());
  if (!observed || !data) co_return refused(index, observed ? data.error() : observed.error());
  // What is in the state alone is as it was.
  if (planner_.schema(step)->role != driver::TypeRole::kResource) co_return co_await wait_ready(index, std::move(record), desired, std::move(*observed));
  driver::Instance instance{.address = step.address, .type = planner_.schema(step), .identity = record.identity, .applied = record.applied, .observed = *observed, .driver_data = *data};
  auto now = co_await read_one(*planner_.sessions().find(step.provider)->session, world_.calls.call(), std::move(instance));
  using Kind = driver::ReadState::Kind;
  if (now.kind == Kind::kFailed && now.failure) co_return co_await not_ready(index, std::move(record), *now.failure);
  if (now.kind == Kind::kBroken) {
    driver::DriverFailure broken{.failure = driver::FailureClass::kBroken, .happened = driver::Happened::kYes, .text = now.why, .hint = "the next plan replaces it"};
    co_return co_await not_ready(index, std::move(record), broken);
  }
  plan::keep_unread(now, *observed, record.applied);
  if (now.kind == Kind::kPresent) observed = std::move(now.observed);
  else if (now.kind != Kind::kSame) co_return hopeless(index, "it was deleted by someone else while it was not ready yet", "not_found", "the next plan makes it again");
  outcomes_[index].identity = driver::identity_text(record.identity);
  co_return co_await wait_ready(index, std::move(record), desired, std::move(*observed));
}

// Readiness, @wait and ensure; only then the record is `ok` and has its baseline.
auto Runner::wait_ready(uint32_t index, state::Record record, const Value& desired, Value observed) -> Task<bool> {
  const Step& step = plan_.steps[index];
  const auto* type = planner_.schema(step);
  auto& session = *planner_.sessions().find(step.provider)->session;
  auto data = unsealed(record, record.driver_data, "driver_data", world_.state.keyring());
  if (!data) co_return refused(index, data.error());
  bool creates = step.action != Action::kUpdate;
  auto deadline = deadline_of(step, creates ? "create" : "update", creates ? type->create.timeout : type->update.timeout);
  driver::Instance instance{.address = step.address, .type = type, .identity = record.identity, .applied = record.applied, .observed = std::move(observed), .driver_data = *data};
  Value& seen = instance.observed;
  auto started = Loop::now();
  for (uint32_t round = 1;; ++round) {
    driver::ReadyResult ready;
    std::vector<driver::ReadyGoal> goals;
    goals.push_back(driver::ReadyGoal{.instance = instance});
    auto call = world_.calls.call(deadline);
    call.cancel = world_.soft_stop;
    call.progress = [progress = progress_of(index)](size_t, const driver::Progress& one) { progress(one); };
    co_await session.ready(std::move(call), std::move(goals), [&](size_t, driver::ReadyResult result) { ready = std::move(result); });
    if (ready.failure) co_return co_await not_ready(index, std::move(record), *ready.failure);
    if (!ready.observed.is_null()) seen = plan::with_once(*type, std::move(ready.observed), seen);
    auto holds = planner_.waits(step, seen);
    if (!holds) co_return hopeless(index, holds.error().text, "invalid", holds.error().hint);
    if (holds->value_or(true)) break;
    if (Loop::now() - started > deadline || world_.soft_stop.requested()) {
      bool late = Loop::now() - started > deadline;
      std::string why = late ? "its @wait did not come true in time; " + deadline_words(step, creates ? "create" : "update", deadline)
                             : std::string("its @wait has not come true yet");
      co_return hopeless(index, std::move(why), "timeout", "the next run goes on waiting");
    }
    (void)co_await world_.loop.sleep_for(std::min(milliseconds(100 * round), milliseconds(2000)), world_.soft_stop);
    auto now = co_await read_one(session, world_.calls.call(), instance);
    plan::keep_unread(now, seen, record.applied);
    if (now.kind == driver::ReadState::Kind::kPresent) seen = std::move(now.observed);
  }
  planner_.applied(step, desired, seen);
  auto rules = planner_.ensure(step, seen);
  if (!rules.empty()) co_return hopeless(index, rules.front(), "ensure");
  auto facts = facts_of(step, *type, desired);
  facts.previous = &record;
  facts.result = driver::Changed{.identity = record.identity, .observed = seen, .driver_data = *data};
  auto made = make_record(facts, world_.state.keyring());
  if (!made) co_return refused(index, made.error());
  // Waiting is no second change: its duration is the whole's.
  made->durations_ms = record.durations_ms;
  if (!made->durations_ms.empty()) made->durations_ms.back() = static_cast<uint32_t>(outcomes_[index].elapsed_ms);
  std::vector<state::OperationBody> operations;
  operations.push_back(state::Put{std::move(*made)});
  auto landed = co_await journal_.append(std::move(operations));
  if (!landed) co_return refused(index, landed.error());
  co_return true;
}

auto Runner::wait_gone(uint32_t index, state::Record record, const driver::TypeSchema& type, milliseconds deadline) -> Task<bool> {
  auto data = unsealed(record, record.driver_data, "driver_data", world_.state.keyring());
  if (!data) co_return refused(index, data.error());
  driver::ReadyResult gone;
  driver::ReadyGoal goal{.instance = {.address = record.address, .type = &type, .identity = record.identity, .applied = record.applied}, .gone = true};
  goal.instance.driver_data = std::move(*data);
  std::vector<driver::ReadyGoal> goals;
  goals.push_back(std::move(goal));
  auto call = world_.calls.call(deadline);
  call.cancel = world_.soft_stop;
  call.progress = [progress = progress_of(index)](size_t, const driver::Progress& one) { progress(one); };
  auto& session = *planner_.sessions().find(record.provider)->session;
  co_await session.ready(std::move(call), std::move(goals), [&](size_t, driver::ReadyResult result) { gone = std::move(result); });
  if (gone.failure) {
    outcomes_[index].error = error_of(*gone.failure);
    if (gone.failure->failure == driver::FailureClass::kTimeout) {
      outcomes_[index].error->explanation.push_back(deadline_words(plan_.steps[index], "destroy", deadline));
    }
    move(index, StepState::kFailed);
    co_return false;
  }
  std::vector<state::OperationBody> operations;
  operations.push_back(state::Delete{record.address});
  auto landed = co_await journal_.append(std::move(operations));
  if (!landed) co_return refused(index, landed.error());
  co_return true;
}

}  // namespace weft::apply
