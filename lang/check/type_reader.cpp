#include "lang/check/type_reader.h"

#include <algorithm>
#include <array>
#include <utility>

#include "lang/base/text.h"
#include "lang/check/diags.h"
#include "lang/syntax/literals.h"

namespace weft::check {

using syntax::NodeId;
using syntax::NodeKind;
using syntax::Tree;

namespace {

constexpr std::pair<std::string_view, TypeKind> kSimpleTypes[] = {
    {"string", TypeKind::kString},     {"int", TypeKind::kInt},   {"number", TypeKind::kNumber}, {"bool", TypeKind::kBool},
    {"duration", TypeKind::kDuration}, {"size", TypeKind::kSize}, {"any", TypeKind::kAny},
};

auto simple_type(std::string_view name) -> const TypeKind* {
  for (const auto& [word, kind] : kSimpleTypes) {
    if (word == name) return &kind;
  }
  return nullptr;
}

class Reader {
 public:
  Reader(const Context& context, const Tree& tree) : context_(context), tree_(tree) {}

  auto type(NodeId node) -> Type {
    if (!node.valid() || tree_[node].broken) return {};
    std::vector<Type> alternatives;
    bool failed = false;
    for (const NodeId child : tree_.children(node)) {
      Type one = atom(child);
      failed = failed || one.is_error();
      alternatives.push_back(std::move(one));
    }
    if (failed || alternatives.empty()) return {};
    Type result = alternatives.size() == 1 ? std::move(alternatives.front()) : Type::union_of(std::move(alternatives));
    if (tree_.is_optional(node) && !result.is(TypeKind::kAny)) result = result.with_optional();
    if (tree_.is_secret(node)) result = result.with_secret();
    return result;
  }

 private:
  auto atom(NodeId node) -> Type {
    switch (tree_.kind(node)) {
      case NodeKind::kTypeName: return named(tree_.child(node, 0));
      case NodeKind::kTypeText: {
        const NodeId text = tree_.child(node, 0);
        const auto value = syntax::plain_text(tree_, text, context_.problems);
        return value ? Type::literal(*value) : Type::error();
      }
      case NodeKind::kTypeInt: {
        const auto value = syntax::number_value(tree_, tree_[node].last, context_.problems);
        if (!value || !std::holds_alternative<int64_t>(*value)) return {};
        const bool negative = tree_.tokens.at(tree_[node].first).kind == syntax::TokenKind::kMinus;
        return Type::literal(negative ? -std::get<int64_t>(*value) : std::get<int64_t>(*value));
      }
      case NodeKind::kTypeGeneric: return generic(node);
      case NodeKind::kTypeObject: return object(node);
      case NodeKind::kTypeParen: return type(tree_.child(node, 0));
      default: return {};
    }
  }

  auto generic(NodeId node) -> Type {
    Type element = type(tree_.child(node, 1));
    if (element.is_error()) return {};
    const std::string_view word = tree_.name(tree_.child(node, 0));
    if (word == "list") return Type::list(std::move(element));
    if (word == "set") return Type::set(std::move(element));
    return Type::map(std::move(element));
  }

  auto object(NodeId node) -> Type {
    std::vector<Member> members;
    bool failed = false;
    for (const NodeId child : tree_.children(node)) {
      if (tree_.kind(child) != NodeKind::kTypeMember || tree_[child].broken) {
        failed = failed || tree_.kind(child) != NodeKind::kDoc;
        continue;
      }
      const NodeId name = tree_.child(child, 0);
      Member member;
      member.name = tree_.kind(name) == NodeKind::kName
                        ? std::string(tree_.name(name))
                        : syntax::plain_text(tree_, name, context_.problems).value_or(std::string());
      member.type = type(tree_.child(child, 1));
      member.may_be_left_out = tree_.optional_member(child);
      if (member.may_be_left_out && !member.type.is_error() && !member.type.is(TypeKind::kAny)) {
        member.type = member.type.with_optional();
      }
      member.documentation = tree_.documentation(child);
      failed = failed || member.type.is_error();
      if (std::ranges::find(members, member.name, &Member::name) != members.end()) {
        Report(context_.problems, tree_.range(name), diags::DuplicateKey, {member.name});
        failed = true;
        continue;
      }
      members.push_back(std::move(member));
    }
    return failed ? Type::error() : Type::object(std::move(members));
  }

