// weft state history: which run wrote which versions.
#include "engine/ops/workspace.h"

namespace weft::ops {

auto state_history(World& world, const std::string& environment, size_t most) -> HistoryResult {
  HistoryResult result;
  auto state = open_state_only(world, environment, false);
  if (!state) {
    result.failure = state.error();
    return result;
  }
  auto entries = (*state)->history(most);
  if (entries) result.entries = std::move(*entries);
  else result.failure = entries.error();
  return result;
}

}  // namespace weft::ops
