// weft state list: the records that a selector names.
#include "engine/ops/state_look.h"

namespace weft::ops {

auto state_list(World& world, const StateRequest& request) -> StateResult { return look(world, request, true); }

}  // namespace weft::ops
