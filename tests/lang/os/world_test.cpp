// Clock, terminal, environment and crash points.
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "lang/os/clock.h"
#include "lang/os/crash.h"
#include "lang/os/env.h"
#include "lang/os/sync.h"
#include "lang/os/terminal.h"
#include "tests/support/fake_clock.h"
#include "tests/support/temp_dir.h"

namespace weft {
namespace {

using namespace std::chrono_literals;

auto environment(std::map<std::string, std::string, std::less<>> variables) -> Environment {
  return Environment{.variables = std::move(variables)};
}

TEST(Environment, IsAValue) {
  ASSERT_EQ(setenv("WEFT_TEST_A", "b=c", 1), 0);
  Environment ours = Environment::of_process();
  unsetenv("WEFT_TEST_A");
  EXPECT_EQ(ours.lookup("WEFT_TEST_A"), "b=c");
  Environment small = environment({{"B", ""}, {"A", "1"}});
  EXPECT_EQ(small.lookup("B"), "");
  EXPECT_EQ(small.lookup("C"), std::nullopt);
  EXPECT_EQ(small.get("C"), "");
  EXPECT_EQ(small.list(), (std::vector<std::string>{"A=1", "B="}));
}

TEST(SystemClock, Runs) {
  const Clock& clock = system_clock();
  EXPECT_GT(clock.wall_ms(), 1'700'000'000'000);
  auto before = clock.monotonic();
  auto boot = clock.boottime();
  EXPECT_LE(before, clock.monotonic());
  EXPECT_LE(boot, clock.boottime());
  EXPECT_GE(clock.boottime(), clock.monotonic());
}

TEST(UtcText, IsForMachines) {
  EXPECT_EQ(utc_text(0ns), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(utc_text(1'774'015'501'220ms), "2026-03-20T14:05:01.220Z");
  EXPECT_EQ(utc_text(951'827'696'789'999'999ns), "2000-02-29T12:34:56.789Z");
  EXPECT_EQ(utc_text(-1ms), "1969-12-31T23:59:59.999Z");
}

TEST(Sleeper, RealAndFakeKeepTheSameContract) {
  Loop loop;
  LoopSleeper real(loop);
  EXPECT_TRUE(block_on(loop, real.sleep_for(1ms)));
  CancelSource stop;
  stop.request();
  EXPECT_FALSE(block_on(loop, real.sleep_for(1h, stop.token())));

  test::FakeClock clock;
  auto before = clock.wall();
  test::FakeSleeper jumping(loop, clock);
  EXPECT_TRUE(block_on(loop, jumping.sleep_for(1h)));
  EXPECT_EQ(clock.wall() - before, 1h);
  EXPECT_FALSE(block_on(loop, jumping.sleep_for(1h, stop.token())));
  EXPECT_EQ(jumping.slept, (std::vector<std::chrono::nanoseconds>{1h, 1h}));

  test::FakeSleeper patient(loop, clock, /*jumps=*/false);
  TaskGroup group(loop);
  int woken = 0;
  auto sleep = [](test::FakeSleeper& s, std::chrono::seconds time, int& count) -> Task<void> {
    if (co_await s.sleep_for(time)) ++count;
  };
  group.spawn(sleep(patient, 10s, woken));
  group.spawn(sleep(patient, 20s, woken));
  loop.run_until([&] { return patient.sleeping() == 2; });
  patient.advance(15s);
  loop.run_until([&] { return group.running() == 1; });
  EXPECT_EQ(woken, 1);
  patient.advance(5s);
  EXPECT_TRUE(block_on(loop, group.join()));
  EXPECT_EQ(woken, 2);
}

TEST(Terminal, ColourIsDecidedByTheFirstThatApplies) {
  auto color = [](std::map<std::string, std::string, std::less<>> variables, bool terminal) {
    return use_color(ColorFlag::kNone, environment(std::move(variables)), terminal);
  };
  EXPECT_TRUE(color({}, true));
  EXPECT_FALSE(color({}, false));
  EXPECT_FALSE(color({{"NO_COLOR", "1"}, {"CLICOLOR_FORCE", "1"}}, true));
  EXPECT_TRUE(color({{"NO_COLOR", ""}}, true));
  EXPECT_TRUE(color({{"CLICOLOR_FORCE", "1"}, {"TERM", "dumb"}}, false));
  EXPECT_FALSE(color({{"CLICOLOR_FORCE", "0"}}, false));
  EXPECT_FALSE(color({{"CLICOLOR", "0"}}, true));
  EXPECT_FALSE(color({{"TERM", "dumb"}}, true));
  EXPECT_TRUE(use_color(ColorFlag::kAlways, environment({{"NO_COLOR", "1"}}), false));
  EXPECT_FALSE(use_color(ColorFlag::kNever, environment({{"CLICOLOR_FORCE", "1"}}), true));
}

TEST(Terminal, AsciiFollowsTheLocale) {
  EXPECT_FALSE(use_ascii(false, environment({{"LANG", "de_DE.UTF-8"}})));
  EXPECT_FALSE(use_ascii(false, environment({{"LANG", "C.utf8"}})));
  EXPECT_TRUE(use_ascii(false, environment({{"LANG", "C.UTF-8"}, {"LC_ALL", "C"}})));
  EXPECT_FALSE(use_ascii(false, environment({{"LANG", "C.UTF-8"}, {"LC_ALL", ""}})));
  EXPECT_TRUE(use_ascii(false, environment({{"LANG", "C.UTF-8"}, {"LC_CTYPE", "de_DE.ISO-8859-1"}})));
  EXPECT_TRUE(use_ascii(false, environment({})));
  EXPECT_TRUE(use_ascii(true, environment({{"LANG", "C.UTF-8"}})));
  EXPECT_TRUE(use_ascii(false, environment({{"LANG", "C.UTF-8"}, {"WEFT_ASCII", "1"}})));
}

TEST(Terminal, WidthProgressAndQuestions) {
  EXPECT_EQ(drawing_width(std::nullopt), 0U);
  EXPECT_EQ(drawing_width(TerminalSize{.columns = 40, .rows = 20}), 60U);
  EXPECT_EQ(drawing_width(TerminalSize{.columns = 100, .rows = 20}), 100U);
  EXPECT_EQ(drawing_width(TerminalSize{.columns = 300, .rows = 20}), 120U);

  EXPECT_EQ(progress_choice(std::nullopt, environment({}), true), Progress::kLive);
  EXPECT_EQ(progress_choice(std::nullopt, environment({}), false), Progress::kPlain);
  EXPECT_EQ(progress_choice(std::nullopt, environment({{"CI", "true"}}), true), Progress::kPlain);
  EXPECT_EQ(progress_choice(std::nullopt, environment({{"TERM", "dumb"}}), true), Progress::kPlain);
  EXPECT_EQ(progress_choice(std::nullopt, environment({{"WEFT_PROGRESS", "live"}, {"CI", "1"}}), false), Progress::kLive);
  EXPECT_EQ(progress_choice(Progress::kNone, environment({{"WEFT_PROGRESS", "live"}}), true), Progress::kNone);
  EXPECT_EQ(progress_named("loud"), std::nullopt);

  EXPECT_TRUE(may_prompt(true, true, false, environment({{"CI", ""}})));
  EXPECT_FALSE(may_prompt(false, true, false, environment({})));
  EXPECT_FALSE(may_prompt(true, false, false, environment({})));
  EXPECT_FALSE(may_prompt(true, true, true, environment({})));
  EXPECT_FALSE(may_prompt(true, true, false, environment({{"CI", "1"}})));
}

TEST(Terminal, AFileIsNone) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  EXPECT_FALSE(is_terminal(ends[0]));
  EXPECT_FALSE(terminal_size(ends[0]).has_value());
  close(ends[0]);
  close(ends[1]);
}

TEST(CrashPoints, ASettingThatWouldNotBeObeyedIsRefused) {
  EXPECT_TRUE(check_crash_setting(environment({})).has_value());
  if (!kHasCrashPoints) {
    EXPECT_EQ(check_crash_setting(environment({{"WEFT_CRASH", "intent.durable"}})).error().code, Code::kUnsupported);
    return;
  }
  EXPECT_TRUE(check_crash_setting(environment({{"WEFT_CRASH", "intent.durable"}})).has_value());
  EXPECT_TRUE(check_crash_setting(environment({{"WEFT_CRASH", "intent.durable:3"}})).has_value());
  auto misspelt = check_crash_setting(environment({{"WEFT_CRASH", "intent.durabel"}}));
  EXPECT_EQ(misspelt.error().code, Code::kInvalid);
  EXPECT_EQ(misspelt.error().hint, "did you mean `intent.durable`?");
  for (const char* bad : {"intent.durable:", "intent.durable:0", "intent.durable:x", "intent.durable:1x"}) {
    EXPECT_FALSE(check_crash_setting(environment({{"WEFT_CRASH", bad}})).has_value()) << bad;
  }
}

TEST(CrashPoints, NamesStandOnce) {
  std::set<std::string_view> names(kCrashPoints.begin(), kCrashPoints.end());
  EXPECT_EQ(names.size(), kCrashPoints.size());
}

#ifdef WEFT_CRASH_POINTS
TEST(CrashPointsDeathTest, TheNthPassIsTheLast) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";  // the environment is read once in a process
  test::TempDir dir;
  setenv("WEFT_CRASH", "call.sent:2", 1);
  setenv("WEFT_CRASH_LOG", dir.path("log").c_str(), 1);
  EXPECT_EXIT(
      {
        crash_point("intent.durable");
        crash_point("call.sent");
        crash_point("call.answered");
        crash_point("call.sent");
        _exit(0);
      },
      testing::KilledBySignal(SIGKILL), "");
  unsetenv("WEFT_CRASH");
  unsetenv("WEFT_CRASH_LOG");
}

TEST(CrashPointsDeathTest, TheLogHasEveryPass) {
  testing::FLAGS_gtest_death_test_style = "fast";
  test::TempDir dir;
  EXPECT_EXIT(
      {
        setenv("WEFT_CRASH_LOG", dir.path("log").c_str(), 1);
        crash_point("intent.durable");
        crash_point("call.sent");
        _exit(0);
      },
      testing::ExitedWithCode(0), "");
  EXPECT_EQ(dir.read("log"), "intent.durable\ncall.sent\n");
}
#endif

}  // namespace
}  // namespace weft
