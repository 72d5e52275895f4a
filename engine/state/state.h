// The state of one fabric and environment: an ordered log of transactions and the tables folded from it. LMDB keeps
// both here (lmdb_store.cpp, the only file that sees lmdb.h); shared stores come later behind LogStore.
//
// Nothing is durable before its append is acknowledged; nothing is accepted unless the log ended where the author had
// read to; every append decides again on the tail that it finds (docs/state.md).
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/state/operations.h"
#include "engine/state/record.h"
#include "engine/state/seal.h"
#include "lang/base/result.h"
#include "lang/os/clock.h"
#include "lang/os/env.h"

namespace weft::state {

struct Tail {
  uint64_t seq = 0;
  std::string hash;               // 32 bytes; empty at 0
  auto operator==(const Tail&) const -> bool = default;
};

struct RunInfo {
  RunId id;
  std::string verb, owner, host, command;
  uint64_t begun_seq = 0, begun_ms = 0;   // wall clock, for people
  uint32_t last_n = 0;
  uint64_t last_sign_ms = 0;
  bool alive = false;             // local store: its lock file is held
  bool fenced = false, ended = false;
  std::string plan_digest;        // of the saved plan that it applied; empty otherwise
  std::string outcome, summary;
  size_t claims = 0, open_intents = 0;
};

struct Holder {                   // who stands in the way of a claim
  std::string address;            // that was wanted
  RunInfo run;
};

// What a plan needs, copied out of one read transaction.
struct Snapshot {
  std::string fabric_id;          // 32 hex digits; empty in a state without a first transaction
  Tail tail;
  std::vector<Record> records;    // sorted by address bytes; without outputs
  std::vector<Record> outputs;
  std::vector<Intent> open;       // open intents
  std::vector<RunInfo> runs;      // live ones, and those with open intents
  std::vector<std::pair<std::string, uint64_t>> generations;  // of tombstones: address, generation
};

struct HistoryEntry {
  uint64_t first_seq = 0, last_seq = 0;
  RunInfo run;
};

struct OpenOptions {
  std::string folder;             // the fabric's
  std::string environment = "default";
  std::string fabric_name;
  bool create = false;            // make `.weft/state/ENV/` when it is not there
  bool write = false;             // holds open.lock shared either way
  Environment variables = Environment::of_process();  // WEFT_KEY, XDG_DATA_HOME, XDG_STATE_HOME, HOME
  // A state whose file is not the one that was last written (moved here, restored or copied) is not opened for writing
  // (kConflict) until a person has said which; kMoved goes on with it.
  enum class Elsewhere { kRefuse, kMoved } elsewhere = Elsewhere::kRefuse;
  // A state that ends before what this machine has seen of it, or has another history, is not opened for writing
  // (kConflict) unless a person accepts that.
  bool accept_rewind = false;
  // A state knows the name of the fabric that wrote it. One of another name is not opened (kConflict), not even to look,
  // for everything in it would seem to be declared no longer; unless a person says that the fabric was renamed.
  bool renamed = false;
};

// What `compact` keeps: all that is younger than the age, and the last transactions however old.
struct Retention {
  uint64_t versions = 100;
  std::chrono::milliseconds age = std::chrono::days(90);
};
struct Compacted {
  uint64_t floor = 0;             // history begins here
  uint64_t dropped = 0;           // transactions
  uint64_t bytes_before = 0, bytes_after = 0;  // of the file
  std::optional<Failure> kept_open;  // why the file itself was not made smaller: others have it open
};

// What an append answered.
struct Appended {
  uint64_t seq = 0;
};

class Writer;

class State {
 public:
  // kNotFound when there is none and `create` is off; kNewer, kCorrupt, kUnsupported (network file system …): nothing
  // was changed.
  [[nodiscard]] static auto open(const OpenOptions& options, const Clock& clock) -> Result<std::unique_ptr<State>>;
  virtual ~State() = default;

  [[nodiscard]] virtual auto snapshot() -> Result<Snapshot> = 0;
  [[nodiscard]] virtual auto tail() -> Result<Tail> = 0;
  [[nodiscard]] virtual auto record(std::string_view address) -> Result<std::optional<Record>> = 0;
  // The record as it was at `version`; kNotFound with the floor in its text when that is below it.
  [[nodiscard]] virtual auto record_at(std::string_view address, uint64_t version) -> Result<std::optional<Record>> = 0;
  [[nodiscard]] virtual auto versions(std::string_view address) -> Result<std::vector<uint64_t>> = 0;
  // As `Set` left it; null: it was never set.
  [[nodiscard]] virtual auto setting(std::string_view name) -> Result<Value> = 0;
  [[nodiscard]] virtual auto history(size_t most) -> Result<std::vector<HistoryEntry>> = 0;  // newest first
  [[nodiscard]] virtual auto runs() -> Result<std::vector<RunInfo>> = 0;                     // live, or with open intents
  // Folds the log again and compares it with the tables (I8).
  [[nodiscard]] virtual auto verify() -> Result<void> = 0;
  // A consistent copy of the state's file in the empty folder `to`, which is made when it is not there.
  [[nodiscard]] virtual auto backup(const std::string& to) -> Result<void> = 0;
  // Drops history beyond the retention, a few milliseconds at a time beside working runs, then gives the room back to
  // the disk if no other process has the state open.
  [[nodiscard]] virtual auto compact(const Retention& retention) -> Result<Compacted> = 0;
  // Addresses of records that name this address as a dependency, in order.
  [[nodiscard]] virtual auto dependents(std::string_view address) -> Result<std::vector<std::string>> = 0;
  // Frames from `seq` on, as stored.
  [[nodiscard]] virtual auto frames(uint64_t from, size_t most) -> Result<std::vector<std::string>> = 0;
  // Seals and digests; made with the fabric's first transaction key on first use of seal() through the Writer.
  [[nodiscard]] virtual auto keyring() -> Keyring& = 0;

