// The environment variables of a run, read once at the door and handed on as a value.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weft {

struct Environment {
  std::map<std::string, std::string, std::less<>> variables;

  [[nodiscard]] static auto of_process() -> Environment;

  // Nothing when it is not set; empty when it is set to nothing.
  [[nodiscard]] auto lookup(std::string_view name) const -> std::optional<std::string>;
  // Its value; empty when it is not set.
  [[nodiscard]] auto get(std::string_view name) const -> std::string;
  [[nodiscard]] auto is_set(std::string_view name) const -> bool { return variables.contains(name); }
  // "NAME=value" lines, by name.
  [[nodiscard]] auto list() const -> std::vector<std::string>;
};

}  // namespace weft
