// weft forget and weft adopt: out of the state, and into it; the world stays as it is.
#include <algorithm>
#include <set>

#include <fmt/core.h>

#include "engine/apply/records.h"
#include "engine/addr/selection.h"
#include "engine/ops/apply_run.h"
#include "engine/ops/own_turn.h"
#include "engine/ops/state_look.h"
#include "lang/base/digest.h"

namespace weft::ops {

namespace {

// A call on one of them that nobody waits for any more: refused before anything is written.
auto doubt_about(const state::Snapshot& snapshot, const std::vector<std::string>& addresses) -> std::optional<Failure> {
  for (const auto& intent : in_doubt(snapshot)) {
    if (std::ranges::find(addresses, intent.address) == addresses.end()) continue;
    return Failure{Code::kConflict, fmt::format("a call on {} is in doubt", intent.address), "settle it first:  weft recover"};
  }
  return std::nullopt;
}

}  // namespace

auto forget(World& world, const std::string& environment, const std::vector<std::string>& selectors) -> ChangedState {
  ChangedState result;
  auto refuse = [&](Failure failure) -> ChangedState& {
    result.failure = std::move(failure);
    return result;
  };
  auto state = open_state_only(world, environment, true);
  if (!state) return refuse(state.error());
  auto snapshot = (*state)->snapshot();
  if (!snapshot) return refuse(snapshot.error());
  result.state_before = result.state_after = snapshot->tail.seq;
  std::vector<std::vector<state::OperationBody>> deletions;
  std::vector<state::ClaimItem> items;
  std::vector<state::Writer::Pin> pins;
  std::set<std::string_view> chosen;
  for (const auto& text : selectors) {
    auto choice = addr::parse_choice(text);
    if (!choice) return refuse(choice.error());
    bool any = false;
    for (const auto& record : snapshot->records) {
      if (!choice->matches(record.address)) continue;
      any = true;
      // Named twice, it goes once.
      if (!chosen.insert(record.address).second) continue;
      result.addresses.push_back(record.address);
      deletions.push_back({state::Delete{record.address}});
      items.push_back({.address = record.address});
      pins.push_back({record.address, record.version});
    }
    if (!any) return refuse(no_record(text, snapshot->records));
  }
  if (auto doubt = doubt_about(*snapshot, result.addresses)) {
    result.addresses.clear();
    return refuse(*doubt);
  }
  auto writer = begin_writing(world, **state, state::BeginRun{.verb = "forget", .owner = world.owner, .host = world.host, .command = world.command});
  if (!writer) return refuse(writer.error());
  auto claimed = (*writer)->claim(items, pins);
  if (!claimed) return refuse(claimed.error());
  if (!claimed->granted) {
    result.holders = claimed->holders;
    return refuse({Code::kConflict, claimed->holders.empty() ? "records have changed meanwhile" : "records are claimed by another run"});
  }
  if (!claimed->in_doubt.empty()) {
    (void)(*writer)->end({.outcome = "refused", .summary = "forget: in doubt"}, {});
    return refuse({Code::kConflict, fmt::format("a call on {} is in doubt", claimed->in_doubt.front().address), "settle it first:  weft recover"});
  }
  auto landed = append_units(**writer, std::move(deletions));
  if (!landed) return refuse(landed.error());
  auto ended = end_changed(**writer, landed->seq, fmt::format("forget: {} done", result.addresses.size()));
  if (!ended) return refuse(ended.error());
  result.state_after = *ended;
  return result;
}

namespace {

// Why the plan holds no adoption of it.
auto not_adopted(const Workspace& workspace, const plan::Plan& plan, const std::string& address, const std::string& id) -> Failure {
  const auto& planner = *workspace.planner;
  if (planner.record(address) != nullptr) return {Code::kExists, fmt::format("{} has a record already", address)};
  const auto* instance = planner.find_instance(address);
  if (instance == nullptr) return {Code::kNotFound, fmt::format("{} is not declared", address), "adopt takes the address of a resource, with its key where it has keys"};
  const auto* type = instance->declaration->resource == nullptr ? nullptr : planner.type(instance->declaration->resource->name);
  if (type != nullptr && type->create.idempotency == driver::Idempotency::kPure) {
    return {Code::kInvalid, fmt::format("{} is a {}, which lives in the state alone: there is nothing in the world to adopt", address, type->name), "weft apply makes it"};
  }
  for (const auto& failed : plan.failed) {
    if (failed.address != address) continue;
    if (failed.failure.failure == driver::FailureClass::kUnsupported) {
      return {Code::kInvalid, fmt::format("{} is a {}, of which nothing can be found by an id: {}", address, failed.type, failed.failure.text)};
    }
    return {Code::kUnavailable, fmt::format("{} cannot be looked for: {}", address, failed.failure.text), failed.failure.hint};
  }
  if (instance->deferred) return {Code::kInvalid, fmt::format("{} is planned in a later stage: what it needs is not known yet", address), "apply first"};
  return {Code::kNotFound, fmt::format("the provider knows no object {} that could be {}", id, address)};
}

}  // namespace

auto adopt(World& world, const InputSources& inputs, const std::string& address, const std::string& id) -> ChangedState {
  ChangedState result;
  Workspace workspace(world, result);
  auto refuse = [&](Failure failure) -> ChangedState& {
    result.failure = std::move(failure);
    workspace.finish();
    return result;
  };
  auto wanted = addr::parse_address(address);
  if (!wanted) return refuse(wanted.error());
  auto text = wanted->text();
  if (!workspace.open_fabric(inputs) || !workspace.open_state(true)) {
    workspace.finish();
    return result;
  }
  if (auto doubt = doubt_about(workspace.snapshot, {text})) return refuse(*doubt);
  plan::Options options;
  options.adopt[text] = id;
  options.only = {text};
  auto made = workspace.make_plan(options);
  if (!made || !workspace.clean()) {
    workspace.finish();
    return result;
  }
  const plan::Step* step = nullptr;
  for (const auto& one : made->steps) {
    if (one.address == text) step = &one;
  }
  if (step == nullptr || step->adopted_id.empty()) {
    return refuse(not_adopted(workspace, *made, text, id));
  }
  result.state_before = workspace.snapshot.tail.seq;
  auto writer = begin_writing(world, *workspace.state, workspace.begin_run("adopt"));
  if (!writer) return refuse(writer.error());
  auto claimed = (*writer)->claim({{.address = text}}, {{text, 0}});
  if (!claimed) return refuse(claimed.error());
  if (!claimed->granted) {
    result.holders = claimed->holders;
    return refuse({Code::kConflict, "the address is claimed by another run"});
  }
  if (!claimed->in_doubt.empty()) {
    (void)(*writer)->end({.outcome = "refused", .summary = "adopt: in doubt"}, {});
    return refuse({Code::kConflict, fmt::format("a call on {} is in doubt", claimed->in_doubt.front().address), "settle it first:  weft recover"});
  }
  const auto* type = workspace.planner->type(step->type);
  apply::NewRecord facts{.type = *type};
  facts.address = text;
  facts.provider = step->provider;
  if (auto* open = workspace.planner->sessions().find(step->provider)) facts.place = open->place();
  facts.uid = hex(random_string(16));  // each adoption is a life of its own
  // What differs is left to the next plan: nothing was sent yet.
  if (step->action == plan::Action::kAdopt) facts.desired = step->after;
  facts.result = driver::Changed{.identity = step->identity_value, .observed = step->before};
  facts.dependencies = workspace.planner->dependencies(*step);
  facts.look_after(workspace.planner->flags(*step));
  for (const auto& difference : step->differences) {
    bool unverified = difference.kind == plan::Difference::Kind::kUnverified && !difference.path.empty();
    if (unverified) facts.unverified.push_back(difference.path.steps[0].name);
  }
  auto record = apply::make_record(facts, workspace.state->keyring());
  if (!record) return refuse(record.error());
  auto landed = (*writer)->append({state::Put{std::move(*record)}});
  if (!landed) return refuse(landed.error());
  auto ended = end_changed(**writer, landed->seq, "adopt: 1 done");
  if (!ended) return refuse(ended.error());
  result.addresses = {text};
  result.state_after = *ended;
  workspace.finish();
  return result;
}

}  // namespace weft::ops
