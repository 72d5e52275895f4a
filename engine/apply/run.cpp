// The scheduler: nodes of the plan's graph become ready when all before them are done; the one with the longest chain
// behind it starts first; each step is in exactly one named state, moved by move() alone.
#include <algorithm>
#include <chrono>

#include <fmt/core.h>

#include "engine/apply/runner.h"
#include "engine/graph/graph.h"
#include "lang/os/crash.h"

namespace weft::apply {

using event::StepState;
using plan::Action;
using plan::Step;
using std::chrono::milliseconds;

namespace {

class Runner {
 public:
  Runner(World world, const plan::Plan& plan, plan::Planner& planner, const state::Snapshot& snapshot)
      : world_(std::move(world)),
        plan_(plan),
        planner_(planner),
        journal_(world_.loop, world_.writer),
        generations_(snapshot),
        changer_(world_, planner.sessions(), journal_, generations_),
        group_(world_.loop),
        changed_(world_.loop),
        outcomes_(plan.steps.size()),
        halves_(plan.steps.size(), 0),
        started_(plan.steps.size()) {}

  auto run() -> Task<std::vector<StepOutcome>>;

 private:
  enum class NodeState : uint8_t { kWaiting, kReady, kRunning, kDone, kFailed };

  void prepare();
  void move(uint32_t step, StepState to);
  void end_node(uint32_t node, bool ok);
  void skip(uint32_t node, const std::string& because);
  auto run_node(uint32_t node) -> Task<void>;
  auto does_something(uint32_t node) const -> bool;

  auto make(uint32_t index) -> Task<bool>;
  auto remove(uint32_t index) -> Task<bool>;
  auto put_only(uint32_t index, const Value& desired) -> Task<bool>;
  auto wait_ready(uint32_t index, state::Record record, const Value& desired, Value observed) -> Task<bool>;
  auto failed(uint32_t index, const Attempted& attempted) -> bool;
  auto refused(uint32_t index, const Failure& failure) -> bool;
  auto deadline_of(const Step& step, const char* which, milliseconds otherwise) -> milliseconds;
  auto facts_of(const Step& step, const driver::TypeSchema& type, const Value& desired) -> NewRecord;
  auto progress_of(uint32_t index) -> std::function<void(const driver::Progress&)>;

