// How long steps have taken in this state, by type and action: what "usually 4m–7m here" rests on. Kept in the state as a
// setting, the newest few of each kind.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/event/event.h"
#include "lang/value/value.h"

namespace weft::apply {

class PastDurations {
 public:
  static constexpr std::string_view kSetting = "durations";

  PastDurations() = default;
  // What is not as value() makes it counts as nothing.
  explicit PastDurations(const Value& kept);

  // The middle 80 % of them; nothing where fewer than 5 are known.
  [[nodiscard]] auto usual(std::string_view type, std::string_view action) const -> std::optional<event::Usual>;
  // A kind is noted from its first step of a second on: what is over at once needs no forecast. True: something was noted.
  auto add(std::string_view type, std::string_view action, uint64_t elapsed_ms) -> bool;
  [[nodiscard]] auto value() const -> Value;  // "TYPE ACTION" → milliseconds, newest last

 private:
  std::map<std::string, std::vector<uint64_t>> kinds_;
};

}  // namespace weft::apply
