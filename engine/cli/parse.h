// The command line against a verb's options. The only place that sees CLI11.
#pragma once

#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/cli/verb.h"

namespace weft::cli {

struct Arguments {
  std::map<std::string, std::vector<std::string>, std::less<>> values;  // by option name; flags have one empty value
  std::vector<std::string> operands;

  [[nodiscard]] auto has(std::string_view name) const -> bool { return values.contains(name); }
  [[nodiscard]] auto get(std::string_view name) const -> std::string;  // the last one; empty when not given
  [[nodiscard]] auto all(std::string_view name) const -> std::vector<std::string>;
  [[nodiscard]] auto operand(size_t i) const -> std::string { return i < operands.size() ? operands[i] : std::string(); }
};

struct UsageError {
  std::string text;  // "`--jsn` is no option of weft plan"
  std::string hint;  // "did you mean `--json`?"
};

// `words`: everything after the verb (options may also have stood before it). Every option of the verb and those that
// are understood everywhere; unknown ones, missing values, too many operands and values outside `a|b|c` are errors.
[[nodiscard]] auto parse(const Verb& verb, const std::vector<std::string>& words) -> std::expected<Arguments, UsageError>;

// What the whole command line asks for, before its verb is known.
struct Split {
  std::string verb;                // "state list"; empty without one
  std::vector<std::string> words;  // all the rest
};
[[nodiscard]] auto split_verb(const std::vector<std::string>& words) -> Split;

}  // namespace weft::cli
