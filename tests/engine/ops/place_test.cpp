// What is recorded, planned or in doubt in one place is not touched in another.
#include "tests/engine/ops/fake_bench.h"
#include "tests/engine/ops/other_run.h"

namespace weft::ops {
namespace {

class PlaceTest : public FakeTest {
 protected:
  void fabric(const std::string& text) { write("main.fabric", "fabric \"f\" {}\n" + text); }
  auto saved() -> ApplyRequest {
    PlanRequest saving;
    saving.out = folder.path() + "/p.plan";
    planned(saving);
    ApplyRequest request;
    request.plan_file = saving.out;
    return request;
  }
  auto changes() const -> size_t { return fake->requests("create") + fake->requests("update") + fake->requests("remove"); }
};

TEST_F(PlaceTest, WhatIsNotReadIsComparedAllTheSame) {
  fabric("resource a: fake.Named { Name = \"a\" }\n");
  applied();
  auto before = changes();
  bends->place = "there";
  fabric("resource a: fake.Named {\n  Name = \"a\"\n  Note = \"new\"\n}\n");
  ApplyRequest unread;
  unread.planning.refresh = Refresh::kNone;
  auto result = tried(unread);
  EXPECT_EQ(result.exit, 1);
  EXPECT_NE(said(result).find("E0613"), std::string::npos) << said(result);
  fabric("");
  EXPECT_NE(said(tried(unread)).find("E0613"), std::string::npos);
  EXPECT_EQ(changes(), before);
  EXPECT_EQ(records(), Ids{"a"});
}

TEST_F(PlaceTest, ASavedPlanIsForItsPlace) {
  fabric("resource a: fake.Named { Name = \"a\" }\n");
  auto request = saved();
  bends->place = "there";
  auto result = tried(request);
  EXPECT_EQ(result.exit, 3) << said(result) << steps_said(result);
  EXPECT_NE(result.stale.find("another place"), std::string::npos) << result.stale;
  EXPECT_TRUE(fake->objects().empty());
  bends->place.clear();
  EXPECT_EQ(tried(request).exit, 0);
  EXPECT_EQ(names(), std::set<std::string>{"a"});
}

TEST_F(PlaceTest, ADoubtIsSettledWhereTheCallWent) {
  fabric("resource a: fake.Tagged { Name = \"a\" }\nresource b: fake.Tagged { Name = \"b\" }\n");
  ApplyRequest only;
  only.planning.only = {"b"};
  applied(only);
  dies_before(folder.path(), "a", "fake.Tagged", "create", "tag");
  dies_before(folder.path(), "b", "fake.Tagged", "remove", "tag");
  auto before = changes();
  bends->place = "there";
  auto w = world();
  auto recovered = recover(w, {});
  EXPECT_EQ(recovered.open, 2u) << "nothing is seen there, and that says nothing";
  for (const auto& one : recovered.settled) EXPECT_NE(one.why.find("points at there"), std::string::npos) << one.why;
  RecoverRequest answer;
  answer.address = "a";
  answer.answer = RecoverRequest::Answer::kAdopt;
  answer.id = "a";
  EXPECT_NE(said(recover(w, answer)).find("points at there"), std::string::npos);
  EXPECT_EQ(changes(), before);
  EXPECT_EQ(records(), Ids{"b"});
  bends->place.clear();
  EXPECT_EQ(recover(w, {}).open, 0u);
}

// Accepted is not gone, whoever hears of it.
TEST_F(PlaceTest, ARemovalThatIsOnItsWayIsWaitedForAfterACrash) {
  fabric("resource base: fake.Thing { Name = \"base\" }\nresource a: fake.Slow {\n  Name  = \"a\"\n  Note  = base.Id\n  Polls = 2\n}\n");
  applied();
  dies_before(folder.path(), "a", "fake.Slow", "remove", "token");
  fake->with([](fake::FakeWorld::Contents& contents) {
    for (auto& [id, object] : contents.objects) object.leaving = object.type == "fake.Slow" ? 2 : 0;
  });
  auto w = world();
  EXPECT_EQ(recover(w, {}).open, 0u);
  EXPECT_EQ(status_of("a"), state::Status::kRemoving) << "it is there still";
  destroyed();
  EXPECT_TRUE(records().empty());
  EXPECT_TRUE(fake->objects().empty());
}

}  // namespace
}  // namespace weft::ops
