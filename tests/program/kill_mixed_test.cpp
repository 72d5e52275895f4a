// A second apply over an existing state, of everything a step can be (created, changed in place, replaced in both orders,
// removed, moved, drawn anew, commands of each class), killed anywhere. The next apply finishes it, with the files as they
// were, with files that somebody has changed his mind about, or with those of before: nothing is lost, nothing is there
// twice, and the records say what the world is.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "lang/os/crash.h"
#include "tests/support/events.h"
#include "tests/support/program.h"

namespace weft {
namespace {

namespace fs = std::filesystem;

// What the files say: before the killed apply, in it, and after it when somebody has changed his mind.
struct Version {
  std::string word;
  std::string first;  // of what is made before the old one goes: nobody knows that two of them would meet
  int files, boxes, once, letters;
  bool has_gone, is_moved;
};
const Version kOne{.word = "one", .first = "one", .files = 10, .boxes = 4, .once = 1, .letters = 12, .has_gone = true, .is_moved = false};
const Version kTwo{.word = "two", .first = "two", .files = 20, .boxes = 8, .once = 6, .letters = 16, .has_gone = false, .is_moved = true};
const Version kThree{.word = "three", .first = "three", .files = 16, .boxes = 6, .once = 6, .letters = 20, .has_gone = false, .is_moved = true};
const Version kBack{.word = "one", .first = "back", .files = 10, .boxes = 4, .once = 1, .letters = 12, .has_gone = true, .is_moved = false};

// May be run again.
auto box(std::string_view name, int count, std::string_view word) -> std::string {
  return fmt::format(R"(
resource {0}: local.Command for i in range({1}) {{
  create      = "mkdir -p marks/{0}-${{i}} && echo $V > marks/{0}-${{i}}/v"
  update      = "echo $V > marks/{0}-${{i}}/v"
  remove      = "rm -f marks/{0}-${{i}}/v; rmdir marks/{0}-${{i}} || exit 3"
  environment = {{ V = "{2}" }}
  idempotent  = true
}}
)",
                     name, count, word);
}

// May not, but knows afterwards what was done; `mkdir` refuses a second time. Any change replaces it.
auto swap(std::string_view name, std::string_view word, std::string_view order) -> std::string {
  return fmt::format(R"(
resource {0}: local.Command for i in range(4) {{
  create      = "mkdir marks/{0}-${{i}}-$V && echo create {0}-${{i}}-$V >> effects && echo $WEFT_OPERATION >> operations"
  read        = "test -d marks/{0}-${{i}}-$V || exit 3"
  remove      = "rmdir marks/{0}-${{i}}-$V && echo remove {0}-${{i}}-$V >> effects && echo $WEFT_OPERATION >> operations"
  settle      = "grep -qx $WEFT_OPERATION operations || exit 3"
  environment = {{ V = "{1}" }}
{2}}}
)",
                     name, word, order);
}

auto fabric(const Version& version) -> std::string {
  const std::string& word = version.word;
  std::string text = fmt::format(R"(fabric "mixed" {{}}

resource item: local.Data for i in range(20) {{ value = "{0} ${{i}}" }}
resource folder: local.Directory for i in range(5) {{ path = "out/d${{i}}" }}
resource file: local.File for i in range({1}) {{
  path    = "${{folder[i % 5].path}}/f${{i}}.txt"
  content = "${{item[i].value}}\n"
}}
resource after: local.File for i in range(8) {{
  path    = "${{folder[i % 5].path}}/after-{0}-${{i}}.txt"
  content = "{0}\n"
}}
resource before: local.File for i in range(8) {{
  path          = "${{folder[i % 5].path}}/before-{0}-${{i}}.txt"
  content       = "{0}\n"
  @create_first = true
}}
resource {2}: local.File for i in range(5) {{
  path    = "out/kept${{i}}.txt"
  content = "{0}\n"
}}
resource password: local.RandomPassword for i in range(3) {{ length = {3} }}
resource secret: local.File for i in range(3) {{
  path    = "out/secret${{i}}.txt"
  content = password[i].result
}}
resource once: local.Command for i in range({4}) {{ create = "echo once-${{i}} >> effects" }}
output words = [for i, d in item: d.value]
)",
                                 word, version.files, version.is_moved ? "new" : "old", version.letters, version.once);
  if (version.is_moved) text += "moved old to new\n";
  else text += "moved new to old\n";
  if (version.has_gone) {
    text += "resource gone: local.File for i in range(8) {\n  path    = \"out/gone${i}.txt\"\n  content = \"to go\\n\"\n}\n" + box("drop", 4, word);
  }
  return text + box("box", version.boxes, word) + swap("swap", word, "") + swap("first", version.first, "  @create_first = true\n");
}

