// How long to wait before a repeat. Pure: time and chance are handed in.
#pragma once

#include <chrono>
#include <cstdint>

namespace weft::net {

struct Backoff {
  std::chrono::milliseconds base{200};
  double factor = 2;
  std::chrono::milliseconds cap{20'000};
};

// The longest wait after `attempt` failed attempts (1 …): base · factor^(attempt − 1), at most cap.
[[nodiscard]] auto longest_wait(const Backoff& backoff, uint32_t attempt) -> std::chrono::milliseconds;

// Full jitter: anything from nothing to the longest, so that clients that failed together do not come back
// together. `chance` is in [0, 1). What the server asked for comes first and counts in full; the jitter (of
// one base at most) is then only there to spread those who were told the same.
[[nodiscard]] auto wait_before_repeat(const Backoff& backoff, uint32_t attempt, double chance,
                                      std::chrono::milliseconds retry_after = {})
    -> std::chrono::milliseconds;

}  // namespace weft::net
