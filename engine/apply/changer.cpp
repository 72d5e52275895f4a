// One change of the world: intent durable, then the call, then its result durable; repeats by failure class; and the
// search for what became of a call whose answer never came.
#include <algorithm>
#include <random>
#include <span>

#include <fmt/core.h>

#include "engine/apply/runner.h"
#include "engine/plan/unread.h"
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

}  // namespace

auto operation_of(const driver::TypeSchema& type, driver::Change change) -> const driver::Operation& {
  return change == driver::Change::kCreate ? type.create : change == driver::Change::kUpdate ? type.update : type.remove;
}

auto prepare_one(driver::Session& session, driver::Prepare item) -> driver::Prepared {
  auto prepared = session.prepare(std::span(&item, 1));
  return prepared.size() == 1 ? std::move(prepared.front()) : driver::Prepared{};
}

auto read_one(driver::Session& session, driver::Call call, driver::Instance instance) -> Task<driver::ReadState> {
  driver::ReadState now;
  std::vector<driver::Instance> items;
  items.push_back(std::move(instance));
  co_await session.read(std::move(call), std::move(items), [&](size_t, driver::ReadState state) { now = std::move(state); });
  co_return now;
}

auto pause_before(uint32_t attempt, milliseconds asked) -> milliseconds {
  double longest = 400.0;
  for (uint32_t i = 1; i < attempt && longest < 5000.0; ++i) longest *= 1.5;
  std::uniform_real_distribution<double> spread(0.5, 1.0);
  std::random_device device;
  auto own = milliseconds(static_cast<int64_t>(std::min(longest, 5000.0) * spread(device)));
  return std::max(own, asked);
}

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
  error.http = failure.http;
  error.final = !failure.repeated;
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

// Alone, or with those that go to the driver together.
auto Changer::call(Course& course, Batches::Joiner joiner) -> Task<driver::ChangeResult> {
  const Attempt& attempt = course.attempt;
  auto call = world_.calls.call(attempt.deadline);
  call.cancel = world_.soft_stop;
  if (attempt.progress) call.progress = [&attempt](size_t, const driver::Progress& progress) { attempt.progress(progress); };
  crash_point("call.sent");
  driver::ChangeResult answer = no_answer();
  if (!joiner.on_the_way()) {
    std::vector<driver::Step> steps;
    steps.push_back(course.step);
    co_await course.session->change(std::move(call), std::move(steps), [&](size_t, driver::ChangeResult result) { answer = std::move(result); });
  } else {
    answer = co_await batches_.call(std::move(joiner), attempt.batch_limit, std::move(call), course.step);
  }
  crash_point("call.answered");
  if (!answer && !answer.error().identity.is_null() && answer.error().failure != FailureClass::kExists) course.reached = answer.error().identity;
  co_return answer;
}

