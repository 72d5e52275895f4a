#include "engine/graph/graph.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace weft::graph {
namespace {

TEST(Graph, OrderPutsWhatIsNeededFirst) {
  std::vector<Edge> edges{{2, 1}, {1, 0}, {3, 0}};
  Graph graph(4, edges);
  auto order = graph.order();
  ASSERT_EQ(order.size(), 4u);
  std::vector<size_t> at(4);
  for (size_t i = 0; i < order.size(); ++i) at[order[i]] = i;
  for (auto [before, after] : edges) EXPECT_LT(at[before], at[after]);
}

TEST(Graph, HeightsAreTheLongestChainBehind) {
  std::vector<Edge> edges{{0, 1}, {1, 2}, {0, 3}};
  EXPECT_EQ(Graph(4, edges).heights(), (std::vector<uint32_t>{2, 1, 0, 0}));
}

TEST(Graph, ReachFollowsEdgesForward) {
  std::vector<Edge> edges{{0, 1}, {1, 2}, {3, 2}};
  std::vector<Node> start{1};
  EXPECT_EQ(Graph(4, edges).reach(start), (std::vector<bool>{false, true, true, false}));
  EXPECT_EQ(Graph(4, edges).reversed().reach(start), (std::vector<bool>{true, true, false, false}));
}

TEST(Graph, ACircleIsFoundInItsOrder) {
  std::vector<Edge> edges{{0, 1}, {1, 2}, {2, 3}, {3, 1}, {3, 4}};
  auto circle = Graph(5, edges).circle();
  ASSERT_EQ(circle.size(), 3u);
  for (size_t i = 0; i < circle.size(); ++i) {
    Edge edge{circle[i], circle[(i + 1) % circle.size()]};
    EXPECT_NE(std::find(edges.begin(), edges.end(), edge), edges.end()) << edge.first << " → " << edge.second;
  }
  std::vector<Edge> none{{0, 1}, {1, 2}};
  EXPECT_TRUE(Graph(3, none).circle().empty());
}

TEST(Graph, ALongChainNeedsNoStack) {
  std::vector<Edge> edges;
  for (Node node = 0; node + 1 < 1'000'000; ++node) edges.emplace_back(node, node + 1);
  Graph graph(1'000'000, edges);
  EXPECT_EQ(graph.heights()[0], 999'999u);
  EXPECT_EQ(graph.order().size(), 1'000'000u);
}

}  // namespace
}  // namespace weft::graph
