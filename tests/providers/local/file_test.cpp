#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "lang/base/digest.h"
#include "providers/local/paths.h"
#include "tests/providers/local/fixture.h"

namespace weft::local {
namespace {

namespace fs = std::filesystem;

class File : public LocalTest {
 protected:
  const driver::TypeSchema& type = desk.type("local.File");

  auto mode_of(std::string_view name) -> unsigned {
    struct stat facts {};
    EXPECT_EQ(::stat(folder.path(name).c_str(), &facts), 0);
    return facts.st_mode & 07777U;
  }
  // What stands in the folder of `name`, leftovers of writing among it.
  auto names(std::string_view name = "") -> std::vector<std::string> {
    std::vector<std::string> out;
    for (const auto& entry : fs::directory_iterator(folder.path(name))) out.push_back(entry.path().filename().string());
    std::ranges::sort(out);
    return out;
  }
  auto file(std::string_view content) -> Value { return o({{"path", s("a.txt")}, {"content", s(content)}}); }
};

TEST_F(File, IsWrittenWithItsFoldersModeAndDigest) {
  auto made = desk.create("local.File", o({{"path", s("x/y/a.txt")}, {"content", s("hello\n")}, {"mode", s("640")}}));
  ASSERT_TRUE(made) << made.error().text;
  EXPECT_EQ(folder.read("x/y/a.txt"), "hello\n");
  EXPECT_EQ(mode_of("x/y/a.txt"), 0640U);
  EXPECT_EQ(mode_of("x"), 0755U);
  EXPECT_EQ(text(made->observed, "sha256"), hex(view(sha256("hello\n"))));
  EXPECT_EQ(*made->observed.get("size"), Value::size(6));
  EXPECT_EQ(text(made->observed, "mode"), "0640");
  EXPECT_EQ(text(made->identity, "path"), "x/y/a.txt");
  EXPECT_EQ(names("x/y"), (std::vector<std::string>{"a.txt"}));
}

TEST_F(File, TakesBase64AndCopies) {
  folder.write("from.bin", std::string("\0\xff\x01", 3));
  auto encoded = desk.create("local.File", o({{"path", s("b")}, {"content_base64", s("AP8B")}}));
  auto copied = desk.create("local.File", o({{"path", s("c")}, {"source", s("from.bin")}}));
  ASSERT_TRUE(encoded);
  ASSERT_TRUE(copied);
  EXPECT_EQ(folder.read("b"), folder.read("from.bin"));
  EXPECT_EQ(folder.read("c"), folder.read("from.bin"));
  EXPECT_EQ(text(encoded->observed, "content_base64"), "AP8B");
  EXPECT_EQ(text(encoded->observed, "content"), "(absent)");
}

TEST_F(File, AbsolutePathsStandForThemselves) {
  auto path = folder.path("abs.txt");
  Desk elsewhere(*local, "/nowhere");
  ASSERT_TRUE(elsewhere.create("local.File", o({{"path", s(path)}, {"content", s("x")}})));
  EXPECT_EQ(folder.read("abs.txt"), "x");
}

TEST_F(File, CreateNeverOverwrites) {
  folder.write("a.txt", "theirs");
  auto made = desk.create("local.File", file("ours"), "motd");
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().failure, FailureClass::kExists);
  EXPECT_EQ(made.error().happened, Happened::kNo);
  EXPECT_EQ(made.error().text, "`a.txt` exists already with other content");
  EXPECT_EQ(folder.read("a.txt"), "theirs");
  EXPECT_EQ(names(), (std::vector<std::string>{"a.txt"}));
}

TEST_F(File, CreateOverTheVerySameContentIsDone) {
  folder.write("a.txt", "same");
  ::chmod(folder.path("a.txt").c_str(), 0600);
  auto made = desk.create("local.File", file("same"));
  ASSERT_TRUE(made);
  EXPECT_EQ(mode_of("a.txt"), 0644U);
  EXPECT_EQ(text(made->observed, "mode"), "0644");
}

TEST_F(File, CreateOverAFolderOrDanglingLinkIsRefused) {
  fs::create_directory(folder.path("a.txt"));
  auto made = desk.create("local.File", file("x"));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().text, "`a.txt` is a folder");
  fs::remove(folder.path("a.txt"));
  fs::create_symlink("nowhere", folder.path("a.txt"));
  made = desk.create("local.File", file("x"));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().failure, FailureClass::kExists);
  EXPECT_FALSE(fs::exists(folder.path("nowhere")));
}

