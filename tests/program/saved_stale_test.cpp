// Each reason for which a saved plan is refused, by the program: said with what has changed, and nothing is done.
#include <cstdio>

#include <gtest/gtest.h>

#include "tests/support/program.h"

namespace weft::test {
namespace {

class Stale : public ::testing::Test {
 protected:
  void fabric(const std::string& text) { files().write("main.fabric", "fabric \"kept\" {}\n" + text); }
  auto files() -> const TempDir& { return program.files(); }
  auto run(const std::vector<std::string>& words, const std::vector<std::string>& variables = {}) -> Ran { return program.run(words, variables); }
  void good(const std::vector<std::string>& words, const std::vector<std::string>& variables = {}) {
    auto ran = run(words, variables);
    EXPECT_EQ(ran.exit, 0) << ran.all();
  }
  // Refused with all of these words.
  void stale(const std::vector<std::string>& words, const std::vector<std::string>& variables = {}) {
    auto ran = run({"apply", "p"}, variables);
    EXPECT_EQ(ran.exit, 3) << ran.all();
    EXPECT_NE(ran.out.find("p is stale: "), std::string::npos) << ran.all();
    EXPECT_NE(ran.out.find("Nothing was changed."), std::string::npos) << ran.all();
    for (const auto& word : words) EXPECT_NE(ran.out.find(word), std::string::npos) << word << "\n" << ran.all();
  }

  Program program;
};

TEST_F(Stale, AConfigurationFile) {
  fabric("resource a: local.Data { value = 1 }\n");
  files().write("more.fabric", "resource b: local.Data { value = 1 }\n");
  good({"plan", "--out", "p"});
  files().write("more.fabric", "resource b: local.Data { value = 2 }\n");
  stale({"the fabric's files have changed since", "more.fabric  changed"});
  files().write("new.fabric", "resource c: local.Data { value = 2 }\n");
  stale({"new.fabric  is new"});
  std::remove(files().path("new.fabric").c_str());
  std::remove(files().path("more.fabric").c_str());
  stale({"more.fabric  is gone"});
}

TEST_F(Stale, AFileThatAFunctionRead) {
  fabric("resource a: local.Data { value = file.text(\"in/text\") }\nresource b: local.Data { value = file.glob(\"in/*\") }\n");
  files().write("in/text", "one");
  good({"plan", "--out", "p"});
  files().write("in/text", "two");
  stale({"in/text  changed"});
  files().write("in/text", "one");
  files().write("in/more", "");
  stale({"in/*  matches other files"});
  std::remove(files().path("in/more").c_str());
  good({"apply", "p"});
}

TEST_F(Stale, AFileThatIsCopied) {
  fabric("resource a: local.File {\n  path   = \"out\"\n  source = \"in\"\n}\n");
  files().write("in", "one");
  good({"plan", "--out", "p"});
  files().write("in", "two");
  stale({"in  changed"});
  std::remove(files().path("in").c_str());
  stale({"in  is gone"});
  files().write("in", "one");
  good({"apply", "p"});
  EXPECT_EQ(files().read("out"), "one");
}

TEST_F(Stale, ASecretLookup) {
  fabric(R"(input text: string = "a"
resource pw: local.RandomPassword { length = 20 }
lookup token: local.Env { name = "TOKEN" }
resource a: local.File {
  path    = "a"
  content = "${text} ${token.secret_value}"
}
)");
  // Without a key nothing can be compared, and that is said.
  auto first = run({"plan", "--out", "p"}, {"TOKEN=one"});
  EXPECT_EQ(first.exit, 0) << first.all();
  EXPECT_NE(first.out.find("W0623"), std::string::npos) << first.all();
  good({"apply", "p"}, {"TOKEN=one"});
  auto second = run({"plan", "--set", "text=b", "--out", "p"}, {"TOKEN=one"});
  EXPECT_EQ(second.exit, 0) << second.all();
  EXPECT_EQ(second.out.find("W0623"), std::string::npos) << second.all();
  stale({"lookup token  gives something else now"}, {"TOKEN=two"});
  good({"apply", "p"}, {"TOKEN=one"});
  EXPECT_EQ(files().read("a"), "b one");
}

TEST_F(Stale, ASecretInput) {
  fabric(R"(input text: string = "a"
input token: secret string
resource pw: local.RandomPassword { length = 20 }
resource a: local.File {
  path    = "a"
  content = "${text} ${token}"
}
)");
  good({"apply", "--auto-approve"}, {"WEFT_INPUT_token=one"});
  good({"plan", "--set", "text=b", "--out", "p"}, {"WEFT_INPUT_token=one"});
  stale({"secret input token  another value than at plan"}, {"WEFT_INPUT_token=two"});
  good({"apply", "p"}, {"WEFT_INPUT_token=one"});
}

TEST_F(Stale, ARecordThatIsReadOnlyWhereWhatIsUsedDiffers) {
  fabric(R"(input text: string = "1"
resource read: local.Data { value = "same" }
resource a: local.Data { value = "${text} ${read.value}" }
resource b: local.Data { value = "${text} ${read.id}" }
)");
  good({"apply", "--auto-approve"});
  good({"plan", "--set", "text=2", "--only", "b", "--out", "p"});
  good({"apply", "--auto-approve", "--replace", "read", "--only", "read"});
  stale({"b  is not what was planned any more"});
  good({"plan", "--set", "text=2", "--only", "a", "--out", "p"});
  good({"apply", "--auto-approve", "--replace", "read", "--only", "read"});
  good({"apply", "p"});
  EXPECT_NE(run({"state", "show", "a"}).out.find("2 same"), std::string::npos);
}

TEST_F(Stale, AMemberOfAWholeCollection) {
  fabric(R"(input names: list<string> = ["a", "b"]
input text: string = "1"
resource member: local.Data for name in names { value = name }
resource reader: local.Data { value = "${text} ${string.join([for m in member: m.id], ",")}" }
resource other: local.Data { value = text }
)");
  good({"apply", "--auto-approve"});
  good({"plan", "--set", "text=2", "--out", "p"});
  // Somebody else adds one, and takes it away again.
  good({"apply", "--auto-approve", "--only", "member", "--set", "names=[\"a\",\"b\",\"c\"]"});
  stale({"member[c]  new in member, which is read as a whole"});
  good({"apply", "--auto-approve", "--only", "member"});
  good({"apply", "--auto-approve", "--only", "member", "--set", "names=[\"a\"]"});
  stale({"member[b]", "gone"});
}

TEST_F(Stale, AMemberThatNobodyReadsIsNoMatter) {
  fabric(R"(input names: list<string> = ["a"]
input text: string = "1"
resource member: local.Data for name in names { value = name }
resource other: local.Data { value = text }
)");
  good({"apply", "--auto-approve"});
  good({"plan", "--set", "text=2", "--only", "other", "--out", "p"});
  good({"apply", "--auto-approve", "--only", "member", "--set", "names=[\"a\",\"b\"]"});
  good({"apply", "p"});
}

TEST_F(Stale, ARecordThatItReliesOn) {
  fabric("input v: int = 1\nresource a: local.Data { value = v }\nresource b: local.Data { value = a.id }\n");
  good({"apply", "--auto-approve"});
  good({"plan", "--set", "v=2", "--out", "p"});
  good({"apply", "--auto-approve", "--set", "v=3"});
  stale({"a  @"});
}

}  // namespace
}  // namespace weft::test
