// The driver `fake`: a provider whose every behaviour and fault is scripted, for tests of the engine and of the program.
#pragma once

#include <memory>

#include "lang/os/env.h"
#include "providers/api/driver.h"
#include "providers/fake/world.h"

namespace weft::fake {

[[nodiscard]] auto make_fake_driver(std::shared_ptr<FakeWorld> world) -> std::unique_ptr<driver::Driver>;

// Whether the program is to have it: WEFT_FAKE=1, and only in builds with crash points, which nobody installs.
[[nodiscard]] auto is_wanted(const Environment& environment) -> bool;
// The world in the file WEFT_FAKE_WORLD; without it one in memory, which ends with the process.
[[nodiscard]] auto world_of(const Environment& environment) -> std::shared_ptr<FakeWorld>;

}  // namespace weft::fake
