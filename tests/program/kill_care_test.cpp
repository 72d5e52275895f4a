// Whoever takes care of the state is killed too: at every point that a verb passes, and anywhere in those that write files
// of their own. The state is what its log says, no record is lost, the verb said again ends well, and the next apply too.
#include <filesystem>
#include <fstream>
#include <functional>
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

constexpr const char* kFabric = R"(fabric "care" {{}}
resource a: local.File for i in range(4) {{
  path    = "out/a${{i}}.txt"
  content = "{0}${{i}}"
}}
resource password: local.RandomPassword {{ length = 12 }}
resource secret: local.File {{
  path    = "out/secret.txt"
  content = password.result
}}
resource kept: local.Data {{ value = "x" }}
)";

struct Verb {
  std::string name;
  std::vector<std::string> arguments;
  std::function<void(const test::Program&)> before = [](const test::Program&) {};  // on a state that was just applied
  std::set<std::string> passes{};  // at least these
  std::string makes{}, takes{};    // the record that there is, or is not, once it has done its work
};

void move_away(const test::Program& program) {
  fs::path state = program.files().path(".weft/state/default"), beside = program.files().path(".weft/state/beside");
  fs::copy(state, beside, fs::copy_options::recursive);
  fs::rename(state, program.files().path(".weft/state/former"));
  fs::rename(beside, state);
}

void leave_in_doubt(const test::Program& program) {
  program.files().write("main.fabric", fmt::format(kFabric, "new"));
  ASSERT_TRUE(program.run({"apply", "--auto-approve"}, {"WEFT_CRASH=call.answered:3"}).killed());
}

void declare_another(const test::Program& program) {
  program.files().write("main.fabric", fmt::format(kFabric, "a") + "resource n: local.File {\n  path    = \"n.txt\"\n  content = \"n\"\n}\n");
  fs::permissions(program.files().write("n.txt", "n"), fs::perms(0644));
}

auto verbs() -> std::vector<Verb> {
  std::set<std::string> one_transaction{"claim.sent", "claim.durable", "end.sent", "end.durable"};
  return {
      {.name = "compact", .arguments = {"state", "compact", "--age", "0s", "--versions", "1"}, .passes = {"compact.copied", "compact.renamed"}},
      {.name = "mv", .arguments = {"state", "mv", "kept", "other"}, .passes = one_transaction, .makes = "other", .takes = "kept"},
      {.name = "forget", .arguments = {"forget", "kept"}, .passes = one_transaction, .takes = "kept"},
      {.name = "adopt", .arguments = {"adopt", "n", "n.txt"}, .before = declare_another, .passes = one_transaction, .makes = "n"},
      {.name = "recover", .arguments = {"recover"}, .before = leave_in_doubt, .passes = {"fence.durable", "settle.looked", "settle.sent", "settle.durable", "end.sent"}},
      {.name = "heal", .arguments = {"state", "heal", "--moved"}, .before = move_away, .passes = {"end.sent", "end.durable"}},
  };
}

class KilledCare : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!kHasCrashPoints) GTEST_SKIP() << "this build has no crash points";
  }
  static void begin(const test::Program& program) {
    program.files().write("main.fabric", fmt::format(kFabric, "a"));
    auto made = program.run({"apply", "--auto-approve"});
    ASSERT_EQ(made.exit, 0) << made.out;
  }
  static auto records(const test::Program& program) -> std::set<std::string> {
    std::set<std::string> found;
    for (const Value& record : test::events_of(program.run({"state", "list", "--json"}).out, "record")) found.insert(test::text_at(record, "address"));
    return found;
  }
  static void is_whole(const test::Program& program, const std::string& where) {
    auto verified = program.run({"state", "verify"});
    EXPECT_EQ(verified.exit, 0) << where << "\n" << verified.out;
  }
  static void goes_on(const test::Program& program, const std::string& where) {
    auto applied = program.run({"apply", "--auto-approve"});
    EXPECT_EQ(applied.exit, 0) << where << "\n" << applied.out;
    auto plan = program.run({"plan", "--detailed-exitcode"});
    EXPECT_EQ(plan.exit, 0) << where << "\n" << plan.out;
    is_whole(program, where);
    for (const auto& entry : fs::directory_iterator(program.files().path(".weft/state/default"))) {
      std::string name = entry.path().filename();
      static const std::set<std::string> known{"data.mdb", "lock.mdb", "open.lock", "compact.lock", "ballast", "runs"};
      EXPECT_TRUE(known.contains(name) || name.starts_with("turn-")) << where << ": " << name << " is left over";
    }
  }
};

