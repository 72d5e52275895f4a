// How a run ends: outputs recorded, claims given back.
#include <set>

#include <fmt/core.h>

#include "engine/ops/apply_run.h"

namespace weft::ops {

namespace {

constexpr int kAttempts = 100;  // each refused one is another run that has ended

}  // namespace

auto ApplyRun::output_values(const state::Snapshot& now) -> std::vector<std::pair<std::string, Value>> {
  auto values = workspace_.planner->outputs();
  if (options_.destroy) return values;
  std::set<std::string, std::less<>> own;
  for (const auto& report : result_.steps) {
    if (report.step.action == plan::Action::kNone || report.step.action == plan::Action::kRead) continue;
    own.insert(report.step.address);
    own.insert(report.step.moved_from);
  }
  auto is_own = [&](const std::string& address) { return own.contains(address) || own.contains(address.substr(0, address.find('#'))); };
  std::set<std::string_view> there;
  bool moved = false;
  for (const auto& record : now.records) {
    there.insert(record.address);
    moved = moved || (record.version > workspace_.snapshot.tail.seq && !is_own(record.address));
  }
  for (const auto& record : workspace_.snapshot.records) moved = moved || (!there.contains(record.address) && !is_own(record.address));
  if (!moved) return values;
  // Others have written beside this run: looked at anew, with what they made; nothing is read for it.
  workspace_.finish();
  auto failure = result_.failure;
  workspace_.snapshot = now;
  lookups_ = workspace_.planner->lookups();
  auto made = workspace_.plan_further(plan::Options{.refresh = plan::Refresh::kNone, .lookups = &lookups_});
  (void)workspace_.problems.take();
  result_.failure = std::move(failure);
  return made ? workspace_.planner->outputs() : std::vector<std::pair<std::string, Value>>();
}

auto ApplyRun::output_rows(const std::vector<std::pair<std::string, Value>>& values, const state::Snapshot& now) -> std::vector<state::OperationBody> {
  std::vector<state::OperationBody> outputs;
  result_.outputs_changed = result_.outputs_unchanged = 0;
  std::map<std::string, state::Record> recorded;
  for (const auto& record : now.outputs) recorded.emplace(record.address, record);
  auto fabric_id = writer_->fabric_id();
  // What is destroyed gives nothing out; of a part only those go that have lost something.
  bool whole = options_.destroy && !partial_ && options_.only.empty() && options_.except.empty();
  std::set<std::string_view> standing;
  for (const auto& [name, value] : values) {
    standing.insert(name);
    if (options_.destroy) continue;
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
      // One that was there before and went is another one: its revisions begin again.
      record.uid = state::operation_id(*fabric_id, record.address, "output", now.tail.seq);
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
    if (options_.destroy ? !whole && (standing.contains(name) || !declared.contains(name)) : declared.contains(name)) continue;
    outputs.push_back(state::Delete{address});
    ++result_.outputs_changed;
  }
  return outputs;
}

auto ApplyRun::past_durations() -> apply::PastDurations {
  return apply::PastDurations(workspace_.state->setting(apply::PastDurations::kSetting).value_or(Value()));
}

auto ApplyRun::durations_row() -> std::optional<state::OperationBody> {
  auto past = past_durations();
  bool noted = false;
  for (const auto& report : result_.steps) {
    if (report.state != event::StepState::kDone || report.step.action == plan::Action::kRead || report.held_up) continue;
    noted = past.add(report.step.type, plan::word(report.step.action), report.elapsed_ms) || noted;
  }
  if (!noted) return std::nullopt;
  return state::Set{.name = std::string(apply::PastDurations::kSetting), .value = past.value()};
}

void ApplyRun::end() {
  size_t done = 0;
  for (const auto& report : result_.steps) done += report.state == event::StepState::kDone ? 1 : 0;
  state::EndRun ended{.outcome = partial_ ? "partial" : "done", .summary = fmt::format("{}: {} done", options_.destroy ? "destroy" : "apply", done)};
  if (result_.stopped) ended.outcome = "stopped";
  Result<state::Appended> landed = fail(Code::kInternal, "the run did not end");
  // Refused when another run has ended since: what it made counts too, and it may have recorded it.
  for (int attempt = 0; attempt < kAttempts && !landed && !writer_->refused(); ++attempt) {
    auto now = workspace_.state->snapshot();
    if (!now) {
      landed = std::unexpected(now.error());
      break;
    }
    auto rows = output_rows(output_values(*now), *now);
    if (auto durations = durations_row()) rows.push_back(std::move(*durations));
    landed = writer_->end(ended, std::move(rows), now->tail.seq);
    if (!landed && landed.error().code != Code::kConflict) break;
  }
  if (!landed) {
    if (landed.error().code == Code::kCancelled) result_.stopped = true;
    else if (!result_.failure) result_.failure = landed.error();
    partial_ = true;
    result_.outputs_changed = 0;
    // Its claims are given back all the same.
    if (!writer_->refused()) landed = writer_->end(std::move(ended), {});
  }
  if (landed) result_.state_after = landed->seq;
  if (result_.state_after == 0) result_.state_after = workspace_.state->tail() ? workspace_.state->tail()->seq : 0;
}

}  // namespace weft::ops
