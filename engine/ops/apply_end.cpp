// How a run ends: outputs recorded, claims given back.
#include <fmt/core.h>

#include "engine/ops/apply_run.h"

namespace weft::ops {

void ApplyRun::end() {
  std::vector<state::OperationBody> outputs;
  std::map<std::string, state::Record> recorded;
  for (const auto& record : workspace_.snapshot.outputs) recorded.emplace(record.address, record);
  auto fabric_id = writer_->fabric_id();
  // What is destroyed gives nothing out; a part of it leaves the outputs as they are.
  bool whole = options_.destroy && !partial_ && options_.only.empty() && options_.except.empty();
  using Outputs = std::vector<std::pair<std::string, Value>>;
  for (const auto& [name, value] : options_.destroy ? Outputs() : workspace_.planner->outputs()) {
    state::Record record;
    record.address = std::string(state::kOutputPrefix) + name;
    record.type = "#output";
    record.provider = "weft";
    Value former;
    if (auto known = recorded.find(record.address); known != recorded.end()) {
      record.uid = known->second.uid;
      record.rev = known->second.rev;
      const Value* kept = known->second.applied.get("value");
      former = kept == nullptr ? Value() : *kept;
      if (state::holds_sealed(former)) {
        auto opened = workspace_.state->keyring().unseal(former, {record.uid, record.address, record.rev}, "value");
        if (opened) former = *opened;
      }
      recorded.erase(known);
      if (former == value && former.has_secret() == value.has_secret()) {
        ++result_.outputs_unchanged;
        continue;
      }
    } else if (fabric_id) {
      record.uid = state::operation_id(*fabric_id, record.address, "output", 0);
    }
    ++record.rev;
    Value kept = value;
    if (value.has_secret()) {
      auto ready = workspace_.state->keyring().ready();
      auto sealed = ready ? workspace_.state->keyring().seal(value, {record.uid, record.address, record.rev}, "value") : Result<Value>(std::unexpected(ready.error()));
      if (!sealed) {
        result_.failure = sealed.error();
        continue;
      }
      kept = *sealed;
    }
    record.applied = Value::object({Field{"value", kept}, Field{"secret", Value::boolean(value.has_secret())}});
    outputs.push_back(state::Put{std::move(record)});
    ++result_.outputs_changed;
  }
  // An output that is declared and cannot be known (a step before it failed) keeps its last value.
  const auto& declared = workspace_.fabric->root()->outputs;
  for (const auto& [address, record] : recorded) {
    auto name = address.substr(state::kOutputPrefix.size());
    if (options_.destroy ? !whole : declared.contains(name)) continue;
    outputs.push_back(state::Delete{address});
    ++result_.outputs_changed;
  }
  size_t done = 0;
  for (const auto& report : result_.steps) done += report.state == event::StepState::kDone ? 1 : 0;
  state::EndRun ended{.outcome = partial_ ? "partial" : "done", .summary = fmt::format("{}: {} done", options_.destroy ? "destroy" : "apply", done)};
  if (result_.stopped) ended.outcome = "stopped";
  auto landed = writer_->end(std::move(ended), std::move(outputs));
  if (!landed) {
    if (!result_.failure) result_.failure = landed.error();
    partial_ = true;
  } else {
    result_.state_after = landed->seq;
  }
  if (result_.state_after == 0) result_.state_after = workspace_.state->tail() ? workspace_.state->tail()->seq : 0;
}

}  // namespace weft::ops
