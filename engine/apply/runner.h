// Inside of apply: one run over one plan. Only the .cpp files of this room include it.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <queue>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/apply/apply.h"
#include "engine/apply/batches.h"
#include "engine/apply/records.h"
#include "engine/graph/graph.h"
#include "lang/os/sync.h"

namespace weft::apply {

// Waits for appends on the loop's thread.
class Journal {
 public:
  Journal(Loop& loop, state::Writer& writer);
  // Durable (or refused) when it returns.
  [[nodiscard]] auto append(std::vector<state::OperationBody> operations) -> Task<Result<state::Appended>>;

 private:
  Loop& loop_;
  state::Writer& writer_;
  std::shared_ptr<bool> here_;
};

// Generations: seq of the last transaction that settled anything on an address.
class Generations {
 public:
  explicit Generations(const state::Snapshot& snapshot);
  [[nodiscard]] auto of(const std::string& address) const -> uint64_t;
  void settled(const std::string& address, uint64_t seq) { now_[address] = seq; }

 private:
  std::unordered_map<std::string, uint64_t> now_;
};

// One change of the world, from intent to record: the journal's order, repeats and settling.
struct Attempt {
  driver::Change change = driver::Change::kCreate;
  bool anew = false;                   // a create in the place of an object that is gone, not beside one
  std::string address;                 // of the row that it works on
  const driver::TypeSchema* type = nullptr;
  std::string provider;
  std::string place;
  const state::Record* record = nullptr;  // of the object; null for a create
  Value desired;
  std::vector<Path> changed;
  std::string reason;
  Value plan_data;
  std::vector<std::string> reads;      // addresses that it relies on: none of them changes while what became of it is in doubt
  driver::Idempotency idempotency = driver::Idempotency::kRepeatable;
  std::chrono::milliseconds deadline{std::chrono::minutes(20)};
  std::string batch;                   // key of those that go to the driver together; empty: alone
  uint32_t batch_limit = 0;
  Value seen;                          // of an update: what the plan saw of it
  std::function<void(const driver::Progress&)> progress;
  std::function<void(event::StepState)> moves;  // running: its call goes out; settling: what became of it is looked for
  // Waits for what stands in the way and goes by this plan itself; false: nothing of it does.
  std::function<Task<bool>(std::vector<std::string> blockers)> wait_for;
  // What is written with a success: builds the operations from the result.
  std::function<Result<std::vector<state::OperationBody>>(const driver::Changed&, const std::string& operation)> record_of;
};

struct Attempted {
  bool done = false;
  bool open = false;                   // only a person can tell; with `refused`: what became of the call is not written down
  driver::Changed result;
  std::optional<driver::DriverFailure> failure;
  std::optional<Failure> refused;      // by the store or a seal: nothing more can be recorded
  std::string operation;
  std::vector<std::string> candidates;
  std::optional<state::Record> record; // as written
  bool late = false;                   // tried or waited for until its deadline
  bool may_have = false;               // it counts as not done, for it may be done again; its answer, which could not be read, said otherwise
};

class Changer {
 public:
  Changer(World& world, plan::Sessions& sessions, Journal& journal, Generations& generations)
      : world_(world), sessions_(sessions), journal_(journal), generations_(generations), batches_(world.loop) {}

  // The attempt's functions and record must outlive the task.
  [[nodiscard]] auto attempt(Attempt attempt) -> Task<Attempted>;
  // Finds out what became of an intent whose call nobody is waiting for; the caller writes what it means.
  [[nodiscard]] auto look(driver::Session& session, driver::Step step, std::chrono::milliseconds window,
                          driver::Idempotency idempotency) -> Task<driver::Settled>;

 private:
  // What is known of an attempt from one round to the next.
  struct Course {
    const Attempt& attempt;
    driver::Step step;
    driver::Session* session = nullptr;
    driver::Identity known{};             // where it is before the call
    driver::Identity reached{};           // of what a call has made or met, as far as it has said
    std::vector<std::string> unheard{};   // operations that seem not to have been done, though nobody has heard an answer
    std::string by = "answer";
    bool lost = false;                    // done, but what was given once is lost
    bool read_again = false;              // it had moved, and was as the plan saw it
    std::chrono::nanoseconds begun{};
    std::chrono::nanoseconds held_up{};   // by what this plan removes
    uint32_t round = 0;
    Attempted outcome{};
  };
  enum class Next : uint8_t { kEnd, kAgain };

