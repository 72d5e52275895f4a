// Task<T>: work that can wait. Calling a coroutine that returns a Task runs nothing yet; `co_await` runs it and
// gives its result. A Task owns its frame: dropping it ends the work at the place where it waits, and everything
// it waits for (timers, descriptors, children) is undone by the destructors in the frame.
//
//   auto twice(Loop& loop) -> Task<Result<int>> { CO_TRY(n, co_await ask(loop)); co_return n * 2; }
//
// Parameters: take what must outlive the first wait by value; a reference must outlive the whole task.
// For g++ 12: no braced temporary in an expression that holds a co_await (name it first), no co_await inside
// `?:`, and lambdas that are coroutines must outlive their task (pass captures as parameters instead).
#pragma once

#include <coroutine>
#include <optional>
#include <type_traits>
#include <utility>

#include "lang/base/check.h"

namespace weft {

template <class T>
class Task;

namespace task_detail {

// Where a task stands. It moves only forward; `kInline` is while the awaiting coroutine is still inside its own
// await_suspend: a task that ends then must not resume it, the await simply goes on. So a loop over a million
// tasks that never wait needs no stack, optimised or not.
enum class Stage : unsigned char { kNew, kInline, kWaiting, kDone };

struct PromiseBase {
  std::coroutine_handle<> awaiting;
  Stage stage = Stage::kNew;

  [[nodiscard]] auto initial_suspend() const noexcept -> std::suspend_always { return {}; }
  // No exception crosses a room, so none may leave a task either.
  void unhandled_exception() const noexcept { CHECK(!"an exception left a task"); }
};

struct Final {
  [[nodiscard]] auto await_ready() const noexcept -> bool { return false; }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> handle) const noexcept {
    PromiseBase& promise = handle.promise();
    bool resume = promise.stage == Stage::kWaiting && promise.awaiting;
    auto awaiting = promise.awaiting;
    promise.stage = Stage::kDone;
    // The awaiting coroutine may destroy this frame: nothing of it may be touched from here on.
    if (resume) awaiting.resume();
  }
  void await_resume() const noexcept {}
};

template <class T>
struct Promise : PromiseBase {
  std::optional<T> value;

  auto get_return_object() -> Task<T>;
  [[nodiscard]] auto final_suspend() const noexcept -> Final { return {}; }
  template <class U>
  void return_value(U&& result) {
    value.emplace(std::forward<U>(result));
  }
};

template <>
struct Promise<void> : PromiseBase {
  auto get_return_object() -> Task<void>;
  [[nodiscard]] auto final_suspend() const noexcept -> Final { return {}; }
  void return_void() const noexcept {}
};

}  // namespace task_detail

template <class T = void>
class [[nodiscard]] Task {
 public:
  using promise_type = task_detail::Promise<T>;
  using Handle = std::coroutine_handle<promise_type>;

  explicit Task(Handle handle) : handle_(handle) {}
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  auto operator=(Task&& other) noexcept -> Task& {
    if (this != &other) {
      if (handle_) handle_.destroy();
      handle_ = std::exchange(other.handle_, nullptr);
    }
    return *this;
  }
  ~Task() {
    if (handle_) handle_.destroy();
  }

  // Runs it to its first wait with nobody awaiting; for those who keep tasks (TaskGroup), not for use beside it.
  void start() {
    CHECK(handle_ && handle_.promise().stage == task_detail::Stage::kNew);
    handle_.promise().stage = task_detail::Stage::kWaiting;
    handle_.resume();
  }
  [[nodiscard]] auto done() const -> bool {
    return handle_ && handle_.promise().stage == task_detail::Stage::kDone;
  }

  class Awaiter {
   public:
    explicit Awaiter(Handle handle) : handle_(handle) {}
    [[nodiscard]] auto await_ready() const noexcept -> bool { return false; }
    auto await_suspend(std::coroutine_handle<> awaiting) -> bool {
      auto& promise = handle_.promise();
      CHECK(promise.stage == task_detail::Stage::kNew);
      promise.awaiting = awaiting;
      promise.stage = task_detail::Stage::kInline;
      handle_.resume();
      if (promise.stage == task_detail::Stage::kDone) return false;
      promise.stage = task_detail::Stage::kWaiting;
      return true;
    }
    auto await_resume() -> T {
      if constexpr (!std::is_void_v<T>) {
        CHECK(handle_.promise().value.has_value());
        return std::move(*handle_.promise().value);
      }
    }

   private:
    Handle handle_;
  };

  // A task is awaited once, by one coroutine: co_await make(); or co_await std::move(task);
  auto operator co_await() && -> Awaiter {
    CHECK(handle_);
    return Awaiter(handle_);
  }

 private:
  Handle handle_;
};

template <class T>
auto task_detail::Promise<T>::get_return_object() -> Task<T> {
  return Task<T>(std::coroutine_handle<Promise>::from_promise(*this));
}
inline auto task_detail::Promise<void>::get_return_object() -> Task<void> {
  return Task<void>(std::coroutine_handle<Promise>::from_promise(*this));
}

}  // namespace weft
