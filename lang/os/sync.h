// Tasks that wait for each other, all on the loop's thread: no locks, no atomics. A Latch, Event or TaskGroup
// must outlive those who wait for it.
#pragma once

#include <list>
#include <optional>
#include <vector>

#include "lang/os/loop.h"

namespace weft {

class Event;

// What wait() gives: co_await is true when it happened, false when `cancel` came first.
class LineWait {
 public:
  // `happened`: nothing to wait for. `event`: who wants its turn back if the waiting task is dropped.
  LineWait(Loop& loop, WaitLine& line, bool happened, Cancel cancel, Event* event = nullptr);
  ~LineWait();
  LineWait(const LineWait&) = delete;
  auto operator=(const LineWait&) -> LineWait& = delete;
  [[nodiscard]] auto await_ready() const -> bool { return happened_ || cancel_.requested(); }
  void await_suspend(std::coroutine_handle<> handle);
  auto await_resume() -> bool;

 private:
  Loop& loop_;
  WaitLine& line_;
  Cancel cancel_;
  Event* event_;
  Waiter waiter_;
  Subscription cancelled_;
  bool happened_;
  bool given_up_ = false;
  bool resumed_ = false;
};

// Happens once and stays so; everybody who waits goes on.
class Latch {
 public:
  explicit Latch(Loop& loop) : loop_(loop) {}
  void set();
  [[nodiscard]] auto is_set() const -> bool { return set_; }
  [[nodiscard]] auto wait(Cancel cancel = {}) -> LineWait { return {loop_, line_, set_, std::move(cancel)}; }

 private:
  Loop& loop_;
  WaitLine line_;
  bool set_ = false;
};

// Each set() lets one waiter go on, the longest waiting; with nobody waiting, the next one who comes does not
// wait. Several sets with nobody waiting count once.
class Event {
 public:
  explicit Event(Loop& loop) : loop_(loop) {}
  void set();
  [[nodiscard]] auto wait(Cancel cancel = {}) -> LineWait {
    return {loop_, line_, std::exchange(pending_, false), std::move(cancel), this};
  }

 private:
  Loop& loop_;
  WaitLine line_;
  bool pending_ = false;
};

// Tasks that live no longer than the group: dropping the group ends them.
class TaskGroup {
 public:
  explicit TaskGroup(Loop& loop) : loop_(loop), emptied_(loop) {}
  ~TaskGroup();
  TaskGroup(const TaskGroup&) = delete;
  auto operator=(const TaskGroup&) -> TaskGroup& = delete;

  // Runs `task` beside the others, from the loop's next turn on.
  void spawn(Task<void> task);
  [[nodiscard]] auto running() const -> size_t { return running_; }
  // Until none is running, those spawned meanwhile included: true; false when cancelled before. One task joins at a
  // time.
  auto join(Cancel cancel = {}) -> Task<bool>;

 private:
  using Row = std::optional<Task<void>>;
  auto supervise(Task<void> task, std::list<Row>::iterator row) -> Task<void>;

  Loop& loop_;
  Event emptied_;
  std::list<Row> rows_;
  std::list<Row> ended_;  // kept until the next spawn or join: a task cannot destroy its own frame
  size_t running_ = 0;
};

// Runs all of them at once; the results are in the order of the tasks.
template <class T>
auto when_all(Loop& loop, std::vector<Task<T>> tasks) -> Task<std::vector<T>> {
  std::vector<std::optional<T>> slots(tasks.size());
  auto fill = [](Task<T> task, std::optional<T>& slot) -> Task<void> {
    T value = co_await std::move(task);
    slot.emplace(std::move(value));
  };
  TaskGroup group(loop);
  for (size_t i = 0; i < tasks.size(); ++i) group.spawn(fill(std::move(tasks[i]), slots[i]));
  co_await group.join();
  std::vector<T> results;
  results.reserve(slots.size());
  for (auto& slot : slots) results.push_back(std::move(*slot));
  co_return results;
}

}  // namespace weft
