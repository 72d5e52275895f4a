// The next stage of a run: planned when it is reached, inside the bounds that were announced.
#include <algorithm>
#include <iterator>
#include <set>

#include <fmt/core.h>

#include "engine/ops/apply_run.h"
#include "lang/os/crash.h"

namespace weft::ops {

auto ApplyRun::refuse_stage(Failure failure) -> bool {
  if (!result_.failure) result_.failure = std::move(failure);
  result_.beyond_bounds = true;
  return false;
}

auto ApplyRun::outside(const plan::Stage& announced, const plan::Plan& now, const std::function<bool(const plan::Step&)>& counts)
    -> std::vector<std::string> {
  using plan::Action;
  std::vector<std::string> beyond;
  std::map<std::string, const plan::Stage::Deferred*, std::less<>> by_address;
  for (const auto& entry : announced.deferred) by_address.emplace(entry.address, &entry);
  for (const auto& step : now.steps) {
    if (step.action == Action::kRead || step.action == Action::kNone || !counts(step)) continue;
    auto around = plan::find_around(by_address, step.address);
    bool removes = step.action == Action::kDestroy || step.action == Action::kReplace;
    if (around == by_address.end() || (removes && !around->second->creates_only)) {
      beyond.push_back(fmt::format("{} {} was not announced", plan::word(step.action), step.address));
    } else if (around->second->creates_only && step.action != Action::kCreate) {
      beyond.push_back(fmt::format("{} {}: only creates were announced", plan::word(step.action), step.address));
    }
  }
  std::set<std::string, std::less<>> again;
  for (const auto& stage : now.stages) {
    for (const auto& entry : stage.deferred) {
      again.insert(entry.address);
      auto around = plan::find_around(by_address, entry.address);
      if (around == by_address.end()) {
        beyond.push_back(fmt::format("{}, which is planned later, was not announced", entry.address));
      } else if (around->second->creates_only && !entry.creates_only) {
        beyond.push_back(fmt::format("changes of {}: only creates were announced", entry.address));
      }
    }
  }
  // What waits for a step that failed is left to the next run.
  for (const auto& kept : now.kept) again.insert(kept.substr(0, kept.find("  ")));
  auto declared = workspace_.planner->counts();
  for (const auto& entry : announced.deferred) {
    if (entry.is_lookup() || again.contains(entry.address)) continue;
    auto known = declared.find(entry.address);
    uint64_t count = workspace_.planner->find_instance(entry.address) != nullptr ? 1 : known == declared.end() ? 0 : known->second;
    const char* what = entry.type == "module" ? "instances of the module" : "resources";
    auto say = [&](const char* bound, uint64_t number) {
      beyond.push_back(fmt::format("{}: {} {}, at {} {} were announced", entry.address, count, what, bound, number));
    };
    if (entry.most && count > *entry.most) say("most", *entry.most);
    if (entry.least && count < *entry.least) say("least", *entry.least);
  }
  return beyond;
}

auto ApplyRun::within(const plan::Plan& before, const plan::Plan& now) -> bool {
  const auto& announced = before.stages.front();
  auto beyond = outside(announced, now, [](const plan::Step&) { return true; });
  if (beyond.empty()) return true;
  std::string text = fmt::format("stage {} goes outside its bounds, so nothing of it is done", announced.number);
  for (const auto& one : beyond) text += "\n  " + one;
  return refuse_stage(Failure{Code::kConflict, std::move(text), "look at it as a plan of its own:  weft plan"});
}

// That a stage is done, and what was agreed to for the next one.
auto ApplyRun::note_stage(const plan::Plan& before) -> bool {
  std::vector<Value> bounds;
  for (const auto& entry : before.stages.front().deferred) {
    auto count = [](const std::optional<uint64_t>& number) {
      return number ? Value::integer(static_cast<int64_t>(*number)) : Value::null();
    };
    bounds.push_back(Value::object({Field{"address", Value::string(entry.address)}, Field{"least", count(entry.least)},
                                    Field{"most", count(entry.most)}, Field{"creates_only", Value::boolean(entry.creates_only)}}));
  }
  Value note = Value::object({Field{"stage", Value::integer(before.stages.front().number)},
                              Field{"bounds", Value::string(plan::shape_digest(Value::list(std::move(bounds))))}});
  std::vector<state::OperationBody> operations;
  operations.push_back(state::Note{.what = "stage", .value = std::move(note)});
  auto noted = writer_->append(std::move(operations));
  if (!noted) return refuse_stage(noted.error());
  crash_point("stage.noted");
  return true;
}

auto ApplyRun::next_stage(const plan::Plan& before) -> std::optional<plan::Plan> {
  if (!note_stage(before) || !workspace_.refresh_snapshot()) return std::nullopt;
  plan::Options options = options_;
  options.stage = before.stages.front().number;
  options.observed = nullptr;
  options.refresh = plan::Refresh::kNone;
  // Neither tried again by this run, nor stood upon.
  std::ranges::copy(not_done(), std::back_inserter(options.except));
  for (const auto& step : before.steps) {
    if (step.action == plan::Action::kReplace) options.replaced.insert(step.address);
  }
  options_.replaced = options.replaced;
  workspace_.emit(event::StageBegun{.stage = options.stage});
  auto former = std::move(workspace_.planner);
  // A run goes by what it has read once.
  lookups_ = former->lookups();
  for (const auto& report : result_.steps) {
    if (report.step.action == plan::Action::kRead && report.state != event::StepState::kDone) lookups_.erase(report.step.address);
  }
  options.lookups = &lookups_;
  auto made = workspace_.plan_further(options);
  bool good = made && workspace_.clean();
  if (good && !made->failed.empty()) good = refuse_stage(unplannable(*made));
  good = good && within(before, *made);
  if (good && !made->stages.empty() && !made->counts().any()) {
    // Nothing that this stage does would make known what it waits for.
    const auto& first = made->stages.front().deferred.front();
    auto what = first.why.empty() ? first.address : first.address + ": " + first.why;
    auto text = fmt::format("stage {} cannot be planned: {}, and nothing is left that would tell", options.stage, what);
    good = refuse_stage(Failure{Code::kConflict, std::move(text)});
  }
  // A saved plan agreed to the bounds beforehand.
  if (good && !saved_ && request_.approve && made->counts().any() && !approved(*made, options.stage)) good = false;
  if (!good) {
    // Outputs and checks are those of what was done.
    workspace_.planner = std::move(former);
    if (made) stage_checks_ = std::move(made->checks);
    result_.beyond_bounds = true;
    return std::nullopt;
  }
  // What is put off again stays inside what was agreed to.
  for (auto& stage : made->stages) {
    for (auto& entry : stage.deferred) {
      for (const auto& earlier : before.stages.front().deferred) {
        if (earlier.address != entry.address) continue;
        if (earlier.least) entry.least = std::max(entry.least.value_or(0), *earlier.least);
        if (earlier.most) entry.most = std::min(entry.most.value_or(*earlier.most), *earlier.most);
      }
    }
  }
  return made;
}

}  // namespace weft::ops
