// Where the boxes of a layered graph stand: layers from left to right, few crossings, short edges.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace weft::draw {

struct Box {
  double width = 0, height = 0;
  uint32_t layer = 0;
  double x = 0, y = 0;     // of its upper left corner; filled in
};

struct Point {
  double x = 0, y = 0;
};

struct Layout {
  std::vector<Box> boxes;
  std::vector<std::vector<Point>> ways;  // of each edge, from the needed box to the one that needs it
  std::vector<double> columns;           // left side of each layer; above it there is room for a line of text
  double width = 0, height = 0;
};

// `edges`: (box that needs, box that is needed); the needed one stands in a lower layer. The same input gives the same
// layout.
[[nodiscard]] auto lay_out(std::vector<Box> boxes, const std::vector<std::pair<uint32_t, uint32_t>>& edges) -> Layout;

}  // namespace weft::draw
