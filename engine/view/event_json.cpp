#include "engine/view/event_json.h"

#include <chrono>

#include <fmt/format.h>

#include "engine/view/json_text.h"
#include "engine/view/words.h"
#include "lang/os/clock.h"

namespace weft::draw {

namespace {

auto error_json(const event::StepError& error) -> std::string {
  JsonObject out;
  out.add_some("code", error.code).add("text", error.text).add_some("operation", error.operation);
  if (error.http != 0) out.add("http", error.http);
  out.add_some("failure", error.failure).add_some("request_id", error.request_id);
  out.add("final", error.final).add_some("changed", error.changed).add_some("hint", error.hint);
  if (!error.explanation.empty()) out.add_list("explanation", error.explanation);
  return out.text();
}

struct Members {
  JsonObject out;

  void operator()(const event::RunStarted& fact) {
    out.add("type", "run.started").add("verb", fact.verb).add("fabric", fact.fabric).add("env", fact.environment);
    out.add("state", fact.state);
    if (!fact.plan_digest.empty()) out.add("plan", "sha256:" + fact.plan_digest);
    out.add_some("plan_file", fact.plan_name).add("steps", fact.steps).add("claimed", fact.claimed);
  }
  void operator()(const event::PlanProgress& fact) {
    out.add("type", "plan.progress").add("doing", fact.doing).add("done", fact.done).add("total", fact.total);
  }
  void operator()(const event::StepMoved& fact) {
    out.add("type", "step.state").add("step", fact.id).add("address", fact.address).add("resource", fact.resource);
    out.add("action", fact.action).add_some("part", fact.part);
    out.add("from", event::word(fact.from)).add("to", event::word(fact.to)).add("elapsed_ms", fact.elapsed_ms);
    out.add_some("identity", fact.identity);
    if (!fact.file.empty()) out.raw("source", JsonObject().add("file", fact.file).add("line", fact.line).text());
    if (fact.usual) out.raw("usual_ms", fmt::format("[{},{}]", fact.usual->least_ms, fact.usual->most_ms));
    if (fact.error) out.raw("error", error_json(*fact.error));
    if (!fact.warnings.empty()) out.add_list("warnings", fact.warnings);
  }
  void operator()(const event::StepProgress& fact) {
    out.add("type", "step.progress").add("step", fact.id).add("address", fact.address).add("phase", fact.phase);
    out.add_some("status", fact.status);
    if (fact.total > 0) out.add("done", fact.done).add("total", fact.total);
    out.add("elapsed_ms", fact.elapsed_ms);
  }
  void operator()(const event::IntentSettled& fact) {
    out.add("type", "intent.settled").add("address", fact.address).add("change", fact.change);
    out.add("outcome", fact.outcome).add_some("by", fact.by).add_some("why", fact.why);
    if (!fact.candidates.empty()) out.add_list("candidates", fact.candidates);
  }
  void operator()(const event::RunInDoubt& fact) {
    out.add("type", "run.in_doubt").add_some("dead_run", fact.run.empty() ? "" : "r-" + fact.run).add("owner", fact.owner).add("host", fact.host);
    out.add("begun", utc_text(std::chrono::milliseconds(fact.begun_ms))).add("intents", fact.intents);
  }
  void operator()(const event::ClaimTaken& fact) {
    out.add("type", "claim.taken").add("address", fact.address).add("holder", "r-" + fact.run).add("owner", fact.owner);
    out.add("host", fact.host).add("command", fact.command);
    out.add("since", utc_text(std::chrono::milliseconds(fact.since_ms)));
    out.add("last_sign", utc_text(std::chrono::milliseconds(fact.last_sign_ms)));
  }
  void operator()(const event::StateHeld& fact) {
    out.add("type", "state.held").add("process", fact.process).add("stands_still", fact.stands_still);
  }
  void operator()(const event::EndpointRate& fact) {
    out.add("type", "endpoint.rate").add("endpoint", fact.endpoint).raw("per_second", rate_text(fact.per_second)).raw("was", rate_text(fact.was));
    out.add("sent_again", fact.sent_again);
  }
  void operator()(const event::CheckJudged& fact) {
    out.add("type", "check").add("name", fact.name);
    out.add("result", !fact.messages.empty() ? "fails" : fact.unjudged > 0 ? "not judged" : "holds");
    if (!fact.messages.empty()) out.add_list("messages", fact.messages);
    if (!fact.file.empty()) out.raw("source", JsonObject().add("file", fact.file).add("line", fact.line).text());
  }
  void operator()(const event::StageBegun& fact) { out.add("type", "plan.stage").add("stage", fact.stage).add("begun", true); }
  void operator()(const event::Stopping& fact) {
    out.add("type", "run.stopping").add("hard", fact.hard).add("running", fact.running);
  }
  void operator()(const event::RunEnded& fact) {
    out.add("type", "run.ended").add_some("verb", fact.verb).add("result", fact.result).add("exit", fact.exit);
    JsonObject counts;
    counts.add("done", fact.done).add("failed", fact.failed).add("skipped", fact.skipped);
    counts.add("not_started", fact.not_started);
    out.raw("counts", counts.text());
    if (!fact.half_done.empty()) out.add_list("half_done", fact.half_done);
    out.add("state", fact.state).add("open_intents", fact.open);
  }
};

}  // namespace

auto event_members(const event::Fact& fact) -> std::string {
  Members members;
  std::visit(members, fact);
  return members.out.members();
}

auto event_line(uint64_t seq, uint64_t time_ms, std::string_view run, std::string_view members) -> std::string {
  JsonObject out;
  out.add("v", 1).add("seq", seq).add("time", utc_text(std::chrono::milliseconds(time_ms)));
  out.add("run", run.empty() ? std::string() : fmt::format("r-{}", run)).append_members(members);
  return out.text();
}

}  // namespace weft::draw
