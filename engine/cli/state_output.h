// What the verbs that change records alone have in common at the door.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/cli/session.h"
#include "engine/ops/ops.h"

namespace weft::cli {

[[nodiscard]] auto environment_of(const Session& session) -> std::string;
// "@41" or "41".
[[nodiscard]] auto version_named(std::string_view text) -> std::optional<uint64_t>;
// "Forgot 2 records. State @41 → @42." or the refusal. `again`: the command to wait with.
[[nodiscard]] auto report_changed(Session& session, const ops::ChangedState& result, const std::string& done) -> int;

}  // namespace weft::cli
