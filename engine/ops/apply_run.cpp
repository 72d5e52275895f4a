#include "engine/ops/apply_run.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "engine/addr/address.h"
#include "engine/ops/own_turn.h"
#include "engine/plan/diags.h"
#include "lang/base/text.h"
#include "lang/os/crash.h"
#include "lang/os/sync.h"

namespace weft::ops {

using event::StepState;

auto ApplyRun::blocked() const -> std::map<std::string, state::Intent> {
  auto all = blocked_;
  for (const auto& [address, intent] : blocked_) all.emplace(workspace_.planner->moved_to(address), intent);
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
                      .past = &past_,
                      .blocked = blocked(),
                      .ask_credentials = request_.ask_credentials};
}

void ApplyRun::stale(std::string why, std::vector<std::string> details) {
  result_.stale = std::move(why);
  result_.stale_details = std::move(details);
  result_.exit = 3;
}

auto ApplyRun::make_first_plan() -> std::optional<plan::Plan> {
  if (!request_.plan_file.empty()) {
    if (!load_saved()) return std::nullopt;
  } else {
    if (!workspace_.open_fabric(request_.planning.inputs, nullptr, request_.planning.destroy) || !workspace_.open_state(false)) return std::nullopt;
    options_ = plan_options(request_.planning);
    if (options_.destroy && !workspace_.knows_environment()) return std::nullopt;
  }
  if (!workspace_.key_is_right() || !settle_doubts()) return std::nullopt;
  return first_plan_of_now();
}

auto ApplyRun::unplannable(const plan::Plan& made) -> Failure {
  const auto& first = made.failed.front();
  auto text = fmt::format("{} cannot be planned: {}", first.address, first.failure.text);
  if (made.failed.size() > 1) text += fmt::format("; nor can {} more: weft plan shows them", made.failed.size() - 1);
  return Failure{Code::kUnavailable, std::move(text), first.failure.hint};
}

auto ApplyRun::first_plan_of_now() -> std::optional<plan::Plan> {
  auto made = workspace_.make_plan(options_);
  if (!made) return std::nullopt;
  result_.plan = *made;
  result_.checks = made->checks;
  if (!workspace_.clean()) return std::nullopt;
  if (!made->failed.empty()) {
    result_.failure = unplannable(*made);
    return std::nullopt;
  }
  if (saved_ && !same_as_saved(*made)) return std::nullopt;
  return made;
}

