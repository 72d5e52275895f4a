#include <utility>

#include "lang/check/diags.h"
#include "lang/check/module_checker.h"
#include "lang/check/type_reader.h"

namespace weft::check {

using syntax::NodeId;
using syntax::NodeKind;
using syntax::Tree;

namespace {

// From the declaration's word to the end of `last`.
auto head_range(const Tree& tree, NodeId node, NodeId last) -> Range {
  Range range = tree.range(node);
  const NodeId doc = tree.find(node, NodeKind::kDoc);
  if (doc.valid()) {
    const syntax::TokenId word{tree[doc].last.index + 1};
    range.begin = tree.range(word).begin;
  }
  if (last.valid() && tree.range(last).end > range.begin) range.end = tree.range(last).end;
  return range;
}

auto kind_of(NodeKind kind) -> std::optional<DeclarationKind> {
  switch (kind) {
    case NodeKind::kFabric: return DeclarationKind::kFabric;
    case NodeKind::kState: return DeclarationKind::kState;
    case NodeKind::kProvider: return DeclarationKind::kProvider;
    case NodeKind::kInput: return DeclarationKind::kInput;
    case NodeKind::kTypeAlias: return DeclarationKind::kType;
    case NodeKind::kLet: return DeclarationKind::kLet;
    case NodeKind::kFn: return DeclarationKind::kFn;
    case NodeKind::kResource: return DeclarationKind::kResource;
    case NodeKind::kLookup: return DeclarationKind::kLookup;
    case NodeKind::kUse: return DeclarationKind::kUse;
    case NodeKind::kModule: return DeclarationKind::kModule;
    case NodeKind::kOutput: return DeclarationKind::kOutput;
    case NodeKind::kCheck: return DeclarationKind::kCheck;
    case NodeKind::kMoved: return DeclarationKind::kMoved;
    case NodeKind::kForget: return DeclarationKind::kForget;
    case NodeKind::kAdopt: return DeclarationKind::kAdopt;
    default: return std::nullopt;
  }
}

}  // namespace

void ModuleChecker::collect() {
  for (const Tree* tree : trees_) {
    const NodeId doc = tree->find(tree->root, NodeKind::kDoc);
    if (doc.valid() && module_.documentation.empty()) module_.documentation = tree->documentation(tree->root);
    for (const NodeId child : tree->children(tree->root)) collect_one(*tree, child);
  }
  is_root_ = around_.is_root && module_.is_fabric;
}

void ModuleChecker::not_yet(const Tree& tree, NodeId node, std::string_view what) {
  Range word = head_range(tree, node, {});
  word.end = word.begin + static_cast<uint32_t>(what.size());
  Report(problems_, word, diags::NotYet, {std::string(what)}).label("reserved for a later version");
}

void ModuleChecker::collect_one(const Tree& tree, NodeId node) {
  const NodeKind node_kind = tree.kind(node);
  if (node_kind == NodeKind::kPolicy) return not_yet(tree, node, "policy");
  if (node_kind == NodeKind::kTest) return not_yet(tree, node, "test");
  const bool group = node_kind == NodeKind::kGroup;
  if (group) not_yet(tree, node, "group");
  const auto kind = group ? DeclarationKind::kResource : kind_of(node_kind);
  if (!kind) return;

  Declaration made;
  made.kind = *kind;
  made.documentation = tree.documentation(node);
  NodeId name = tree.child(node, 0);
  NodeId last = name;
  switch (*kind) {
    case DeclarationKind::kInput:
    case DeclarationKind::kLookup:
    case DeclarationKind::kLet:
    case DeclarationKind::kOutput: {
      const NodeId type = tree.find(node, NodeKind::kType);
      if (type.valid()) {
        last = type;
        made.type_range = tree.range(type);
      }
      break;
    }
    case DeclarationKind::kResource:
    case DeclarationKind::kModule: last = tree.child(node, 1); break;
    case DeclarationKind::kUse: last = tree.find(node, NodeKind::kText); break;
    case DeclarationKind::kProvider: {
      const NodeId as = tree.find(node, NodeKind::kAs);
      if (name.valid()) made.provider = std::string(tree.name(name));
      if (as.valid()) last = name = tree.child(as, 0);
      made.slot = !tree.find(node, NodeKind::kBlock).valid();
      break;
    }
    case DeclarationKind::kMoved:
    case DeclarationKind::kForget:
    case DeclarationKind::kAdopt: last = node; break;
    default: break;
  }
  made.range = head_range(tree, node, last);
  made.name_range = name.valid() ? tree.range(name) : made.range;
  const bool text_name = name.valid() && tree.kind(name) == NodeKind::kText;
  if (name.valid() && tree.kind(name) == NodeKind::kName) {
    made.name = std::string(tree.name(name));
  } else if (text_name && !tree[name].broken) {
    made.name = syntax::plain_text(tree, name, problems_).value_or(std::string());
  }
  const bool has_name = !made.name.empty();
  const DeclarationId id = module_.declarations.add(std::move(made));
  items_.push_back(Item{&tree, node, group});

  switch (*kind) {
    case DeclarationKind::kFabric:
    case DeclarationKind::kState: {
      DeclarationId& only = *kind == DeclarationKind::kFabric ? fabric_ : state_;
      if (only.valid()) {
        Report(problems_, declaration(id).range, diags::DuplicateName,
               {std::string(*kind == DeclarationKind::kFabric ? "fabric" : "state")})
            .note(declaration(only).range, "the first one");
        items_.back().skipped = true;
        return;
      }
      only = id;
      if (*kind == DeclarationKind::kFabric) {
        module_.is_fabric = true;
        module_.fabric_name = declaration(id).name;
      }
      return;
    }
    case DeclarationKind::kOutput:
      if (has_name) claim_name(module_.outputs, id);
      return;
    case DeclarationKind::kProvider:
      if (has_name) claim_name(module_.providers, id);
      return;
    case DeclarationKind::kCheck:
    case DeclarationKind::kMoved:
    case DeclarationKind::kForget:
    case DeclarationKind::kAdopt: return;
    default: break;
  }
  if (!has_name) return;
  if (*kind == DeclarationKind::kType && is_builtin_type(declaration(id).name)) {
    Report(problems_, declaration(id).name_range, diags::BuiltinType, {declaration(id).name})
        .label("types of the language keep their meaning everywhere");
    return;
  }
  claim_name(module_.names, id);
}

void ModuleChecker::claim_name(std::map<std::string, DeclarationId, std::less<>>& names, DeclarationId id) {
  const Declaration& made = declaration(id);
  const auto [entry, fresh] = names.try_emplace(made.name, id);
  if (fresh) return;
  Declaration& first = module_.declarations[entry->second];
  first.twice = true;
  Report(problems_, made.name_range, diags::DuplicateName, {made.name})
      .label("all files of a folder share their names")
      .note(first.name_range, "the first one");
}

}  // namespace weft::check
