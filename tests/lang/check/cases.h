// One mistake each: the fabric, and the single diagnostic that it gets. `fixed` is a line that the fix brings about.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/lang/check/fixture.h"

namespace weft::check::test {

struct Case {
  const char* code;
  std::string text;      // after `fabric "t" {}` on its own line
  std::string says;      // somewhere in the message, label or help
  std::string fixed{};   // a part of the text after the first fix; the fixed text has no such mistake
  std::map<std::string, Files> folders{};
  Files files{};         // instead of `text`
};

// names_cases.cpp … are header-only tables, so that the one test that counts codes sees them all.
[[nodiscard]] auto name_cases() -> std::vector<Case>;
[[nodiscard]] auto resource_cases() -> std::vector<Case>;
[[nodiscard]] auto type_cases() -> std::vector<Case>;
[[nodiscard]] auto module_cases() -> std::vector<Case>;

}  // namespace weft::check::test
