// Every verb is whole: described, findable, named in the documentation; every diagnostic has its page.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "engine/cli/diagnostics.h"
#include "engine/cli/help.h"
#include "engine/cli/verbs.h"
#include "lang/base/text.h"

namespace weft::cli {
namespace {

auto read(const std::filesystem::path& path) -> std::string {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(Verbs, AreDescribedWhole) {
  std::set<std::string_view> names;
  for (const VerbRow& row : verb_rows()) {
    Verb verb = row.make();
    SCOPED_TRACE(row.name);
    EXPECT_EQ(verb.name, row.name);
    EXPECT_TRUE(names.insert(row.name).second);
    EXPECT_TRUE(verb.summary.ends_with('.'));
    EXPECT_FALSE(row.brief.ends_with('.'));
    EXPECT_NE(verb.run, nullptr);
    EXPECT_FALSE(verb.exit.empty());
    EXPECT_FALSE(verb.examples.empty());
    for (const Example& example : verb.examples) EXPECT_NE(example.command.find("weft"), std::string_view::npos);
  }
}

TEST(Verbs, HelpFitsEightyColumns) {
  for (const VerbRow& row : verb_rows()) {
    std::string help = verb_help(row.make());
    for (std::string_view line : split(help, '\n')) EXPECT_LE(display_width(line), 80u) << row.name << ": " << line;
  }
  std::string help = main_help();
  for (std::string_view line : split(help, '\n')) EXPECT_LE(display_width(line), 80u) << line;
}

TEST(Verbs, TheMainHelpNamesEach) {
  std::string help = main_help();
  for (const VerbRow& row : verb_rows()) {
    std::string word(row.name.substr(0, row.name.find(' ')));
    EXPECT_TRUE(std::regex_search(help, std::regex("\\b" + word + "\\b"))) << word;
  }
}

TEST(Verbs, TheDocumentationNamesEachVerbAndOption) {
  std::string page = read(std::filesystem::path(WEFT_SOURCE_DIR) / "docs/cli.md");
  for (const VerbRow& row : verb_rows()) {
    std::string name(row.name);
    if (name.starts_with("debug ")) name = name.substr(6);
    EXPECT_NE(page.find(name), std::string::npos) << row.name;
    Verb verb = row.make();
    for (const OptionRow& group : verb.options) {
      for (const Option& option : group.options) EXPECT_NE(page.find(option.name), std::string::npos) << row.name << ' ' << option.name;
    }
  }
  for (const Option& option : everywhere_options()) EXPECT_NE(page.find(option.name), std::string::npos) << option.name;
}

TEST(Verbs, EveryOptionIsExplainedSomewhere) {
  std::set<std::string_view> explained;
  for (const Option& option : everywhere_options()) explained.insert(option.name);
  for (const VerbRow& row : verb_rows()) {
    Verb verb = row.make();
    for (const OptionRow& group : verb.options) {
      for (const Option& option : group.options) {
        EXPECT_TRUE(!option.text.empty() || explained.contains(option.name)) << row.name << ' ' << option.name;
      }
    }
  }
}

TEST(Verbs, OptionsWithAValueSayWhatHoldsWithoutThem) {
  auto says = [](const Option& option) {
    for (std::string_view words : {"without", "default", "instead of"}) {
      if (option.text.find(words) != std::string_view::npos) return true;
    }
    // A file that is not asked for is not written.
    return option.value.empty() || option.value == "FILE";
  };
  for (const Option& option : everywhere_options()) EXPECT_TRUE(says(option)) << option.name;
  for (const VerbRow& row : verb_rows()) {
    Verb verb = row.make();
    for (const OptionRow& group : verb.options) {
      for (const Option& option : group.options) EXPECT_TRUE(says(option)) << row.name << ' ' << option.name;
    }
  }
}

TEST(Diagnostics, EveryCodeOfEveryRoomHasItsPage) {
  std::set<std::string> codes;
  std::regex row("^DIAG\\(\\w+, \"([EWH][0-9]{4})\"");
  for (const char* floor : {"lang", "engine", "providers", "stdlib"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(std::filesystem::path(WEFT_SOURCE_DIR) / floor)) {
      if (!entry.path().string().ends_with("_diags.def")) continue;
      std::istringstream lines(read(entry.path()));
      for (std::string line; std::getline(lines, line);) {
        std::smatch match;
        if (!std::regex_search(line, match, row)) continue;
        EXPECT_TRUE(codes.insert(match[1]).second) << match[1] << " is given twice";
        const KnownDiagnostic* known = find_diagnostic(match[1].str());
        ASSERT_NE(known, nullptr) << match[1] << " of " << entry.path() << " is not among known_diagnostics()";
        EXPECT_GT(known->explanation.size(), 40u) << match[1];
      }
    }
  }
  EXPECT_EQ(codes.size(), known_diagnostics().size());
  EXPECT_GT(codes.size(), 50u);
}

TEST(Diagnostics, TheLetterOfACodeIsItsSeverity) {
  for (const KnownDiagnostic& one : known_diagnostics()) {
    EXPECT_EQ(one.code.front(), one.severity == Severity::kError ? 'E' : 'W') << one.code << ": hints are numbered with the warnings";
  }
}

}  // namespace
}  // namespace weft::cli
