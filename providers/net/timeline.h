// Time and chance as the clients of this room ask for them, so that tests turn the clock by hand and nothing
// sleeps.
#pragma once

#include <chrono>
#include <memory>

#include "lang/os/cancel.h"
#include "lang/os/loop.h"
#include "lang/os/task.h"

namespace weft::net {

class Timeline {
 public:
  virtual ~Timeline() = default;
  // Monotonic.
  [[nodiscard]] virtual auto now() -> std::chrono::nanoseconds = 0;
  // Since 1970, as the machine's clock has it.
  [[nodiscard]] virtual auto wall() -> std::chrono::milliseconds = 0;
  // True when the whole time has passed, false when cancelled.
  virtual auto wait(std::chrono::nanoseconds duration, Cancel cancel) -> Task<bool> = 0;
  // Anything in [0, 1).
  [[nodiscard]] virtual auto chance() -> double = 0;
};

// The real one. The loop outlives it.
[[nodiscard]] auto loop_timeline(Loop& loop) -> std::unique_ptr<Timeline>;

}  // namespace weft::net
