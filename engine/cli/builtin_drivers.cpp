#include "engine/cli/builtin_drivers.h"

#include "providers/fake/fake.h"
#include "providers/http/http.h"
#include "providers/local/local.h"

namespace weft::cli {

void add_builtin_drivers(driver::Registry& registry, const Environment& environment) {
  registry.add(local::make_local_driver());
  registry.add(local::make_time_driver());
  registry.add(http::make_http_driver({.environment = environment}));
  if (fake::is_wanted(environment)) registry.add(fake::make_fake_driver(fake::world_of(environment)));
}

}  // namespace weft::cli
