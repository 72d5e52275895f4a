#include "engine/cli/builtin_drivers.h"

#include "providers/local/local.h"

namespace weft::cli {

void add_builtin_drivers(driver::Registry& registry, const Environment&) {
  registry.add(local::make_local_driver());
  registry.add(local::make_time_driver());
}

}  // namespace weft::cli
