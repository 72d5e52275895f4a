#include "tests/support/golden.h"

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <string>

#include "tests/support/temp_dir.h"

namespace weft::test {
namespace {

constexpr std::string_view kCase = R"(# a case
run: upper "two words" x
--- a.txt
one
\--- not a part
\\--- nor this
--- b.txt
two
--- expect
ONE
\--- NOT A PART
)";

TEST(GoldenFormat, IsReadAndWrittenBackUnchanged) {
  auto one = parse_golden("some/name.t", kCase).value();
  EXPECT_EQ(one.name, "name");
  EXPECT_EQ(one.runs, (std::vector<std::vector<std::string>>{{"upper", "two words", "x"}}));
  ASSERT_EQ(one.files.size(), 2U);
  EXPECT_EQ(one.file("a.txt"), "one\n--- not a part\n\\--- nor this\n");
  EXPECT_EQ(one.file("b.txt"), "two\n");
  EXPECT_EQ(one.expected, "ONE\n--- NOT A PART\n");
  EXPECT_EQ(write_golden(one, *one.expected), kCase);
}

TEST(GoldenFormat, RefusesWhatItDoesNotUnderstand) {
  EXPECT_FALSE(parse_golden("x.t", "words\n").has_value());
  EXPECT_FALSE(parse_golden("x.t", "run: \"a\n").has_value());
  EXPECT_FALSE(parse_golden("x.t", "--- expect\n--- a\n").has_value());
  EXPECT_FALSE(parse_golden("x.t", "---  \n").has_value());
}

auto upper(const GoldenCase& one) -> std::string {
  std::string out = one.file();
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'a' && c <= 'z' ? c - 32 : c; });
  return out;
}

// These run the runner on folders of their own, so an accepting or filtering run around them must not reach in.
class GoldenRunner : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : {"WEFT_ACCEPT", "WEFT_GOLDEN"}) unsetenv(name);
  }
};

TEST_F(GoldenRunner, PassesWhenTheOutputIsAsExpected) {
  TempDir dir;
  dir.write("deep/good.t", "--- a\nx\n--- expect\nX\n");
  run_golden(dir.path(), upper);
}

TempDir* runner_dir = nullptr;

TEST_F(GoldenRunner, FailsWhenItDiffersIsMissingOrThereIsNoCase) {
  TempDir dir;
  runner_dir = &dir;  // the macro's own function sees no locals
  EXPECT_FATAL_FAILURE(run_golden(runner_dir->path(), upper), "no *.t file");
  std::string path = dir.write("a.t", "--- a\nx\ny\n--- expect\nX\nZ\n");
  EXPECT_NONFATAL_FAILURE(run_golden(path, upper), "first difference in line 2 of the output\n  X\n- Z\n");
  dir.write("a.t", "--- a\nx\n");
  EXPECT_NONFATAL_FAILURE(run_golden(path, upper), "no `--- expect` yet");
  runner_dir = nullptr;
}

TEST_F(GoldenRunner, AcceptingRewritesTheFile) {
  TempDir dir;
  dir.write("a.t", "# kept\n--- a\nx\n");
  setenv("WEFT_ACCEPT", "1", 1);
  run_golden(dir.path(), upper);
  unsetenv("WEFT_ACCEPT");
  EXPECT_EQ(dir.read("a.t"), "# kept\n--- a\nx\n--- expect\nX\n");
  run_golden(dir.path(), upper);
}

}  // namespace
}  // namespace weft::test
