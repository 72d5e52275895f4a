// What is done for one step: its holes filled, its call made or only its record written, its readiness awaited.
#include <algorithm>
#include <chrono>

#include <fmt/core.h>

#include "engine/apply/runner.h"
#include "lang/base/digest.h"
#include "providers/api/identity.h"

namespace weft::apply {

using event::StepState;
using plan::Action;
using plan::Step;
using std::chrono::milliseconds;

namespace {

auto with_replace_when(const Value& extra, const std::string& digest) -> Value {
  Path member = Path{}.member("replace_when");
  if (!digest.empty()) return with(extra.is(ValueKind::kObject) ? extra : Value::object({}), member, Value::string(digest));
  return extra.get("replace_when") == nullptr ? extra : without(extra, member);
}

}  // namespace

auto Runner::refused(uint32_t index, const Failure& failure, bool open) -> bool {
  store_refused_ = store_refused_ || world_.writer.refused().has_value();
  outcomes_[index].error = event::StepError{.code = "", .text = failure.text, .operation = "state", .hint = failure.hint, .failure = "state", .changed = open ? "maybe" : "no"};
  // Its intent stays open: the next run settles it.
  move(index, open ? StepState::kOpen : StepState::kFailed);
  return false;
}

auto Runner::failed(uint32_t index, const Attempt& attempt, const Attempted& attempted) -> bool {
  if (attempted.refused) return refused(index, *attempted.refused, attempted.open);
  StepOutcome& outcome = outcomes_[index];
  outcome.error = error_of(*attempted.failure);
  if (attempted.may_have) outcome.error->changed = "maybe";
  if (attempted.late || attempted.failure->failure == driver::FailureClass::kTimeout) {
    const char* which = attempt.change == driver::Change::kCreate ? "create" : attempt.change == driver::Change::kUpdate ? "update" : "destroy";
    outcome.error->explanation.push_back(deadline_words(plan_.steps[index], which, attempt.deadline));
  }
  if (attempted.open) {
    outcome.intent = attempted.operation;
    outcome.candidates = attempted.candidates;
    outcome.error->changed = "maybe";
    move(index, StepState::kOpen);
  } else if (attempted.failure->failure == driver::FailureClass::kExpired && attempted.failure->happened == driver::Happened::kNo) {
    suspend(index);
  } else {
    move(index, StepState::kFailed);
  }
  return false;
}

auto Runner::deadline_of(const Step& step, const char* which, milliseconds otherwise) -> milliseconds {
  Value timeouts = planner_.timeouts(step);
  const Value* own = timeouts.get(which);
  if (own == nullptr || !own->is(ValueKind::kDuration) || own->as_int() <= 0) return otherwise;
  return std::max(milliseconds(1), milliseconds(own->as_int() / 1'000'000));
}

auto Runner::deadline_words(const Step& step, const char* which, milliseconds deadline) -> std::string {
  Value timeouts = planner_.timeouts(step);
  const Value* own = timeouts.get(which);
  std::string time = duration_text(deadline.count() * 1'000'000);
  if (own != nullptr && own->is(ValueKind::kDuration) && own->as_int() > 0) return fmt::format("its deadline was {} to {}, by its @timeouts", time, which);
  return fmt::format("its deadline was {} to {}, its type's own; @timeouts = {{ {} = … }} gives it another", time, which, which);
}

auto Runner::progress_of(uint32_t index) -> std::function<void(const driver::Progress&)> {
  return [this, index](const driver::Progress& progress) {
    static constexpr const char* kPhases[] = {"sent", "accepted", "identified", "waiting", "retrying", "throttled", "blocked"};
    event::StepProgress fact;
    fact.step = index;
    fact.id = plan_.steps[index].id;
    fact.address = plan_.steps[index].address;
    fact.phase = kPhases[static_cast<size_t>(progress.phase)];
    fact.status = progress.status;
    fact.done = progress.done;
    fact.total = progress.total;
    fact.elapsed_ms = static_cast<uint64_t>(std::chrono::duration_cast<milliseconds>(Loop::now() - started_[index]).count());
    world_.emit(std::move(fact));
  };
}

auto Runner::facts_of(const Step& step, const driver::TypeSchema& type, const Value& desired) -> NewRecord {
  NewRecord facts{.type = type};
  facts.address = step.address;
  facts.provider = step.provider;
  if (auto* open = planner_.sessions().find(step.provider)) facts.place = open->place();
  facts.desired = desired;
  facts.dependencies = planner_.dependencies(step);
  facts.look_after(planner_.flags(step));
  facts.unverified = unverified(step);
  return facts;
}

auto Runner::unverified(const Step& step) -> std::vector<std::string> {
  std::vector<std::string> names;
  if (step.action == Action::kCreate || step.action == Action::kReplace) return names;  // all of it is sent
  for (const auto& difference : step.differences) {
    if (difference.kind == plan::Difference::Kind::kUnverified && !difference.path.empty()) names.push_back(difference.path.steps[0].name);
  }
  return names;
}

// What is moved or adopted has a row under its new address before anything is done to it.
auto Runner::first_in_state(const Step& step) -> bool {
  return !step.moved_from.empty() || (!step.adopted_id.empty() && (step.action == Action::kUpdate || step.action == Action::kReplace));
}

// Whether the files say something of it by now that only its record knows.
auto Runner::is_kept_otherwise(const Step& step, const state::Record& record) -> bool {
  const auto* flags = planner_.flags(step);
  return flags != nullptr && (record.protect != flags->protect || record.retain != flags->retain || record.create_first != flags->create_first ||
                              record.provider != step.provider || record.dependencies != planner_.dependencies(step) ||
                              record.extra != with_replace_when(record.extra, flags->replace_digest));
}

// Moves, adoptions and flags: the world stays as it is.
auto Runner::put_only(uint32_t index, const Value& desired) -> Task<bool> {
  const Step& step = plan_.steps[index];
  const auto* type = planner_.schema(step);
  std::vector<state::OperationBody> operations;
  const state::Record* record = planner_.record(step.address);
  if (record != nullptr) {
    const std::string& former = step.moved_from.empty() ? step.address : step.moved_from;
    // Sealed values are bound to the revision. What is moved and is as it is wanted is recorded so, like what stays.
    bool so_already = step.action == Action::kRecord || step.action == Action::kMove;
    auto again = so_already ? as_it_is(*record, former, *type, desired, step.before, world_.state.keyring())
                            : renamed(*record, former, desired, world_.state.keyring());
    if (!again) co_return refused(index, again.error());
    state::Record next = std::move(*again);
    if (!step.moved_from.empty()) operations.push_back(state::Delete{step.moved_from});
    // What is about to be replaced stays what it was made as.
    const auto* flags = step.action == Action::kReplace ? nullptr : planner_.flags(step);
    if (flags != nullptr) {
      next.protect = flags->protect;
      next.retain = flags->retain;
      next.create_first = flags->create_first;
      next.dependencies = planner_.dependencies(step);
      next.provider = step.provider;  // the same place under another name
      next.extra = with_replace_when(next.extra, flags->replace_digest);
    }
    operations.push_back(state::Put{std::move(next)});
  } else {
    auto facts = facts_of(step, *type, step.action == Action::kAdopt ? desired : Value());
    facts.uid = hex(random_string(16));  // no call, no intent: each adoption is a life of its own
    facts.result.identity = step.identity_value;
    facts.result.observed = step.before;
    auto made = make_record(facts, world_.state.keyring());
    if (!made) co_return refused(index, made.error());
    operations.push_back(state::Put{std::move(*made)});
  }
  auto landed = co_await journal_.append(std::move(operations));
  if (!landed) co_return refused(index, landed.error());
  co_return true;
}

auto Runner::beyond(uint32_t index, const Failure& failure) -> bool {
  outcomes_[index].error = event::StepError{.text = failure.text, .hint = failure.hint, .failure = "invalid", .changed = "no"};
  move(index, StepState::kFailed);
  return false;
}

auto Runner::make(uint32_t index) -> Task<bool> {
  const Step& step = plan_.steps[index];
  const auto* type = planner_.schema(step);
  if (step.action == Action::kRead) {
    auto read = co_await planner_.look_again(step);
    co_return read ? true : beyond(index, read.error());
  }
  // Settings that were not known at plan are known now: everything they read is done.
  if (auto* open = planner_.sessions().find(step.provider); open != nullptr && open->session && open->session->configured().partial) {
    planner_.sessions().reopen(step.provider);
    (void)co_await planner_.sessions().get(step.provider);
  }
  auto filled = planner_.fill(step);
  if (!filled) co_return beyond(index, filled.error());
  Value desired = std::move(*filled);
  auto rechecked = co_await planner_.recheck(step, desired);
  if (!rechecked) co_return beyond(index, rechecked.error());
  bool only_state = step.action == Action::kMove || step.action == Action::kAdopt || step.action == Action::kRecord;
  // Of a replacement that removes first, the removal has done it.
  bool first = first_in_state(step) && (step.action != Action::kReplace || step.create_first);
  if (only_state || first) {
    if (!co_await put_only(index, desired)) co_return false;
    if (only_state) {
      planner_.applied(step, desired, step.before);
      co_return true;
    }
  }
  std::optional<state::Record> fresh;
  const state::Record* record = nullptr;
  bool creates = step.action == Action::kCreate || step.action == Action::kReplace;
  if (!creates) {
    auto now = world_.state.record(step.address);
    if (!now) co_return refused(index, now.error());
    fresh = std::move(*now);
    if (!fresh) co_return refused(index, Failure{Code::kConflict, "its record is gone"});
    record = &*fresh;
  }
  // What was unknown has turned out to be what it was: nothing is left to do.
  if (!creates && step.needs_holes) {
    bool drift = std::any_of(step.differences.begin(), step.differences.end(), [](const auto& one) { return one.kind == plan::Difference::Kind::kDrift; });
    auto sent = desired.has_secret() ? world_.state.keyring().digest(desired, step.address) : Result<Value>(desired);
    auto observed = unsealed(*record, record->observed, "observed", world_.state.keyring());
    if (!drift && sent && observed && *sent == record->applied && record->status == state::Status::kOk) {
      if (is_kept_otherwise(step, *record) && !co_await put_only(index, desired)) co_return false;
      planner_.applied(step, desired, *observed);
      co_return true;
    }
  }
  auto way = way_of(step, *type, desired, record == nullptr ? Value() : record->applied);
  bool entered = co_await enter_lane(2 * index, way.lane);
  if (!entered) co_return false;
  Attempt attempt;
  attempt.change = creates ? driver::Change::kCreate : driver::Change::kUpdate;
  attempt.anew = step.action == Action::kCreate;
  attempt.address = step.address;
  attempt.batch = way.batch;
  attempt.batch_limit = way.batch_limit;
  attempt.seen = step.before;
  attempt.type = type;
  attempt.provider = step.provider;
  if (auto* open = planner_.sessions().find(step.provider)) attempt.place = open->place();
  attempt.record = record;
  attempt.desired = desired;
  // Nobody knows whether they differ: they are not sent before somebody changes them.
  if (!creates) {
    for (const auto& name : unverified(step)) {
      attempt.desired = without(attempt.desired, Path{}.member(name));
      if (fresh->applied.is(ValueKind::kObject)) fresh->applied = without(fresh->applied, Path{}.member(name));
    }
  }
  for (const auto& difference : step.differences) {
    if (difference.kind == plan::Difference::Kind::kChange || difference.kind == plan::Difference::Kind::kDrift) attempt.changed.push_back(difference.path);
  }
  attempt.reason = step.reasons.empty() ? "config" : step.reasons.front();
  for (const auto& dependency : planner_.dependencies(step)) attempt.reads.push_back(dependency.address);
  attempt.plan_data = rechecked->is_null() ? step.plan_data : std::move(*rechecked);
  attempt.deadline = deadline_of(step, creates ? "create" : "update", creates ? type->create.timeout : type->update.timeout);
  attempt.idempotency = idempotency_of(step.idempotency, creates ? type->create.idempotency : type->update.idempotency);
  attempt.progress = progress_of(index);
  attempt.moves = [this, index](StepState to) { move(index, to); };
  bool made_before = !creates && record->status == state::Status::kUnready && attempt.changed.empty() &&
                     !type->driver_diff;  // what else has changed only its driver sees
  if (made_before) co_return co_await go_on_waiting(index, *record, desired);
  bool awaited = is_awaited(*type, planner_.flags(step));
  auto begun = Loop::now();
  // Create-first: the old row makes room in the same transaction that records the new object.
  std::optional<state::Record> old;
  if (step.action == Action::kReplace && step.create_first) {
    auto now = world_.state.record(step.address);
    if (!now) co_return refused(index, now.error());
    old = std::move(*now);
  }
  attempt.record_of = [&](const driver::Changed& changed, const std::string& operation) -> Result<std::vector<state::OperationBody>> {
    auto facts = facts_of(step, *type, desired);
    facts.previous = record;
    facts.uid = operation;
    facts.result = changed;
    facts.status = awaited ? state::Status::kUnready : state::Status::kOk;
    facts.took_ms = static_cast<uint64_t>(std::chrono::duration_cast<milliseconds>(Loop::now() - begun).count());
    TRY(made, make_record(facts, world_.state.keyring()));
    std::vector<state::OperationBody> operations;
    if (old) {
      TRY(again, set_aside(*old, world_.state.keyring()));
      old_address_[index] = again.address;
      old_record_[index] = again;
      operations.push_back(state::Delete{step.address});
      operations.push_back(state::Put{std::move(again)});
    }
    if (attempt.idempotency == driver::Idempotency::kPure) operations.push_back(state::Put{std::move(made)});
    else operations.push_back(state::Settle{.operation = operation, .outcome = "done", .put = std::move(made)});
    return operations;
  };
  auto attempted = co_await changer_.attempt(attempt);
  warn(index, attempted.result.warnings);
  if (!attempted.done) co_return failed(index, attempt, attempted);
  outcomes_[index].identity = driver::identity_text(attempted.result.identity.is_null() && record != nullptr ? record->identity : attempted.result.identity);
  planner_.applied(step, desired, attempted.result.observed);
  if (!awaited) co_return true;
  if (!attempted.record) co_return refused(index, Failure{Code::kInternal, "its record was not made"});
  co_return co_await wait_ready(index, std::move(*attempted.record), desired, attempted.result.observed);
}

auto Runner::way_of(const Step& step, const driver::TypeSchema& type, const Value& desired, const Value& previous) -> driver::Prepared {
  auto* open = planner_.sessions().find(step.provider);
  if (open == nullptr || !open->session || !desired.is(ValueKind::kObject)) return {};
  auto way = prepare_one(*open->session, {.address = step.address, .type = &type, .desired = desired, .previous = previous, .fabric = plan_.fabric, .environment = plan_.environment});
  if (!way.lane.empty()) way.lane = step.provider + "\n" + way.lane;
  return way;
}

auto Runner::remove(uint32_t index) -> Task<bool> {
  const Step& step = plan_.steps[index];
  std::string address = old_address_.contains(index) ? old_address_[index] : step.address;
  // What goes is not renamed before: its record is where it was. (The old half of a replacement was.)
  if (!step.moved_from.empty() && step.action != Action::kReplace) address = step.moved_from;
  bool replaces = step.action == Action::kReplace;
  if (replaces && step.create_first && !old_address_.contains(index)) co_return true;  // there was none
  if (replaces && !step.create_first && first_in_state(step)) {
    if (!co_await put_only(index, Value())) co_return false;
  }
  if (step.action == Action::kForget) {
    std::vector<state::OperationBody> operations;
    operations.push_back(state::Delete{address});
    auto landed = co_await journal_.append(std::move(operations));
    if (!landed) co_return refused(index, landed.error());
    co_return true;
  }
  auto now = world_.state.record(address);
  if (!now) co_return refused(index, now.error());
  if (!*now && replaces && step.version == 0 && !first_in_state(step)) co_return true;  // the plan saw none either
  if (!*now) co_return refused(index, Failure{Code::kConflict, "its record is gone"});
  state::Record record = std::move(**now);
  const auto* type = planner_.schema(step);
  if (type == nullptr) {
    outcomes_[index].error = event::StepError{.text = fmt::format("this program knows no type `{}`", record.type), .failure = "unsupported", .changed = "no"};
    move(index, StepState::kFailed);
    co_return false;
  }
  Attempt attempt;
  attempt.change = driver::Change::kRemove;
  attempt.address = address;
  attempt.type = type;
  attempt.provider = record.provider;
  attempt.place = record.place;
  attempt.record = &record;
  attempt.reason = step.action == Action::kReplace ? "replace" : "destroy";
  // Whatever it hangs on stays as it is until it is known to be gone.
  for (const auto& dependency : record.dependencies) attempt.reads.push_back(dependency.address);
  attempt.deadline = deadline_of(step, "destroy", type->remove.timeout);
  attempt.idempotency = type->remove.idempotency;
  attempt.progress = progress_of(index);
  attempt.moves = [this, index](StepState to) { move(index, to); };
  attempt.wait_for = [this, index](std::vector<std::string> blockers) { return until_gone(2 * index + 1, std::move(blockers)); };
  if (attempt.idempotency != driver::Idempotency::kPure) {
    // Of secrets only digests are kept: for the driver they are not known.
    std::vector<Field> fields;
    for (const Field& field : record.applied.is(ValueKind::kObject) ? record.applied.fields() : std::span<const Field>()) {
      const auto* attribute = type->attribute(field.key.view());
      bool kept = !state::holds_digest(field.value) && !state::holds_sealed(field.value);
      if (kept) fields.push_back(field);
      else if (attribute != nullptr) fields.push_back({field.key, Value::unknown(Unknown{.type = attribute->type, .not_null = true})});
    }
    auto way = way_of(step, *type, fields.empty() ? Value() : Value::object(std::move(fields)), record.applied);
    attempt.batch = way.batch;
    attempt.batch_limit = way.batch_limit;
    bool entered = co_await enter_lane(2 * index + 1, way.lane);
    if (!entered) co_return false;
  }
  attempt.record_of = [&](const driver::Changed&, const std::string& operation) -> Result<std::vector<state::OperationBody>> {
    std::vector<state::OperationBody> operations;
    if (attempt.idempotency == driver::Idempotency::kPure) {
      operations.push_back(state::Delete{address});
    } else if (type->waits) {
      // Accepted is not gone: until then the record says so, and nothing goes on that waits for its end.
      TRY(leaving, renamed(record, address, Value(), world_.state.keyring()));
      leaving.status = state::Status::kRemoving;
      operations.push_back(state::Settle{.operation = operation, .outcome = "done", .put = std::move(leaving)});
    } else {
      operations.push_back(state::Settle{.operation = operation, .outcome = "done", .remove = true});
    }
    return operations;
  };
  auto attempted = co_await changer_.attempt(attempt);
  warn(index, attempted.result.warnings);
  if (!attempted.done) co_return failed(index, attempt, attempted);
  if (!attempted.record) co_return true;
  co_return co_await wait_gone(index, std::move(*attempted.record), *type, attempt.deadline);
}

}  // namespace weft::apply
