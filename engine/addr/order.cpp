#include <algorithm>

#include "engine/addr/address.h"
#include "lang/base/text.h"

namespace weft::addr {
namespace {

// Ints before strings; ints by value, strings as people expect names to sort.
auto key_less(const Key& a, const Key& b) -> bool {
  if (a.index() != b.index()) return a.index() < b.index();
  if (const auto* number = std::get_if<int64_t>(&a)) return *number < std::get<int64_t>(b);
  return weft::natural_less(std::get<std::string>(a), std::get<std::string>(b));
}

auto segment_less(const Segment& a, const Segment& b) -> bool {
  if (weft::natural_less(a.name, b.name)) return true;
  if (weft::natural_less(b.name, a.name)) return false;
  return std::lexicographical_compare(a.keys.begin(), a.keys.end(), b.keys.begin(), b.keys.end(), key_less);
}

}  // namespace

auto natural_less(const Address& a, const Address& b) -> bool {
  return std::lexicographical_compare(a.segments.begin(), a.segments.end(), b.segments.begin(), b.segments.end(), segment_less);
}

}  // namespace weft::addr
