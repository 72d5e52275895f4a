#include "lang/os/env.h"

#include <unistd.h>

namespace weft {

auto Environment::of_process() -> Environment {
  Environment out;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    std::string_view line = *entry;
    size_t equals = line.find('=');
    if (equals == std::string_view::npos || equals == 0) continue;
    // The first of two with one name counts, as getenv has it.
    out.variables.emplace(line.substr(0, equals), line.substr(equals + 1));
  }
  return out;
}

auto Environment::lookup(std::string_view name) const -> std::optional<std::string> {
  auto found = variables.find(name);
  if (found == variables.end()) return std::nullopt;
  return found->second;
}

auto Environment::get(std::string_view name) const -> std::string { return lookup(name).value_or(""); }

auto Environment::list() const -> std::vector<std::string> {
  std::vector<std::string> out;
  out.reserve(variables.size());
  for (const auto& [name, value] : variables) out.push_back(name + '=' + value);
  return out;
}

}  // namespace weft
