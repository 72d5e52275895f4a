// --only of what belongs to a later stage: what it needs comes along, though nobody can evaluate yet what that is.
#include <filesystem>

#include <gtest/gtest.h>

#include "tests/support/program.h"

namespace weft::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFabric = R"(fabric "later" {}
resource pet: local.RandomPet { words = 2 }
resource letter: local.File {
  path    = "letter.txt"
  content = "dear"
}
resource beside: local.File {
  path    = "beside.txt"
  content = "nobody asked"
}
let greeting = "${letter.sha256} all"
resource word: local.File for w in string.split(pet.id, "-") {
  path    = "out/${w}.txt"
  content = "${greeting} ${w}"
}
resource list: local.File {
  path    = "list.txt"
  content = string.join([for w, one in word: one.path], "\n")
}
resource last: local.File {
  path    = "last.txt"
  content = list.sha256
}
)";

class OnlyLater : public ::testing::Test {
 protected:
  void SetUp() override { program.files().write("main.fabric", kFabric); }
  void applies(const std::string& name) {
    auto ran = program.run({"apply", "--auto-approve", "--only", name});
    EXPECT_EQ(ran.exit, 0) << ran.out;
    EXPECT_FALSE(there("beside.txt")) << ran.out;
  }
  auto there(const std::string& name) -> bool { return fs::exists(program.files().path(name)); }
  Program program;
};

TEST_F(OnlyLater, BringsWhatItsBodyNames) {
  applies("word");
  auto words = fs::directory_iterator(program.files().path("out"));
  EXPECT_EQ(std::distance(begin(words), end(words)), 2);
  EXPECT_TRUE(there("letter.txt"));
  EXPECT_FALSE(there("list.txt"));
}

TEST_F(OnlyLater, BringsWhatOtherLaterWorkWaitsFor) {
  applies("last");
  for (const char* name : {"letter.txt", "list.txt", "last.txt"}) EXPECT_TRUE(there(name)) << name;
}

TEST_F(OnlyLater, IsLeftOutWithWhatItsBodyNames) {
  auto ran = program.run({"apply", "--auto-approve", "--except", "letter"});
  EXPECT_EQ(ran.exit, 0) << ran.out;
  EXPECT_TRUE(there("beside.txt")) << ran.out;
  for (const char* name : {"letter.txt", "out", "list.txt", "last.txt"}) EXPECT_FALSE(there(name)) << name << "\n" << ran.out;
}

}  // namespace
}  // namespace weft::test
