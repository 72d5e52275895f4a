// All drivers of a program, by name; and their schemas as the checker wants them.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "providers/api/driver.h"

namespace weft::driver {

class Registry {
 public:
  // Names of drivers and types are unique; a type's first part is its driver's name. CHECKs.
  void add(std::unique_ptr<Driver> driver);
  // Null pointers for names that nobody has.
  [[nodiscard]] auto driver(std::string_view name) const -> Driver*;
  [[nodiscard]] auto type(std::string_view name) const -> const TypeSchema*;
  [[nodiscard]] auto drivers() const -> std::span<const std::unique_ptr<Driver>> { return drivers_; }

 private:
  std::vector<std::unique_ptr<Driver>> drivers_;
  std::map<std::string_view, const TypeSchema*> types_;  // rows of the drivers' own tables
};

}  // namespace weft::driver
