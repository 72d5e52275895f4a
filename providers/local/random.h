// Chance without bias, from the system's generator.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weft::local {

// Each of 0 … bound-1 with the same chance; bound ≥ 1.
[[nodiscard]] auto random_below(uint32_t bound) -> uint32_t;
// The bytes as an unsigned number, highest byte first, in decimal digits: "0" for no bytes or zeros.
[[nodiscard]] auto decimal(std::string_view bytes) -> std::string;

// At least so many of each alphabet, the rest from all of them, in chance order. Alphabets hold whole code points, none
// twice over all of them; the least counts add up to no more than `length`; at least one alphabet is not empty.
struct Alphabet {
  std::vector<std::string> characters;
  uint32_t least = 0;
};
[[nodiscard]] auto random_password(uint32_t length, const std::vector<Alphabet>& alphabets) -> std::string;

}  // namespace weft::local
