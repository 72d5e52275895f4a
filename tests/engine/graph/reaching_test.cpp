#include "engine/graph/reaching.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <random>

namespace weft::graph {
namespace {

TEST(Reaching, IsWhatAWalkFromEachWouldFind) {
  std::mt19937 random(7);
  for (int round = 0; round < 50; ++round) {
    uint32_t nodes = 1 + random() % 80;
    // Any order of the numbers, so that neither end of an edge is always the smaller.
    std::vector<Node> number(nodes);
    std::iota(number.begin(), number.end(), 0);
    std::shuffle(number.begin(), number.end(), random);
    std::vector<Edge> edges;
    for (uint32_t i = random() % (2 * nodes); i > 0; --i) {
      uint32_t a = random() % nodes, b = random() % nodes;
      if (a != b) edges.emplace_back(number[std::min(a, b)], number[std::max(a, b)]);
    }
    Graph graph(nodes, edges);
    Reaching reaching(graph);
    std::vector<Node> wanted;
    while (wanted.size() < std::min<size_t>(nodes, Reaching::kAtOnce)) wanted.push_back(number[wanted.size()]);
    auto found = reaching.from_each(wanted);
    for (Node from = 0; from < nodes; ++from) {
      auto seen = graph.reach(std::array{from});
      for (size_t i = 0; i < wanted.size(); ++i) {
        ASSERT_EQ((found[from] >> i & 1) != 0, seen[wanted[i]]) << round << ": from " << from << " to " << wanted[i];
      }
    }
  }
}

TEST(Reaching, AChainMayBeLong) {
  constexpr uint32_t kNodes = 100'000;
  std::vector<Edge> edges;
  for (uint32_t node = 1; node < kNodes; ++node) edges.emplace_back(node - 1, node);
  Graph graph(kNodes, edges);
  auto found = Reaching(graph).from_each(std::array<Node, 2>{kNodes - 1, 50'000});
  EXPECT_EQ(found[0], 3U);
  EXPECT_EQ(found[50'001], 1U);
}

}  // namespace
}  // namespace weft::graph
