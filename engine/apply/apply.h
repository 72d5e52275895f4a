// Obeys a plan: as wide as its graph allows, longest chain first, each change journalled before it is made. A failed
// step stops only what depends on it. Nothing is decided here but what plan/planner.h names as holes and rechecks.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/apply/past.h"
#include "engine/event/event.h"
#include "engine/plan/plan.h"
#include "engine/plan/planner.h"
#include "engine/state/state.h"
#include "lang/os/loop.h"
#include "lang/os/task.h"

namespace weft::apply {

struct StepOutcome {
  event::StepState state = event::StepState::kWaiting;
  std::string part;                    // of a replacement: destroy or create, where it stands
  uint64_t elapsed_ms = 0;
  bool held_up = false;                // that time is not how long it takes: it waited for others or a person, or an earlier run has begun it
  std::string identity;                // afterwards, as text
  std::optional<event::StepError> error;
  std::string because;                 // skipped: address of the failed step
  bool half_done = false;
  std::string intent;                  // open: operation id
  std::vector<std::string> candidates;
  std::vector<std::string> warnings;   // of its driver
};

struct World {
  Loop& loop;
  plan::CallFactory& calls;
  state::State& state;
  state::Writer& writer;
  Cancel soft_stop, hard_stop;
  std::function<void(event::Fact)> emit;
  uint32_t parallel = 0;               // 0: kMostAtOnce
  const PastDurations* past = nullptr; // of earlier runs; null: not known
  // Addresses with a call in doubt that only a person can settle: their steps stay open, nothing is sent again.
  std::map<std::string, state::Intent> blocked{};
  // Asks a person for new credentials of a provider; false: there are none. Empty: nobody can be asked.
  std::function<Task<bool>(std::string provider, std::string why)> ask_credentials{};
};

inline constexpr uint32_t kMostAtOnce = 1000;

// What the claim of a plan holds: written and read addresses, and the versions that it relies on.
struct Claims {
  std::vector<state::ClaimItem> items;
  std::vector<state::Writer::Pin> pins;
};
// Blocked addresses are left out: they stay in doubt.
[[nodiscard]] auto claims_of(const plan::Plan& plan, plan::Planner& planner, const std::map<std::string, state::Intent>& blocked) -> Claims;

// Runs all steps; outcomes in the order of plan.steps. The claim is held already, doubts inside it are settled.
[[nodiscard]] auto run(World world, const plan::Plan& plan, plan::Planner& planner) -> Task<std::vector<StepOutcome>>;

// Settles an open intent: looks up, repeats or waits as its class allows. `planner` knows the desired value where the
// files still declare it. What remains open is said in the fact (outcome "open").
[[nodiscard]] auto settle(World world, plan::Planner& planner, const state::Intent& intent) -> Task<event::IntentSettled>;
// Side by side, but what a call relies on before the call; facts in the order of the intents, none of them emitted.
[[nodiscard]] auto settle_all(World world, plan::Planner& planner, const std::vector<state::Intent>& intents)
    -> Task<std::vector<event::IntentSettled>>;

}  // namespace weft::apply
