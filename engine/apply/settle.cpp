// Recovery: what became of a call that nobody is waiting for any more.
#include <algorithm>
#include <deque>

#include <fmt/core.h>

#include "engine/addr/address.h"
#include "engine/apply/runner.h"
#include "engine/plan/unread.h"
#include "lang/os/crash.h"
#include "providers/api/identity.h"

namespace weft::apply {

namespace {

auto change_of(std::string_view word) -> driver::Change {
  if (word == "update") return driver::Change::kUpdate;
  if (word == "remove") return driver::Change::kRemove;
  return driver::Change::kCreate;
}

// Of what is declared, the attributes that are never sent; null: there are none.
auto local_part(const driver::TypeSchema& type, const Value& desired) -> Value {
  std::vector<Field> fields;
  for (const auto& field : desired.fields()) {
    const auto* attribute = type.attribute(field.key.view());
    if (attribute != nullptr && attribute->input == driver::Input::kLocal) fields.push_back(field);
  }
  return fields.empty() ? Value() : Value::object(std::move(fields));
}

// What a call leaves of the record under its address.
struct Left {
  std::optional<state::Record> record;
  bool removed = false;
};

// One call in doubt: asks what became of it and writes the answer.
class Settling {
 public:
  Settling(World& world, Journal& journal, plan::Planner& planner, const state::Intent& intent)
      : world_(world), keyring_(world.state.keyring()), journal_(journal), planner_(planner), intent_(intent), generations_(none_),
        changer_(world, planner.sessions(), journal, generations_) {
    said_ = {.address = intent.address, .change = intent.change, .outcome = "open", .by = "look-up"};
  }

  auto run() -> Task<event::IntentSettled> {
    auto settled = co_await settle();
    if (!settled) said_.why = settled.error().text;
    co_return std::move(said_);
  }

 private:
  using Kind = driver::Settled::Kind;
  using Settled = Task<Result<void>>;  // an error: it stays open, and why

  auto settle() -> Settled {
    CO_TRY_VOID(co_await begin());
    answer_ = co_await look(std::chrono::milliseconds(intent_.window_ms));
    if (ought_to_repeat()) co_await repeat();
    said_.why = answer_.why;
    for (const auto& warning : answer_.result.warnings) said_.why += fmt::format("{}warning: {}", said_.why.empty() ? "" : "; ", warning);
    if (unseen_ && step_.change == driver::Change::kUpdate && stored_ && answer_.kind != Kind::kDone) co_return co_await not_seen();
    if (half_ && step_.change == driver::Change::kRemove) co_return co_await not_done("failed");  // it is there still, in part
    if (half_) {
      const auto& reached = creates_ ? half_->identity : step_.instance.identity;
      auto status = status_after(*half_, step_.change, !reached.is_null());
      if (status && (creates_ || stored_)) co_return co_await half_done(reached, *status);
    }
    switch (answer_.kind) {
      case Kind::kDone:
        if (step_.change == driver::Change::kRemove) co_return co_await removed();
        co_return co_await done();
      case Kind::kNotDone: co_return co_await not_done("not_done");
      case Kind::kLost: co_return co_await lost();
      default: break;
    }
    for (const auto& candidate : answer_.candidates) said_.candidates.push_back(driver::identity_text(candidate.identity));
    if (said_.why.empty()) said_.why = "only a person can tell";
    co_return Result<void>();
  }

  // ---- what is asked, and whom

  auto begin() -> Settled {
    auto* open = co_await planner_.sessions().get(intent_.provider);
    if (!open->session) {
      co_return fail(Code::kUnavailable, fmt::format("provider `{}` is out of reach: {}", intent_.provider, open->failure ? open->failure->text : ""));
    }
    session_ = open->session.get();
    if (session_->configured().partial) co_return fail(Code::kUnavailable, fmt::format("the settings of provider `{}` are not known yet", intent_.provider));
    if (open->place() != intent_.place) {
      co_return fail(Code::kConflict, fmt::format("it was sent to {}, but provider `{}` now points at {}", intent_.place, intent_.provider, open->place()));
    }
    type_ = planner_.type(intent_.type);
    if (type_ == nullptr) co_return fail(Code::kNotFound, fmt::format("this program knows no type `{}`", intent_.type));
    CO_TRY(stored, world_.state.record(intent_.address));
    stored_ = std::move(stored);
    step_ = {.change = change_of(intent_.change),
             .instance = {.address = intent_.address, .type = type_, .identity = intent_.identity},
             .operation_id = intent_.operation,
             .generation = intent_.generation,
             .checkpoint = intent_.checkpoint};
    if (auto id = world_.writer.fabric_id()) step_.fabric_id = *id;
    step_.save_checkpoint = [&journal = journal_, operation = intent_.operation](driver::Identity identity, Value blob) -> Settled {
      std::vector<state::OperationBody> operations;
      operations.push_back(state::Checkpoint{.operation = operation, .identity = std::move(identity), .blob = std::move(blob)});
      auto saved = co_await journal.append(std::move(operations));
      if (!saved) co_return std::unexpected(saved.error());
      co_return Result<void>();
    };
    idempotency_ = idempotency_of(intent_.idempotency, driver::Idempotency::kBlind);
    creates_ = step_.change == driver::Change::kCreate;
    // What is recorded under a create's address is another object.
    if (stored_ && !creates_) {
      step_.instance.applied = stored_->applied;
      if (auto observed = unsealed(*stored_, stored_->observed, "observed", keyring_)) step_.instance.observed = *observed;
      if (auto data = unsealed(*stored_, stored_->driver_data, "driver_data", keyring_)) step_.instance.driver_data = *data;
    }
    const plan::Instance* instance = declared(intent_, planner_);
    if (instance == nullptr || step_.change == driver::Change::kRemove || instance->desired.has_unknown()) co_return Result<void>();
    CO_TRY(sent, sent_by(intent_, *instance, keyring_));
    if (!sent.is_null()) step_.desired = std::move(sent);
    else if (creates_) care_ = local_part(*type_, instance->desired);
    if (!care_.is_null()) step_.instance.applied = instance->desired;
    co_return Result<void>();
  }

