#include "engine/view/graph_layout.h"

#include <algorithm>
#include <numeric>

namespace weft::draw {

namespace {

constexpr double kLayerGap = 72, kBoxGap = 14, kWayGap = 10, kMargin = 24, kHeading = 20;
constexpr int kOrderSweeps = 12, kPlaceSweeps = 12;
constexpr size_t kMostBends = 200'000;  // beyond, long edges go straight

// A box, or the bend of a long edge in a layer that it crosses.
struct Node {
  uint32_t layer = 0;
  double height = 0, y = 0;
  bool bend = false;
  std::vector<uint32_t> left, right;  // neighbours in the next lower and the next higher layer
};

class Layers {
 public:
  Layers(const std::vector<Box>& boxes, const std::vector<std::pair<uint32_t, uint32_t>>& edges) {
    for (const Box& box : boxes) {
      nodes_.push_back({.layer = box.layer, .height = box.height});
      count_ = std::max<size_t>(count_, box.layer + 1);
    }
    size_t bends = 0;
    for (const auto& [user, needed] : edges) bends += span(boxes, user, needed);
    bool bend = bends <= kMostBends;
    for (const auto& [user, needed] : edges) chains_.push_back(chain(boxes, user, needed, bend));
    order_.resize(count_);
    for (uint32_t i = 0; i < nodes_.size(); ++i) order_[nodes_[i].layer].push_back(i);
  }

  void arrange() {
    index();
    auto best = order_;
    size_t fewest = crossings();
    for (int sweep = 0; sweep < kOrderSweeps && fewest > 0; ++sweep) {
      if (sweep % 2 == 0) {
        for (size_t layer = 1; layer < count_; ++layer) sort_layer(layer, &Node::left);
      } else {
        for (size_t layer = count_ - 1; layer-- > 0;) sort_layer(layer, &Node::right);
      }
      size_t now = crossings();
      if (now < fewest) {
        fewest = now;
        best = order_;
      }
    }
    order_ = std::move(best);
    index();
  }

  void place() {
    for (auto& layer : order_) {
      double y = 0;
      for (uint32_t i : layer) {
        nodes_[i].y = y;
        y += nodes_[i].height + gap(i);
      }
    }
    for (int sweep = 0; sweep < kPlaceSweeps; ++sweep) {
      bool to_right = sweep % 2 == 0;
      for (size_t n = 0; n < count_; ++n) settle(to_right ? n : count_ - 1 - n, to_right ? &Node::left : &Node::right);
    }
    double top = 0;
    for (const Node& node : nodes_) top = std::min(top, node.y);
    for (Node& node : nodes_) node.y -= top;
  }

  [[nodiscard]] auto nodes() const -> const std::vector<Node>& { return nodes_; }
  [[nodiscard]] auto chains() const -> const std::vector<std::vector<uint32_t>>& { return chains_; }
  [[nodiscard]] auto count() const -> size_t { return count_; }

 private:
  static auto span(const std::vector<Box>& boxes, uint32_t user, uint32_t needed) -> size_t {
    uint32_t from = boxes[needed].layer, to = boxes[user].layer;
    return to > from + 1 ? to - from - 1 : 0;
  }

  auto chain(const std::vector<Box>& boxes, uint32_t user, uint32_t needed, bool bend) -> std::vector<uint32_t> {
    std::vector<uint32_t> way{needed};
    for (size_t n = 0; bend && n < span(boxes, user, needed); ++n) {
      nodes_.push_back({.layer = boxes[needed].layer + static_cast<uint32_t>(n) + 1, .bend = true});
      way.push_back(static_cast<uint32_t>(nodes_.size() - 1));
    }
    way.push_back(user);
    for (size_t i = 0; i + 1 < way.size(); ++i) {
      nodes_[way[i]].right.push_back(way[i + 1]);
      nodes_[way[i + 1]].left.push_back(way[i]);
    }
    return way;
  }

  void index() {
    position_.assign(nodes_.size(), 0);
    for (const auto& layer : order_) {
      for (size_t i = 0; i < layer.size(); ++i) position_[layer[i]] = static_cast<double>(i);
    }
  }

  void sort_layer(size_t layer, std::vector<uint32_t> Node::*side) {
    std::vector<std::pair<double, uint32_t>> rows;
    for (uint32_t i : order_[layer]) {
      const auto& neighbours = nodes_[i].*side;
      double sum = 0;
      for (uint32_t other : neighbours) sum += position_[other];
      rows.emplace_back(neighbours.empty() ? position_[i] : sum / static_cast<double>(neighbours.size()), i);
    }
    std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (size_t i = 0; i < rows.size(); ++i) {
      order_[layer][i] = rows[i].second;
      position_[rows[i].second] = static_cast<double>(i);
    }
  }

