// Which declaration names which, read from the trees: scopes are respected, types are not needed yet.
#include <algorithm>
#include <utility>

#include "lang/check/diags.h"
#include "lang/check/module_checker.h"
#include "lang/check/type_reader.h"

namespace weft::check {

using syntax::NodeId;
using syntax::NodeKind;
using syntax::Tree;

namespace {

// Chains of operators are deeper than the parser's bound on brackets; what lies deeper than this is refused by the
// expression checker anyway.
constexpr uint32_t kMaxLinkDepth = 2000;

class Walker {
 public:
  Walker(const Module& module, const Tree& tree, std::vector<Edge>& edges) : module_(module), tree_(tree), edges_(edges) {}

  void declaration(NodeId node, NodeKind kind) {
    const NodeId each = tree_.find(node, NodeKind::kEach);
    if (each.valid()) {
      walk(tree_.last_child(each));
      add_names(each);
    }
    if (kind == NodeKind::kModule) {
      const NodeId use = tree_.child(node, 1);
      if (use.valid() && tree_.kind(use) == NodeKind::kName) edge(tree_.name(use), tree_.range(use));
    }
    for (const NodeId child : tree_.children(node)) {
      if (tree_.kind(child) == NodeKind::kParams) {
        for (const NodeId param : tree_.children(child)) {
          for (const NodeId part : tree_.children(param)) walk(part);
        }
        for (const NodeId param : tree_.children(child)) {
          const NodeId name = tree_.child(param, 0);
          if (name.valid() && tree_.kind(name) == NodeKind::kName) locals_.push_back(tree_.name(name));
        }
      } else if (child != each) {
        walk(child);
      }
    }
  }

 private:
  void edge(std::string_view name, Range range) {
    const auto found = module_.names.find(name);
    if (found != module_.names.end()) edges_.push_back(Edge{found->second, range});
  }

  void add_names(NodeId node) {
    for (const NodeId child : tree_.children(node)) {
      if (tree_.kind(child) != NodeKind::kName) break;
      locals_.push_back(tree_.name(child));
    }
  }

  void walk(NodeId node) {
    if (!node.valid() || depth_ >= kMaxLinkDepth) return;
    ++depth_;
    walk_node(node);
    --depth_;
  }

  void walk_node(NodeId node) {
    switch (tree_.kind(node)) {
      case NodeKind::kReference: {
        const std::string_view name = tree_.name(node);
        if (std::ranges::find(locals_, name) == locals_.end()) edge(name, tree_.range(node));
        return;
      }
      case NodeKind::kPath: {
        // Resource types have several parts; one part alone is an alias.
        if (tree_.child_count(node) == 1) edge(tree_.name(node), tree_.range(node));
        return;
      }
      case NodeKind::kCall:
        if (called(node)) return;
        break;
      case NodeKind::kListFor:
      case NodeKind::kObjectFor:
      case NodeKind::kTextFor: return loop(node);
      case NodeKind::kMetaArgument: {
        const NodeId name = tree_.child(node, 0);
        const std::string_view word = name.valid() ? tree_.name(name) : std::string_view();
        // Configurations have names of their own; link_provider sees to them.
        if (word == "provider" || word == "providers") return;
        break;
      }
      default: break;
    }
    for (const NodeId child : tree_.children(node)) walk(child);
  }

  // What is called is a function: something else of that name (`list.sort(…)` beside a resource `list`) is not read, and
  // what is wrong with the call is said once, where it is checked. False when the callee is no name.
  auto called(NodeId node) -> bool {
    const NodeId callee = tree_.child(node, 0);
    NodeId head = callee;
    while (head.valid() && tree_.kind(head) == NodeKind::kMember) head = tree_.child(head, 0);
    if (!head.valid() || tree_.kind(head) != NodeKind::kReference) return false;
    const auto found = module_.names.find(tree_.name(head));
    const bool function = found != module_.names.end() && module_.declarations[found->second].kind == DeclarationKind::kFn;
    if (head == callee && function) walk(head);
    for (const NodeId child : tree_.children(node)) {
      if (child != callee) walk(child);
    }
    return true;
  }

