// weft graph: what is declared and what needs what, by layers.
#include "engine/graph/graph.h"

#include <algorithm>
#include <map>
#include <set>

#include "engine/ops/workspace.h"
#include "lang/base/text.h"

namespace weft::ops {

namespace {

auto module_of(const std::string& address) -> std::string {
  auto around = addr::enclosing(address);
  // The outermost names stand before a dot; an instance's own collection is no module.
  for (auto it = around.rbegin(); it != around.rend(); ++it) {
    if (address.size() > it->size() && address[it->size()] == '.') return std::string(*it);
  }
  return {};
}

// Row numbers of what a dependency names: itself, or everything inside of it.
class Rows {
 public:
  void add(const std::string& address, uint32_t row) {
    exact_[address] = row;
    for (std::string_view outer : addr::enclosing(address)) inside_[std::string(outer)].push_back(row);
  }
  [[nodiscard]] auto of(const state::Dependency& dependency) const -> std::vector<uint32_t> {
    std::vector<uint32_t> rows;
    if (auto one = exact_.find(dependency.address); one != exact_.end()) rows.push_back(one->second);
    if (auto many = inside_.find(dependency.address); many != inside_.end()) rows.insert(rows.end(), many->second.begin(), many->second.end());
    return rows;
  }

 private:
  std::map<std::string, uint32_t> exact_;
  std::map<std::string, std::vector<uint32_t>> inside_;
};

void count_layers(GraphResult& result) {
  std::vector<graph::Edge> edges;
  for (const auto& [user, needed] : result.edges) edges.emplace_back(needed, user);
  graph::Graph order(static_cast<uint32_t>(result.nodes.size()), edges);
  for (uint32_t node : order.order()) {
    for (uint32_t user : order.after(node)) {
      result.nodes[user].layer = std::max(result.nodes[user].layer, result.nodes[node].layer + 1);
    }
  }
}

}  // namespace

auto graph(World& world, const InputSources& inputs, bool with_plan) -> GraphResult {
  GraphResult result;
  Workspace workspace(world, result);
  // Without the key of its secrets a plan would see changes where there are none.
  if (!workspace.open_fabric(inputs) || !workspace.open_state(false) || (with_plan && !workspace.key_is_right())) {
    workspace.finish();
    return result;
  }
  result.fabric = workspace.fabric->root()->fabric_name;
  plan::Options options;
  options.refresh = with_plan ? plan::Refresh::kFull : plan::Refresh::kNone;
  auto made = workspace.make_plan(options);
  if (!made) {
    workspace.finish();
    return result;
  }
  std::map<std::string, const plan::Step*> steps;
  for (const plan::Step& step : made->steps) steps[step.address] = &step;
  const SourceMap& sources = *result.sources;
  std::vector<std::pair<GraphNode, std::vector<state::Dependency>>> found;
  std::set<std::string> seen;
  for (const plan::Instance& instance : workspace.planner->instances()) {
    if (instance.declaration == nullptr || instance.declaration->kind != check::DeclarationKind::kResource || instance.deferred) continue;
    GraphNode node{.address = instance.address, .type = instance.declaration->resource == nullptr ? "" : instance.declaration->resource->name};
    node.module = module_of(node.address);
    Range range = instance.declaration->range;
    if (range.valid()) node.source = {std::string(sources.name(range.file)), sources.position(range.file, range.begin).line};
    const state::Record* record = workspace.planner->record(instance.address);
    auto step = steps.find(instance.address);
    if (with_plan) node.status = step == steps.end() ? "none" : std::string(plan::word(step->second->action));
    else if (record != nullptr) node.status = state::word(record->status);
    seen.insert(node.address);
    found.emplace_back(std::move(node), workspace.planner->depends_on(instance));
  }
  for (const plan::Stage& stage : made->stages) {
    for (const auto& later : stage.deferred) {
      if (later.is_lookup() || !seen.insert(later.address).second) continue;
      std::vector<state::Dependency> after;
      for (const auto& address : later.after) after.push_back({.address = address});
      found.emplace_back(GraphNode{.address = later.address, .type = later.type, .module = module_of(later.address), .status = "later", .source = later.source}, std::move(after));
    }
  }
  // What is only in the state: no longer declared.
  for (const state::Record& record : workspace.snapshot.records) {
    if (!seen.insert(record.address).second) continue;
    GraphNode node{.address = record.address, .type = record.type, .module = module_of(record.address)};
    auto step = steps.find(record.address);
    if (with_plan) node.status = step == steps.end() ? "none" : std::string(plan::word(step->second->action));
    else node.status = state::word(record.status);
    found.emplace_back(std::move(node), record.dependencies);
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return weft::natural_less(a.first.address, b.first.address); });
  Rows rows;
  for (uint32_t i = 0; i < found.size(); ++i) rows.add(found[i].first.address, i);
  std::set<std::pair<uint32_t, uint32_t>> edges;
  for (uint32_t i = 0; i < found.size(); ++i) {
    for (const state::Dependency& dependency : found[i].second) {
      for (uint32_t needed : rows.of(dependency)) {
        if (needed != i) edges.emplace(i, needed);
      }
    }
  }
  result.edges.assign(edges.begin(), edges.end());
  for (auto& [node, dependencies] : found) result.nodes.push_back(std::move(node));
  count_layers(result);
  workspace.finish();
  return result;
}

}  // namespace weft::ops
