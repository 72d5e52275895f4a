// What a careless or hostile user puts in front of the program: it says clearly what is wrong, ends with the right status,
// and has changed nothing. That it did not crash, nor a sanitizer report, is watched by the runner in every run.
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <string>

#include "engine/state/bytes.h"
#include "engine/state/lmdb_store.h"
#include "engine/state/row_types.h"
#include "lang/base/text.h"
#include "lang/os/files.h"
#include "tests/support/events.h"
#include "tests/support/program.h"

namespace weft {
namespace {

namespace fs = std::filesystem;

using Words = std::vector<std::string>;

constexpr const char* kShop = R"(fabric "shop" {}

input size: int = 1

resource a: local.Data { value = size }
resource b: local.File {
  path    = "b"
  content = "${a.value}\n"
}
)";

// All files below a folder, but those that are locks.
auto bytes_below(const std::string& folder) -> std::map<std::string, std::string> {
  std::map<std::string, std::string> out;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    std::string name = fs::relative(entry.path(), folder).string();
    if (!entry.is_regular_file() || name.ends_with("lock.mdb") || name.ends_with("open.lock") || name.ends_with("ballast") || name.find("/runs/") != std::string::npos) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    out[name] = std::string(std::istreambuf_iterator<char>(in), {});
  }
  return out;
}