  void loop(NodeId node) {
    const size_t before = locals_.size();
    bool in_scope = false;
    for (const NodeId child : tree_.children(node)) {
      const bool name = tree_.kind(child) == NodeKind::kName;
      if (name && !in_scope) continue;
      walk(child);
      if (!in_scope) add_names(node);
      in_scope = true;
    }
    locals_.resize(before);
  }

  const Module& module_;
  const Tree& tree_;
  std::vector<Edge>& edges_;
  std::vector<std::string_view> locals_;
  uint32_t depth_ = 0;
};

}  // namespace

void ModuleChecker::link() {
  edges_.resize(items_.size());
  for (uint32_t i = 0; i < items_.size(); ++i) {
    const DeclarationId id{i};
    if (items_[i].skipped) continue;
    if (declaration(id).kind == DeclarationKind::kUse) load_use(id);
    Walker(module_, *items_[i].tree, edges_[i]).declaration(items_[i].node, items_[i].tree->kind(items_[i].node));
    // In an input's own rules its name is its value.
    if (declaration(id).kind == DeclarationKind::kInput) {
      std::erase_if(edges_[i], [&](const Edge& edge) { return edge.to == id; });
    }
  }
  // Configurations come from the types of resources and from what modules inherit, so after every `use`.
  for (uint32_t i = 0; i < items_.size(); ++i) {
    const DeclarationId id{i};
    const Declaration& made = declaration(id);
    if (items_[i].skipped) continue;
    if (made.kind == DeclarationKind::kModule) link_module_providers(id);
    if (made.kind != DeclarationKind::kResource && made.kind != DeclarationKind::kLookup) continue;
    const Tree& tree = *items_[i].tree;
    NodeId path = tree.child(items_[i].node, 1);
    while (path.valid() && tree.kind(path) != NodeKind::kPath) {
      NodeId inner;
      for (const NodeId child : tree.children(path)) {
        const NodeKind kind = tree.kind(child);
        if (kind == NodeKind::kPath || kind == NodeKind::kType || kind == NodeKind::kTypeName || kind == NodeKind::kTypeGeneric) {
          inner = child;
          break;
        }
      }
      path = inner;
    }
    if (!path.valid()) continue;
    std::string configuration(tree.name(path).substr(0, tree.name(path).find('.')));
    Range range = tree.range(path);
    const NodeId block = tree.find(items_[i].node, NodeKind::kBlock);
    for (const NodeId entry : block.valid() ? tree.children(block) : tree.children(path)) {
      if (tree.kind(entry) != NodeKind::kMetaArgument || tree.name(tree.child(entry, 0)) != "provider") continue;
      const NodeId value = tree.child(entry, 1);
      if (value.valid() && tree.kind(value) == NodeKind::kReference) {
        configuration = std::string(tree.name(value));
        range = tree.range(value);
      }
    }
    link_provider(id, configuration, range);
  }
}

void ModuleChecker::link_provider(DeclarationId id, std::string_view configuration, Range range) {
  const auto found = module_.providers.find(configuration);
  if (found != module_.providers.end()) edges_[id.index].push_back(Edge{found->second, range});
}

void ModuleChecker::link_module_providers(DeclarationId id) {
  const Tree& tree = *item(id).tree;
  const NodeId use = tree.child(item(id).node, 1);
  if (!use.valid() || tree.kind(use) != NodeKind::kName) return;
  const auto found = module_.names.find(tree.name(use));
  if (found == module_.names.end() || declaration(found->second).module == nullptr) return;
  std::map<std::string, std::pair<std::string, Range>, std::less<>> filled;
  const NodeId block = tree.find(item(id).node, NodeKind::kBlock);
  if (block.valid()) {
    for (const NodeId entry : tree.children(block)) {
      if (tree.kind(entry) != NodeKind::kMetaArgument || tree.name(tree.child(entry, 0)) != "providers") continue;
      const NodeId object = tree.child(entry, 1);
      if (!object.valid() || tree.kind(object) != NodeKind::kObject) continue;
      for (const NodeId pair : tree.children(object)) {
        const NodeId value = tree.kind(pair) == NodeKind::kPair ? tree.child(pair, 1) : NodeId{};
        if (!value.valid() || tree.kind(value) != NodeKind::kReference) continue;
        filled[std::string(tree.text(tree.child(pair, 0)))] = {std::string(tree.name(value)), tree.range(value)};
      }
    }
  }
  for (const std::string& wanted : inherited_providers(*declaration(found->second).module)) {
    const auto slot = filled.find(wanted);
    if (slot != filled.end()) {
      link_provider(id, slot->second.first, slot->second.second);
    } else {
      link_provider(id, wanted, declaration(id).name_range);
    }
  }
}

auto inherited_providers(const Module& module) -> std::set<std::string> {
  std::set<std::string> result;
  const auto take = [&](const std::string& name) {
    const auto found = module.providers.find(name);
    if (found == module.providers.end() || module.declarations[found->second].slot) result.insert(name);
  };
  for (const Declaration& declaration : module.declarations) {
    if (declaration.kind == DeclarationKind::kResource || declaration.kind == DeclarationKind::kLookup) {
      if (declaration.resource == nullptr) continue;
      const std::string& type = declaration.resource->name;
      take(declaration.meta.provider.empty() ? type.substr(0, type.find('.')) : declaration.meta.provider);
    } else if (declaration.kind == DeclarationKind::kModule && declaration.module != nullptr) {
      for (const std::string& wanted : inherited_providers(*declaration.module)) {
        const auto slot = declaration.meta.providers.find(wanted);
        take(slot != declaration.meta.providers.end() ? slot->second : wanted);
      }
    }
  }
  return result;
}

void ModuleChecker::load_use(DeclarationId id) {
  const Tree& tree = *item(id).tree;
  const NodeId node = item(id).node;
  const NodeId text = tree.find(node, NodeKind::kText);
  if (!text.valid() || tree[text].broken) return;
  const std::string source = syntax::plain_text(tree, text, problems_).value_or(std::string());
  declaration(id).source = source;
  const NodeId version = tree.find(node, NodeKind::kVersion);
  const bool path = source.starts_with("./") || source.starts_with("../") || source.starts_with("std/");
  if (!path) {
    const bool remote = source.find(':') != std::string::npos || source.find("//") != std::string::npos ||
                        source.starts_with("git+");
    if (remote || version.valid()) {
      Report(problems_, tree.range(text), diags::NotYet, {"use from " + source})
          .label("this version takes modules from paths, and `std/…`");
    } else {
      auto report = Report(problems_, tree.range(text), diags::BadSource, {source});
      report.label("a path starts with `./` or `../`, a standard module with `std/`");
      if (!source.empty() && source.front() != '/') {
        report.fix(tree.range(text), "\"./" + source + "\"");
      }
    }
    return;
  }
  if (version.valid()) {
    Report(problems_, tree.range(version), diags::NotYet, {"version"}).label("paths have no versions");
  }
  const Module* loaded = around_.modules.load(module_, source, tree.range(text), false);
  if (loaded == nullptr) return;
  if (loaded->is_fabric) {
    Report(problems_, tree.range(text), diags::UsesFabric, {source})
        .label("a folder with `fabric` is a root, not a module")
        .help("its outputs are read by `lookup NAME: weft.Outputs { fabric = \"" + source + "\" }`");
    return;
  }
  declaration(id).module = loaded;
}

}  // namespace weft::check