TEST_F(File, ChangesOfContentAndModeAreUpdates) {
  std::optional<Record> record = *desk.create("local.File", file("one"));
  auto decision = desk.plan(record, type, file("two"));
  EXPECT_EQ(decision.verdict, Verdict::kUpdate);
  ASSERT_EQ(decision.changed.size(), 1U);
  EXPECT_EQ(decision.changed[0].text(), "content");
  EXPECT_FALSE(desk.apply(record, type, decision));
  EXPECT_EQ(folder.read("a.txt"), "two");
  auto mode = o({{"path", s("a.txt")}, {"content", s("two")}, {"mode", s("0600")}});
  decision = desk.plan(record, type, mode);
  EXPECT_EQ(decision.verdict, Verdict::kUpdate);
  auto before = fs::last_write_time(folder.path("a.txt"));
  EXPECT_FALSE(desk.apply(record, type, decision));
  EXPECT_EQ(mode_of("a.txt"), 0600U);
  EXPECT_EQ(fs::last_write_time(folder.path("a.txt")), before) << "a change of mode wrote the content again";
  EXPECT_EQ(desk.plan(record, type, mode).verdict, Verdict::kNone);
}

TEST_F(File, AnotherPathReplaces) {
  std::optional<Record> record = *desk.create("local.File", file("one"));
  auto other = o({{"path", s("b.txt")}, {"content", s("one")}});
  auto decision = desk.plan(record, type, other);
  EXPECT_EQ(decision.verdict, Verdict::kReplace);
  EXPECT_FALSE(desk.apply(record, type, decision));
  EXPECT_EQ(names(), (std::vector<std::string>{"b.txt"}));
}

TEST_F(File, OutsideChangesAreDriftWhereTheyAreAndPutRight) {
  std::optional<Record> record = *desk.create("local.File", file("one"));
  folder.write("a.txt", "other");
  auto decision = desk.plan(record, type, file("one"));
  ASSERT_EQ(decision.drifted.size(), 1U);
  EXPECT_EQ(decision.drifted[0].text(), "content");
  EXPECT_EQ(decision.verdict, Verdict::kUpdate);
  EXPECT_FALSE(desk.apply(record, type, decision));
  EXPECT_EQ(folder.read("a.txt"), "one");
  ::chmod(folder.path("a.txt").c_str(), 0600);
  decision = desk.plan(record, type, file("one"));
  ASSERT_EQ(decision.drifted.size(), 1U);
  EXPECT_EQ(decision.drifted[0].text(), "mode");
}

TEST_F(File, TextThatIsNoneAnyMoreIsDrift) {
  std::optional<Record> record = *desk.create("local.File", file("one"));
  folder.write("a.txt", "\xff\xfe");
  auto decision = desk.plan(record, type, file("one"));
  ASSERT_EQ(decision.drifted.size(), 1U);
  EXPECT_EQ(decision.drifted[0].text(), "content");
}

TEST_F(File, ACopyFollowsItsSource) {
  folder.write("from", "one");
  auto desired = o({{"path", s("a.txt")}, {"source", s("from")}});
  std::optional<Record> record = *desk.create("local.File", desired);
  EXPECT_EQ(desk.plan(record, type, desired).verdict, Verdict::kNone);
  folder.write("from", "two");
  auto decision = desk.plan(record, type, desired);
  EXPECT_EQ(decision.verdict, Verdict::kUpdate);
  EXPECT_EQ(decision.why, "the file at `source` and the copy differ");
  ASSERT_EQ(decision.changed.size(), 1U);
  EXPECT_EQ(decision.changed[0].text(), "source");
  EXPECT_TRUE(decision.drifted.empty());
  EXPECT_FALSE(desk.apply(record, type, decision));
  EXPECT_EQ(folder.read("a.txt"), "two");
  folder.write("a.txt", "theirs");
  decision = desk.plan(record, type, desired);
  ASSERT_EQ(decision.drifted.size(), 1U);
  EXPECT_EQ(decision.drifted[0].text(), "source");
  EXPECT_EQ(decision.verdict, Verdict::kUpdate);
}

