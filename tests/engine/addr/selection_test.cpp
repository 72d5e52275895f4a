#include "engine/addr/selection.h"

#include <gtest/gtest.h>

namespace weft::addr {
namespace {

TEST(Selection, Choices) {
  struct Case {
    const char* text;
    const char* address;
    bool matches;
  };
  for (const auto& one : std::initializer_list<Case>{
           {"web", "web", true},
           {"web", "web[a]", true},
           {"web", "web.db", true},
           {"web", "webs", false},
           {"web[*]", "web[a]", true},
           {"web[*]", "web", false},
           {"web[\"1\"]", "web[1]", false},
           {"net.*", "net.vpc", true},
           // Rows of the state's own go by their whole name, and by nothing else.
           {"web", "web#old-1f2e", false},
           {"web[*]", "web[a]#old-1f2e", false},
           {"*", "web#old-1f2e", false},
           {"web#old-1f2e", "web#old-1f2e", true},
           {"web#old-1f2e", "web", false},
           {"web#old-1f2e", "web#old-1f", false},
           {"n[\"#\"].web[a]#old-0", "n[\"#\"].web[a]#old-0", true},
           {"w[\"#old-1\"]", "w[\"#old-1\"]", true},
           {"w", "w[\"#old-1\"]", true},
       }) {
    auto choice = parse_choice(one.text);
    ASSERT_TRUE(choice) << one.text;
    EXPECT_EQ(choice->matches(one.address), one.matches) << one.text << " " << one.address;
  }
}

TEST(Selection, RefusesWhatNamesNothing) {
  for (std::string_view text : {"", "a.", "a[", "web#old-", "web#old-xyz", "web#new-1", "#old-1", "#output.x", "web#old-1.b", "web[*]#old-1"}) {
    EXPECT_FALSE(parse_choice(text)) << text;
  }
  auto refused = Selection::of({"web", "a["});
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().text.find("`a[`"), std::string::npos) << refused.error().text;
}

TEST(Selection, ReachesIntoWhatHasNoMembersYet) {
  auto reaches = [](const char* text, const char* collection) { return parse_choice(text)->reaches_into(collection); };
  EXPECT_TRUE(reaches("record", "record"));
  EXPECT_TRUE(reaches("record[a]", "record"));
  EXPECT_TRUE(reaches("record[*]", "record"));
  EXPECT_TRUE(reaches("net.record[a].x", "net.record"));
  EXPECT_TRUE(reaches("net", "net.record"));
  EXPECT_FALSE(reaches("records", "record"));
  EXPECT_FALSE(reaches("record", "records"));
  EXPECT_FALSE(reaches("record#old-1", "record"));
}

TEST(Selection, AnyOfThem) {
  auto selection = Selection::of({"a", "b[*]", "c#old-1"});
  ASSERT_TRUE(selection);
  for (auto text : {"a", "a[1]", "b[x]", "c#old-1"}) EXPECT_TRUE(selection->matches(text)) << text;
  for (auto text : {"b", "c", "c#old-2", "d"}) EXPECT_FALSE(selection->matches(text)) << text;
  EXPECT_FALSE(Selection().matches("a"));
  EXPECT_TRUE(Selection().empty());
}

TEST(Selection, Likely) {
  std::vector<std::string> known{"subnet", "subnet[us-east-2a]", "vpc"};
  EXPECT_EQ(likely("subnt", known), "subnet");
  EXPECT_EQ(likely("subnet[us-east-2b]", known), "subnet[us-east-2a]");
  EXPECT_EQ(likely("database", known), "");
}

}  // namespace
}  // namespace weft::addr
