// weft recover: finds out what became of calls that nobody waits for any more, or takes a person's word for it.
#include <algorithm>
#include <optional>

#include <fmt/core.h>

#include "engine/apply/records.h"
#include "engine/ops/apply_run.h"
#include "engine/ops/own_turn.h"
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

auto by_person(Workspace& workspace, state::Writer& writer, const state::Intent& intent, const RecoverRequest& request)
    -> Result<event::IntentSettled> {
  event::IntentSettled said{.address = intent.address, .change = intent.change, .by = "person " + workspace.world.owner};
  std::vector<state::OperationBody> operations;
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
    const auto* type = workspace.planner->type(intent.type);
    auto* open = block_on(workspace.world.loop, workspace.planner->sessions().get(intent.provider));
    if (type == nullptr || !open->session) return fail(Code::kUnavailable, fmt::format("provider `{}` is out of reach", intent.provider));
    TRY(stored, workspace.state->record(intent.address));
    apply::NewRecord facts{.type = *type};
    facts.address = intent.address;
    facts.provider = intent.provider;
    facts.place = intent.place;
    facts.uid = intent.operation;
    facts.status = state::Status::kUnready;
    if (const auto* instance = workspace.planner->find_instance(intent.address)) {
      facts.dependencies = workspace.planner->depends_on(*instance);
      // What was sent, if the files still say the same; else the next plan compares them with the world.
      if (instance->desired.has_secret()) TRY_VOID(workspace.state->keyring().ready());
      auto digest = instance->desired.has_unknown() ? Result<std::string>() : workspace.state->keyring().digest_text(instance->desired, intent.address, intent.change);
      if (digest && !digest->empty() && *digest == intent.request_digest) facts.desired = instance->desired;
    }
    TRY(found, found_by(workspace, *open->session, *type, request.id));
    if (found) {
      facts.result = driver::Changed{.identity = found->identity, .observed = found->observed, .driver_data = found->driver_data};
    } else {
      // Nobody can look: the person's word, and what was sent.
      if (facts.desired.is_null()) {
        return fail(Code::kConflict, fmt::format("no provider can look at {}, and the files say something else about it than what was sent", intent.address),
                    "answer while they say what that run sent, then change them again");
      }
      if (intent.change == "update" && stored) facts.previous = &*stored;
      facts.result.identity = facts.previous != nullptr ? stored->identity : Value::object({{"id", Value::string(request.id)}});
      facts.result.observed = facts.desired;
      // Nothing is done to it again; but what its driver keeps of secrets is not known, and the next plan completes that.
      facts.status = facts.desired.has_secret() ? state::Status::kUnfinished : state::Status::kOk;
    }
    TRY(record, apply::make_record(facts, workspace.state->keyring()));
    said.candidates.push_back(driver::identity_text(record.identity));
    // A replacement that creates first: the old object awaits its removal beside the new one.
    if (intent.change == "create" && stored && !apply::same_object(*stored, record)) {
      TRY(aside, apply::set_aside(*stored, workspace.state->keyring()));
      operations.push_back(state::Delete{intent.address});
      operations.push_back(state::Put{std::move(aside)});
    }
    settle.outcome = "done";
    settle.put = std::move(record);
    said.outcome = "found";
  }
  operations.push_back(std::move(settle));
  TRY(landed, writer.append(std::move(operations)));
  (void)landed;
  return said;
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
  if (workspace.state == nullptr) return give();
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
  auto writer = begin_writing(world, *workspace.state, workspace.begin_run("recover"));
  if (!writer) {
    result.failure = writer.error();
    return give();
  }
  std::vector<state::ClaimItem> items;
  for (const auto& intent : intents) items.push_back({.address = intent.address});
  auto claimed = (*writer)->claim(items, {});
  if (!claimed || !claimed->granted) {
    result.failure = claimed ? Failure{Code::kConflict, "another run is settling them"} : claimed.error();
    (void)(*writer)->end({.outcome = "done", .summary = "recover: refused"}, {});
    return give();
  }
  workspace.run = (*writer)->run();
  intents = std::move(claimed->in_doubt);  // without what somebody else has settled meanwhile
  if (request.answer == RecoverRequest::Answer::kNone || request.answer == RecoverRequest::Answer::kRetry) {
    result.settled = settle_open(workspace, **writer, intents);
  } else {
    for (const auto& intent : intents) {
      auto said = by_person(workspace, **writer, intent, request);
      if (!said) {
        result.failure = said.error();
        break;
      }
      workspace.emit(*said);
      result.settled.push_back(std::move(*said));
    }
  }
  result.open = static_cast<uint64_t>(std::count_if(result.settled.begin(), result.settled.end(), [](const auto& one) { return one.outcome == "open"; }));
  auto ended = (*writer)->end({.outcome = result.open == 0 ? "done" : "partial", .summary = fmt::format("recover: {} settled", result.settled.size() - result.open)}, {});
  if (!ended) result.failure = ended.error();
  else result.state_after = ended->seq;
  return give();
}

}  // namespace weft::ops
