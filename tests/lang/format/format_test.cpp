#include "lang/format/format.h"

#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include <gtest/gtest.h>

#include "lang/syntax/parse.h"

namespace weft::format {
namespace {

namespace fs = std::filesystem;

struct Parsed {
  SourceMap sources;
  DiagSink problems;
  syntax::Tree tree;
};

auto parse(const std::string& text) -> std::unique_ptr<Parsed> {
  auto parsed = std::make_unique<Parsed>();
  FileId file = parsed->sources.add("test.fabric", text);
  parsed->tree = syntax::parse_file(parsed->sources, file, parsed->problems);
  return parsed;
}

auto formatted(const std::string& text) -> std::string {
  auto parsed = parse(text);
  EXPECT_EQ(parsed->problems.errors(), 0u) << text;
  return format(parsed->tree);
}

// Tokens without separators that the layout may add or drop: what a file means.
auto meaning(const std::string& text) -> std::vector<std::string> {
  auto parsed = parse(text);
  std::vector<std::string> words;
  for (const auto& token : parsed->tree.tokens.tokens) {
    if (token.kind == syntax::TokenKind::kComma) continue;
    words.push_back(text.substr(token.begin, token.end - token.begin));
  }
  return words;
}

auto fabric_files(const char* folder) -> std::vector<fs::path> {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ".fabric") files.push_back(entry.path());
  }
  return files;
}
auto examples() -> std::vector<fs::path> { return fabric_files(WEFT_SOURCE_DIR "/examples"); }

auto read(const fs::path& path) -> std::string {
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

// A file from elsewhere has one kind of line ends afterwards, in its text blocks and comments too.
TEST(Format, LineEndsAreOfOneKind) {
  EXPECT_EQ(formatted("/* a\r\n   b */\r\nlet x = \"\"\"\r\n  one\r\n  two\r\n  \"\"\"\r\n// end\r\n"),
            "/* a\n   b */\nlet x = \"\"\"\n  one\n  two\n  \"\"\"\n// end\n");
}

TEST(Format, TheExamplesAreAsTheyShouldBe) {
  ASSERT_GE(examples().size(), 8u);
  for (const auto& path : examples()) EXPECT_EQ(formatted(read(path)), read(path)) << path;
}

TEST(Format, TheLanguagesOwnExamplesReachAFixedPointThatSaysTheSame) {
  auto files = fabric_files(WEFT_SOURCE_DIR "/tests/lang/examples");
  ASSERT_GE(files.size(), 8u);
  for (const auto& path : files) {
    std::string once = formatted(read(path));
    EXPECT_EQ(formatted(once), once) << path;
    EXPECT_EQ(meaning(once), meaning(read(path))) << path;
  }
}

TEST(Format, MangledLayoutComesBack) {
  std::mt19937 chance(7);
  for (const auto& path : examples()) {
    std::string mangled;
    std::stringstream lines(read(path));
    bool in_text = false;
    for (std::string line; std::getline(lines, line);) {
      bool mark = line.find("\"\"\"") != std::string::npos;
      if (!in_text && !mark && line.find("//") == std::string::npos) {
        auto first = line.find_first_not_of(' ');
        if (first != std::string::npos) line = std::string(chance() % 7, ' ') + line.substr(first) + std::string(chance() % 3, ' ');
      }
      if (mark) in_text = !in_text;
      mangled += line + "\n";
    }
    auto once = formatted(mangled);
    EXPECT_EQ(once, read(path)) << path;
    EXPECT_EQ(formatted(once), once) << path << ": formatting twice changes something";
    EXPECT_EQ(meaning(once), meaning(mangled)) << path;
  }
}

TEST(Format, SpacesAndCommas) {
  EXPECT_EQ(formatted("fabric   \"x\"{}\n"), "fabric \"x\" {}\n");
  EXPECT_EQ(formatted("let b={a=1,b   = -2,}\n"), "let b = { a = 1, b = -2 }\n");
  EXPECT_EQ(formatted("let l:list<  list<string>? > =[ ]\n"), "let l: list<list<string>?> = []\n");
  EXPECT_EQ(formatted("let f = string.upper( a [ 0 ] )==b\n"), "let f = string.upper(a[0]) == b\n");
  EXPECT_EQ(formatted("let c = [\n1,\n2\n]\n"), "let c = [\n  1,\n  2,\n]\n");
  EXPECT_EQ(formatted("let c = {\nx = 1, yy = 2,\n}\n"), "let c = {\n  x  = 1\n  yy = 2\n}\n");
}

// An entry that begins a line: each of them does.
TEST(Format, EntriesOverLinesBeginLines) {
  EXPECT_EQ(formatted("let c = { x = 1\nyy = 2 }\n"), "let c = {\n  x  = 1\n  yy = 2\n}\n");
  EXPECT_EQ(formatted("resource a: t.T { value = 1\n  @protect = { a = 1\n b = 2 } // why\n}\n"),
            "resource a: t.T {\n  value = 1\n  @protect = {\n    a = 1\n    b = 2\n  }                                                     // why\n}\n");
  EXPECT_EQ(formatted("let c = f({ x = 1,\nyy = 2 })\n"), "let c = f({\n  x  = 1\n  yy = 2\n})\n");
}

TEST(Format, CommentsStayWithWhatTheyBelongTo) {
  EXPECT_EQ(formatted("let a = 1 // why\n"), "let a = 1                                               // why\n");
  EXPECT_EQ(formatted("let c = {\n// first\nx = 1\n\n\n// last\n}\n"), "let c = {\n  // first\n  x = 1\n\n  // last\n}\n");
  EXPECT_EQ(formatted("/// doc\n   let a = 1\n// the end\n"), "/// doc\nlet a = 1\n// the end\n");
}

TEST(Format, StringsAreNeverTouched) {
  std::string block = "let a = \"\"\"\n    two   spaces\n  ${  x  }\n  \"\"\"\n";
  EXPECT_EQ(formatted(block), block);
}

TEST(Format, LinesThatGoOnAreIndentedOnce) {
  EXPECT_EQ(formatted("let a = if b\nthen 1\n      else 2\n"), "let a = if b\n  then 1\n  else 2\n");
}

}  // namespace
}  // namespace weft::format
