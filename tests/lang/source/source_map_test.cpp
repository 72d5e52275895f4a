#include "lang/source/source_map.h"

#include <gtest/gtest.h>

namespace weft {
namespace {

TEST(SourceMap, OffsetsBecomeLinesAndCharacters) {
  SourceMap map;
  FileId file = map.add("a.fabric", "ab\né名x\n\nlast");
  auto at = [&](uint32_t offset) {
    Position position = map.position(file, offset);
    return std::pair(position.line, position.column);
  };
  EXPECT_EQ(at(0), std::pair(1U, 1U));
  EXPECT_EQ(at(2), std::pair(1U, 3U));  // the newline itself
  EXPECT_EQ(at(3), std::pair(2U, 1U));
  EXPECT_EQ(at(5), std::pair(2U, 2U));  // behind the two bytes of é
  EXPECT_EQ(at(8), std::pair(2U, 3U));  // behind the three bytes of 名
  EXPECT_EQ(at(10), std::pair(3U, 1U));
  EXPECT_EQ(at(11), std::pair(4U, 1U));
  EXPECT_EQ(at(15), std::pair(4U, 5U));
  EXPECT_EQ(at(999), std::pair(4U, 5U));  // behind the end: the end
}

TEST(SourceMap, LinesComeWithoutTheirNewline) {
  SourceMap map;
  FileId file = map.add("a.fabric", "one\r\ntwo\n");
  EXPECT_EQ(map.text(map.line_range(file, 1)), "one");
  EXPECT_EQ(map.text(map.line_range(file, 4)), "one");
  EXPECT_EQ(map.text(map.line_range(file, 5)), "two");
  EXPECT_EQ(map.text(map.line_range(file, 9)), "");
  FileId empty = map.add("empty", "");
  EXPECT_EQ(map.text(map.line_range(empty, 0)), "");
}

TEST(SourceMap, KeepsItsTextsInPlace) {
  SourceMap map;
  FileId first = map.add("first", "short");
  std::string_view text = map.text(first);
  for (int i = 0; i < 1000; ++i) map.add("more", "x");
  EXPECT_EQ(text.data(), map.text(first).data());
  EXPECT_EQ(map.size(), 1001U);
  EXPECT_EQ(map.name(first), "first");
}

TEST(SourceMap, WhereNamesFileAndLine) {
  SourceMap map;
  FileId file = map.add("network.fabric", "a\nb\nc");
  EXPECT_EQ(map.where({.file = file, .begin = 4, .end = 5}), "network.fabric:3");
  EXPECT_EQ(map.where({}), "");
}

TEST(SourceMapDeathTest, ARangeOutsideTheTextIsABug) {
  SourceMap map;
  FileId file = map.add("a", "abc");
  EXPECT_EXIT((void)map.text(Range{.file = file, .begin = 2, .end = 9}), testing::ExitedWithCode(70), "range.end");
}

}  // namespace
}  // namespace weft
