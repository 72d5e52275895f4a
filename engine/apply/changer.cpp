// One change of the world: intent durable, then the call, then its result durable; repeats by failure class; and the
// search for what became of a call whose answer never came.
#include <algorithm>
#include <random>
#include <span>

#include <fmt/core.h>

#include "engine/apply/runner.h"
#include "lang/base/digest.h"
#include "lang/os/crash.h"
#include "lang/value/cbor.h"
#include "providers/api/identity.h"

namespace weft::apply {

using driver::FailureClass;
using driver::Happened;
using std::chrono::milliseconds;

namespace {

auto change_word(driver::Change change) -> std::string {
  switch (change) {
    case driver::Change::kCreate: return "create";
    case driver::Change::kUpdate: return "update";
    case driver::Change::kRemove: return "remove";
  }
  return "create";
}

auto waits_and_repeats(FailureClass failure) -> bool {
  switch (failure) {
    case FailureClass::kThrottled:
    case FailureClass::kBusy:
    case FailureClass::kPropagating:
    case FailureClass::kInUse:
    case FailureClass::kTransient:
    case FailureClass::kUnreachable: return true;
    default: return false;
  }
}

// 0.4 s, growing by half to 5 s, jittered; what the provider asked for counts in full.
auto pause_before(uint32_t attempt, milliseconds asked) -> milliseconds {
  double longest = 400.0;
  for (uint32_t i = 1; i < attempt && longest < 5000.0; ++i) longest *= 1.5;
  std::uniform_real_distribution<double> spread(0.5, 1.0);
  std::random_device device;
  auto own = milliseconds(static_cast<int64_t>(std::min(longest, 5000.0) * spread(device)));
  return std::max(own, asked);
}

auto failed_as(const std::string& operation, const std::string& by) -> Result<std::vector<state::OperationBody>> {
  std::vector<state::OperationBody> operations;
  operations.push_back(state::Settle{.operation = operation, .outcome = "failed", .by = by});
  return operations;
}

}  // namespace

auto idempotency_of(std::string_view text, driver::Idempotency otherwise) -> driver::Idempotency {
  for (auto one : {driver::Idempotency::kPure, driver::Idempotency::kRepeatable, driver::Idempotency::kToken,
                   driver::Idempotency::kName, driver::Idempotency::kTag, driver::Idempotency::kBlind}) {
    if (driver::word(one) == text) return one;
  }
  return otherwise;
}

auto error_of(const driver::DriverFailure& failure) -> event::StepError {
  event::StepError error;
  error.code = failure.code;
  error.text = failure.text;
  error.operation = failure.operation;
  error.request_id = failure.request_id;
  error.hint = failure.hint;
  error.failure = std::string(driver::word(failure.failure));
  constexpr const char* kHappened[] = {"no", "yes", "partly", "maybe"};
  error.changed = kHappened[static_cast<size_t>(failure.happened)];
  if (!failure.blockers.empty()) {
    std::string names = "still used by";
    for (const auto& blocker : failure.blockers) names += " " + blocker;
    error.explanation.push_back(std::move(names));
  }
  return error;
}

// What is posted may come after the run, and after its writer.
Journal::Journal(Loop& loop, state::Writer& writer) : loop_(loop), writer_(writer), here_(std::make_shared<bool>(true)) {
  writer_.on_ready([&loop, &writer, here = std::weak_ptr<bool>(here_)] {
    loop.post([&writer, here] {
      if (here.lock() != nullptr) writer.poll();
    });
  });
}

auto Journal::append(std::vector<state::OperationBody> operations) -> Task<Result<state::Appended>> {
  // The second Ctrl-C drops this frame while the store still writes: what the answer goes to lives as long as either.
  struct Answer {
    explicit Answer(Loop& loop) : durable(loop) {}
    Latch durable;
    Result<state::Appended> result = fail(Code::kInternal, "no answer");
  };
  auto answer = std::make_shared<Answer>(loop_);
  writer_.submit(std::move(operations), [answer](Result<state::Appended> result) {
    answer->result = std::move(result);
    answer->durable.set();
  });
  co_await answer->durable.wait();
  co_return std::move(answer->result);
}

Generations::Generations(const state::Snapshot& snapshot) {
  for (const auto& record : snapshot.records) now_[record.address] = record.generation;
  for (const auto& [address, generation] : snapshot.generations) now_[address] = generation;
}

auto Generations::of(const std::string& address) const -> uint64_t {
  auto known = now_.find(address);
  return known == now_.end() ? 0 : known->second;
}

auto Changer::call(driver::Session& session, const driver::Step& step, const Attempt& attempt) -> Task<driver::ChangeResult> {
  driver::ChangeResult answer = std::unexpected(driver::DriverFailure{
      .failure = FailureClass::kInternal, .happened = Happened::kMaybe, .text = "the driver gave no answer; this is a bug of the driver"});
  auto call = world_.calls.call(attempt.deadline);
  call.cancel = world_.soft_stop;
  if (attempt.progress) call.progress = [&](size_t, const driver::Progress& progress) { attempt.progress(progress); };
  std::vector<driver::Step> steps;
  steps.push_back(step);
  crash_point("call.sent");
  co_await session.change(std::move(call), std::move(steps), [&](size_t, driver::ChangeResult result) { answer = std::move(result); });
  crash_point("call.answered");
  co_return answer;
}

// Nothing outside the state changes: no intent, one put.
auto Changer::pure(Attempt& attempt, driver::Session& session, driver::Step step) -> Task<Attempted> {
  Attempted done{.operation = step.operation_id};
  auto answer = co_await call(session, step, attempt);
  if (!answer) {
    done.failure = std::move(answer.error());
    co_return done;
  }
  done.result = std::move(*answer);
  auto operations = attempt.record_of(done.result, step.operation_id);
  if (!operations) {
    done.refused = operations.error();
    co_return done;
  }
  for (const auto& operation : *operations) {
    if (const auto* put = std::get_if<state::Put>(&operation); put != nullptr && put->record.address == attempt.address) done.record = put->record;
  }
  auto landed = co_await journal_.append(std::move(*operations));
  if (!landed) {
    done.refused = landed.error();
    co_return done;
  }
  done.done = true;
  co_return done;
}

auto Changer::look(driver::Session& session, driver::Step step, milliseconds window, driver::Idempotency idempotency) -> Task<driver::Settled> {
  using Kind = driver::Settled::Kind;
  auto begun = Loop::now();
  for (uint32_t round = 1;; ++round) {
    bool over = Loop::now() - begun >= window;
    driver::Settled answer;
    std::vector<driver::Settle> items;
    items.push_back(driver::Settle{.step = step, .window_over = over});
    co_await session.settle(world_.calls.call(), std::move(items), [&](size_t, driver::Settled settled) { answer = std::move(settled); });
    crash_point("settle.looked");
    if (answer.kind == Kind::kNotDone && !over && idempotency != driver::Idempotency::kRepeatable) answer.kind = Kind::kUnknown;
    // Several candidates, or one without our mark, are for a person; our own mark alone decides.
    if (answer.kind == Kind::kFound && answer.candidates.size() == 1 && answer.candidates[0].mark == step.operation_id) {
      answer.kind = Kind::kDone;
      answer.result = driver::Changed{.identity = answer.candidates[0].identity, .observed = answer.candidates[0].observed,
                                      .driver_data = answer.candidates[0].driver_data};
      if (answer.why.empty()) answer.why = "carries its operation id";
    }
    bool wait = answer.kind == Kind::kUnknown && !over && idempotency != driver::Idempotency::kBlind;
    if (!wait || world_.hard_stop.requested()) co_return answer;
    auto left = std::chrono::duration_cast<milliseconds>(window - (Loop::now() - begun));
    bool slept = co_await world_.loop.sleep_for(std::min(pause_before(round, {}), std::max(left, milliseconds(1))), world_.hard_stop);
    if (!slept) co_return answer;
  }
}

// Half of it was done: the object stands recorded as unfinished, without what was sent, so that the next plan compares.
auto Changer::unfinished(const Attempt& attempt, const driver::Identity& reached, const std::string& operation, const std::string& by)
    -> Result<std::vector<state::OperationBody>> {
  std::vector<state::OperationBody> operations;
  if (attempt.change == driver::Change::kCreate) {
    TRY(made, attempt.record_of(driver::Changed{.identity = reached}, operation));
    operations = std::move(made);
  } else {
    TRY(again, renamed(*attempt.record, attempt.address, Value(), world_.state.keyring()));
    operations.push_back(state::Settle{.operation = operation, .outcome = "done", .put = std::move(again)});
  }
  for (auto& one : operations) {
    auto* settle = std::get_if<state::Settle>(&one);
    if (settle == nullptr || !settle->put) continue;
    settle->by = by;
    settle->put->status = state::Status::kUnfinished;
    settle->put->applied = Value();
  }
  return operations;
}

auto Changer::attempt(Attempt attempt) -> Task<Attempted> {
  Attempted outcome;
  auto* open = sessions_.find(attempt.provider);
  if (open == nullptr || !open->session) {
    outcome.failure = driver::DriverFailure{.failure = FailureClass::kUnsupported, .text = fmt::format("provider `{}` is not open", attempt.provider)};
    co_return outcome;
  }
  driver::Session& session = *open->session;
  auto fabric_id = world_.writer.fabric_id();
  if (!fabric_id) {
    outcome.refused = fabric_id.error();
    co_return outcome;
  }
  const auto& operation_facts = attempt.change == driver::Change::kCreate   ? attempt.type->create
                                : attempt.change == driver::Change::kUpdate ? attempt.type->update
                                                                            : attempt.type->remove;
  driver::Step step{.change = attempt.change,
                    .instance = {.address = attempt.address, .type = attempt.type},
                    .desired = attempt.desired,
                    .changed = attempt.changed,
                    .fabric_id = *fabric_id,
                    .reason = attempt.reason,
                    .plan_data = attempt.plan_data};
  if (attempt.record != nullptr) {
    const auto& record = *attempt.record;
    step.instance.identity = record.identity;
    step.instance.applied = record.applied;
    auto observed = unsealed(record, record.observed, "observed", world_.state.keyring());
    auto data = unsealed(record, record.driver_data, "driver_data", world_.state.keyring());
    if (!observed || !data) {
      outcome.refused = !observed ? observed.error() : data.error();
      co_return outcome;
    }
    step.instance.observed = std::move(*observed);
    step.instance.driver_data = std::move(*data);
  }
  auto started = Loop::now();
  for (uint32_t round = 1;; ++round) {
    step.generation = generations_.of(attempt.address);
    step.operation_id = state::operation_id(*fabric_id, attempt.address, change_word(attempt.change), step.generation);
    outcome.operation = step.operation_id;
    if (attempt.idempotency == driver::Idempotency::kPure) co_return co_await pure(attempt, session, std::move(step));

    // Keyed: says whether a repeat would send the same, without saying what is sent.
    auto digest = world_.state.keyring().digest_text(step.desired, attempt.address, change_word(attempt.change));
    if (!digest && step.desired.has_secret()) {
      if (auto ready = world_.state.keyring().ready(); ready) digest = world_.state.keyring().digest_text(step.desired, attempt.address, change_word(attempt.change));
    }
    if (!digest) {
      outcome.refused = digest.error();
      co_return outcome;
    }
    // Of a create as well, where it is known before: after a crash the files may not say any more what was made.
    Value identity = step.instance.identity;
    if (attempt.change == driver::Change::kCreate) {
      driver::Prepare item{.address = attempt.address, .type = attempt.type, .desired = attempt.desired};
      auto prepared = session.prepare(std::span(&item, 1));
      bool known = prepared.size() == 1 && prepared.front().identity && !prepared.front().identity->has_unknown();
      if (known && !prepared.front().identity->has_secret()) identity = *prepared.front().identity;
    }
    state::Intent intent{.operation = step.operation_id,
                         .address = attempt.address,
                         .change = change_word(attempt.change),
                         .type = attempt.type->name,
                         .provider = attempt.provider,
                         .place = attempt.place,
                         .idempotency = std::string(driver::word(attempt.idempotency)),
                         .generation = step.generation,
                         .request_digest = std::move(*digest),
                         .endpoint = attempt.place,
                         .deadline_ms = static_cast<uint64_t>(attempt.deadline.count()),
                         .window_ms = static_cast<uint64_t>(operation_facts.settle_window.count()),
                         .reads = attempt.reads,
                         .identity = std::move(identity)};
    std::vector<state::OperationBody> first;
    first.push_back(std::move(intent));
    auto landed = co_await journal_.append(std::move(first));
    if (!landed) {
      outcome.refused = landed.error();
      co_return outcome;
    }
    auto operation = step.operation_id;
    driver::Identity reached = step.instance.identity;
    step.save_checkpoint = [this, operation, &reached](driver::Identity identity, Value blob) -> Task<Result<void>> {
      reached = identity;
      std::vector<state::OperationBody> operations;
      operations.push_back(state::Checkpoint{.operation = operation, .identity = std::move(identity), .blob = std::move(blob)});
      auto saved = co_await journal_.append(std::move(operations));
      if (!saved) co_return std::unexpected(saved.error());
      co_return Result<void>();
    };
    crash_point("lease.checked");
    auto answer = co_await call(session, step, attempt);

    std::string by = "answer";
    if (!answer && answer.error().happened == Happened::kMaybe) {
      // The same as after a crash, at once: find out what became of it.
      if (world_.hard_stop.requested()) {
        outcome.failure = std::move(answer.error());
        outcome.open = true;
        co_return outcome;
      }
      auto settled = co_await look(session, step, operation_facts.settle_window, attempt.idempotency);
      using Kind = driver::Settled::Kind;
      by = "look-up";
      if (settled.kind == Kind::kDone) {
        answer = std::move(settled.result);
      } else if (settled.kind == Kind::kNotDone) {
        answer.error().happened = Happened::kNo;
      } else {
        outcome.failure = std::move(answer.error());
        outcome.open = true;
        for (const auto& candidate : settled.candidates) outcome.candidates.push_back(driver::identity_text(candidate.identity));
        co_return outcome;
      }
    }
    bool gone = !answer && answer.error().failure == FailureClass::kNotFound && attempt.change == driver::Change::kRemove;
    if (gone) answer = driver::Changed{};
    if (answer) {
      auto operations = attempt.record_of(*answer, step.operation_id);
      if (!operations) {
        outcome.refused = operations.error();
        outcome.open = true;  // the call was made and is not written down
        co_return outcome;
      }
      for (auto& one : *operations) {
        if (auto* settle = std::get_if<state::Settle>(&one); settle != nullptr && settle->operation == step.operation_id) {
          settle->by = by;
          outcome.record = settle->put;
        }
      }
      auto durable = co_await journal_.append(std::move(*operations));
      if (!durable) {
        outcome.refused = durable.error();
        outcome.open = true;
        co_return outcome;
      }
      generations_.settled(attempt.address, durable->seq);
      outcome.result = std::move(*answer);
      outcome.done = true;
      co_return outcome;
    }
    // A definite failure settles the intent; the next attempt is a new operation.
    driver::DriverFailure failure = std::move(answer.error());
    bool half = failure.happened == Happened::kPartly && attempt.change != driver::Change::kRemove && !reached.is_null();
    auto operations = half ? unfinished(attempt, reached, step.operation_id, by) : failed_as(step.operation_id, by);
    if (!operations) {
      outcome.refused = operations.error();
      outcome.open = true;  // the half that was done is not written down
      co_return outcome;
    }
    auto durable = co_await journal_.append(std::move(*operations));
    if (!durable) {
      outcome.refused = durable.error();
      outcome.open = true;
      co_return outcome;
    }
    generations_.settled(attempt.address, durable->seq);
    bool again = waits_and_repeats(failure.failure) && failure.happened != Happened::kPartly;
    auto pause = pause_before(round, failure.retry_after);
    auto spent = Loop::now() - started;
    if (!again || spent + pause >= attempt.deadline || world_.soft_stop.requested()) {
      outcome.failure = std::move(failure);
      co_return outcome;
    }
    if (attempt.progress) attempt.progress(driver::Progress{.phase = driver::Progress::Phase::kRetrying, .status = failure.text});
    (void)co_await world_.loop.sleep_for(pause, world_.soft_stop);
  }
}

}  // namespace weft::apply
