// `weft docs NAME`: what it explains, and that it is readable.
#include <gtest/gtest.h>

#include <string>

#include "tests/support/program.h"

namespace weft {
namespace {

TEST(DocsVerb, ExplainsTheWordsOfTheLanguage) {
  test::Program program;
  for (const auto& [name, said] : {std::pair<std::string, std::string>{"resource", "resource NAME: TYPE"}, {"@protect", "destroy or replace it is"},
                                   {"weft.Outputs", "another fabric's last apply"}, {"lookup", "Reads something"}, {"then", "if CONDITION then A else B"}}) {
    auto ran = program.run({"docs", name});
    EXPECT_EQ(ran.exit, 0) << ran.all();
    EXPECT_NE(ran.out.find(said), std::string::npos) << ran.all();
  }
  // What is a verb as well is both.
  auto both = program.run({"docs", "check"});
  EXPECT_NE(both.out.find("weft check [OPTIONS]"), std::string::npos) << both.all();
  EXPECT_NE(both.out.find("check \"TEXT\" {"), std::string::npos) << both.all();
  auto wrong = program.run({"docs", "@protct"});
  EXPECT_EQ(wrong.exit, 1);
  EXPECT_NE(wrong.out.find("@protect"), std::string::npos) << wrong.all();
}

TEST(DocsVerb, NoCodeShowsItsHoles) {
  test::Program program;
  for (const char* code : {"E0304", "E0611", "E0213", "E0402"}) {
    auto ran = program.run({"docs", code});
    EXPECT_EQ(ran.exit, 0) << ran.all();
    for (const char* hole : {"{0}", "{1}", "{2}"}) EXPECT_EQ(ran.out.find(hole), std::string::npos) << ran.all();
    EXPECT_NE(ran.out.find(code), std::string::npos);
  }
}

}  // namespace
}  // namespace weft
