// weft state show: records whole, now or as they were at a version.
#include "engine/ops/state_look.h"

namespace weft::ops {

auto state_show(World& world, const StateRequest& request) -> StateResult { return look(world, request); }

}  // namespace weft::ops
