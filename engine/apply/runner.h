// Inside of apply: one run over one plan. Only the .cpp files of this room include it.
#pragma once

#include <map>
#include <queue>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/apply/apply.h"
#include "engine/apply/records.h"
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
  std::string address;                 // of the row that it works on
  const driver::TypeSchema* type = nullptr;
  std::string provider;
  std::string place;
  const state::Record* record = nullptr;  // of the object; null for a create
  Value desired;
  std::vector<Path> changed;
  std::string reason;
  Value plan_data;
  driver::Idempotency idempotency = driver::Idempotency::kRepeatable;
  std::chrono::milliseconds deadline{std::chrono::minutes(20)};
  std::function<void(const driver::Progress&)> progress;
  // What is written with a success: builds the operations from the result.
  std::function<Result<std::vector<state::OperationBody>>(const driver::Changed&, const std::string& operation)> record_of;
};

struct Attempted {
  bool done = false;
  bool open = false;                   // only a person can tell
  driver::Changed result;
  std::optional<driver::DriverFailure> failure;
  std::optional<Failure> refused;      // by the store or a seal: nothing more can be recorded
  std::string operation;
  std::vector<std::string> candidates;
  std::optional<state::Record> record; // as written
};

class Changer {
 public:
  Changer(World& world, plan::Sessions& sessions, Journal& journal, Generations& generations)
      : world_(world), sessions_(sessions), journal_(journal), generations_(generations) {}

  [[nodiscard]] auto attempt(Attempt attempt) -> Task<Attempted>;
  // Finds out what became of an intent whose call nobody is waiting for; the caller writes what it means.
  [[nodiscard]] auto look(driver::Session& session, driver::Step step, std::chrono::milliseconds window,
                          driver::Idempotency idempotency) -> Task<driver::Settled>;

 private:
  auto call(driver::Session& session, const driver::Step& step, const Attempt& attempt) -> Task<driver::ChangeResult>;
  auto pure(Attempt& attempt, driver::Session& session, driver::Step step) -> Task<Attempted>;

  World& world_;
  plan::Sessions& sessions_;
  Journal& journal_;
  Generations& generations_;
};

// The class of that word, as plans and intents hold it.
[[nodiscard]] auto idempotency_of(std::string_view word, driver::Idempotency otherwise) -> driver::Idempotency;
[[nodiscard]] auto error_of(const driver::DriverFailure& failure) -> event::StepError;

}  // namespace weft::apply
