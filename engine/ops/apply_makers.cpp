// A destroy next to an apply that lives: what that one is making has no record yet, so no step of the plan is for it, and
// "nothing to destroy" would be wrong a moment later.
#include <algorithm>

#include "engine/ops/apply_run.h"
#include "lang/base/text.h"

namespace weft::ops {

namespace {

// Those of `intents` that make something under a run that lives.
auto made_by_others(const state::Snapshot& snapshot, const std::function<bool(const std::string&)>& asked_for) -> std::vector<state::Holder> {
  std::vector<state::Holder> out;
  for (const auto& intent : snapshot.open) {
    if (intent.change != "create" || !asked_for(intent.address)) continue;
    auto run = std::ranges::find_if(snapshot.runs, [&](const auto& one) { return one.id == intent.run && one.alive && !one.fenced && !one.ended; });
    if (run != snapshot.runs.end()) out.push_back({.address = intent.address, .run = *run});
  }
  std::ranges::sort(out, [](const auto& a, const auto& b) { return natural_less(a.address, b.address); });
  return out;
}

}  // namespace

auto ApplyRun::waits_for_makers(const plan::Plan& plan) -> bool {
  if (!options_.destroy || workspace_.state == nullptr) return true;
  auto makers = made_by_others(workspace_.snapshot, [&](const std::string& address) { return asked_for(address); });
  if (makers.empty()) return true;
  result_.claimed_records = makers.size();
  if (!wait_until_) wait_until_ = Loop::now() + request_.wait.value_or(std::chrono::milliseconds(0));
  if (*wait_until_ <= Loop::now() || world_.soft_stop.requested()) {
    result_.holders = std::move(makers);
    result_.exit = 3;
    return false;
  }
  if (writer_ == nullptr && !begin(plan)) return false;
  apply::Claims claims;
  for (const auto& maker : makers) claims.items.push_back({.address = maker.address});
  // What they have made is planned then.
  if (hold(claims)) plan_again_ = true;
  return false;
}

}  // namespace weft::ops
