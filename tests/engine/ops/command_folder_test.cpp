// Where a command is to run is looked at before anything goes.
#include "tests/engine/ops/bench_world.h"

namespace weft::ops {
namespace {

TEST_F(EngineTest, ACommandsMissingFolderIsSeenBeforeTheOldOneGoes) {
  auto command = [&](const std::string& directory, const std::string& more) {
    write("main.fabric", "fabric \"f\" {}\n" + more + "resource a: local.Command {\n  create    = \"touch made\"\n  remove    = \"rm made\"\n  directory = \"" +
                             directory + "\"\n}\n");
  };
  write("one/here", "");
  command("one", "");
  applied();
  command("two", "");
  auto w = world();
  auto result = plan(w, {});
  EXPECT_FALSE(result.ok());
  EXPECT_NE(said(result).find("`directory`: \"two\" is not there"), std::string::npos) << said(result);
  EXPECT_TRUE(there("one/made"));
  command("two", "resource d: local.Directory { path = \"two\" }\n");
  applied();
  EXPECT_TRUE(there("two/made"));
}

}  // namespace
}  // namespace weft::ops