  // A run that writes: appends its BeginRun with the first transaction that has something else to say. Holds
  // runs/<id>.lock until it is destroyed. The fabric id is drawn by the first transaction of the log.
  [[nodiscard]] virtual auto writer(const BeginRun& run) -> Result<std::unique_ptr<Writer>> = 0;
  // Whether that would be refused for what the state is: moved, restored, copied, or behind what was seen of it
  // (kConflict, with the ways out).
  [[nodiscard]] virtual auto check_writable() -> Result<void> = 0;
};

class Writer {
 public:
  virtual ~Writer() = default;
  [[nodiscard]] virtual auto run() const -> const RunId& = 0;
  [[nodiscard]] virtual auto lock_fd() const -> int = 0;   // inherited by command children
  [[nodiscard]] virtual auto fabric_id() -> Result<std::string> = 0;  // draws it when the log is empty

  // All or nothing, decided at the tail. Not granted, and nothing written, when one of `pins` (the versions that the plan
  // relies on, 0: absent) has moved: `moved` says which; or when a live run, or an older ticket of one, stands in the
  // way: `holders` says who. Dead runs that stand in the way are fenced by the same transaction. An address in doubt is
  // claimed for writing, and so is the address of a call in doubt that reads what is claimed for writing, asked or not:
  // settle `in_doubt` before anything else, for the state takes no intent over a doubt.
  struct Pin {
    std::string address;
    uint64_t version = 0;
  };
  struct Claimed {
    bool granted = false;
    std::vector<Holder> holders;        // when not granted
    std::vector<std::pair<std::string, uint64_t>> moved;  // pins that moved: address, version now
    std::vector<Intent> in_doubt;       // open intents of other runs inside the claim, now to be settled by this run
    std::vector<Intent> blocked;        // when not granted: those outside it that read what was wanted for writing
  };
  [[nodiscard]] virtual auto claim(std::vector<ClaimItem> items, std::vector<Pin> pins) -> Result<Claimed> = 0;
  // Waits until the claim could be granted (true; then claim it) or `patience` is over; nothing is held meanwhile, but a
  // ticket keeps the place in the queue until the claim. Blocks the calling thread.
  [[nodiscard]] virtual auto wait_for(std::vector<ClaimItem> items, std::chrono::milliseconds patience) -> Result<bool> = 0;

  // Queues operations for the next transaction: whatever has gathered while the previous one was being written goes
  // together. `operations` (at most 999) stand or fall together. `done` is called on the thread that calls poll(), after
  // they are durable (or were refused: fenced, full, not ours). Order of calls is order in the log, but settlements and
  // checkpoints overtake what is still queued, their own intents aside.
  virtual void submit(std::vector<OperationBody> operations, std::function<void(Result<Appended>)> done) = 0;
  // Calls the callbacks that are due. Each `notify` that was given, for as long as the writer is there, is called from the
  // committer thread when there are some.
  virtual void on_ready(std::function<void()> notify) = 0;
  virtual auto poll() -> size_t = 0;
  // submit and wait.
  [[nodiscard]] virtual auto append(std::vector<OperationBody> operations) -> Result<Appended> = 0;
  // Waits for everything queued and calls what is due; appends EndRun with `outputs` (puts and deletes of output
  // records), releases claims. `looked_at`: the tail that the outputs were worked out on; when another run has ended
  // since, nothing is written (kConflict), for what that one has made may not be in them. 0: nothing rests on a look.
  [[nodiscard]] virtual auto end(EndRun end, std::vector<OperationBody> outputs, uint64_t looked_at = 0) -> Result<Appended> = 0;
  // Set when another run has fenced this one, or the store refuses to go on (disk full): no new call may start.
  [[nodiscard]] virtual auto refused() const -> std::optional<Failure> = 0;
};

// Frees the claims of a run that somebody judged dead. Its open intents stay.
[[nodiscard]] auto fence_run(State& state, const RunId& run, std::string reason, const BeginRun& self) -> Result<void>;

}  // namespace weft::state
