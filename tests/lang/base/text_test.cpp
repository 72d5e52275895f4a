#include "lang/base/text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <random>

namespace weft {
namespace {

auto meant(std::string_view word, std::vector<std::string_view> candidates) -> std::string_view {
  return nearest(word, std::span<const std::string_view>(candidates));
}

TEST(Nearest, FindsTheLikelyOne) {
  EXPECT_EQ(meant("clutser", {"access", "cluster", "clusters"}), "cluster");
  EXPECT_EQ(meant("CidrBlok", {"VpcId", "CidrBlock", "Tags"}), "CidrBlock");
  EXPECT_EQ(meant("vpcid", {"VpcId", "Id"}), "VpcId");
  EXPECT_EQ(meant("vpc_id", {"VpcPeer", "VpcId"}), "VpcId");
  EXPECT_EQ(meant("Allways", {"IfNotPresent", "Never", "Always"}), "Always");
  EXPECT_EQ(meant("same", {"other", "same"}), "same");
  std::vector<std::string> strings = {"apply", "plan"};
  EXPECT_EQ(nearest("aply", std::span<const std::string>(strings)), "apply");
}

TEST(Nearest, IsSilentRatherThanWrong) {
  EXPECT_EQ(meant("zebra", {"cluster", "access"}), "");
  EXPECT_EQ(meant("x", {"y", "z"}), "");
  EXPECT_EQ(meant("", {"a"}), "");
  EXPECT_EQ(meant("a", {}), "");
  EXPECT_EQ(meant(std::string(10'000, 'a'), {"a"}), "");
  EXPECT_EQ(meant("ab", {"b"}), "b");
}

TEST(Nearest, TheFirstOfTwoEquallyNear) { EXPECT_EQ(meant("cat", {"car", "can"}), "car"); }

TEST(Split, KeepsEmptyParts) {
  EXPECT_EQ(split("a,,b,", ','), (std::vector<std::string_view>{"a", "", "b", ""}));
  EXPECT_EQ(split("", ','), (std::vector<std::string_view>{""}));
  EXPECT_EQ(join(std::vector<std::string>{"a", "b"}, ", "), "a, b");
  EXPECT_EQ(trim(" \t a b\r\n"), "a b");
  EXPECT_EQ(trim("  "), "");
}

TEST(Utf8, KnowsWhatIsWellFormed) {
  constexpr auto kGood = std::string_view::npos;
  EXPECT_EQ(first_invalid_utf8("aé名😀"), kGood);
  EXPECT_EQ(first_invalid_utf8("\xED\x9F\xBF\xEE\x80\x80\xF4\x8F\xBF\xBF"), kGood);
  for (std::string_view bad : {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF",
                               "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xC3", "\xE2\x82", "\xF0\x9F\x98", "\xFF"}) {
    EXPECT_EQ(first_invalid_utf8("ok" + std::string(bad)), 2U) << testing::PrintToString(bad);
  }
}

// Every scalar value goes out and comes back, and is well formed; the first byte decides the length.
TEST(Utf8, EveryCodePointComesBack) {
  for (char32_t code = 0; code <= 0x10FFFF; ++code) {
    if (code >= 0xD800 && code <= 0xDFFF) continue;
    std::string text;
    append_utf8(text, code);
    size_t pos = 0;
    ASSERT_EQ(next_code_point(text, pos), code);
    ASSERT_EQ(pos, text.size());
    ASSERT_EQ(first_invalid_utf8(text), std::string_view::npos) << static_cast<uint32_t>(code);
  }
}

TEST(Utf8, BrokenBytesCountAsOneEach) {
  size_t pos = 0;
  EXPECT_EQ(next_code_point("\xE2\x82", pos), U'\uFFFD');
  EXPECT_EQ(pos, 1U);
  EXPECT_EQ(count_code_points("a\xFF é"), 4U);
}

TEST(DisplayWidth, CountsColumns) {
  EXPECT_EQ(display_width("abc"), 3U);
  EXPECT_EQ(display_width("é"), 1U);
  EXPECT_EQ(display_width("e\u0301"), 1U);
  EXPECT_EQ(display_width("名前"), 4U);
  EXPECT_EQ(display_width("😀"), 2U);
  EXPECT_EQ(display_width("ｱ"), 1U);
  EXPECT_EQ(display_width("\x1b\t\n\x7f"), 0U);
  EXPECT_EQ(display_width("→ × … ─"), 7U);
}

TEST(JsonQuote, IsAlwaysJson) {
  EXPECT_EQ(json_quote("a\"b\\c\n\r\t\b\f\x01é"), R"("a\"b\\c\n\r\t\b\f\u0001é")");
  EXPECT_EQ(json_quote("a\xFF\xC3z\xE2"), "\"a\uFFFD\uFFFDz\uFFFD\"");
}

TEST(ShellQuote, OnlyWhereNeeded) {
  EXPECT_EQ(shell_quote("network.fabric"), "network.fabric");
  EXPECT_EQ(shell_quote("nat[us-east-2c]"), "'nat[us-east-2c]'");
  EXPECT_EQ(shell_quote("it's"), "'it'\\''s'");
  EXPECT_EQ(shell_quote(""), "''");
  EXPECT_EQ(shell_quote("~"), "'~'");
}

TEST(NaturalLess, NumbersCountAsNumbers) {
  std::vector<std::string> names = {"w[10]", "w[2]", "a", "w[02]", "w", "w[2]x", "W", "w[18446744073709551616]"};
  std::sort(names.begin(), names.end(), natural_less);
  EXPECT_EQ(names, (std::vector<std::string>{"W", "a", "w", "w[02]", "w[2]", "w[2]x", "w[10]", "w[18446744073709551616]"}));
}

TEST(NaturalLess, IsAnOrder) {
  std::mt19937 random(7);
  std::vector<std::string> names;
  for (int i = 0; i < 120; ++i) {
    std::string name;
    for (int k = static_cast<int>(random() % 5); k >= 0; --k) name += "0012ab["[random() % 7];
    names.push_back(name);
  }
  for (const auto& a : names) {
    EXPECT_FALSE(natural_less(a, a));
    for (const auto& b : names) {
      EXPECT_EQ(!natural_less(a, b) && !natural_less(b, a), a == b) << a << ' ' << b;
      for (const auto& c : names) {
        if (natural_less(a, b) && natural_less(b, c)) {
          EXPECT_TRUE(natural_less(a, c)) << a << ' ' << b << ' ' << c;
        }
      }
    }
  }
}

TEST(Counts, AreWrittenForPeople) {
  EXPECT_EQ(with_thousands(0), "0");
  EXPECT_EQ(with_thousands(999), "999");
  EXPECT_EQ(with_thousands(1200), "1,200");
  EXPECT_EQ(with_thousands(1'234'567), "1,234,567");
  EXPECT_EQ(counted(1, "error"), "1 error");
  EXPECT_EQ(counted(0, "error"), "0 errors");
  EXPECT_EQ(counted(2000, "entry", "entries"), "2,000 entries");
}

TEST(NumberText, IsTheShortestThatReadsBack) {
  EXPECT_EQ(number_text(8.5), "8.5");
  EXPECT_EQ(number_text(3), "3");
  EXPECT_EQ(number_text(-0.25), "-0.25");
  EXPECT_EQ(number_text(0.1), "0.1");
  EXPECT_EQ(number_text(100000), "100000");
  EXPECT_EQ(number_text(1e15), "1000000000000000");
  EXPECT_EQ(number_text(2e30), "2e+30");
  EXPECT_EQ(number_text(1e-7), "1e-7");
  EXPECT_EQ(number_text(5e-324), "5e-324");
  EXPECT_EQ(number_text(123456789012345678), "123456789012345680");
}

TEST(NumberText, ReadsBackWhateverItIs) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 20'000; ++i) {
    double value = std::bit_cast<double>(random());
    if (!std::isfinite(value)) continue;
    std::string text = number_text(value);
    ASSERT_EQ(std::strtod(text.c_str(), nullptr), value) << text;
  }
}

}  // namespace
}  // namespace weft