  auto start(Course& course) -> bool;                       // false: the outcome says why
  auto intend(Course& course) -> Task<bool>;
  auto call(Course& course, Batches::Joiner joiner) -> Task<driver::ChangeResult>;
  auto checkpoint(Course& course, std::string operation, driver::Identity identity, Value blob) -> Task<Result<void>>;
  // What became of a call without an answer; nothing: only a person can tell.
  auto settle(Course& course, driver::ChangeResult answer) -> Task<std::optional<driver::ChangeResult>>;
  // A create that met an object: done when that is its own.
  auto met(Course& course, driver::ChangeResult answer) -> Task<driver::ChangeResult>;
  auto done(Course& course, driver::Changed changed) -> Task<void>;
  auto failed(Course& course, driver::DriverFailure failure) -> Task<Next>;
  auto after_failure(Course& course, const driver::DriverFailure& failure) -> Result<std::vector<state::OperationBody>>;
  auto partly(const Course& course, state::Status status) -> Result<std::vector<state::OperationBody>>;
  // It has changed since it was read: nothing when that is no matter, else why it is one.
  auto moved(Course& course) -> Task<std::optional<std::string>>;
  auto again_as_planned(Course& course, const Value& now) -> Task<std::optional<std::string>>;
  // Its credentials are over: configured anew, once; false: that was in vain.
  auto renewed(std::string provider, const driver::Session* met) -> Task<bool>;
  // A person is asked for others, once for all that wait for the same; false: nobody can be, or there are none.
  auto asked(Course& course, std::string why) -> Task<bool>;
  auto pure(Course& course) -> Task<void>;

  World& world_;
  plan::Sessions& sessions_;
  Journal& journal_;
  Generations& generations_;
  Batches batches_;
  std::map<std::string, std::unique_ptr<Latch>> renewals_;  // by provider
  std::map<std::string, std::shared_ptr<Latch>> asking_;    // by provider, while somebody is asked
  std::set<std::string> given_up_;                          // providers whose credentials nobody gives
};

// The facts of that change of objects of the type.
[[nodiscard]] auto operation_of(const driver::TypeSchema& type, driver::Change change) -> const driver::Operation&;
// Of one alone; empty when the driver says nothing.
[[nodiscard]] auto prepare_one(driver::Session& session, driver::Prepare item) -> driver::Prepared;
[[nodiscard]] auto read_one(driver::Session& session, driver::Call call, driver::Instance instance) -> Task<driver::ReadState>;
// 0.4 s, growing by half to 5 s, jittered; what the provider asked for counts in full.
[[nodiscard]] auto pause_before(uint32_t attempt, std::chrono::milliseconds asked) -> std::chrono::milliseconds;
// The class of that word, as plans and intents hold it.
[[nodiscard]] auto idempotency_of(std::string_view word, driver::Idempotency otherwise) -> driver::Idempotency;
[[nodiscard]] auto error_of(const driver::DriverFailure& failure) -> event::StepError;
// What an object's row says after a definite failure; nothing: it stays as it was, or there is none.
[[nodiscard]] auto status_after(const driver::DriverFailure& failure, driver::Change change, bool is_there) -> std::optional<state::Status>;

// One run over one plan's graph. A step has two nodes: 2i makes, 2i + 1 removes; a replacement uses both.
class Runner {
 public:
  Runner(World world, const plan::Plan& plan, plan::Planner& planner, const state::Snapshot& snapshot)
      : world_(std::move(world)),
        plan_(plan),
        planner_(planner),
        journal_(world_.loop, world_.writer),
        generations_(snapshot),
        changer_(world_, planner.sessions(), journal_, generations_),
        group_(world_.loop),
        changed_(world_.loop),
        outcomes_(plan.steps.size()),
        halves_(plan.steps.size(), 0),
        started_(plan.steps.size()) {}

  auto run() -> Task<std::vector<StepOutcome>>;

 private:
  enum class NodeState : uint8_t { kWaiting, kReady, kRunning, kDone, kFailed };

  void prepare();
  // Nothing, if it is there already.
  void move(uint32_t step, event::StepState to);
  // Of a step that stays where it is, too: the second half of a replacement begins.
  void tell(uint32_t step, event::StepState to);
  void warn(uint32_t step, const std::vector<std::string>& warnings);
  void end_node(uint32_t node, bool ok);
  void tell_ended(uint32_t node);
  void skip(uint32_t node, const std::string& because);
  auto run_node(uint32_t node) -> Task<void>;
  // The call in doubt that stands in its way: its own, that of one which relies on it, or of what it relies on.
  auto in_doubt(const plan::Step& step) const -> const state::Intent*;
  // Gives its place to others while it waits; and takes one again.
  void step_aside();
  auto step_back() -> Task<void>;
  // Waits for its lane; false: stopped before, the step has not begun.
  auto enter_lane(uint32_t node, std::string lane) -> Task<bool>;
  void leave_lane(uint32_t node);
  auto until_gone(uint32_t node, std::vector<std::string> blockers) -> Task<bool>;
  [[nodiscard]] auto behind(uint32_t node) const -> std::vector<bool>;  // nodes that wait for it, or for one that does
  void name_removals();
  void suspend(uint32_t index);
  void end_suspended();
  auto does_something(uint32_t node) const -> bool;

