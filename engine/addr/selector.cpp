#include <algorithm>

#include "engine/addr/address.h"
#include "engine/addr/scan.h"

namespace weft::addr {
namespace {

// All but the last part name their segment whole; the last also takes what stands below it: `edge[a]` has edge[a][0].
auto part_matches(const Selector::Part& part, const Segment& segment, bool last) -> bool {
  if (part.name.empty()) return true;
  if (part.name != segment.name) return false;
  if (last ? segment.keys.size() < part.keys.size() : segment.keys.size() != part.keys.size()) return false;
  for (size_t i = 0; i < part.keys.size(); ++i) {
    const auto* key = std::get_if<Key>(&part.keys[i]);
    if (key != nullptr && *key != segment.keys[i]) return false;
  }
  return true;
}

}  // namespace

auto Selector::matches(const Address& address) const -> bool {
  if (address.segments.size() < parts.size()) return false;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (!part_matches(parts[i], address.segments[i], i + 1 == parts.size())) return false;
  }
  return true;
}

auto Selector::text() const -> std::string {
  std::string out;
  for (const auto& part : parts) {
    if (!out.empty()) out += '.';
    out += part.name.empty() ? "*" : part.name;
    for (const auto& key : part.keys) {
      const auto* exact = std::get_if<Key>(&key);
      out += '[';
      out += exact != nullptr ? key_text(*exact) : "*";
      out += ']';
    }
  }
  return out;
}

auto parse_selector(std::string_view text) -> Result<Selector> {
  Scanner scanner(text, "selector");
  TRY_VOID(scanner.begin());
  Selector selector;
  do {
    Selector::Part part;
    if (!scanner.take('*')) {
      TRY(name, scanner.name());
      part.name = std::string(name);
      while (scanner.take('[')) {
        TRY(key, scanner.key());
        if (key) {
          part.keys.emplace_back(std::move(*key));
        } else {
          part.keys.emplace_back(std::monostate{});
        }
      }
    }
    selector.parts.push_back(std::move(part));
    if (selector.parts.size() > kMostSegments) return scanner.refuse("more than 64 parts", {});
  } while (scanner.take('.'));
  if (!scanner.done()) return scanner.unexpected("`.`, `[` or the end");
  return selector;
}

}  // namespace weft::addr