auto ApplyRun::begin(const plan::Plan& plan) -> bool {
  // From here on the state is written.
  bool fresh = workspace_.state == nullptr;
  if (fresh && !workspace_.open_state(true)) return false;
  if (fresh) workspace_.planner->use(*workspace_.state);
  // A wrong key is found before anything is changed.
  if (auto& keyring = workspace_.state->keyring(); keyring.has_data_key()) {
    if (auto ready = keyring.ready(); !ready) {
      result_.failure = ready.error();
      return false;
    }
  }
  auto writer = begin_writing(world_, *workspace_.state, workspace_.begin_run(plan.destroy ? "destroy" : "apply", saved_ ? saved_->plan.digest : std::string()));
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

namespace {

// Whoever reads a whole collection relies on every record in it.
void pin_members(apply::Claims& claims, const std::vector<state::Record>& records) {
  std::set<std::string, std::less<>> pinned;
  for (const auto& pin : claims.pins) pinned.insert(pin.address);
  for (const auto& item : claims.items) {
    if (!item.subtree) continue;
    for (char separator : std::string_view("#.[")) {
      auto prefix = item.address + separator;
      auto at = std::ranges::lower_bound(records, prefix, {}, &state::Record::address);
      for (; at != records.end() && at->address.starts_with(prefix); ++at) {
        if (pinned.insert(at->address).second) claims.pins.push_back({at->address, at->version});
      }
    }
  }
}

// Records that have come since `then` into collections that are read whole: no pin names them.
auto joined_since(const state::Snapshot& then, const state::Snapshot& now, const apply::Claims& claims) -> std::vector<std::string> {
  std::set<std::string, std::less<>> pinned, whole;
  for (const auto& pin : claims.pins) pinned.insert(pin.address);
  for (const auto& item : claims.items) {
    if (item.subtree) whole.insert(item.address);
  }
  std::vector<std::string> joined;
  for (const auto& record : now.records) {
    if (record.version <= then.tail.seq || pinned.contains(record.address)) continue;
    auto outer = addr::enclosing(record.address);
    if (std::ranges::any_of(outer, [&](std::string_view one) { return whole.contains(one); })) joined.push_back(record.address);
  }
  return joined;
}

// On another thread, for this one's loop hears of Ctrl-C: then its place in the queue is given up, which ends the wait.
auto wait_turn(Loop& loop, state::Writer& writer, const std::vector<state::ClaimItem>& items, std::chrono::milliseconds patience, Cancel stop)
    -> Task<Result<bool>> {
  Result<bool> granted = false;
  Latch over(loop);
  auto wait = [](Loop& beside, state::Writer& queue, const std::vector<state::ClaimItem>& wanted, std::chrono::milliseconds most, Result<bool>& answer,
                 Latch& done) -> Task<void> {
    std::function<void()> work = [&] { answer = queue.wait_for(wanted, most); };
    co_await beside.offload(std::move(work));
    done.set();
  };
  TaskGroup group(loop);
  group.spawn(wait(loop, writer, items, patience, granted, over));
  (void)co_await over.wait(std::move(stop));
  // It may not stand in the queue yet.
  bool queued = true;
  std::function<void()> withdraw = [&] { queued = writer.append({state::Wait{}}).has_value(); };
  while (!over.is_set() && queued) {
    co_await loop.offload(withdraw);
    co_await loop.sleep_for(std::chrono::milliseconds(100));
  }
  co_await group.join();
  co_return granted;
}

}  // namespace

auto ApplyRun::claim(const plan::Plan& plan) -> bool {
  auto claims = apply::claims_of(plan, *workspace_.planner, blocked());
  pin_members(claims, workspace_.snapshot.records);
  result_.claimed_records = static_cast<uint64_t>(std::count_if(claims.items.begin(), claims.items.end(), [](const auto& item) { return item.write; }));
  return claims.items.empty() || hold(claims);
}

auto ApplyRun::hold(const apply::Claims& claims) -> bool {
  if (!wait_until_) wait_until_ = Loop::now() + request_.wait.value_or(std::chrono::milliseconds(0));
  bool has_waited = false;
  for (;;) {
    auto claimed = writer_->claim(claims.items, claims.pins);
    if (!claimed) {
      result_.failure = claimed.error();
      // Called off before anything was said: there is no such run.
      if (claimed.error().code == Code::kCancelled && !begun_) result_.run.clear();
      return false;
    }
    if (claimed->granted) {
      begun_ = holding_ = true;
      // What could not be settled a moment ago is not asked about again.
      std::erase_if(claimed->in_doubt, [&](const auto& intent) { return blocked_.contains(intent.address); });
      std::vector<std::string> found;
      auto settled = settle_open(workspace_, *writer_, claimed->in_doubt);
      for (size_t i = 0; i < settled.size(); ++i) {
        const auto& intent = claimed->in_doubt[i];
        if (settled[i].outcome != "open") {
          found.push_back(fmt::format("{}  {} that an earlier run left open: {}", intent.address, intent.change, settled[i].outcome));
          continue;
        }
        blocked_.emplace(intent.address, intent);
        candidates_[intent.address] = settled[i].candidates;
      }
      if (found.empty()) return nobody_joined(claims);
      // What was planned rests on records as they were before.
      if (saved_) stale("what it relies on was in doubt, and has been settled since", std::move(found));
      else plan_again_ = true;
      return false;
    }
    if (!claimed->moved.empty() && has_waited && !saved_) {
      // Whoever held them has changed them meanwhile: what was waited for is a plan on what is there now.
      plan_again_ = true;
      return false;
    }
    if (!claimed->moved.empty()) {
      std::vector<std::string> details;
      for (const auto& [address, version] : claimed->moved) {
        details.push_back(fmt::format("{}  {}", address, version == 0 ? "is gone" : fmt::format("is at @{} now", version)));
      }
      stale("records have changed since it was made", std::move(details));
      return false;
    }
    auto left = std::chrono::duration_cast<std::chrono::milliseconds>(*wait_until_ - Loop::now());
    // Whoever holds some and waits for others may wait for one who waits for it.
    if (left.count() <= 0 || holding_ || world_.soft_stop.requested()) {
      result_.holders = claimed->holders;
      result_.exit = 3;
      return false;
    }
    for (const auto& holder : claimed->holders) {
      workspace_.emit(event::ClaimTaken{.address = holder.address, .run = holder.run.id, .owner = holder.run.owner, .host = holder.run.host,
                                        .command = holder.run.command, .since_ms = holder.run.begun_ms, .last_sign_ms = holder.run.last_sign_ms});
    }
    auto waited = block_on(world_.loop, wait_turn(world_.loop, *writer_, claims.items, left, world_.soft_stop));
    if (!waited) {
      result_.failure = waited.error();
      return false;
    }
    has_waited = begun_ = true;
    // Whoever held them may have changed them: what was planned must still be true, the pins tell.
  }
}

auto ApplyRun::nobody_joined(const apply::Claims& claims) -> bool {
  auto tail = workspace_.state->tail();
  bool reads_whole = std::ranges::any_of(claims.items, [](const auto& item) { return item.subtree; });
  // Its own claim is the next transaction.
  if (!reads_whole || !tail || tail->seq <= workspace_.snapshot.tail.seq + 1) return true;
  auto now = workspace_.state->snapshot();
  if (!now) {
    result_.failure = now.error();
    return false;
  }
  auto joined = joined_since(workspace_.snapshot, *now, claims);
  if (joined.empty()) return true;
  for (auto& address : joined) address += "  is new";
  if (saved_) stale("records have changed since it was made", std::move(joined));
  else plan_again_ = true;
  return false;
}

auto ApplyRun::not_done() const -> std::vector<std::string> {
  std::vector<std::string> addresses;
  for (const auto& report : result_.steps) {
    bool does = report.step.action != plan::Action::kNone && report.step.action != plan::Action::kRead;
    if (does && report.state != StepState::kDone) addresses.push_back(report.step.address);
  }
  return addresses;
}

// Whether something of the next stage waits for none of what was not done.
auto ApplyRun::can_go_on(const plan::Plan& plan) const -> bool {
  auto left = not_done();
  auto waits = [&](const std::string& needed) {
    return std::ranges::any_of(left, [&](const std::string& address) {
      auto outer = addr::enclosing(address);
      return address == needed || std::ranges::find(outer, needed) != outer.end();
    });
  };
  return !plan.stages.empty() && std::ranges::any_of(plan.stages.front().deferred, [&](const auto& entry) { return std::ranges::none_of(entry.after, waits); });
}

auto ApplyRun::run_stage(const plan::Plan& plan) -> bool {
  past_ = past_durations();
  auto outcomes = block_on(world_.loop, apply::run(apply_world(), plan, *workspace_.planner));
  bool all = true;
  for (size_t i = 0; i < outcomes.size(); ++i) {
    auto& outcome = outcomes[i];
    all = all && (outcome.state == StepState::kDone || plan.steps[i].action == plan::Action::kNone);
    StepReport report{.step = plan.steps[i], .state = outcome.state, .part = outcome.part, .elapsed_ms = outcome.elapsed_ms, .identity = outcome.identity, .held_up = outcome.held_up,
                      .error = std::move(outcome.error), .because = std::move(outcome.because), .half_done = outcome.half_done, .intent = std::move(outcome.intent),
                      .candidates = std::move(outcome.candidates), .warnings = std::move(outcome.warnings)};
    result_.steps.push_back(std::move(report));
  }
  return all;
}

auto ApplyRun::approved(const plan::Plan& plan, uint32_t stage) -> bool {
  auto asked = Loop::now();
  bool yes = request_.approve(plan, stage);
  // The time of an apply is not that of the person who was asked.
  started_ += Loop::now() - asked;
  return yes;
}

// The data key is durable before anything is touched whose secrets need it.
auto ApplyRun::keep_key(const plan::Plan& plan) -> bool {
  if (!workspace_.keeps_secrets(plan)) return true;
  auto ready = beside_loop<Result<void>>(world_.loop, [&] { return workspace_.state->keyring().ready(); });
  if (!ready) result_.failure = ready.error();
  return ready.has_value();
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
  // Where every step failed without a trace there is nothing that was changed.
  auto is_trace = [](const StepReport& report) {
    // A replacement whose other half was not tried any more has not failed, and yet something is gone.
    if (report.half_done) return true;
    if (report.state == StepState::kFailed) return !report.error || report.error->changed != "no";
    return report.state == StepState::kOpen || (report.state == StepState::kDone && report.step.action != plan::Action::kNone && report.step.action != plan::Action::kRead);
  };
  bool untouched = fact.failed > 0 && result_.outputs_changed == 0 && !result_.beyond_bounds && std::ranges::none_of(result_.steps, is_trace);
  if (result_.exit == 0 && untouched) result_.exit = 1;
  if (result_.exit == 0 && (partial_ || result_.beyond_bounds || result_.checks_failed)) result_.exit = 4;
  if (result_.exit == 0 && result_.failure) result_.exit = result_.steps.empty() ? 1 : 4;
  fact.result = result_.stopped ? "stopped" : result_.exit == 0 ? "done" : result_.exit == 3 ? "refused" : result_.exit == 4 ? "partial" : "failed";
  fact.exit = result_.exit;
  result_.api_calls = workspace_.calls.api_calls;
  result_.sent_again = workspace_.calls.sent_again;
  result_.elapsed_ms = static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(Loop::now() - started_).count());
  workspace_.emit(std::move(fact));
}

