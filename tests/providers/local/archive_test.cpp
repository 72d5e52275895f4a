#include <archive.h>
#include <archive_entry.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#include <array>
#include <atomic>
#include <clocale>
#include <filesystem>
#include <map>
#include <thread>

#include "providers/local/glob.h"
#include "tests/providers/local/fixture.h"

namespace weft::local {
namespace {

namespace fs = std::filesystem;

TEST(Glob, MatchesWholePaths) {
  struct Case {
    std::string_view pattern, path;
    bool matches;
  };
  for (const auto& c : std::vector<Case>{
           {"a", "a", true},           {"a", "a/b", false},        {"a/b", "a/b", true},      {"*", "abc", true},
           {"*", "a/b", false},        {"*.tmp", "x.tmp", true},   {"*.tmp", "d/x.tmp", false}, {"**/*.tmp", "x.tmp", true},
           {"**/*.tmp", "a/b/x.tmp", true}, {"a/**", "a/b/c", true}, {"a/**", "b/a/c", false}, {"a/**/c", "a/c", true},
           {"a/**/c", "a/b/b/c", true}, {"a/**/c", "a/b/b/d", false}, {"?.c", "x.c", true},    {"?.c", "xy.c", false},
           {"a*b*c", "aXbYc", true},   {"a*b*c", "aXbY", false},   {"**", "x/y/z", true},     {"**/b/**/d", "a/b/c/d", true},
           {"**/b/**/d", "a/b/c/e", false}, {"", "", true},        {"", "a", false},          {"*", "", true},
           {"a/*", "a", false},        {"**/**/x", "x", true},
       }) {
    EXPECT_EQ(glob_matches(c.pattern, c.path), c.matches) << c.pattern << " and " << c.path;
  }
}

TEST(Glob, TakesNoTimeOnNastyPatterns) {
  std::string path;
  std::string pattern;
  for (int i = 0; i < 200; ++i) path += "a/", pattern += "**/a*a*a*a*b/";
  EXPECT_FALSE(glob_matches(pattern + "z", path + "a"));
}

struct Member {
  std::string content;
  std::string link;
  unsigned mode = 0;
};

class Archives : public LocalTest {
 protected:
  const driver::TypeSchema& type = desk.type("local.Archive");

