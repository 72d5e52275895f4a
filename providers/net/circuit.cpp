#include "providers/net/circuit.h"

#include <algorithm>

namespace weft::net {

auto Circuit::allow(Time now) -> bool {
  switch (state_) {
    case State::kClosed: return true;
    case State::kTrying:  // one that hangs does not hold up the rest for ever
    case State::kOpen: break;
  }
  if (now < retry_at_) return false;
  state_ = State::kTrying;
  retry_at_ = now + pause_;  // when the others may look again
  return true;
}

void Circuit::reached(Time) {
  state_ = State::kClosed;
  failures_ = 0;
  pause_ = kFirstPause;
}

void Circuit::open(Time now) {
  state_ = State::kOpen;
  retry_at_ = now + pause_;
  pause_ = std::min(pause_ * 2, kLongestPause);
}

void Circuit::unreached(Time now) {
  switch (state_) {
    case State::kClosed:
      if (++failures_ >= kFailures) open(now);
      return;
    case State::kTrying: return open(now);
    case State::kOpen: return;  // it went out before the circuit opened
  }
}

void Circuit::undecided() {
  if (state_ != State::kTrying) return;
  state_ = State::kOpen;
  retry_at_ = Time(0);
}

}  // namespace weft::net
