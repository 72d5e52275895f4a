// One path has many spellings, and is one object under all of them.
#include "tests/engine/ops/bench_world.h"

namespace weft::ops {
namespace {

class SpellingTest : public EngineTest {
 protected:
  void has(const std::string& folder_path, const std::string& file_path, const std::string& content = "x") {
    write("main.fabric", "fabric \"f\" {}\nresource folder: local.Directory { path = \"" + folder_path + "\" }\n" +
                             "resource name: local.RandomPet { words = 2 }\n" +
                             "resource file: local.File {\n  path    = \"" + file_path + "\"\n  content = " + content + "\n}\n");
  }
};

TEST_F(SpellingTest, AnotherSpellingOfAPathChangesNothing) {
  has("out", "out/a", "\"x\"");
  applied();
  for (const char* folder_path : {"out/", "./out", "a/../out", "out//."}) {
    has(folder_path, std::string(folder_path) + "/a", "\"x\"");
    EXPECT_FALSE(planned().changes()) << folder_path << ": " << testing::PrintToString(ids(planned()));
  }
  has("out", folder.path() + "/out/a", "\"x\"");
  EXPECT_FALSE(planned().changes()) << "an absolute one";
}

TEST_F(SpellingTest, WhatChangesBesidesIsAnUpdate) {
  has("out", "out/a", "\"x\"");
  applied();
  has("out/", "./out/a", "\"y\"");
  EXPECT_EQ(ids(planned()), std::vector<std::string>{"update file"});
  applied();
  EXPECT_EQ(read("out/a"), "y");
  EXPECT_FALSE(planned().changes());
  // Of a value that is known only during the apply too.
  ApplyRequest again;
  again.planning.replace = {"name"};
  has("out", "out/../out/a", "name.id");
  applied(again);
  EXPECT_FALSE(planned().changes());
  has("out", "out/b", "name.id");
  EXPECT_EQ(ids(planned()), std::vector<std::string>{"replace file"});
}

TEST_F(SpellingTest, WhatIsAdoptedUnderAnotherSpellingStays) {
  for (const std::string& at : {std::string("./out"), folder.path() + "/out"}) {
    write("out/a", "x");
    write("out/other", "somebody's");
    write("main.fabric", "fabric \"f\" {}\nresource d: local.Directory { path = \"out\" }\nresource f: local.File {\n  path    = \"out/a\"\n"
                         "  content = \"x\"\n}\nadopt d from \"" + at + "\"\nadopt f from \"" + at + "/a\"\n");
    auto plan = planned();
    EXPECT_EQ(ids(plan), (Ids{"adopt d", "adopt f"})) << at;
    applied();
    EXPECT_FALSE(planned().changes()) << testing::PrintToString(ids(planned()));
    EXPECT_TRUE(there("out/other"));
    auto w = world();
    EXPECT_TRUE(forget(w, "default", {"d", "f"}).ok());
  }
}

TEST_F(SpellingTest, WhatTheVerbAdoptsUnderAnotherSpellingStays) {
  auto file = [&](const std::string& path) {
    write("main.fabric", "fabric \"f\" {}\nresource f: local.File {\n  path    = \"" + path + "\"\n  content = \"y\"\n}\n");
  };
  write("out/a", "x");
  file("out/a");
  auto w = world();
  auto adopted = adopt(w, {}, "f", "out//a");
  ASSERT_TRUE(adopted.ok()) << said(adopted);
  EXPECT_EQ(ids(planned()), Ids{"update f"});
  // Nothing was sent yet, and the files spell it otherwise by now.
  file("./out/a");
  EXPECT_EQ(ids(planned()), Ids{"update f"});
  applied();
  EXPECT_EQ(read("out/a"), "y");
  EXPECT_FALSE(planned().changes());
}

}  // namespace
}  // namespace weft::ops
