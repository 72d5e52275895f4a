// weft adopt and weft state mv: what the record says afterwards.
#include "tests/engine/ops/fake_bench.h"

namespace weft::ops {
namespace {

class RecordsTest : public FakeTest {
 protected:
  auto record(const std::string& address) -> state::Record {
    auto w = world();
    auto state = state::State::open({.folder = folder.path()}, w.clock);
    EXPECT_TRUE(state.has_value());
    auto found = state ? (*state)->record(address) : Result<std::optional<state::Record>>(std::nullopt);
    EXPECT_TRUE(found && *found) << address;
    return found && *found ? **found : state::Record();
  }
  auto password(const std::string& name) -> std::string {
    auto object = fake->named(name);
    const Value* value = object ? object->attributes.get("Password") : nullptr;
    return value == nullptr ? "none" : display_text(*value);
  }
};

constexpr const char* kNamed = R"(fabric "f" {}
input password: secret string = "ours"
input size: int = 5
resource a: fake.Named {
  Name          = "a"
  Size          = size
  Password      = password
  @protect      = true
  @replace_when = ["first"]
}
)";

TEST_F(RecordsTest, AdoptKnowsWhatApplyKnows) {
  write("main.fabric", kNamed);
  fake->put("fake.Named", Value::object({{"Name", Value::string("a")}, {"Size", Value::integer(5)}, {"Password", Value::string("live")},
                                         {"Zone", Value::string("zone-a")}, {"Alias", Value::string("f-default-a")}}));
  auto w = world();
  auto adopted = adopt(w, {}, "a", "a");
  ASSERT_TRUE(adopted.ok()) << said(adopted);
  auto after = record("a");
  EXPECT_TRUE(after.protect);
  EXPECT_NE(after.extra.get("replace_when"), nullptr);
  EXPECT_NE(after.extra.get("unverified"), nullptr);
  ApplyRequest request;
  request.planning.inputs.sets = {{"size", "6"}};
  applied(request);
  EXPECT_EQ(password("a"), "\"live\"") << "nobody changed it";
}

TEST_F(RecordsTest, WhatWasSentSecretsIsMovedByTheFilesOnly) {
  write("main.fabric", kNamed);
  applied();
  auto w = world();
  auto moved = state_move(w, "default", "a", "b");
  ASSERT_TRUE(moved.failure.has_value());
  EXPECT_NE(moved.failure->hint.find("moved a to b"), std::string::npos) << moved.failure->hint;
  EXPECT_EQ(records(), Ids{"a"});
}

TEST_F(RecordsTest, WhatSomebodyHasMadeSoIsRecordedOnce) {
  write("main.fabric", kNamed);
  applied();
  auto before = record("a");
  fake->touch("a", "Size", Value::integer(7));
  ApplyRequest request;
  request.planning.inputs.sets = {{"size", "7"}};
  auto result = applied(request);
  ASSERT_EQ(result.steps.size(), 1u) << steps_said(result);
  EXPECT_EQ(result.steps[0].step.id, "1:a:record");
  auto after = record("a");
  EXPECT_EQ(display_text(*after.applied.get("Size")), "7");
  EXPECT_EQ(display_text(*after.observed.get("Size")), "7");
  EXPECT_EQ(after.uid, before.uid);
  EXPECT_EQ(after.identity, before.identity);
  EXPECT_TRUE(after.protect);
  EXPECT_NE(after.extra.get("replace_when"), nullptr);
  EXPECT_NE(*after.applied.get("Password"), Value::string("ours")) << "a secret that was sent stays a digest";
  PlanRequest again;
  again.inputs.sets = request.planning.inputs.sets;
  EXPECT_FALSE(planned(again).changes()) << "it is not found anew each time";
  EXPECT_TRUE(planned(again).drift.empty());
  // When it moves from there it is drift.
  fake->touch("a", "Size", Value::integer(1));
  EXPECT_EQ(planned(again).drift.size(), 1u);
  applied(request);
  EXPECT_EQ(display_text(*record("a").applied.get("Size")), "7");
}

}  // namespace
}  // namespace weft::ops