class BadInput : public testing::Test {
 protected:
  void file(const std::string& name, std::string_view text) { program.files().write(name, text); }
  void applied(std::string_view text = kShop) {
    file("main.fabric", text);
    auto ran = program.run({"apply", "--auto-approve"});
    ASSERT_EQ(ran.exit, 0) << ran.all();
  }
  // Runs, wants this status and these words, and finds every file as it was.
  auto refused(int exit, const Words& words, const std::vector<std::string>& said, const std::vector<std::string>& environment = {}) -> test::Ran {
    auto before = bytes_below(program.folder());
    auto ran = program.run(words, environment);
    EXPECT_EQ(ran.exit, exit) << "weft " << join(words, " ") << "\n" << ran.all();
    for (const auto& one : said) EXPECT_NE(ran.out.find(one), std::string::npos) << "does not say: " << one << "\n" << ran.all();
    EXPECT_LT(ran.out.size(), 20'000u) << "too much is said";
    EXPECT_TRUE(bytes_below(program.folder()) == before) << "weft " << join(words, " ") << " has changed something\n" << ran.all();
    return ran;
  }
  [[nodiscard]] auto data_file() const -> std::string { return program.folder() + "/.weft/state/default/data.mdb"; }

  test::Program program;
};

// ---- files

TEST_F(BadInput, EveryFaultHasOneDiagnosticWithItsPlace) {
  file("main.fabric", R"(fabric "shop" {}

resource one: local.File {
  pth     = "x"
  path    = 5
  content = nothing_here
}
resource two: local.Nothing { path = "y" }
output three = 1 + "x"
output four = one.colour
)");
  auto ran = program.run({.arguments = {"check", "--json"}, .apart = true});
  EXPECT_EQ(ran.exit, 1) << ran.all();
  std::map<int64_t, std::string> by_line;
  for (const Value& event : test::events_of(ran.out, "diagnostic")) {
    const Value* range = event.get("range");
    ASSERT_TRUE(range != nullptr && range->is(ValueKind::kObject)) << ran.out;
    auto line = range->get("start")->get("line")->as_int();
    EXPECT_FALSE(by_line.contains(line)) << "two for line " << line << "\n" << ran.all();
    by_line[line] = test::text_at(event, "code");
    EXPECT_GT(range->get("end")->get("col")->as_int(), range->get("start")->get("col")->as_int());
  }
  std::vector<int64_t> lines;
  for (const auto& [line, code] : by_line) lines.push_back(line);
  EXPECT_EQ(lines, (std::vector<int64_t>{4, 5, 6, 8, 9, 10})) << ran.all();
}

TEST_F(BadInput, ManyFaultsAreCounted) {
  std::string text = "fabric \"shop\" {}\n";
  for (int i = 0; i < 400; ++i) text += "output o" + std::to_string(i) + " = missing_" + std::to_string(i) + "\n";
  file("main.fabric", text);
  auto ran = program.run({"check"});
  EXPECT_EQ(ran.exit, 1);
  EXPECT_NE(ran.out.find("350 more"), std::string::npos) << ran.out.substr(ran.out.size() > 2000 ? ran.out.size() - 2000 : 0);
  EXPECT_NE(ran.out.find("400 errors in 1 file"), std::string::npos);
}

TEST_F(BadInput, FilesThatAreNoText) {
  for (const auto& [name, text] : std::map<std::string, std::string>{
           {"binary", std::string("\x7f" "ELF\x02\x01\x01\0\0\0\0\0\0\0\0\0", 16) + std::string(3000, '\xff')},
           {"not UTF-8", "fabric \"sh\xffop\" {}\n"},
           {"zero byte", std::string("fabric \"shop\" {}\n\0resource", 26)},
           {"UTF-16", std::string("\xff\xfe" "f\0a\0b\0", 8)},
           {"lone surrogate", "fabric \"shop\" {}\nlet a = \"\xed\xa0\x80\"\n"}}) {
    SCOPED_TRACE(name);
    file("main.fabric", text);
    for (const char* verb : {"check", "plan", "apply"}) refused(1, {verb}, {"error"});
    refused(1, {"fmt"}, {"error"});
  }
}

TEST_F(BadInput, FilesThatAreHugeOrDeep) {
  file("main.fabric", "fabric \"shop\" {}\nlet a = " + std::string(100'000, '[') + std::string(100'000, ']') + "\n");
  refused(1, {"check"}, {"error", "nest"});
  file("main.fabric", "fabric \"shop\" {}\nlet a = " + std::string(50'000, '(') + "\n");
  refused(1, {"check"}, {"error"});
  file("main.fabric", "fabric \"shop\" {}\nlet a = " + std::string(60'000, '-') + "1\n");
  refused(1, {"check"}, {"error"});
  file("main.fabric", "fabric \"shop\" {}\n//" + std::string(17U << 20, 'x') + "\n");
  refused(1, {"check"}, {"error", "16 MiB"});
  std::string sums = "fabric \"shop\" {}\noutput a = 1";
  for (int i = 0; i < 50'000; ++i) sums += "+1";
  file("main.fabric", sums + "\n");
  auto ran = program.run({"check"});
  EXPECT_EQ(ran.exit, 1) << ran.all().substr(0, 2000);
  EXPECT_NE(ran.out.find("nested too deeply"), std::string::npos) << ran.all().substr(0, 2000);
}

TEST_F(BadInput, AFolderInPlaceOfAFile) {
  file("main.fabric", "fabric \"shop\" {}\n");
  fs::create_directory(program.files().path("odd.fabric"));
  refused(1, {"check"}, {"odd.fabric", "it is a folder"});
  fs::remove(program.files().path("odd.fabric"));
  fs::create_directory(program.files().path("p.plan"));
  refused(1, {"apply", "p.plan"}, {"p.plan"});
  refused(1, {"show", "p.plan"}, {"p.plan"});
  refused(1, {"plan", "--out", "p.plan"}, {"p.plan"});
  refused(1, {"plan", "--inputs", "p.plan"}, {"p.plan"});
  refused(1, {"plan", "--json-to", "p.plan"}, {"p.plan"});
  refused(1, {"plan", "--html", "p.plan"}, {"p.plan"});
  refused(1, {"fmt", "p.plan"}, {"p.plan"});
  refused(1, {"debug", "tokens", "p.plan"}, {"p.plan"});
  refused(1, {"-C", "main.fabric", "plan"}, {"main.fabric"});
  refused(1, {"-C", "nowhere", "plan"}, {"nowhere"});
}

TEST_F(BadInput, ALinkThatGoesInCircles) {
  fs::create_symlink("loop.fabric", program.files().path("loop.fabric"));
  auto ran = program.run({"check"});
  EXPECT_EQ(ran.exit, 1) << ran.all();
  EXPECT_NE(ran.out.find("error"), std::string::npos) << ran.all();
}

// ---- words

TEST_F(BadInput, WrongWordsNameTheLikelyOnes) {
  file("main.fabric", kShop);
  refused(64, {"aply"}, {"no verb `aply`", "weft apply"});
  refused(64, {"plan", "--detailed-exit"}, {"--detailed-exitcode"});
  refused(64, {"apply", "--auto-aprove"}, {"--auto-approve"});
  refused(64, {"plan", "--out"}, {"--out FILE"});
  for (const char* n : {"0", "-1", "many", "1.5", "99999999999999999999", ""}) refused(64, {"apply", "--auto-approve", "--parallel", n}, {"--parallel"});
  for (const char* n : {"0x", "soon", "", "-1s", "1", "99999999999999999999s", "10 m"}) refused(64, {"apply", "--auto-approve", "--wait", n}, {"--wait"});
  refused(64, {"plan", "--set", "=5"}, {"--set"});
  refused(64, {"state", "show", "a", "@x"}, {"no version"});
  refused(1, {"plan", "--only", "["}, {"["});
  refused(1, {"plan", "--only", "nobody"}, {"nobody"});
  refused(1, {"plan", "--replace", "nobody"}, {"nobody"});
}

TEST_F(BadInput, StrangeNamesOfEnvironments) {
  file("main.fabric", kShop);
  const std::vector<Words> verbs{{"plan"}, {"apply", "--auto-approve"}, {"state", "list"}, {"destroy", "--auto-approve"}, {"output"}, {"state", "history"}, {"unlock", "r-0"}};
  auto refuse = [&](Words words, const char* name) {
    SCOPED_TRACE(name);
    words.push_back(std::string("--env=") + name);
    refused(*name == '\0' ? 64 : 1, words, {*name == '\0' ? "`--env` needs a value" : "environment"});
  };
  for (const Words& words : verbs) refuse(words, "../../etc");
  size_t next = 0;
  for (const char* name : {"..", "/etc", "", "weft", "a b", "Ü", "A", "a/b", ".", "a\nb", "0123456789012345678901234567890123456789x"}) {
    refuse(verbs[next++ % 2], name);
  }
}

TEST_F(BadInput, InputsOfTheWrongType) {
  file("main.fabric", kShop);
  refused(1, {"plan", "--set", "size=large"}, {"size"});
  refused(1, {"plan", "--set", "size=1.5"}, {"size"});
  refused(1, {"apply", "--auto-approve", "--set", "size=[1]"}, {"size", "Nothing was changed"});
  refused(1, {"plan", "--set", "sise=1"}, {"sise"});
  refused(1, {"plan"}, {"size"}, {"WEFT_INPUT_size=x"});
  file("bad.json", "{\"size\": ");
  refused(1, {"plan", "--inputs", "bad.json"}, {"bad.json"});
  file("bad.json", "[1]");
  refused(1, {"plan", "--inputs", "bad.json"}, {"bad.json"});
  file("bad.yaml", "size: &a [*a]\n");
  refused(1, {"plan", "--inputs", "bad.yaml"}, {"bad.yaml"});
  file("bad.inputs", "size = other + 1\n");
  refused(1, {"plan", "--inputs", "bad.inputs"}, {"bad.inputs"});
  refused(1, {"plan", "--inputs", "missing.json"}, {"missing.json"});
}

// What is typed is spoken of by the input's name and type, as they are written.
TEST_F(BadInput, InputsAreNamedInTheUsersWords) {
  file("main.fabric", R"(fabric "shop" {}
input count: int = 1
input ports: map<int> = {}
input size: "small" | "large" = "small"
input shape: { a: int, b?: string } = { a = 1 }
)");
  refused(1, {"plan", "--set", "count=many"}, {"input `count` is wrong", "int", "declared here"});
  refused(1, {"plan", "--set", "size=huge"}, {"input `size` is wrong", "\"small\""});
  for (const char* given : {"count=1.5", "ports=3", "ports={ a = \"x\" }", "shape=3", "size=3"}) {
    auto ran = refused(1, {"plan", "--set", given}, {std::string("`") + given[0]});
    for (const char* ours : {"the value", ">?", "int?", "nothing here is called"}) EXPECT_EQ(ran.out.find(ours), std::string::npos) << ran.all();
  }
}

TEST_F(BadInput, NullIsAValueOfAnOptionalInput) {
  file("main.fabric", R"(fabric "shop" {}
input name: string?
input count: int?
input size: int = 7
output name = name == null
output count = count == null
output size = size
)");
  file("weft.inputs", "name = \"x\"\ncount = 3\nsize = 8\n");
  auto ran = program.run({"plan"});
  EXPECT_NE(ran.out.find("count = false, name = false, size = 8"), std::string::npos) << ran.all();
  ran = program.run({"plan", "--set", "name=null", "--set", "count=null", "--set", "size=null"});
  EXPECT_NE(ran.out.find("count = true, name = true, size = 7"), std::string::npos) << ran.all();
  file("main.fabric", "fabric \"shop\" {}\ninput size: int\n");
  refused(1, {"plan", "--set", "size=null"}, {"size"});
}

// ---- plan files

TEST_F(BadInput, PlanFilesThatAreDamaged) {
  file("main.fabric", kShop);
  ASSERT_EQ(program.run({"plan", "--out", "p.plan"}).exit, 0);
  std::string good = program.files().read("p.plan");
  std::mt19937 chance(7);
  for (size_t size : {size_t{0}, size_t{3}, size_t{16}, good.size() / 2, good.size() - 1}) {
    SCOPED_TRACE(size);
    file("p.plan", good.substr(0, size));
    refused(1, {"apply", "p.plan"}, {"p.plan", "Nothing was changed"});
    refused(1, {"show", "p.plan"}, {"p.plan"});
  }
  for (int i = 0; i < 12; ++i) {
    std::string bad = good;
    size_t at = i < 6 ? static_cast<size_t>(i) : chance() % bad.size();
    bad[at] = static_cast<char>(bad[at] ^ (1 << (chance() % 8)));
    SCOPED_TRACE("byte " + std::to_string(at));
    file("p.plan", bad);
    refused(1, {"apply", "p.plan"}, {"p.plan"});
  }
  file("p.plan", good + "more");
  refused(1, {"apply", "p.plan"}, {"p.plan"});
  file("p.plan", "resource a: local.File {}\n");
  refused(1, {"apply", "p.plan"}, {"p.plan"});
  refused(1, {"apply", "main.fabric"}, {"main.fabric"});
  refused(1, {"apply", "/dev/null"}, {"/dev/null"});
  refused(1, {"apply", "missing.plan"}, {"missing.plan"});
}

TEST_F(BadInput, APlanOfAnotherFabricOrState) {
  applied();
  file("main.fabric", std::string(kShop) + "resource c: local.Data { value = 3 }\n");
  ASSERT_EQ(program.run({"plan", "--out", "p.plan"}).exit, 0);
  std::string plan = program.files().read("p.plan");
  test::Program other;
  other.files().write("p.plan", plan);
  other.files().write("main.fabric", "fabric \"other\" {}\n");
  auto ran = other.run({"apply", "p.plan"});
  EXPECT_EQ(ran.exit, 1) << ran.all();
  EXPECT_NE(ran.out.find("`shop`"), std::string::npos) << ran.all();
  EXPECT_FALSE(fs::exists(other.files().path(".weft/state")));
  // The same files, and a state of their own.
  other.files().write("main.fabric", program.files().read("main.fabric"));
  ran = other.run({"apply", "p.plan"});
  EXPECT_EQ(ran.exit, 3) << ran.all();
  EXPECT_NE(ran.out.find("Nothing was changed"), std::string::npos) << ran.all();
  EXPECT_FALSE(fs::exists(other.files().path("b")));
  refused(1, {"apply", "p.plan", "--env", "prod"}, {"prod"});
}

// ---- the state

TEST_F(BadInput, AStateThatWasCutShort) {
  applied();
  auto size = fs::file_size(data_file());
  std::string good = program.files().read(".weft/state/default/data.mdb");
  for (auto left : {size / 2, size - 4096, uintmax_t{5000}, uintmax_t{100}, uintmax_t{1}}) {
    SCOPED_TRACE(left);
    file(".weft/state/default/data.mdb", good.substr(0, left));
    for (const Words& words : {Words{"plan"}, {"apply", "--auto-approve"}, {"state", "list"}, {"destroy", "--auto-approve"}}) refused(1, words, {"error"});
  }
}

// No byte of the last transactions may flip unseen, and none that flips may bring the program down.
TEST_F(BadInput, AStateWithFlippedBytes) {
  applied();
  std::string good = program.files().read(".weft/state/default/data.mdb");
  int told = 0;
  for (size_t i = 0; i < 24; ++i) {
    std::string bad = good;
    size_t at = i < 8 ? i * 13 : i * (bad.size() / 24);
    for (size_t k = at; k < std::min(at + 8, bad.size()); ++k) bad[k] = static_cast<char>(~bad[k]);
    SCOPED_TRACE("bytes from " + std::to_string(at));
    file(".weft/state/default/data.mdb", bad);
    auto ran = program.run({"state", "list"});
    EXPECT_TRUE(ran.exit == 0 || ran.exit == 1) << ran.all();
    if (ran.exit == 1) {
      ++told;
      EXPECT_NE(ran.out.find("error"), std::string::npos) << ran.all();
      refused(1, {"apply", "--auto-approve", "--set", "size=2"}, {"error"});
    }
  }
  EXPECT_GT(told, 0);
  file(".weft/state/default/data.mdb", "this is no database, but it is long enough to look like one" + std::string(9000, 'x'));
  refused(1, {"state", "list"}, {"error"});
  refused(1, {"apply", "--auto-approve"}, {"error"});
}

TEST_F(BadInput, AStateOfANewerFormat) {
  applied();
  {
    auto store = state::Store::open(program.folder() + "/.weft/state/default", {});
    ASSERT_TRUE(store.has_value()) << store.error().text;
    auto written = (*store)->write([](state::Rows& rows) -> Result<state::Outcome> {
      std::string format;
      state::add_u32(format, 2);
      rows.put(state::Table::kMeta, state::kMetaFormat, format);
      return state::Outcome::kCommit;
    });
    ASSERT_TRUE(written.has_value());
  }
  for (const Words& words : {Words{"plan"}, {"apply", "--auto-approve"}, {"state", "list"}, {"destroy", "--auto-approve"}, {"output"}, {"drift"}}) {
    refused(1, words, {"format 2", "newer weft"});
  }
}

TEST_F(BadInput, AStateOfAnotherFabric) {
  applied();
  test::Program other(program.folder() + "/other", program.home());
  fs::create_directory(other.folder());
  std::ofstream(other.folder() + "/main.fabric") << "fabric \"other\" {}\nresource z: local.Data { value = 1 }\n";
  fs::copy(program.folder() + "/.weft", other.folder() + "/.weft", fs::copy_options::recursive);
  auto before = bytes_below(program.folder());
  for (const Words& words : {Words{"apply", "--auto-approve"}, {"destroy", "--auto-approve"}, {"forget", "a"}, {"state", "mv", "a", "c"}}) {
    auto ran = other.run(words);
    bool by_hand = words[0] == "forget" || words[0] == "state";
    EXPECT_EQ(ran.exit, by_hand ? 3 : 1) << ran.all();
    EXPECT_NE(ran.out.find("this is the state of the fabric `shop`, not of `other`"), std::string::npos) << ran.all();
    EXPECT_NE(ran.out.find("Nothing was changed"), std::string::npos) << ran.all();
  }
  EXPECT_TRUE(bytes_below(program.folder()) == before);
}

TEST_F(BadInput, ACopyOfAStateIsLookedAtAndNotWritten) {
  applied();
  test::Program copy(program.folder() + "/copy", program.home());
  fs::create_directory(copy.folder());
  fs::copy(program.folder() + "/.weft", copy.folder() + "/.weft", fs::copy_options::recursive);
  fs::copy(program.folder() + "/main.fabric", copy.folder() + "/main.fabric");
  EXPECT_EQ(copy.run({"state", "list"}).exit, 0);
  auto before = bytes_below(copy.folder());
  auto ran = copy.run({"apply", "--auto-approve", "--set", "size=7"});
  EXPECT_EQ(ran.exit, 1) << ran.all();
  EXPECT_NE(ran.out.find("Nothing was changed"), std::string::npos) << ran.all();
  EXPECT_TRUE(bytes_below(copy.folder()) == before);
}

TEST_F(BadInput, AKeyThatIsNotTheRightOne) {
  applied("fabric \"shop\" {}\nresource p: local.RandomPassword { length = 16 }\noutput p = p.result\n");
  std::vector<std::string> wrong{"WEFT_KEY=" + std::string(64, 'a')};
  refused(1, {"output", "p", "--reveal"}, {"key"}, wrong);
  refused(1, {"apply", "--auto-approve", "--replace", "p"}, {"key"}, wrong);
  refused(1, {"output", "p", "--reveal"}, {"WEFT_KEY"}, {"WEFT_KEY=short"});
}

// ---- folders and disks

TEST_F(BadInput, AFolderThatMayNotBeWritten) {
  file("main.fabric", kShop);
  if (::geteuid() == 0) {
    // Permissions do not bind root; a read-only mount does.
    if (::mount(program.folder().c_str(), program.folder().c_str(), nullptr, MS_BIND, nullptr) != 0 ||
        ::mount(nullptr, program.folder().c_str(), nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY, nullptr) != 0) {
      ::umount2(program.folder().c_str(), MNT_DETACH);
      GTEST_SKIP() << "SKIPPED: root without the right to mount, so nothing here can be made read-only";
    }
  } else {
    ASSERT_EQ(::chmod(program.folder().c_str(), 0500), 0);
  }
  auto plan = program.run({"plan"});
  EXPECT_EQ(plan.exit, 0) << plan.all();
  refused(1, {"apply", "--auto-approve"}, {"error", "Nothing was changed"});
  refused(1, {"plan", "--out", "p.plan"}, {"p.plan"});
  refused(1, {"init"}, {"error"});
  if (::geteuid() == 0) ::umount2(program.folder().c_str(), MNT_DETACH);
  else ::chmod(program.folder().c_str(), 0700);
  auto ran = program.run({"apply", "--auto-approve"});
  EXPECT_EQ(ran.exit, 0) << ran.all();
}

TEST_F(BadInput, TheWorkingFolderIsGone) {
  fs::create_directory(program.files().path("gone"));
  // The shell's folder is removed before the program starts in it.
  test::Program inside(program.files().path("gone"), program.home());
  for (const Words& words : {Words{"plan"}, {"apply", "--auto-approve"}, {"init", "--from", "local"}, {"state", "list"}, {"check"}, {"version"}}) {
    test::RunRequest request{.arguments = words, .folder = program.files().path("gone"), .remove_folder = true};
    fs::create_directories(request.folder);
    auto ran = inside.run(request);
    EXPECT_EQ(ran.exit, words[0] == "version" ? 0 : 1) << join(words, " ") << "\n" << ran.all();
    EXPECT_EQ(words[0] == "version", ran.out.find("error") == std::string::npos) << ran.all();
    EXPECT_FALSE(fs::exists(request.folder));
  }
}

TEST_F(BadInput, TheWorkingFolderIsRemovedInMidApply) {
  test::TempDir gates;
  for (const char* name : {"started", "gate"}) ASSERT_EQ(::mkfifo(gates.path(name).c_str(), 0600), 0);
  std::string folder = program.files().path("gone");
  fs::create_directory(folder);
  std::ofstream(folder + "/main.fabric") << "fabric \"gone\" {}\ninput at: string\nresource slow: local.Command { create = [\"sh\", \"-c\", \"echo up > ${at}/started; cat ${at}/gate\"] }\n"
                                            "resource after: local.File {\n  @depends_on = [slow]\n  path        = \"after\"\n  content     = \"x\"\n}\n";
  test::Program inside(folder, program.home());
  pid_t child = inside.start({"apply", "--auto-approve", "--set", "at=" + gates.path()});
  {
    std::ifstream started(gates.path("started"));
    std::string line;
    std::getline(started, line);
    ASSERT_EQ(line, "up");
  }
  fs::remove_all(folder);
  { std::ofstream gate(gates.path("gate")); }
  auto ran = inside.finish(child);
  EXPECT_EQ(ran.exit, 4) << ran.all();
  EXPECT_NE(ran.out.find("removed while it was in use"), std::string::npos) << ran.all();
  EXPECT_EQ(ran.out.find("Applied gone in 0"), std::string::npos) << "nothing of it is recorded\n" << ran.all();
  EXPECT_FALSE(fs::exists(folder + "/after")) << "nothing was begun after that";
}

// Enough that a store of a few megabytes cannot take it.
constexpr const char* kLarge = R"(fabric "large" {}

input count: int = 24
input to: string

resource page: local.File for i in range(count) {
  path    = "${to}/${i}"
  content = string.repeat("page ${i} ", 60000)
}
)";

class FullDisk : public BadInput {
 protected:
  // Half of it is done; the rest waits until there is room again, and nothing is lost or made twice.
  void expect_stopped_cleanly(const test::Ran& ran) {
    EXPECT_EQ(ran.exit, 4) << ran.all();
    EXPECT_NE(ran.out.find("no room is left"), std::string::npos) << "says what is wrong\n" << ran.all();
    // What was made and could not be written down is open, and said to be.
    EXPECT_NE(ran.out.find("OPEN "), std::string::npos) << ran.all();
    EXPECT_EQ(ran.out.find("no intent is open"), std::string::npos) << ran.all();
  }
  void expect_goes_on(const std::string& to) {
    auto list = program.run({"state", "list"});
    EXPECT_EQ(list.exit, 0) << list.all();
    auto verify = program.run({"state", "verify"});
    EXPECT_EQ(verify.exit, 0) << verify.all();
    auto again = program.run({"apply", "--auto-approve", "--set", "to=" + to});
    EXPECT_EQ(again.exit, 0) << again.all();
    auto plan = program.run({"plan", "--detailed-exitcode", "--set", "to=" + to});
    EXPECT_EQ(plan.exit, 0) << plan.all();
    size_t files = 0;
    for (const auto& entry : fs::directory_iterator(to)) files += entry.is_regular_file() ? 1 : 0;
    EXPECT_EQ(files, 24u);
  }
};

TEST_F(FullDisk, StopsCleanlyAndGoesOnWhenThereIsRoom) {
  test::TempDir world;
  if (::mount("tmpfs", program.folder().c_str(), "tmpfs", 0, "size=20m") != 0) {
    GTEST_SKIP() << "SKIPPED: a small disk cannot be mounted here (that needs root)";
  }
  file("main.fabric", kLarge);
  auto ran = program.run({"apply", "--auto-approve", "--set", "to=" + world.path("out")});
  expect_stopped_cleanly(ran);
  EXPECT_EQ(::mount("tmpfs", program.folder().c_str(), "tmpfs", MS_REMOUNT, "size=200m"), 0);
  expect_goes_on(world.path("out"));
  ::umount2(program.folder().c_str(), MNT_DETACH);
}

TEST_F(FullDisk, ALimitOfFileSizesIsAFullDiskToo) {
  test::TempDir world;
  file("main.fabric", kLarge);
  // As large as the ballast, so that a state can begin; the store itself cannot grow beyond.
  auto ran = program.run({.arguments = {"apply", "--auto-approve", "--set", "to=" + world.path("out")}, .largest_file = 16U << 20});
  expect_stopped_cleanly(ran);
  expect_goes_on(world.path("out"));
}

TEST_F(FullDisk, APlanThatCannotBeSavedIsNoPlan) {
  test::TempDir world;
  file("main.fabric", kLarge);
  file("old.plan", "kept");
  for (const std::string name : {"new.plan", "old.plan"}) {
    auto ran = program.run({.arguments = {"plan", "--out", name, "--set", "to=" + world.path("out")}, .largest_file = 4096});
    EXPECT_EQ(ran.exit, 1) << ran.all();
    EXPECT_NE(ran.out.find(name), std::string::npos) << ran.all();
    EXPECT_NE(ran.out.find("ake room there"), std::string::npos) << ran.all();
  }
  EXPECT_FALSE(fs::exists(program.files().path("new.plan")));
  EXPECT_EQ(program.files().read("old.plan"), "kept");
  for (const auto& entry : fs::directory_iterator(program.folder())) EXPECT_NE(entry.path().extension(), ".tmp") << entry.path();
  auto saved = program.run({"plan", "--out", "new.plan", "--set", "to=" + world.path("out")});
  EXPECT_EQ(saved.exit, 0) << saved.all();
  EXPECT_EQ(program.run({"apply", "new.plan"}).exit, 0);
}

// A broken checkout must not look as if somebody had taken the declarations out.
TEST(BadFile, AFabricFileThatIsNoneIsAnErrorAndDestroysNothing) {
  test::Program program;
  program.files().write("main.fabric", "fabric \"shop\" {}\nresource a: local.Data { value = 1 }\n");
  program.files().write("more.fabric", "resource b: local.Data { value = 1 }\n");
  ASSERT_EQ(program.run({"apply", "--auto-approve"}).exit, 0);
  auto path = program.files().path("more.fabric");
  auto refused = [&](const std::string& why) {
    auto ran = program.run({"apply", "--auto-approve"});
    EXPECT_EQ(ran.exit, 1) << why << "\n" << ran.all();
    EXPECT_NE(ran.all().find("E0506"), std::string::npos) << ran.all();
    EXPECT_NE(ran.all().find(why), std::string::npos) << ran.all();
    fs::remove(path);
  };
  fs::remove(path);
  fs::create_symlink("nowhere", path);
  refused("no such file");
  fs::create_directory(path);
  refused("it is a folder");
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  refused("it is no regular file");
}

}  // namespace
}  // namespace weft
