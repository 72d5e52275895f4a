// Settling when the files no longer say what was sent: what is there is shown to a person, and no path is guessed.
#include <filesystem>

#include "tests/providers/local/fixture.h"

namespace weft::local {
namespace {

using Unsaid = LocalTest;

TEST_F(Unsaid, CreatesOfAKnownPathAreAskedAbout) {
  std::filesystem::create_directory(folder.path("there"));
  folder.write("there.txt", "x");
  for (const char* type : {"local.File", "local.Archive", "local.Directory"}) {
    std::string name = type == std::string_view("local.Directory") ? "there" : "there.txt";
    Record record{.address = "x", .type = &desk.type(type), .identity = o({{"path", s(name)}})};
    auto step = desk.step(driver::Change::kCreate, record, Value::null());
    auto found = desk.settle(step);
    EXPECT_EQ(found.kind, Settled::Kind::kFound) << type << ": " << found.why;
    ASSERT_EQ(found.candidates.size(), 1U) << type;
    EXPECT_EQ(text(found.candidates[0].identity, "path"), name);
    EXPECT_TRUE(found.candidates[0].mark.empty());
    step.instance.identity = o({{"path", s("missing")}});
    EXPECT_EQ(desk.settle(step).kind, Settled::Kind::kNotDone) << type;
  }
}

TEST_F(Unsaid, WithoutAPathNothingIsTold) {
  for (const char* type : {"local.File", "local.Archive", "local.Directory"}) {
    Record none{.address = "x", .type = &desk.type(type)};
    for (auto change : {driver::Change::kCreate, driver::Change::kRemove}) {
      EXPECT_EQ(desk.settle(desk.step(change, none, Value::null())).kind, Settled::Kind::kUnknown) << type;
    }
  }
}

TEST_F(Unsaid, UpdatesAreLeftToTheNextPlan) {
  std::filesystem::create_directory(folder.path("there"));
  std::filesystem::permissions(folder.path("there"), std::filesystem::perms(0755));
  Record record{.address = "x", .type = &desk.type("local.Directory"), .identity = o({{"path", s("there")}})};
  EXPECT_EQ(desk.settle(desk.step(driver::Change::kUpdate, record, Value::null())).kind, Settled::Kind::kNotDone);
}

// The same declaration means other bytes, once its source was edited: what a killed create made would be forgotten.
TEST_F(Unsaid, ACopyOfWhatHasChangedSinceIsAskedAbout) {
  folder.write("source.txt", "one");
  Record none{.address = "x", .type = &desk.type("local.File")};
  auto step = desk.step(driver::Change::kCreate, none, o({{"path", s("copy.txt")}, {"source", s("source.txt")}, {"mode", s("0644")}}));
  EXPECT_EQ(desk.settle(step).kind, Settled::Kind::kNotDone);
  ASSERT_TRUE(desk.change(step));
  EXPECT_EQ(desk.settle(step).kind, Settled::Kind::kDone);
  auto is_asked = [&] {
    auto found = desk.settle(step);
    EXPECT_EQ(found.kind, Settled::Kind::kFound) << found.why;
    ASSERT_EQ(found.candidates.size(), 1U);
    EXPECT_EQ(text(found.candidates[0].identity, "path"), "copy.txt");
    EXPECT_EQ(text(found.candidates[0].observed, "content"), "one");
  };
  folder.write("source.txt", "two");
  is_asked();
  std::filesystem::remove(folder.path("source.txt"));
  is_asked();
  std::filesystem::remove(folder.path("copy.txt"));
  EXPECT_EQ(desk.settle(step).kind, Settled::Kind::kNotDone);
  // An update has its record, which the next plan compares.
  folder.write("copy.txt", "one");
  auto update = desk.step(driver::Change::kUpdate, none, step.desired);
  EXPECT_EQ(desk.settle(update).kind, Settled::Kind::kNotDone);
}

}  // namespace
}  // namespace weft::local
