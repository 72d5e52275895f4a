#include "engine/addr/address.h"
#include "engine/addr/stars.h"

#include <gtest/gtest.h>

namespace weft::addr {
namespace {

auto parsed(std::string_view text) -> Address {
  auto address = parse_address(text);
  EXPECT_TRUE(address) << text << ": " << (address ? "" : address.error().text);
  return address ? *address : Address{};
}

TEST(Address, TextFormsReadBack) {
  for (std::string_view text : {"vpc", "subnet[us-east-2a]", "node[0]", "node[-3]", "network.subnet[a]", "edge[a][0]",
                                "a[b.c].d", "w[\"0\"]", "w[\"-1\"]", "w[\"a b\"]", "w[\"\"]", "w[\"*\"]", "w[\"[x]\"]",
                                "w[\"#\"]", "w[\"q\\\"\\\\\"]", "w[\"\\n\"]", "w[ünïcode]", "w[9223372036854775807]",
                                "w[-9223372036854775808]", "_x9.y_"}) {
    EXPECT_EQ(parsed(text).text(), text);
  }
}

TEST(Address, QuotedKeysAreReadEverywhereAndWrittenWhereNeeded) {
  EXPECT_EQ(parsed("subnet[\"us-east-2a\"]").text(), "subnet[us-east-2a]");
  EXPECT_EQ(parsed("w[\"\\u0041\"]").text(), "w[A]");
  EXPECT_EQ(parsed("w[\"\\u00a0\"]").segments[0].keys[0], Key("\u00a0"));
  EXPECT_EQ(key_text("\u00a0").front(), '"');
}

TEST(Address, IntAndStringKeysStayApart) {
  EXPECT_EQ(std::get<int64_t>(parsed("w[7]").segments[0].keys[0]), 7);
  EXPECT_EQ(std::get<std::string>(parsed("w[\"7\"]").segments[0].keys[0]), "7");
  EXPECT_EQ(std::get<int64_t>(parsed("w[-7]").segments[0].keys[0]), -7);
  EXPECT_EQ(std::get<std::string>(parsed("w[\"-7\"]").segments[0].keys[0]), "-7");
}

TEST(Address, RefusesWhatIsNoAddress) {
  for (std::string_view text : {"", ".", "a.", ".a", "a..b", "a[", "a[]", "a]", "a[b", "a[\"b]", "a[\"b\"", "a[\"b\"x]", "a[*]",
                                "a b", "9a", "a-b", "a[007]", "a[+1]x", "a[99999999999999999999]", "a[b c]", "a#old-1",
                                "#output.x", "a[\"\\q\"]", "a[-0]", "a.b[c]d", "\xff", "a[\xc3]"}) {
    EXPECT_FALSE(parse_address(text)) << text;
  }
}

TEST(Address, IsBounded) {
  std::string deep = "a";
  for (int i = 1; i < 64; ++i) deep += ".a";
  EXPECT_TRUE(parse_address(deep));
  EXPECT_FALSE(parse_address(deep + ".a"));
  EXPECT_TRUE(parse_address("a[" + std::string(65'000, 'k') + "]"));
  EXPECT_FALSE(parse_address("a[" + std::string(65'536, 'k') + "]"));
}

TEST(Address, MessagesNameTheWayOut) {
  auto failure = parse_address("w[007]").error();
  EXPECT_EQ(failure.text, "`w[007]` is no address: the key `007`, which is no int");
  EXPECT_EQ(failure.hint, "a string of digits stands in quotes: [\"007\"]");
  EXPECT_EQ(parse_address("a b").error().text, "`a b` is no address: ` ` where `.`, `[` or the end should stand");
}

TEST(Address, Inside) {
  auto inside = [](std::string_view inner, std::string_view outer) { return parsed(inner).inside(parsed(outer)); };
  EXPECT_TRUE(inside("subnet[a]", "subnet"));
  EXPECT_TRUE(inside("subnet[a].x", "subnet"));
  EXPECT_TRUE(inside("subnet", "subnet"));
  EXPECT_TRUE(inside("edge[a][0]", "edge[a]"));
  EXPECT_TRUE(inside("net[a].subnet", "net"));
  EXPECT_FALSE(inside("subnet", "subnet[a]"));
  EXPECT_FALSE(inside("subnets", "subnet"));
  EXPECT_FALSE(inside("net[a].subnet", "net.subnet"));
  EXPECT_FALSE(inside("w[0]", "w[\"0\"]"));
}

TEST(Address, EnclosingTextsOutermostFirst) {
  using Texts = std::vector<std::string_view>;
  EXPECT_EQ(enclosing("a"), Texts{});
  EXPECT_EQ(enclosing("a[b][0].c"), (Texts{"a", "a[b]", "a[b][0]"}));
  EXPECT_EQ(enclosing("w[\"x]\\\".y\"].z"), (Texts{"w", "w[\"x]\\\".y\"]"}));
  EXPECT_EQ(enclosing("w[a.b]"), (Texts{"w"}));
  EXPECT_EQ(enclosing("#output.x"), (Texts{"#output"}));
  EXPECT_EQ(enclosing("net.web#old-1"), (Texts{"net", "net.web"}));
}

TEST(Address, NaturalOrder) {
  std::vector<std::string_view> sorted{"a", "a.b", "a[2]", "a[10]", "a[\"2\"]", "a[\"10\"]", "a[k2]", "a[k10]", "a2", "a10", "b[1][2]"};
  for (size_t i = 0; i < sorted.size(); ++i) {
    for (size_t j = 0; j < sorted.size(); ++j) {
      EXPECT_EQ(natural_less(parsed(sorted[i]), parsed(sorted[j])), i < j) << sorted[i] << " " << sorted[j];
    }
  }
  // Equal as numbers, different as texts: the order is total.
  EXPECT_NE(natural_less(parsed("a[k01]"), parsed("a[k1]")), natural_less(parsed("a[k1]"), parsed("a[k01]")));
}

TEST(Address, KeysAndValues) {
  EXPECT_EQ(key_of(Value::integer(4)), Key(int64_t{4}));
  EXPECT_EQ(key_of(Value::string("4")), Key("4"));
  EXPECT_EQ(value_of(Key("x")).as_string(), "x");
  EXPECT_EQ(value_of(Key(int64_t{-1})).as_int(), -1);
}

TEST(Selector, Matches) {
  auto matches = [](std::string_view selector, std::string_view address) {
    auto parts = parse_selector(selector);
    EXPECT_TRUE(parts) << selector;
    EXPECT_EQ(parts->text(), selector);
    return parts->matches(parsed(address));
  };
  EXPECT_TRUE(matches("subnet", "subnet"));
  EXPECT_TRUE(matches("subnet", "subnet[a]"));
  EXPECT_TRUE(matches("subnet[*]", "subnet[a]"));
  EXPECT_FALSE(matches("subnet[*]", "subnet"));
  EXPECT_TRUE(matches("subnet[a]", "subnet[a]"));
  EXPECT_FALSE(matches("subnet[a]", "subnet[b]"));
  EXPECT_TRUE(matches("edge[a]", "edge[a][0]"));
  EXPECT_TRUE(matches("edge[*][0]", "edge[a][0]"));
  EXPECT_FALSE(matches("edge[*][1]", "edge[a][0]"));
  EXPECT_TRUE(matches("network", "network.subnet[a]"));
  EXPECT_TRUE(matches("network.*", "network.subnet[a]"));
  EXPECT_FALSE(matches("network.*", "network"));
  EXPECT_TRUE(matches("*.subnet", "network.subnet[a]"));
  EXPECT_TRUE(matches("*", "vpc"));
  EXPECT_FALSE(matches("network.subnet", "network[a].subnet"));
  EXPECT_TRUE(matches("network[*].subnet", "network[a].subnet"));
  EXPECT_TRUE(matches("w[\"*\"]", "w[\"*\"]"));
  EXPECT_FALSE(matches("w[\"*\"]", "w[a]"));
}

TEST(Selector, RefusesWhatIsNone) {
  for (std::string_view text : {"", "*x", "*[a]", "a.", "a[", "a[*", "a*", "**"}) EXPECT_FALSE(parse_selector(text)) << text;
}

// `moved one[*].pw to two[*].pw`: what a record is called on the other side.
TEST(Stars, StandForTheKeysOfARecord) {
  auto renamed = [](std::string_view from, std::string_view to, std::string_view address) -> std::string {
    auto pattern = parse_selector(from);
    auto target = parse_selector(to);
    EXPECT_TRUE(pattern && target);
    auto keys = starred_keys(*pattern, address);
    return keys ? with_keys(*target, *keys).text() : "-";
  };
  EXPECT_EQ(renamed("one[*].pw", "two[*].pw", "one[a].pw"), "two[a].pw");
  EXPECT_EQ(renamed("one[*].pw", "two[*].pw", "one[\"1\"].pw[0]"), "two[\"1\"].pw");
  EXPECT_EQ(renamed("one[*].pw", "two[*].pw", "one.pw"), "-");
  EXPECT_EQ(renamed("one[*].pw", "two[*].pw", "one[a].pw#old-1f"), "-");
  EXPECT_EQ(renamed("one[*].pw", "two[*].pw", "other[a].pw"), "-");
  EXPECT_EQ(renamed("net.one[*].pw[*]", "pw[*][*]", "net.one[a].pw[3]"), "pw[a][3]");
  EXPECT_EQ(renamed("one[*]", "web[*].inner[x]", "one[b]"), "web[b].inner[x]");
}

}  // namespace
}  // namespace weft::addr
