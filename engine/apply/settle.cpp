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

struct Facts {
  const plan::Instance* instance = nullptr;
  const driver::TypeSchema* type = nullptr;
  std::optional<state::Record> record;
};

auto append_settled(Journal& journal, const state::Intent& intent, std::string outcome, std::string by,
                    std::optional<state::Record> put, bool remove, std::vector<state::OperationBody> operations = {})
    -> Task<Result<state::Appended>> {
  operations.push_back(state::Settle{
      .operation = intent.operation, .outcome = std::move(outcome), .by = std::move(by), .put = std::move(put), .remove = remove});
  auto landed = co_await journal.append(std::move(operations));
  crash_point("settle.durable");
  co_return landed;
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

// What is written with a create that was found: another object's row, of a replacement that creates first, makes room.
auto room_for(const std::optional<state::Record>& stored, const state::Record& made, state::Keyring& keyring)
    -> Result<std::vector<state::OperationBody>> {
  std::vector<state::OperationBody> operations;
  if (!stored || same_object(*stored, made)) return operations;
  TRY(aside, set_aside(*stored, keyring));
  operations.push_back(state::Delete{stored->address});
  operations.push_back(state::Put{std::move(aside)});
  return operations;
}

auto settle_one(World world, Journal& journal, plan::Planner& planner, const state::Intent& intent) -> Task<event::IntentSettled> {
  event::IntentSettled said{.address = intent.address, .change = intent.change, .outcome = "open", .by = "look-up"};
  auto open = [&](std::string why) {
    said.why = std::move(why);
    return said;
  };
  state::Snapshot none;
  Generations generations(none);
  Changer changer(world, planner.sessions(), journal, generations);
  auto* session = co_await planner.sessions().get(intent.provider);
  if (!session->session) {
    co_return open(fmt::format("provider `{}` is out of reach: {}", intent.provider, session->failure ? session->failure->text : ""));
  }
  if (session->session->configured().partial) co_return open(fmt::format("the settings of provider `{}` are not known yet", intent.provider));
  if (session->place() != intent.place) {
    co_return open(fmt::format("it was sent to {}, but provider `{}` now points at {}", intent.place, intent.provider, session->place()));
  }
  const auto* type = planner.type(intent.type);
  if (type == nullptr) co_return open(fmt::format("this program knows no type `{}`", intent.type));
  auto stored = world.state.record(intent.address);
  if (!stored) co_return open(stored.error().text);

  driver::Step step{.change = change_of(intent.change),
                    .instance = {.address = intent.address, .type = type, .identity = intent.identity},
                    .operation_id = intent.operation,
                    .generation = intent.generation,
                    .checkpoint = intent.checkpoint};
  if (auto id = world.writer.fabric_id()) step.fabric_id = *id;
  bool creates = step.change == driver::Change::kCreate;
  // What is recorded under a create's address is another object.
  if (*stored && !creates) {
    step.instance.applied = (*stored)->applied;
    if (auto observed = unsealed(**stored, (*stored)->observed, "observed", world.state.keyring())) step.instance.observed = *observed;
    if (auto data = unsealed(**stored, (*stored)->driver_data, "driver_data", world.state.keyring())) step.instance.driver_data = *data;
  }
  // What was sent, if the files still say the same; else they still say how it is looked after.
  Value care;
  const plan::Instance* instance = planner.find_instance(intent.address);
  if (instance != nullptr && step.change != driver::Change::kRemove && !instance->desired.has_unknown()) {
    if (instance->desired.has_secret()) {
      if (auto ready = world.state.keyring().ready(); !ready) co_return open(ready.error().text);
    }
    auto digest = world.state.keyring().digest_text(instance->desired, intent.address, intent.change);
    if (digest && *digest == intent.request_digest) step.desired = instance->desired;
    else if (creates) care = local_part(*type, instance->desired);
    if (!care.is_null()) step.instance.applied = instance->desired;
  }
  // Of the object that this operation has made or changed, with what the files say of it by now.
  auto found_facts = [&] {
    NewRecord facts{.type = *type};
    facts.address = intent.address;
    facts.provider = intent.provider;
    facts.place = intent.place;
    facts.uid = intent.operation;
    if (instance == nullptr) return facts;
    facts.dependencies = planner.depends_on(*instance);
    facts.protect = instance->protect;
    facts.retain = instance->retain;
    facts.create_first = instance->create_first;
    facts.replace_digest = instance->replace_digest;
    return facts;
  };
  auto idempotency = idempotency_of(intent.idempotency, driver::Idempotency::kBlind);
  step.save_checkpoint = [&journal, operation = intent.operation](driver::Identity identity, Value blob) -> Task<Result<void>> {
    std::vector<state::OperationBody> operations;
    operations.push_back(state::Checkpoint{.operation = operation, .identity = std::move(identity), .blob = std::move(blob)});
    auto saved = co_await journal.append(std::move(operations));
    if (!saved) co_return std::unexpected(saved.error());
    co_return Result<void>();
  };
  auto answer = co_await changer.look(*session->session, step, std::chrono::milliseconds(intent.window_ms), idempotency);
  using Kind = driver::Settled::Kind;
  bool unheard = answer.kind == Kind::kNotDone || answer.kind == Kind::kUnknown;
  bool repeats = unheard && idempotency == driver::Idempotency::kToken && !step.desired.is_null();
  // Repeatable on the word of the files alone: the driver cannot look, so until it is done once more nobody knows whether it was.
  auto by_word = idempotency;
  if (step.change == driver::Change::kRemove && step.instance.applied.is(ValueKind::kObject)) {
    by_word = prepare_one(*session->session, {.address = intent.address, .type = type, .desired = step.instance.applied}).idempotency.value_or(by_word);
  }
  bool unseen = unheard && by_word == driver::Idempotency::kRepeatable && operation_of(*type, step.change).idempotency != driver::Idempotency::kRepeatable;
  repeats = repeats || (unseen && (step.change == driver::Change::kRemove || !step.desired.is_null()));
  bool nothing_seen = answer.kind == Kind::kNotDone;
  std::optional<driver::DriverFailure> half;
  if (answer.kind == Kind::kResume || repeats) {
    // The same request with the same token: the provider meets its twin.
    driver::ChangeResult result = std::unexpected(driver::DriverFailure{});
    std::vector<driver::Step> steps;
    steps.push_back(step);
    co_await session->session->change(world.calls.call(), std::move(steps), [&](size_t, driver::ChangeResult one) { result = std::move(one); });
    crash_point("settle.repeated");
    said.by = "repeat";
    if (result) {
      answer.kind = Kind::kDone;
      answer.result = std::move(*result);
      answer.why = "finished by repeating it";
    } else if (result.error().happened == driver::Happened::kNo && (!creates || (nothing_seen && !unseen))) {
      // Of a create, that the repeat was refused says nothing of what the first try has made.
      answer.kind = Kind::kNotDone;
    } else {
      answer.kind = Kind::kUnknown;
      answer.why = result.error().text;
      if (result.error().happened != driver::Happened::kMaybe && result.error().happened != driver::Happened::kNo) half = std::move(result.error());
    }
  }
  if (half && creates && half->identity.is_null()) {
    // Something is there now, and the driver does not say what.
    auto seen = co_await changer.look(*session->session, step, std::chrono::milliseconds(0), idempotency);
    half->identity = seen.kind == Kind::kDone ? seen.result.identity : intent.identity;
  }
  said.why = answer.why;
  for (const auto& warning : answer.result.warnings) said.why += fmt::format("{}warning: {}", said.why.empty() ? "" : "; ", warning);
  if (unseen && step.change == driver::Change::kUpdate && *stored && answer.kind != Kind::kDone) {
    // What was to be sent is not known any more: whatever the files say by now, the next plan sends it.
    auto again = renamed(**stored, intent.address, Value(), world.state.keyring());
    if (!again) co_return open(again.error().text);
    again->status = state::Status::kUnfinished;
    std::vector<state::OperationBody> operations;
    operations.push_back(state::Put{std::move(*again)});
    auto landed = co_await append_settled(journal, intent, "not_done", said.by, std::nullopt, false, std::move(operations));
    if (!landed) co_return open(landed.error().text);
    said.outcome = "not done";
    co_return said;
  }
  if (half) {
    const auto& reached = creates ? half->identity : step.instance.identity;
    auto status = status_after(*half, step.change, !reached.is_null());
    if (step.change == driver::Change::kRemove) {
      // It is there still, in part; the next plan removes it.
      auto landed = co_await append_settled(journal, intent, "failed", said.by, std::nullopt, false);
      if (!landed) co_return open(landed.error().text);
      said.outcome = "not done";
      co_return said;
    }
    if (status && (creates || *stored)) {
      NewRecord facts = found_facts();
      facts.desired = *status == state::Status::kUnready ? step.desired : Value();
      facts.result = driver::Changed{.identity = reached};
      facts.status = *status;
      auto made = creates ? make_record(facts, world.state.keyring()) : renamed(**stored, intent.address, Value(), world.state.keyring());
      if (!made) co_return open(made.error().text);
      if (!creates) {
        made->status = *status;
        made->applied = Value();
      }
      said.candidates.push_back(driver::identity_text(made->identity));
      auto room = creates ? room_for(*stored, *made, world.state.keyring()) : Result<std::vector<state::OperationBody>>();
      if (!room) co_return open(room.error().text);
      auto landed = co_await append_settled(journal, intent, "done", said.by, std::move(*made), false, std::move(*room));
      if (!landed) co_return open(landed.error().text);
      said.outcome = creates ? "found" : "done";
      said.why = "a part of it, the next apply completes it: " + said.why;
      co_return said;
    }
  }
  switch (answer.kind) {
    case Kind::kDone: {
      if (step.change == driver::Change::kRemove) {
        // Accepted is not gone, as in the run that sent it.
        std::optional<state::Record> leaving;
        if (type->waits && *stored) {
          auto still = renamed(**stored, intent.address, Value(), world.state.keyring());
          if (!still) co_return open(still.error().text);
          still->status = state::Status::kRemoving;
          leaving = std::move(*still);
        }
        bool gone = !leaving;
        auto landed = co_await append_settled(journal, intent, "done", said.by, std::move(leaving), gone);
        if (!landed) co_return open(landed.error().text);
        said.outcome = "done";
        co_return said;
      }
      NewRecord facts = found_facts();
      facts.previous = *stored && step.change == driver::Change::kUpdate ? &**stored : nullptr;
      facts.desired = step.desired.is_null() ? care : step.desired;
      facts.result = std::move(answer.result);
      if (facts.previous != nullptr) facts.result.observed = plan::with_once(*type, std::move(facts.result.observed), step.instance.observed);
      // Without what was sent, the next plan compares the files with the world.
      facts.status = step.desired.is_null() ? state::Status::kUnready : state::Status::kOk;
      if (type->waits) facts.status = state::Status::kUnready;
      auto made = make_record(facts, world.state.keyring());
      if (!made) co_return open(made.error().text);
      said.candidates.push_back(driver::identity_text(made->identity));
      auto room = creates ? room_for(*stored, *made, world.state.keyring()) : Result<std::vector<state::OperationBody>>();
      if (!room) co_return open(room.error().text);
      auto landed = co_await append_settled(journal, intent, "done", said.by, std::move(*made), false, std::move(*room));
      if (!landed) co_return open(landed.error().text);
      said.outcome = creates ? "found" : "done";
      co_return said;
    }
    case Kind::kNotDone: {
      auto landed = co_await append_settled(journal, intent, "not_done", said.by, std::nullopt, false);
      if (!landed) co_return open(landed.error().text);
      said.outcome = "not done";
      co_return said;
    }
    case Kind::kLost: {
      NewRecord facts = found_facts();
      facts.result = std::move(answer.result);
      facts.status = state::Status::kBroken;
      auto made = make_record(facts, world.state.keyring());
      if (!made) co_return open(made.error().text);
      auto room = creates ? room_for(*stored, *made, world.state.keyring()) : Result<std::vector<state::OperationBody>>();
      if (!room) co_return open(room.error().text);
      auto landed = co_await append_settled(journal, intent, "done", said.by, std::move(*made), false, std::move(*room));
      if (!landed) co_return open(landed.error().text);
      said.outcome = "found";
      co_return said;
    }
    default: break;
  }
  for (const auto& candidate : answer.candidates) said.candidates.push_back(driver::identity_text(candidate.identity));
  if (said.why.empty()) said.why = "only a person can tell";
  co_return said;
}

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
  co_return co_await settle_one(world, journal, planner, intent);
}

auto settle_all(World world, plan::Planner& planner, const std::vector<state::Intent>& intents) -> Task<std::vector<event::IntentSettled>> {
  Journal journal(world.loop, world.writer);
  std::vector<event::IntentSettled> facts(intents.size());
  std::deque<Latch> settled;
  for (size_t i = 0; i < intents.size(); ++i) settled.emplace_back(world.loop);
  auto work = [](World own, Journal& common, plan::Planner& decides, const std::vector<state::Intent>& all, size_t mine, std::deque<Latch>& ended,
                 event::IntentSettled& fact) -> Task<void> {
    for (size_t earlier : before(all[mine], all)) co_await ended[earlier].wait();
    fact = co_await settle_one(own, common, decides, all[mine]);
    ended[mine].set();
  };
  TaskGroup group(world.loop);
  for (size_t i = 0; i < intents.size(); ++i) group.spawn(work(world, journal, planner, intents, i, settled, facts[i]));
  co_await group.join();
  co_return facts;
}

}  // namespace weft::apply