// Nothing outside the state changes: no intent, one put.
auto Changer::pure(Course& course) -> Task<void> {
  const Attempt& attempt = course.attempt;
  Attempted& outcome = course.outcome;
  auto answer = co_await call(course, {});
  if (!answer) {
    outcome.failure = std::move(answer.error());
    co_return;
  }
  outcome.result = std::move(*answer);
  auto operations = attempt.record_of(outcome.result, course.step.operation_id);
  if (!operations) {
    outcome.refused = operations.error();
    co_return;
  }
  for (const auto& operation : *operations) {
    if (const auto* put = std::get_if<state::Put>(&operation); put != nullptr && put->record.address == attempt.address) outcome.record = put->record;
  }
  auto landed = co_await journal_.append(std::move(*operations));
  if (landed) outcome.done = true;
  else outcome.refused = landed.error();
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

auto Changer::start(Course& course) -> bool {
  const Attempt& attempt = course.attempt;
  auto fabric_id = world_.writer.fabric_id();
  if (!fabric_id) {
    course.outcome.refused = fabric_id.error();
    return false;
  }
  course.begun = Loop::now();
  course.step = driver::Step{.change = attempt.change,
                             .instance = {.address = attempt.address, .type = attempt.type},
                             .desired = attempt.desired,
                             .changed = attempt.changed,
                             .fabric_id = *fabric_id,
                             .reason = attempt.reason,
                             .plan_data = attempt.plan_data};
  if (attempt.record == nullptr) return true;
  const auto& record = *attempt.record;
  auto& instance = course.step.instance;
  instance.identity = record.identity;
  instance.applied = record.applied;
  auto observed = unsealed(record, record.observed, "observed", world_.state.keyring());
  auto data = unsealed(record, record.driver_data, "driver_data", world_.state.keyring());
  if (!observed || !data) {
    course.outcome.refused = !observed ? observed.error() : data.error();
    return false;
  }
  instance.observed = std::move(*observed);
  instance.driver_data = std::move(*data);
  return true;
}

// The intent of this round; false: the outcome says why there is none.
auto Changer::intend(Course& course) -> Task<bool> {
  const Attempt& attempt = course.attempt;
  driver::Step& step = course.step;
  auto& keyring = world_.state.keyring();
  // Keyed: says whether a repeat would send the same, without saying what is sent.
  auto digest = keyring.digest_text(step.desired, attempt.address, change_word(attempt.change));
  if (!digest && step.desired.has_secret()) {
    if (auto ready = keyring.ready(); ready) digest = keyring.digest_text(step.desired, attempt.address, change_word(attempt.change));
  }
  if (!digest) {
    course.outcome.refused = digest.error();
    co_return false;
  }
  // Of a create as well, where it is known before: after a crash the files may not say any more what was made.
  course.known = step.instance.identity;
  if (attempt.change == driver::Change::kCreate) {
    auto identity = prepare_one(*course.session, {.address = attempt.address, .type = attempt.type, .desired = attempt.desired}).identity;
    if (identity && !identity->has_unknown() && !identity->has_secret()) course.known = std::move(*identity);
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
                       .window_ms = static_cast<uint64_t>(operation_of(*attempt.type, attempt.change).settle_window.count()),
                       .reads = attempt.reads,
                       .identity = course.known,
                       .pre_image = {},
                       .anew = attempt.anew};
  std::vector<state::OperationBody> first;
  first.push_back(std::move(intent));
  auto landed = co_await journal_.append(std::move(first));
  if (!landed) course.outcome.refused = landed.error();
  else crash_point("lease.checked");
  co_return landed.has_value();
}

auto Changer::attempt(Attempt attempt) -> Task<Attempted> {
  Course course{.attempt = attempt};
  if (!start(course)) co_return std::move(course.outcome);
  driver::Step& step = course.step;
  for (;;) {
    auto* open = sessions_.find(attempt.provider);
    if (open == nullptr || !open->session) {
      course.outcome.failure = driver::DriverFailure{.failure = FailureClass::kUnsupported, .text = fmt::format("provider `{}` is not open", attempt.provider)};
      co_return std::move(course.outcome);
    }
    // Settings that came to be known only now may lead elsewhere.
    if (attempt.record != nullptr && attempt.record->place != open->place()) {
      course.outcome.failure = driver::DriverFailure{
          .failure = FailureClass::kDenied,
          .text = fmt::format("it belongs to {}, but provider `{}` now points at {}", attempt.record->place, attempt.provider, open->place())};
      co_return std::move(course.outcome);
    }
    course.session = open->session.get();
    ++course.round;
    step.generation = generations_.of(attempt.address);
    step.operation_id = state::operation_id(step.fabric_id, attempt.address, change_word(attempt.change), step.generation);
    step.checkpoint = Value();
    step.save_checkpoint = [this, operation = step.operation_id, &course](driver::Identity identity, Value blob) {
      return checkpoint(course, operation, std::move(identity), std::move(blob));
    };
    // No intent, and nothing to settle, so no generation either: but what is made after another is a life of its own.
    if (attempt.idempotency == driver::Idempotency::kPure) step.operation_id = hex(random_string(16));
    course.outcome.operation = step.operation_id;
    course.reached = step.instance.identity;
    course.by = "answer";
    if (attempt.idempotency == driver::Idempotency::kPure) {
      co_await pure(course);
      co_return std::move(course.outcome);
    }
    Batches::Joiner joiner;
    if (!attempt.batch.empty()) joiner = Batches::Joiner(batches_, {course.session, attempt.batch});
    bool intended = co_await intend(course);
    if (!intended) co_return std::move(course.outcome);
    if (attempt.moves) attempt.moves(event::StepState::kRunning);
    auto answer = co_await call(course, std::move(joiner));
    bool creates = attempt.change == driver::Change::kCreate;
    for (;;) {
      // Something was made, and the driver does not say what: it is looked for like what nobody has heard of. The answer
      // to a repeat may say no more.
      std::optional<driver::DriverFailure> half;
      bool did = !answer && answer.error().happened != Happened::kNo && answer.error().happened != Happened::kMaybe;
      if (did && creates && course.reached.is_null()) half = answer.error();
      if (!half && (answer || answer.error().happened != Happened::kMaybe)) break;
      auto settled = co_await settle(course, std::move(answer));
      if (!settled) co_return std::move(course.outcome);
      answer = std::move(*settled);
      if (!half || !answer || course.lost) continue;
      course.reached = answer->identity;
      answer = std::unexpected(std::move(*half));
      break;
    }
    if (!answer && answer.error().failure == FailureClass::kExists && creates) answer = co_await met(course, std::move(answer));
    bool gone = !answer && answer.error().failure == FailureClass::kNotFound && attempt.change == driver::Change::kRemove;
    if (gone) answer = driver::Changed{};
    if (answer) {
      co_await done(course, std::move(*answer));
      co_return std::move(course.outcome);
    }
    auto next = co_await failed(course, std::move(answer.error()));
    if (next == Next::kEnd) co_return std::move(course.outcome);
  }
}

auto Changer::checkpoint(Course& course, std::string operation, driver::Identity identity, Value blob) -> Task<Result<void>> {
  course.reached = identity;
  Value reached = blob;
  std::vector<state::OperationBody> operations;
  operations.push_back(state::Checkpoint{.operation = std::move(operation), .identity = std::move(identity), .blob = std::move(blob)});
  auto saved = co_await journal_.append(std::move(operations));
  if (!saved) co_return std::unexpected(saved.error());
  course.step.checkpoint = std::move(reached);
  co_return Result<void>();
}

// The same as after a crash, at once: find out what became of it.
auto Changer::settle(Course& course, driver::ChangeResult answer) -> Task<std::optional<driver::ChangeResult>> {
  using Kind = driver::Settled::Kind;
  const Attempt& attempt = course.attempt;
  for (uint32_t round = 1; !world_.hard_stop.requested(); ++round) {
    if (attempt.moves) attempt.moves(event::StepState::kSettling);
    auto settled = co_await look(*course.session, course.step, operation_of(*attempt.type, attempt.change).settle_window, attempt.idempotency);
    course.by = "look-up";
    course.lost = settled.kind == Kind::kLost;
    if (settled.kind == Kind::kDone || course.lost) co_return std::move(settled.result);
    // The same request with the same token meets its twin; what was begun goes on from where it stands.
    bool token = attempt.idempotency == driver::Idempotency::kToken && (settled.kind == Kind::kNotDone || settled.kind == Kind::kUnknown);
    bool repeats = token || settled.kind == Kind::kResume;
    auto pause = pause_before(round, answer ? milliseconds(0) : answer.error().retry_after);
    bool in_time = Loop::now() - course.begun + pause < attempt.deadline;
    course.outcome.late = repeats && !in_time;
    in_time = in_time && !world_.soft_stop.requested();
    if (settled.kind == Kind::kNotDone && !(repeats && in_time)) {
      course.unheard.push_back(course.step.operation_id);
      course.outcome.may_have = answer.error().failure == FailureClass::kInternal && answer.error().happened == Happened::kMaybe;
      answer.error().happened = Happened::kNo;
      co_return std::move(answer);
    }
    if (!repeats || !in_time) {
      for (const auto& candidate : settled.candidates) course.outcome.candidates.push_back(driver::identity_text(candidate.identity));
      break;
    }
    (void)co_await world_.loop.sleep_for(pause, world_.soft_stop);
    if (attempt.moves) attempt.moves(event::StepState::kRunning);
    Batches::Joiner joiner;
    if (!attempt.batch.empty()) joiner = Batches::Joiner(batches_, {course.session, attempt.batch});
    answer = co_await call(course, std::move(joiner));
    course.by = "repeat";
    // A create of which something may be there: that the repeat was refused says nothing of the first try.
    bool unseen = !answer && course.step.change == driver::Change::kCreate && settled.kind != Kind::kNotDone && answer.error().happened == Happened::kNo &&
                  answer.error().failure != FailureClass::kExists;
    if (unseen) answer.error().happened = Happened::kMaybe;
    if (answer || answer.error().happened != Happened::kMaybe) co_return std::move(answer);
  }
  course.outcome.failure = std::move(answer.error());
  course.outcome.open = true;
  co_return std::nullopt;
}

auto Changer::done(Course& course, driver::Changed changed) -> Task<void> {
  Attempted& outcome = course.outcome;
  if (course.attempt.change == driver::Change::kUpdate) {
    changed.observed = plan::with_once(*course.attempt.type, std::move(changed.observed), course.step.instance.observed);
  }
  auto operations = course.attempt.record_of(changed, course.step.operation_id);
  if (!operations) {
    outcome.refused = operations.error();
    outcome.open = true;  // the call was made and is not written down
    co_return;
  }
  for (auto& one : *operations) {
    auto* settle = std::get_if<state::Settle>(&one);
    if (settle == nullptr || settle->operation != course.step.operation_id) continue;
    settle->by = course.by;
    if (course.lost && settle->put) settle->put->status = state::Status::kBroken;
    outcome.record = settle->put;
  }
  auto durable = co_await journal_.append(std::move(*operations));
  if (!durable) {
    outcome.refused = durable.error();
    outcome.open = true;
    co_return;
  }
  generations_.settled(course.attempt.address, durable->seq);
  outcome.result = std::move(changed);
  outcome.done = !course.lost;
  if (course.lost) {
    outcome.failure = driver::DriverFailure{.failure = FailureClass::kBroken, .happened = Happened::kYes,
                                            .text = "it was made, but what is given only once was in the answer that never came",
                                            .hint = "the next plan replaces it"};
  }
}

}  // namespace weft::apply
