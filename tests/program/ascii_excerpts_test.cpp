// With --ascii what is quoted of files is spelt in ASCII too.
#include <gtest/gtest.h>

#include "tests/support/program.h"

namespace weft::test {
namespace {

TEST(AsciiExcerpts, SpellWhatIsOutsideByItsNumber) {
  Program program;
  program.files().write("main.fabric", "fabric \"shop\" {}\nresource a: local.Data { value = \"é → ü\" + nowhere }\n");
  for (const std::vector<std::string>& words : {std::vector<std::string>{"check", "--ascii"}, {"plan", "--ascii"}, {"apply", "--ascii"}}) {
    auto ran = program.run(words);
    EXPECT_EQ(ran.exit, 1) << ran.all();
    for (char c : ran.out) ASSERT_LT(static_cast<unsigned char>(c), 0x80) << ran.all();
    EXPECT_NE(ran.out.find(R"(value = "\u{e9} \u{2192} \u{fc}" + nowhere)"), std::string::npos) << ran.all();
  }
}

}  // namespace
}  // namespace weft::test
