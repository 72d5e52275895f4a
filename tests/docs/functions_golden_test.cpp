// The table of functions in docs/language.md is made from the library; `tests/accept` writes it anew.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <regex>
#include <string>
#include <string_view>

#include "lang/value/function.h"
#include "stdlib/functions/library.h"
#include "tests/docs/sections.h"

namespace weft::test {
namespace {

auto cell(std::string_view text) -> std::string {
  std::string out;
  for (char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  // A backtick inside code needs a longer fence.
  std::string fence = text.find('`') == std::string_view::npos ? "`" : "``";
  return fence + out + fence;
}

auto table() -> std::string {
  std::map<std::string, std::string> sections;  // namespace → rows
  FunctionTable library(functions::library());
  for (const auto& row : library.rows()) {
    std::string name(row.function->name);
    size_t dot = name.find('.');
    std::string& rows = sections[dot == std::string::npos ? "" : name.substr(0, dot)];
    rows += "| " + cell(name + std::string(row.function->signature)) + " | " + cell(row.function->example) + " is " +
            cell(row.function->result) + " |\n";
  }
  std::string out;
  for (const auto& [space, rows] : sections) {
    out += space.empty() ? "**Without a namespace**\n\n" : "\n**" + space + "**\n\n";
    out += "| function | example |\n| --- | --- |\n" + rows;
  }
  return out;
}

TEST(FunctionsGolden, TheTableIsThatOfTheLibrary) { expect_section("docs/language.md", "functions", table()); }

// What the page says in place of Terraform's functions exists.
TEST(FunctionsGolden, TerraformsFunctionsLeadToOurs) {
  FunctionTable library(functions::library());
  std::ifstream in(std::string(WEFT_SOURCE_DIR) + "/docs/language.md");
  static const std::regex kCode("`([a-z0-9_]+\\.[a-z0-9_]+)");
  bool inside = false;
  size_t names = 0;
  for (std::string line; std::getline(in, line);) {
    if (line == "<!-- terraform functions -->") inside = true;
    if (line == "<!-- end of terraform functions -->") inside = false;
    if (!inside) continue;
    for (std::sregex_iterator match(line.begin(), line.end(), kCode), last; match != last; ++match) {
      std::string name = (*match)[1];
      if (name == "time.Rotating" || name.starts_with("local.")) continue;
      ++names;
      EXPECT_NE(library.find(name), nullptr) << name;
    }
  }
  EXPECT_GT(names, 40U);
}

}  // namespace
}  // namespace weft::test
