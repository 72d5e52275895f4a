#include "engine/addr/stars.h"

#include "lang/base/check.h"

namespace weft::addr {

auto starred_keys(const Selector& pattern, std::string_view address) -> std::optional<std::vector<Key>> {
  auto read = parse_address(address);
  if (!read || !pattern.matches(*read)) return std::nullopt;
  std::vector<Key> keys;
  for (size_t i = 0; i < pattern.parts.size(); ++i) {
    for (size_t k = 0; k < pattern.parts[i].keys.size(); ++k) {
      if (std::holds_alternative<std::monostate>(pattern.parts[i].keys[k])) keys.push_back(read->segments[i].keys[k]);
    }
  }
  return keys;
}

auto with_keys(const Selector& pattern, std::span<const Key> keys) -> Address {
  Address out;
  for (const auto& part : pattern.parts) {
    Segment& segment = out.segments.emplace_back(Segment{.name = part.name, .keys = {}});
    for (const auto& key : part.keys) {
      const auto* exact = std::get_if<Key>(&key);
      CHECK(exact != nullptr || !keys.empty());
      segment.keys.push_back(exact != nullptr ? *exact : keys.front());
      if (exact == nullptr) keys = keys.subspan(1);
    }
  }
  CHECK(keys.empty());
  return out;
}

}  // namespace weft::addr
