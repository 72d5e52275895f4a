// A directed graph over small numbers, in two flat arrays. Everything here is linear in nodes and edges and without
// recursion, so a chain may be as long as memory allows.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace weft::graph {

using Node = uint32_t;
using Edge = std::pair<Node, Node>;  // the first must be done before the second

class Graph {
 public:
  Graph() = default;
  Graph(uint32_t nodes, std::span<const Edge> edges);

  [[nodiscard]] auto nodes() const -> uint32_t { return nodes_; }
  // What comes directly after a node.
  [[nodiscard]] auto after(Node node) const -> std::span<const Node> {
    return std::span(targets_).subspan(begin_[node], begin_[node + 1] - begin_[node]);
  }
  // How many come directly before each node.
  [[nodiscard]] auto missing() const -> const std::vector<uint32_t>& { return missing_; }
  [[nodiscard]] auto reversed() const -> Graph;

  // Every node after all that come before it; nodes on a circle, or behind one, are left out.
  [[nodiscard]] auto order() const -> std::vector<Node>;
  // The longest way from each node to one with nothing after it; 0 for those. Nodes on circles have 0.
  [[nodiscard]] auto heights() const -> std::vector<uint32_t>;
  // Nodes that can be reached from `start`, those included.
  [[nodiscard]] auto reach(std::span<const Node> start) const -> std::vector<bool>;
  // One circle, in its order; empty when there is none.
  [[nodiscard]] auto circle() const -> std::vector<Node>;

 private:
  uint32_t nodes_ = 0;
  std::vector<uint32_t> begin_{0};
  std::vector<Node> targets_;
  std::vector<uint32_t> missing_;
};

}  // namespace weft::graph
