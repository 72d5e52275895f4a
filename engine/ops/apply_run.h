// One run of apply, stage by stage; only the .cpp files of this room include it.
#pragma once

#include "engine/apply/apply.h"
#include "engine/ops/workspace.h"

namespace weft::ops {

[[nodiscard]] auto plan_options(const PlanRequest& request) -> plan::Options;

class ApplyRun {
 public:
  ApplyRun(World& world, const ApplyRequest& request, ApplyResult& result)
      : world_(world), request_(request), result_(result), workspace_(world, result) {}

  // Everything; the exit code stands in the result.
  void go();

 private:
  auto load_saved() -> bool;              // the plan file, its inputs and whether it is stale
  auto settle_doubts() -> bool;           // open intents of dead runs, before anything is planned
  auto make_first_plan() -> std::optional<plan::Plan>;
  auto first_plan_of_now() -> std::optional<plan::Plan>;
  // What of it could not be planned.
  [[nodiscard]] static auto unplannable(const plan::Plan& made) -> Failure;
  auto same_as_saved(const plan::Plan& plan) -> bool;
  auto refuse_protected(const plan::Plan& plan) -> bool;
  auto begin(const plan::Plan& plan) -> bool;       // state, writer, run.started
  auto claim(const plan::Plan& plan) -> bool;
  auto hold(const apply::Claims& claims) -> bool;
  auto approved(const plan::Plan& plan, uint32_t stage) -> bool;
  auto keep_key(const plan::Plan& plan) -> bool;
  auto nobody_joined(const apply::Claims& claims) -> bool;  // whether collections that are read whole are as planned
  auto run_stage(const plan::Plan& plan) -> bool;   // true: every step is done
  [[nodiscard]] auto not_done() const -> std::vector<std::string>;
  [[nodiscard]] auto can_go_on(const plan::Plan& plan) const -> bool;  // though not every step is done
  auto next_stage(const plan::Plan& before) -> std::optional<plan::Plan>;
  auto within(const plan::Plan& before, const plan::Plan& now) -> bool;
  // What `now`, as far as `counts` takes its steps, does beyond the announced bounds; in words.
  auto outside(const plan::Stage& announced, const plan::Plan& now, const std::function<bool(const plan::Step&)>& counts)
      -> std::vector<std::string>;
  auto note_stage(const plan::Plan& before) -> bool;
  auto refuse_stage(Failure failure) -> bool;
  void end();
  // Outputs as of the tail: other runs may have written records, and outputs, since this one was planned.
  auto output_values(const state::Snapshot& now) -> std::vector<std::pair<std::string, Value>>;
  auto past_durations() -> apply::PastDurations;
  // With those of this run; nothing: none of its steps took so long that it is noted.
  auto durations_row() -> std::optional<state::OperationBody>;
  auto output_rows(const std::vector<std::pair<std::string, Value>>& values, const state::Snapshot& now) -> std::vector<state::OperationBody>;
  // A destroy next to what others are making right now: no record stands for it yet. False: refused, or planned again.
  auto waits_for_makers(const plan::Plan& plan) -> bool;
  void report_doubts();                   // those that no step has met
  auto asked_for(const std::string& address) const -> bool;
  void leave();                           // before its first step
  void stale(std::string why, std::vector<std::string> details);
  void conclude();
  auto apply_world() -> apply::World;
  // What nothing is done to: addresses of calls in doubt, as they were and as the files call them now.
  [[nodiscard]] auto blocked() const -> std::map<std::string, state::Intent>;

  World& world_;
  const ApplyRequest& request_;
  ApplyResult& result_;
  Workspace workspace_;
  std::unique_ptr<state::Writer> writer_;
  std::optional<plan::SavedPlan> saved_;
  plan::Options options_;
  std::vector<event::CheckJudged> stage_checks_;  // of a stage that was not gone on with
  std::map<std::string, Value> lookups_;          // what the run goes by from its second stage on, by address
  std::chrono::nanoseconds started_{};
  apply::PastDurations past_;                     // of earlier runs
  std::map<std::string, state::Intent> blocked_;  // in doubt, for a person to settle
  std::map<std::string, std::vector<std::string>> candidates_;  // what they may have made, by address
  bool partial_ = false;
  std::optional<std::chrono::nanoseconds> wait_until_;
  bool plan_again_ = false;                       // records have changed while it waited for them, or by its settling
  bool begun_ = false;                            // the log knows of this run
  bool holding_ = false;                          // it has claims
};

// Settles open intents of dead runs, side by side; facts of each are emitted and returned, in their order.
[[nodiscard]] auto settle_open(Workspace& workspace, state::Writer& writer, const std::vector<state::Intent>& intents)
    -> std::vector<event::IntentSettled>;
// Open intents whose run is dead: nobody waits for their calls.
[[nodiscard]] auto in_doubt(const state::Snapshot& snapshot) -> std::vector<state::Intent>;

}  // namespace weft::ops
