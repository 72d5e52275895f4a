// Decides: expands the fabric, compares it with the records and the world, and writes the plan document. The same
// object then answers what apply must evaluate again (holes): it holds the tables, apply only obeys the document.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/config/file_functions.h"
#include "engine/config/inputs.h"
#include "engine/config/load.h"
#include "engine/event/event.h"
#include "engine/plan/diff.h"
#include "engine/plan/expansion.h"
#include "engine/plan/plan.h"
#include "engine/plan/sessions.h"
#include "engine/state/state.h"
#include "lang/eval/eval.h"

namespace weft::plan {

enum class Refresh : uint8_t { kFull, kChanged, kNone };

struct Options {
  std::vector<std::string> only, except, replace;   // selectors
  bool destroy = false;
  Refresh refresh = Refresh::kFull;
  uint32_t stage = 1;
  std::map<std::string, std::string> adopt{};       // address → id, beside what the files adopt
  std::set<std::string, std::less<>> replaced{};    // addresses for which `replace` was done already
  // Of a saved plan: what was read then, by address (null: missing). With it nothing is read.
  const std::map<std::string, Value>* observed = nullptr;
  const std::map<std::string, Value>* lookups = nullptr;  // results of lookups, by address
};

struct PlannerWorld {
  config::Fabric& fabric;
  driver::Registry& drivers;
  CallFactory& calls;
  state::State* state = nullptr;                    // null: there is none yet
  const state::Snapshot& snapshot;                  // of it; empty when there is none
  std::string environment = "default";
  const std::map<std::string, config::InputValue, std::less<>>& inputs;
  DiagSink& problems;
  std::function<void(const event::PlanProgress&)> progress{};
};

class Planner {
 public:
  Planner(PlannerWorld world, Options options);
  ~Planner();
  Planner(const Planner&) = delete;
  auto operator=(const Planner&) -> Planner& = delete;

  // Problems are reported; a plan is given as far as it could be made. Failures are the world's.
  [[nodiscard]] auto make() -> Task<Result<Plan>>;

  // The state was made after the plan: an empty one.
  void use(state::State& state);

  // ---- for apply; `step` is one of the plan that make() gave

  // The effective desired value, evaluated now; a failure names what is beyond the plan.
  [[nodiscard]] auto fill(const Step& step) -> Result<Value>;
  // Asks the driver about a filled step where the plan could not know: a stronger verdict is beyond the plan. What it
  // wants to have back with the step, or null.
  [[nodiscard]] auto recheck(const Step& step, const Value& desired) -> Task<Result<Value>>;
  // Reads a lookup again, after what it waits for has changed (Action::kRead). Another result is held against the bounds
  // of those that use it: fill() fails them.
  [[nodiscard]] auto look_again(const Step& step) -> Task<Result<void>>;
  // The instance is as `attributes` says from now on.
  void applied(const Step& step, const Value& desired, const Value& observed);
  [[nodiscard]] auto dependencies(const Step& step) -> std::vector<state::Dependency>;
  [[nodiscard]] auto schema(const Step& step) const -> const driver::TypeSchema*;
  [[nodiscard]] auto type(const std::string& name) const -> const driver::TypeSchema*;
  [[nodiscard]] auto find_instance(const std::string& address) const -> const Instance*;  // null: not declared
  // Rules of `ensure` that do not hold, in words; `self` is what was observed.
  [[nodiscard]] auto ensure(const Step& step, const Value& self) -> std::vector<std::string>;
  [[nodiscard]] auto timeouts(const Step& step) -> Value;
  [[nodiscard]] auto flags(const Step& step) const -> const Instance*;  // null: not declared
  // Whether @wait holds (nothing: there is none); a failure when it cannot be told, in the evaluator's words.
  [[nodiscard]] auto waits(const Step& step, const Value& self) -> Result<std::optional<bool>>;
  // Outputs of the root as they are now; what cannot be known is left out.
  [[nodiscard]] auto outputs() -> std::vector<std::pair<std::string, Value>>;
  // Resources without a step that would have one by what lookups have given since they were planned.
  [[nodiscard]] auto left_behind() -> std::vector<std::string>;
  // What `moved` of the files calls it by now; itself, where none does.
  [[nodiscard]] auto moved_to(std::string address) const -> std::string;
  // Judges all `check`s again, as far as what they read was done; what does not hold is reported.
  [[nodiscard]] auto judge_checks() -> std::vector<event::CheckJudged>;
  [[nodiscard]] auto sessions() -> Sessions&;
  [[nodiscard]] auto record(const std::string& address) const -> const state::Record*;
  [[nodiscard]] auto files_read() const -> const config::FilesRead&;
  // What refresh read and differs from the records, by address (null: missing), for a saved plan; secrets as
  // keyed digests, marked where there is no key yet.
  [[nodiscard]] auto observed() const -> std::map<std::string, Value>;
  [[nodiscard]] auto lookups() const -> const std::map<std::string, Value>&;
  [[nodiscard]] auto instances() const -> const std::vector<Instance>&;
  // How many instances each declaration has (resources, lookups, modules), by its address without keys of its own.
  [[nodiscard]] auto counts() const -> std::map<std::string, uint64_t>;
  // Addresses (instances and collections) that each instance depends on, for graphs.
  [[nodiscard]] auto depends_on(const Instance& instance) -> std::vector<state::Dependency>;
  // By the row that an instance gives; 0: the root.
  [[nodiscard]] auto module(uint32_t row) const -> const ModuleInstance&;
  // In that module; at the root for the console.
  [[nodiscard]] auto evaluate(const check::Expr& expr, uint32_t slots, uint32_t module = 0) -> std::optional<Value>;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace weft::plan
