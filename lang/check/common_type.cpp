#include <algorithm>
#include <utility>
#include <vector>

#include "lang/check/type_rules.h"

namespace weft::check {
namespace {

auto has_any(const Type& type) -> bool {
  switch (type.kind()) {
    case TypeKind::kAny: return true;
    case TypeKind::kList:
    case TypeKind::kSet:
    case TypeKind::kMap: return has_any(type.element());
    default: return false;
  }
}

// Objects that share members have the type of all their members, those of only one side left out at will. Objects with
// nothing in common have nothing in common.
auto common_object(const Type& a, const Type& b) -> Type {
  std::vector<Member> members;
  bool shared = a.members().empty() || b.members().empty();
  for (const Member& left : a.members()) {
    const Member* right = b.member(left.name);
    if (right == nullptr) {
      members.push_back(Member{left.name, left.type.with_optional(), true, left.documentation});
      continue;
    }
    Type common = common_type(left.type, right->type);
    if (has_any(common) && !has_any(left.type) && !has_any(right->type)) return Type::any();
    members.push_back(Member{left.name, std::move(common), left.may_be_left_out || right->may_be_left_out,
                             left.documentation});
    shared = true;
  }
  if (!shared) return Type::any();
  for (const Member& right : b.members()) {
    if (a.member(right.name) == nullptr) {
      members.push_back(Member{right.name, right.type.with_optional(), true, right.documentation});
    }
  }
  return Type::object(std::move(members));
}

auto common_bare(const Type& a, const Type& b) -> Type {
  if (a == b) return a;
  if (a.is(TypeKind::kAny) || b.is(TypeKind::kAny)) return Type::any();
  if (fits(fit(a, b, true))) return b;
  if (fits(fit(b, a, true))) return a;
  if (a.is(TypeKind::kObject) && b.is(TypeKind::kObject)) return common_object(a, b);
  if (a.is(TypeKind::kMap) && b.is(TypeKind::kMap)) return Type::map(common_type(a.element(), b.element()));
  if (a.is(TypeKind::kList) && b.is(TypeKind::kList)) return Type::list(common_type(a.element(), b.element()));
  if (a.is(TypeKind::kSet) && b.is(TypeKind::kSet)) return Type::set(common_type(a.element(), b.element()));
  if (a.is(TypeKind::kMap) && b.is(TypeKind::kObject)) return Type::map(common_type(a.element(), element_type(b)));
  if (a.is(TypeKind::kObject) && b.is(TypeKind::kMap)) return Type::map(common_type(element_type(a), b.element()));
  const Type wide_a = widened(a);
  const Type wide_b = widened(b);
  if (!(wide_a == a) || !(wide_b == b)) return common_bare(wide_a, wide_b);
  return Type::any();
}

}  // namespace

auto common_type(const Type& a, const Type& b) -> Type {
  if (a.is_error()) return b;
  if (b.is_error()) return a;
  const bool secret = a.secret() || b.secret();
  const bool optional = a.optional() || b.optional() || a.is(TypeKind::kNull) || b.is(TypeKind::kNull);
  Type common;
  if (a.is(TypeKind::kNull)) {
    common = bare(b);
  } else if (b.is(TypeKind::kNull)) {
    common = bare(a);
  } else {
    common = common_bare(bare(a), bare(b));
  }
  if (common.is(TypeKind::kAny) || common.is(TypeKind::kNull)) {
    return common.with_secret(secret || (common.is(TypeKind::kAny) && (has_secret(a) || has_secret(b))));
  }
  return common.with_optional(optional).with_secret(secret);
}

namespace {
auto may_equal_bare(const Type& a, const Type& b) -> bool {
  if (a == b) return true;
  if (a.is(TypeKind::kUnion)) {
    return std::ranges::any_of(a.alternatives(), [&](const Type& one) { return may_equal(one, b); });
  }
  if (b.is(TypeKind::kUnion)) return may_equal_bare(b, a);
  if (a.is(TypeKind::kLiteral) && b.is(TypeKind::kLiteral)) return a.literal_value() == b.literal_value();
  if (is_number(a) && is_number(b)) return true;
  if (is_text(a) && is_text(b)) return true;
  const auto keyed = [](const Type& type) { return type.is(TypeKind::kObject) || type.is(TypeKind::kMap); };
  if (keyed(a) && keyed(b)) {
    if (a.is(TypeKind::kMap) && b.is(TypeKind::kMap)) return may_equal(a.element(), b.element());
    if (a.is(TypeKind::kObject) && b.is(TypeKind::kObject)) {
      return std::ranges::all_of(a.members(), [&](const Member& member) {
        const Member* other = b.member(member.name);
        return other == nullptr || may_equal(member.type, other->type);
      });
    }
    return true;
  }
  if (a.kind() == b.kind() && (a.is(TypeKind::kList) || a.is(TypeKind::kSet))) {
    return may_equal(a.element(), b.element());
  }
  return false;
}
}  // namespace

auto may_equal(const Type& a, const Type& b) -> bool {
  const auto open = [](const Type& type) {
    return type.is_error() || type.is(TypeKind::kAny) || type.is(TypeKind::kVariable);
  };
  if (open(a) || open(b)) return true;
  if (a.is(TypeKind::kNull)) return b.optional() || b.is(TypeKind::kNull);
  if (b.is(TypeKind::kNull)) return a.optional();
  if (a.optional() && b.optional()) return true;
  return may_equal_bare(bare(a), bare(b));
}

}  // namespace weft::check
