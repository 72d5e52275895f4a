// The fabrics that `weft init` starts from.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace weft::ops {

struct Starter {
  std::string_view name;   // "local"
  std::string_view title;  // "local files"
  std::string_view provider;  // that it needs; empty: none
  std::string_view text;   // NAME stands for the fabric's name
};

[[nodiscard]] auto starters() -> std::span<const Starter>;
[[nodiscard]] auto find_starter(std::string_view name) -> const Starter*;
[[nodiscard]] auto starter_text(const Starter& starter, std::string_view fabric) -> std::string;

}  // namespace weft::ops
