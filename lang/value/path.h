// Attribute paths in the form of language.md: spec.containers[name=web].image, [3], annotations[example.com/touched], [*].
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lang/base/result.h"
#include "lang/value/value.h"

namespace weft {

struct PathStep {
  enum class Kind : uint8_t { kMember, kIndex, kKeyed, kEvery };
  Kind kind = Kind::kMember;
  std::string name{};  // kMember: key; kKeyed: the key attribute's name
  uint32_t index = 0;  // kIndex
  std::string value{};  // kKeyed: its value as text

  auto operator==(const PathStep&) const -> bool = default;
};

struct Path {
  std::vector<PathStep> steps;

  [[nodiscard]] auto text() const -> std::string;
  [[nodiscard]] auto empty() const -> bool { return steps.empty(); }
  [[nodiscard]] auto operator/(PathStep step) const -> Path;
  [[nodiscard]] auto member(std::string_view name) const -> Path;
  [[nodiscard]] auto at(uint32_t index) const -> Path;
  // Whether `pattern` ([*] matches any element) names this path or one above it.
  [[nodiscard]] auto covered_by(const Path& pattern) const -> bool;
  auto operator==(const Path&) const -> bool = default;
};

[[nodiscard]] auto parse_path(std::string_view text) -> Result<Path>;
// The value at the path, or null pointer; [*] is not followed.
[[nodiscard]] auto find(const Value& root, const Path& path) -> const Value*;
// A copy of `root` with the value at the path replaced (objects on the way are made when absent), or removed.
[[nodiscard]] auto with(const Value& root, const Path& path, const Value& value) -> Value;
[[nodiscard]] auto without(const Value& root, const Path& path) -> Value;

}  // namespace weft
