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

TEST(Ascii, HelpAndMistakes) {
  Program program;
  // With and without a terminal, whose width cuts lines.
  auto plain = [&](std::vector<std::string> words, int exit) {
    words.push_back("--ascii");
    for (uint16_t columns : {uint16_t{0}, uint16_t{80}}) {
      auto ran = program.run(RunRequest{.arguments = words, .columns = columns});
      EXPECT_EQ(ran.exit, exit) << ran.all();
      for (char c : ran.out) {
        if (static_cast<unsigned char>(c) >= 0x80) return ADD_FAILURE() << words.front() << "\n" << ran.all();
      }
      EXPECT_EQ(ran.out.find("\\u{"), std::string::npos) << ran.all();
    }
  };
  plain({"--help"}, 0);
  plain({"state", "--help"}, 0);
  for (const char* verb : {"init", "fmt", "check", "plan", "apply", "drift", "destroy", "show", "output", "why", "graph", "console", "docs", "adopt", "forget",
                           "recover", "unlock", "version", "completion"}) {
    plain({verb, "--help"}, 0);
    plain({"help", verb}, 0);
  }
  plain({"forget"}, 64);
  plain({"aply"}, 64);
  plain({"docs", "E0101"}, 0);
  plain({"docs", "local.File"}, 0);
  plain({"docs", "string.repeat"}, 0);
  std::string_view mistakes[] = {
      "resource a: local.Fil { path = \"x\" }",
      "resource a: local.File {\n\tpath = 5\n\tcontent = [1,\n}",
      "input n: int = \"many\"\noutput o = missing.thing + 1",
      "output o = \"a long line that no terminal of that width shows whole, so that something must stand for what is left out\" + nothing + 5",
      "resource a: local.Data { value = b }\nresource b: local.Data { value = a }",
  };
  for (auto text : mistakes) {
    program.files().write("main.fabric", "fabric \"shop\" {}\n" + std::string(text) + "\n");
    plain({"check"}, 1);
    plain({"plan"}, 1);
  }
}

}  // namespace
}  // namespace weft::test
