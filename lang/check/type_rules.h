// What the table "Types" of the language says about two types, without looking at expressions: which converts to which
// by itself, what several have in common, and how messages call them.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "lang/value/type.h"
#include "lang/value/value.h"

namespace weft::check {

enum class Fit : uint8_t {
  kSame,      // every value of the one is a value of the other: nothing to do
  kConverts,  // implicit, but the evaluator has to change or check the value
  kNull,      // would fit, if it could not be null
  kSecret,    // would fit, if it were not secret
  kNo,
};

// Whether `from` converts to `to` without being asked. With `takes_secret`, secret values are as good as others.
[[nodiscard]] auto fit(const Type& from, const Type& to, bool takes_secret = false) -> Fit;
[[nodiscard]] inline auto fits(Fit fit) -> bool { return fit == Fit::kSame || fit == Fit::kConverts; }

// The one type that both convert to: of a list's elements, of the branches of `if` and `match`. Any when there is none.
[[nodiscard]] auto common_type(const Type& a, const Type& b) -> Type;

// Whether `==` may ask about the two: some value could be one of both.
[[nodiscard]] auto may_equal(const Type& a, const Type& b) -> bool;

// Itself or anything inside.
[[nodiscard]] auto has_secret(const Type& type) -> bool;
// Whether it is too much to be walked: more than kMostTypeParts parts when it is written out whole, or more than
// kMostTypeLevels in each other. Types share their parts, so a few lines can make one that no memory holds.
[[nodiscard]] auto is_vast(const Type& type) -> bool;
inline constexpr uint32_t kMostTypeParts = 100'000;
inline constexpr uint32_t kMostTypeLevels = 200;
// Without any secret mark, inside too.
[[nodiscard]] auto without_secret(const Type& type) -> Type;
// Without `?` and `secret` on itself.
[[nodiscard]] auto bare(const Type& type) -> Type;
// An enum becomes string, int or their union; everything else is itself.
[[nodiscard]] auto widened(const Type& type) -> Type;

[[nodiscard]] auto is_number(const Type& type) -> bool;  // int, number, or an enum of ints
[[nodiscard]] auto is_text(const Type& type) -> bool;    // string, or an enum of strings
// What a template takes: string, int, number, bool, duration, size, enums of them, any.
[[nodiscard]] auto is_printable(const Type& type) -> bool;
// list, set, map, object or any.
[[nodiscard]] auto is_collection(const Type& type) -> bool;

// The common type of an object's members, or of what a collection holds; any for any.
[[nodiscard]] auto element_type(const Type& collection) -> Type;

// What references to a module or to another fabric's outputs are called as types: `module."std/net"`, a name that documents
// can hold; and how messages call it: "module std/net". Other names are themselves.
[[nodiscard]] auto folder_type_name(std::string_view kind, std::string_view folder) -> std::string;
[[nodiscard]] auto shown_name(std::string_view type_name) -> std::string;
[[nodiscard]] auto is_folder_type(std::string_view type_name) -> bool;

// "a string", "an int", "a list<string>", "null", "an aws.ec2.VPC".
[[nodiscard]] auto a_type(const Type& type) -> std::string;
// The literals of an enum as messages list them: `"off", "slow", "fast"`.
[[nodiscard]] auto literal_text(const Type& literal) -> std::string;
[[nodiscard]] auto enum_text(const Type& type, std::string_view separator = ", ") -> std::string;
// Whether the string or int is one of the enum's literals.
[[nodiscard]] auto in_enum(const Value& value, const Type& type) -> bool;
// The literals themselves; one for a single literal.
[[nodiscard]] auto literals_of(const Type& type) -> std::vector<Type>;

}  // namespace weft::check
