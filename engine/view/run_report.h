// What is said when an apply ends: what failed and why, what was skipped because of it, what was done, the state, and
// the command that goes on.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/event/event.h"
#include "engine/plan/plan.h"
#include "engine/state/state.h"
#include "engine/view/look.h"
#include "lang/os/open_by.h"

namespace weft::draw {

struct ReportedStep {
  const plan::Step* step = nullptr;
  event::StepState state = event::StepState::kWaiting;
  std::string part, identity, because, intent;
  uint64_t elapsed_ms = 0;
  std::optional<event::StepError> error;
  bool half_done = false;
  std::vector<std::string> candidates;
  std::vector<std::string> warnings;        // of its driver
};

struct RunReport {
  std::string verb = "apply";               // apply, destroy, drift --fix
  std::string fabric;                       // "reference", "mesh/prod"
  std::string plan_file;                    // of a saved plan
  std::string again;                        // the command that goes on: "weft apply reference.plan"
  std::string recover = "weft recover";     // the one that settles calls in doubt, with what was typed of inputs
  std::vector<ReportedStep> steps;
  std::vector<event::CheckJudged> checks;
  std::vector<std::string> outputs_changed; // names
  uint64_t outputs_changed_count = 0, outputs_unchanged = 0;
  uint64_t state_before = 0, state_after = 0, api_calls = 0, sent_again = 0, elapsed_ms = 0;
  bool stopped = false, stopped_hard = false, checks_failed = false, beyond_bounds = false;
  size_t open_beside = 0;                   // calls in doubt that no step of the run was about
  bool untouched = false;                   // every step that was tried failed and changed nothing
};

[[nodiscard]] auto run_report_text(const RunReport& report, const Look& look) -> std::string;
// Its last line alone, for --quiet.
[[nodiscard]] auto run_report_last_line(const RunReport& report) -> std::string;

// The process that holds a run's lock on this machine, and whether it stands still; nothing where that is not known.
using ProcessOf = std::function<std::optional<OpenBy>(const std::string& run)>;

// "error: 2 of the 17 records that this plan changes are claimed by another run", who holds them, and what to do. `claimed_records` 0: by a
// command that cannot wait.
[[nodiscard]] auto claimed_text(const std::vector<state::Holder>& holders, uint64_t claimed_records, const std::string& again,
                                const std::string& environment, const Look& look, const ProcessOf& process = {}, bool relied_on = false) -> std::string;
// "alive: process 4711 on this machine", "dead": of a run that holds something.
[[nodiscard]] auto life_text(const state::RunInfo& run, const ProcessOf& process) -> std::string;
// `others`: records that have changed too and do not matter to the plan.
[[nodiscard]] auto stale_text(const std::string& plan_file, const std::string& why, const std::vector<std::string>& details,
                              uint64_t others, const std::string& environment, const Look& look) -> std::string;

}  // namespace weft::draw
