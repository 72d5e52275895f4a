// What `--refresh full|changed|none` reads of the world.
#include "tests/engine/ops/bench_world.h"

namespace weft::ops {
namespace {

class RefreshTest : public EngineTest {
 protected:
  void SetUp() override {
    EngineTest::SetUp();
    write("main.fabric", three("one"));
    applied();
    std::ofstream(folder.path() + "/a.txt") << "edited a";
    std::ofstream(folder.path() + "/b.txt") << "edited b";
  }
  static auto three(const std::string& a) -> std::string {
    return "fabric \"three\" {}\n"
           "resource a: local.File { path = \"a.txt\", content = \"" + a + "\" }\n"
           "resource b: local.File { path = \"b.txt\", content = \"two\" }\n"
           "resource c: local.File { path = \"c.txt\", content = \"three\" }\n";
  }
  auto with(Refresh refresh) -> plan::Plan {
    PlanRequest request;
    request.refresh = refresh;
    return planned(request);
  }
};

using Ids = std::vector<std::string>;

TEST_F(RefreshTest, FullReadsEverything) {
  auto plan = with(Refresh::kFull);
  EXPECT_EQ(ids(plan), (Ids{"update a", "update b"}));
  EXPECT_EQ(plan.resources_read, 3);
  EXPECT_EQ(plan.drift.size(), 2);
}

TEST_F(RefreshTest, ChangedReadsWhatTheFilesChange) {
  EXPECT_EQ(with(Refresh::kChanged).resources_read, 0);
  write("main.fabric", three("another"));
  auto plan = with(Refresh::kChanged);
  EXPECT_EQ(ids(plan), Ids{"update a"});
  EXPECT_EQ(plan.resources_read, 1);
}

TEST_F(RefreshTest, ChangedReadsWhatIsNoLongerDeclared) {
  write("main.fabric", "fabric \"three\" {}\nresource c: local.File { path = \"c.txt\", content = \"three\" }\n");
  std::remove((folder.path() + "/b.txt").c_str());
  auto plan = with(Refresh::kChanged);
  EXPECT_EQ(plan.resources_read, 2);
  EXPECT_EQ(ids(plan), (Ids{"destroy a", "forget b"}));
}

TEST_F(RefreshTest, ChangedSeesThatAChangedOneIsMissing) {
  write("main.fabric", three("another"));
  std::remove((folder.path() + "/a.txt").c_str());
  EXPECT_EQ(ids(with(Refresh::kChanged)), Ids{"create a"});
}

TEST_F(RefreshTest, NoneReadsNothing) {
  write("main.fabric", three("another"));
  auto plan = with(Refresh::kNone);
  EXPECT_EQ(ids(plan), Ids{"update a"});
  EXPECT_EQ(plan.resources_read, 0);
  EXPECT_TRUE(plan.drift.empty());
}

}  // namespace
}  // namespace weft::ops
