// The drivers of this machine: `local` (files, commands, keys, random values) and `time`. No settings; their place is
// empty, so any machine may go on where another stopped. Types and their documentation: `weft docs local.File`.
#pragma once

#include <memory>

#include "providers/api/driver.h"

namespace weft::local {

[[nodiscard]] auto make_local_driver() -> std::unique_ptr<driver::Driver>;
[[nodiscard]] auto make_time_driver() -> std::unique_ptr<driver::Driver>;

}  // namespace weft::local
