// One function a verb: plain structs in, plain structs out. No flags, no JSON, no terminal here; the doors (command
// line, later HTTP and watch) turn their requests into these and hand the results to engine/view.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/event/event.h"
#include "engine/plan/plan.h"
#include "engine/state/state.h"
#include "lang/base/result.h"
#include "lang/check/program.h"
#include "lang/diag/diagnostic.h"
#include "lang/os/clock.h"
#include "lang/os/loop.h"
#include "lang/source/source_map.h"
#include "lang/value/function.h"
#include "lang/value/value.h"
#include "providers/api/registry.h"

namespace weft::ops {

// What a verb needs of the world, handed in by the door.
struct World {
  std::string folder;                          // the fabric's (-C, or the working folder), absolute
  driver::Registry& drivers;
  const FunctionTable& functions;
  Clock& clock;
  Loop& loop;
  event::Listener& listener;
  Cancel soft_stop;                            // first Ctrl-C: no new step starts
  Cancel hard_stop;                            // second: leave intents open
  std::map<std::string, std::string> environment;  // WEFT_INPUT_…, WEFT_KEY, HOME, …
  std::string owner, host, command;            // for the log: who, where, what was typed
  std::string version;                         // of the program: "0.1.0"
};

// Inputs as given, later over earlier.
struct InputSources {
  std::string environment = "default";                       // --env
  std::vector<std::string> files;                            // --inputs
  std::vector<std::pair<std::string, std::string>> sets;     // --set name=value
};

// What every verb on files returns beside its own answer.
struct Reported {
  std::shared_ptr<SourceMap> sources = std::make_shared<SourceMap>();
  std::vector<Diagnostic> diagnostics;
  std::optional<Failure> failure;              // the world's refusal; nothing was changed
  [[nodiscard]] auto ok() const -> bool;       // no failure and no error among the diagnostics
};

struct CheckRequest {
  bool fix = false;                            // apply the fixes to the files
};
struct CheckResult : Reported {
  size_t files = 0, fixed = 0;
};
[[nodiscard]] auto check(World& world, const CheckRequest& request) -> CheckResult;

struct FormatRequest {
  bool check = false;                          // change nothing
  std::vector<std::string> files;              // empty: all of the folder and the folders below it
};
struct FormatResult : Reported {
  std::vector<std::string> changed;            // that were, or with `check` would be, rewritten
  std::vector<std::pair<std::string, std::string>> texts;  // of `changed`: name, new text
};
[[nodiscard]] auto format(World& world, const FormatRequest& request) -> FormatResult;

enum class Refresh : uint8_t { kFull, kChanged, kNone };
struct PlanRequest {
  InputSources inputs;
  std::vector<std::string> only, except, replace;
  bool destroy = false;
  Refresh refresh = Refresh::kFull;
  std::string out;                             // save it there
};
// What an expression names: an input, a let, a variable of its `for`.
struct NamedValue {
  std::string name;
  std::optional<Value> value;                  // where it could be told; secrets marked
  plan::SourceLine source;
  std::string set_in;                          // of an input that was given one: "prod.inputs:4", "--set"
  bool input = false;                          // of the fabric, not of a module
  uint64_t steps = 0;                          // PlanResult::common: updates that take it
};
struct PlanResult : Reported {
  std::optional<plan::Plan> plan;              // also when checks failed
  uint64_t in_doubt = 0;                       // calls that a dead run left open
  std::vector<NamedValue> common;              // of a large plan: inputs that most of its updates take their new values from
};
[[nodiscard]] auto plan(World& world, const PlanRequest& request) -> PlanResult;
// A saved plan's document, without its fabric.
[[nodiscard]] auto read_plan(World& world, const std::string& file) -> Result<plan::Plan>;

struct ApplyRequest {
  PlanRequest planning;                        // of a fresh plan
  std::string plan_file;                       // or exactly this one
  // Shown the plan (stage 1, then each later stage); false: not confirmed. Not called for saved plans.
  std::function<bool(const plan::Plan&, uint32_t stage)> approve;
  // Asks a person for new credentials of a provider, while the rest goes on; false: there are none. Empty: nobody is there.
  std::function<Task<bool>(std::string provider, std::string why)> ask_credentials;
  std::optional<std::chrono::milliseconds> wait;
  uint32_t parallel = 0;                       // 0: as wide as the graph allows
};
struct StepReport {
  plan::Step step;
  event::StepState state = event::StepState::kWaiting;
  std::string part;                            // of a replacement: where it failed
  uint64_t elapsed_ms = 0;
  std::string identity;                        // afterwards
  bool held_up = false;                        // that time is not how long it takes
  std::optional<event::StepError> error;
  std::string because;                         // skipped: address of the failed step
  bool half_done = false;
  std::string intent;                          // open: operation id
  std::vector<std::string> candidates;         // open: what might be it
  std::vector<std::string> warnings;           // of its driver
};
struct ApplyResult : Reported {
  std::optional<plan::Plan> plan;              // what was asked for (first stage)
  bool nothing_to_do = false;
  bool confirmed = true;
  std::vector<state::Holder> holders;          // claimed by somebody else
  uint64_t claimed_records = 0;                // that this plan changes, when refused
  std::string stale;                           // why a saved plan is refused
  std::vector<std::string> stale_details;
  uint64_t stale_others = 0;                   // records that have changed too and do not matter to the plan
  std::vector<StepReport> steps;               // of all stages
  std::string run;
  uint64_t state_before = 0, state_after = 0;
  uint64_t api_calls = 0, sent_again = 0, elapsed_ms = 0;
  uint64_t outputs_changed = 0, outputs_unchanged = 0;
  std::vector<event::CheckJudged> checks;      // as they are afterwards; where nothing was done, as the plan judged them
  bool checks_failed = false;                  // one of them fails afterwards
  bool stopped = false;                        // Ctrl-C
  bool beyond_bounds = false;                  // a stage went outside its bounds, or was not confirmed
  int exit = 0;                                // terminal.md 3
};
[[nodiscard]] auto apply(World& world, const ApplyRequest& request) -> ApplyResult;

struct WhyResult : Reported {
  std::optional<plan::Plan> plan;
  plan::StepIndex step = UINT32_MAX;           // UINT32_MAX: no step; `remark` says what there is
  std::string remark;
  std::map<plan::StepIndex, std::vector<NamedValue>> names;  // what the changing attributes of a step name
  std::map<uint64_t, uint64_t> written_ms;     // when a version of the state was written, for those of the steps' records
};
// PlanRequest::out names a saved plan to look at when `saved` is set.
[[nodiscard]] auto why(World& world, const PlanRequest& request, const std::string& address, bool saved) -> WhyResult;

// ---- looking at the state (nothing is appended)

struct StateRequest {
  std::string environment = "default";
  std::string selector;                        // empty: all
  std::optional<uint64_t> version;             // show @N
  bool reveal = false;
};
struct StateResult : Reported {
  state::Snapshot snapshot;
  std::vector<state::Record> records;          // that were selected
  std::vector<uint64_t> versions;              // show: of the one record, oldest first
  std::vector<std::string> used_by;            // show
  std::string declared;                        // show of one: "network.fabric:31"; empty where the files do not tell
  std::map<std::string, std::string> from;     // show of one: attribute → what it is written as, where that is a plain name
  std::vector<state::HistoryEntry> history;    // list: which runs wrote the versions of `records`
  std::string fabric;
};
[[nodiscard]] auto state_list(World& world, const StateRequest& request) -> StateResult;
[[nodiscard]] auto state_show(World& world, const StateRequest& request) -> StateResult;
struct HistoryResult : Reported {
  std::vector<state::HistoryEntry> entries;    // newest first
};
[[nodiscard]] auto state_history(World& world, const std::string& environment, size_t most) -> HistoryResult;

// ---- keeping the state in order (no record changes)

struct StateCare : Reported {
  uint64_t version = 0;                        // of the state
  state::Compacted compacted;
};
// Folds the whole log again and compares; kCorrupt says where they differ.
[[nodiscard]] auto state_verify(World& world, const std::string& environment) -> StateCare;
// A consistent copy in the folder `to`, which must be empty or not there yet.
[[nodiscard]] auto state_backup(World& world, const std::string& environment, const std::string& to) -> StateCare;
// Says what a state is that will not be written because it is in another place, or behind what was seen of it. `healed`
// is false when it could be written all along.
struct HealRequest {
  std::string environment = "default";
  bool moved = false;                          // it was moved here, and no other copy is in use
  bool accept_rewind = false;                  // go on with the older history
  bool renamed = false;                        // the fabric has another name now
};
struct HealResult : StateCare {
  bool healed = false;
};
[[nodiscard]] auto state_heal(World& world, const HealRequest& request) -> HealResult;
// Drops history beyond the retention and gives the room back to the disk.
[[nodiscard]] auto state_compact(World& world, const std::string& environment, const state::Retention& retention) -> StateCare;

struct ChangedState : Reported {
  std::vector<std::string> addresses;
  uint64_t state_before = 0, state_after = 0;
  std::vector<state::Holder> holders;
};
[[nodiscard]] auto state_move(World& world, const std::string& environment, const std::string& from,
                              const std::string& to) -> ChangedState;
[[nodiscard]] auto forget(World& world, const std::string& environment, const std::vector<std::string>& selectors)
    -> ChangedState;
[[nodiscard]] auto adopt(World& world, const InputSources& inputs, const std::string& address, const std::string& id)
    -> ChangedState;
[[nodiscard]] auto unlock(World& world, const std::string& environment, const std::string& run,
                          const std::function<bool(const state::RunInfo&)>& approve) -> ChangedState;

struct RecoverRequest {
  InputSources inputs;
  std::string address;                         // empty: everything in doubt
  enum class Answer : uint8_t { kNone, kAdopt, kDone, kNotDone, kRetry } answer = Answer::kNone;
  std::string id;                              // kAdopt
};
struct RecoverResult : Reported {
  std::vector<event::IntentSettled> settled;
  uint64_t open = 0;                           // left for a person
  uint64_t running = 0;                        // open calls of runs that live, or whose commands do: not in doubt yet
  uint64_t state_before = 0, state_after = 0;
};
[[nodiscard]] auto recover(World& world, const RecoverRequest& request) -> RecoverResult;

struct OutputResult : Reported {
  std::vector<std::pair<std::string, Value>> outputs;  // as the last apply recorded them; secrets marked
};
[[nodiscard]] auto output(World& world, const std::string& environment, const std::string& name, bool reveal)
    -> OutputResult;

// ---- looking at the fabric

struct GraphNode {
  std::string address, type, module;
  std::string status;                          // record's status, or the planned action with `with_plan`; "later": of a later stage
  plan::SourceLine source;
  uint32_t layer = 0;                          // longest way from a node that needs nothing
};
struct GraphResult : Reported {
  std::string fabric;
  std::vector<GraphNode> nodes;                // natural order
  std::vector<std::pair<uint32_t, uint32_t>> edges;  // first needs second
};
[[nodiscard]] auto graph(World& world, const InputSources& inputs, bool with_plan) -> GraphResult;

// Evaluates expressions against inputs and recorded values; one object for a whole console session.
class Console {
 public:
  [[nodiscard]] static auto open(World& world, const InputSources& inputs) -> std::pair<std::unique_ptr<Console>, Reported>;
  virtual ~Console() = default;
  struct Answer : Reported {
    std::optional<Value> value;
    Type type;
  };
  [[nodiscard]] virtual auto evaluate(const std::string& text) -> Answer = 0;
  [[nodiscard]] virtual auto names() const -> std::vector<std::string> = 0;
};

struct InitRequest {
  std::string from;                            // local, aws, k8s, empty; "" where a fabric exists
};
struct InitResult : Reported {
  bool needs_choice = false;                   // an empty folder and no `from`
  std::vector<std::pair<std::string, std::string>> choices;  // of an empty folder: `from`, in words
  std::vector<std::string> written;            // "main.fabric (12 lines)"
};
[[nodiscard]] auto init(World& world, const InitRequest& request) -> InitResult;

}  // namespace weft::ops
