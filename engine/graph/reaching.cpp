#include "engine/graph/reaching.h"

#include "lang/base/check.h"

namespace weft::graph {

auto Reaching::from_each(std::span<const Node> wanted) const -> std::vector<uint64_t> {
  CHECK(wanted.size() <= kAtOnce);
  std::vector<uint64_t> found(graph_.nodes(), 0);
  for (size_t i = 0; i < wanted.size(); ++i) found[wanted[i]] |= uint64_t{1} << i;
  for (auto node = order_.rbegin(); node != order_.rend(); ++node) {
    for (Node next : graph_.after(*node)) found[*node] |= found[next];
  }
  return found;
}

}  // namespace weft::graph
