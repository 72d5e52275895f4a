// What the README shows of the program is what the program shows.
#include <gtest/gtest.h>

#include <filesystem>
#include <regex>
#include <string>

#include "tests/docs/sections.h"
#include "tests/support/program.h"

namespace weft::test {
namespace {

namespace fs = std::filesystem;

TEST(TranscriptsGolden, ThePlanInTheReadme) {
  Program program;
  fs::copy(fs::path(WEFT_SOURCE_DIR) / "examples/02-environments", program.files().path("shop"));
  std::string folder = program.files().path("shop");
  Ran apply = program.run_in(folder, {"apply", "--env", "prod", "--auto-approve"});
  ASSERT_EQ(apply.exit, 0) << apply.all();
  std::string edited = std::regex_replace(program.files().read("shop/main.fabric"), std::regex("timeout = 30s"), "timeout = 45s");
  program.files().write("shop/main.fabric", edited);
  Ran plan = program.run_in(folder, {"plan", "--env", "prod", "--set", "replicas=2"});
  ASSERT_EQ(plan.exit, 0) << plan.all();
  // How long it took is the machine's, not the program's.
  std::string shown = std::regex_replace(plan.out, std::regex(R"((read[^\n]* in )[0-9.]+m?s)"), "$010.0s");
  // So is how many steps one transaction took.
  shown = std::regex_replace(shown, std::regex("state @[0-9]+"), "state @7");
  expect_section("README.md", "transcript", "```text\n$ weft plan --env prod --set replicas=2\n" + shown + "```\n");
}

}  // namespace
}  // namespace weft::test
