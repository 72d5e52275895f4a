// weft unlock: frees the claims of a run that a person judges dead. Its open intents stay, and block their addresses
// until they are settled.
#include <algorithm>

#include <fmt/format.h>

#include "engine/ops/own_turn.h"
#include "engine/ops/workspace.h"

namespace weft::ops {

auto unlock(World& world, const std::string& environment, const std::string& run,
            const std::function<bool(const state::RunInfo&)>& approve) -> ChangedState {
  ChangedState result;
  auto refuse = [&](Failure failure) -> ChangedState& {
    result.failure = std::move(failure);
    return result;
  };
  auto state = open_state_only(world, environment, true);
  if (!state) return refuse(state.error());
  auto runs = (*state)->runs();
  if (!runs) return refuse(runs.error());
  // r-8a10, or more of its digits.
  std::string digits = run.starts_with("r-") ? run.substr(2) : run;
  std::vector<const state::RunInfo*> meant;
  for (const auto& one : *runs) {
    if (!one.ended && !one.fenced && one.id.starts_with(digits)) meant.push_back(&one);
  }
  if (digits.size() < 4 || meant.empty()) {
    std::string known;
    for (const auto& one : *runs) {
      if (!one.ended && !one.fenced) known += fmt::format("{}r-{}", known.empty() ? "" : ", ", one.id.substr(0, 8));
    }
    return refuse({Code::kNotFound, fmt::format("no run {} holds anything", run), known.empty() ? "no run holds a claim" : "runs that do: " + known});
  }
  if (meant.size() > 1) return refuse({Code::kInvalid, fmt::format("{} runs begin with {}", meant.size(), run), "give more of its digits"});
  auto tail = (*state)->tail();
  if (!tail) return refuse(tail.error());
  result.state_before = result.state_after = tail->seq;
  if (!approve(*meant[0])) {
    result.failure = Failure{Code::kCancelled, "not confirmed", {}};
    return result;
  }
  state::BeginRun self{.verb = "unlock", .owner = world.owner, .host = world.host, .command = world.command};
  auto fenced = beside_loop<Result<void>>(world.loop, [&] { return state::fence_run(**state, meant[0]->id, "unlock by " + world.owner, self); });
  if (!fenced) return refuse(fenced.error());
  result.addresses = {fmt::format("r-{}", meant[0]->id.substr(0, 4))};
  if (auto after = (*state)->tail()) result.state_after = after->seq;
  return result;
}

}  // namespace weft::ops
