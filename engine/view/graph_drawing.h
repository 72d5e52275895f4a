// The graph of a fabric drawn: text, DOT, SVG, and a page that needs nothing but itself.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "engine/plan/plan.h"
#include "engine/view/look.h"

namespace weft::draw {

struct GraphNode {
  std::string address, type, module;
  std::string status;                  // record's status, or the planned action; empty: not made yet; "later": a later stage makes it known
  plan::SourceLine source;
  uint32_t layer = 0;                  // longest way from a node that needs nothing
};

struct GraphPicture {
  std::string fabric;
  std::vector<GraphNode> nodes;        // natural order
  std::vector<std::pair<uint32_t, uint32_t>> edges;  // first needs second
};

[[nodiscard]] auto graph_text(const GraphPicture& graph, const Look& look) -> std::string;
[[nodiscard]] auto graph_dot(const GraphPicture& graph) -> std::string;
[[nodiscard]] auto graph_svg(const GraphPicture& graph) -> std::string;
[[nodiscard]] auto graph_html(const GraphPicture& graph) -> std::string;
// Members of one `graph` event: nodes and edges.
[[nodiscard]] auto graph_members(const GraphPicture& graph) -> std::string;

// "2 resources, 1 planned later, 3 dependencies"
[[nodiscard]] auto graph_size(const GraphPicture& graph) -> std::string;
// Instances of one declaration with the same status as one node "24 × subnet[…]", when there are more than `most` nodes.
[[nodiscard]] auto gathered(const GraphPicture& graph, size_t most) -> GraphPicture;

}  // namespace weft::draw
