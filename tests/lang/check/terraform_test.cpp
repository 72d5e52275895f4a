// Terraform's functions: the table that suggestions come from, and the one that people read, say the same.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "tests/lang/check/fixture.h"

namespace weft::check::test {
namespace {

struct Row {
  std::string_view theirs;
  std::string_view ours;
  std::string_view way;
};
constexpr Row kRows[] = {
#define TERRAFORM(theirs, ours, way) {theirs, ours, way},
#include "lang/check/terraform_functions.def"
#undef TERRAFORM
};

// Their name → what stands beside it in docs/language.md.
auto documented() -> std::map<std::string, std::string, std::less<>> {
  std::map<std::string, std::string, std::less<>> all;
  std::ifstream in(std::string(WEFT_SOURCE_DIR) + "/docs/language.md");
  bool inside = false;
  for (std::string line; std::getline(in, line);) {
    if (line == "<!-- terraform functions -->") inside = true;
    if (line == "<!-- end of terraform functions -->") break;
    const size_t middle = line.find(" | ");
    if (!inside || !line.starts_with("| `") || middle == std::string::npos) continue;
    std::istringstream names(line.substr(2, middle - 2));
    for (std::string name; names >> name;) all[name.substr(1, name.size() - 2)] = line.substr(middle + 3);
  }
  return all;
}

TEST(TerraformFunctions, EachIsDocumentedAsItIsSuggested) {
  const auto docs = documented();
  std::set<std::string_view> seen;
  for (const Row& row : kRows) {
    EXPECT_TRUE(seen.insert(row.theirs).second) << row.theirs << " stands twice";
    const auto found = docs.find(row.theirs);
    if (found == docs.end()) {
      ADD_FAILURE() << row.theirs << " is not in docs/language.md";
      continue;
    }
    // "`string.` and the same name", "`string.trim_prefix` `trim_suffix` …": the first has its namespace.
    const std::string_view beside = found->second;
    const size_t dot = row.ours.find('.');
    if (dot == std::string_view::npos) {
      EXPECT_TRUE(row.ours.empty() || beside.find("`" + std::string(row.ours) + "`") != std::string_view::npos) << row.theirs;
      continue;
    }
    const std::string_view tail = row.ours.substr(dot + 1);
    EXPECT_NE(beside.find(row.ours.substr(0, dot + 1)), std::string_view::npos) << row.theirs << ": " << beside;
    const bool same = beside.find("the same name") != std::string_view::npos && tail == row.theirs;
    EXPECT_TRUE(same || beside.find(tail) != std::string_view::npos) << row.theirs << ": " << beside;
  }
  for (const auto& [theirs, beside] : docs) {
    if (seen.contains(theirs)) continue;
    EXPECT_NE(library_table().find(theirs), nullptr) << theirs << " is documented and not suggested";
  }
  EXPECT_GT(seen.size(), 90U);
}

TEST(TerraformFunctions, SuggestionsAreFunctions) {
  for (const Row& row : kRows) {
    EXPECT_EQ(library_table().find(row.theirs), nullptr) << row.theirs << " needs no suggestion";
    EXPECT_FALSE(row.ours.empty() && row.way.empty()) << row.theirs;
    EXPECT_TRUE(row.ours.empty() || library_table().find(row.ours) != nullptr) << row.ours;
  }
}

// A name in place of a name only where the arguments stay what they are.
TEST(TerraformFunctions, OnlyTheSameArgumentsAreMended) {
  for (const Row& row : kRows) {
    const Checked checked(Files{{"main.fabric", "fabric \"t\" {}\nlet a = " + std::string(row.theirs) + "(1)\n"}});
    ASSERT_EQ(checked.problems.all().size(), 1U) << checked.text();
    const Diagnostic& said = checked.problems.all()[0];
    EXPECT_EQ(said.code, "E0103");
    if (row.way.empty()) {
      ASSERT_EQ(said.fixes.size(), 1U) << row.theirs;
      EXPECT_EQ(said.fixes[0].edits[0].new_text, row.ours);
    } else {
      EXPECT_TRUE(said.fixes.empty()) << row.theirs;
      EXPECT_EQ(said.label, row.way);
    }
  }
}

}  // namespace
}  // namespace weft::check::test