auto records_of(const Version& version) -> size_t {
  return static_cast<size_t>(20 + 5 + version.files + 16 + 5 + 3 + 3 + version.once + version.boxes + 8 + (version.has_gone ? 12 : 0));
}

// Path → content; of a folder with nothing in it "(folder)". What a secret is nobody knows: its length.
auto wanted(const Version& version) -> std::map<std::string, std::string> {
  std::map<std::string, std::string> world;
  const std::string& word = version.word;
  for (int i = 0; i < version.files; ++i) world[fmt::format("out/d{}/f{}.txt", i % 5, i)] = fmt::format("{} {}\n", word, i);
  for (int i = 0; i < 8; ++i) {
    for (const char* name : {"after", "before"}) world[fmt::format("out/d{}/{}-{}-{}.txt", i % 5, name, word, i)] = word + "\n";
    if (version.has_gone) world[fmt::format("out/gone{}.txt", i)] = "to go\n";
  }
  for (int i = 0; i < 5; ++i) world[fmt::format("out/kept{}.txt", i)] = word + "\n";
  for (int i = 0; i < 3; ++i) world[fmt::format("out/secret{}.txt", i)] = fmt::format("({} letters)", version.letters);
  for (int i = 0; i < version.boxes; ++i) world[fmt::format("marks/box-{}/v", i)] = word + "\n";
  for (int i = 0; i < 4; ++i) {
    world[fmt::format("marks/swap-{}-{}", i, word)] = world[fmt::format("marks/first-{}-{}", i, version.first)] = "(folder)";
    if (version.has_gone) world[fmt::format("marks/drop-{}/v", i)] = word + "\n";
  }
  return world;
}

auto lines_of(const std::string& path) -> std::map<std::string, int> {
  std::map<std::string, int> lines;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) ++lines[line];
  return lines;
}

// One fabric in folders of its own.
class Room {
 public:
  Room() { fs::create_directories(files().path("marks")); }
  auto files() -> const test::TempDir& { return program_.files(); }
  void say(const Version& version) { files().write("main.fabric", fabric(version)); }
  auto run(const std::vector<std::string>& arguments, const std::vector<std::string>& environment = {},
           std::optional<std::chrono::microseconds> kill_after = {}) -> test::Ran {
    return program_.run(arguments, environment, kill_after);
  }
  void begin() {
    say(kOne);
    auto made = run({"apply", "--auto-approve"});
    ASSERT_EQ(made.exit, 0) << made.out;
    say(kTwo);
  }

  // A command that the killed run has begun goes on; it holds that run's lock, and the next one waits for it.
  auto apply() -> test::Ran { return run({"apply", "--auto-approve", "--wait", "1m"}); }

  void finishes(const Version& version, const std::string& where) {
    say(version);
    auto again = apply();
    if (again.exit == 4) {
      answers(version, where);
      if (::testing::Test::HasFatalFailure()) return;
      again = apply();
    }
    ASSERT_EQ(again.exit, 0) << where << "\n" << again.out;
    compare(version, where);
  }

