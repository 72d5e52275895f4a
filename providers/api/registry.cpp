#include "providers/api/registry.h"

#include <algorithm>
#include <utility>

namespace weft::driver {

void Registry::add(std::unique_ptr<Driver> driver) {
  CHECK(driver != nullptr);
  CHECK(this->driver(driver->name()) == nullptr);
  for (const auto& type : driver->types()) {
    CHECK(type.name.starts_with(std::string(driver->name()) + "."));
    CHECK(types_.emplace(type.name, &type).second);
  }
  drivers_.push_back(std::move(driver));
}

auto Registry::driver(std::string_view name) const -> Driver* {
  auto found = std::ranges::find_if(drivers_, [&](const auto& driver) { return driver->name() == name; });
  return found == drivers_.end() ? nullptr : found->get();
}

auto Registry::type(std::string_view name) const -> const TypeSchema* {
  auto found = types_.find(name);
  return found == types_.end() ? nullptr : found->second;
}

}  // namespace weft::driver
