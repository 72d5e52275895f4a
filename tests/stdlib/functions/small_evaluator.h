// Just enough of the language to write tests of functions as tables of expressions: literals, calls, `.name`,
// `?.name`,
// `[n]`, `[*].name`, `??`, `+`, `/`, and names that a test gives.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "lang/value/function.h"
#include "lang/value/value.h"

namespace weft::testing {

// Files in memory; a template replaces `${name}` alone.
class Files : public FunctionContext {
 public:
  std::map<std::string, std::string> files = {{"notes.txt", "hello\n"},
                                              {"greeting.tmpl", "hello, ${name}\n"},
                                              {"binary.dat", std::string("\xff\x00", 2)}};

  auto read_file(std::string_view path) -> Result<std::string> override;
  auto file_exists(std::string_view path) -> Result<bool> override;
  auto glob(std::string_view pattern) -> Result<std::vector<std::string>> override;
  auto absolute_path(std::string_view path) -> Result<std::string> override;
  auto render_template(std::string_view name, std::string_view text, const Value& names)
      -> Result<Value> override;
};

using Names = std::map<std::string, Value, std::less<>>;

// Stops the test program on a text that it cannot read: that is a mistake in the test.
[[nodiscard]] auto evaluate(std::string_view expression, const Names& names = {}) -> Result<Value>;
[[nodiscard]] auto table() -> const FunctionTable&;

// An unknown string that is not null, with what is known of its start.
[[nodiscard]] auto unknown(std::string_view prefix = "") -> Value;

}  // namespace weft::testing
