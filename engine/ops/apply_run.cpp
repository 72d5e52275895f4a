#include "engine/ops/apply_run.h"

#include <algorithm>
#include <set>

#include <fmt/core.h>

#include "engine/plan/diags.h"
#include "lang/os/crash.h"

namespace weft::ops {

using event::StepState;

auto in_doubt(const state::Snapshot& snapshot) -> std::vector<state::Intent> {
  std::vector<state::Intent> intents;
  for (const auto& intent : snapshot.open) {
    bool alive = std::any_of(snapshot.runs.begin(), snapshot.runs.end(),
                             [&](const auto& run) { return run.id == intent.run && run.alive && !run.fenced && !run.ended; });
    if (!alive) intents.push_back(intent);
  }
  return intents;
}

auto settle_open(Workspace& workspace, state::Writer& writer, const std::vector<state::Intent>& intents)
    -> std::vector<event::IntentSettled> {
  apply::World world{.loop = workspace.world.loop,
                     .calls = workspace.calls,
                     .state = *workspace.state,
                     .writer = writer,
                     .soft_stop = workspace.world.soft_stop,
                     .hard_stop = workspace.world.hard_stop,
                     .emit = [&](event::Fact fact) { workspace.emit(std::move(fact)); }};
  std::vector<event::IntentSettled> all;
  for (const auto& intent : intents) {
    auto settled = block_on(workspace.world.loop, apply::settle(world, *workspace.planner, intent));
    workspace.emit(settled);
    all.push_back(std::move(settled));
  }
  return all;
}

auto ApplyRun::apply_world() -> apply::World {
  return apply::World{.loop = world_.loop,
                      .calls = workspace_.calls,
                      .state = *workspace_.state,
                      .writer = *writer_,
                      .soft_stop = world_.soft_stop,
                      .hard_stop = world_.hard_stop,
                      .emit = [this](event::Fact fact) { workspace_.emit(std::move(fact)); },
                      .parallel = request_.parallel,
                      .blocked = blocked_};
}

void ApplyRun::stale(std::string why, std::vector<std::string> details) {
  result_.stale = std::move(why);
  result_.stale_details = std::move(details);
  result_.exit = 3;
}

auto ApplyRun::load_saved() -> bool {
  auto saved = plan::read_plan(request_.plan_file);
  if (!saved) {
    result_.failure = saved.error();
    return false;
  }
  saved_ = std::move(*saved);
  InputSources inputs = request_.planning.inputs;
  if (inputs.environment != "default" && inputs.environment != saved_->plan.environment) {
    result_.failure = Failure{Code::kInvalid, fmt::format("{} is a plan of environment `{}`, not of `{}`", request_.plan_file, saved_->plan.environment, inputs.environment)};
    return false;
  }
  inputs.environment = saved_->plan.environment;
  if (!workspace_.open_fabric(inputs, &saved_->inputs)) return false;
  if (workspace_.fabric->root()->fabric_name != saved_->plan.fabric) {
    result_.failure = Failure{Code::kInvalid, fmt::format("{} is a plan of the fabric `{}`, this is `{}`", request_.plan_file, saved_->plan.fabric, workspace_.fabric->root()->fabric_name)};
    return false;
  }
  if (!workspace_.open_state(false)) return false;
  if (!saved_->plan.fabric_id.empty() && workspace_.snapshot.fabric_id != saved_->plan.fabric_id) {
    result_.failure = Failure{Code::kInvalid, fmt::format("{} was made for another state of `{}`", request_.plan_file, saved_->plan.fabric), "plan again:  weft plan --out " + request_.plan_file};
    return false;
  }
  if (workspace_.snapshot.tail.seq < saved_->plan.tail.seq) {
    stale(fmt::format("the state is at @{}, older than the plan's @{}: it was restored or rewound", workspace_.snapshot.tail.seq, saved_->plan.tail.seq), {});
    return false;
  }
  if (workspace_.fabric->digest() != saved_->configuration) {
    stale("the fabric's files have changed since", {});
    return false;
  }
  std::vector<std::string> details;
  for (const auto& [name, digest] : saved_->secret_inputs) {
    auto given = workspace_.inputs.find(name);
    if (given == workspace_.inputs.end() || workspace_.state == nullptr || digest.empty()) continue;
    auto now = workspace_.state->keyring().digest_text(given->second.value, "#input", name);
    if (now && *now != digest) details.push_back(fmt::format("secret input {}  another value than at plan", name));
  }
  for (const auto& [type, digest] : saved_->schemas) {
    const auto* schema = world_.drivers.type(type);
    if (schema == nullptr || schema->digest() != digest) details.push_back(fmt::format("{}  its schema is another one in this program", type));
  }
  // Records: those that this very plan wrote in an earlier run do not count.
  std::vector<std::pair<uint64_t, uint64_t>> own;
  std::map<uint64_t, state::RunInfo> authors;
  if (workspace_.state != nullptr) {
    if (auto history = workspace_.state->history(10'000)) {
      for (const auto& entry : *history) {
        if (entry.run.plan_digest == saved_->plan.digest) own.emplace_back(entry.first_seq, entry.last_seq);
        else authors.emplace(entry.last_seq, entry.run);
      }
    }
  }
  auto is_own = [&](uint64_t version) {
    return std::any_of(own.begin(), own.end(), [&](const auto& range) { return range.first <= version && version <= range.second; });
  };
  std::map<std::string, uint64_t> now;
  for (const auto& record : workspace_.snapshot.records) now[record.address] = record.version;
  size_t moved = 0;
  for (const auto& [address, version] : saved_->pins) {
    auto found = now.find(address);
    uint64_t current = found == now.end() ? 0 : found->second;
    if (current == version || (current != 0 && is_own(current)) || (current == 0 && !own.empty())) continue;
    ++moved;
    std::string by;
    if (auto author = authors.lower_bound(current); current != 0 && author != authors.end()) {
      by = fmt::format(", by r-{} (weft {}, {} on {})", author->second.id.substr(0, 4), author->second.verb, author->second.owner, author->second.host);
    }
    details.push_back(fmt::format("{}  @{} → {}{}", address, version, current == 0 ? "gone" : fmt::format("@{}", current), by));
  }
  if (!details.empty()) {
    stale(moved == details.size() ? fmt::format("{} of the {} records that it relies on {} changed since", moved, saved_->pins.size(), moved == 1 ? "has" : "have")
                                  : "what it relies on has changed since",
          std::move(details));
    return false;
  }
  options_ = plan::Options{.only = saved_->plan.only, .except = saved_->plan.except, .replace = saved_->plan.replace, .destroy = saved_->plan.destroy, .observed = &saved_->observed, .lookups = &saved_->lookups};
  return true;
}

auto ApplyRun::same_as_saved(const plan::Plan& plan) -> bool {
  std::set<std::string> planned;
  for (const auto& step : saved_->plan.steps) planned.insert(step.id);
  std::vector<std::string> details;
  for (const auto& step : plan.steps) {
    auto known = saved_->desired.find(step.id);
    bool other_half = step.action == plan::Action::kCreate && planned.contains(fmt::format("{}:{}:replace", step.stage, step.address));
    if (other_half) continue;
    if (known == saved_->desired.end()) details.push_back(fmt::format("{}  would now {}", step.address, plan::word(step.action)));
    else if (known->second != plan::shape_digest(step.after)) details.push_back(fmt::format("{}  is not what was planned any more", step.address));
  }
  if (details.empty()) return true;
  stale("planning again gives something else", std::move(details));
  return false;
}

auto ApplyRun::settle_doubts() -> bool {
  auto intents = in_doubt(workspace_.snapshot);
  if (intents.empty()) return true;
  // The state is made writable, and the files are evaluated once so that what was sent can be known again.
  if (!workspace_.open_state(true)) return false;
  auto guess = workspace_.make_plan(plan::Options{.refresh = plan::Refresh::kNone});
  if (!guess) return false;
  (void)workspace_.problems.take();
  auto writer = workspace_.state->writer(workspace_.begin_run("recover"));
  if (!writer) {
    result_.failure = writer.error();
    return false;
  }
  std::vector<state::ClaimItem> items;
  for (const auto& intent : intents) items.push_back({.address = intent.address, .subtree = false, .write = true});
  auto claimed = (*writer)->claim(items, {});
  if (!claimed || !claimed->granted) {
    if (!claimed) result_.failure = claimed.error();
    else result_.holders = claimed->holders;
    result_.exit = 3;
    return false;
  }
  workspace_.run = (*writer)->run();
  event::RunInDoubt fact{.run = intents.front().run, .intents = intents.size()};
  for (const auto& run : workspace_.snapshot.runs) {
    if (run.id != intents.front().run) continue;
    fact.owner = run.owner;
    fact.host = run.host;
    fact.begun_ms = run.begun_ms;
  }
  workspace_.emit(fact);
  auto settled = settle_open(workspace_, **writer, claimed->in_doubt.empty() ? intents : claimed->in_doubt);
  uint64_t open = 0;
  for (const auto& one : settled) open += one.outcome == "open" ? 1 : 0;
  auto ended = (*writer)->end(state::EndRun{.outcome = open == 0 ? "done" : "partial", .summary = fmt::format("recover: {} settled", settled.size() - open)}, {});
  if (!ended) {
    result_.failure = ended.error();
    return false;
  }
  if (!workspace_.refresh_snapshot()) return false;
  for (const auto& intent : in_doubt(workspace_.snapshot)) blocked_.emplace(intent.address, intent);
  return true;
}

auto ApplyRun::make_first_plan() -> std::optional<plan::Plan> {
  if (!request_.plan_file.empty()) {
    if (!load_saved()) return std::nullopt;
  } else {
    if (!workspace_.open_fabric(request_.planning.inputs) || !workspace_.open_state(false)) return std::nullopt;
    options_ = plan_options(request_.planning);
  }
  if (!settle_doubts()) return std::nullopt;
  auto made = workspace_.make_plan(options_);
  if (!made) return std::nullopt;
  result_.plan = *made;
  if (!workspace_.clean()) return std::nullopt;
  if (!made->failed.empty()) {
    const auto& first = made->failed.front();
    result_.failure = Failure{Code::kUnavailable, fmt::format("{} cannot be planned: {}", first.address, first.failure.text), first.failure.hint};
    return std::nullopt;
  }
  if (saved_ && !same_as_saved(*made)) return std::nullopt;
  return made;
}

auto ApplyRun::refuse_protected(const plan::Plan& plan) -> bool {
  std::vector<const plan::Step*> steps;
  for (const auto& step : plan.steps) {
    if (std::find(step.remarks.begin(), step.remarks.end(), "protected") != step.remarks.end()) steps.push_back(&step);
  }
  if (steps.empty()) return false;
  std::string text = fmt::format("{} {} protected, so nothing is {}", steps.size() == 1 ? "1 resource" : fmt::format("{} resources", steps.size()),
                                 steps.size() == 1 ? "is" : "are", plan.destroy ? "destroyed" : "changed");
  for (const auto* step : steps) {
    text += fmt::format("\n  {}  {}{}", step->address, step->type, step->source.file.empty() ? "  @protect, in its record" : fmt::format("  @protect, {}:{}", step->source.file, step->source.line));
  }
  result_.failure = Failure{Code::kDenied, std::move(text),
                            fmt::format("take @protect out, or keep {}:  weft {} --except '{}'", steps.size() == 1 ? "it" : "them", plan.destroy ? "destroy" : "apply",
                                        steps.size() == 1 ? steps[0]->address : steps[0]->declaration)};
  result_.exit = 3;
  return true;
}

auto ApplyRun::begin(const plan::Plan& plan) -> bool {
  // From here on the state is written.
  bool fresh = workspace_.state == nullptr;
  if (fresh && !workspace_.open_state(true)) return false;
  if (fresh) workspace_.planner->use(*workspace_.state);
  auto writer = workspace_.state->writer(workspace_.begin_run(plan.destroy ? "destroy" : "apply", saved_ ? saved_->plan.digest : std::string()));
  if (!writer) {
    result_.failure = writer.error();
    return false;
  }
  writer_ = std::move(*writer);
  workspace_.run = writer_->run();
  result_.run = writer_->run();
  workspace_.calls.inherit_fds = {writer_->lock_fd()};
  result_.state_before = workspace_.snapshot.tail.seq;
  return true;
}

auto ApplyRun::claim(const plan::Plan& plan) -> bool {
  auto claims = apply::claims_of(plan, *workspace_.planner, blocked_);
  result_.claimed_records = static_cast<uint64_t>(std::count_if(claims.items.begin(), claims.items.end(), [](const auto& item) { return item.write; }));
  if (claims.items.empty()) return true;
  auto deadline = Loop::now() + request_.wait.value_or(std::chrono::milliseconds(0));
  for (;;) {
    auto claimed = writer_->claim(claims.items, claims.pins);
    if (!claimed) {
      result_.failure = claimed.error();
      return false;
    }
    if (claimed->granted) {
      if (!claimed->in_doubt.empty()) {
        auto settled = settle_open(workspace_, *writer_, claimed->in_doubt);
        for (size_t i = 0; i < settled.size(); ++i) {
          if (settled[i].outcome == "open") blocked_.emplace(claimed->in_doubt[i].address, claimed->in_doubt[i]);
        }
      }
      return true;
    }
    if (!claimed->moved.empty()) {
      std::vector<std::string> details;
      for (const auto& [address, version] : claimed->moved) {
        details.push_back(fmt::format("{}  {}", address, version == 0 ? "is gone" : fmt::format("is at @{} now", version)));
      }
      stale("records have changed since it was made", std::move(details));
      return false;
    }
    for (const auto& holder : claimed->holders) {
      workspace_.emit(event::ClaimTaken{.address = holder.address, .run = holder.run.id, .owner = holder.run.owner, .host = holder.run.host,
                                        .command = holder.run.command, .since_ms = holder.run.begun_ms, .last_sign_ms = holder.run.last_sign_ms});
    }
    auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Loop::now());
    if (left.count() <= 0 || world_.soft_stop.requested()) {
      result_.holders = claimed->holders;
      result_.exit = 3;
      return false;
    }
    auto waited = writer_->wait_for(claims.items, left);
    if (!waited) {
      result_.failure = waited.error();
      return false;
    }
    // Whoever held them may have changed them: what was planned must still be true, the pins tell.
  }
}

auto ApplyRun::run_stage(const plan::Plan& plan) -> bool {
  auto outcomes = block_on(world_.loop, apply::run(apply_world(), plan, *workspace_.planner));
  bool all = true;
  for (size_t i = 0; i < outcomes.size(); ++i) {
    auto& outcome = outcomes[i];
    all = all && (outcome.state == StepState::kDone || plan.steps[i].action == plan::Action::kNone);
    StepReport report{.step = plan.steps[i], .state = outcome.state, .part = outcome.part, .elapsed_ms = outcome.elapsed_ms, .identity = outcome.identity,
                      .error = std::move(outcome.error), .because = std::move(outcome.because), .half_done = outcome.half_done, .intent = std::move(outcome.intent),
                      .candidates = std::move(outcome.candidates)};
    result_.steps.push_back(std::move(report));
  }
  return all;
}

auto ApplyRun::within(const plan::Plan& before, const plan::Plan& now) -> bool {
  std::vector<std::string> beyond;
  const auto& announced = before.stages.front().deferred;
  std::map<std::string, const plan::Stage::Deferred*, std::less<>> by_address;
  for (const auto& entry : announced) by_address.emplace(entry.address, &entry);
  for (const auto& step : now.steps) {
    auto around = plan::find_around(by_address, step.address);
    const auto* owner = around == by_address.end() ? nullptr : around->second;
    if (owner == nullptr) {
      beyond.push_back(fmt::format("{} {} was not announced", plan::word(step.action), step.address));
      continue;
    }
    bool removes = step.action == plan::Action::kDestroy || step.action == plan::Action::kReplace;
    if (owner->creates_only && step.action != plan::Action::kCreate) beyond.push_back(fmt::format("{} {}: only creates were announced", plan::word(step.action), step.address));
    else if (removes) beyond.push_back(fmt::format("{} {} was not announced", plan::word(step.action), step.address));
  }
  std::map<std::string, uint64_t> counts;
  for (const auto& instance : workspace_.planner->instances()) {
    if (instance.declaration->kind != check::DeclarationKind::kResource) continue;
    auto around = plan::find_around(by_address, instance.address);
    if (around != by_address.end()) ++counts[around->first];
  }
  for (const auto& entry : announced) {
    uint64_t count = counts[entry.address];
    if (entry.type == "module" || entry.most == 0u) continue;
    bool deferred_again = std::any_of(now.stages.begin(), now.stages.end(), [&](const auto& stage) {
      return std::any_of(stage.deferred.begin(), stage.deferred.end(), [&](const auto& other) { return other.address == entry.address; });
    });
    if (deferred_again) continue;
    if (entry.most && count > *entry.most) beyond.push_back(fmt::format("{} has {} instances, at most {} were announced", entry.address, count, *entry.most));
    if (entry.least && count < *entry.least) beyond.push_back(fmt::format("{} has {} instances, at least {} were announced", entry.address, count, *entry.least));
  }
  if (beyond.empty()) return true;
  std::string text = fmt::format("stage {} goes outside its bounds", before.stages.front().number);
  for (const auto& one : beyond) text += "\n  " + one;
  result_.failure = Failure{Code::kConflict, std::move(text), "look at it as a plan of its own:  weft plan"};
  result_.beyond_bounds = true;
  return false;
}

auto ApplyRun::next_stage(const plan::Plan& before) -> std::optional<plan::Plan> {
  if (!workspace_.refresh_snapshot()) return std::nullopt;
  plan::Options options = options_;
  options.stage = before.stages.front().number;
  options.observed = nullptr;
  options.lookups = nullptr;
  options.refresh = plan::Refresh::kNone;
  workspace_.emit(event::StageBegun{.stage = options.stage});
  auto made = workspace_.make_plan(options);
  if (!made || !workspace_.clean() || !within(before, *made)) {
    result_.beyond_bounds = true;
    return std::nullopt;
  }
  // A saved plan agreed to the bounds beforehand.
  if (!saved_ && request_.approve && made->counts().any() && !request_.approve(*made, options.stage)) {
    result_.beyond_bounds = true;
    return std::nullopt;
  }
  return made;
}

void ApplyRun::end() {
  std::vector<state::OperationBody> outputs;
  std::map<std::string, state::Record> recorded;
  for (const auto& record : workspace_.snapshot.outputs) recorded.emplace(record.address, record);
  auto fabric_id = writer_->fabric_id();
  for (const auto& [name, value] : workspace_.planner->outputs()) {
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
    if (declared.contains(name) && !options_.destroy) continue;
    outputs.push_back(state::Delete{address});
    ++result_.outputs_changed;
  }
  size_t done = 0;
  for (const auto& report : result_.steps) done += report.state == StepState::kDone ? 1 : 0;
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

void ApplyRun::conclude() {
  event::RunEnded fact{.verb = options_.destroy ? "destroy" : "apply"};
  for (const auto& report : result_.steps) {
    switch (report.state) {
      case StepState::kDone: ++fact.done; break;
      case StepState::kFailed: ++fact.failed; break;
      case StepState::kSkipped: ++fact.skipped; break;
      case StepState::kOpen: ++fact.open; break;
      default: ++fact.not_started; break;
    }
    if (report.half_done) fact.half_done.push_back(report.step.address);
  }
  fact.state = result_.state_after;
  if (result_.exit == 0 && result_.stopped) result_.exit = 130;
  if (result_.exit == 0 && (partial_ || result_.beyond_bounds || result_.checks_failed)) result_.exit = 4;
  if (result_.exit == 0 && result_.failure) result_.exit = result_.steps.empty() ? 1 : 4;
  fact.result = result_.stopped ? "stopped" : result_.exit == 0 ? "done" : result_.exit == 3 ? "refused" : result_.exit == 4 ? "partial" : "failed";
  fact.exit = result_.exit;
  result_.api_calls = workspace_.calls.api_calls;
  result_.elapsed_ms = static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(Loop::now() - started_).count());
  workspace_.emit(std::move(fact));
}

void ApplyRun::go() {
  started_ = Loop::now();
  auto plan = make_first_plan();
  if (!plan) {
    if (result_.exit == 0) result_.exit = 1;
    workspace_.finish();
    return;
  }
  if (refuse_protected(*plan)) return workspace_.finish();
  if (!plan->changes()) {
    result_.nothing_to_do = true;
    result_.state_before = result_.state_after = workspace_.snapshot.tail.seq;
    return workspace_.finish();
  }
  if (!saved_ && request_.approve && !request_.approve(*plan, 1)) {
    result_.confirmed = false;
    result_.exit = 3;
    return workspace_.finish();
  }
  // Refused here, nothing was written: a run's first transaction is its claim.
  if (!begin(*plan) || !claim(*plan)) {
    if (result_.exit == 0) result_.exit = 1;
    return workspace_.finish();
  }
  workspace_.emit(event::RunStarted{.verb = plan->destroy ? "destroy" : "apply", .fabric = plan->fabric, .environment = plan->environment,
                                    .plan_digest = saved_ ? saved_->plan.digest : std::string(), .plan_name = request_.plan_file,
                                    .state = result_.state_before, .steps = plan->steps.size(), .claimed = result_.claimed_records});
  for (;;) {
    bool all = run_stage(*plan);
    result_.stopped = world_.soft_stop.requested() && !all;
    partial_ = partial_ || !all;
    if (!all || plan->stages.empty() || world_.soft_stop.requested()) break;
    if (plan->stages.front().number > 20) {
      result_.beyond_bounds = true;
      break;
    }
    auto next = next_stage(*plan);
    if (!next || !claim(*next)) {
      partial_ = true;
      break;
    }
    plan = std::move(next);
  }
  if (!partial_ && !options_.destroy) result_.checks_failed = !workspace_.planner->judge_checks();
  if (!world_.hard_stop.requested()) end();
  conclude();
  workspace_.finish();
}

auto apply(World& world, const ApplyRequest& request) -> ApplyResult {
  ApplyResult result;
  ApplyRun(world, request, result).go();
  return result;
}

}  // namespace weft::ops
