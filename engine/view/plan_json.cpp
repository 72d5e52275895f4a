#include "engine/view/plan_json.h"

#include <fmt/format.h>

#include "engine/view/event_json.h"
#include "engine/view/json_text.h"
#include "engine/view/plan_entries.h"

namespace weft::draw {

namespace {

using plan::Difference;
using plan::Plan;
using plan::Step;

auto kind_word(Difference::Kind kind) -> std::string_view {
  switch (kind) {
    case Difference::Kind::kChange: return "change";
    case Difference::Kind::kDrift: return "drift";
    case Difference::Kind::kOrder: return "order";
    case Difference::Kind::kUnverified: return "unverified";
    case Difference::Kind::kIgnored: return "ignored";
  }
  return "change";
}

auto secret_word(const Difference& difference) -> std::string_view {
  if (!difference.before) return "new";
  return difference.after ? "changed" : "gone";
}

auto source_json(const plan::SourceLine& source) -> std::string {
  return JsonObject().add("file", source.file).add("line", source.line).text();
}

auto difference_json(const Difference& difference) -> std::string {
  JsonObject out;
  out.add("path", difference.path.text()).add("kind", kind_word(difference.kind));
  if (difference.before) out.add_value("before", *difference.before, secret_word(difference));
  if (difference.after) out.add_value("after", *difference.after, secret_word(difference));
  if (difference.forces_replace) out.add("forces_replace", true);
  out.add_some("note", difference.note);
  if (!difference.source.file.empty()) out.raw("source", source_json(difference.source));
  return out.text();
}

auto differences_json(const std::vector<Difference>& differences) -> std::string {
  JsonList list;
  for (const Difference& difference : differences) list.add(difference_json(difference));
  return list.text();
}

void add_step(const Plan& plan, const Step& step, JsonObject& out) {
  out.add("step", step.id).add("address", step.address).add("resource", step.type).add("action", plan::word(step.action));
  out.add("stage", step.stage).add_some("provider", step.provider).add_some("identity", step.identity);
  if (!step.source.file.empty()) out.raw("source", source_json(step.source));
  out.add_value("before", step.before).add_value("after", step.after);
  out.raw("differences", differences_json(step.differences));
  if (!step.reasons.empty()) out.add_list("reasons", step.reasons);
  if (!step.remarks.empty()) out.add_list("remarks", step.remarks);
  out.add_some("consequence", step.consequence);
  if (step.because_of && *step.because_of < plan.steps.size()) out.add("because_of", plan.steps[*step.because_of].id);
  std::vector<std::string> after;
  for (plan::StepIndex i : step.after_steps) {
    if (i < plan.steps.size()) after.push_back(plan.steps[i].id);
  }
  if (!after.empty()) out.add_list("after_steps", after);
  if (!step.dependents.empty()) out.add_list("dependents", step.dependents);
  if (step.action == plan::Action::kReplace) out.add("order", step.create_first ? "create first" : "destroy first");
  out.add_some("moved_from", step.moved_from).add_some("adopted_id", step.adopted_id);
  out.add_some("idempotency", step.idempotency);
  if (step.stateful) out.add("holds_data", true);
  if (step.drift_only) out.add("drift_only", true);
  out.add("record_version", step.version);
}

void add_deferred(const plan::Stage::Deferred& one, JsonObject& out) {
  out.add("address", one.address).add("resource", one.type).add("why", one.why).add_list("after", one.after);
  out.add_some("each", one.each);
  if (one.least) out.add("least", *one.least);
  if (one.most) out.add("most", *one.most);
  out.add("creates_only", one.creates_only);
  if (!one.source.file.empty()) out.raw("source", source_json(one.source));
}

void add_stage(const plan::Stage& stage, JsonObject& out) {
  out.add("stage", stage.number);
  JsonList list;
  for (const auto& one : stage.deferred) {
    JsonObject row;
    add_deferred(one, row);
    list.add(row.text());
  }
  out.raw("deferred", list.text());
}

void add_output(const plan::OutputChange& output, JsonObject& out) {
  out.add("name", output.name).add("changed", output.changed);
  if (output.before) out.add_value("before", *output.before);
  if (output.after) out.add_value("after", *output.after);
}

void add_failed(const plan::Failed& failed, JsonObject& out) {
  const auto& failure = failed.failure;
  out.add("address", failed.address).add("resource", failed.type).add("failure", driver::word(failure.failure));
  out.add_some("code", failure.code).add("text", failure.text).add_some("operation", failure.operation);
  out.add_some("request_id", failure.request_id).add_some("hint", failure.hint);
  if (!failed.source.file.empty()) out.raw("source", source_json(failed.source));
}

void add_summary(const Plan& plan, JsonObject& out) {
  plan::Counts counts = plan.counts();
  out.add("fabric", plan.fabric).add("env", plan.environment).add("state", plan.tail.seq);
  if (!plan.digest.empty()) out.add("plan", "sha256:" + plan.digest);
  if (plan.destroy) out.add("destroy", true);
  JsonObject numbers;
  numbers.add("destroy", counts.destroy).add("replace", counts.replace).add("update", counts.update);
  numbers.add("create", counts.create).add("state_only", counts.state_only).add("read", counts.read);
  out.raw("counts", numbers.text());
  out.add("changes", plan.changes()).add("unchanged", plan.unchanged).add("stages", plan.stages.size() + 1);
  out.add("resources_read", plan.resources_read).add("api_calls", plan.api_calls).add("read_ms", plan.read_ms);
  out.add("ignored_differences", plan.ignored_differences).add("filled_in", plan.filled_in);
  if (!plan.only.empty()) out.add_list("only", plan.only);
  if (!plan.except.empty()) out.add_list("except", plan.except);
  if (!plan.replace.empty()) out.add_list("replace", plan.replace);
  if (!plan.kept.empty()) out.add_list("kept", plan.kept);
  if (!plan.failed.empty()) {
    JsonList list;
    for (const auto& failed : plan.failed) {
      JsonObject row;
      add_failed(failed, row);
      list.add(row.text());
    }
    out.raw("failed", list.text());
  }
}

void add_drift(const plan::Drift& drift, JsonObject& out) {
  out.add("address", drift.address).add("resource", drift.type).add_some("identity", drift.identity);
  out.add("missing", drift.missing).add_some("why", drift.why).add("since", drift.since).add("in_step", drift.in_step);
  if (!drift.source.file.empty()) out.raw("source", source_json(drift.source));
  // In the order of time: from what was applied to what is there.
  auto differences = drift.differences;
  for (auto& difference : differences) std::swap(difference.before, difference.after);
  out.raw("differences", differences_json(differences));
}

template <class Add>
auto list_of(const auto& rows, Add add) -> std::string {
  JsonList list;
  for (const auto& row : rows) {
    JsonObject out;
    add(row, out);
    list.add(out.text());
  }
  return list.text();
}

}  // namespace

auto drift_members(const plan::Drift& drift) -> std::string {
  JsonObject out;
  out.add("type", "drift");
  add_drift(drift, out);
  return out.members();
}

auto plan_event_members(const Plan& plan) -> std::vector<std::string> {
  std::vector<std::string> events;
  auto event = [&](std::string_view type, auto add) {
    JsonObject out;
    out.add("type", type);
    add(out);
    events.push_back(out.members());
  };
  for (const Step& step : plan.steps) event("plan.step", [&](JsonObject& out) { add_step(plan, step, out); });
  for (const plan::Stage& stage : plan.stages) event("plan.stage", [&](JsonObject& out) { add_stage(stage, out); });
  for (const plan::Drift& drift : plan.drift) events.push_back(drift_members(drift));
  for (const auto& output : plan.outputs) event("output", [&](JsonObject& out) { add_output(output, out); });
  for (const auto& check : plan.checks) events.push_back(event_members(check));
  event("plan.summary", [&](JsonObject& out) { add_summary(plan, out); });
  return events;
}

auto why_event_members(const Plan& plan, plan::StepIndex step) -> std::vector<std::string> {
  std::vector<std::string> events;
  std::vector<bool> seen(plan.steps.size(), false);
  for (std::optional<plan::StepIndex> at = step; at && *at < plan.steps.size() && !seen[*at]; at = plan.steps[*at].because_of) {
    seen[*at] = true;
    JsonObject out;
    out.add("type", "plan.step");
    add_step(plan, plan.steps[*at], out);
    events.push_back(out.members());
  }
  return events;
}

auto plan_document(const Plan& plan) -> std::string {
  JsonObject out;
  add_summary(plan, out);
  out.raw("steps", list_of(plan.steps, [&](const Step& step, JsonObject& row) { add_step(plan, step, row); }));
  out.raw("later_stages", list_of(plan.stages, [](const auto& stage, JsonObject& row) { add_stage(stage, row); }));
  out.raw("drift", list_of(plan.drift, [](const auto& drift, JsonObject& row) { add_drift(drift, row); }));
  out.raw("outputs", list_of(plan.outputs, [](const auto& output, JsonObject& row) { add_output(output, row); }));
  JsonList edges;
  for (const auto& [first, second] : plan.edges) edges.add(fmt::format("[{},{}]", first, second));
  out.raw("edges", edges.text());
  return out.text();
}

}  // namespace weft::draw
