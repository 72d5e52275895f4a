// weft recover: finds out what became of calls that nobody waits for any more, or takes a person's word for it.
#include <algorithm>
#include <map>
#include <optional>
#include <unordered_map>

#include <fmt/core.h>

#include "engine/apply/records.h"
#include "engine/ops/apply_run.h"
#include "engine/ops/own_turn.h"
#include "engine/plan/unread.h"
#include "providers/api/identity.h"

namespace weft::ops {

namespace {

// What the provider knows by that identity; nothing where it cannot look anything up.
auto found_by(Workspace& workspace, driver::Session& session, const driver::TypeSchema& type, const std::string& id)
    -> Result<std::optional<driver::Found>> {
  driver::Find wanted{.type = &type, .selector = driver::identity_from(type, id), .working_folder = workspace.world.folder};
  auto found = block_on(workspace.world.loop, session.find(workspace.calls.call(), std::move(wanted)));
  if (!found && found.error().failure == driver::FailureClass::kUnsupported) return std::optional<driver::Found>();
  if (!found) return fail(Code::kUnavailable, found.error().text);
  if (found->size() != 1) return fail(Code::kNotFound, fmt::format("the provider knows {} objects `{}`", found->size(), id));
  return std::optional(std::move(found->front()));
}

// What a person's answer comes to: worked out before anything is claimed or written, so that a refusal leaves no trace.
struct Answered {
  event::IntentSettled said;
  std::vector<state::OperationBody> operations;
};

auto adopted(Workspace& workspace, const state::Intent& intent, const std::string& id, Answered& answered) -> Result<state::Record> {
  const auto* type = workspace.planner->type(intent.type);
  auto* open = block_on(workspace.world.loop, workspace.planner->sessions().get(intent.provider));
  if (type == nullptr || !open->session) return fail(Code::kUnavailable, fmt::format("provider `{}` is out of reach", intent.provider));
  if (open->place() != intent.place) {
    return fail(Code::kConflict, fmt::format("the call went to {}, but provider `{}` now points at {}", intent.place, intent.provider, open->place()));
  }
  auto& keyring = workspace.state->keyring();
  TRY(stored, workspace.state->record(intent.address));
  auto facts = apply::facts_of(intent, *type, *workspace.planner);
  facts.status = state::Status::kUnready;
  if (const auto* instance = apply::declared(intent, *workspace.planner)) {
    TRY(sent, apply::sent_by(intent, *instance, keyring));
    facts.desired = std::move(sent);
  }
  TRY(found, found_by(workspace, *open->session, *type, id));
  if (found) {
    facts.result = driver::Changed{.identity = found->identity, .observed = found->observed, .driver_data = found->driver_data};
    if (intent.change == "update" && stored && stored->identity == found->identity) {
      // It is the object of the record still: what was given once, with its making, no look-up gives again.
      facts.previous = &*stored;
      TRY(last, apply::unsealed(*stored, stored->observed, "observed", keyring));
      facts.result.observed = plan::with_once(*type, std::move(facts.result.observed), last);
      if (facts.result.driver_data.is_null()) {
        TRY(data, apply::unsealed(*stored, stored->driver_data, "driver_data", keyring));
        facts.result.driver_data = std::move(data);
      }
    }
  } else {
    // Nobody can look: the person's word, and what was sent.
    if (facts.desired.is_null()) {
      return fail(Code::kConflict, fmt::format("no provider can look at {}, and the files say something else about it than what was sent", intent.address),
                  "answer while they say what that run sent, then change them again");
    }
    if (intent.change == "update" && stored) facts.previous = &*stored;
    facts.result.identity = facts.previous != nullptr ? stored->identity : Value::object({{"id", Value::string(id)}});
    facts.result.observed = facts.desired;
    // Nothing is done to it again; but what its driver keeps of secrets is not known, and the next plan completes that.
    bool awaited = apply::is_awaited(*type, apply::declared(intent, *workspace.planner));
    facts.status = facts.desired.has_secret() ? state::Status::kUnfinished : awaited ? state::Status::kUnready : state::Status::kOk;
  }
  TRY(record, apply::make_record(facts, keyring));
  TRY(room, apply::room_for(intent, stored, record, keyring));
  answered.operations = std::move(room);
  return record;
}

auto by_person(Workspace& workspace, const state::Intent& intent, const RecoverRequest& request) -> Result<Answered> {
  Answered answered;
  auto& said = answered.said;
  said = event::IntentSettled{.address = intent.address, .change = intent.change, .by = "person " + workspace.world.owner};
  state::Settle settle{.operation = intent.operation, .outcome = "not_done", .by = said.by};
  said.outcome = "not done";
  if (request.answer == RecoverRequest::Answer::kDone) {
    if (intent.change != "remove") {
      return fail(Code::kInvalid, fmt::format("what is in doubt of {} is its {}, and that leaves an object", intent.address, intent.change),
                  "say which one it is: --adopt ID");
    }
    settle.outcome = said.outcome = "done";
    settle.remove = true;
  } else if (request.answer == RecoverRequest::Answer::kAdopt) {
    if (intent.change == "remove") {
      return fail(Code::kInvalid, fmt::format("what is in doubt of {} is its removal, and a removal leaves nothing to adopt", intent.address),
                  "answer --done if it is gone, else --not-done");
    }
    TRY(record, adopted(workspace, intent, request.id, answered));
    said.candidates.push_back(driver::identity_text(record.identity));
    settle.outcome = "done";
    settle.put = std::move(record);
    said.outcome = "found";
  }
  answered.operations.push_back(std::move(settle));
  return answered;
}

}  // namespace

auto recover(World& world, const RecoverRequest& request) -> RecoverResult {
  RecoverResult result;
  Workspace workspace(world, result);
  auto give = [&]() -> RecoverResult& {
    workspace.finish();
    return result;
  };
  if (!workspace.open_fabric(request.inputs) || !workspace.open_state(false)) return give();
  // A fabric that was never applied has nothing in doubt.
  if (!workspace.knows_environment() || workspace.state == nullptr) return give();
  result.state_before = result.state_after = workspace.snapshot.tail.seq;
  auto intents = in_doubt(workspace.snapshot);
  result.running = workspace.snapshot.open.size() - intents.size();
  if (!request.address.empty()) {
    std::erase_if(intents, [&](const auto& intent) { return intent.address != request.address; });
    if (intents.empty()) {
      result.failure = Failure{Code::kNotFound, fmt::format("no call on {} is in doubt", request.address), "weft recover lists all"};
      return give();
    }
  }
  if (intents.empty()) return give();
  if (!workspace.open_state(true)) return give();
  if (!workspace.make_plan(plan::Options{.refresh = plan::Refresh::kNone})) return give();
  (void)workspace.problems.take();
  bool asks = request.answer == RecoverRequest::Answer::kNone || request.answer == RecoverRequest::Answer::kRetry;
  // It says nothing before it claims; a record with a secret may need a key before.
  auto writer = begin_writing(world, *workspace.state, workspace.begin_run("recover"));
  if (!writer) {
    result.failure = writer.error();
    return give();
  }
  std::vector<state::ClaimItem> items;
  std::vector<state::Writer::Pin> pins;
  std::map<std::string, Answered> answers;  // by operation
  std::unordered_map<std::string_view, uint64_t> versions;
  for (const auto& record : workspace.snapshot.records) versions.emplace(record.address, record.version);
  for (const auto& intent : intents) {
    items.push_back({.address = intent.address});
    if (asks) continue;
    auto answer = by_person(workspace, intent, request);
    if (!answer) {
      result.failure = answer.error();
      return give();
    }
    answers.emplace(intent.operation, std::move(*answer));
    // It rests on the record as it is.
    auto version = versions.find(intent.address);
    pins.push_back({intent.address, version == versions.end() ? 0 : version->second});
  }
  auto claimed = (*writer)->claim(items, pins);
  if (!claimed || !claimed->granted) {
    result.failure = !claimed                   ? claimed.error()
                     : claimed->moved.empty() ? Failure{Code::kConflict, "another run is settling them"}
                                                : Failure{Code::kConflict, "another run has settled it meanwhile", "weft recover says what is left"};
    return give();
  }
  workspace.run = (*writer)->run();
  intents = std::move(claimed->in_doubt);  // without what somebody else has settled meanwhile
  if (asks) {
    result.settled = settle_open(workspace, **writer, intents);
  } else {
    for (const auto& intent : intents) {
      auto answer = answers.find(intent.operation);
      if (answer == answers.end()) continue;
      auto landed = (*writer)->append(std::move(answer->second.operations));
      if (!landed) {
        result.failure = landed.error();
        break;
      }
      workspace.emit(answer->second.said);
      result.settled.push_back(std::move(answer->second.said));
    }
  }
  result.open = static_cast<uint64_t>(std::count_if(result.settled.begin(), result.settled.end(), [](const auto& one) { return one.outcome == "open"; }));
  auto ended = (*writer)->end({.outcome = result.open == 0 ? "done" : "partial", .summary = fmt::format("recover: {} settled", result.settled.size() - result.open)}, {});
  if (!ended) result.failure = ended.error();
  else result.state_after = ended->seq;
  return give();
}

}  // namespace weft::ops
