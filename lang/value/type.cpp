#include "lang/value/type.h"

#include <algorithm>
#include <utility>

#include "lang/base/check.h"

namespace weft {

struct Type::Node {
  Type element{};
  std::vector<Member> members{};
  std::vector<Type> alternatives{};
  std::variant<std::string, int64_t> literal{};
  std::string name{};
};

auto Type::simple(TypeKind kind) -> Type {
  CHECK(kind <= TypeKind::kSize);
  Type type;
  type.kind_ = kind;
  return type;
}

auto Type::literal(std::string text) -> Type {
  Type type;
  type.kind_ = TypeKind::kLiteral;
  type.node_ = std::make_shared<const Node>(Node{.literal = std::move(text)});
  return type;
}

auto Type::literal(int64_t number) -> Type {
  Type type;
  type.kind_ = TypeKind::kLiteral;
  type.node_ = std::make_shared<const Node>(Node{.literal = number});
  return type;
}

auto Type::list(Type element) -> Type {
  Type type;
  type.kind_ = TypeKind::kList;
  type.node_ = std::make_shared<const Node>(Node{.element = std::move(element)});
  return type;
}

auto Type::set(Type element) -> Type {
  Type type = list(std::move(element));
  type.kind_ = TypeKind::kSet;
  return type;
}

auto Type::map(Type element) -> Type {
  Type type = list(std::move(element));
  type.kind_ = TypeKind::kMap;
  return type;
}

auto Type::object(std::vector<Member> members, std::string name) -> Type {
  std::ranges::sort(members, {}, &Member::name);
  auto twice = std::ranges::adjacent_find(members, {}, &Member::name);
  CHECK(twice == members.end());
  Type type;
  type.kind_ = TypeKind::kObject;
  type.node_ = std::make_shared<const Node>(Node{.members = std::move(members), .name = std::move(name)});
  return type;
}

auto Type::variable(std::string name) -> Type {
  Type type;
  type.kind_ = TypeKind::kVariable;
  type.node_ = std::make_shared<const Node>(Node{.name = std::move(name)});
  return type;
}

auto Type::union_of(std::vector<Type> alternatives) -> Type {
  bool optional = false;
  bool secret = false;
  std::vector<Type> flat;
  auto add = [&](const Type& type, auto& self) -> void {
    optional = optional || type.optional_;
    secret = secret || type.secret_;
    if (type.is(TypeKind::kUnion)) {
      for (const auto& inner : type.alternatives()) self(inner, self);
    } else if (type.is(TypeKind::kNull)) {
      optional = true;
    } else if (auto bare = type.with_optional(false).with_secret(false);
               std::ranges::find(flat, bare) == flat.end()) {
      flat.push_back(std::move(bare));
    }
  };
  for (const auto& alternative : alternatives) add(alternative, add);
  auto whole = [&](const Type& type) { return type.with_optional(optional).with_secret(secret); };
  if (flat.empty()) return alternatives.empty() ? Type::error() : Type::null().with_secret(secret);
  if (flat.size() == 1) return whole(flat.front());
  // What is wrong stays silent, and `any` takes everything already.
  for (auto swallowing : {TypeKind::kError, TypeKind::kAny}) {
    if (std::ranges::find(flat, swallowing, &Type::kind_) != flat.end()) return whole(simple(swallowing));
  }
  Type type;
  type.kind_ = TypeKind::kUnion;
  type.node_ = std::make_shared<const Node>(Node{.alternatives = std::move(flat)});
  return whole(type);
}

auto Type::with_optional(bool optional) const -> Type {
  Type type = *this;
  type.optional_ = optional;
  return type;
}

auto Type::with_secret(bool secret) const -> Type {
  Type type = *this;
  type.secret_ = secret;
  return type;
}

auto Type::element() const -> const Type& {
  CHECK(kind_ == TypeKind::kList || kind_ == TypeKind::kSet || kind_ == TypeKind::kMap);
  return node_->element;
}

auto Type::members() const -> std::span<const Member> {
  CHECK(kind_ == TypeKind::kObject);
  return node_->members;
}

auto Type::member(std::string_view name) const -> const Member* {
  auto all = members();
  auto found =
      std::ranges::lower_bound(all, name, {}, [](const Member& m) { return std::string_view(m.name); });
  return found != all.end() && found->name == name ? &*found : nullptr;
}

auto Type::alternatives() const -> std::span<const Type> {
  CHECK(kind_ == TypeKind::kUnion);
  return node_->alternatives;
}

auto Type::literal_value() const -> const std::variant<std::string, int64_t>& {
  CHECK(kind_ == TypeKind::kLiteral);
  return node_->literal;
}

auto Type::name() const -> std::string_view {
  CHECK(kind_ == TypeKind::kObject || kind_ == TypeKind::kVariable);
  return node_->name;
}

auto Type::is_enum() const -> bool {
  if (kind_ == TypeKind::kLiteral) return true;
  if (kind_ != TypeKind::kUnion) return false;
  return std::ranges::all_of(node_->alternatives, [](const Type& t) { return t.is(TypeKind::kLiteral); });
}

auto operator==(const Type& a, const Type& b) -> bool {
  if (a.kind_ != b.kind_ || a.optional_ != b.optional_ || a.secret_ != b.secret_) return false;
  if (a.node_ == b.node_) return true;
  switch (a.kind_) {
    case TypeKind::kLiteral: return a.node_->literal == b.node_->literal;
    case TypeKind::kList:
    case TypeKind::kSet:
    case TypeKind::kMap: return a.node_->element == b.node_->element;
    case TypeKind::kVariable: return a.node_->name == b.node_->name;
    case TypeKind::kObject:
      return std::ranges::equal(a.node_->members, b.node_->members, [](const Member& x, const Member& y) {
        return x.name == y.name && x.may_be_left_out == y.may_be_left_out && x.type == y.type;
      });
    case TypeKind::kUnion: {
      // The order of alternatives is how they were written, not what they mean.
      const auto& mine = a.node_->alternatives;
      const auto& theirs = b.node_->alternatives;
      return mine.size() == theirs.size() && std::ranges::all_of(mine, [&](const Type& type) {
               return std::ranges::find(theirs, type) != theirs.end();
             });
    }
    default: return true;
  }
}

}  // namespace weft
