// With --ascii nothing that Weft says itself is outside ASCII, whatever the verb.
#include <gtest/gtest.h>

#include "tests/support/program.h"

namespace weft::test {
namespace {

TEST(Ascii, EveryVerbThatSaysSomething) {
  Program program;
  program.files().write("main.fabric", R"(fabric "shop" {}
input text: string = "one"
resource a: local.File for n in ["x", "y"] {
  path    = "out/${n}"
  content = text
}
resource b: local.File {
  path    = "b"
  content = a["x"].content
}
output o = b.content
)");
  auto plain = [&](std::vector<std::string> words, int exit) {
    words.push_back("--ascii");
    auto ran = program.run(words);
    EXPECT_EQ(ran.exit, exit) << ran.all();
    for (char c : ran.out) {
      if (static_cast<unsigned char>(c) >= 0x80) return ADD_FAILURE() << words.front() << "\n" << ran.all();
    }
    EXPECT_EQ(ran.out.find("\\u{"), std::string::npos) << ran.all();
  };
  plain({"plan"}, 0);
  plain({"apply", "--auto-approve"}, 0);
  plain({"plan", "--set", "text=two"}, 0);
  plain({"plan", "--full", "--set", "text=two", "--only", "a"}, 0);
  plain({"plan", "--markdown", "--set", "text=two"}, 0);
  plain({"why", "a[x]", "--set", "text=two"}, 0);
  plain({"graph"}, 0);
  program.files().write("b", "drifted");
  plain({"drift"}, 2);
  plain({"state", "list"}, 0);
  plain({"state", "show", "b"}, 0);
  plain({"state", "mv", "b", "c"}, 0);
  plain({"state", "mv", "c", "b"}, 0);
  plain({"state", "history"}, 0);
  plain({"recover"}, 0);
  plain({"forget", "a[y]"}, 0);
  plain({"destroy", "--auto-approve"}, 0);
}

}  // namespace
}  // namespace weft::test
