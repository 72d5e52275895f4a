// Who reaches whom, for many pairs: 64 nodes are looked for in one walk over the graph.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/graph/graph.h"

namespace weft::graph {

class Reaching {
 public:
  static constexpr size_t kAtOnce = 64;

  // The graph outlives it.
  explicit Reaching(const Graph& graph) : graph_(graph), order_(graph.order()) {}
  // For every node the bits of those of `wanted` (at most kAtOnce) that can be reached from it, itself included. Linear in
  // nodes and edges. What is on a circle or behind one reaches nothing.
  [[nodiscard]] auto from_each(std::span<const Node> wanted) const -> std::vector<uint64_t>;

 private:
  const Graph& graph_;
  std::vector<Node> order_;
};

}  // namespace weft::graph
