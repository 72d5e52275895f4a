#include "providers/net/timeline.h"

#include <random>

#include "lang/base/digest.h"

namespace weft::net {
namespace {

class LoopTimeline final : public Timeline {
 public:
  explicit LoopTimeline(Loop& loop) : loop_(loop) {
    // Seeded apart from every other process: jitter that is the same everywhere is none.
    uint64_t seed = 0;
    random_bytes(&seed, sizeof seed);
    random_.seed(seed);
  }
  auto now() -> std::chrono::nanoseconds override { return Loop::now(); }
  auto wall() -> std::chrono::milliseconds override {
    auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now);
  }
  auto wait(std::chrono::nanoseconds duration, Cancel cancel) -> Task<bool> override {
    co_return co_await loop_.sleep_for(duration, std::move(cancel));
  }
  auto chance() -> double override { return static_cast<double>(random_() >> 11) * 0x1p-53; }

 private:
  Loop& loop_;
  std::mt19937_64 random_;
};

}  // namespace

auto loop_timeline(Loop& loop) -> std::unique_ptr<Timeline> {
  return std::make_unique<LoopTimeline>(loop);
}

}  // namespace weft::net
