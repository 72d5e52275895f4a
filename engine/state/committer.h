// The one thread of this process that writes to the state. What has gathered while the previous transaction was being
// made durable goes together into the next one; no timer, so nothing waits that could go.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_set>
#include <vector>

#include "engine/state/frame.h"
#include "engine/state/lmdb_store.h"
#include "engine/state/state.h"
#include "engine/state/state_folder.h"
#include "lang/base/result.h"
#include "lang/os/clock.h"

namespace weft::state {

using Done = std::function<void(Result<Appended>)>;

// A run as the committer and its Writer share it.
struct RunCore {
  RunCore(RunId run, BeginRun facts, const Clock& time) : id(std::move(run)), begin(std::move(facts)), clock(time) {}

  const RunId id;
  const BeginRun begin;
  const Clock& clock;

  // The committer's thread alone:
  uint32_t n = 0;                       // of the last transaction that landed

  std::mutex mutex;
  std::condition_variable drained;
  size_t pending = 0;                   // units not answered yet
  std::deque<std::function<void()>> due;  // callbacks for poll()
  std::vector<std::function<void()>> notify;
  std::optional<Failure> refused;       // fenced
  std::string told_fabric_id;           // that the caller reckons with
  bool begun = false;                   // its first transaction landed
  uint64_t ticket = 0;                  // seq of its waiting ticket
};

// Operations that stand or fall together.
struct Unit {
  std::shared_ptr<RunCore> run;
  std::vector<EncodedOperation> operations;
  // Instead of `operations`: what to append, decided on the very tail; nothing to append is no transaction. May be
  // called again with the same tail or a later one. It stands alone in its transaction.
  std::function<Result<std::vector<OperationBody>>(const Rows&)> decide;
  std::vector<std::string> parts;       // bodies of the transactions before it, when it is too large for one
  size_t bytes = 0;
  bool starts_calls = false;            // an intent or a claim: not when the disk is full
  Done done;
  bool at_once = false;                 // `done` is called by the committer's thread, not by poll()
};

class Committer {
 public:
  Committer(Store& store, const StateFolder& folder);
  Committer(const Committer&) = delete;
  auto operator=(const Committer&) -> Committer& = delete;
  // Everything queued is written first.
  ~Committer();

  void submit(std::shared_ptr<RunCore> run, std::vector<OperationBody> operations, Done done, bool at_once = false);
  // Waits for the answer. Appended::seq is 0 when there was nothing to append.
  [[nodiscard]] auto append(const std::shared_ptr<RunCore>& run, std::vector<OperationBody> operations) -> Result<Appended>;
  [[nodiscard]] auto decide(const std::shared_ptr<RunCore>& run, bool starts_calls, std::function<Result<std::vector<OperationBody>>(const Rows&)> decision) -> Result<Appended>;

  // The disk is full or failing: why no call may start.
  [[nodiscard]] auto refused() -> std::optional<Failure>;
  // The id that the first transaction will give the fabric; 32 hex digits.
  [[nodiscard]] auto drawn_fabric_id() const -> const std::string& { return drawn_fabric_id_; }

 private:
  using Batch = std::vector<Unit>;

  void enqueue(Unit unit);
  void work();
  auto take_batch() -> Batch;
  void commit(Batch batch);
  // Answers those that cannot be written any more.
  void drop_refused(Batch& batch);
  // The seq that the batch got, 0 when there was nothing to append. `culprit`: the unit that was refused, the batch's
  // size when the run was, SIZE_MAX when the store did.
  auto write(Batch& batch, size_t& culprit) -> Result<uint64_t>;
  struct Making {
    uint32_t n = 0;
    uint64_t seq = 0;
  };
  auto write_frames(Rows& rows, Batch& batch, Making& making, size_t& culprit) -> Result<Outcome>;
  auto write_part(Rows& rows, RunCore& run, const std::string& body, Making& making) -> Result<void>;
  auto header(const Rows& rows, RunCore& run, const Making& making) -> Result<FrameHeader>;
  static auto patience(const Batch& batch) -> Patience;
  auto is_full(const Failure& failure) -> bool;
  void answer(Unit& unit, Result<Appended> result);

  Store& store_;
  const StateFolder& folder_;
  const std::string drawn_fabric_id_;

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Unit> results_;   // overtake intents and claims that are still queued
  std::deque<Unit> others_;
  std::unordered_set<OperationId> queued_intents_;
  std::optional<Failure> full_;
  std::optional<Failure> failed_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace weft::state
