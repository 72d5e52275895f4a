// After a call that did not succeed: what the record says then, and whether to go on (the table of failure classes in
// docs/drivers.md).
#include <algorithm>

#include <fmt/core.h>

#include "engine/addr/written.h"
#include "engine/apply/runner.h"
#include "engine/plan/unread.h"
#include "lang/base/text.h"
#include "providers/api/identity.h"

namespace weft::apply {

using driver::FailureClass;
using driver::Happened;

namespace {

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

auto is_there(const Value* value) -> bool { return value != nullptr && !value->is_null(); }

}  // namespace

auto status_after(const driver::DriverFailure& failure, driver::Change change, bool is_there) -> std::optional<state::Status> {
  bool untouched = failure.happened == Happened::kNo;
  if (change == driver::Change::kRemove || !is_there || (untouched && change == driver::Change::kCreate)) return std::nullopt;
  bool broken = failure.failure == FailureClass::kBroken || (!untouched && failure.remains == driver::Remains::kBroken);
  if (broken) return state::Status::kBroken;
  if (untouched) return std::nullopt;
  // All of it was asked for, and the deadline came first: it is waited for by the next run.
  if (failure.failure == FailureClass::kTimeout && failure.happened == Happened::kYes) return state::Status::kUnready;
  return state::Status::kUnfinished;
}

// A create that met an object. Ours: it carries the mark of this operation, or an earlier try of it was never answered and
// the driver finds it done. Anything else is somebody else's, and taken over only by a person.
auto Changer::met(Course& course, driver::ChangeResult answer) -> Task<driver::ChangeResult> {
  const auto& type = *course.attempt.type;
  auto suspects = course.unheard;
  auto identity = answer.error().identity.is_null() ? course.known : answer.error().identity;
  bool can_be_found = false;
  if (identity.is(ValueKind::kObject)) {
    driver::Find wanted{.type = &type, .selector = identity, .working_folder = world_.calls.folder};
    auto found = co_await course.session->find(world_.calls.call(), std::move(wanted));
    can_be_found = found && !found->empty();
    bool marked = found && std::ranges::any_of(*found, [&](const auto& one) { return one.mark == course.step.operation_id; });
    if (marked) suspects.push_back(course.step.operation_id);
  }
  for (const auto& operation : suspects) {
    driver::Step step = course.step;
    step.operation_id = operation;
    auto settled = co_await look(*course.session, std::move(step), std::chrono::milliseconds(0), course.attempt.idempotency);
    course.lost = settled.kind == driver::Settled::Kind::kLost;
    if (settled.kind != driver::Settled::Kind::kDone && !course.lost) continue;
    course.by = "look-up";
    co_return std::move(settled.result);
  }
  if (can_be_found && answer.error().hint.empty()) {
    answer.error().hint = fmt::format("`adopt {} from {}` takes it over", addr::written(course.attempt.address), json_quote(driver::identity_text(identity)));
  }
  co_return answer;
}

// The object stands recorded as what became of it; without what was sent, unless all of it was, so that the next plan
// compares.
auto Changer::partly(const Course& course, state::Status status) -> Result<std::vector<state::OperationBody>> {
  const Attempt& attempt = course.attempt;
  std::vector<state::OperationBody> operations;
  if (attempt.change == driver::Change::kCreate) {
    TRY(made, attempt.record_of(driver::Changed{.identity = course.reached}, course.step.operation_id));
    operations = std::move(made);
  } else {
    TRY(again, renamed(*attempt.record, attempt.address, Value(), world_.state.keyring()));
    operations.push_back(state::Settle{.operation = course.step.operation_id, .outcome = "done", .put = std::move(again)});
  }
  for (auto& one : operations) {
    auto* settle = std::get_if<state::Settle>(&one);
    if (settle == nullptr || !settle->put) continue;
    settle->by = course.by;
    settle->put->status = status;
    if (status != state::Status::kUnready || attempt.change != driver::Change::kCreate) settle->put->applied = Value();
  }
  return operations;
}

// A definite failure settles the intent; the next attempt is a new operation.
auto Changer::after_failure(Course& course, const driver::DriverFailure& failure) -> Result<std::vector<state::OperationBody>> {
  const Attempt& attempt = course.attempt;
  if (auto status = status_after(failure, attempt.change, !course.reached.is_null())) return partly(course, *status);
  std::vector<state::OperationBody> operations;
  operations.push_back(state::Settle{.operation = course.step.operation_id, .outcome = "failed", .by = course.by});
  if (failure.failure == FailureClass::kNeedsReplace && attempt.change == driver::Change::kUpdate) {
    TRY(now, world_.state.record(attempt.address));
    if (!now) return operations;
    TRY(again, renamed(*now, attempt.address, Value(), world_.state.keyring()));
    again.extra = with_needs_replace(again.extra, failure.path);
    operations.push_back(state::Put{std::move(again)});
  }
  return operations;
}

auto Changer::failed(Course& course, driver::DriverFailure failure) -> Task<Next> {
  const Attempt& attempt = course.attempt;
  auto operations = after_failure(course, failure);
  Result<state::Appended> durable = fail(Code::kInternal, "not written");
  if (operations) durable = co_await journal_.append(std::move(*operations));
  else durable = std::unexpected(operations.error());
  if (!durable) {
    course.outcome.refused = durable.error();
    course.outcome.open = true;  // what was done is not written down
    co_return Next::kEnd;
  }
  generations_.settled(attempt.address, durable->seq);
  bool untouched = failure.happened == Happened::kNo;
  bool stopping = world_.soft_stop.requested();
  bool again = false;
  std::chrono::milliseconds pause{0};
  if (untouched && !stopping && failure.failure == FailureClass::kMoved) {
    auto why = co_await moved(course);
    again = !why;
    if (why) {
      failure.text = fmt::format("it has changed since the plan: {}", *why);
      failure.hint = "plan again, and look at what it would do now";
    }
  } else if (untouched && !stopping && failure.failure == FailureClass::kExpired) {
    again = co_await renewed(attempt.provider, course.session);
    if (!again) again = co_await asked(course, failure.text);
  } else if (untouched && waits_and_repeats(failure.failure)) {
    bool helps = !failure.lasts;
    if (failure.failure == FailureClass::kInUse && attempt.wait_for && !stopping) {
      auto before = Loop::now();
      bool waited = co_await attempt.wait_for(failure.blockers);
      helps = helps || waited;
      course.held_up += Loop::now() - before;
    }
    pause = pause_before(course.round, failure.retry_after);
    bool in_time = Loop::now() - course.begun - course.held_up + pause < attempt.deadline;
    course.outcome.late = helps && !in_time;
    again = helps && in_time && !world_.soft_stop.requested();
  }
  failure.repeated = failure.repeated || course.round > 1;
  if (!again) {
    if (failure.failure == FailureClass::kNotFound && attempt.change == driver::Change::kUpdate) {
      failure.text = "it was deleted by someone else: " + failure.text;
      if (failure.hint.empty()) failure.hint = "the next plan makes it again";
    }
    course.outcome.failure = std::move(failure);
    co_return Next::kEnd;
  }
  if (attempt.progress) attempt.progress(driver::Progress{.phase = driver::Progress::Phase::kRetrying, .status = failure.text});
  if (pause.count() > 0 && !co_await world_.loop.sleep_for(pause, world_.soft_stop)) {
    course.outcome.failure = std::move(failure);  // why it was to be sent again says more than that it was not
    co_return Next::kEnd;
  }
  ++world_.calls.sent_again;
  co_return Next::kAgain;
}

auto Changer::moved(Course& course) -> Task<std::optional<std::string>> {
  const Attempt& attempt = course.attempt;
  if (attempt.change == driver::Change::kCreate) co_return "another object is where it was to be";
  if (std::exchange(course.read_again, true)) co_return "it keeps changing";
  auto state = co_await read_one(*course.session, world_.calls.call(), course.step.instance);
  using Kind = driver::ReadState::Kind;
  switch (state.kind) {
    case Kind::kMissing: co_return "it is gone";
    case Kind::kOther: co_return "another object has taken its name";
    case Kind::kRemoving: co_return "it is being removed";
    case Kind::kBroken: co_return "it is broken: " + state.why;
    case Kind::kFailed: co_return "it cannot be read: " + (state.failure ? state.failure->text : std::string());
    case Kind::kPresent:
    case Kind::kSame: break;
  }
  plan::keep_unread(state, course.step.instance.observed, course.step.instance.applied);
  if (!state.driver_data.is_null()) course.step.instance.driver_data = state.driver_data;
  if (attempt.change == driver::Change::kRemove || state.kind == Kind::kSame) co_return std::nullopt;
  auto why = co_await again_as_planned(course, state.observed);
  course.step.instance.observed = std::move(state.observed);
  co_return why;
}

// The same verdict and the same paths: what the step does not set is as the plan saw it, and the driver says the same.
auto Changer::again_as_planned(Course& course, const Value& now) -> Task<std::optional<std::string>> {
  const Attempt& attempt = course.attempt;
  driver::Step& step = course.step;
  // Secrets compare as records hold them.
  auto comparable = [&](const Value& value) -> Value {
    if (!value.is(ValueKind::kObject)) return value;
    std::vector<Field> fields;
    for (const Field& field : value.fields()) {
      const Value* written = attempt.desired.get(field.key);
      bool secret = written != nullptr && written->has_secret() && !state::holds_digest(field.value);
      fields.push_back({field.key, secret ? field.value.as_secret() : field.value});
    }
    Value marked = Value::object(std::move(fields));
    auto digested = marked.has_secret() ? world_.state.keyring().digest(marked, attempt.address) : Result<Value>(marked);
    return digested ? *digested : marked;
  };
  Value before = comparable(attempt.seen.is_null() ? step.instance.observed : attempt.seen);
  Value after = comparable(now);
  for (const auto& attribute : attempt.type->attributes) {
    bool ours = is_there(attempt.desired.get(attribute.name)) || is_there(step.instance.applied.get(attribute.name));
    bool compared = ours && attribute.secrecy != driver::Secrecy::kWriteOnly && attribute.input != driver::Input::kLocal;
    bool set_by_step = std::ranges::any_of(attempt.changed, [&](const Path& path) { return path.empty() || path.steps[0].name == attribute.name; });
    if (!compared || set_by_step) continue;
    const Value* was = before.get(attribute.name);
    const Value* is = after.get(attribute.name);
    bool same = is_there(was) == is_there(is) && (!is_there(was) || driver::equivalent(*was, *is, attribute.equivalence));
    if (!same) co_return fmt::format("somebody has set `{}`", attribute.name);
  }
  bool conditional = std::ranges::any_of(attempt.changed, [&](const Path& path) {
    const auto* attribute = path.empty() ? nullptr : attempt.type->attribute(path.steps[0].name);
    return attribute != nullptr && attribute->change == driver::OnChange::kMayReplace;
  });
  if (!attempt.type->driver_diff && !attempt.type->renews && !conditional) co_return std::nullopt;
  driver::Candidate candidate{.instance = step.instance, .desired = attempt.desired, .proposed = driver::Verdict::kUpdate, .changed = attempt.changed};
  candidate.instance.observed = now;
  std::vector<driver::Candidate> items;
  items.push_back(std::move(candidate));
  auto verdicts = co_await course.session->plan(world_.calls.call(), std::move(items));
  if (verdicts.size() != 1) co_return "its driver does not say what it would do";
  const auto& verdict = verdicts.front();
  if (verdict.failure) co_return verdict.failure->text;
  if (verdict.verdict != driver::Verdict::kUpdate) co_return verdict.why.empty() ? "an update is not what it needs now" : verdict.why;
  if (!verdict.plan_data.is_null()) step.plan_data = verdict.plan_data;
  co_return std::nullopt;
}

auto Changer::renewed(std::string provider, const driver::Session* met) -> Task<bool> {
  auto begun = renewals_.find(provider);
  if (begun == renewals_.end()) {
    begun = renewals_.emplace(provider, std::make_unique<Latch>(world_.loop)).first;
    Latch& over = *begun->second;
    (void)co_await sessions_.renew(provider);
    over.set();
  } else {
    co_await begun->second->wait(world_.hard_stop);
  }
  auto* now = sessions_.find(provider);
  co_return now != nullptr && now->session && now->session.get() != met;
}

auto Changer::asked(Course& course, std::string why) -> Task<bool> {
  const Attempt& attempt = course.attempt;
  const std::string provider = attempt.provider;
  if (!world_.ask_credentials || given_up_.contains(provider)) co_return false;
  auto before = Loop::now();
  if (attempt.moves) attempt.moves(event::StepState::kSuspended);
  if (auto other = asking_.find(provider); other != asking_.end()) {
    auto over = other->second;
    co_await over->wait(world_.hard_stop);
  } else {
    auto over = std::make_shared<Latch>(world_.loop);
    asking_.emplace(provider, over);
    bool given = false;
    while (!given) {
      bool goes_on = co_await world_.ask_credentials(provider, why);
      if (!goes_on || world_.soft_stop.requested()) break;
      auto refused = co_await sessions_.renew(provider);
      given = !refused;
      if (refused) why = refused->text;
    }
    if (!given) given_up_.insert(provider);
    asking_.erase(provider);
    over->set();
  }
  course.held_up += Loop::now() - before;
  auto* now = sessions_.find(provider);
  bool good = now != nullptr && now->session && now->session.get() != course.session && !world_.soft_stop.requested();
  if (good && attempt.moves) attempt.moves(event::StepState::kRunning);
  co_return good;
}

}  // namespace weft::apply
