// The contract between the engine and whoever serves resource types ("weft.driver/1"). The engine owns order, journal,
// diff, repetition and the plan; a driver owns schemas, wire calls and the meaning of its provider's answers.
// A driver keeps no memory of its own: everything it needs later is in the record. See docs/drivers.md.
//
// Every call runs on the event loop. Results of a batch are delivered through a sink, exactly one per item, in any
// order, as soon as each is known; one bad item never spoils its neighbours. Only configure, prepare and plan may see
// unknown values. Secrets arrive marked; a driver opens them with Value::revealed() and marks what it gives back.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lang/base/result.h"
#include "lang/os/clock.h"
#include "lang/os/loop.h"
#include "lang/os/task.h"
#include "lang/value/function.h"
#include "lang/value/value.h"
#include "providers/api/schema.h"

namespace weft::driver {

enum class FailureClass : uint8_t {
#define FAILURE(name, word, meaning) name,
#include "providers/api/failure.def"
#undef FAILURE
};
[[nodiscard]] auto word(FailureClass failure) -> std::string_view;
[[nodiscard]] auto word(Idempotency idempotency) -> std::string_view;

enum class Happened : uint8_t { kNo, kYes, kPartly, kMaybe };
enum class Remains : uint8_t { kNothing, kUsable, kBroken, kUnknown };

struct DriverFailure {
  FailureClass failure = FailureClass::kInternal;
  Happened happened = Happened::kNo;
  Remains remains = Remains::kUnknown;
  std::string code{};        // the provider's own: "NatGatewayLimitExceeded", "HTTP 500", "exit 3"
  uint32_t http = 0;         // status of its answer, where it came by HTTP
  std::string text{};        // the provider's own words; secrets already taken out
  std::string request_id{};
  std::string operation{};   // "ec2 CreateNatGateway", "write"
  Path path{};               // the attribute it speaks of, if any
  std::vector<std::string> blockers{};
  std::chrono::milliseconds retry_after{0};
  std::string hint{};
  bool repeated = false;     // it was sent again, in vain
  bool lasts = false;        // waiting alone changes nothing: it is not sent again, whatever its class
  Value identity{};          // what stands there: of a create that was done in part, or what was in its way (kExists)
};

// What an object is, as a value: identity attributes and their values.
using Identity = Value;  // an object

struct Progress {
  enum class Phase : uint8_t { kSent, kAccepted, kIdentified, kWaiting, kRetrying, kThrottled, kBlocked };
  Phase phase = Phase::kWaiting;
  std::string status{};  // the provider's own word
  uint64_t done = 0, total = 0;
};

// How fast requests may go to an endpoint from now on, where it has asked for fewer, or bears more again.
struct Rate {
  std::string endpoint{};
  double per_second = 0, was = 0;
};

// What comes with every call.
struct Call {
  Loop& loop;
  const Clock& clock;
  Cancel cancel;                       // soft stop: no new changing request; on to the next checkpoint and back
  std::chrono::milliseconds deadline{std::chrono::minutes(20)};  // from the start of the call
  std::string working_folder{};        // the fabric's folder; relative paths are relative to it
  std::vector<int> inherit_fds{};      // open files that child processes must keep (the run's lock)
  std::function<void(size_t item, const Progress&)> progress{};  // at most one a second per item
  uint64_t* api_calls = nullptr;       // counts requests for the report; may be null
  uint64_t* sent_again = nullptr;      // counts those of them that were sent before; may be null
  std::function<void(const Rate&)> rate{};
};

struct Instance {                      // what the engine knows of one object
  std::string address{};
  const TypeSchema* type = nullptr;
  Identity identity{};
  Value applied{};                     // last sent; secrets that were sent are {"$digest": …}
  Value observed{};                    // last read; secrets marked
  Value driver_data{};                 // what this driver left in the record
};

// ---- configure

struct Configured {
  std::string place{};                 // makes identities comparable: account and region, a cluster's uid; may be empty
  bool partial = false;                // some settings are unknown: only offline calls work
};

// ---- prepare (pure): desired → effective desired

struct Prepare {
  std::string address{};
  const TypeSchema* type = nullptr;
  Value desired{};                     // object; may hold unknowns and secrets
  Value previous{};                    // the record's applied value when there is one, for generated names
  std::string fabric{}, environment{};
};
struct Prepared {
  Value desired{};                     // completed: defaults, generated names
  std::vector<DriverFailure> problems{};  // kInvalid with a path: mistakes that only the driver sees
  std::optional<Identity> identity{};  // predicted, where it is known before the call
  Value computed{};                    // what is known of computed attributes before the call: values, or unknowns with
                                       // bounds; null: nothing beyond their types
  std::string lane{};                  // steps with one lane run one at a time
  std::string batch{};                 // steps with one batch key go to the driver together
  uint32_t batch_limit = 0;            // so many at most in one call; 0: as many as there are
  // This instance's class where it is not its type's: a request or a command that says what a repeat does. Counts for
  // each of its operations but those that the schema calls pure; belongs in its record, for removal without its files.
  std::optional<Idempotency> idempotency{};
};

// ---- read

struct ReadState {
  enum class Kind : uint8_t { kPresent, kSame, kMissing, kRemoving, kOther, kBroken, kFailed };
  Kind kind = Kind::kMissing;
  Value observed{};                    // kPresent, kBroken
  std::string why{};                   // kRemoving, kBroken
  std::vector<Path> unread{};          // permission missing: keep the last value, never drift
  Value driver_data{};                 // replaces the record's when not null
  std::optional<DriverFailure> failure{};  // kFailed
};

// ---- find and lookups

struct Find {
  const TypeSchema* type = nullptr;
  Value selector{};                    // object: filters, or identity attributes, or { id = … }
  size_t limit = 1000;
  std::string working_folder{};
};
struct Found {
  Identity identity{};
  Value observed{};
  std::string mark{};                  // the operation id that made it, if it carries one
  Value driver_data{};
};

// ---- plan

enum class Verdict : uint8_t { kNone, kCreate, kUpdate, kReplace, kRemove };
struct Candidate {
  Instance instance;                   // identity is null for a create
  Value desired{};                     // effective; may hold unknowns; null for a removal
  Verdict proposed = Verdict::kNone;   // the engine's own diff
  std::vector<Path> changed{};
};
struct Planned {
  Verdict verdict = Verdict::kNone;
  std::vector<Path> changed{};         // beside those that the engine found: what only the driver can compare
  std::vector<Path> forces_replace{};
  std::string why{};                   // of a replacement or of a step that no attribute explains
  std::string consequence{};           // "restarts 5 pods, rolling": shown under the step
  Value plan_data{};                   // comes back with the step; no secrets
  std::optional<DriverFailure> failure{};
  // What it is made from beside its attributes: what changes there changes this one too.
  struct From {
    Path path{};                       // the attribute that names it
    std::string key{};                 // Standing
  };
  std::vector<From> made_from{};
  // It cannot be made as things are: a fault, unless something in this plan may yet make what is missing.
  std::optional<DriverFailure> missing{};
};

// ---- standing: one object among the others of its provider

struct Standing {
  std::string key{};                   // two with one key are one object, whatever their types; empty: the identity says it
  std::vector<std::string> inside{};   // keys of what it stands in, nearest first: made before it, removed after it
  bool full = false;                   // nothing can stand in it (a file)
};

// ---- change

enum class Change : uint8_t { kCreate, kUpdate, kRemove };
struct Step {
  Change change = Change::kCreate;
  Instance instance;                   // for a create: address and type only
  Value desired{};                     // full effective desired, no unknowns; secrets marked
  std::vector<Path> changed{};
  std::string operation_id{};          // 32 hex digits: token, tag or mark in the provider's alphabet
  std::string fabric_id{};
  uint64_t generation = 0;
  std::string reason{};
  Value plan_data{};
  Value checkpoint{};                  // of an earlier attempt: go on from there; null when there is none
  // Durable before it returns; no further changing request may be made before that.
  std::function<Task<Result<void>>(Identity, Value blob)> save_checkpoint{};
};
struct Changed {
  Identity identity{};
  Value observed{};                    // with computed attributes
  Value driver_data{};
  std::vector<std::string> warnings{};
};
using ChangeResult = std::expected<Changed, DriverFailure>;

// ---- ready

struct ReadyGoal {
  Instance instance;
  bool gone = false;                   // wait for it to be gone instead
};
struct ReadyResult {
  std::optional<DriverFailure> failure{};
  Value observed{};                    // as read when it was ready; the baseline
};

// ---- settle

struct Settle {
  Step step;                           // as it was sent; desired may be null when it cannot be rebuilt
  bool window_over = false;            // the settle window has passed
};
struct Settled {
  enum class Kind : uint8_t { kNotDone, kDone, kResume, kFound, kLost, kUnknown };
  Kind kind = Kind::kUnknown;
  Changed result{};                    // kDone
  std::vector<Found> candidates{};     // kFound
  std::string why{};                   // in words, for the report: "carries its operation id"
};

// ---- the interfaces

// One provider configuration, opened when first needed.
class Session {
 public:
  virtual ~Session() = default;
  [[nodiscard]] virtual auto configured() const -> const Configured& = 0;
  // Pure and deterministic; exactly one result per item, in order. The default fills in literal defaults and predicts
  // the identity from the identity attributes when they are all written and known.
  [[nodiscard]] virtual auto prepare(std::span<const Prepare> items) -> std::vector<Prepared>;
  // Pure, from an identity alone: what is only recorded stands there too. The default has no key.
  [[nodiscard]] virtual auto standing(const TypeSchema& type, const Identity& identity) -> Standing;
  virtual auto read(Call call, std::vector<Instance> items, std::function<void(size_t, ReadState)> sink) -> Task<void> = 0;
  // The default answers `unsupported`.
  virtual auto find(Call call, Find selector) -> Task<std::expected<std::vector<Found>, DriverFailure>>;
  // Asked for candidates of types with `driver_diff`, `renews` or a kMayReplace path. The default agrees with the engine.
  virtual auto plan(Call call, std::vector<Candidate> items) -> Task<std::vector<Planned>>;
  // The only call that changes the world.
  virtual auto change(Call call, std::vector<Step> steps, std::function<void(size_t, ChangeResult)> sink) -> Task<void> = 0;
  // The default is ready at once, with the observed value it was given.
  virtual auto ready(Call call, std::vector<ReadyGoal> goals, std::function<void(size_t, ReadyResult)> sink) -> Task<void>;
  virtual auto settle(Call call, std::vector<Settle> items, std::function<void(size_t, Settled)> sink) -> Task<void> = 0;
};

class Driver {
 public:
  virtual ~Driver() = default;
  [[nodiscard]] virtual auto name() const -> std::string_view = 0;         // first part of its types: "local"
  [[nodiscard]] virtual auto types() const -> std::span<const TypeSchema> = 0;
  [[nodiscard]] virtual auto settings() const -> std::span<const Attribute>;
  [[nodiscard]] virtual auto functions() const -> std::span<const Function* const>;
  virtual auto open(Call call, Value settings) -> Task<std::expected<std::unique_ptr<Session>, DriverFailure>> = 0;
};

}  // namespace weft::driver
