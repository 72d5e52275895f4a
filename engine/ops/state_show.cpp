// weft state show: records whole, now or as they were at a version.
#include "engine/ops/state_declared.h"
#include "engine/ops/state_look.h"

namespace weft::ops {

auto state_show(World& world, const StateRequest& request) -> StateResult {
  auto result = look(world, request);
  if (result.ok() && result.records.size() == 1 && !request.version) tell_declared(world, result);
  return result;
}

}  // namespace weft::ops
