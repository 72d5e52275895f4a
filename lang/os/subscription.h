// Something that stays arranged for as long as this object lives: a callback, a timer, a watched descriptor.
#pragma once

#include <functional>
#include <utility>

namespace weft {

class [[nodiscard]] Subscription {
 public:
  Subscription() = default;
  explicit Subscription(std::function<void()> undo) : undo_(std::move(undo)) {}
  Subscription(Subscription&& other) noexcept : undo_(std::exchange(other.undo_, nullptr)) {}
  auto operator=(Subscription&& other) noexcept -> Subscription& {
    if (this != &other) {
      end();
      undo_ = std::exchange(other.undo_, nullptr);
    }
    return *this;
  }
  ~Subscription() { end(); }

  // Undoes it now; a second call does nothing.
  void end() {
    if (auto undo = std::exchange(undo_, nullptr)) undo();
  }
  [[nodiscard]] auto active() const -> bool { return undo_ != nullptr; }

 private:
  std::function<void()> undo_;
};

}  // namespace weft