  auto named(NodeId path) -> Type {
    if (!path.valid() || tree_[path].broken) return {};
    const std::string name = path_text(context_, tree_, path);
    if (name.find('.') == std::string::npos) {
      if (const TypeKind* kind = simple_type(name)) return Type::simple(*kind);
      const auto found = context_.module.names.find(name);
      if (found != context_.module.names.end()) {
        const Declaration& declared = context_.module.declarations[found->second];
        return declared.twice ? Type::error() : alias(declared, tree_.range(path));
      }
      unknown(name, tree_.range(path));
      return {};
    }
    const ResourceType* resource = find_resource_type(context_, name, tree_.range(path));
    return resource != nullptr ? resource->read : Type::error();
  }

  auto alias(const Declaration& declaration, Range range) -> Type {
    if (declaration.kind == DeclarationKind::kType) return declaration.type;  // kError in a cycle, which is reported
    Report(context_.problems, range, diags::NotAType, {declaration.name, std::string(kind_word(declaration.kind))})
        .note(declaration.name_range, "declared here");
    return {};
  }

  void unknown(std::string_view name, Range range) {
    std::vector<std::string_view> candidates = {"list", "set", "map"};
    for (const auto& [word, kind] : kSimpleTypes) candidates.push_back(word);
    for (const auto& [declared, id] : context_.module.names) {
      if (context_.module.declarations[id].kind == DeclarationKind::kType) candidates.push_back(declared);
    }
    constexpr std::pair<std::string_view, std::string_view> kForeign[] = {
        {"str", "string"},   {"text", "string"},  {"integer", "int"}, {"float", "number"}, {"double", "number"},
        {"boolean", "bool"}, {"object", "any"},   {"array", "list<any>"}, {"dict", "map<any>"}, {"time", "duration"},
    };
    std::string near;
    for (const auto& [word, ours] : kForeign) {
      if (word == name) near = ours;
    }
    if (near.empty()) near = nearest(name, candidates);
    auto report = Report(context_.problems, range, diags::UnknownType, {std::string(name)});
    if (!near.empty()) report.label("did you mean `" + near + "`?").fix(range, near);
  }

  const Context& context_;
  const Tree& tree_;
};

}  // namespace

auto is_builtin_type(std::string_view name) -> bool {
  return simple_type(name) != nullptr || name == "list" || name == "set" || name == "map";
}

auto path_text(const Context& context, const Tree& tree, NodeId path) -> std::string {
  std::string result;
  for (const NodeId part : tree.children(path)) {
    if (!result.empty()) result += '.';
    if (tree.kind(part) == NodeKind::kName) {
      result += tree.name(part);
    } else if (tree.kind(part) == NodeKind::kText) {
      result += syntax::plain_text(tree, part, context.problems).value_or(std::string());
    }
  }
  return result;
}

auto read_type(const Context& context, const Tree& tree, NodeId type) -> Type { return Reader(context, tree).type(type); }

auto find_resource_type(const Context& context, std::string_view name, Range range) -> const ResourceType* {
  if (const ResourceType* found = context.around.schemas.find(name)) return found;
  const std::string_view provider = name.substr(0, name.find('.'));
  if (context.around.schemas.provider(provider) == nullptr) {
    const auto names = context.around.schemas.provider_names();
    const std::string_view near = nearest(provider, names);
    auto report = Report(context.problems, range, diags::UnknownProvider, {std::string(provider)});
    if (!near.empty()) {
      std::string fixed(near);
      fixed += name.substr(provider.size());
      report.label("did you mean `" + std::string(near) + "`?").fix(range, fixed);
    } else {
      std::string known;
      for (const std::string_view one : names) known += (known.empty() ? "`" : ", `") + std::string(one) + "`";
      report.label("a type is a provider's name and what it calls it").help("this version has the providers " + known);
    }
    return nullptr;
  }
  std::vector<std::string_view> names;
  for (const std::string_view one : context.around.schemas.type_names()) {
    if (one.starts_with(provider)) names.push_back(one);
  }
  std::string_view near = nearest(name, names);
  if (near.empty() && name.find('.') != std::string_view::npos) {
    // The right kind in the wrong group.
    const std::string_view tail = name.substr(name.rfind('.'));
    for (const std::string_view one : names) {
      if (one.ends_with(tail)) near = one;
    }
  }
  if (near.empty() && name.find('.') != std::string_view::npos) {
    // The right kind of another provider.
    const std::string_view tail = name.substr(name.rfind('.'));
    for (const std::string_view one : context.around.schemas.type_names()) {
      if (one.ends_with(tail)) near = one;
    }
  }
  auto report = Report(context.problems, range, diags::UnknownResourceType, {std::string(name)});
  if (!near.empty()) report.label("did you mean `" + std::string(near) + "`?").fix(range, std::string(near));
  return nullptr;
}

}  // namespace weft::check