  auto members(std::string_view name) -> std::map<std::string, Member> {
    // Only reading is done in a locale: packing must not need one.
    std::setlocale(LC_CTYPE, "C.UTF-8");
    std::map<std::string, Member> out;
    archive* in = archive_read_new();
    archive_read_support_filter_all(in);
    archive_read_support_format_all(in);
    EXPECT_EQ(archive_read_open_filename(in, folder.path(name).c_str(), 10240), ARCHIVE_OK);
    archive_entry* entry = nullptr;
    while (archive_read_next_header(in, &entry) == ARCHIVE_OK) {
      Member member;
      const char* utf8 = archive_entry_pathname_utf8(entry);
      std::string path = utf8 != nullptr ? utf8 : archive_entry_pathname(entry);
      if (const char* link = archive_entry_symlink(entry)) member.link = link;
      member.mode = archive_entry_perm(entry);
      std::string chunk(4096, '\0');
      for (;;) {
        auto got = archive_read_data(in, chunk.data(), chunk.size());
        if (got <= 0) break;
        member.content.append(chunk, 0, static_cast<size_t>(got));
      }
      EXPECT_TRUE(out.emplace(path, member).second) << path;
    }
    archive_read_free(in);
    std::setlocale(LC_CTYPE, "C");
    return out;
  }
  auto site(std::string_view format = "tar.gz") -> Value {
    return o({{"path", s("out/site." + std::string(format))}, {"format", s(format)}, {"source", s("site")},
              {"exclude", Value::list({s("**/*.tmp"), s(".git")})}});
  }
  void write_site() {
    folder.write("site/index.html", "<p>hi</p>");
    folder.write("site/bin/run", "#!/bin/sh\n");
    ::chmod(folder.path("site/bin/run").c_str(), 0700);
    folder.write("site/größe.txt", "ü");
    folder.write("site/deep/er/x.tmp", "no");
    folder.write("site/.git/config", "no");
    fs::create_symlink("index.html", folder.path("site/link"));
  }
};

TEST_F(Archives, HoldTheFolderInEachFormat) {
  write_site();
  for (auto format : {"zip", "tar.gz", "tar.zst"}) {
    auto made = desk.create("local.Archive", site(format));
    ASSERT_TRUE(made) << made.error().text;
    auto inside = members("out/site." + std::string(format));
    ASSERT_EQ(inside.size(), 4U) << format;
    EXPECT_EQ(inside["index.html"].content, "<p>hi</p>");
    EXPECT_EQ(inside["index.html"].mode, 0644U);
    EXPECT_EQ(inside["bin/run"].mode, 0755U);
    EXPECT_EQ(inside["link"].link, "index.html");
    EXPECT_EQ(inside["größe.txt"].content, "ü");
  }
}

TEST_F(Archives, AreTheSameBytesForTheSameInput) {
  write_site();
  const char* zone_before = std::getenv("TZ");
  std::string saved = zone_before == nullptr ? "" : zone_before;
  for (auto format : {"zip", "tar.gz", "tar.zst"}) {
    std::string name = "out/site." + std::string(format);
    ::setenv("TZ", "Pacific/Auckland", 1);
    ::tzset();
    ASSERT_TRUE(desk.create("local.Archive", site(format)));
    auto first = folder.read(name);
    fs::remove(folder.path(name));
    ::setenv("TZ", "America/Los_Angeles", 1);
    ::tzset();
    fs::last_write_time(folder.path("site/index.html"), fs::file_time_type::clock::now() - std::chrono::hours(99999));
    ::chmod(folder.path("site/index.html").c_str(), 0600);
    ASSERT_TRUE(desk.create("local.Archive", site(format)));
    EXPECT_TRUE(folder.read(name) == first) << format;
  }
  zone_before == nullptr ? ::unsetenv("TZ") : ::setenv("TZ", saved.c_str(), 1);
  ::tzset();
}

TEST_F(Archives, HoldTexts) {
  auto desired = o({{"path", s("a.zip")}, {"format", s("zip")}, {"files", o({{"b/c.txt", s("see")}, {"a.txt", s("")}})}});
  std::optional<Record> record = *desk.create("local.Archive", desired);
  auto inside = members("a.zip");
  EXPECT_EQ(inside.size(), 2U);
  EXPECT_EQ(inside["b/c.txt"].content, "see");
  EXPECT_EQ(inside["a.txt"].content, "");
  EXPECT_EQ(*record->observed.get("size"), Value::size(static_cast<int64_t>(folder.read("a.zip").size())));
  EXPECT_EQ(desk.plan(record, type, desired).verdict, Verdict::kNone);
  auto other = with(desired, Path{}.member("files"), o({{"a.txt", s("changed")}}));
  auto decision = desk.plan(record, type, other);
  EXPECT_EQ(decision.verdict, Verdict::kUpdate);
  EXPECT_FALSE(desk.apply(record, type, decision));
  EXPECT_EQ(members("a.zip").at("a.txt").content, "changed");
}

TEST_F(Archives, FollowTheirSource) {
  write_site();
  std::optional<Record> record = *desk.create("local.Archive", site());
  EXPECT_EQ(desk.plan(record, type, site()).verdict, Verdict::kNone);
  folder.write("site/new.txt", "new");
  auto decision = desk.plan(record, type, site());
  EXPECT_EQ(decision.verdict, Verdict::kUpdate);
  EXPECT_EQ(decision.why, "files below `source` have changed");
  EXPECT_TRUE(decision.drifted.empty());
  EXPECT_FALSE(desk.apply(record, type, decision));
  EXPECT_EQ(members("out/site.tar.gz").count("new.txt"), 1U);
  EXPECT_EQ(desk.plan(record, type, site()).verdict, Verdict::kNone);
}

TEST_F(Archives, OutsideChangesAreDrift) {
  write_site();
  std::optional<Record> record = *desk.create("local.Archive", site());
  folder.write("out/site.tar.gz", "theirs");
  auto decision = desk.plan(record, type, site());
  ASSERT_EQ(decision.drifted.size(), 1U);
  EXPECT_EQ(decision.drifted[0].text(), "format");
  EXPECT_EQ(decision.verdict, Verdict::kUpdate);
  EXPECT_FALSE(desk.apply(record, type, decision));
  EXPECT_EQ(members("out/site.tar.gz").size(), 4U);
}

TEST_F(Archives, MayLieInTheirOwnSource) {
  folder.write("site/a", "a");
  auto desired = o({{"path", s("site/all.zip")}, {"format", s("zip")}, {"source", s("site")}});
  std::optional<Record> record = *desk.create("local.Archive", desired);
  EXPECT_EQ(members("site/all.zip").size(), 1U);
  EXPECT_EQ(desk.plan(record, type, desired).verdict, Verdict::kNone);
}

TEST_F(Archives, LeaveOutWhatWeftKeeps) {
  folder.write("a", "1");
  folder.write(".weft/state/default/data.mdb", "x");
  folder.write("below/.weft/key", "x");
  folder.write(".weft-0123.part", "half");
  ASSERT_TRUE(desk.create("local.Archive", o({{"path", s("./out.zip")}, {"format", s("zip")}, {"source", s(".")}})));
  auto all = members("out.zip");
  EXPECT_EQ(all.size(), 1U);
  EXPECT_TRUE(all.contains("a"));
  auto again = desk.create("local.Archive", o({{"path", s("out2.zip")}, {"format", s("zip")}, {"source", s("./.")}}));
  EXPECT_TRUE(members("out2.zip").contains("out.zip")) << "another archive is a file like any other";
  EXPECT_FALSE(members("out2.zip").contains("out2.zip"));
}

TEST_F(Archives, SecretTextsAreForTheirOwnerAlone) {
  auto desired = o({{"path", s("s.zip")}, {"format", s("zip")}, {"files", o({{"a", s("the password").as_secret()}, {"b", s("x")}})}});
  std::optional<Record> record = *desk.create("local.Archive", desired);
  struct stat facts {};
  ASSERT_EQ(::stat(folder.path("s.zip").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777U, 0600U);
  EXPECT_TRUE(record->observed.get("sha256")->secret());
  EXPECT_TRUE(record->observed.get("size")->secret());
  auto seen = desk.read(*record);
  EXPECT_TRUE(seen.observed.get("sha256")->secret());
  auto decision = desk.plan(record, type, desired);
  EXPECT_EQ(decision.verdict, Verdict::kNone);
  EXPECT_TRUE(decision.plan_data.is_null());
}

TEST_F(Archives, WhatHoldsAClosedFileIsClosed) {
  write_site();
  ::chmod(folder.path("site/bin/run").c_str(), 0755);
  auto mode = [&] {
    struct stat facts {};
    EXPECT_EQ(::stat(folder.path("out/site.zip").c_str(), &facts), 0);
    return facts.st_mode & 0777U;
  };
  ASSERT_TRUE(desk.create("local.Archive", site("zip")));
  EXPECT_EQ(mode(), 0644U);
  ASSERT_EQ(::unlink(folder.path("out/site.zip").c_str()), 0);
  folder.write("site/key", "mine");
  ::chmod(folder.path("site/key").c_str(), 0600);
  ASSERT_TRUE(desk.create("local.Archive", site("zip")));
  EXPECT_EQ(mode(), 0600U);
}

TEST_F(Archives, CreateNeverOverwritesButFindsItsOwn) {
  write_site();
  folder.write("out/site.zip", "theirs");
  auto made = desk.create("local.Archive", site("zip"));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().failure, FailureClass::kExists);
  EXPECT_EQ(folder.read("out/site.zip"), "theirs");
  fs::remove(folder.path("out/site.zip"));
  ASSERT_TRUE(desk.create("local.Archive", site("zip")));
  EXPECT_TRUE(desk.create("local.Archive", site("zip")));
  auto found = desk.find("local.Archive", o({{"id", s("out/site.zip")}}));
  ASSERT_TRUE(found && found->size() == 1);
  std::optional<Record> adopted = Record{.address = "x", .type = &type, .identity = found->front().identity};
  adopted->observed = found->front().observed;
  EXPECT_EQ(desk.plan(adopted, type, site("zip")).verdict, Verdict::kNone);
  folder.write("site/new.txt", "new");
  EXPECT_EQ(desk.plan(adopted, type, site("zip")).verdict, Verdict::kUpdate);
}

TEST_F(Archives, AreSettledByPackingAgain) {
  write_site();
  Record none{.address = "x", .type = &type};
  auto step = desk.step(driver::Change::kCreate, none, site());
  EXPECT_EQ(desk.settle(step).kind, Settled::Kind::kNotDone);
  ASSERT_TRUE(desk.change(step));
  EXPECT_EQ(desk.settle(step).kind, Settled::Kind::kDone);
  folder.write("site/index.html", "other");
  auto changed = desk.settle(step);
  EXPECT_EQ(changed.kind, Settled::Kind::kFound) << "what was packed may be what is there";
  ASSERT_EQ(changed.candidates.size(), 1U);
  EXPECT_EQ(text(changed.candidates[0].identity, "path"), "out/site.tar.gz");
  fs::remove_all(folder.path("site"));
  EXPECT_EQ(desk.settle(step).kind, Settled::Kind::kFound);
  fs::remove(folder.path("out/site.tar.gz"));
  EXPECT_EQ(desk.settle(step).kind, Settled::Kind::kNotDone);
  // Texts are what they were: what else is there is somebody else's.
  auto texts = desk.step(driver::Change::kCreate, none, o({{"path", s("t.zip")}, {"format", s("zip")}, {"files", o({{"a", s("x")}})}}));
  folder.write("t.zip", "theirs");
  EXPECT_EQ(desk.settle(texts).kind, Settled::Kind::kNotDone);
}

// Edits `name` as soon as somebody has read it to its end, once.
class EditsAfterwards {
 public:
  EditsAfterwards(test::TempDir& folder, const std::string& name, std::string text)
      : notes_(::inotify_init1(IN_CLOEXEC)), editor_([this, &folder, name, text = std::move(text)] {
          ready_.wait(false);
          std::array<char, 4096> note{};
          if (::read(notes_, note.data(), note.size()) > 0) folder.write(name, text);
        }) {
    EXPECT_GE(::inotify_add_watch(notes_, folder.path(name).c_str(), IN_CLOSE_NOWRITE), 0);
    ready_ = true;
    ready_.notify_one();
  }
  ~EditsAfterwards() {
    editor_.join();
    ::close(notes_);
  }

