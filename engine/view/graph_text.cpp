// The graph as text, as DOT and as an event.
#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "engine/view/graph_drawing.h"
#include "engine/view/json_text.h"
#include "engine/view/page.h"
#include "engine/view/plan_text.h"
#include "engine/view/run_picture.h"
#include "engine/view/words.h"
#include "lang/base/text.h"

namespace weft::draw {

namespace {

auto needs_of(const GraphPicture& graph) -> std::vector<std::vector<uint32_t>> {
  std::vector<std::vector<uint32_t>> needs(graph.nodes.size());
  for (const auto& [user, needed] : graph.edges) {
    if (user < needs.size() && needed < needs.size()) needs[user].push_back(needed);
  }
  for (auto& list : needs) {
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
  }
  return needs;
}

auto dot_quote(std::string_view text) -> std::string {
  std::string out = "\"";
  for (char c : without_controls(text)) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

auto dot_color(std::string_view status) -> std::string_view {
  if (status == "create") return "#1f8a4c";
  if (status == "update") return "#b07a00";
  if (status == "replace" || status == "destroy" || status == "broken" || status == "open") return "#c2362b";
  return "#5c6675";
}

}  // namespace

auto gathered(const GraphPicture& graph, size_t most) -> GraphPicture {
  if (graph.nodes.size() <= most) return graph;
  GraphPicture out{.fabric = graph.fabric};
  std::map<std::pair<std::string, std::string>, uint32_t> rows;
  std::vector<uint32_t> row_of(graph.nodes.size());
  std::vector<size_t> members;
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    const GraphNode& node = graph.nodes[i];
    auto [at, is_new] = rows.try_emplace({base_name(node.address), node.status}, static_cast<uint32_t>(out.nodes.size()));
    if (is_new) {
      out.nodes.push_back(node);
      members.push_back(0);
    }
    row_of[i] = at->second;
    ++members[at->second];
    out.nodes[at->second].layer = std::max(out.nodes[at->second].layer, node.layer);
  }
  for (size_t i = 0; i < out.nodes.size(); ++i) {
    if (members[i] > 1) out.nodes[i].address = fmt::format("{} × {}[…]", with_thousands(members[i]), base_name(out.nodes[i].address));
  }
  std::set<std::pair<uint32_t, uint32_t>> edges;
  for (const auto& [user, needed] : graph.edges) {
    if (row_of[user] != row_of[needed]) edges.emplace(row_of[user], row_of[needed]);
  }
  out.edges.assign(edges.begin(), edges.end());
  // Gathering may have put both ends of an edge into one layer, or made a circle: layers are counted anew, and an edge
  // that would go back is left out.
  std::vector<std::vector<uint32_t>> needs = needs_of(out);
  std::vector<uint32_t> order(out.nodes.size());
  for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return out.nodes[a].layer < out.nodes[b].layer; });
  std::vector<bool> placed(out.nodes.size(), false);
  std::erase_if(out.edges, [](const auto&) { return true; });
  for (uint32_t i : order) {
    uint32_t layer = 0;
    for (uint32_t needed : needs[i]) {
      if (!placed[needed]) continue;
      out.edges.emplace_back(i, needed);
      layer = std::max(layer, out.nodes[needed].layer + 1);
    }
    out.nodes[i].layer = layer;
    placed[i] = true;
  }
  return out;
}

auto graph_size(const GraphPicture& graph) -> std::string {
  size_t later = static_cast<size_t>(std::ranges::count(graph.nodes, "later", &GraphNode::status));
  return fmt::format("{}{}, {}", counted(graph.nodes.size() - later, "resource"), later == 0 ? "" : fmt::format(", {} planned later", later),
                     counted(graph.edges.size(), "dependency", "dependencies"));
}

auto graph_text(const GraphPicture& whole, const Look& look) -> std::string {
  GraphPicture graph = look.full ? whole : gathered(whole, 30);
  auto needs = needs_of(graph);
  uint32_t layers = 0;
  for (const GraphNode& node : graph.nodes) layers = std::max(layers, node.layer + 1);
  Page page(look);
  page.line(Line().add(fmt::format("{}: {}, {}", whole.fabric, graph_size(whole), counted(layers, "layer")), Ink::kBold));
  for (uint32_t layer = 0; layer < layers; ++layer) {
    page.gap();
    page.line(Line().add(fmt::format("LAYER {}", layer + 1), Ink::kBold).add(layer == 0 ? ", needs nothing" : ""));
    for (size_t i = 0; i < graph.nodes.size(); ++i) {
      const GraphNode& node = graph.nodes[i];
      if (node.layer != layer) continue;
      Row row{.indent = 2, .source = source_text(node.source), .hang = 6};
      row.left.add(node.address, Ink::kBold).add("  ").add(node.type);
      if (!node.status.empty() && node.status != "ok") row.left.add("  ").add(node.status, Ink::kYellow);
      if (!needs[i].empty()) {
        std::vector<std::string> names;
        for (uint32_t needed : needs[i]) names.push_back(graph.nodes[needed].address);
        row.left.add("  needs ", Ink::kDim).add(listed(names, look.full ? 0 : 4));
      }
      page.row(std::move(row));
    }
  }
  return page.text();
}

auto graph_dot(const GraphPicture& graph) -> std::string {
  std::string out = fmt::format("digraph {} {{\n  rankdir = \"RL\";\n  node [shape = \"box\", style = \"rounded\", fontname = \"sans-serif\"];\n",
                                dot_quote(graph.fabric));
  for (const GraphNode& node : graph.nodes) {
    std::string label = dot_quote(node.address);
    label.insert(label.size() - 1, "\\n" + dot_quote(node.type).substr(1, dot_quote(node.type).size() - 2));
    out += fmt::format("  {} [label = {}, color = \"{}\"{}];\n", dot_quote(node.address), label, dot_color(node.status),
                       node.status.empty() || node.status == "later" ? ", style = \"rounded,dashed\"" : "");
  }
  for (const auto& [user, needed] : graph.edges) {
    out += fmt::format("  {} -> {};\n", dot_quote(graph.nodes[user].address), dot_quote(graph.nodes[needed].address));
  }
  return out + "}\n";
}

auto graph_members(const GraphPicture& graph) -> std::string {
  JsonObject out;
  out.add("type", "graph").add("fabric", graph.fabric);
  JsonList nodes, edges;
  for (const GraphNode& node : graph.nodes) {
    JsonObject row;
    row.add("address", node.address).add("resource", node.type).add_some("module", node.module).add_some("status", node.status);
    row.add("layer", node.layer);
    if (!node.source.file.empty()) row.raw("source", JsonObject().add("file", node.source.file).add("line", node.source.line).text());
    nodes.add(row.text());
  }
  for (const auto& [user, needed] : graph.edges) {
    edges.add(JsonObject().add("from", graph.nodes[user].address).add("needs", graph.nodes[needed].address).text());
  }
  out.raw("nodes", nodes.text()).raw("edges", edges.text());
  return out.members();
}

}  // namespace weft::draw
