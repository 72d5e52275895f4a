// What the program prints, session by session: tests/golden/transcripts.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "engine/cli/verb.h"
#include "lang/base/text.h"
#include "lang/os/crash.h"
#include "lang/os/files.h"
#include "tests/support/golden.h"
#include "tests/support/script.h"

namespace weft {
namespace {

TEST(TranscriptsGolden, Sessions) {
  test::run_golden("tests/golden/transcripts", [](const test::GoldenCase& one) {
    bool crashes = std::ranges::any_of(one.lines, [](const auto& line) { return line.word == "crash"; });
    // A build without crash points cannot play these; what is expected of them stands.
    if (crashes && !kHasCrashPoints) return one.expected.value_or("");
    return test::play(one);
  });
}

// Rules that hold for every transcript; a golden file that breaks one was accepted without being read.
TEST(Transcripts, KeepTheRulesOfTheTerminal) {
  std::string folder = std::string(WEFT_SOURCE_DIR) + "/tests/golden/transcripts";
  auto names = real_files().list(folder);
  ASSERT_TRUE(names.has_value()) << names.error().text;
  size_t looked = 0;
  for (const auto& entry : *names) {
    SCOPED_TRACE(entry.name);
    auto text = real_files().read(folder + "/" + entry.name, 16U << 20);
    ASSERT_TRUE(text.has_value());
    auto one = test::parse_golden(entry.name, *text);
    ASSERT_TRUE(one.has_value()) << one.error().text;
    ASSERT_TRUE(one->expected.has_value());
    uint32_t number = 0;
    for (std::string_view line : split(*one->expected, '\n')) {
      ++number;
      std::string where = std::to_string(number) + ": " + std::string(line);
      EXPECT_FALSE(line.ends_with(' ') && !line.ends_with("] ") && !line.ends_with(": ")) << "ends with a space, " << where;
      for (const char* word : {"successfully", "please", "Please", "taint", "orphan", "deposed"}) {
        EXPECT_EQ(line.find(word), std::string_view::npos) << "a word that is not used, " << where;
      }
      EXPECT_EQ(line.find('\t'), std::string_view::npos) << where;
      bool coloured = entry.name == "colour.t";
      EXPECT_TRUE(coloured || line.find('\x1b') == std::string_view::npos) << "control characters, " << where;
    }
    ++looked;
  }
  EXPECT_GE(looked, 20u);
}

TEST(Transcripts, ShowTheHelpOfEveryVerbWithAnExample) {
  auto text = real_files().read(std::string(WEFT_SOURCE_DIR) + "/tests/golden/transcripts/help.t", 1U << 20);
  ASSERT_TRUE(text.has_value());
  auto one = test::parse_golden("help.t", *text);
  ASSERT_TRUE(one.has_value());
  std::set<std::string> shown;
  for (const auto& run : one->runs) shown.insert(join(run, " "));
  for (const cli::VerbRow& row : cli::verb_rows()) {
    EXPECT_TRUE(shown.contains(std::string(row.name) + " --help")) << row.name;
    cli::Verb verb = row.make();
    ASSERT_FALSE(verb.examples.empty()) << row.name;
    for (const cli::Example& example : verb.examples) {
      EXPECT_NE(example.command.find("weft "), std::string_view::npos) << row.name;
      EXPECT_FALSE(example.what.empty()) << example.command;
    }
  }
}

}  // namespace
}  // namespace weft
