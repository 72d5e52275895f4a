#include "providers/net/lines.h"

#include <utility>

namespace weft::net {

auto LineSplitter::give(std::string_view line) -> bool {
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line.empty() || sink_(line);
}

auto LineSplitter::add(std::string_view piece) -> bool {
  while (true) {
    auto end = piece.find('\n');
    size_t size = rest_.size() + (end == std::string_view::npos ? piece.size() : end);
    if (size > longest_) {
      too_long_ = true;
      return false;
    }
    if (end == std::string_view::npos) {
      rest_ += piece;
      return true;
    }
    if (rest_.empty()) {
      if (!give(piece.substr(0, end))) return false;
    } else {
      auto line = std::exchange(rest_, {});
      line += piece.substr(0, end);
      if (!give(line)) return false;
    }
    piece.remove_prefix(end + 1);
  }
}

auto LineSplitter::finish() -> bool {
  auto line = std::exchange(rest_, {});
  return give(line);
}

}  // namespace weft::net
