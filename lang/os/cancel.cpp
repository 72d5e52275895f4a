#include "lang/os/cancel.h"

namespace weft {

auto Cancel::requested() const -> bool { return state_ != nullptr && state_->requested; }

auto Cancel::on_request(std::function<void()> callback) const -> Subscription {
  if (state_ == nullptr) return {};
  if (state_->requested) {
    callback();
    return {};
  }
  auto place = state_->callbacks.insert(state_->callbacks.end(), std::move(callback));
  return Subscription([state = std::weak_ptr(state_), place] {
    auto alive = state.lock();
    // After the request the list belongs to the one who walks it; entries are emptied, not taken out.
    if (alive == nullptr) return;
    if (alive->requested) {
      *place = nullptr;
    } else {
      alive->callbacks.erase(place);
    }
  });
}

CancelSource::CancelSource() : state_(std::make_shared<Cancel::State>()) {}

CancelSource::CancelSource(const Cancel& parent) : CancelSource() {
  parent_ = parent.on_request([state = std::weak_ptr(state_)] {
    if (auto alive = state.lock()) request(alive);
  });
}

void CancelSource::request() { request(state_); }

void CancelSource::request(const std::shared_ptr<Cancel::State>& state) {
  if (state->requested.exchange(true)) return;
  auto keep = state;
  // Nothing is added once `requested` is set, so the list only loses its functions while it is walked; the
  // entries themselves live as long as the state, because a subscription may still point at one.
  for (auto& callback : keep->callbacks) {
    if (auto call = std::exchange(callback, nullptr)) call();
  }
}

}  // namespace weft
