// What was there before its create stays when its record goes, until an update has changed what it holds.
#include <sys/stat.h>

#include <filesystem>

#include "tests/providers/local/fixture.h"

namespace weft::local {
namespace {

namespace fs = std::filesystem;

class WasThere : public LocalTest {
 protected:
  auto file(std::string_view content, std::string_view mode = "0644") -> Value {
    return o({{"path", s("a.txt")}, {"content", s(content)}, {"mode", s(mode)}});
  }
  auto archive(std::string_view content) -> Value {
    return o({{"path", s("a.zip")}, {"format", s("zip")}, {"files", o({{"a", s(content)}})}});
  }
  void theirs(std::string_view name, uint32_t mode = 0755) {
    fs::create_directory(folder.path(name));
    ::chmod(folder.path(name).c_str(), mode);
  }
  auto removal(const Record& record) { return desk.step(driver::Change::kRemove, record, Value::null()); }
  auto update(std::optional<Record>& record, Value desired) {
    const auto& type = *record->type;
    auto decision = desk.plan(record, type, std::move(desired));
    EXPECT_EQ(decision.verdict, Verdict::kUpdate);
    EXPECT_FALSE(desk.apply(record, type, decision));
  }
  auto there(std::string_view path) -> bool { return fs::exists(folder.path(path)); }
};

TEST_F(WasThere, AFolderStays) {
  theirs("d");
  auto record = desk.create("local.Directory", o({{"path", s("d")}}));
  ASSERT_TRUE(record);
  EXPECT_TRUE(desk.change(removal(*record)));
  EXPECT_TRUE(there("d"));
  folder.write("d/theirs", "");
  EXPECT_TRUE(desk.change(removal(*record))) << "nothing stands in the way of what is not done";
  EXPECT_EQ(desk.settle(removal(*record)).kind, Settled::Kind::kDone);
  EXPECT_TRUE(there("d/theirs"));
}

TEST_F(WasThere, AFolderStaysWhenItsModeWasUpdated) {
  theirs("d");
  std::optional<Record> record = *desk.create("local.Directory", o({{"path", s("d")}}));
  update(record, o({{"path", s("d")}, {"mode", s("0750")}}));
  EXPECT_TRUE(desk.change(removal(*record)));
  EXPECT_TRUE(there("d"));
}

TEST_F(WasThere, AFolderThatIsMadeAnewGoes) {
  theirs("d");
  ASSERT_TRUE(desk.create("local.Directory", o({{"path", s("d")}})));
  fs::remove(folder.path("d"));
  auto record = desk.create("local.Directory", o({{"path", s("d")}}));
  EXPECT_TRUE(desk.change(removal(*record)));
  EXPECT_FALSE(there("d"));
}

TEST_F(WasThere, AFolderMadeAlongByThisFabricIsNone) {
  ASSERT_TRUE(desk.create("local.File", o({{"path", s("d/f")}, {"content", s("x")}})));
  auto record = desk.create("local.Directory", o({{"path", s("d")}}), "y");
  ASSERT_TRUE(record);
  fs::remove(folder.path("d/f"));
  EXPECT_TRUE(desk.change(removal(*record)));
  EXPECT_FALSE(there("d"));
}

TEST_F(WasThere, WhatAKilledCreateMadeIsNone) {
  Record none{.address = "x", .type = &desk.type("local.Directory")};
  auto step = desk.step(driver::Change::kCreate, none, o({{"path", s("d")}, {"mode", s("0755")}}));
  ASSERT_TRUE(desk.change(step));
  auto settled = desk.settle(step);
  ASSERT_EQ(settled.kind, Settled::Kind::kDone);
  Record record = none;
  Desk::keep(record, step.desired, settled.result);
  EXPECT_TRUE(desk.change(removal(record)));
  EXPECT_FALSE(there("d"));
}

TEST_F(WasThere, AFileStays) {
  folder.write("a.txt", "same");
  std::optional<Record> record = *desk.create("local.File", file("same"));
  EXPECT_TRUE(desk.change(removal(*record)));
  EXPECT_EQ(desk.settle(removal(*record)).kind, Settled::Kind::kDone);
  EXPECT_EQ(folder.read("a.txt"), "same");
  update(record, file("same", "0600"));
  EXPECT_TRUE(desk.change(removal(*record)));
  EXPECT_EQ(folder.read("a.txt"), "same");
}

TEST_F(WasThere, AFileGoesOnceItsContentIsOurs) {
  folder.write("a.txt", "same");
  std::optional<Record> record = *desk.create("local.File", file("same"));
  update(record, file("ours"));
  EXPECT_TRUE(desk.change(removal(*record)));
  EXPECT_FALSE(there("a.txt"));
}

TEST_F(WasThere, AFileGoesWhenTheUpdateThatMadeItOursIsSettled) {
  folder.write("a.txt", "same");
  Record record = *desk.create("local.File", file("same"));
  auto update = desk.step(driver::Change::kUpdate, record, file("ours"), {Path{}.member("content")});
  ASSERT_TRUE(desk.change(update));
  Desk::keep(record, update.desired, desk.settle(update).result);
  EXPECT_TRUE(desk.change(removal(record)));
  EXPECT_FALSE(there("a.txt"));
}

TEST_F(WasThere, ASecretFileStaysToo) {
  folder.write("a.txt", "hunter2-hunter2");
  auto record = desk.create("local.File", o({{"path", s("a.txt")}, {"content", s("hunter2-hunter2").as_secret()}}));
  ASSERT_TRUE(record);
  EXPECT_TRUE(desk.change(removal(*record)));
  EXPECT_TRUE(there("a.txt"));
}

TEST_F(WasThere, AnArchiveStaysUntilItIsPackedAnew) {
  ASSERT_TRUE(desk.create("local.Archive", archive("one")));
  std::optional<Record> record = *desk.create("local.Archive", archive("one"), "y");
  EXPECT_TRUE(desk.change(removal(*record)));
  EXPECT_EQ(desk.settle(removal(*record)).kind, Settled::Kind::kDone);
  EXPECT_TRUE(there("a.zip"));
  update(record, archive("two"));
  EXPECT_TRUE(desk.change(removal(*record)));
  EXPECT_FALSE(there("a.zip"));
}

TEST_F(WasThere, TheCreateSaysSo) {
  folder.write("a.txt", "same");
  Record none{.address = "x", .type = &desk.type("local.File")};
  auto made = desk.change(desk.step(driver::Change::kCreate, none, file("same")));
  ASSERT_TRUE(made);
  ASSERT_EQ(made->warnings.size(), 1U);
  EXPECT_EQ(made->warnings[0], "`a.txt` was there already: it stays when this is destroyed");
}

}  // namespace
}  // namespace weft::local
