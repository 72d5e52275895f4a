#include "providers/local/random.h"

#include <algorithm>
#include <utility>

#include "lang/base/check.h"
#include "lang/base/digest.h"

namespace weft::local {

// Draws that would favour the low numbers are thrown away and drawn again.
auto random_below(uint32_t bound) -> uint32_t {
  CHECK(bound > 0);
  const uint32_t limit = UINT32_MAX - UINT32_MAX % bound;
  uint32_t drawn = 0;
  do {
    random_bytes(&drawn, sizeof drawn);
  } while (drawn >= limit);
  return drawn % bound;
}

// Digits of base 10^9, lowest first; each byte multiplies by 256 and adds.
auto decimal(std::string_view bytes) -> std::string {
  constexpr uint64_t kBase = 1'000'000'000;
  std::vector<uint32_t> digits{0};
  for (char byte : bytes) {
    uint64_t carry = static_cast<unsigned char>(byte);
    for (auto& digit : digits) {
      uint64_t sum = uint64_t{digit} * 256 + carry;
      digit = static_cast<uint32_t>(sum % kBase);
      carry = sum / kBase;
    }
    if (carry > 0) digits.push_back(static_cast<uint32_t>(carry));
  }
  std::string out = std::to_string(digits.back());
  for (size_t i = digits.size() - 1; i-- > 0;) {
    std::string group = std::to_string(digits[i]);
    out += std::string(9 - group.size(), '0') + group;
  }
  return out;
}

auto random_password(uint32_t length, const std::vector<Alphabet>& alphabets) -> std::string {
  std::vector<std::string> all;
  std::vector<std::string> drawn;
  auto draw = [&](const std::vector<std::string>& from) {
    drawn.push_back(from[random_below(static_cast<uint32_t>(from.size()))]);
  };
  for (const auto& alphabet : alphabets) {
    if (alphabet.characters.empty()) continue;
    all.insert(all.end(), alphabet.characters.begin(), alphabet.characters.end());
    for (uint32_t i = 0; i < alphabet.least; ++i) draw(alphabet.characters);
  }
  CHECK(!all.empty() && drawn.size() <= length);
  while (drawn.size() < length) draw(all);
  for (size_t i = drawn.size(); i > 1; --i) {
    std::swap(drawn[i - 1], drawn[random_below(static_cast<uint32_t>(i))]);
  }
  std::string out;
  for (const auto& character : drawn) out += character;
  return out;
}

}  // namespace weft::local
