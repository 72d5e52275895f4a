// Asking work to stop. A CancelSource asks, any number of Cancel observers hear it. One request, for good.
//
//   CancelSource stop;
//   auto signal = loop.on_signal(SIGINT, [&] { stop.request(); });
//   bool slept = co_await loop.sleep_for(10s, stop.token());   // false: cut short
#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <memory>

#include "lang/os/subscription.h"

namespace weft {

// An observer: cheap to copy and keep. A default one is never asked to stop.
class Cancel {
 public:
  Cancel() = default;

  // May be asked from any thread, so that work on the pool can look now and then.
  [[nodiscard]] auto requested() const -> bool;
  // Calls `callback` once when the request comes, on the thread of whoever requests; at once if it has come.
  // The callback may end any subscription, its own too. Loop thread only.
  [[nodiscard]] auto on_request(std::function<void()> callback) const -> Subscription;

 private:
  friend class CancelSource;
  struct State {
    std::atomic<bool> requested = false;
    std::list<std::function<void()>> callbacks;
  };
  explicit Cancel(std::shared_ptr<State> state) : state_(std::move(state)) {}

  std::shared_ptr<State> state_;
};

// Loop thread only.
class CancelSource {
 public:
  CancelSource();
  // Also asked to stop when `parent` is; asking this one leaves the parent alone.
  explicit CancelSource(const Cancel& parent);
  CancelSource(const CancelSource&) = delete;
  auto operator=(const CancelSource&) -> CancelSource& = delete;

  void request();
  [[nodiscard]] auto requested() const -> bool { return state_->requested; }
  [[nodiscard]] auto token() const -> Cancel { return Cancel(state_); }

 private:
  static void request(const std::shared_ptr<Cancel::State>& state);

  std::shared_ptr<Cancel::State> state_;
  Subscription parent_;
};

}  // namespace weft
