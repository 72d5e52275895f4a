// Secrets that are a part of something: of a script that prints them, of what a command answers.
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "tests/support/program.h"

namespace weft {
namespace {

namespace fs = std::filesystem;

auto every_byte_below(const std::string& folder) -> std::string {
  std::stringstream all;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) all << std::ifstream(entry.path(), std::ios::binary).rdbuf();
  }
  return all.str();
}

TEST(SecretParts, OfAScriptAndOfAnAnswerAreNowhere) {
  const std::string token = "tok3n-9f8e7d6c5b";
  test::Program program;
  const auto& folder = program.files();
  folder.write("main.fabric", R"(fabric "parts" {}
input token: secret string
resource fails: local.Command {
  create = "echo ${token} >&2; exit 9"
}
resource answers: local.Command {
  create      = "printf '{\"x\":\"pre-%s-post\"}' $TOKEN >&3"
  environment = { TOKEN = token }
}
)");
  auto ran = program.run({"apply", "--auto-approve", "--set", "token=" + token, "--json-to", "events", "--trace", "trace"});
  EXPECT_EQ(ran.exit, 4) << ran.all();
  EXPECT_EQ(ran.all().find(token), std::string::npos) << ran.all();
  EXPECT_NE(ran.all().find("(secret)"), std::string::npos) << ran.all();
  auto shown = program.run({"state", "show", "answers"});
  EXPECT_EQ(shown.all().find(token), std::string::npos) << shown.all();
  EXPECT_EQ(every_byte_below(folder.path()).find(token), std::string::npos);
}

}  // namespace
}  // namespace weft
