// Every diagnostic of the checker is shown by a case, every case gets that one diagnostic and no other, and every fix
// that a case promises makes the mistake go away.
#include <gtest/gtest.h>

#include <set>

#include "lang/check/diags.h"
#include "tests/lang/check/cases.h"

namespace weft::check::test {
namespace {

auto files_of(const Case& one) -> Files {
  return one.files.empty() ? Files{{"main.fabric", "fabric \"t\" {}\n" + one.text}} : one.files;
}

auto all_cases() -> std::vector<Case> {
  std::vector<Case> all;
  for (auto* part : {name_cases, resource_cases, type_cases, module_cases}) {
    for (Case& one : part()) all.push_back(std::move(one));
  }
  return all;
}

TEST(CheckDiags, EachMistakeIsOneMessage) {
  for (const Case& one : all_cases()) {
    const Checked checked(files_of(one), one.folders);
    EXPECT_EQ(checked.codes(), std::vector<std::string>{one.code}) << files_of(one)[0].second << "\n" << checked.text();
    EXPECT_NE(checked.text().find(one.says), std::string::npos) << "expected: " << one.says << "\n" << checked.text();
  }
}

TEST(CheckDiags, FixesTakeTheMistakeAway) {
  for (const Case& one : all_cases()) {
    if (one.fixed.empty()) continue;
    const Checked checked(files_of(one), one.folders);
    const std::string fixed = checked.fixed();
    EXPECT_NE(fixed.find(one.fixed), std::string::npos) << "expected: " << one.fixed << "\n" << fixed << "\n" << checked.text();
    const Checked again(Files{{"main.fabric", fixed}}, one.folders);
    EXPECT_EQ(again.text(), "") << fixed;
  }
}

// What the writer meant is for the writer to say: nothing is put into the files for these.
TEST(CheckDiags, WhatIsInDoubtIsSuggestedAndNotFixed) {
  const char* const all[] = {
      "let a: string = 644\n",
      "let a: string = true\n",
      "fn f(mode: string) = mode\nlet a = f(644)\n",
      "input m: \"dsx\" | \"rsa\" = \"dsa\"\n",
      "input m: \"off\" | \"slow\" = \"off\"\nlet a = m == \"slw\"\n",
      "input m: \"off\" | \"slow\" = \"off\"\nlet a = match m { \"slw\" => 1, _ => 2 }\n",
      "let l = [\"a\"]\nlet a = \"${l}\"\n",
      "let l = { a = 1 }\nlet a = \"${l}\"\n",
      "let s = string.upper(\"true\")\nlet a: bool = s\n",
  };
  for (const char* one : all) {
    const std::string text = std::string("fabric \"t\" {}\n") + one;
    const Checked checked(Files{{"main.fabric", text}});
    EXPECT_EQ(checked.problems.errors(), 1u) << checked.text();
    EXPECT_EQ(checked.fixed(), "") << "nothing has a fix\n" << checked.text();
  }
}

TEST(CheckDiags, EveryCodeIsShownByACase) {
  std::set<std::string> shown;
  for (const Case& one : all_cases()) shown.insert(one.code);
  std::set<std::string_view> codes;
  for (const DiagInfo& info : all_diags()) {
    EXPECT_TRUE(shown.contains(std::string(info.code))) << info.code << " " << info.text;
    EXPECT_TRUE(codes.insert(info.code).second) << info.code << " stands for two things";
    EXPECT_GE(std::ranges::count(info.explanation, '\n'), 1) << info.code << " is hardly explained";
    EXPECT_EQ(info.code.front() == 'W', info.severity != Severity::kError) << info.code;
  }
}

}  // namespace
}  // namespace weft::check::test