TEST_F(File, AMissingSourceIsInvalid) {
  auto made = desk.create("local.File", o({{"path", s("a.txt")}, {"source", s("none")}}));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().failure, FailureClass::kInvalid);
  EXPECT_EQ(made.error().path.text(), "source");
  EXPECT_EQ(names(), (std::vector<std::string>{}));
}

TEST_F(File, ACopyIsAsClosedAsItsSource) {
  auto mode_of = [&](const char* name) {
    struct stat facts {};
    EXPECT_EQ(::stat(folder.path(name).c_str(), &facts), 0) << name;
    return facts.st_mode & 0777U;
  };
  folder.write("from", "mine");
  ::chmod(folder.path("from").c_str(), 0600);
  ASSERT_TRUE(desk.create("local.File", o({{"path", s("closed")}, {"source", s("from")}})));
  EXPECT_EQ(mode_of("closed"), 0600U);
  ASSERT_TRUE(desk.create("local.File", o({{"path", s("asked")}, {"source", s("from")}, {"mode", s("0644")}})));
  EXPECT_EQ(mode_of("asked"), 0644U);
  ::chmod(folder.path("from").c_str(), 0640);
  ASSERT_TRUE(desk.create("local.File", o({{"path", s("open")}, {"source", s("from")}})));
  EXPECT_EQ(mode_of("open"), 0644U);
  // What this plan makes is not there yet: its copy's mode shows with it.
  auto early = desk.prepare("local.File", o({{"path", s("later")}, {"source", s("none")}}));
  ASSERT_NE(early.desired.get("mode"), nullptr);
  EXPECT_TRUE(early.desired.get("mode")->is_unknown());
}

TEST_F(File, SecretsStaySecret) {
  auto desired = o({{"path", s("a.txt")}, {"content", s("the password").as_secret()}});
  std::optional<Record> record = *desk.create("local.File", desired);
  EXPECT_EQ(mode_of("a.txt"), 0600U);
  EXPECT_NE(record->observed.get("content")->get("$digest"), nullptr);
  EXPECT_TRUE(record->observed.get("sha256")->secret());
  EXPECT_TRUE(record->observed.get("size")->secret()) << "not its length either";
  auto state = desk.read(*record);
  EXPECT_TRUE(state.observed.get("content")->secret());
  EXPECT_TRUE(state.observed.get("sha256")->secret());
  EXPECT_EQ(desk.plan(record, type, desired).verdict, Verdict::kNone);
  EXPECT_EQ(text(desk.prepare("local.File", o({{"path", s("a")}, {"content", s("x").as_secret()}, {"mode", s("0644")}})).desired, "mode"),
            "0644");
}

TEST_F(File, UpdateRefusesWhatWasChangedSinceItWasRead) {
  std::optional<Record> record = *desk.create("local.File", file("one"));
  auto decision = desk.plan(record, type, file("two"));
  folder.write("a.txt", "meanwhile");
  auto failure = desk.apply(record, type, decision);
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->failure, FailureClass::kMoved);
  EXPECT_EQ(folder.read("a.txt"), "meanwhile");
  folder.write("a.txt", "two");
  EXPECT_FALSE(desk.apply(record, type, decision)) << "what it was to be is there already";
}

TEST_F(File, UpdateOfAMissingFileSaysSo) {
  std::optional<Record> record = *desk.create("local.File", file("one"));
  auto decision = desk.plan(record, type, file("two"));
  fs::remove(folder.path("a.txt"));
  auto failure = desk.apply(record, type, decision);
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->failure, FailureClass::kNotFound);
}

TEST_F(File, MissingAndOtherAreToldApart) {
  auto record = *desk.create("local.File", file("one"));
  fs::remove(folder.path("a.txt"));
  EXPECT_EQ(desk.read(record).kind, ReadState::Kind::kMissing);
  fs::create_directory(folder.path("a.txt"));
  EXPECT_EQ(desk.read(record).kind, ReadState::Kind::kOther);
  EXPECT_TRUE(desk.change(desk.step(driver::Change::kRemove, record, Value::null())));
  EXPECT_TRUE(fs::is_directory(folder.path("a.txt")));
}

TEST_F(File, RemovesFromTheRecordAlone) {
  auto record = *desk.create("local.File", file("one"));
  EXPECT_TRUE(desk.change(desk.step(driver::Change::kRemove, record, Value::null())));
  EXPECT_EQ(names(), (std::vector<std::string>{}));
  EXPECT_TRUE(desk.change(desk.step(driver::Change::kRemove, record, Value::null())));
}

