#include "providers/net/backoff.h"

#include <algorithm>
#include <cmath>

#include "lang/base/check.h"

namespace weft::net {
namespace {

auto part_of(std::chrono::milliseconds span, double chance) -> std::chrono::milliseconds {
  return std::chrono::milliseconds(static_cast<int64_t>(static_cast<double>(span.count()) * chance));
}

}  // namespace

auto longest_wait(const Backoff& backoff, uint32_t attempt) -> std::chrono::milliseconds {
  CHECK(attempt >= 1 && backoff.factor >= 1 && backoff.base.count() >= 0);
  double grown =
      static_cast<double>(backoff.base.count()) * std::pow(backoff.factor, static_cast<double>(attempt - 1));
  if (!(grown < static_cast<double>(backoff.cap.count()))) return backoff.cap;  // also when it overflowed
  return std::chrono::milliseconds(static_cast<int64_t>(grown));
}

auto wait_before_repeat(const Backoff& backoff, uint32_t attempt, double chance,
                        std::chrono::milliseconds retry_after) -> std::chrono::milliseconds {
  CHECK(chance >= 0 && chance < 1);
  if (retry_after.count() > 0) return retry_after + part_of(std::min(backoff.base, backoff.cap), chance);
  return part_of(longest_wait(backoff, attempt), chance);
}

}  // namespace weft::net
