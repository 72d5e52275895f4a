// The text form of types, read back. Part of this room only; the doors are function.h and Type::text().
#pragma once

#include <string>
#include <string_view>

#include "lang/base/result.h"
#include "lang/value/type.h"

namespace weft {

// Reads types, signatures and literal constants from one line of text: small, bounded, without positions;
// what fabrics hold is read by lang/syntax.
class TypeReader {
 public:
  enum class Names {
    kVariables,  // a single capital letter is a type variable; any other name is refused
    kOpaque,     // any dotted name is an object of that name with no members known (types inside documents)
  };
  TypeReader(std::string_view text, Names names) : text_(text), names_(names) {}

  [[nodiscard]] auto type() -> Result<Type>;
  [[nodiscard]] auto at_end() -> bool;
  // Takes the mark or word if it comes next.
  [[nodiscard]] auto take(std::string_view token) -> bool;
  [[nodiscard]] auto word() -> std::string;  // empty: none comes next
  [[nodiscard]] auto string() -> Result<std::string>;
  [[nodiscard]] auto rest() -> std::string_view;
  void advance(size_t bytes) { pos_ += bytes; }
  [[nodiscard]] auto wrong(std::string_view expected) -> std::unexpected<Failure>;

 private:
  auto peek() -> char;
  [[nodiscard]] auto atom() -> Result<Type>;
  [[nodiscard]] auto members() -> Result<Type>;
  [[nodiscard]] auto integer() -> Result<Type>;
  [[nodiscard]] auto named(std::string word) -> Result<Type>;

  std::string_view text_;
  Names names_;
  size_t pos_ = 0;
  int depth_ = 0;
};

[[nodiscard]] auto is_plain_name(std::string_view text) -> bool;

}  // namespace weft