TEST_F(KilledCare, AtEveryPointOfEveryVerb) {
  for (const Verb& verb : verbs()) {
    std::set<std::string> points;
    {
      test::Program program;
      begin(program);
      verb.before(program);
      auto ran = program.run(verb.arguments, {"WEFT_CRASH_LOG=" + program.files().path("passed")});
      ASSERT_EQ(ran.exit, 0) << verb.name << "\n" << ran.out;
      std::ifstream passed(program.files().path("passed"));
      for (std::string line; std::getline(passed, line);) points.insert(line);
      for (const auto& point : verb.passes) EXPECT_TRUE(points.contains(point)) << verb.name << " does not pass " << point;
    }
    for (const auto& point : points) {
      std::string where = verb.name + " at " + point;
      test::Program program;
      begin(program);
      verb.before(program);
      auto before = records(program);
      auto after = before;
      if (!verb.makes.empty()) after.insert(verb.makes);
      if (!verb.takes.empty()) after.erase(verb.takes);
      auto killed = program.run(verb.arguments, {"WEFT_CRASH=" + point});
      EXPECT_TRUE(killed.killed()) << where << "\n" << killed.out;
      is_whole(program, where);
      auto now = records(program);
      EXPECT_TRUE(now == before || now == after) << where << ": neither done nor not done";
      if (now == before) {
        auto again = program.run(verb.arguments);
        EXPECT_EQ(again.exit, 0) << where << "\n" << again.out;
        EXPECT_EQ(records(program), after) << where;
      }
      goes_on(program, where);
      if (HasFatalFailure()) return;
    }
  }
}

TEST_F(KilledCare, WhileTheDataKeyIsMade) {
  for (const char* point : {"key.made", "key.wrapped"}) {
    test::Program program;
    program.files().write("main.fabric", fmt::format(kFabric, "a"));
    ASSERT_TRUE(program.run({"apply", "--auto-approve"}, {std::string("WEFT_CRASH=") + point}).killed()) << point;
    goes_on(program, point);
    auto shown = program.run({"state", "show", "password", "--reveal"});
    EXPECT_EQ(shown.exit, 0) << shown.out;
    EXPECT_NE(shown.out.find(program.files().read("out/secret.txt")), std::string::npos) << point << ": it cannot be unsealed";
    long keys = 0;
    for (const auto& entry : fs::recursive_directory_iterator(program.home())) keys += entry.is_regular_file() && entry.path().string().find("/keys/") != std::string::npos ? 1 : 0;
    EXPECT_EQ(keys, 1) << point;
  }
}

// A plan file is there whole or not at all, and a copy of the state can be made again.
TEST_F(KilledCare, WhileAFileIsWritten) {
  std::mt19937 chance(20);
  test::Program program;
  begin(program);
  program.files().write("main.fabric", fmt::format(kFabric, "new"));
  auto begun = std::chrono::steady_clock::now();
  ASSERT_EQ(program.run({"plan", "--out", "kept.plan"}).exit, 0);
  auto whole = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begun).count();
  fs::remove(program.files().path("kept.plan"));
  for (int i = 0; i < 12; ++i) {
    auto after = std::chrono::microseconds(std::uniform_int_distribution<long>(whole / 2, whole)(chance));
    std::string where = fmt::format("after {} µs", after.count());
    (void)program.run({"plan", "--out", "kept.plan"}, {}, after);
    if (fs::exists(program.files().path("kept.plan"))) {
      auto shown = program.run({"show", "kept.plan"});
      EXPECT_EQ(shown.exit, 0) << where << "\n" << shown.out;
    }
    (void)program.run({"state", "backup", "copy"}, {}, after);
    is_whole(program, where);
    fs::remove_all(program.files().path("copy"));
  }
  ASSERT_EQ(program.run({"plan", "--out", "kept.plan"}).exit, 0);
  auto applied = program.run({"apply", "kept.plan"});
  EXPECT_EQ(applied.exit, 0) << applied.out;
  goes_on(program, "at the end");
}

}  // namespace
}  // namespace weft