  auto make(uint32_t index) -> Task<bool>;
  auto remove(uint32_t index) -> Task<bool>;
  static auto first_in_state(const plan::Step& step) -> bool;
  auto is_kept_otherwise(const plan::Step& step, const state::Record& record) -> bool;
  auto put_only(uint32_t index, const Value& desired) -> Task<bool>;
  // Until a removal that was accepted is done; then the record goes.
  auto wait_gone(uint32_t index, state::Record record, const driver::TypeSchema& type, std::chrono::milliseconds deadline) -> Task<bool>;
  auto wait_ready(uint32_t index, state::Record record, const Value& desired, Value observed) -> Task<bool>;
  // What an earlier run has made and not seen ready.
  auto go_on_waiting(uint32_t index, state::Record record, const Value& desired) -> Task<bool>;
  auto not_ready(uint32_t index, state::Record record, const driver::DriverFailure& failure) -> Task<bool>;
  auto hopeless(uint32_t index, std::string text, std::string failure, std::string hint = {}) -> bool;
  // What its driver says of the way that it goes: lane (with its provider's name, for lanes are a provider's) and batch.
  auto way_of(const plan::Step& step, const driver::TypeSchema& type, const Value& desired, const Value& previous) -> driver::Prepared;
  auto failed(uint32_t index, const Attempt& attempt, const Attempted& attempted) -> bool;
  // Which deadline that was, and where it comes from.
  auto deadline_words(const plan::Step& step, const char* which, std::chrono::milliseconds deadline) -> std::string;
  auto beyond(uint32_t index, const Failure& failure) -> bool;      // nothing was done
  // Attributes of an adopted object that cannot be read and were never sent.
  static auto unverified(const plan::Step& step) -> std::vector<std::string>;
  auto refused(uint32_t index, const Failure& failure, bool open = false) -> bool;
  auto deadline_of(const plan::Step& step, const char* which, std::chrono::milliseconds otherwise) -> std::chrono::milliseconds;
  auto facts_of(const plan::Step& step, const driver::TypeSchema& type, const Value& desired) -> NewRecord;
  auto progress_of(uint32_t index) -> std::function<void(const driver::Progress&)>;

  World world_;
  const plan::Plan& plan_;
  plan::Planner& planner_;
  Journal journal_;
  Generations generations_;
  Changer changer_;
  TaskGroup group_;
  Event changed_;
  std::vector<StepOutcome> outcomes_;
  std::vector<uint8_t> halves_;                       // nodes of the step that are done
  std::vector<std::chrono::nanoseconds> started_;
  std::vector<NodeState> nodes_;
  std::vector<uint32_t> missing_, height_;
  graph::Graph graph_;
  std::priority_queue<std::pair<uint32_t, uint32_t>> ready_;  // height, node (the lower one first)
  const size_t most_ = world_.parallel == 0 ? kMostAtOnce : world_.parallel;
  size_t running_ = 0;
  size_t aside_ = 0;                                  // begun, and waiting without a place
  std::deque<Latch*> returning_;
  struct Lane {
    bool taken = false;
    std::deque<Latch*> waiting;
  };
  std::map<std::string, Lane> lanes_;
  std::map<uint32_t, std::string> in_lane_;           // by node
  std::set<uint32_t> not_begun_;                      // nodes that were stopped before
  struct Waiting {
    uint32_t node;
    Latch* gone;
  };
  std::multimap<uint32_t, Waiting> awaited_;          // by the node whose end is waited for
  std::unordered_map<std::string, std::vector<uint32_t>> removals_;  // by every name that a driver may call what goes, once asked for
  bool removals_named_ = false;
  std::map<std::string, event::StepError> suspended_; // providers whose credentials are over
  bool store_refused_ = false;
  std::map<uint32_t, std::string> old_address_;       // create-first: where the old row went
  std::map<uint32_t, state::Record> old_record_;
};

}  // namespace weft::apply