void ApplyRun::leave() {
  // Nothing of its plan was done; what it has claimed, and its place in the queue, are free again.
  if (begun_) (void)writer_->end(state::EndRun{.outcome = "stopped", .summary = "nothing done"}, {});
  workspace_.finish();
}

void ApplyRun::go() {
  started_ = Loop::now();
  auto plan = make_first_plan();
  if (!plan) {
    if (result_.exit == 0) result_.exit = 1;
    workspace_.finish();
    return;
  }
  for (;;) {
    if (refuse_protected(*plan)) return leave();
    if (!waits_for_makers(*plan)) {
      if (!std::exchange(plan_again_, false) || !workspace_.refresh_snapshot() || !(plan = first_plan_of_now())) {
        if (result_.exit == 0) result_.exit = 1;
        return leave();
      }
      continue;
    }
    if (!plan->changes()) {
      result_.state_before = result_.state_after = workspace_.snapshot.tail.seq;
      report_doubts();
      result_.nothing_to_do = result_.steps.empty();
      if (begun_) (void)writer_->end(state::EndRun{.outcome = partial_ ? "partial" : "done", .summary = "nothing left to do"}, {});
      if (partial_) conclude();
      return workspace_.finish();
    }
    if (!workspace_.key_for(*plan)) {
      result_.exit = 1;
      return leave();
    }
    if (!saved_ && request_.approve && !approved(*plan, 1)) {
      result_.confirmed = false;
      result_.exit = 3;
      return leave();
    }
    // Refused here, nothing was written: a run's first transaction is its claim.
    if ((writer_ != nullptr || begin(*plan)) && claim(*plan) && keep_key(*plan)) break;
    if (!std::exchange(plan_again_, false) || !workspace_.refresh_snapshot() || !(plan = first_plan_of_now())) {
      if (result_.exit == 0) result_.exit = 1;
      return leave();
    }
  }
  workspace_.emit(event::RunStarted{.verb = plan->destroy ? "destroy" : "apply", .fabric = plan->fabric, .environment = plan->environment,
                                    .plan_digest = saved_ ? saved_->plan.digest : std::string(), .plan_name = request_.plan_file,
                                    .state = result_.state_before, .steps = plan->steps.size(), .claimed = result_.claimed_records});
  for (;;) {
    bool all = run_stage(*plan);
    result_.stopped = world_.soft_stop.requested() && (!all || !plan->stages.empty());
    partial_ = partial_ || !all;
    if (plan->stages.empty() || world_.soft_stop.requested() || writer_->refused() || (!all && !can_go_on(*plan))) break;
    if (plan->stages.front().number > 20) {
      result_.beyond_bounds = true;
      break;
    }
    auto next = next_stage(*plan);
    if (!next || !workspace_.key_for(*next) || !claim(*next) || !keep_key(*next)) {
      if (result_.failure && result_.failure->code == Code::kCancelled) {
        result_.failure.reset();
        result_.stopped = partial_ = true;
        result_.exit = 0;
        break;
      }
      // What came before is done and recorded, so this is no refusal any more.
      if (std::exchange(plan_again_, false)) {
        auto text = fmt::format("stage {}: what it relies on has changed meanwhile", plan->stages.front().number);
        result_.failure = Failure{Code::kConflict, std::move(text), "run the command again: it goes on from here"};
      }
      if (!result_.holders.empty()) {
        const auto& holder = result_.holders.front();
        result_.failure = Failure{Code::kConflict,
                                  fmt::format("stage {}: {} is claimed by another run, r-{} ({} on {})", plan->stages.front().number, holder.address,
                                              holder.run.id.substr(0, 4), holder.run.owner, holder.run.host),
                                  "run the command again: it goes on from here"};
      }
      if (!result_.stale.empty()) result_.failure = Failure{Code::kConflict, fmt::format("stage {}: {}", plan->stages.front().number, std::exchange(result_.stale, {}))};
      result_.exit = 0;
      result_.beyond_bounds = true;
      partial_ = true;
      break;
    }
    plan = std::move(next);
  }
  // A stage that was asked about, and Ctrl-C the answer.
  result_.stopped = result_.stopped || (result_.beyond_bounds && world_.soft_stop.requested());
  report_doubts();
  // Where nothing was done they are as the plan judged them.
  bool did = std::ranges::any_of(result_.steps, [](const StepReport& one) { return one.state == StepState::kDone && one.step.action != plan::Action::kRead; });
  bool judges = !options_.destroy && !world_.hard_stop.requested() && (did || !partial_);
  auto behind = judges ? workspace_.planner->left_behind() : std::vector<std::string>();
  if (!behind.empty()) {
    Report(workspace_.problems, {}, plan::diags::LeftBehind, {fmt::format("{}", fmt::join(behind, ", "))}).help("weft apply does the rest");
    partial_ = true;
  }
  if (judges) {
    result_.checks = workspace_.planner->judge_checks();
    // What the plan of a stage found broken is broken, though the stage was not gone on with.
    for (auto& check : result_.checks) {
      auto same = [&](const event::CheckJudged& one) { return one.name == check.name && one.line == check.line && !one.messages.empty(); };
      auto found = std::ranges::find_if(stage_checks_, same);
      if (check.messages.empty() && found != stage_checks_.end()) check = *found;
    }
    for (const auto& check : result_.checks) {
      workspace_.emit(check);
      result_.checks_failed = result_.checks_failed || !check.messages.empty();
    }
  }
  if (!world_.hard_stop.requested()) end();
  else if (auto tail = workspace_.state->tail()) result_.state_after = tail->seq;
  conclude();
  workspace_.finish();
}

auto apply(World& world, const ApplyRequest& request) -> ApplyResult {
  ApplyResult result;
  ApplyRun(world, request, result).go();
  return result;
}

}  // namespace weft::ops
