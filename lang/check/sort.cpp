// Each declaration after what it depends on (Tarjan's components, without recursion), cycles, and what of it the
// engine gets to see.
#include <algorithm>
#include <deque>
#include <utility>

#include "lang/check/diags.h"
#include "lang/check/module_checker.h"

namespace weft::check {
namespace {

struct Visit {
  uint32_t node;
  size_t next = 0;
};

auto is_evaluated(DeclarationKind kind) -> bool {
  switch (kind) {
    case DeclarationKind::kInput:
    case DeclarationKind::kLet:
    case DeclarationKind::kResource:
    case DeclarationKind::kLookup:
    case DeclarationKind::kModule:
    case DeclarationKind::kOutput:
    case DeclarationKind::kCheck:
    case DeclarationKind::kProvider:
    case DeclarationKind::kMoved:
    case DeclarationKind::kForget:
    case DeclarationKind::kAdopt: return true;
    default: return false;
  }
}

}  // namespace

void ModuleChecker::sort() {
  const auto count = static_cast<uint32_t>(items_.size());
  constexpr uint32_t kUnseen = UINT32_MAX;
  std::vector<uint32_t> number(count, kUnseen);
  std::vector<uint32_t> low(count, 0);
  std::vector<bool> waiting(count, false);
  std::vector<uint32_t> stack;
  uint32_t next_number = 0;
  for (uint32_t root = 0; root < count; ++root) {
    if (number[root] != kUnseen) continue;
    std::vector<Visit> visits{{root}};
    while (!visits.empty()) {
      Visit& visit = visits.back();
      const uint32_t node = visit.node;
      if (visit.next == 0) {
        number[node] = low[node] = next_number++;
        stack.push_back(node);
        waiting[node] = true;
      }
      bool descended = false;
      while (visit.next < edges_[node].size()) {
        const uint32_t to = edges_[node][visit.next++].to.index;
        if (number[to] == kUnseen) {
          visits.push_back({to});
          descended = true;
          break;
        }
        if (waiting[to]) low[node] = std::min(low[node], number[to]);
      }
      if (descended) continue;
      if (visit.next == 0) visit.next = 1;
      if (low[node] == number[node]) {
        std::vector<uint32_t> component;
        while (true) {
          const uint32_t member = stack.back();
          stack.pop_back();
          waiting[member] = false;
          component.push_back(member);
          if (member == node) break;
        }
        std::ranges::sort(component);
        sorted_.insert(sorted_.end(), component.begin(), component.end());
        const bool to_itself = std::ranges::any_of(edges_[node], [&](const Edge& edge) { return edge.to.index == node; });
        if (component.size() > 1 || to_itself) report_cycle(component);
      }
      visits.pop_back();
      if (!visits.empty()) low[visits.back().node] = std::min(low[visits.back().node], low[node]);
    }
  }
}

// The shortest way round from the component's first declaration.
void ModuleChecker::report_cycle(const std::vector<uint32_t>& component) {
  const uint32_t start = component.front();
  const auto inside = [&](uint32_t node) { return std::ranges::binary_search(component, node); };
  std::map<uint32_t, std::pair<uint32_t, Range>> came_from;
  std::deque<uint32_t> queue{start};
  std::optional<std::pair<uint32_t, Range>> closing;
  while (!queue.empty() && !closing) {
    const uint32_t node = queue.front();
    queue.pop_front();
    for (const Edge& edge : edges_[node]) {
      if (edge.to.index == start) {
        closing = {node, edge.range};
        break;
      }
      if (!inside(edge.to.index) || came_from.contains(edge.to.index)) continue;
      came_from[edge.to.index] = {node, edge.range};
      queue.push_back(edge.to.index);
    }
  }
  if (!closing) return;
  std::vector<std::pair<uint32_t, Range>> steps{*closing};  // who names, and where; from the last to the first
  while (steps.back().first != start) steps.push_back(came_from.at(steps.back().first));
  std::ranges::reverse(steps);
  const auto name = [&](uint32_t node) {
    const Declaration& one = declaration(DeclarationId{node});
    return one.name.empty() ? std::string("this declaration") : one.name;
  };
  std::string way = name(start);
  for (size_t i = 1; i < steps.size(); ++i) way += " → " + name(steps[i].first);
  way += " → " + name(start);
  auto report = Report(problems_, steps.front().second, diags::Cycle, {name(start), way});
  const bool own = steps.size() == 1;
  const DeclarationKind kind = declaration(DeclarationId{start}).kind;
  if (own && kind == DeclarationKind::kResource) {
    report.label("its attributes are read here while they are worked out")
        .help("in `require`, `ensure` and `@wait`, `self` is the instance itself");
  } else if (own && kind == DeclarationKind::kFn) {
    report.label("functions are not recursive; loops run over values");
  } else if (kind == DeclarationKind::kType) {
    report.label("types are not recursive");
  } else {
    report.label("`" + name(start) + "` needs this, which needs `" + name(start) + "`");
  }
  for (size_t i = 1; i < steps.size(); ++i) {
    const std::string to = name(i + 1 < steps.size() ? steps[i + 1].first : start);
    report.note(steps[i].second, "`" + name(steps[i].first) + "` needs `" + to + "` here");
  }
}

void ModuleChecker::finish() {
  for (const uint32_t index : sorted_) {
    Declaration& made = declaration(DeclarationId{index});
    std::set<DeclarationId> depends;
    for (const Edge& edge : edges_[index]) {
      const Declaration& to = declaration(edge.to);
      if (edge.to.index == index) continue;
      if (is_evaluated(to.kind)) {
        depends.insert(edge.to);
      } else {
        // Through functions and `use`, to what they read.
        depends.insert(to.depends.begin(), to.depends.end());
      }
    }
    made.depends.assign(depends.begin(), depends.end());
    if (is_evaluated(made.kind) && !items_[index].skipped) module_.order.push_back(DeclarationId{index});
  }
}

}  // namespace weft::check
