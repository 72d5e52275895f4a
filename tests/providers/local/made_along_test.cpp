// Folders that are made along with something go with the last that is in them, and no others do.
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <filesystem>

#include "providers/local/disk.h"
#include "providers/local/paths.h"
#include "tests/providers/local/fixture.h"

namespace weft::local {
namespace {

namespace fs = std::filesystem;

class MadeAlong : public LocalTest {
 protected:
  auto made(std::string_view path, std::string_view address = "x") -> Record {
    auto record = desk.create("local.File", o({{"path", s(path)}, {"content", s("x")}}), std::string(address));
    CHECK(record.has_value());
    return *record;
  }
  auto remove(const Record& record) -> bool {
    return desk.change(desk.step(driver::Change::kRemove, record, Value::null())).has_value();
  }
  auto there(std::string_view path) -> bool { return fs::exists(folder.path(path)); }
};

TEST_F(MadeAlong, GoesWithTheFile) {
  fs::create_directory(folder.path("kept"));
  auto record = made("kept/a/b/f");
  EXPECT_TRUE(remove(record));
  EXPECT_FALSE(there("kept/a"));
  EXPECT_TRUE(there("kept")) << "that was there before";
}

TEST_F(MadeAlong, NothingForAWayThatComesBack) {
  auto record = made("q/../b");
  EXPECT_TRUE(there("b"));
  EXPECT_FALSE(there("q"));
  EXPECT_TRUE(remove(record));
  EXPECT_FALSE(there("b"));
  // Above a link is what is above where it leads.
  fs::create_directories(folder.path("far/in"));
  fs::create_directory_symlink("far/in", folder.path("link"));
  auto beyond = made("link/../c", "y");
  EXPECT_TRUE(there("far/c"));
  EXPECT_FALSE(there("c"));
}

TEST_F(MadeAlong, GoesWithTheLastThatIsInIt) {
  for (bool first : {true, false}) {
    auto one = made("d/e/1");
    auto two = made("d/e/2");
    EXPECT_TRUE(remove(first ? one : two));
    EXPECT_TRUE(there("d/e"));
    desk.reopen();
    EXPECT_TRUE(remove(first ? two : one));
    EXPECT_FALSE(there("d")) << first;
  }
}

TEST_F(MadeAlong, GoesWhenARemovalIsSettledThatEndedInBetween) {
  auto record = made("d/e/f");
  auto removal = desk.step(driver::Change::kRemove, record, Value::null());
  fs::remove(folder.path("d/e/f"));
  EXPECT_EQ(desk.settle(removal).kind, Settled::Kind::kDone);
  EXPECT_FALSE(there("d"));
}

TEST_F(MadeAlong, StaysWhileOthersHaveSomethingInIt) {
  auto record = made("d/f");
  folder.write("d/theirs", "");
  EXPECT_TRUE(remove(record));
  EXPECT_TRUE(there("d/theirs"));
}

TEST_F(MadeAlong, StaysWhenItBelongsToSomebodyByNow) {
  auto record = made("d/f");
  ASSERT_TRUE(desk.create("local.Directory", o({{"path", s("d")}})));
  EXPECT_TRUE(remove(record));
  EXPECT_TRUE(there("d"));
}

TEST_F(MadeAlong, StaysWhenAnotherFabricMadeIt) {
  ASSERT_TRUE(make_parents(folder.path("d/f"), "other", "op"));
  auto record = made("d/f");
  EXPECT_TRUE(remove(record));
  EXPECT_TRUE(there("d"));
}

TEST_F(MadeAlong, GoesWithDirectoriesAndArchivesToo) {
  std::optional<Record> below = *desk.create("local.Directory", o({{"path", s("d/e")}}));
  auto archive = *desk.create("local.Archive", o({{"path", s("p/q.zip")}, {"format", s("zip")}, {"files", o({{"a", s("x")}})}}));
  EXPECT_TRUE(remove(*below));
  EXPECT_TRUE(remove(archive));
  EXPECT_FALSE(there("d"));
  EXPECT_FALSE(there("p"));
}

TEST_F(MadeAlong, IsNotLeftByACreateThatFails) {
  auto failed = desk.create("local.File", o({{"path", s("d/e/" + std::string(255, 'n'))}, {"content", s("x")}}));
  EXPECT_TRUE(failed) << "as long as a name may be";
  failed = desk.create("local.File", o({{"path", s("g/e/" + std::string(256, 'n'))}, {"content", s("x")}}));
  EXPECT_FALSE(failed);
  EXPECT_FALSE(there("g"));
}

// Killed before the folder has its name, and before the file has its own.
TEST_F(MadeAlong, IsNotLeftByACreateThatWasKilled) {
  auto record = Record{.address = "x", .type = &desk.type("local.File")};
  auto desired = desk.prepare("local.File", o({{"path", s("d/e/f")}, {"content", s("x")}})).desired;
  auto create = desk.step(driver::Change::kCreate, record, desired);
  fs::create_directories(folder.path("d"));
  fs::create_directory(folder.path("d/.weft-" + create.operation_id + ".dir"));
  EXPECT_EQ(desk.settle(create).kind, Settled::Kind::kNotDone);
  EXPECT_TRUE(fs::is_empty(folder.path("d")));
  ASSERT_TRUE(make_parents(folder.path("d/e/f"), create.fabric_id, create.operation_id));
  ASSERT_TRUE(make_parents(folder.path("g/f"), create.fabric_id, create.operation_id));
  EXPECT_EQ(desk.settle(create).kind, Settled::Kind::kNotDone);
  EXPECT_FALSE(there("d/e"));
  EXPECT_TRUE(there("d")) << "that was there before";
  EXPECT_TRUE(there("g")) << "somebody else's";
  // An earlier try's leftover is in nobody's way.
  fs::create_directory(folder.path("d/.weft-" + create.operation_id + ".dir"));
  ASSERT_TRUE(desk.change(create));
  auto names = names_in(folder.path("d"), 10);
  ASSERT_TRUE(names);
  EXPECT_EQ(*names, std::vector<std::string>{"e"});
  EXPECT_TRUE(is_made_along(folder.path("d/e"), create.fabric_id));
}

TEST_F(MadeAlong, ADirectoryThatIsAdoptedIsKeptForItself) {
  auto file = made("d/f");
  const auto& type = desk.type("local.Directory");
  auto found = desk.find("local.Directory", o({{"path", s("d")}}));
  ASSERT_TRUE(found && found->size() == 1);
  std::optional<Record> kept = Record{.address = "x", .type = &type};
  kept->identity = found->front().identity;
  kept->observed = kept->baseline = found->front().observed;
  kept->applied = desk.prepare("local.Directory", o({{"path", s("d")}})).desired;
  auto decision = desk.plan(kept, type, o({{"path", s("d")}}));
  EXPECT_EQ(decision.verdict, Verdict::kUpdate);
  EXPECT_FALSE(desk.apply(kept, type, decision));
  EXPECT_EQ(desk.plan(kept, type, o({{"path", s("d")}})).verdict, Verdict::kNone);
  EXPECT_TRUE(remove(file));
  EXPECT_TRUE(there("d"));
}

// Where a file system keeps no marks, the record remembers.
TEST_F(MadeAlong, IsRemembered) {
  auto record = made("d/e/f");
  for (auto name : {"d", "d/e"}) ::removexattr(folder.path(name).c_str(), "user.weft.made");
  auto call = desk.call();
  Value list = kept_made(call, {folder.path("d"), folder.path("d/e"), "/elsewhere"});
  EXPECT_EQ(display_text(list), R"(["d", "d/e", "/elsewhere"])");
  record.driver_data = with(record.driver_data, Path{}.member("made"), list);
  EXPECT_EQ(recorded_made(call, record.driver_data), (std::vector<std::string>{folder.path("d"), folder.path("d/e"), "/elsewhere"}));
  std::optional<Record> kept = record;
  const auto& type = desk.type("local.File");
  auto decision = desk.plan(kept, type, o({{"path", s("d/e/f")}, {"content", s("y")}}));
  EXPECT_FALSE(desk.apply(kept, type, decision));
  EXPECT_NE(kept->driver_data.get("made"), nullptr) << "an update forgot it";
  EXPECT_TRUE(remove(*kept));
  EXPECT_FALSE(there("d"));
}

TEST_F(MadeAlong, OneKeyForAllWaysToWriteAPath) {
  for (auto path : {"b", "./b", "a/../b", "b/", ".//b", "/w/b", "/w/x/../b/."}) EXPECT_EQ(path_key("/w", path), "/w/b") << path;
  EXPECT_EQ(path_key("/w", "../c"), "/c");
  EXPECT_EQ(path_key("/w", "."), "/w");
  EXPECT_EQ(path_key("/", ".."), "/");
  auto standing = desk.session().standing(desk.type("local.Directory"), o({{"path", s("x/y")}}));
  EXPECT_EQ(standing.key, path_key(folder.path(), "x/y"));
  ASSERT_GE(standing.inside.size(), 2U);
  EXPECT_EQ(standing.inside[0], path_key(folder.path(), "x"));
  EXPECT_EQ(standing.inside.back(), "/");
  auto file = desk.session().standing(desk.type("local.File"), o({{"path", s("x/y")}}));
  EXPECT_EQ(file.key, standing.key);
  EXPECT_EQ(file.inside, standing.inside);
  EXPECT_TRUE(file.full);
  EXPECT_FALSE(standing.full);
  EXPECT_EQ(desk.session().standing(desk.type("local.Data"), o({{"id", s("x")}})).key, "");
}

}  // namespace
}  // namespace weft::local
