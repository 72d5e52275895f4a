// Resources and lookups: attributes against the schema's types, arguments, rules.
#include <algorithm>
#include <iterator>
#include <utility>

#include "lang/base/text.h"
#include "lang/check/diags.h"
#include "lang/check/module_checker.h"
#include "lang/check/type_reader.h"

namespace weft::check {

using syntax::NodeId;
using syntax::NodeKind;
using syntax::Tree;

namespace {

// What a reference to the declaration is: with `for` a collection, with `if` perhaps null.
auto referenced(const Declaration& declaration) -> Type {
  if (declaration.each) return Type::map(declaration.element);
  if (declaration.when != nullptr && !declaration.element.is_error() && !declaration.element.is(TypeKind::kAny)) {
    return declaration.element.with_optional();
  }
  return declaration.element;
}

}  // namespace

void ModuleChecker::unknown_attribute(const Tree& tree, NodeId key, std::string_view name, const ResourceType& type,
                                      const Type& known) {
  const auto info = std::ranges::find(type.attributes, name, &AttributeInfo::name);
  if (info != type.attributes.end() && info->computed) {
    Report(problems_, tree.range(key), diags::ComputedAttribute, {std::string(name), type.name})
        .label("it is read, never written");
    return;
  }
  std::vector<std::string_view> candidates;
  for (const Member& member : known.members()) candidates.push_back(member.name);
  const std::string_view near = nearest(name, candidates);
  auto report = Report(problems_, tree.range(key), diags::UnknownAttribute, {type.name, std::string(name)});
  constexpr std::pair<std::string_view, std::string_view> kForeign[] = {
      {"depends_on", "@depends_on"}, {"provider", "@provider"}, {"providers", "@providers"}, {"timeouts", "@timeouts"},
      {"prevent_destroy", "@protect"}, {"ignore_changes", "@ignore"}, {"create_before_destroy", "@create_first"},
      {"replace_triggered_by", "@replace_when"},
  };
  for (const auto& [theirs, ours] : kForeign) {
    if (name == theirs) {
      report.label("arguments of the language start with `@`").fix(tree.range(key), std::string(ours));
      return;
    }
  }
  if (name == "apiVersion" || name == "kind") {
    report.label("it is part of the type: `" + type.name + "`");
  } else if (name == "count") {
    report.label("`for i in range(n)` or `if condition` stand before the `{`");
  } else if (name == "for_each") {
    report.label("`for key, value in m` stands before the `{`");
  } else if (!near.empty()) {
    report.label("did you mean `" + std::string(near) + "`?").fix(tree.range(key), std::string(near));
  } else if (!candidates.empty()) {
    std::string names;
    for (size_t i = 0; i < candidates.size() && i < 8; ++i) names += (i == 0 ? "" : ", ") + std::string(candidates[i]);
    report.label(candidates.size() > 8 ? "some that it has: " + names + ", …" : "it has " + names);
  }
}

void ModuleChecker::missing_attributes(const Declaration& made, const ResourceType& type,
                                       const std::vector<const Member*>& missing) {
  for (const Member* member : missing) {
    // What is declared, not of what type: that stands in the message.
    const Range head{made.range.file, made.range.begin, made.name_range.valid() ? made.name_range.end : made.range.end};
    auto report = Report(problems_, head, diags::MissingAttribute, {type.name, member->name});
    report.label("required attribute `" + member->name + "` (" + member->type.text() + ") is missing");
    // The one thing here whose provider sets an attribute of that name: `VpcId = vpc.VpcId`.
    const Declaration* only = nullptr;
    size_t found = 0;
    for (const Declaration& other : module_.declarations) {
      if (other.kind != DeclarationKind::kResource || other.each || other.when != nullptr || &other == &made) continue;
      const ResourceType* theirs = other.resource;
      if (theirs == nullptr || theirs->name == type.name) continue;
      const auto info = std::ranges::find(theirs->attributes, member->name, &AttributeInfo::name);
      const Member* read = theirs->read.is(TypeKind::kObject) ? theirs->read.member(member->name) : nullptr;
      if (info == theirs->attributes.end() || !info->computed || read == nullptr) continue;
      if (!fits(fit(bare(read->type), member->type, true))) continue;
      only = &other;
      ++found;
    }
    if (found == 1) {
      report.help("`" + member->name + " = " + only->name + "." + member->name + "` (the only " + only->resource->name +
                  " here, " + around_.sources.where(only->name_range) + ")");
    }
  }
}

auto ModuleChecker::resource_block(DeclarationId id, Frame& frame, const Type& type, std::string_view owner) -> ExprPtr {
  const Tree& tree = *item(id).tree;
  const NodeId block = tree.find(item(id).node, NodeKind::kBlock);
  if (!block.valid()) return nullptr;
  ExprChecker exprs(context_, tree, frame);
  const Target target{.type = type, .owner = owner, .takes_secret = true};
  const ResourceType& resource = *declaration(id).resource;
  ExprChecker::ClosedObject closed{.target = &target, .head = declaration(id).range};
  closed.unknown = [&](NodeId key, std::string_view name) { unknown_attribute(tree, key, name, resource, type); };
  closed.missing = [&](const std::vector<const Member*>& missing) {
    if (declaration(id).meta.id == nullptr) missing_attributes(declaration(id), resource, missing);
  };
  return exprs.closed_object(block, closed);
}

void ModuleChecker::check_resource(DeclarationId id) {
  const Tree& tree = *item(id).tree;
  const NodeId node = item(id).node;
  const NodeId path = tree.child(node, 1);
  Frame frame;
  const ResourceType* type = nullptr;
  if (path.valid() && tree.kind(path) == NodeKind::kPath && !tree[path].broken) {
    type = find_resource_type(context_, path_text(context_, tree, path), tree.range(path));
  }
  if (type != nullptr && !type->is_resource) {
    Report(problems_, tree.range(path), diags::WrongUse, {type->name, "declared as a resource"})
        .label("it is looked up: `lookup " + declaration(id).name + ": " + type->name + " { … }`");
    type = nullptr;
  }
  declaration(id).resource = type;
  if (type != nullptr) declaration(id).element = type->read;
  read_each(id, frame, true);
  std::vector<Fact> known;
  read_when(id, frame, known);
  declaration(id).type = referenced(declaration(id));
  FactScope guard(frame, std::move(known));
  const NodeId block = tree.find(node, NodeKind::kBlock);
  if (block.valid()) {
    refuse_entries(tree, block, "a resource", true, true, true);
    read_meta(id, frame, block);
    if (type != nullptr) {
      ExprPtr body = resource_block(id, frame, type->written, type->name);
      declaration(id).body = std::move(body);
    }
    frame.self = declaration(id).element;
    read_rules(id, frame, block, {"require", "ensure"});
    frame.self.reset();
  }
  declaration(id).slots = frame.most_slots;
}

void ModuleChecker::check_lookup(DeclarationId id) {
  const Tree& tree = *item(id).tree;
  const NodeId node = item(id).node;
  // T, T? or list<T>.
  NodeId type_node = tree.find(node, NodeKind::kType);
  bool many = false;
  bool optional = false;
  NodeId path;
  if (type_node.valid() && !tree[type_node].broken && tree.child_count(type_node) == 1) {
    NodeId atom = tree.child(type_node, 0);
    optional = tree.is_optional(type_node);
    if (tree.kind(atom) == NodeKind::kTypeGeneric && tree.name(tree.child(atom, 0)) == "list") {
      many = true;
      type_node = tree.child(atom, 1);
      if (type_node.valid() && tree.child_count(type_node) == 1) atom = tree.child(type_node, 0);
    }
    if (tree.kind(atom) == NodeKind::kTypeName) path = tree.child(atom, 0);
  }
  Frame frame;
  read_each(id, frame, true);
  std::vector<Fact> known;
  read_when(id, frame, known);
  FactScope guard(frame, std::move(known));
  const NodeId block = tree.find(node, NodeKind::kBlock);
  const std::string name = path.valid() ? path_text(context_, tree, path) : std::string();
  if (block.valid()) refuse_entries(tree, block, "a lookup", true, false, true);
  if (name == "weft.Outputs") {
    check_other_outputs(id, frame);
    if (optional) {
      declaration(id).result = Declaration::Result::kOptional;
      if (!declaration(id).element.is(TypeKind::kAny)) declaration(id).element = declaration(id).element.with_optional();
    }
  } else {
    const ResourceType* type = nullptr;
    if (path.valid() && name.find('.') != std::string::npos) {
      type = find_resource_type(context_, name, tree.range(path));
    } else if (type_node.valid() && !tree[type_node].broken) {
      Report(problems_, declaration(id).type_range, diags::WrongUse,
             {std::string(tree.text(tree.find(node, NodeKind::kType))), "looked up"})
          .label("a lookup has a resource type `T`, or `T?`, or `list<T>`");
    }
    if (type != nullptr && !type->is_lookup) {
      Report(problems_, tree.range(path), diags::WrongUse, {type->name, "looked up"})
          .label("its provider has no way to find one");
      type = nullptr;
    }
    declaration(id).resource = type;
    if (type != nullptr) {
      declaration(id).result = many ? Declaration::Result::kMany
                                    : (optional ? Declaration::Result::kOptional : Declaration::Result::kOne);
      declaration(id).element = many ? Type::list(type->read) : type->read.with_optional(optional);
    }
    if (block.valid()) {
      read_meta(id, frame, block);
      if (type != nullptr) {
        ExprPtr body = resource_block(id, frame, type->filters, type->name);
        declaration(id).body = std::move(body);
      }
    }
  }
  declaration(id).type = referenced(declaration(id));
  declaration(id).slots = frame.most_slots;
}

// Another fabric's outputs: typed from its files where they are at hand.
void ModuleChecker::check_other_outputs(DeclarationId id, Frame& frame) {
  const Tree& tree = *item(id).tree;
  const NodeId block = tree.find(item(id).node, NodeKind::kBlock);
  declaration(id).element = Type::any();
  if (!block.valid()) return;
  read_meta(id, frame, block);
  const Type filters = Type::object(
      {Member{"fabric", Type::string()}, Member{"env", Type::string().with_optional(), true}}, "weft.Outputs");
  static const ResourceType kShape{.name = "weft.Outputs",
                                   .is_resource = false,
                                   .is_lookup = true,
                                   .written = {},
                                   .filters = {},
                                   .read = {},
                                   .attributes = {},
                                   .documentation = {}};
  const Target target{.type = filters, .owner = kShape.name};
  ExprChecker exprs(context_, tree, frame);
  ExprChecker::ClosedObject closed{.target = &target, .head = declaration(id).range};
  closed.unknown = [&](NodeId key, std::string_view name) { unknown_attribute(tree, key, name, kShape, filters); };
  closed.missing = [&](const std::vector<const Member*>& missing) { missing_attributes(declaration(id), kShape, missing); };
  declaration(id).body = exprs.closed_object(block, closed);
  for (const ObjectField& field : declaration(id).body->fields) {
    if (field.name != std::string_view("fabric") || !is_constant(*field.value)) continue;
    if (!field.value->constant.is(ValueKind::kString)) continue;
    const std::string source(field.value->constant.as_string());
    const Module* other = around_.modules.load(module_, source, field.value->range, true);
    if (other == nullptr) continue;
    declaration(id).outputs_of = other;
    std::vector<Member> members;
    for (const auto& [name, output] : other->outputs) {
      Type type = other->declarations[output].type;
      if (type.is_error()) type = Type::any();
      members.push_back(Member{name, std::move(type), false, other->declarations[output].documentation});
    }
    declaration(id).element = Type::object(std::move(members), folder_type_name("fabric", source));
  }
}

}  // namespace weft::check
