#include "engine/view/look.h"

#include <gtest/gtest.h>

#include "engine/view/page.h"
#include "engine/view/words.h"

namespace weft::draw {
namespace {

TEST(Look, AsciiKnowsEachSign) {
  Look look{.ascii = true};
  EXPECT_EQ(shown("a → b × c… – ── │ ├ └ ±", look), "a -> b x c... - -- | |- \\- -/+");
  EXPECT_EQ(shown("café", look), "caf\\u{e9}");
  EXPECT_EQ(shown_width("→", look), 2u);
}

TEST(Look, ControlCharactersAreEscaped) {
  EXPECT_EQ(without_controls("a\x1b[31mb\u202E\x7f"), "a\\u{1b}[31mb\\u{202e}\\u{7f}");
  EXPECT_EQ(without_controls("bad \xff byte"), "bad \\xff byte");
}

TEST(Look, CutsAtTheWidth) {
  EXPECT_EQ(cut("abcdef", 6, {}), "abcdef");
  EXPECT_EQ(cut("abcdef", 4, {}), "abc…");
  EXPECT_EQ(cut("日本語テキスト", 5, {}), "日本…");
  EXPECT_EQ(cut("abcdef", 4, {.ascii = true}), "a…");
}

TEST(Look, ColourOnlyWhereAsked) {
  Line line;
  line.add("a").add("b", Ink::kRed);
  EXPECT_EQ(line.paint({}), "ab");
  EXPECT_EQ(line.paint({.color = true}), "a\x1b[31mb\x1b[0m");
  EXPECT_EQ(line.width({.color = true}), 2u);
}

TEST(Page, SourceLinesEndAtTheRightEdge) {
  Page page({.width = 40});
  page.row({.left = "+ vpc  aws.ec2.VPC", .source = "main.fabric:3"});
  page.row({.left = "+ vpc_with_a_longer_name  aws.ec2.VPC", .source = "main.fabric:3"});
  EXPECT_EQ(page.text(),
            "+ vpc  aws.ec2.VPC         main.fabric:3\n"
            "+ vpc_with_a_longer_name  aws.ec2.VPC\n"
            "                           main.fabric:3\n");
}

TEST(Page, WithoutATerminalNothingIsCutOrWrapped) {
  Page page(Look{});
  std::string words;
  for (int i = 0; i < 60; ++i) words += "word ";
  page.row({.left = Line(words + "end"), .note = "note", .source = "main.fabric:3"});
  EXPECT_EQ(page.text(), words + "end  note  main.fabric:3\n");
}

TEST(Page, WrapsBetweenWordsAndKeepsTheIndentation) {
  Page page({.width = 30});
  page.line("one two three four five six seven eight", 4);
  EXPECT_EQ(page.text(), "    one two three four five\n    six seven eight\n");
}

TEST(Page, NotesShareAColumn) {
  Page page({.width = 60});
  std::vector<Row> rows = {{.left = "short", .note = "create-only"}, {.left = "somewhat longer", .note = "create-only"}};
  page.block(rows);
  EXPECT_EQ(page.text(), "short                             create-only\nsomewhat longer                   create-only\n");
}

TEST(Page, TablesHaveColumns) {
  std::vector<std::vector<std::string>> rows = {{"ADDRESS", "ID"}, {"w[2]", "a"}, {"a longer one", "b"}};
  EXPECT_EQ(table(rows, {}), "ADDRESS       ID\nw[2]          a\na longer one  b\n");
}

TEST(Words, Times) {
  EXPECT_EQ(elapsed(40), "0.0s");
  EXPECT_EQ(elapsed(412), "0.4s");
  EXPECT_EQ(elapsed(38'900), "38s");
  EXPECT_EQ(elapsed(252'000), "4m12s");
  EXPECT_EQ(elapsed(3'900'000), "1h05m");
  EXPECT_EQ(elapsed_whole(1'900), "1s");
  EXPECT_EQ(run_clock(281'000), "04:41");
  EXPECT_EQ(run_clock(3'723'000), "1:02:03");
  EXPECT_EQ(roughly(7'300'000), "2h");
}

TEST(Words, Sizes) {
  EXPECT_EQ(bytes(512), "512 B");
  EXPECT_EQ(bytes(12'700), "12.4 KiB");
  EXPECT_EQ(bytes(3u << 20), "3 MiB");
}

TEST(Words, TodayIsShort) {
  ::setenv("TZ", "UTC", 1);
  ::tzset();
  uint64_t at = 1'774'015'500'000;  // 2026-03-20 14:05 UTC
  EXPECT_EQ(local_time(at, at + 3'600'000), "14:05");
  EXPECT_EQ(local_time(at, at + 86'400'000), "2026-03-20 14:05");
  EXPECT_EQ(local_time(at, 0), "2026-03-20 14:05");
}

}  // namespace
}  // namespace weft::draw
