// All drivers of a program, by name; and their schemas as the checker wants them.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "providers/api/driver.h"

namespace weft::driver {

class Registry {
 public:
  void add(std::unique_ptr<Driver> driver);
  [[nodiscard]] auto driver(std::string_view name) const -> Driver*;
  [[nodiscard]] auto type(std::string_view name) const -> const TypeSchema*;
  [[nodiscard]] auto drivers() const -> std::span<const std::unique_ptr<Driver>> { return drivers_; }

 private:
  std::vector<std::unique_ptr<Driver>> drivers_;
};

}  // namespace weft::driver
