#include "lang/check/type_rules.h"

#include <algorithm>
#include <vector>

#include "lang/base/text.h"

namespace weft::check {
namespace {

auto worse(Fit a, Fit b) -> Fit { return std::max(a, b); }

auto fit_members(const Type& from, const Type& to, bool takes_secret) -> Fit {
  Fit result = Fit::kSame;
  for (const Member& wanted : to.members()) {
    const Member* given = from.member(wanted.name);
    if (given == nullptr) {
      if (!wanted.may_be_left_out) return Fit::kNo;
      continue;
    }
    if (given->may_be_left_out && !wanted.may_be_left_out && !wanted.type.optional()) return Fit::kNo;
    result = worse(result, fit(given->type, wanted.type, takes_secret));
    if (result == Fit::kNo) return result;
  }
  for (const Member& given : from.members()) {
    if (to.member(given.name) == nullptr) return Fit::kNo;
  }
  return result;
}

auto fit_object_to_map(const Type& from, const Type& to, bool takes_secret) -> Fit {
  Fit result = Fit::kSame;
  for (const Member& member : from.members()) {
    // A member that is left out is not in the map either; one that is null has to go, which `convert` does not do.
    if (member.may_be_left_out && !to.element().optional() && !to.element().is(TypeKind::kAny)) return Fit::kNo;
    result = worse(result, fit(member.type, to.element(), takes_secret));
  }
  return result;
}

auto fit_from_union(const Type& from, const Type& to, bool takes_secret) -> Fit {
  Fit result = Fit::kSame;
  for (const Type& alternative : from.alternatives()) result = worse(result, fit(alternative, to, takes_secret));
  return result;
}

auto fit_to_union(const Type& from, const Type& to, bool takes_secret) -> Fit {
  Fit best = Fit::kNo;
  for (const Type& alternative : to.alternatives()) best = std::min(best, fit(from, alternative, takes_secret));
  return best;
}

// Both without `?` and `secret`.
auto fit_bare(const Type& from, const Type& to, bool takes_secret) -> Fit {
  if (from == to) return Fit::kSame;
  if (to.is(TypeKind::kVariable) || from.is(TypeKind::kVariable)) return Fit::kSame;
  if (from.is(TypeKind::kUnion)) return fit_from_union(from, to, takes_secret);
  if (to.is(TypeKind::kUnion)) return fit_to_union(from, to, takes_secret);
  if (from.is(TypeKind::kLiteral)) {
    const bool text = std::holds_alternative<std::string>(from.literal_value());
    if (text) return to.is(TypeKind::kString) ? Fit::kSame : Fit::kNo;
    if (to.is(TypeKind::kInt)) return Fit::kSame;
    return to.is(TypeKind::kNumber) ? Fit::kConverts : Fit::kNo;
  }
  if (from.is(TypeKind::kInt) && to.is(TypeKind::kNumber)) return Fit::kConverts;
  if (from.is(TypeKind::kObject) && to.is(TypeKind::kObject)) return fit_members(from, to, takes_secret);
  if (from.is(TypeKind::kObject) && to.is(TypeKind::kMap)) return fit_object_to_map(from, to, takes_secret);
  if (from.kind() == to.kind() &&
      (from.is(TypeKind::kList) || from.is(TypeKind::kSet) || from.is(TypeKind::kMap))) {
    return fit(from.element(), to.element(), takes_secret);
  }
  return Fit::kNo;
}

}  // namespace

auto fit(const Type& from, const Type& to, bool takes_secret) -> Fit {
  if (from.is_error() || to.is_error()) return Fit::kSame;
  if (from == to) return Fit::kSame;
  if (to.is(TypeKind::kAny)) {
    if (to.secret() && !from.secret()) return Fit::kConverts;
    return !to.secret() && has_secret(from) && !takes_secret ? Fit::kSecret : Fit::kSame;
  }
  Fit result = Fit::kSame;
  if (from.secret() && !to.secret() && !takes_secret) result = Fit::kSecret;
  if (!from.secret() && to.secret()) result = Fit::kConverts;
  if (from.is(TypeKind::kNull)) return to.optional() ? result : Fit::kNull;
  if (from.is(TypeKind::kAny)) return worse(result, Fit::kConverts);
  if (from.optional() && !to.optional()) result = worse(result, Fit::kNull);
  return worse(result, fit_bare(bare(from), bare(to), takes_secret || to.secret()));
}

auto has_secret(const Type& type) -> bool {
  if (type.secret()) return true;
  switch (type.kind()) {
    case TypeKind::kList:
    case TypeKind::kSet:
    case TypeKind::kMap: return has_secret(type.element());
    case TypeKind::kObject:
      return std::ranges::any_of(type.members(), [](const Member& member) { return has_secret(member.type); });
    case TypeKind::kUnion: return std::ranges::any_of(type.alternatives(), has_secret);
    default: return false;
  }
}

auto is_vast(const Type& type) -> bool {
  uint32_t parts = 0;
  const auto vast = [&](const Type& one, uint32_t level, const auto& self) -> bool {
    if (++parts > kMostTypeParts || level > kMostTypeLevels) return true;
    switch (one.kind()) {
      case TypeKind::kList:
      case TypeKind::kSet:
      case TypeKind::kMap: return self(one.element(), level + 1, self);
      case TypeKind::kObject:
        return std::ranges::any_of(one.members(), [&](const Member& member) { return self(member.type, level + 1, self); });
      case TypeKind::kUnion:
        return std::ranges::any_of(one.alternatives(), [&](const Type& alternative) { return self(alternative, level + 1, self); });
      default: return false;
    }
  };
  return vast(type, 0, vast);
}

auto without_secret(const Type& type) -> Type {
  if (!has_secret(type)) return type;
  Type result = type.with_secret(false);
  switch (type.kind()) {
    case TypeKind::kList: result = Type::list(without_secret(type.element())); break;
    case TypeKind::kSet: result = Type::set(without_secret(type.element())); break;
    case TypeKind::kMap: result = Type::map(without_secret(type.element())); break;
    case TypeKind::kObject: {
      std::vector<Member> members(type.members().begin(), type.members().end());
      for (Member& member : members) member.type = without_secret(member.type);
      result = Type::object(std::move(members), std::string(type.name()));
      break;
    }
    case TypeKind::kUnion: {
      std::vector<Type> alternatives;
      for (const Type& alternative : type.alternatives()) alternatives.push_back(without_secret(alternative));
      result = Type::union_of(std::move(alternatives));
      break;
    }
    default: break;
  }
  return result.with_optional(type.optional());
}

auto bare(const Type& type) -> Type {
  return type.optional() || type.secret() ? type.with_optional(false).with_secret(false) : type;
}

auto literals_of(const Type& type) -> std::vector<Type> {
  if (type.is(TypeKind::kLiteral)) return {bare(type)};
  if (!type.is_enum()) return {};
  return {type.alternatives().begin(), type.alternatives().end()};
}

auto in_enum(const Value& value, const Type& type) -> bool {
  return std::ranges::any_of(literals_of(type), [&](const Type& literal) {
    const auto& wanted = literal.literal_value();
    if (const auto* text = std::get_if<std::string>(&wanted)) {
      return value.is(ValueKind::kString) && value.as_string() == *text;
    }
    return value.is(ValueKind::kInt) && value.as_int() == std::get<int64_t>(wanted);
  });
}

auto widened(const Type& type) -> Type {
  if (!type.is_enum()) return type;
  bool text = false;
  bool number = false;
  for (const Type& literal : literals_of(type)) {
    (std::holds_alternative<std::string>(literal.literal_value()) ? text : number) = true;
  }
  Type wide = text && number ? Type::union_of({Type::string(), Type::integer()})
                             : (text ? Type::string() : Type::integer());
  return wide.with_optional(type.optional()).with_secret(type.secret());
}

auto is_number(const Type& type) -> bool {
  const TypeKind kind = widened(type).kind();
  return kind == TypeKind::kInt || kind == TypeKind::kNumber;
}

auto is_text(const Type& type) -> bool { return widened(type).is(TypeKind::kString); }

auto is_printable(const Type& type) -> bool {
  switch (type.kind()) {
    case TypeKind::kError:
    case TypeKind::kAny:
    case TypeKind::kBool:
    case TypeKind::kInt:
    case TypeKind::kNumber:
    case TypeKind::kString:
    case TypeKind::kDuration:
    case TypeKind::kSize:
    case TypeKind::kLiteral: return true;
    case TypeKind::kUnion: return std::ranges::all_of(type.alternatives(), is_printable);
    default: return false;
  }
}

auto is_collection(const Type& type) -> bool {
  switch (type.kind()) {
    case TypeKind::kError:
    case TypeKind::kAny:
    case TypeKind::kList:
    case TypeKind::kSet:
    case TypeKind::kMap:
    case TypeKind::kObject: return true;
    case TypeKind::kUnion: return std::ranges::all_of(type.alternatives(), is_collection);
    default: return false;
  }
}

auto element_type(const Type& collection) -> Type {
  switch (collection.kind()) {
    case TypeKind::kList:
    case TypeKind::kSet:
    case TypeKind::kMap: return collection.element();
    case TypeKind::kAny: return Type::any();
    case TypeKind::kObject: {
      if (collection.members().empty()) return Type::any();
      Type common;
      for (const Member& member : collection.members()) common = common_type(common, member.type);
      return common;
    }
    case TypeKind::kUnion: {
      Type common;
      for (const Type& alternative : collection.alternatives()) {
        common = common_type(common, element_type(alternative));
      }
      return common;
    }
    default: return {};
  }
}

auto folder_type_name(std::string_view kind, std::string_view folder) -> std::string {
  return std::string(kind) + "." + json_quote(folder);
}

auto is_folder_type(std::string_view type_name) -> bool {
  return (type_name.starts_with("module.\"") || type_name.starts_with("fabric.\"")) && type_name.ends_with('"');
}

auto shown_name(std::string_view type_name) -> std::string {
  if (!is_folder_type(type_name)) return std::string(type_name);
  const std::string_view folder = type_name.substr(8, type_name.size() - 9);
  return std::string(type_name.substr(0, 6)) + " " + std::string(folder);
}

auto a_type(const Type& type) -> std::string {
  if (type.is(TypeKind::kNull)) return "null";
  if (type.is(TypeKind::kAny)) return "of any type";
  if (type.is(TypeKind::kObject) && is_folder_type(type.name()) && !type.optional()) return shown_name(type.name());
  const std::string text = type.text();
  const bool vowel = !text.empty() && std::string_view("aeio").find(text.front()) != std::string_view::npos;
  return (vowel ? "an " : "a ") + text;
}

auto literal_text(const Type& literal) -> std::string {
  const auto& value = literal.literal_value();
  if (const auto* text = std::get_if<std::string>(&value)) return json_quote(*text);
  return std::to_string(std::get<int64_t>(value));
}

auto enum_text(const Type& type, std::string_view separator) -> std::string {
  std::vector<std::string> parts;
  for (const Type& literal : literals_of(type)) parts.push_back(literal_text(literal));
  return join(parts, separator);
}

}  // namespace weft::check
