// The one event loop of a run: timers, descriptors, signals, work on other threads, and the tasks that wait for
// them. libuv does the waiting; no header shows it.
//
// Threads: everything here belongs to the thread that runs the loop, but for post(), which any thread may call.
// Nothing is ever resumed from inside a call that makes it ready (setting an Event, a cancel request): it
// is put in line and resumed by the loop, in the order in which things became ready.
#pragma once

#include <chrono>
#include <coroutine>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "lang/base/result.h"
#include "lang/os/cancel.h"
#include "lang/os/subscription.h"
#include "lang/os/task.h"

namespace weft {

class Loop;

// One waiting coroutine, part of the object that it awaits. It stands in at most one line (intrusive and doubly
// linked): an event's, or the loop's own of those ready to go on. Destroying it takes it out.
class Waiter {
 public:
  Waiter() = default;
  Waiter(const Waiter&) = delete;
  auto operator=(const Waiter&) -> Waiter& = delete;
  ~Waiter() { unlink(); }

  std::coroutine_handle<> handle;

  [[nodiscard]] auto linked() const -> bool { return next_ != this; }
  // Loop::wake() has put it in line to be resumed, or has resumed it.
  [[nodiscard]] auto woken() const -> bool { return woken_; }
  void unlink();

 private:
  friend class WaitLine;
  friend class Loop;
  bool woken_ = false;
  Waiter* next_ = this;
  Waiter* previous_ = this;
};

class WaitLine {
 public:
  WaitLine() = default;
  WaitLine(const WaitLine&) = delete;
  auto operator=(const WaitLine&) -> WaitLine& = delete;
  // Whoever still stands in line is left alone, never to be resumed from here.
  ~WaitLine();

  [[nodiscard]] auto empty() const -> bool { return !head_.linked(); }
  void push(Waiter& waiter);       // at the end; out of its former line first
  auto pop() -> Waiter*;           // the first, taken out; null when empty
  void take_all(WaitLine& other);  // appends all of `other`

 private:
  Waiter head_;
};

// What a descriptor is ready for, or what is asked of it.
struct Readiness {
  bool read = false;
  bool write = false;
  auto operator==(const Readiness&) const -> bool = default;
};

// A watched descriptor; ends when destroyed. Stop watching before the descriptor is closed.
class FdWatch {
 public:
  FdWatch() = default;
  FdWatch(FdWatch&&) noexcept;
  auto operator=(FdWatch&&) noexcept -> FdWatch&;
  ~FdWatch();

  void change(Readiness wanted);
  void end();
  [[nodiscard]] auto active() const -> bool { return watcher_ != nullptr; }

 private:
  friend class Loop;
  struct Watcher;
  explicit FdWatch(std::shared_ptr<Watcher> watcher);
  std::shared_ptr<Watcher> watcher_;
};

class Loop {
 public:
  // Also makes the process ignore SIGPIPE: a closed pipe is an error of that write, never the end of the run.
  Loop();
  // Ends every task that is still there.
  ~Loop();
  Loop(const Loop&) = delete;
  auto operator=(const Loop&) -> Loop& = delete;

  // Runs `task` by itself, from the loop's next turn on; the loop owns it.
  void spawn(Task<void> task);
  // Until every spawned task has ended and no timer or watched descriptor is left.
  void run();
  // Until `done` says so; it is asked after every turn. Not from inside the loop.
  void run_until(const std::function<bool()>& done);
  // From any thread: calls `function` on the loop's thread.
  void post(std::function<void()> function);

  // Monotonic time, for measuring within this process.
  [[nodiscard]] static auto now() -> std::chrono::nanoseconds;

  class Sleep;
  class FdWait;
  class Offload;
  class Yield;

  // co_await gives true when the whole time has passed, false when `cancel` cut it short.
  [[nodiscard]] auto sleep_for(std::chrono::nanoseconds duration, Cancel cancel = {}) -> Sleep;
  // co_await gives true when the descriptor is ready (or in error, or hung up), false when cancelled. A
  // descriptor that cannot be watched (a plain file) is always ready.
  [[nodiscard]] auto readable(int fd, Cancel cancel = {}) -> FdWait;
  [[nodiscard]] auto writable(int fd, Cancel cancel = {}) -> FdWait;
  // Runs `work` on a pool thread. If the waiting task is dropped, the drop waits until `work` has ended, so `work`
  // may use the task's locals.
  [[nodiscard]] auto offload(std::function<void()> work) -> Offload;
  // Lets everything else that is ready go first.
  [[nodiscard]] auto yield() -> Yield;

