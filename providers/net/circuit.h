// An endpoint that nobody answers at is left alone for a while, so that a thousand instances do not each wait
// for the same dead host. Pure; the clock is handed in.
//
//   closed ──kFailures failures in a row──▶ open ──after a pause──▶ trying ──answer──▶ closed
//                                            ▲                       │
//                                            └──failure, pause ×2────┘
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>

namespace weft::net {

class Circuit {
 public:
  using Time = std::chrono::nanoseconds;
  enum class State : uint8_t { kClosed, kOpen, kTrying };

  static constexpr uint32_t kFailures = 5;
  static constexpr std::chrono::milliseconds kFirstPause{1000};
  static constexpr std::chrono::milliseconds kLongestPause{30'000};

  // True: go (when not closed just one each pause, which reports back). False: not before retry_at().
  auto allow(Time now) -> bool;
  void reached(Time now);    // an answer came, whatever it said
  void unreached(Time now);  // no connection
  // The one that was let through ended without learning anything (cancelled, or refused before it was sent).
  void undecided();

  [[nodiscard]] auto state() const -> State { return state_; }
  [[nodiscard]] auto retry_at() const -> Time { return retry_at_; }

 private:
  void open(Time now);

  State state_ = State::kClosed;
  uint32_t failures_ = 0;
  std::chrono::milliseconds pause_{kFirstPause};
  Time retry_at_{0};
};

// By origin ("https://host:port", or the path of a Unix socket).
using CircuitTable = std::map<std::string, Circuit>;

}  // namespace weft::net