 private:
  // What weft cannot find out, with the files that the killed run saw, a person can.
  void answers(const Version& version, const std::string& where) {
    say(kTwo);
    auto found = program_.run(test::RunRequest{.arguments = {"recover", "--json"}, .apart = true});
    ASSERT_TRUE(found.exit == 0 || found.exit == 4) << where << "\n" << found.out;
    auto effects = lines_of(files().path("effects"));
    for (const Value& settled : test::events_of(found.out, "intent.settled")) {
      if (test::text_at(settled, "outcome") != "open") continue;
      std::string address = test::text_at(settled, "address");
      ASSERT_TRUE(address.starts_with("once[")) << where << ": asked about " << address << "\n" << found.out;
      bool done = effects.contains("once-" + address.substr(5, address.size() - 6));
      auto told = done ? run({"recover", address, "--adopt", "by-hand-" + address}) : run({"recover", address, "--not-done"});
      ASSERT_EQ(told.exit, 0) << where << ": " << address << (done ? " done\n" : " not done\n") << told.out;
    }
    say(version);
  }

  void compare(const Version& version, const std::string& where) {
    std::map<std::string, std::string> world;
    for (const char* top : {"out", "marks"}) {
      for (const auto& entry : fs::recursive_directory_iterator(files().path(top))) {
        std::string path = fs::relative(entry.path(), files().path()).string();
        if (entry.is_directory() && fs::is_empty(entry.path())) world[path] = "(folder)";
        if (!entry.is_regular_file()) continue;
        std::string text = files().read(path);
        world[path] = path.starts_with("out/secret") ? fmt::format("({} letters)", text.size()) : text;
      }
    }
    auto want = wanted(version);
    for (const auto& [path, text] : want) EXPECT_EQ(world.contains(path) ? world[path] : "(missing)", text) << where << ": " << path;
    for (const auto& [path, text] : world) EXPECT_TRUE(want.contains(path)) << where << ": " << path << " is left over: " << text;
    auto effects = lines_of(files().path("effects"));
    for (const auto& [effect, times] : effects) {
      if (effect.starts_with("once-")) {
        EXPECT_EQ(times, 1) << where << ": " << effect;
      } else if (effect.starts_with("create ")) {
        std::string name = effect.substr(7);
        EXPECT_EQ(times - (effects.contains("remove " + name) ? effects["remove " + name] : 0), want.contains("marks/" + name) ? 1 : 0) << where << ": " << effect;
      }
    }
    for (int i = 0; i < version.once; ++i) EXPECT_TRUE(effects.contains(fmt::format("once-{}", i))) << where << ": once-" << i;

    auto verified = run({"state", "verify"});
    EXPECT_EQ(verified.exit, 0) << where << "\n" << verified.out;
    auto list = run({"state", "list", "--json"});
    auto records = test::events_of(list.out, "record");
    EXPECT_EQ(records.size(), records_of(version)) << where << "\n" << list.out;
    for (const Value& record : records) EXPECT_EQ(test::text_at(record, "status"), "ok") << where << ": " << test::text_at(record, "address");
    auto drift = run({"drift"});
    EXPECT_EQ(drift.exit, 0) << where << "\n" << drift.out;
    auto plan = run({"plan", "--detailed-exitcode"});
    EXPECT_EQ(plan.exit, 0) << where << "\n" << plan.out;
  }

  test::Program program_;
};

class KilledSecond : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!kHasCrashPoints) GTEST_SKIP() << "this build has no crash points";
  }
};

const Version& next_of(size_t turn) {
  const Version* versions[] = {&kTwo, &kThree, &kBack};
  return *versions[turn % 3];
}

