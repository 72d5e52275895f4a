// Records that another version of the program has written.
#include "tests/engine/ops/fake_bench.h"
#include "tests/support/numbers.h"

namespace weft::ops {
namespace {

class UpgradeTest : public FakeTest {
 protected:
  void SetUp() override {
    FakeTest::SetUp();
    write("main.fabric", R"(fabric "f" {}
input size: int = 1
resource a: fake.Thing {
  Name = "a"
  Size = size
}
)");
    applied();
  }
  // The record of `a` as another version would have written it.
  void rewrite(const std::function<void(state::Record&)>& change) {
    auto w = world();
    auto state = state::State::open({.folder = folder.path(), .write = true}, w.clock);
    ASSERT_TRUE(state) << state.error().text;
    auto record = (*state)->record("a");
    ASSERT_TRUE(record && *record);
    auto writer = (*state)->writer(state::BeginRun{.verb = "test", .owner = "tester", .host = "here"});
    ASSERT_TRUE(writer) << writer.error().text;
    auto claimed = (*writer)->claim({state::ClaimItem{.address = "a", .subtree = false, .write = true}}, {});
    ASSERT_TRUE(claimed && claimed->granted);
    change(**record);
    ++(*record)->rev;
    std::vector<state::OperationBody> operations;
    operations.push_back(state::Put{std::move(**record)});
    auto landed = (*writer)->append(std::move(operations));
    ASSERT_TRUE(landed) << landed.error().text;
    ASSERT_TRUE((*writer)->end(state::EndRun{.outcome = "done"}, {}));
  }
  auto record() -> state::Record {
    auto record = state_now()->record("a");
    EXPECT_TRUE(record && *record);
    return **record;
  }
  static auto with_size(const char* size) -> ApplyRequest {
    ApplyRequest request;
    request.planning.inputs.sets = {{"size", size}};
    return request;
  }
};

TEST_F(UpgradeTest, WhatThisProgramDoesNotKnowSurvivesItsChanges) {
  NUMBER(50);
  rewrite([](state::Record& record) {
    record.extra = Value::object({{"mood", Value::string("good")}});
    record.applied = with(record.applied, Path{}.member("Colour"), Value::string("red"));
    record.observed = with(record.observed, Path{}.member("Shade"), Value::string("dark"));
  });
  EXPECT_FALSE(planned().changes()) << "it is no difference";
  applied(with_size("2"));
  auto now = record();
  ASSERT_NE(now.extra.get("mood"), nullptr);
  EXPECT_EQ(now.extra.get("mood")->as_string(), "good");
  ASSERT_NE(now.applied.get("Colour"), nullptr);
  EXPECT_EQ(now.applied.get("Colour")->as_string(), "red");
  ASSERT_NE(now.observed.get("Shade"), nullptr);
  EXPECT_EQ(*now.applied.get("Size"), Value::integer(2));
  EXPECT_FALSE(planned(with_size("2").planning).changes());
}

TEST_F(UpgradeTest, AnOlderOneIsReadAndWrittenAnew) {
  NUMBER(50);
  rewrite([](state::Record& record) { record.schema_version = 0; });
  EXPECT_FALSE(planned().changes()) << "it is no difference";
  applied(with_size("2"));
  EXPECT_EQ(record().schema_version, 1u);
  EXPECT_EQ(*record().applied.get("Size"), Value::integer(2));
  rewrite([](state::Record& record) { record.schema_version = 0; });
  destroyed();
  EXPECT_TRUE(fake->objects().empty());
}

TEST_F(UpgradeTest, ANewerOneIsRefusedAndLeftAlone) {
  NUMBER(50);
  rewrite([](state::Record& record) { record.schema_version = 9; });
  auto version = record().version;
  for (bool destroy : {false, true}) {
    auto request = with_size("2");
    request.planning.destroy = destroy;
    auto result = tried(request);
    EXPECT_EQ(result.exit, 1);
    EXPECT_NE(said(result).find("E0620"), std::string::npos) << said(result);
  }
  EXPECT_EQ(record().version, version);
  EXPECT_EQ(fake->requests("update") + fake->requests("remove"), 0u);
  EXPECT_EQ(fake->objects().size(), 1u);
}

}  // namespace
}  // namespace weft::ops