  auto look(std::chrono::milliseconds window) -> Task<driver::Settled> { return changer_.look(*session_, step_, window, idempotency_); }

  auto ought_to_repeat() -> bool {
    if (answer_.kind == Kind::kResume) return true;
    if (answer_.kind != Kind::kNotDone && answer_.kind != Kind::kUnknown) return false;
    bool sends = !step_.desired.is_null();
    // Repeatable on the word of the files alone: the driver cannot look, so until it is done once more nobody knows whether it was.
    auto by_word = idempotency_;
    bool removes = step_.change == driver::Change::kRemove;
    if (removes && step_.instance.applied.is(ValueKind::kObject)) {
      by_word = prepare_one(*session_, {.address = intent_.address, .type = type_, .desired = step_.instance.applied}).idempotency.value_or(by_word);
    }
    unseen_ = by_word == driver::Idempotency::kRepeatable && operation_of(*type_, step_.change).idempotency != driver::Idempotency::kRepeatable;
    return (idempotency_ == driver::Idempotency::kToken && sends) || (unseen_ && (removes || sends));
  }

  // The same request with the same token: the provider meets its twin.
  auto repeat() -> Task<void> {
    bool nothing_seen = answer_.kind == Kind::kNotDone;
    driver::ChangeResult result = std::unexpected(driver::DriverFailure{});
    std::vector<driver::Step> steps;
    steps.push_back(step_);
    co_await session_->change(world_.calls.call(), std::move(steps), [&](size_t, driver::ChangeResult one) { result = std::move(one); });
    crash_point("settle.repeated");
    said_.by = "repeat";
    if (result) {
      answer_.kind = Kind::kDone;
      answer_.result = std::move(*result);
      answer_.why = "finished by repeating it";
      co_return;
    }
    auto happened = result.error().happened;
    if (happened == driver::Happened::kNo && (!creates_ || (nothing_seen && !unseen_))) {
      // Of a create, that the repeat was refused says nothing of what the first try has made.
      answer_.kind = Kind::kNotDone;
      co_return;
    }
    answer_.kind = Kind::kUnknown;
    answer_.why = result.error().text;
    if (happened == driver::Happened::kMaybe || happened == driver::Happened::kNo) co_return;
    half_ = std::move(result.error());
    if (!creates_ || !half_->identity.is_null()) co_return;
    // Something is there now, and the driver does not say what.
    auto seen = co_await look(std::chrono::milliseconds(0));
    half_->identity = seen.kind == Kind::kDone ? seen.result.identity : intent_.identity;
  }

  // ---- what it means

  // What was to be sent is not known any more: whatever the files say by now, the next plan sends it.
  auto not_seen() -> Settled {
    CO_TRY(again, anew(state::Status::kUnfinished));
    std::vector<state::OperationBody> operations;
    operations.push_back(state::Put{std::move(again)});
    co_return co_await write("not_done", "not done", Left(), std::move(operations));
  }

  auto not_done(std::string outcome) -> Settled { return write(std::move(outcome), "not done"); }

  auto half_done(const driver::Identity& reached, state::Status status) -> Settled {
    NewRecord facts = facts_of(intent_, *type_, planner_);
    facts.desired = status == state::Status::kUnready ? step_.desired : Value();
    facts.result = driver::Changed{.identity = reached};
    facts.status = status;
    CO_TRY(made, creates_ ? make_record(facts, keyring_) : anew(status));
    if (!creates_) made.applied = Value();
    said_.candidates.push_back(driver::identity_text(made.identity));
    CO_TRY_VOID(co_await leaves(std::move(made), creates_ ? "found" : "done"));
    said_.why = "a part of it, the next apply completes it: " + said_.why;
    co_return Result<void>();
  }

  // Accepted is not gone, as in the run that sent it.
  auto removed() -> Settled {
    Left left{.removed = !type_->waits || !stored_};
    if (!left.removed) {
      CO_TRY(leaving, anew(state::Status::kRemoving));
      left.record = std::move(leaving);
    }
    co_return co_await write("done", "done", std::move(left));
  }