TEST_F(File, LinksStayLinks) {
  folder.write("real.txt", "one");
  fs::create_symlink("real.txt", folder.path("a.txt"));
  std::optional<Record> record = *desk.create("local.File", file("one"));
  EXPECT_FALSE(desk.apply(record, type, desk.plan(record, type, file("two"))));
  EXPECT_TRUE(fs::is_symlink(folder.path("a.txt")));
  EXPECT_EQ(folder.read("real.txt"), "two");
}

TEST_F(File, SettleLooksAtWhatIsThere) {
  auto prepared = desk.prepare("local.File", file("one"));
  Record none{.address = "x", .type = &type};
  auto step = desk.step(driver::Change::kCreate, none, prepared.desired);
  folder.write(".weft-" + step.operation_id + ".part", "half");
  EXPECT_EQ(desk.settle(step).kind, Settled::Kind::kNotDone);
  EXPECT_EQ(names(), (std::vector<std::string>{})) << "the leftover of a killed process was not swept";
  ASSERT_TRUE(desk.change(step));
  auto settled = desk.settle(step);
  EXPECT_EQ(settled.kind, Settled::Kind::kDone);
  EXPECT_EQ(text(settled.result.observed, "content"), "one");
  EXPECT_EQ(text(settled.result.identity, "path"), "a.txt");
  folder.write("a.txt", "other");
  EXPECT_EQ(desk.settle(step).kind, Settled::Kind::kNotDone);
  Record record{.address = "x", .type = &type, .identity = settled.result.identity};
  auto removal = desk.step(driver::Change::kRemove, record, Value::null());
  EXPECT_EQ(desk.settle(removal).kind, Settled::Kind::kNotDone);
  fs::remove(folder.path("a.txt"));
  EXPECT_EQ(desk.settle(removal).kind, Settled::Kind::kDone);
}

TEST_F(File, LookupGivesContentAndDigest) {
  folder.write("a.txt", "hello");
  auto found = desk.find("local.File", o({{"path", s("a.txt")}}));
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 1U);
  EXPECT_EQ(text(found->front().observed, "content"), "hello");
  EXPECT_EQ(text(found->front().observed, "sha256"), hex(view(sha256("hello"))));
  EXPECT_TRUE(desk.find("local.File", o({{"path", s("none")}}))->empty());
  auto folder_found = desk.find("local.File", o({{"path", s(".")}}));
  ASSERT_FALSE(folder_found);
  EXPECT_EQ(folder_found.error().text, "`.` is no file");
}

TEST_F(File, AdoptedFilesAreComparedAndLeftAlone) {
  folder.write("a.txt", "hello");
  folder.write("from", "hello");
  auto found = desk.find("local.File", o({{"id", s("a.txt")}}));
  ASSERT_TRUE(found && found->size() == 1);
  Record adopted{.address = "x", .type = &type, .identity = found->front().identity};
  adopted.observed = found->front().observed;
  adopted.driver_data = found->front().driver_data;
  std::optional<Record> record = adopted;
  ::chmod(folder.path("a.txt").c_str(), 0644);
  Value mode = s("0644");
  for (auto same : {o({{"path", s("a.txt")}, {"content", s("hello")}, {"mode", mode}}),
                    o({{"path", s("a.txt")}, {"content_base64", s("aGVsbG8=")}, {"mode", mode}}),
                    o({{"path", s("a.txt")}, {"source", s("from")}, {"mode", mode}})}) {
    record = adopted;
    EXPECT_EQ(desk.plan(record, type, same).verdict, Verdict::kNone) << display_text(same);
  }
  record = adopted;
  EXPECT_EQ(desk.plan(record, type, o({{"path", s("a.txt")}, {"content", s("bye")}, {"mode", mode}})).verdict,
            Verdict::kUpdate);
}

