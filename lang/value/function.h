// The registry of library functions: each is one row with its signature, its text and examples that are run as tests.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lang/base/result.h"
#include "lang/value/value.h"

namespace weft {

// What a function may ask of its surroundings; implemented by the evaluator's caller. Paths are relative to the
// module's folder and must stay inside it or the fabric's; what was read is digested into the plan.
class FunctionContext {
 public:
  virtual ~FunctionContext() = default;
  virtual auto read_file(std::string_view path) -> Result<std::string> = 0;      // bounded
  virtual auto file_exists(std::string_view path) -> Result<bool> = 0;
  virtual auto glob(std::string_view pattern) -> Result<std::vector<std::string>> = 0;  // sorted, relative
  virtual auto absolute_path(std::string_view path) -> Result<std::string> = 0;
  // Renders text with ${…} and %{…} in which only the members of `names` have names.
  virtual auto render_template(std::string_view name, std::string_view text, const Value& names) -> Result<Value> = 0;
};

struct Arguments {
  std::span<const Value> values;  // converted to the parameters' types, defaults filled in
  FunctionContext& context;
  const Type* result_type = nullptr;  // the result's type with its variables replaced, where the caller knows it

  auto operator[](size_t i) const -> const Value& { return values[i]; }
  [[nodiscard]] auto size() const -> size_t { return values.size(); }
};

struct Function {
  std::string_view name;       // "string.join", "length"
  // "(parts: list<string>, separator: string = \"\") -> string"; single capital letters are type variables,
  // "...rest: T" as the last parameter takes any number.
  std::string_view signature;
  std::string_view text;       // one or two sentences
  std::string_view example;    // an expression
  std::string_view result;     // an expression that equals it
  auto (*run)(const Arguments& arguments) -> Result<Value>;
  // Without it, an argument that is or holds an unknown makes the result unknown (of the result's type) and `run` is
  // not called. With it, `run` sees unknowns and returns one where it must.
  bool sees_unknown = false;
  // Without it the result is secret when any argument is or holds a secret (arguments reach `run` revealed). With it,
  // `run` sees the marks and sets them itself.
  bool sees_secret = false;
  bool reads_files = false;
};

struct Parameter {
  std::string name;
  Type type;
  bool optional = false;       // has a default
  Value default_value{};
  bool rest = false;
};

struct Signature {
  std::vector<Parameter> parameters;
  Type result;
};

class FunctionTable {
 public:
  explicit FunctionTable(std::vector<const Function*> functions);  // parses the signatures; CHECKs that they are well formed

  struct Row {
    const Function* function;
    Signature signature;
  };
  [[nodiscard]] auto find(std::string_view name) const -> const Row*;
  [[nodiscard]] auto rows() const -> std::span<const Row> { return rows_; }  // sorted by name
  // Whether "string" in `string.join` is a namespace of functions.
  [[nodiscard]] auto is_namespace(std::string_view name) const -> bool;

 private:
  std::vector<Row> rows_;
};

// Calls the function as its row asks: what is unknown or secret is kept from `run` unless it wants to see it, and found
// again in the result; a failure that could show a secret says only which function refused. An unknown result is
// narrowed to `arguments.result_type`.
[[nodiscard]] auto call_function(const Function& function, const Arguments& arguments) -> Result<Value>;

// "(parts: list<string>) -> string"; types as in the language, generic names as TypeKind::kVariable.
[[nodiscard]] auto parse_signature(std::string_view text) -> Result<Signature>;
// A type written as in the language, without names of resources or aliases: for schemas of drivers. CHECKs.
[[nodiscard]] auto type_from_text(std::string_view text) -> Type;

}  // namespace weft
