// How far the clocks of servers are from ours, learnt from the Date of their answers. Signatures that carry a
// time are made with the server's.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "providers/net/headers.h"

namespace weft::net {

// Server minus ours. Dates have whole seconds and answers travel, so a difference that the exchange's own
// length and one second explain is none. Nothing without a readable Date.
[[nodiscard]] auto clock_skew(const Headers& answer, std::chrono::milliseconds sent_at,
                              std::chrono::milliseconds answered_at)
    -> std::optional<std::chrono::milliseconds>;

class SkewTable {
 public:
  void learn(const std::string& origin, std::chrono::milliseconds skew) { rows_[origin] = skew; }
  // 0 for an origin that has not answered yet.
  [[nodiscard]] auto of(const std::string& origin) const -> std::chrono::milliseconds {
    auto row = rows_.find(origin);
    return row == rows_.end() ? std::chrono::milliseconds(0) : row->second;
  }

 private:
  std::map<std::string, std::chrono::milliseconds> rows_;
};

}  // namespace weft::net
