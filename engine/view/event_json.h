// Events as JSON lines (docs/cli.md, "Events"): one object a line, `v` 1. Readers ignore fields and types they do not know.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/event/event.h"

namespace weft::draw {

// "\"type\":\"step.state\",\"step\":…": the members after the envelope.
[[nodiscard]] auto event_members(const event::Fact& fact) -> std::string;
// The whole line without a newline. `run` without its "r-"; empty: left empty.
[[nodiscard]] auto event_line(uint64_t seq, uint64_t time_ms, std::string_view run, std::string_view members) -> std::string;

}  // namespace weft::draw
