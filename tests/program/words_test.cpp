// What reports and hints say: true, and fit to be typed.
#include <gtest/gtest.h>

#include "tests/support/program.h"

namespace weft {
namespace {

constexpr const char* kShop = R"(fabric "shop" {}
resource pet: local.RandomPet { words = 2 }
resource note: local.File {
  path    = "note"
  content = "x"
}
output pet = pet.id
)";

TEST(Words, TheWayBackFromDriftNamesBothOptions) {
  test::Program program;
  program.files().write("main.fabric", kShop);
  ASSERT_EQ(program.run({"apply", "--auto-approve"}).exit, 0);
  program.files().write("note", "y");
  auto ran = program.run({"drift", "--fix"});
  EXPECT_EQ(ran.exit, 3) << ran.all();
  EXPECT_NE(ran.out.find("weft drift --fix --auto-approve"), std::string::npos) << ran.all();
}

TEST(Words, AnOutputThatWasNotThereIsNew) {
  test::Program program;
  program.files().write("main.fabric", kShop);
  auto ran = program.run({"plan", "--env", "prod"});
  EXPECT_NE(ran.out.find("Outputs: pet is new (known after pet)"), std::string::npos) << ran.all();
  ASSERT_EQ(program.run({"apply", "--auto-approve"}).exit, 0);
  ran = program.run({"plan", "--replace", "pet"});
  EXPECT_NE(ran.out.find("Outputs: pet changes (known after pet)"), std::string::npos) << ran.all();
}

TEST(Words, TheLastLineOfAPlanToDestroySaysWhatItWould) {
  test::Program program;
  program.files().write("main.fabric", kShop);
  ASSERT_EQ(program.run({"apply", "--auto-approve"}).exit, 0);
  EXPECT_EQ(program.run({"plan", "--destroy", "--quiet"}).out, "Would destroy 2. Nothing was changed.\n");
}

TEST(Words, AnUnknownStartIsRefusedWhereThereIsAFabricToo) {
  test::Program program;
  program.files().write("main.fabric", kShop);
  auto ran = program.run({"init", "--from", "nix"});
  EXPECT_EQ(ran.exit, 1) << ran.all();
  EXPECT_NE(ran.out.find("nothing called `nix`"), std::string::npos) << ran.all();
  EXPECT_NE(ran.out.find("local, empty"), std::string::npos) << ran.all();
  EXPECT_EQ(program.run({"init", "--from", "local"}).exit, 0);
}

TEST(Words, TooManyAtATimeIsNotCalledNoNumber) {
  test::Program program;
  program.files().write("main.fabric", kShop);
  auto ran = program.run({"apply", "--parallel", "99999999999"});
  EXPECT_EQ(ran.exit, 64);
  EXPECT_EQ(ran.out.find("is no number"), std::string::npos) << ran.all();
}

TEST(Words, HelpOfWhatIsNoVerbIsNotThatOfAll) {
  test::Program program;
  auto family = program.run({"help", "state"});
  EXPECT_EQ(family.exit, 0);
  EXPECT_NE(family.out.find("weft state backup"), std::string::npos) << family.all();
  auto wrong = program.run({"help", "plna"});
  EXPECT_EQ(wrong.exit, 64) << wrong.all();
  EXPECT_NE(wrong.out.find("weft plan"), std::string::npos) << wrong.all();
}

TEST(Words, ADrawingThatCannotBeWrittenIsSaidBeforeAnythingIsDone) {
  test::Program program;
  program.files().write("main.fabric", kShop);
  auto ran = program.run({"apply", "--auto-approve", "--junit", "no/such/folder.xml"});
  EXPECT_EQ(ran.exit, 1) << ran.all();
  EXPECT_NE(ran.out.find("writing no/such/folder.xml: No such file"), std::string::npos) << ran.all();
  EXPECT_NE(ran.out.find("Nothing was changed"), std::string::npos) << ran.all();
  ASSERT_EQ(program.run({"apply", "--auto-approve"}).exit, 0);
  ran = program.run({"apply", "--auto-approve", "--junit", "none.xml"});
  EXPECT_EQ(ran.exit, 0) << ran.all();
  EXPECT_NE(program.files().read("none.xml").find("<testsuite"), std::string::npos) << "also of nothing to do";
  ran = program.run({"state", "backup", "note"});
  EXPECT_EQ(ran.exit, 1) << ran.all();
  EXPECT_NE(ran.out.find("note is no folder"), std::string::npos) << ran.all();
}

}  // namespace
}  // namespace weft
