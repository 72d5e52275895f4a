// The LMDB environment: transactions over Rows, the growing map, the full disk. The only door to lmdb.h; no other file
// of the program opens data.mdb or lock.mdb, because closing any descriptor of them would drop LMDB's locks.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "engine/state/rows.h"
#include "engine/state/turn.h"
#include "lang/base/result.h"

namespace weft::state {

struct StoreOptions {
  size_t map_size = size_t{16} << 30;   // address space, not disk; doubled when it is full
  bool read_only = false;               // a file system that cannot be written at all
  // Tests: asked before each commit ("commit") and each reopening ("reopen"); an errno other than 0 is what happened.
  std::function<int(std::string_view)> fault;
};

enum class Outcome { kCommit, kAbort };

class Store {
 public:
  // `folder` exists. Creates the files when they are not there; its tables come with the first commit.
  [[nodiscard]] static auto open(const std::string& folder, StoreOptions options) -> Result<std::unique_ptr<Store>>;
  virtual ~Store() = default;

  // One consistent view; short, for it holds back the reuse of pages. Never from inside another transaction.
  [[nodiscard]] virtual auto read(const std::function<Result<void>(const Rows&)>& look) -> Result<void> = 0;
  // The one writer of all processes. `change` may be called again (a full map was made bigger) and must not call out
  // of the process. kAbort leaves no trace. `sent` is called just before the commit. kFull: no room on the disk;
  // kUnavailable: the disk failed. After both the environment is closed and opened anew. kCancelled: another process was
  // writing, and the wait for it was called off; nothing was changed.
  [[nodiscard]] virtual auto write(const std::function<Result<Outcome>(Rows&)>& change, const std::function<void()>& sent = {},
                                   Patience patience = Patience::kUntilStopped) -> Result<Outcome> = 0;
  // Who may call off such a wait, and who hears of a long one.
  virtual void watch(TurnWatch watch) = 0;
  // A consistent copy into the empty folder `to`, without free pages when `compact`.
  [[nodiscard]] virtual auto copy(const std::string& to, bool compact) -> Result<void> = 0;
  // Closes the environment, calls `swap` (which puts another file in its place) and opens it again, whatever came of that.
  [[nodiscard]] virtual auto replace(const std::function<Result<void>()>& swap) -> Result<void> = 0;
  // Takes the slots of readers that died; they would hold pages back.
  virtual void check_readers() = 0;
  [[nodiscard]] virtual auto map_size() -> size_t = 0;
};

}  // namespace weft::state
