#include "engine/graph/graph.h"

#include <algorithm>

namespace weft::graph {

Graph::Graph(uint32_t nodes, std::span<const Edge> edges) : nodes_(nodes), begin_(nodes + 1, 0), missing_(nodes, 0) {
  for (auto [before, after] : edges) {
    ++begin_[before + 1];
    ++missing_[after];
  }
  for (uint32_t node = 0; node < nodes; ++node) begin_[node + 1] += begin_[node];
  targets_.resize(edges.size());
  std::vector<uint32_t> fill(begin_.begin(), begin_.end() - 1);
  for (auto [before, after] : edges) targets_[fill[before]++] = after;
}

auto Graph::reversed() const -> Graph {
  std::vector<Edge> edges;
  edges.reserve(targets_.size());
  for (Node node = 0; node < nodes_; ++node) {
    for (Node next : after(node)) edges.emplace_back(next, node);
  }
  return {nodes_, edges};
}

auto Graph::order() const -> std::vector<Node> {
  std::vector<uint32_t> left(missing_);
  std::vector<Node> order;
  order.reserve(nodes_);
  for (Node node = 0; node < nodes_; ++node) {
    if (left[node] == 0) order.push_back(node);
  }
  for (size_t i = 0; i < order.size(); ++i) {
    for (Node next : after(order[i])) {
      if (--left[next] == 0) order.push_back(next);
    }
  }
  return order;
}

auto Graph::heights() const -> std::vector<uint32_t> {
  std::vector<uint32_t> heights(nodes_, 0);
  auto forward = order();
  for (auto it = forward.rbegin(); it != forward.rend(); ++it) {
    for (Node next : after(*it)) heights[*it] = std::max(heights[*it], heights[next] + 1);
  }
  return heights;
}

auto Graph::reach(std::span<const Node> start) const -> std::vector<bool> {
  std::vector<bool> seen(nodes_, false);
  std::vector<Node> work(start.begin(), start.end());
  for (Node node : work) seen[node] = true;
  while (!work.empty()) {
    Node node = work.back();
    work.pop_back();
    for (Node next : after(node)) {
      if (seen[next]) continue;
      seen[next] = true;
      work.push_back(next);
    }
  }
  return seen;
}

auto Graph::circle() const -> std::vector<Node> {
  auto done = order();
  if (done.size() == nodes_) return {};
  std::vector<bool> left(nodes_, true);
  for (Node node : done) left[node] = false;
  // Every node that is left has one that is left before it: walking backwards must come round.
  Graph back = reversed();
  Node node = 0;
  while (!left[node]) ++node;
  std::vector<uint32_t> seen_at(nodes_, UINT32_MAX);
  std::vector<Node> way;
  while (seen_at[node] == UINT32_MAX) {
    seen_at[node] = static_cast<uint32_t>(way.size());
    way.push_back(node);
    for (Node before : back.after(node)) {
      if (!left[before]) continue;
      node = before;
      break;
    }
  }
  std::vector<Node> circle(way.begin() + seen_at[node], way.end());
  std::reverse(circle.begin(), circle.end());
  return circle;
}

}  // namespace weft::graph