  auto done() -> Settled {
    NewRecord facts = facts_of(intent_, *type_, planner_);
    facts.previous = stored_ && step_.change == driver::Change::kUpdate ? &*stored_ : nullptr;
    facts.desired = step_.desired.is_null() ? care_ : step_.desired;
    facts.result = std::move(answer_.result);
    if (facts.previous != nullptr) facts.result.observed = plan::with_once(*type_, std::move(facts.result.observed), step_.instance.observed);
    // Without what was sent, the next plan compares the files with the world.
    bool awaited = is_awaited(*type_, declared(intent_, planner_));
    facts.status = step_.desired.is_null() || awaited ? state::Status::kUnready : state::Status::kOk;
    CO_TRY(made, make_record(facts, keyring_));
    said_.candidates.push_back(driver::identity_text(made.identity));
    co_return co_await leaves(std::move(made), creates_ ? "found" : "done");
  }

  // It was done, and what was given once with its answer is lost.
  auto lost() -> Settled {
    NewRecord facts = facts_of(intent_, *type_, planner_);
    facts.result = std::move(answer_.result);
    facts.status = state::Status::kBroken;
    CO_TRY(made, make_record(facts, keyring_));
    co_return co_await leaves(std::move(made), "found");
  }

  // ---- what is written

  [[nodiscard]] auto anew(state::Status status) const -> Result<state::Record> {
    TRY(record, renamed(*stored_, intent_.address, Value(), keyring_));
    record.status = status;
    return record;
  }

  auto leaves(state::Record made, std::string told) -> Settled {
    CO_TRY(operations, room_for(intent_, stored_, made, keyring_));
    Left left{.record = std::move(made)};
    co_return co_await write("done", std::move(told), std::move(left), std::move(operations));
  }

  auto write(std::string outcome, std::string told, Left left = Left(), std::vector<state::OperationBody> operations = {}) -> Settled {
    operations.push_back(state::Settle{
        .operation = intent_.operation, .outcome = std::move(outcome), .by = said_.by, .put = std::move(left.record), .remove = left.removed});
    auto landed = co_await journal_.append(std::move(operations));
    crash_point("settle.durable");
    if (!landed) co_return std::unexpected(landed.error());
    said_.outcome = std::move(told);
    co_return Result<void>();
  }

  World& world_;
  state::Keyring& keyring_;
  Journal& journal_;
  plan::Planner& planner_;
  const state::Intent& intent_;
  state::Snapshot none_;
  Generations generations_;
  Changer changer_;
  event::IntentSettled said_;
  driver::Session* session_ = nullptr;
  const driver::TypeSchema* type_ = nullptr;
  std::optional<state::Record> stored_;  // what is recorded under its address
  driver::Step step_;
  Value care_;                           // how the files say that it is looked after, where what was sent is not known
  driver::Idempotency idempotency_ = driver::Idempotency::kBlind;
  bool creates_ = false;
  bool unseen_ = false;                  // repeatable, and its driver cannot look
  driver::Settled answer_;
  std::optional<driver::DriverFailure> half_;  // how a repeat failed that has changed something
};

// Those of them, earlier in the log, that the call relies on.
auto before(const state::Intent& intent, const std::vector<state::Intent>& all) -> std::vector<size_t> {
  std::vector<size_t> found;
  for (size_t i = 0; i < all.size(); ++i) {
    if (all[i].seq >= intent.seq) continue;
    auto outer = addr::enclosing(all[i].address);
    bool relies = std::ranges::any_of(intent.reads, [&](const std::string& read) { return read == all[i].address || std::ranges::find(outer, read) != outer.end(); });
    if (relies) found.push_back(i);
  }
  return found;
}

}  // namespace

auto settle(World world, plan::Planner& planner, const state::Intent& intent) -> Task<event::IntentSettled> {
  Journal journal(world.loop, world.writer);
  Settling one(world, journal, planner, intent);
  co_return co_await one.run();
}

auto settle_all(World world, plan::Planner& planner, const std::vector<state::Intent>& intents) -> Task<std::vector<event::IntentSettled>> {
  Journal journal(world.loop, world.writer);
  std::vector<event::IntentSettled> facts(intents.size());
  std::deque<Latch> settled;
  for (size_t i = 0; i < intents.size(); ++i) settled.emplace_back(world.loop);
  auto work = [](World own, Journal& common, plan::Planner& decides, const std::vector<state::Intent>& all, size_t mine, std::deque<Latch>& ended,
                 event::IntentSettled& fact) -> Task<void> {
    for (size_t earlier : before(all[mine], all)) co_await ended[earlier].wait();
    Settling one(own, common, decides, all[mine]);
    fact = co_await one.run();
    ended[mine].set();
  };
  TaskGroup group(world.loop);
  for (size_t i = 0; i < intents.size(); ++i) group.spawn(work(world, journal, planner, intents, i, settled, facts[i]));
  co_await group.join();
  co_return facts;
}

}  // namespace weft::apply
