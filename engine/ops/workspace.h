// What the verbs of a fabric have in common: files loaded and checked, inputs gathered, the state opened, a planner.
// Only the .cpp files of this room include it.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/config/inputs.h"
#include "engine/config/load.h"
#include "engine/config/schemas.h"
#include "engine/ops/ops.h"
#include "engine/plan/plan_file.h"
#include "engine/plan/planner.h"

namespace weft::ops {

class Workspace {
 public:
  // Nothing is touched; what is wrong stands in `reported` (diagnostics are moved there by finish()).
  Workspace(World& world, Reported& reported);
  ~Workspace();

  // Loads and checks the files of the folder. False: there are errors.
  auto load() -> bool;
  // The root must be a fabric, made for this version; its environment and inputs must be good.
  // `saved` (may be null) gives clear inputs by value; they win over files and flags. `may_lack`: what is destroyed needs
  // few inputs, so those without a value are unknown until a plan turns out to need them.
  auto open_fabric(const InputSources& inputs, const std::map<std::string, Value>* saved = nullptr, bool may_lack = false) -> bool;
  // Opens the state (made when `create`); a state that does not exist yet is no failure.
  auto open_state(bool create) -> bool;
  // False (reported) of an environment in which nothing was ever applied: a mistake, unless it is the first one.
  auto knows_environment() -> bool;
  // Copies the snapshot anew.
  auto refresh_snapshot() -> bool;
  auto make_planner(plan::Options options) -> plan::Planner&;
  // Runs it; the planner stays good. False: failed (reported).
  auto make_plan(plan::Options options) -> std::optional<plan::Plan>;
  // The same in the middle of a run: its requests are counted on.
  auto plan_further(plan::Options options) -> std::optional<plan::Plan>;
  // Whether the plan, of this planner, puts secrets into a state that has no key for them yet.
  [[nodiscard]] auto keeps_secrets(const plan::Plan& plan) const -> bool;
  // The state's key is here and right. False: it is not (reported).
  auto key_is_right() -> bool;
  // A key for that plan's secrets could be kept. False: it could not (reported).
  auto key_for(const plan::Plan& plan) -> bool;
  void report_lacking();
  // Diagnostics so far into `reported`.
  void finish();
  [[nodiscard]] auto clean() const -> bool { return problems.errors() == 0 && !reported.failure; }
  [[nodiscard]] auto begin_run(const std::string& verb, const std::string& plan_digest = {}) -> state::BeginRun;
  void emit(event::Fact fact);
  [[nodiscard]] auto save(const plan::Plan& plan) -> plan::SavedPlan;

  World& world;
  Reported& reported;
  DiagSink problems;
  config::Schemas schemas;
  std::unique_ptr<config::Fabric> fabric;
  std::map<std::string, config::InputValue, std::less<>> inputs;
  std::vector<const check::Declaration*> lacking;  // inputs without a value
  std::string environment = "default";
  std::unique_ptr<state::State> state;
  state::Snapshot snapshot;
  plan::CallFactory calls;
  std::unique_ptr<plan::Planner> planner;
  std::string run;                      // id, once a writer is there
  uint64_t events = 0;
};

// Opens only the state, for verbs that need no files. kNotFound when there is none. `heal`: what a person has said of it.
[[nodiscard]] auto open_state_only(World& world, const std::string& environment, bool write, const HealRequest& heal = {})
    -> Result<std::unique_ptr<state::State>>;
// The name of the fabric in the world's folder, without checking its files; empty when it cannot be told.
[[nodiscard]] auto fabric_name_of(World& world) -> std::string;

}  // namespace weft::ops
