// The turn to write. LMDB has one writer over all processes, and whoever waits for it inside LMDB can neither be told who
// holds it nor be called off: a process that stands still in the middle of a transaction would hold everybody for good. So
// each writer takes a mutex of our own first, which lies in a file beside the store and is robust as LMDB's is: a holder
// that dies gives it up at once. Where nobody else writes it costs no call of the system. Readers never wait.
#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "lang/base/result.h"
#include "lang/os/cancel.h"

namespace weft::state {

class State;

struct Held {
  pid_t process = 0;          // 0: not known
  bool stands_still = false;  // stopped by a signal, or by a debugger
};

// Who may call a wait off, and who is told of one that takes long.
struct TurnWatch {
  Cancel soft, hard;                       // the first and the second request to stop
  std::function<void(const Held&)> told;   // once a second has passed, once a wait; on the waiting thread
};

// What a wait is worth: the first request to stop ends it, or the second only, because what is to be written has been done.
enum class Patience { kUntilStopped, kUntilStoppedTwice };

// For all waits of this process for that state's turn, from now on.
void watch_turns(State& state, TurnWatch watch);

class Turn {
 public:
  Turn();
  Turn(const Turn&) = delete;
  auto operator=(const Turn&) -> Turn& = delete;
  ~Turn();

  void watch(TurnWatch watch);
  // kCancelled: called off. A file that cannot be made is no failure: then LMDB's own lock is all there is.
  [[nodiscard]] auto take(const std::string& folder, Patience patience) -> Result<void>;
  // By the thread that took it.
  void give_back();

 private:
  struct Page;
  [[nodiscard]] auto map(const std::string& folder) -> Page*;
  [[nodiscard]] auto wait(Page& page, Patience patience) -> Result<void>;

  std::mutex mutex_;
  TurnWatch watch_;
  Page* page_ = nullptr;
  bool tried_ = false;
  bool held_ = false;
};

}  // namespace weft::state
