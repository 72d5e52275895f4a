#include "lang/value/value.h"

namespace weft {

namespace {

auto common(const Type& a, const Type& b) -> Type;

// Objects with the same members have a common type member by member; others share nothing.
auto common_object(const Type& a, const Type& b) -> Type {
  if (a.members().size() != b.members().size()) return Type::any();
  std::vector<Member> members;
  members.reserve(a.members().size());
  for (size_t i = 0; i < a.members().size(); ++i) {
    if (a.members()[i].name != b.members()[i].name) return Type::any();
    members.push_back(
        {.name = a.members()[i].name, .type = common(a.members()[i].type, b.members()[i].type)});
  }
  return Type::object(std::move(members));
}

auto common_bare(const Type& a, const Type& b) -> Type {
  if (a == b) return a;
  if (a.is(TypeKind::kNull)) return b.with_optional();
  if (b.is(TypeKind::kNull)) return a.with_optional();
  bool numbers =
      (a.is(TypeKind::kInt) && b.is(TypeKind::kNumber)) || (a.is(TypeKind::kNumber) && b.is(TypeKind::kInt));
  if (numbers) return Type::number();
  if (a.kind() != b.kind()) return Type::any();
  switch (a.kind()) {
    case TypeKind::kList: return Type::list(common(a.element(), b.element()));
    case TypeKind::kSet: return Type::set(common(a.element(), b.element()));
    case TypeKind::kObject: return common_object(a, b);
    default: return Type::any();
  }
}

auto common(const Type& a, const Type& b) -> Type {
  bool optional = a.optional() || b.optional();
  bool secret = a.secret() || b.secret();
  auto bare =
      common_bare(a.with_optional(false).with_secret(false), b.with_optional(false).with_secret(false));
  return bare.with_optional(optional || bare.optional()).with_secret(secret);
}

auto element_type(const Value& value) -> Type {
  if (value.length() == 0) return Type::any();
  Type type = type_of_value(value.elements().front());
  for (const auto& element : value.elements().subspan(1)) {
    if (type.is(TypeKind::kAny)) break;
    type = common(type, type_of_value(element));
  }
  return type;
}

auto bare_type(const Value& value) -> Type {
  switch (value.kind()) {
    case ValueKind::kNull: return Type::null();
    case ValueKind::kBool: return Type::boolean();
    case ValueKind::kInt: return Type::integer();
    case ValueKind::kNumber: return Type::number();
    case ValueKind::kDuration: return Type::duration();
    case ValueKind::kSize: return Type::size();
    case ValueKind::kString: return Type::string();
    case ValueKind::kBytes: return Type::any();
    case ValueKind::kList: return Type::list(element_type(value));
    case ValueKind::kSet: return Type::set(element_type(value));
    case ValueKind::kUnknown: return value.facts().type;
    case ValueKind::kObject: {
      std::vector<Member> members;
      members.reserve(value.length());
      for (const auto& [key, member] : value.fields()) {
        members.push_back({.name = key.str(), .type = type_of_value(member)});
      }
      return Type::object(std::move(members));
    }
  }
  return Type::any();
}

}  // namespace

auto type_of_value(const Value& value) -> Type {
  auto type = bare_type(value);
  return value.secret() ? type.with_secret() : type;
}

}  // namespace weft
