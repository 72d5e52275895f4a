// The list itself: whole, each number where it is said to be, each excuse with a reason.
#include <filesystem>
#include <fstream>
#include <map>
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

// Numbers that begin a test: as the first line of its body, so that one in a comment counts for nothing.
auto begun_in(std::string_view folder) -> std::set<int> {
  std::set<int> begun;
  std::regex begins("\nTEST(?:_F|_P)?\\([^\n]*\\) \\{\n  NUMBER\\((\\d+)\\);\n");
  for (const auto& entry : std::filesystem::recursive_directory_iterator(std::string(WEFT_SOURCE_DIR) + "/" + std::string(folder))) {
    if (!entry.path().string().ends_with("_test.cpp")) continue;
    std::ifstream in(entry.path());
    std::stringstream text;
    text << in.rdbuf();
    std::string all = text.str();
    for (std::sregex_iterator at(all.begin(), all.end(), begins), end; at != end; ++at) begun.insert(std::stoi((*at)[1]));
  }
  return begun;
}

TEST(Numbers, BeginATestWhereTheyAreSaidToBe) {
  std::map<std::string_view, std::set<int>> begun{{"harness", begun_in("tests/conformance")}};
  for (const auto& row : kNumbers) {
    if (row.where != "contract" && !begun.contains(row.where)) begun[row.where] = begun_in(row.where);
  }
  for (const auto& row : kNumbers) {
    for (const auto& [where, numbers] : begun) {
      EXPECT_EQ(numbers.contains(row.number), row.where == where) << row.number << " in " << where << ": " << row.what;
    }
  }
}

TEST(Numbers, AreExcusedWithAReasonAndOnlyOnce) {
  for (auto make : {&make_fake_subject, &make_local_subject, &make_http_subject}) {
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
