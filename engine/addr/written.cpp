#include "engine/addr/written.h"

#include "engine/addr/address.h"

namespace weft::addr {

auto written(std::string_view text) -> std::string {
  auto address = parse_address(text);
  if (!address) return std::string(text);
  std::string out;
  for (const auto& segment : address->segments) {
    if (!out.empty()) out += '.';
    out += segment.name;
    for (const auto& key : segment.keys) {
      const auto* name = std::get_if<std::string>(&key);
      out += "[" + (name == nullptr ? key_text(key) : quote_text(*name)) + "]";
    }
  }
  return out;
}

}  // namespace weft::addr
