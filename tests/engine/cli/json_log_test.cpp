// Which events reach those who read them by the line.
#include "engine/cli/json_log.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "tests/support/fake_clock.h"
#include "tests/support/temp_dir.h"

namespace weft::cli {
namespace {

using std::chrono::seconds;

class JsonLogTest : public testing::Test {
 protected:
  JsonLogTest() {
    EXPECT_TRUE(log.to_file(folder.path() + "/events", false));
    EXPECT_TRUE(log.to_file(folder.path() + "/trace", true));
  }
  void goes_on(const std::string& step) {
    event::Event event;
    event.fact = event::StepProgress{.id = step, .address = step, .phase = "running"};
    log.event(event);
  }
  auto lines(const std::string& file) -> size_t { return static_cast<size_t>(std::ranges::count(folder.read(file), '\n')); }
  test::TempDir folder;
  test::FakeClock clock;
  JsonLog log{clock};
};

TEST_F(JsonLogTest, ProgressOfAStepIsToldAtOnceAndThenEveryFiveSeconds) {
  for (int second = 0; second <= 11; ++second) {
    goes_on("a");
    clock.advance(seconds(1));
  }
  EXPECT_EQ(lines("events"), 3u) << folder.read("events");  // after 0, 5 and 10
  EXPECT_EQ(lines("trace"), 12u);
}

TEST_F(JsonLogTest, EachStepHasItsOwnTurn) {
  goes_on("a");
  goes_on("b");
  clock.advance(seconds(4));
  goes_on("b");
  EXPECT_EQ(lines("events"), 2u);
  clock.advance(seconds(1));
  goes_on("b");
  EXPECT_EQ(lines("events"), 3u);
}

}  // namespace
}  // namespace weft::cli
