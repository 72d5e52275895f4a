// A saved plan: does it still hold, and does planning again give just that?
#include <algorithm>
#include <iterator>
#include <set>

#include <fmt/core.h>

#include "engine/ops/apply_run.h"
#include "engine/ops/saved_pins.h"
#include "engine/state/seal.h"
#include "lang/base/text.h"

namespace weft::ops {

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
  if (!workspace_.open_fabric(inputs, &saved_->inputs, saved_->plan.destroy)) return false;
  if (workspace_.fabric->root()->fabric_name != saved_->plan.fabric) {
    result_.failure = Failure{Code::kInvalid, fmt::format("{} is a plan of the fabric `{}`, this is `{}`", request_.plan_file, saved_->plan.fabric, workspace_.fabric->root()->fabric_name)};
    return false;
  }
  if (!workspace_.open_state(false)) return false;
  if (!saved_->plan.fabric_id.empty() && workspace_.snapshot.fabric_id != saved_->plan.fabric_id) {
    result_.failure = Failure{Code::kInvalid, fmt::format("{} was made for another state of `{}`", request_.plan_file, saved_->plan.fabric), "plan again:  weft plan --out " + request_.plan_file};
    result_.exit = 3;
    return false;
  }
  if (workspace_.snapshot.tail.seq < saved_->plan.tail.seq) {
    stale(fmt::format("the state is at @{}, older than the plan's @{}: it was restored or rewound", workspace_.snapshot.tail.seq, saved_->plan.tail.seq), {});
    return false;
  }
  if (workspace_.fabric->digest() != saved_->configuration) {
    stale("the fabric's files have changed since", configuration_moved(workspace_, *saved_));
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
  std::ranges::move(files_moved(workspace_, *saved_, own.empty()), std::back_inserter(details));
  std::ranges::move(collections_moved(workspace_, *saved_, is_own, !own.empty()), std::back_inserter(details));
  std::map<std::string, uint64_t> now;
  std::set<std::string, std::less<>> guarded;  // what this plan writes, and secrets, which no plan file can be compared with
  for (const auto& record : workspace_.snapshot.records) {
    now[record.address] = record.version;
    if (state::holds_sealed(record.observed) || state::holds_sealed(record.applied)) guarded.insert(record.address);
  }
  for (const auto& step : saved_->plan.steps) {
    if (step.action != plan::Action::kRead) guarded.insert(step.address);
    if (!step.moved_from.empty()) guarded.insert(step.moved_from);
  }
  // What is only read may move: planning again tells whether what is used of it is the same.
  std::vector<std::string> only_read;
  size_t moved = 0;
  for (const auto& [address, version] : saved_->pins) {
    auto found = now.find(address);
    uint64_t current = found == now.end() ? 0 : found->second;
    if (current == version || (current != 0 && is_own(current)) || (current == 0 && !own.empty())) continue;
    if (current != 0 && version != 0 && !guarded.contains(address)) {
      only_read.push_back(address);
      continue;
    }
    ++moved;
    std::string by;
    if (auto author = authors.lower_bound(current); current != 0 && author != authors.end()) {
      by = fmt::format(", by r-{} (weft {}, {} on {})", author->second.id.substr(0, 4), author->second.verb, author->second.owner, author->second.host);
    }
    details.push_back(fmt::format("{}  @{} → {}{}", address, version, current == 0 ? "gone" : fmt::format("@{}", current), by));
  }
  if (!details.empty()) {
    std::set<std::string_view> relied;
    for (const auto& [address, version] : saved_->pins) relied.insert(address);
    for (const auto& record : workspace_.snapshot.records) {
      result_.stale_others += record.version > saved_->plan.tail.seq && !is_own(record.version) && !relied.contains(record.address) ? 1 : 0;
    }
    std::string why = moved != details.size()        ? "what it relies on has changed since"
                      : saved_->pins.size() == 1     ? "the record that it relies on has changed since"
                      : moved == saved_->pins.size() ? fmt::format("all {} records that it relies on have changed since", moved)
                                                     : fmt::format("{} of the {} records that it relies on {} changed since", moved, saved_->pins.size(),
                                                                   moved == 1 ? "has" : "have");
    stale(std::move(why), std::move(details));
    return false;
  }
  for (const auto& address : only_read) saved_->observed.erase(address);
  // What this plan has done already is not as it was when the plan was made.
  std::set<std::string, std::less<>> replaced;
  for (const auto& [address, version] : saved_->pins) {
    auto found = now.find(address);
    if (own.empty() || (found == now.end() ? 0 : found->second) == version) continue;
    saved_->observed.erase(address);
    replaced.insert(address);
  }
  for (const auto& step : saved_->plan.steps) {
    if (step.action != plan::Action::kRead || own.empty()) continue;
    saved_->lookups.erase(step.address);
    saved_->secret_lookups.erase(step.address);
  }
  options_ = plan::Options{.only = saved_->plan.only, .except = saved_->plan.except, .replace = saved_->plan.replace, .destroy = saved_->plan.destroy, .observed = &saved_->observed, .lookups = &saved_->lookups};
  options_.replaced = std::move(replaced);
  return true;
}

auto ApplyRun::same_as_saved(const plan::Plan& plan) -> bool {
  std::set<std::string> planned;
  for (const auto& step : saved_->plan.steps) planned.insert(step.id);
  if (auto moved = answers_moved(workspace_, *saved_); !moved.empty()) {
    stale("what it relies on has changed since", std::move(moved));
    return false;
  }
  std::vector<std::string> details;
  for (const auto& [configuration, place] : saved_->places) {
    auto* open = workspace_.planner->sessions().find(configuration);
    if (open == nullptr || !open->session || open->place() == place) continue;
    details.push_back(fmt::format("provider {}  now points at {}, not at {}", configuration, open->place(), place));
  }
  if (!details.empty()) {
    stale("it is for another place", std::move(details));
    return false;
  }
  // Resumed after its first stage, what belongs to the next one stands here already: its bounds were agreed to.
  auto is_later = [&](const plan::Step& step) { return !saved_->plan.stages.empty() && !planned.contains(step.id); };
  if (!saved_->plan.stages.empty()) details = outside(saved_->plan.stages.front(), plan, is_later);
  for (const auto& step : plan.steps) {
    if (is_later(step) || step.action == plan::Action::kRead) continue;
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

}  // namespace weft::ops
