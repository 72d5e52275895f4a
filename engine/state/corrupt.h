// What is told of a state whose bytes do not read, and what can be done.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "lang/base/result.h"

namespace weft::state {

inline constexpr std::string_view kRestore = "restore the folder `.weft/state` from a backup";

[[nodiscard]] inline auto corrupt(std::string text) -> std::unexpected<Failure> {
  return fail(Code::kCorrupt, std::move(text), std::string(kRestore));
}
// Where the log can still tell how much of it is good.
[[nodiscard]] inline auto damaged(std::string text) -> std::unexpected<Failure> {
  return fail(Code::kCorrupt, std::move(text), std::string(kRestore) + "; `weft state verify` shows how far the log is sound");
}

}  // namespace weft::state
