#include "engine/addr/inside.h"

namespace weft::addr {

auto is_inside(std::string_view address, std::string_view outer) -> bool {
  if (!address.starts_with(outer)) return false;
  if (address.size() == outer.size()) return true;
  char next = address[outer.size()];
  return next == '[' || next == '.';
}

}  // namespace weft::addr