 private:
  int notes_;
  std::atomic<bool> ready_ = false;
  std::thread editor_;
};

// Whatever was edited while it was packed: either it is in there, or the next plan packs it again.
TEST_F(Archives, AnEditWhileItIsPackedIsNotMissed) {
  folder.write("site/a", "before");
  folder.write("site/b", std::string(size_t{24} << 20, 'b'));  // keeps the packing busy meanwhile
  std::optional<Record> record;
  {
    EditsAfterwards edits(folder, "site/a", "edited");
    record = *desk.create("local.Archive", site());
  }
  ASSERT_EQ(folder.read("site/a"), "edited");
  auto decision = desk.plan(record, type, site());
  bool is_inside = members("out/site.tar.gz").at("a").content == "edited";
  EXPECT_TRUE(is_inside || decision.verdict == Verdict::kUpdate);
  if (decision.verdict == Verdict::kUpdate) {
    EXPECT_FALSE(desk.apply(record, type, decision));
  }
  EXPECT_EQ(members("out/site.tar.gz").at("a").content, "edited");
  EXPECT_EQ(desk.plan(record, type, site()).verdict, Verdict::kNone);
}

TEST_F(Archives, PrepareRefusesWhatCannotBe) {
  auto with_files = [&](std::string_view name) {
    return problem("local.Archive", o({{"path", s("a")}, {"format", s("zip")}, {"files", o({{name, s("")}})}}));
  };
  EXPECT_EQ(problem("local.Archive", o({{"path", s("a")}, {"format", s("zip")}, {"files", o({{"a", s("1")}, {"a/b", s("2")}})}})),
            "files[a/b]: \"a\" is a file inside the archive, so nothing can stand in it");
  EXPECT_EQ(with_files("../x"), "files[../x]: \"../x\" is no name inside an archive");
  EXPECT_NE(with_files("/x"), "");
  EXPECT_NE(with_files("a//b"), "");
  EXPECT_EQ(with_files("a/b"), "");
  EXPECT_EQ(problem("local.Archive", o({{"path", s("a")}, {"format", s("zip")}})), "source: nothing says what goes in");
  EXPECT_EQ(problem("local.Archive", o({{"path", s("a")}, {"format", s("zip")}, {"files", o({})}, {"source", s("x")}})),
            "files: the content is given twice");
  auto made = desk.create("local.Archive", o({{"path", s("a")}, {"format", s("zip")}, {"source", s("none")}}));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().failure, FailureClass::kInvalid);
  EXPECT_EQ(made.error().path.text(), "source");
}

TEST_F(Archives, LeavesItselfOutByWhateverWayItIsReached) {
  folder.write("site/index.html", "x");
  fs::create_directory_symlink("site", folder.path("way"));
  for (auto [path, source] : {std::pair("site/a.zip", "way"), std::pair("way/b.zip", "site"), std::pair("way/c.zip", "way")}) {
    auto desired = o({{"path", s(path)}, {"format", s("zip")}, {"source", s(source)}});
    auto record = desk.create("local.Archive", desired, path);
    ASSERT_TRUE(record) << path;
    std::optional<Record> kept = *record;
    EXPECT_EQ(desk.plan(kept, type, desired).verdict, Verdict::kNone) << path;
    fs::remove(folder.path(path));
  }
}

TEST_F(Archives, NamesThatAreNoUtf8AreRefusedBeforehand) {
  folder.write("site/bad\xff", "x");
  auto made = desk.create("local.Archive", o({{"path", s("a.zip")}, {"format", s("zip")}, {"source", s("site")}}));
  ASSERT_FALSE(made);
  EXPECT_NE(made.error().text.find("holds `bad\\xff`, which is no UTF-8"), std::string::npos) << made.error().text;
}

}  // namespace
}  // namespace weft::local