  // Counts inversions layer by layer with a tree of partial sums.
  auto crossings() const -> size_t {
    size_t total = 0;
    for (size_t layer = 0; layer + 1 < count_; ++layer) {
      std::vector<size_t> ends;
      for (uint32_t i : order_[layer]) {
        std::vector<size_t> mine;
        for (uint32_t other : nodes_[i].right) mine.push_back(static_cast<size_t>(position_[other]));
        std::sort(mine.begin(), mine.end());
        ends.insert(ends.end(), mine.begin(), mine.end());
      }
      std::vector<size_t> tree(order_[layer + 1].size() + 2, 0);
      for (size_t n = 0; n < ends.size(); ++n) {
        size_t smaller = 0;
        for (size_t at = ends[n] + 1; at > 0; at -= at & (~at + 1)) smaller += tree[at];
        total += n - smaller;
        for (size_t at = ends[n] + 1; at < tree.size(); at += at & (~at + 1)) ++tree[at];
      }
    }
    return total;
  }

  [[nodiscard]] auto gap(uint32_t i) const -> double { return nodes_[i].bend ? kWayGap : kBoxGap; }

  // Each as near to the middle of its neighbours as the order and the gaps allow.
  void settle(size_t layer, std::vector<uint32_t> Node::*side) {
    auto& order = order_[layer];
    if (order.empty()) return;
    std::vector<double> wanted(order.size());
    for (size_t k = 0; k < order.size(); ++k) {
      const Node& node = nodes_[order[k]];
      const auto& neighbours = node.*side;
      if (neighbours.empty()) {
        wanted[k] = node.y;
        continue;
      }
      double sum = 0;
      for (uint32_t other : neighbours) sum += nodes_[other].y + nodes_[other].height / 2;
      wanted[k] = sum / static_cast<double>(neighbours.size()) - node.height / 2;
    }
    // Blocks that would overlap move together, to the mean of what their members want.
    struct Block {
      size_t first, last;
      double offset_sum, y;
    };
    std::vector<double> offset(order.size(), 0);
    for (size_t k = 1; k < order.size(); ++k) offset[k] = offset[k - 1] + nodes_[order[k - 1]].height + gap(order[k - 1]);
    std::vector<Block> blocks;
    for (size_t k = 0; k < order.size(); ++k) {
      Block block{k, k, wanted[k] - offset[k], wanted[k] - offset[k]};
      while (!blocks.empty() && blocks.back().y > block.y) {
        const Block& before = blocks.back();
        block = {before.first, block.last, before.offset_sum + block.offset_sum, 0};
        block.y = block.offset_sum / static_cast<double>(block.last - block.first + 1);
        blocks.pop_back();
      }
      blocks.push_back(block);
    }
    for (const Block& block : blocks) {
      for (size_t k = block.first; k <= block.last; ++k) nodes_[order[k]].y = block.y + offset[k];
    }
  }

  std::vector<Node> nodes_;
  std::vector<std::vector<uint32_t>> chains_, order_;
  std::vector<double> position_;
  size_t count_ = 0;
};

}  // namespace

auto lay_out(std::vector<Box> boxes, const std::vector<std::pair<uint32_t, uint32_t>>& edges) -> Layout {
  Layout out;
  Layers layers(boxes, edges);
  layers.arrange();
  layers.place();
  const double top = kMargin + kHeading;
  std::vector<double> widest(layers.count(), 0), left(layers.count() + 1, kMargin);
  for (const Box& box : boxes) widest[box.layer] = std::max(widest[box.layer], box.width);
  for (size_t i = 0; i < layers.count(); ++i) left[i + 1] = left[i] + widest[i] + kLayerGap;
  for (size_t i = 0; i < boxes.size(); ++i) {
    boxes[i].x = left[boxes[i].layer];
    boxes[i].y = layers.nodes()[i].y + top;
    out.width = std::max(out.width, boxes[i].x + boxes[i].width + kMargin);
    out.height = std::max(out.height, boxes[i].y + boxes[i].height + kMargin);
  }
  for (const auto& chain : layers.chains()) {
    std::vector<Point> way;
    for (size_t k = 0; k < chain.size(); ++k) {
      const Node& node = layers.nodes()[chain[k]];
      double y = node.y + node.height / 2 + top;
      if (k == 0) {
        // Straight on to where the column ends: a curve from a narrow box would run behind a wider one.
        const Box& box = boxes[chain[k]];
        double end = left[box.layer] + widest[box.layer];
        way.push_back({box.x + box.width, y});
        if (end > box.x + box.width) way.push_back({end, y});
      } else if (k + 1 == chain.size()) {
        way.push_back({boxes[chain[k]].x, y});
      } else {
        way.push_back({left[node.layer], y});
        way.push_back({left[node.layer] + widest[node.layer], y});
        out.height = std::max(out.height, y + kMargin);
      }
    }
    out.ways.push_back(std::move(way));
  }
  out.columns.assign(left.begin(), left.end() - 1);
  out.boxes = std::move(boxes);
  return out;
}

}  // namespace weft::draw
