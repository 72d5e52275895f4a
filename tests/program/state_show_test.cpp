// `weft state show`: where a record is declared, and which names its attributes are written as.
#include <gtest/gtest.h>

#include "tests/support/program.h"

namespace weft {
namespace {

TEST(StateShow, SaysWhereItIsDeclaredAndFromWhat) {
  test::Program program;
  program.files().write("main.fabric", R"(fabric "shown" {}
use site from "./site"
resource folder: local.Directory for name in ["a", "b"] { path = "out-${name}" }
resource page: local.Data for name in ["a", "b"] {
  value   = folder[name].path
  keepers = { x = "1" }
}
module one: site { root = folder["a"].path }
)");
  program.files().write("site/site.fabric", "input root: string\nresource mark: local.Data { value = root }\n");
  ASSERT_EQ(program.run({"apply", "--auto-approve"}).exit, 0);
  auto page = program.run({"state", "show", "page[b]"});
  EXPECT_EQ(page.exit, 0) << page.all();
  EXPECT_NE(page.out.find("declared  main.fabric:4      provider  local"), std::string::npos) << page.all();
  EXPECT_NE(page.out.find("\"out-b\""), std::string::npos) << page.all();
  EXPECT_NE(page.out.find("from folder[b].path"), std::string::npos) << page.all();
  auto mark = program.run({"state", "show", "one.mark"});
  EXPECT_NE(mark.out.find("declared  site/site.fabric:2"), std::string::npos) << mark.all();
  EXPECT_NE(mark.out.find("from root"), std::string::npos) << mark.all();
  EXPECT_EQ(program.run({"state", "show", "folder"}).out.find("declared"), std::string::npos) << "of several records only themselves";
  // Files with mistakes say nothing of it.
  program.files().write("main.fabric", "fabric \"shown\" {\n");
  auto broken = program.run({"state", "show", "page[b]"});
  EXPECT_EQ(broken.exit, 0) << broken.all();
  EXPECT_EQ(broken.out.find("declared"), std::string::npos) << broken.all();
}

TEST(StateShow, RevealSaysWhatNobodyCanReveal) {
  test::Program program;
  program.files().write("main.fabric", R"(fabric "shown" {}
resource pass: local.RandomPassword { length = 16 }
resource run: local.Command {
  create = ["true"]
  input  = pass.result
}
)");
  ASSERT_EQ(program.run({"apply", "--auto-approve"}).exit, 0);
  auto shown = program.run({"state", "show", "run", "--reveal"});
  EXPECT_EQ(shown.exit, 0) << shown.all();
  EXPECT_EQ(shown.out.find("$digest"), std::string::npos) << shown.all();
  auto all = program.run({"state", "show", "run", "--reveal", "--json"});
  EXPECT_EQ(all.out.find("$digest"), std::string::npos) << all.all();
}

}  // namespace
}  // namespace weft