  World world_;
  const plan::Plan& plan_;
  plan::Planner& planner_;
  Journal journal_;
  Generations generations_;
  Changer changer_;
  TaskGroup group_;
  Event changed_;
  std::vector<StepOutcome> outcomes_;
  std::vector<uint8_t> halves_;                       // nodes of the step that are done
  std::vector<std::chrono::nanoseconds> started_;
  std::vector<NodeState> nodes_;
  std::vector<uint32_t> missing_, height_;
  graph::Graph graph_;
  std::priority_queue<std::pair<uint32_t, uint32_t>> ready_;  // height, node (the lower one first)
  size_t running_ = 0;
  bool store_refused_ = false;
  std::map<uint32_t, std::string> old_address_;       // create-first: where the old row went
  std::map<uint32_t, state::Record> old_record_;
};

auto is_make(uint32_t node) -> bool { return node % 2 == 0; }

void Runner::prepare() {
  graph_ = graph::Graph(plan_.nodes, plan_.edges);
  nodes_.assign(plan_.nodes, NodeState::kWaiting);
  missing_ = graph_.missing();
  height_ = graph_.heights();
}

auto Runner::does_something(uint32_t node) const -> bool {
  if (node >= 2 * plan_.steps.size()) return false;
  Action action = plan_.steps[node / 2].action;
  if (is_make(node)) return action != Action::kDestroy && action != Action::kForget && action != Action::kNone;
  return action == Action::kDestroy || action == Action::kReplace || action == Action::kForget;
}

void Runner::move(uint32_t index, StepState to) {
  const Step& step = plan_.steps[index];
  StepOutcome& outcome = outcomes_[index];
  if (outcome.state == to) return;
  event::StepMoved moved;
  moved.step = index;
  moved.id = step.id;
  moved.address = step.address;
  moved.resource = step.type;
  moved.action = std::string(plan::word(step.action));
  moved.part = outcome.part;
  moved.from = outcome.state;
  moved.to = to;
  if (to == StepState::kRunning && started_[index].count() == 0) started_[index] = Loop::now();
  if (started_[index].count() != 0) {
    outcome.elapsed_ms = static_cast<uint64_t>(std::chrono::duration_cast<milliseconds>(Loop::now() - started_[index]).count());
  }
  moved.elapsed_ms = outcome.elapsed_ms;
  moved.identity = outcome.identity.empty() ? step.identity : outcome.identity;
  moved.file = step.source.file;
  moved.line = step.source.line;
  moved.error = outcome.error;
  outcome.state = to;
  world_.emit(std::move(moved));
}

auto Runner::run() -> Task<std::vector<StepOutcome>> {
  prepare();
  uint32_t most = world_.parallel == 0 ? kMostAtOnce : world_.parallel;
  for (uint32_t node = 0; node < plan_.nodes; ++node) {
    if (missing_[node] == 0 && nodes_[node] == NodeState::kWaiting) {
      nodes_[node] = NodeState::kReady;
      ready_.emplace(height_[node], UINT32_MAX - node);
    }
  }
  auto soft = world_.soft_stop.on_request([this] { changed_.set(); });
  auto hard = world_.hard_stop.on_request([this] { changed_.set(); });
  for (;;) {
    bool stopping = world_.soft_stop.requested() || store_refused_;
    while (!ready_.empty() && running_ < most && !stopping) {
      uint32_t node = UINT32_MAX - ready_.top().second;
      ready_.pop();
      nodes_[node] = NodeState::kRunning;
      if (!does_something(node)) {
        end_node(node, true);
        continue;
      }
      ++running_;
      uint32_t step = node / 2;
      if (plan_.steps[step].action == Action::kReplace) outcomes_[step].part = is_make(node) ? "create" : "destroy";
      move(step, StepState::kRunning);
      group_.spawn(run_node(node));
    }
    if (running_ == 0 && (ready_.empty() || stopping)) break;
    co_await changed_.wait();
    if (world_.hard_stop.requested()) break;
  }
  if (!world_.hard_stop.requested()) co_await group_.join();
  for (uint32_t i = 0; i < outcomes_.size(); ++i) {
    if (outcomes_[i].state == StepState::kRunning) {
      // The second Ctrl-C, or a replacement of which only one half was done.
      if (plan_.steps[i].action == Action::kReplace && halves_[i] == 1) outcomes_[i].half_done = true;
      else if (world_.hard_stop.requested()) move(i, StepState::kOpen);
    }
  }
  co_return std::move(outcomes_);
}

auto Runner::run_node(uint32_t node) -> Task<void> {
  uint32_t index = node / 2;
  if (auto doubt = world_.blocked.find(plan_.steps[index].address); doubt != world_.blocked.end()) {
    outcomes_[index].intent = doubt->second.operation;
    outcomes_[index].error = event::StepError{.text = fmt::format("what became of an earlier {} is not known", doubt->second.change), .failure = "open", .changed = "maybe"};
    move(index, StepState::kOpen);
    --running_;
    end_node(node, false);
    changed_.set();
    co_return;
  }
  bool ok = is_make(node) ? co_await make(node / 2) : co_await remove(node / 2);
  --running_;
  end_node(node, ok);
  changed_.set();
}

void Runner::end_node(uint32_t node, bool ok) {
  nodes_[node] = ok ? NodeState::kDone : NodeState::kFailed;
  if (node < 2 * plan_.steps.size()) {
    uint32_t step = node / 2;
    if (ok && does_something(node)) {
      uint32_t wanted = plan_.steps[step].action == Action::kReplace ? 2 : 1;
      if (++halves_[step] == wanted) move(step, StepState::kDone);
    }
    if (!ok && plan_.steps[step].action == Action::kReplace && halves_[step] == 1) outcomes_[step].half_done = true;
  }
  std::string because;
  if (!ok && node < 2 * plan_.steps.size()) because = plan_.steps[node / 2].address;
  for (uint32_t next : graph_.after(node)) {
    if (!ok) {
      skip(next, because);
    } else if (--missing_[next] == 0 && nodes_[next] == NodeState::kWaiting) {
      nodes_[next] = NodeState::kReady;
      ready_.emplace(height_[next], UINT32_MAX - next);
    }
  }
}

// Everything behind a failure; without recursion, a chain may be long.
void Runner::skip(uint32_t first, const std::string& because) {
  std::vector<uint32_t> work{first};
  while (!work.empty()) {
    uint32_t node = work.back();
    work.pop_back();
    if (nodes_[node] != NodeState::kWaiting) continue;
    nodes_[node] = NodeState::kFailed;
    if (does_something(node)) {
      uint32_t step = node / 2;
      bool other_half = plan_.steps[step].action == Action::kReplace && (halves_[step] == 1 || outcomes_[step].state == StepState::kFailed);
      if (other_half) {
        outcomes_[step].half_done = halves_[step] == 1;
      } else if (outcomes_[step].state == StepState::kWaiting) {
        outcomes_[step].because = because;
        move(step, StepState::kSkipped);
      }
    }
    for (uint32_t next : graph_.after(node)) work.push_back(next);
  }
}

auto Runner::refused(uint32_t index, const Failure& failure) -> bool {
  store_refused_ = store_refused_ || world_.writer.refused().has_value();
  outcomes_[index].error = event::StepError{.code = "", .text = failure.text, .operation = "state", .hint = failure.hint, .failure = "state", .changed = "no"};
  move(index, StepState::kFailed);
  return false;
}

auto Runner::failed(uint32_t index, const Attempted& attempted) -> bool {
  if (attempted.refused) return refused(index, *attempted.refused);
  StepOutcome& outcome = outcomes_[index];
  outcome.error = error_of(*attempted.failure);
  if (attempted.open) {
    outcome.intent = attempted.operation;
    outcome.candidates = attempted.candidates;
    outcome.error->changed = "maybe";
    move(index, StepState::kOpen);
  } else {
    move(index, StepState::kFailed);
  }
  return false;
}

auto Runner::deadline_of(const Step& step, const char* which, milliseconds otherwise) -> milliseconds {
  Value timeouts = planner_.timeouts(step);
  const Value* own = timeouts.get(which);
  if (own == nullptr || !own->is(ValueKind::kDuration)) return otherwise;
  return milliseconds(own->as_int() / 1'000'000);
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
  if (const auto* flags = planner_.flags(step)) {
    facts.protect = flags->protect;
    facts.retain = flags->retain;
    facts.create_first = flags->create_first;
    facts.replace_digest = flags->replace_digest;
  }
  return facts;
}

// Moves, adoptions and flags: the world stays as it is.
auto Runner::put_only(uint32_t index, const Value& desired) -> Task<bool> {
  const Step& step = plan_.steps[index];
  const auto* type = planner_.schema(step);
  std::vector<state::OperationBody> operations;
  const state::Record* record = planner_.record(step.address);
  if (record != nullptr) {
    state::Record next = *record;
    if (!step.moved_from.empty()) {
      auto moved = renamed(*record, step.moved_from, desired, world_.state.keyring());
      if (!moved) co_return refused(index, moved.error());
      next = std::move(*moved);
      operations.push_back(state::Delete{step.moved_from});
    } else {
      ++next.rev;
      // Sealed values are bound to the revision.
      auto again = renamed(*record, step.address, desired, world_.state.keyring());
      if (!again) co_return refused(index, again.error());
      next = std::move(*again);
    }
    if (const auto* flags = planner_.flags(step)) {
      next.protect = flags->protect;
      next.retain = flags->retain;
      next.create_first = flags->create_first;
    }
    next.dependencies = planner_.dependencies(step);
    operations.push_back(state::Put{std::move(next)});
  } else {
    auto facts = facts_of(step, *type, step.action == Action::kAdopt ? desired : Value());
    auto fabric_id = world_.writer.fabric_id();
    if (!fabric_id) co_return refused(index, fabric_id.error());
    facts.uid = state::operation_id(*fabric_id, step.address, "adopt", generations_.of(step.address));
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

auto Runner::make(uint32_t index) -> Task<bool> {
  const Step& step = plan_.steps[index];
  const auto* type = planner_.schema(step);
  // Settings that were not known at plan are known now: everything they read is done.
  if (auto* open = planner_.sessions().find(step.provider); open != nullptr && open->session && open->session->configured().partial) {
    planner_.sessions().reopen(step.provider);
    (void)co_await planner_.sessions().get(step.provider);
  }
  auto filled = planner_.fill(step);
  if (!filled) {
    outcomes_[index].error = event::StepError{.text = filled.error().text, .failure = "invalid", .changed = "no"};
    move(index, StepState::kFailed);
    co_return false;
  }
  Value desired = std::move(*filled);
  bool only_state = step.action == Action::kMove || step.action == Action::kAdopt || step.action == Action::kRecord;
  bool first_in_state = !step.moved_from.empty() || (!step.adopted_id.empty() && step.action == Action::kUpdate);
  if (only_state || first_in_state) {
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
      planner_.applied(step, desired, *observed);
      co_return true;
    }
  }
  Attempt attempt;
  attempt.change = creates ? driver::Change::kCreate : driver::Change::kUpdate;
  attempt.address = step.address;
  attempt.type = type;
  attempt.provider = step.provider;
  if (auto* open = planner_.sessions().find(step.provider)) attempt.place = open->place();
  attempt.record = record;
  attempt.desired = desired;
  for (const auto& difference : step.differences) {
    if (difference.kind == plan::Difference::Kind::kChange || difference.kind == plan::Difference::Kind::kDrift) attempt.changed.push_back(difference.path);
  }
  attempt.reason = step.reasons.empty() ? "config" : step.reasons.front();
  attempt.plan_data = step.plan_data;
  attempt.deadline = deadline_of(step, creates ? "create" : "update", creates ? type->create.timeout : type->update.timeout);
  attempt.idempotency = idempotency_of(step.idempotency, creates ? type->create.idempotency : type->update.idempotency);
  attempt.progress = progress_of(index);
  bool waits = type->waits || (planner_.flags(step) != nullptr && planner_.flags(step)->declaration->meta.wait != nullptr);
  bool has_ensure = planner_.flags(step) != nullptr && std::any_of(planner_.flags(step)->declaration->rules.begin(), planner_.flags(step)->declaration->rules.end(),
                                                                   [](const auto& rule) { return rule.word == "ensure"; });
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
    facts.status = waits || has_ensure ? state::Status::kUnready : state::Status::kOk;
    facts.took_ms = static_cast<uint64_t>(std::chrono::duration_cast<milliseconds>(Loop::now() - begun).count());
    TRY(made, make_record(facts, world_.state.keyring()));
    std::vector<state::OperationBody> operations;
    if (old) {
      auto moved = *old;
      moved.address = fmt::format("{}#old-{}", step.address, old->uid.substr(0, 8));
      moved.old = true;
      TRY(again, renamed(moved, step.address, Value(), world_.state.keyring()));
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
  if (!attempted.done) co_return failed(index, attempted);
  outcomes_[index].identity = identity_text(attempted.result.identity.is_null() && record != nullptr ? record->identity : attempted.result.identity);
  planner_.applied(step, desired, attempted.result.observed);
  if (!waits && !has_ensure) co_return true;
  if (!attempted.record) co_return refused(index, Failure{Code::kInternal, "its record was not made"});
  co_return co_await wait_ready(index, std::move(*attempted.record), desired, attempted.result.observed);
}

// Readiness, @wait and ensure; only then the record is `ok` and has its baseline.
auto Runner::wait_ready(uint32_t index, state::Record record, const Value& desired, Value observed) -> Task<bool> {
  const Step& step = plan_.steps[index];
  const auto* type = planner_.schema(step);
  auto& session = *planner_.sessions().find(step.provider)->session;
  auto deadline = deadline_of(step, "create", type->create.timeout);
  auto started = Loop::now();
  for (uint32_t round = 1;; ++round) {
    driver::ReadyResult ready;
    std::vector<driver::ReadyGoal> goals;
    goals.push_back(driver::ReadyGoal{.instance = {.address = step.address, .type = type, .identity = record.identity, .applied = record.applied, .observed = observed}});
    auto call = world_.calls.call(deadline);
    call.cancel = world_.soft_stop;
    call.progress = [progress = progress_of(index)](size_t, const driver::Progress& one) { progress(one); };
    co_await session.ready(std::move(call), std::move(goals), [&](size_t, driver::ReadyResult result) { ready = std::move(result); });
    if (ready.failure) {
      outcomes_[index].error = error_of(*ready.failure);
      move(index, StepState::kFailed);
      co_return false;
    }
    if (!ready.observed.is_null()) observed = ready.observed;
    auto wait = planner_.waits(step, observed);
    if (!wait || *wait) break;
    if (Loop::now() - started > deadline || world_.soft_stop.requested()) {
      outcomes_[index].error = event::StepError{.text = "its @wait did not come true in time", .failure = "timeout", .changed = "yes"};
      move(index, StepState::kFailed);
      co_return false;
    }
    (void)co_await world_.loop.sleep_for(std::min(milliseconds(100 * round), milliseconds(2000)), world_.soft_stop);
    driver::ReadState now;
    std::vector<driver::Instance> items;
    items.push_back(driver::Instance{.address = step.address, .type = type, .identity = record.identity, .applied = record.applied, .observed = observed});
    co_await session.read(world_.calls.call(), std::move(items), [&](size_t, driver::ReadState state) { now = std::move(state); });
    if (now.kind == driver::ReadState::Kind::kPresent) observed = now.observed;
  }
  planner_.applied(step, desired, observed);
  auto rules = planner_.ensure(step, observed);
  if (!rules.empty()) {
    outcomes_[index].error = event::StepError{.text = rules.front(), .failure = "ensure", .changed = "yes"};
    move(index, StepState::kFailed);
    co_return false;
  }
  auto facts = facts_of(step, *type, desired);
  facts.previous = &record;
  facts.result = driver::Changed{.identity = record.identity, .observed = observed};
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

auto Runner::remove(uint32_t index) -> Task<bool> {
  const Step& step = plan_.steps[index];
  std::string address = old_address_.contains(index) ? old_address_[index] : step.address;
  if (step.action == Action::kForget) {
    std::vector<state::OperationBody> operations;
    operations.push_back(state::Delete{address});
    auto landed = co_await journal_.append(std::move(operations));
    if (!landed) co_return refused(index, landed.error());
    co_return true;
  }
  auto now = world_.state.record(address);
  if (!now) co_return refused(index, now.error());
  if (!*now) co_return true;  // replaced while its object was missing: there is nothing to take away
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
  attempt.deadline = deadline_of(step, "destroy", type->remove.timeout);
  attempt.idempotency = type->remove.idempotency;
  attempt.progress = progress_of(index);
  attempt.record_of = [&](const driver::Changed&, const std::string& operation) -> Result<std::vector<state::OperationBody>> {
    std::vector<state::OperationBody> operations;
    if (attempt.idempotency == driver::Idempotency::kPure) operations.push_back(state::Delete{address});
    else operations.push_back(state::Settle{.operation = operation, .outcome = "done", .remove = true});
    return operations;
  };
  auto attempted = co_await changer_.attempt(attempt);
  if (!attempted.done) co_return failed(index, attempted);
  co_return true;
}

}  // namespace

auto run(World world, const plan::Plan& plan, plan::Planner& planner) -> Task<std::vector<StepOutcome>> {
  auto snapshot = world.state.snapshot();
  state::Snapshot empty;
  Runner runner(std::move(world), plan, planner, snapshot ? *snapshot : empty);
  co_return co_await runner.run();
}

auto claims_of(const plan::Plan& plan, plan::Planner& planner, const std::map<std::string, state::Intent>& blocked) -> Claims {
  Claims claims;
  std::map<std::string, bool> items;  // address (or "subtree\n…") → write
  std::map<std::string, uint64_t> pins;
  for (const Step& step : plan.steps) {
    if (step.action == Action::kNone || blocked.contains(step.address)) continue;
    items[step.address] = true;
    pins[step.address] = step.version;
    if (!step.moved_from.empty()) {
      items[step.moved_from] = true;
      pins[step.moved_from] = step.version;
      pins[step.address] = 0;
    }
  }
  for (const Step& step : plan.steps) {
    for (const auto& dependency : planner.dependencies(step)) {
      if (dependency.subtree) {
        items.emplace("\n" + dependency.address, false);
        continue;
      }
      if (blocked.contains(dependency.address)) continue;
      if (!items.emplace(dependency.address, false).second) continue;
      const auto* record = planner.record(dependency.address);
      pins.emplace(dependency.address, record == nullptr ? 0 : record->version);
    }
  }
  for (const auto& [address, write] : items) {
    bool subtree = address.starts_with('\n');
    claims.items.push_back(state::ClaimItem{.address = subtree ? address.substr(1) : address, .subtree = subtree, .write = write});
  }
  for (const auto& [address, version] : pins) claims.pins.push_back({address, version});
  return claims;
}

}  // namespace weft::apply