TEST_F(File, PrepareRefusesWhatCannotBe) {
  EXPECT_EQ(problem("local.File", o({{"path", s("a")}})), "content: nothing says what the file holds");
  EXPECT_EQ(problem("local.File", o({{"path", s("a")}, {"content", s("x")}, {"source", s("y")}})),
            "content: the content is given more than once");
  EXPECT_EQ(problem("local.File", o({{"path", s("")}, {"content", s("x")}})),
            "path: `path` is empty; it must name a file or folder");
  EXPECT_EQ(problem("local.File", o({{"path", s(std::string("a\0b", 3))}, {"content", s("x")}})),
            "path: `path` holds a null byte, which no path may");
  for (auto name : {"d/", ".", "d/..", "/"}) {
    EXPECT_NE(problem("local.File", o({{"path", s(name)}, {"content", s("x")}})).find("which names a folder"), std::string::npos) << name;
    EXPECT_EQ(problem("local.Directory", o({{"path", s(name)}})), "") << name;
  }
  EXPECT_EQ(problem("local.File", o({{"path", s("a")}, {"content_base64", s("***")}})),
            "content_base64: `content_base64` is no base64 with padding");
  EXPECT_EQ(problem("local.File", o({{"path", s("a")}, {"content", s("x")}, {"mode", s("rw-")}})),
            "mode: `mode` must be three or four octal digits");
  auto unknown = Value::unknown({.type = Type::string()});
  EXPECT_EQ(problem("local.File", o({{"path", unknown}, {"content", unknown}, {"mode", unknown}})), "");
}

using Directory = File;

TEST_F(Directory, IsMadeWithItsModeAndRemovedWhenEmpty) {
  auto made = desk.create("local.Directory", o({{"path", s("x/y")}, {"mode", s("0700")}}));
  ASSERT_TRUE(made);
  EXPECT_EQ(mode_of("x/y"), 0700U);
  EXPECT_EQ(mode_of("x"), 0755U);
  folder.write("x/y/z", "");
  auto removal = desk.step(driver::Change::kRemove, *made, Value::null());
  auto refused = desk.change(removal);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().failure, FailureClass::kInUse);
  EXPECT_EQ(refused.error().blockers, (std::vector<std::string>{"x/y/z"}));
  fs::remove(folder.path("x/y/z"));
  EXPECT_TRUE(desk.change(removal));
  EXPECT_FALSE(fs::exists(folder.path("x/y")));
  EXPECT_TRUE(desk.change(removal));
}

TEST_F(Directory, CreateOverAnotherIsRefusedOverTheSameDone) {
  fs::create_directory(folder.path("d"));
  ::chmod(folder.path("d").c_str(), 0700);
  auto made = desk.create("local.Directory", o({{"path", s("d")}}));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().failure, FailureClass::kExists);
  EXPECT_EQ(made.error().text, "`d` exists already with mode 0700");
  EXPECT_TRUE(desk.create("local.Directory", o({{"path", s("d")}, {"mode", s("0700")}})));
  folder.write("f", "");
  EXPECT_EQ(desk.create("local.Directory", o({{"path", s("f")}})).error().text, "`f` exists already and is no folder");
}

TEST_F(Directory, ModesAreUpdatedAndDrift) {
  const auto& folders = desk.type("local.Directory");
  std::optional<Record> record = *desk.create("local.Directory", o({{"path", s("d")}}));
  auto desired = o({{"path", s("d")}, {"mode", s("0750")}});
  EXPECT_FALSE(desk.apply(record, folders, desk.plan(record, folders, desired)));
  EXPECT_EQ(mode_of("d"), 0750U);
  ::chmod(folder.path("d").c_str(), 0700);
  auto decision = desk.plan(record, folders, desired);
  ASSERT_EQ(decision.drifted.size(), 1U);
  EXPECT_EQ(decision.drifted[0].text(), "mode");
}

TEST_F(Directory, SettlesAKilledCreate) {
  Record none{.address = "x", .type = &desk.type("local.Directory")};
  auto step = desk.step(driver::Change::kCreate, none, o({{"path", s("d")}, {"mode", s("0755")}}));
  EXPECT_EQ(desk.settle(step).kind, Settled::Kind::kNotDone);
  fs::create_directory(folder.path("d"));
  ::chmod(folder.path("d").c_str(), 0700);
  EXPECT_EQ(desk.settle(step).kind, Settled::Kind::kDone) << "ours, killed before its mode was set";
  EXPECT_EQ(mode_of("d"), 0755U);
  EXPECT_EQ(desk.find("local.Directory", o({{"id", s("d")}}))->size(), 1U);
  EXPECT_EQ(desk.find("local.Directory", o({{"id", s("e")}}))->size(), 0U);
}

}  // namespace
}  // namespace weft::local
