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
  std::vector<state::OperationBody> operations;
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
      operations.push_back(state::Delete{record.address});
      items.push_back({.address = record.address});
      pins.push_back({record.address, record.version});
    }
    if (!any) return refuse(no_record(text, snapshot->records));
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
  auto landed = (*writer)->append(std::move(operations));
  if (!landed) return refuse(landed.error());
  auto ended = end_changed(**writer, landed->seq, fmt::format("forget: {} done", result.addresses.size()));
  if (!ended) return refuse(ended.error());
  result.state_after = *ended;
  return result;
}

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
    bool known = workspace.planner->record(text) != nullptr;
    return refuse({Code::kExists, known ? fmt::format("{} has a record already", text) : fmt::format("{} is not declared, or the provider knows no object {}", text, id)});
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
  if (const auto* flags = workspace.planner->flags(*step)) {
    facts.protect = flags->protect;
    facts.retain = flags->retain;
    facts.create_first = flags->create_first;
    facts.replace_digest = flags->replace_digest;
  }
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
