// Static types of the fabric language. A Type is a cheap handle on an immutable node; equality is structural.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace weft {

enum class TypeKind : uint8_t {
  kError,     // something was wrong here and has been reported; converts to and from everything, silently
  kAny,       // checked when evaluated
  kNull,      // the type of `null` alone
  kBool,
  kInt,
  kNumber,
  kString,
  kDuration,
  kSize,
  kLiteral,   // one string or int: member of an enum
  kList,
  kSet,
  kMap,
  kObject,    // closed; named when it is a resource type or an alias
  kUnion,     // of literals, or of types told apart by type_of
  kVariable,  // T of a generic function's signature
};

class Type;
struct Member;

class Type {
 public:
  Type() = default;  // kError

  static auto error() -> Type { return Type(); }
  static auto any() -> Type { return simple(TypeKind::kAny); }
  static auto null() -> Type { return simple(TypeKind::kNull); }
  static auto boolean() -> Type { return simple(TypeKind::kBool); }
  static auto integer() -> Type { return simple(TypeKind::kInt); }
  static auto number() -> Type { return simple(TypeKind::kNumber); }
  static auto string() -> Type { return simple(TypeKind::kString); }
  static auto duration() -> Type { return simple(TypeKind::kDuration); }
  static auto size() -> Type { return simple(TypeKind::kSize); }
  static auto simple(TypeKind kind) -> Type;
  static auto literal(std::string text) -> Type;
  static auto literal(int64_t number) -> Type;
  static auto list(Type element) -> Type;
  static auto set(Type element) -> Type;
  static auto map(Type element) -> Type;
  // Members in any order; kept sorted by name. `name` is for messages: "aws.ec2.VPC", an alias, or empty.
  static auto object(std::vector<Member> members, std::string name = {}) -> Type;
  // Flattens nested unions, drops doubles; one alternative alone is itself. Optional or secret alternatives make the
  // whole optional or secret.
  static auto union_of(std::vector<Type> alternatives) -> Type;
  static auto variable(std::string name) -> Type;

  [[nodiscard]] auto kind() const -> TypeKind { return kind_; }
  [[nodiscard]] auto is(TypeKind kind) const -> bool { return kind_ == kind; }
  [[nodiscard]] auto is_error() const -> bool { return kind_ == TypeKind::kError; }
  [[nodiscard]] auto optional() const -> bool { return optional_; }  // T?: may be null
  [[nodiscard]] auto secret() const -> bool { return secret_; }
  [[nodiscard]] auto with_optional(bool optional = true) const -> Type;
  [[nodiscard]] auto with_secret(bool secret = true) const -> Type;

  [[nodiscard]] auto element() const -> const Type&;                 // list, set, map
  [[nodiscard]] auto members() const -> std::span<const Member>;     // object, sorted by name
  [[nodiscard]] auto member(std::string_view name) const -> const Member*;  // object; null when there is none
  [[nodiscard]] auto alternatives() const -> std::span<const Type>;  // union
  [[nodiscard]] auto literal_value() const -> const std::variant<std::string, int64_t>&;
  [[nodiscard]] auto name() const -> std::string_view;               // object, variable
  // A union whose alternatives are all literals, or a single literal.
  [[nodiscard]] auto is_enum() const -> bool;

  // As fabrics write it: list<string>, "a" | "b", secret string?; a named object by its name.
  [[nodiscard]] auto text() const -> std::string;

  friend auto operator==(const Type& a, const Type& b) -> bool;

 private:
  struct Node;
  TypeKind kind_ = TypeKind::kError;
  bool optional_ = false;
  bool secret_ = false;
  std::shared_ptr<const Node> node_;
};

struct Member {
  std::string name;
  Type type;                     // for `b?: U` this is U?
  bool may_be_left_out = false;  // b?
  std::string documentation{};
};

}  // namespace weft
