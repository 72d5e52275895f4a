// What happens while a verb runs, as plain facts. Emitted in order on the loop's thread; drawn by engine/view as the
// live view, log lines or JSON lines.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "lang/value/value.h"

namespace weft::event {

enum class StepState : uint8_t {
#define STEP_STATE(name, word, meaning) name,
#include "engine/event/step_state.def"
#undef STEP_STATE
};
[[nodiscard]] auto word(StepState state) -> std::string_view;

struct StepError {
  std::string code, text, operation, request_id, hint;
  uint32_t http = 0;          // status of the answer, 0: none
  std::string failure;        // class, in its word
  std::string changed;        // no, yes, partly, maybe
  std::vector<std::string> explanation;  // further lines: events, last log lines
  bool final = true;          // not sent again
};

struct RunStarted {
  std::string verb, fabric, environment, plan_digest, plan_name;
  uint64_t state = 0, steps = 0, claimed = 0;
};
struct PlanProgress {         // reading, planning
  std::string doing;          // "reading resources", "planning"
  uint64_t done = 0, total = 0;
};
// How long steps of one kind have taken in this state: the middle 80 % of them.
struct Usual {
  uint64_t least_ms = 0, most_ms = 0;
};
struct StepMoved {
  uint32_t step = 0;          // index in the plan
  std::string id, address, resource, action, part;  // part: destroy or create, of a replacement
  StepState from = StepState::kWaiting, to = StepState::kReady;
  uint64_t elapsed_ms = 0;
  std::string identity;
  std::string file;
  uint32_t line = 0;
  std::optional<Usual> usual; // when it runs and enough is known
  std::optional<StepError> error;
  std::vector<std::string> warnings;  // of its driver, where it ends
};
struct StepProgress {
  uint32_t step = 0;
  std::string id, address;
  std::string phase, status;
  uint64_t done = 0, total = 0;
  uint64_t elapsed_ms = 0;
};
struct IntentSettled {
  std::string address, change, outcome, by, why;  // outcome: done, not done, found, open
  std::vector<std::string> candidates;
};
struct RunInDoubt {           // intents that nobody waits for are about to be settled
  std::string run, owner, host;  // run: empty where it has not died, but ended and left them open
  uint64_t begun_ms = 0, intents = 0;
};
struct ClaimTaken {           // waiting for somebody
  std::string address, run, owner, host, command;
  uint64_t since_ms = 0, last_sign_ms = 0;
};
struct StateHeld {            // another process writes the state for longer than that takes
  int64_t process = 0;        // 0: not known
  bool stands_still = false;
};
struct EndpointRate {
  std::string endpoint;
  double per_second = 0, was = 0;
  uint64_t sent_again = 0;    // of the whole run, so far
};
// A `check` of the files: as the plan judges it, or the end of an apply.
struct CheckJudged {
  std::string name;                   // behind the module that it is in: "net.every subnet has a route"
  std::vector<std::string> messages;  // of rules that do not hold
  uint64_t unjudged = 0;              // rules that read what is not known yet, or was not done
  std::string file;
  uint32_t line = 0;
};
struct StageBegun {
  uint32_t stage = 2;
};
struct Stopping {
  bool hard = false;
  uint64_t running = 0;
};
struct RunEnded {
  std::string verb, result;   // done, partial, failed, stopped, refused
  int exit = 0;
  uint64_t done = 0, failed = 0, skipped = 0, not_started = 0, open = 0, state = 0;
  std::vector<std::string> half_done;
};

using Fact = std::variant<RunStarted, PlanProgress, StepMoved, StepProgress, IntentSettled, RunInDoubt, ClaimTaken, StateHeld,
                          EndpointRate, CheckJudged, StageBegun, Stopping, RunEnded>;

struct Event {
  uint64_t seq = 0;
  uint64_t time_ms = 0;       // wall clock, UTC
  std::string run;            // run id, 32 hex digits; empty where nothing is written
  Fact fact;
};

class Listener {
 public:
  virtual ~Listener() = default;
  virtual void on(const Event& event) = 0;
};

}  // namespace weft::event
