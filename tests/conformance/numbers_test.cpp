// The list itself: whole, each number where it is said to be, each excuse with a reason.
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "tests/conformance/subjects.h"

namespace weft::conformance {
namespace {

struct Row {
  int number;
  std::string_view where;
  std::string_view what;
};
#undef NUMBER
#define NUMBER(n, where, what) {n, where, what},
constexpr Row kNumbers[] = {
#include "tests/conformance/numbers.def"
};
#undef NUMBER

TEST(Numbers, AreOneToFiftyOne) {
  int expected = 1;
  for (const auto& row : kNumbers) EXPECT_EQ(row.number, expected++);
  EXPECT_EQ(expected, 52);
}

TEST(Numbers, OfTheHarnessBeginATest) {
  std::set<int> begun;
  std::regex begins("NUMBER\\((\\d+)\\)");
  for (const auto& entry : std::filesystem::directory_iterator(std::string(WEFT_SOURCE_DIR) + "/tests/conformance")) {
    if (!entry.path().string().ends_with("_test.cpp")) continue;
    std::ifstream in(entry.path());
    std::stringstream text;
    text << in.rdbuf();
    std::string all = text.str();
    for (std::sregex_iterator at(all.begin(), all.end(), begins), end; at != end; ++at) begun.insert(std::stoi((*at)[1]));
  }
  for (const auto& row : kNumbers) {
    EXPECT_EQ(begun.contains(row.number), row.where == "harness") << row.number << ": " << row.what;
  }
}

TEST(Numbers, AreExcusedWithAReasonAndOnlyOnce) {
  for (auto make : {&make_fake_subject, &make_local_subject}) {
    auto subject = make();
    std::set<int> seen;
    for (const auto& excuse : subject->excuses()) {
      EXPECT_TRUE(seen.insert(excuse.number).second) << subject->name() << " " << excuse.number;
      EXPECT_FALSE(excuse.reason.empty()) << subject->name() << " " << excuse.number;
      ASSERT_TRUE(excuse.number >= 1 && excuse.number <= 51);
      EXPECT_EQ(kNumbers[excuse.number - 1].where, "harness") << subject->name() << " " << excuse.number;
    }
  }
}

}  // namespace
}  // namespace weft::conformance