  // Puts a waiter in line to be resumed; what awaitables of other files are made of.
  void wake(Waiter& waiter);

  // Low level. The callback may end or change its own watch or timer. A watch is level triggered: it calls again
  // as long as the descriptor is ready. Several may watch one descriptor.
  [[nodiscard]] auto watch_fd(int fd, Readiness wanted, std::function<void(Readiness)> callback)
      -> Result<FdWatch>;
  // Calls once, after at least `delay`. Ending it before means never.
  [[nodiscard]] auto start_timer(std::chrono::milliseconds delay, std::function<void()> callback) -> Subscription;
  // Calls on each arrival of the signal. Does not keep run() going.
  [[nodiscard]] auto on_signal(int signo, std::function<void()> callback) -> Subscription;

 private:
  friend class FdWatch;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

class Loop::Sleep {
 public:
  Sleep(Loop& loop, std::chrono::nanoseconds duration, Cancel cancel);
  Sleep(const Sleep&) = delete;
  auto operator=(const Sleep&) -> Sleep& = delete;
  [[nodiscard]] auto await_ready() const -> bool { return cancel_.requested(); }
  void await_suspend(std::coroutine_handle<> handle);
  auto await_resume() const -> bool { return elapsed_; }

 private:
  Loop& loop_;
  std::chrono::nanoseconds duration_;
  Cancel cancel_;
  Waiter waiter_;
  Subscription timer_;
  Subscription cancelled_;
  bool elapsed_ = false;
};

class Loop::FdWait {
 public:
  FdWait(Loop& loop, int fd, Readiness wanted, Cancel cancel);
  FdWait(const FdWait&) = delete;
  auto operator=(const FdWait&) -> FdWait& = delete;
  [[nodiscard]] auto await_ready() const -> bool { return cancel_.requested(); }
  auto await_suspend(std::coroutine_handle<> handle) -> bool;
  auto await_resume() const -> bool { return ready_; }

 private:
  Loop& loop_;
  int fd_;
  Readiness wanted_;
  Cancel cancel_;
  Waiter waiter_;
  FdWatch watch_;
  Subscription cancelled_;
  bool ready_ = false;
};

class Loop::Offload {
 public:
  Offload(Loop& loop, std::function<void()> work);
  ~Offload();
  Offload(const Offload&) = delete;
  auto operator=(const Offload&) -> Offload& = delete;
  [[nodiscard]] auto await_ready() const -> bool { return false; }
  void await_suspend(std::coroutine_handle<> handle);
  void await_resume() const {}

 private:
  struct Job;
  Loop& loop_;
  std::function<void()> work_;
  Waiter waiter_;
  Job* job_ = nullptr;
};

class Loop::Yield {
 public:
  explicit Yield(Loop& loop) : loop_(loop) {}
  Yield(const Yield&) = delete;
  auto operator=(const Yield&) -> Yield& = delete;
  [[nodiscard]] auto await_ready() const -> bool { return false; }
  void await_suspend(std::coroutine_handle<> handle);
  void await_resume() const {}

 private:
  Loop& loop_;
  Waiter waiter_;
};

// Runs the loop until `task` has ended and gives its result. The door from plain code into tasks; not from inside
// the loop. Other spawned tasks run meanwhile and stay for later.
template <class T>
auto block_on(Loop& loop, Task<T> task) -> T {
  std::optional<T> result;
  auto keep = [](Task<T> inner, std::optional<T>& out) -> Task<void> {
    T value = co_await std::move(inner);
    out.emplace(std::move(value));
  };
  loop.spawn(keep(std::move(task), result));
  loop.run_until([&] { return result.has_value(); });
  return std::move(*result);
}
inline void block_on(Loop& loop, Task<void> task) {
  bool ended = false;
  auto keep = [](Task<void> inner, bool& out) -> Task<void> {
    co_await std::move(inner);
    out = true;
  };
  loop.spawn(keep(std::move(task), ended));
  loop.run_until([&] { return ended; });
}

}  // namespace weft
