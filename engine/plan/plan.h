// The plan: a document that says what would change, why, in which order and within which bounds. Apply obeys it.
// All drawings (text, JSON, Markdown, HTML, JUnit) and the saved file are made from this.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/addr/address.h"
#include "engine/event/event.h"
#include "engine/state/state.h"
#include "lang/base/ids.h"
#include "lang/value/path.h"
#include "lang/value/value.h"
#include "providers/api/driver.h"

namespace weft::plan {

enum class Action : uint8_t {
#define ACTION(name, word, sign, would, doing, done) name,
#include "engine/plan/action.def"
#undef ACTION
};
[[nodiscard]] auto word(Action action) -> std::string_view;   // "replace"
[[nodiscard]] auto doing(Action action) -> std::string_view;  // "replacing"
[[nodiscard]] auto done(Action action) -> std::string_view;   // "replaced"

struct SourceLine {
  std::string file;    // empty: not in any file (no longer declared)
  uint32_t line = 0;
};

// One path that differs. Secrets and unknowns stay marked values; drawings never show what is inside a secret.
struct Difference {
  enum class Kind : uint8_t {
    kChange,      // desired ≠ applied
    kDrift,       // the world moved and this step sets it back (or the step finds it as desired already)
    kOrder,       // the same elements in another order
    kUnverified,  // write-only after adoption: not compared
    kIgnored,     // @ignore: theirs wins; only shown
  };
  Kind kind = Kind::kChange;
  Path path;
  std::optional<Value> before;  // nothing: not there. kChange: applied; kDrift: observed now
  std::optional<Value> after;   // nothing: no longer written
  bool forces_replace = false;
  std::string note;             // "create-only", "appeared since @38"
  SourceLine source;
};

struct Step;
using StepIndex = uint32_t;     // in Plan::steps

struct Needs {
  StepIndex step = 0;
  enum class Part : uint8_t { kCreate, kRemove } mine = Part::kCreate, theirs = Part::kCreate;
};

struct Step {
  std::string id;               // STAGE:ADDRESS:ACTION
  std::string address;
  std::string type;
  std::string provider;         // configuration's name
  Action action = Action::kNone;
  uint32_t stage = 1;
  bool create_first = false;    // replace: the new one before the old one goes
  std::string identity;         // text form, empty before a create: "ref-cache"
  Value identity_value;         // of what is adopted; else null
  SourceLine source;
  Value before;                 // observed (or applied) attributes; null for a create
  Value after;                  // effective desired; null for destroy and forget. Unknowns and secrets marked
  Value predicted;              // what references see: `after` with computed attributes, known or unknown
  std::vector<Difference> differences;
  std::vector<std::string> reasons;    // in words, most important first: "no longer declared"
  std::vector<std::string> remarks;    // "blind: …", "checked again when cluster answers", "holds data"
  std::string consequence;             // of the driver: "restarts 5 pods, rolling"
  std::optional<StepIndex> because_of; // the replacement that forces this one
  std::vector<StepIndex> after_steps;  // prerequisites shown to people (creation order); the exact graph is `edges`
  std::string moved_from;              // kMove, or an update that moves too
  std::string adopted_id;              // kAdopt, or an update that adopts too
  std::string old_address;             // destroy of the old object of an earlier create-first replacement
  std::string idempotency;             // word of the class of its (first) change
  bool stateful = false;
  bool drift_only = false;             // nothing in the files changed
  bool left_out = false;               // destroy: it is declared, and its `if` or `for` leaves it out
  bool needs_holes = false;            // `after` holds unknowns or secrets: evaluated at apply
  // A change outside these makes the step fail as "beyond the plan".
  std::vector<std::string> dependents; // of a destroy or replace: records that depend on it
  uint64_t version = 0;                // of its record, 0: absent
  // for apply
  std::string declaration;             // address of its declaration without keys, for grouping: "subnet"
  Value plan_data;
  std::string lane, batch;
  uint32_t instance = UINT32_MAX;      // row in the planner's table; not saved
};

// A later stage: what cannot be enumerated yet.
struct Stage {
  uint32_t number = 2;
  struct Deferred {
    std::string address;               // collection or instance: "record"
    std::string type;
    std::string each;                  // what its `for` goes over, as written: "nodes.Addresses"; empty: no `for`
    std::string why;                   // "its keys are (known after nodes)"
    std::vector<std::string> after;    // addresses that must be applied before
    std::optional<uint64_t> least, most;  // resources
    bool creates_only = true;
    SourceLine source;
    [[nodiscard]] auto is_lookup() const -> bool { return most == 0u; }  // only read
  };
  std::vector<Deferred> deferred;
};

struct OutputChange {
  std::string name;
  std::optional<Value> before, after;  // secrets marked (before: {"$digest"} or sealed values become secret nulls)
  bool changed = false;
};

struct Drift {
  std::string address, type, identity;
  SourceLine source;
  bool missing = false;
  std::string why;                     // "missing: \"terminated\""
  std::vector<Difference> differences;
  uint64_t since = 0;                  // version of the record's baseline
  bool in_step = false;                // a step of this plan touches it
};

struct Failed {                        // that could not be planned
  std::string address, type;
  driver::DriverFailure failure;
  SourceLine source;
};

struct Counts {
  uint64_t destroy = 0, replace = 0, update = 0, create = 0, state_only = 0, read = 0;
  [[nodiscard]] auto any() const -> bool { return destroy + replace + update + create + state_only != 0; }
};

struct Plan {
  std::string fabric, environment = "default";
  std::string fabric_id;               // empty in a new state
  state::Tail tail;                    // that it was made on
  bool destroy = false;                // a plan to destroy everything
  bool new_environment = false;
  std::string digest;                  // of the document, 64 hex digits
  std::vector<Step> steps;             // most dangerous first, then natural order of addresses
  std::vector<Stage> stages;           // later ones
  std::vector<OutputChange> outputs;
  std::vector<Drift> drift;
  std::vector<event::CheckJudged> checks;
  std::vector<Failed> failed;
  std::vector<std::string> kept;       // destroy --except: addresses, with the reason after two spaces
  uint64_t unchanged = 0;              // resources that agree
  uint64_t resources_read = 0;
  uint64_t api_calls = 0;
  uint64_t read_ms = 0;
  uint64_t ignored_differences = 0;
  uint64_t filled_in = 0;              // values that providers filled in
  std::vector<std::string> only, except, replace;  // as asked
  // Execution order, beyond what Step shows: edges over nodes; node 2·i is the create/update half of step i, 2·i + 1 its
  // remove half, higher ones are joints (a whole collection, a let) that do nothing.
  uint32_t nodes = 0;
  std::vector<std::pair<uint32_t, uint32_t>> edges;  // first must be done before second

  [[nodiscard]] auto counts() const -> Counts;
  [[nodiscard]] auto changes() const -> bool;  // steps, stages or outputs
};

}  // namespace weft::plan