TEST_F(KilledSecond, IsAHundredStepsOfEveryKind) {
  Room room;
  room.begin();
  auto plan = room.run({"plan", "--json"});
  std::map<std::string, size_t> actions;
  for (const Value& step : test::events_of(plan.out, "plan.step")) ++actions[test::text_at(step, "action")];
  size_t all = 0;
  for (const auto& [action, count] : actions) all += count;
  EXPECT_GE(all, 100u) << plan.out;
  for (const char* action : {"create", "update", "replace", "destroy"}) EXPECT_GE(actions[action], 5u) << action;
  room.finishes(kTwo, "not killed");
  room.finishes(kThree, "not killed");
  room.finishes(kBack, "not killed");
}

TEST_F(KilledSecond, AtEveryNamedPoint) {
  std::map<std::string, int> passed;
  {
    Room room;
    room.begin();
    ASSERT_EQ(room.run({"apply", "--auto-approve"}, {"WEFT_CRASH_LOG=" + room.files().path("passed")}).exit, 0);
    passed = lines_of(room.files().path("passed"));
  }
  for (const char* name : {"claim.durable", "intent.durable", "call.sent", "call.answered", "result.batched", "result.durable", "end.sent"}) {
    EXPECT_TRUE(passed.contains(name)) << name << " was not reached";
  }
  size_t turn = 0;
  for (const auto& [name, times] : passed) {
    std::set<int> passes{1, times / 2, times * 3 / 4};
    for (int pass : passes) {
      if (pass == 0) continue;
      std::string where = fmt::format("{}:{}", name, pass);
      const Version& next = next_of(turn++);
      Room room;
      room.begin();
      auto killed = room.run({"apply", "--auto-approve"}, {"WEFT_CRASH=" + where});
      // How many transactions a run makes depends on what comes together.
      if (!killed.killed()) {
        EXPECT_GT(pass, 1) << where << " was passed before and not now";
        EXPECT_EQ(killed.exit, 0) << where << "\n" << killed.out;
      }
      room.finishes(next, where + ", then " + next.word);
      if (HasFatalFailure()) return;
    }
  }
}

// WEFT_KILLS: how many (9), WEFT_SEED: to see the same ones again.
TEST_F(KilledSecond, AtRandomInstants) {
  const char* asked = std::getenv("WEFT_KILLS");
  int kills = asked == nullptr ? 9 : std::atoi(asked);
  const char* seed_text = std::getenv("WEFT_SEED");
  unsigned seed = seed_text == nullptr ? std::random_device{}() : static_cast<unsigned>(std::strtoul(seed_text, nullptr, 10));
  std::mt19937 chance(seed);
  long whole = 0;
  {
    Room room;
    room.begin();
    auto begun = std::chrono::steady_clock::now();
    ASSERT_EQ(room.apply().exit, 0);
    whole = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begun).count();
  }
  // What comes before the first intent is killed above.
  std::uniform_int_distribution<long> instant(whole / 4, whole);
  for (int i = 0; i < kills; ++i) {
    Room room;
    room.begin();
    auto after = std::chrono::microseconds(instant(chance));
    (void)room.run({"apply", "--auto-approve"}, {}, after);
    const Version& next = next_of(static_cast<size_t>(i));
    room.finishes(next, fmt::format("seed {}, kill {} after {} µs, then {}", seed, i, after.count(), next.word));
    if (HasFatalFailure()) return;
  }
}

// Killed, and killed again while the next one settles what the first left.
TEST_F(KilledSecond, AgainWhileSettling) {
  size_t turn = 0;
  for (const char* name : {"fence.sent", "fence.durable", "settle.looked:5", "settle.repeated", "settle.sent", "settle.durable:3"}) {
    Room room;
    room.begin();
    ASSERT_TRUE(room.run({"apply", "--auto-approve"}, {"WEFT_CRASH=result.batched:3"}).killed()) << name;
    auto second = room.run({"apply", "--auto-approve"}, {std::string("WEFT_CRASH=") + name});
    EXPECT_TRUE(second.killed()) << name << " was not reached\n" << second.out;
    room.finishes(next_of(turn++), name);
    if (HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace weft
