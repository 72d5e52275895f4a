// What apply may fill in and send: holes and rechecks inside the bounds, held fields as they are, nothing unverified.
#include "tests/engine/ops/fake_bench.h"
#include "tests/support/numbers.h"

namespace weft::ops {
namespace {

using event::StepState;

class HolesTest : public FakeTest {
 protected:
  auto attribute(const std::string& name, const char* which) -> std::string {
    auto object = fake->named(name);
    const Value* value = object ? object->attributes.get(which) : nullptr;
    return value == nullptr ? "none" : display_text(*value);
  }
};

constexpr const char* kMode = R"(fabric "f" {}
input size: int = 1
resource a: fake.Thing {
  Name = "a"
  Size = size
}
resource b: fake.Thing {
  Name = "b"
  Mode = "mode ${a.Revision}"
}
)";

TEST_F(HolesTest, ARecheckThatWantsMoreThanThePlanStops) {
  NUMBER(23);
  write("main.fabric", kMode);
  applied();
  ApplyRequest request;
  request.planning.inputs.sets = {{"size", "2"}};
  EXPECT_EQ(ids(planned(request.planning)), (Ids{"update a", "update b"}));
  // Only now that the mode is known can the driver tell that it needs another machine.
  bends->plan = [](const driver::Candidate& candidate, driver::Planned& planned) {
    const Value* mode = candidate.desired.get("Mode");
    if (mode == nullptr || mode->is_unknown()) return;
    planned.verdict = driver::Verdict::kReplace;
    planned.why = "this mode needs another machine";
  };
  auto result = tried(request);
  EXPECT_EQ(result.exit, 4) << steps_said(result);
  EXPECT_EQ(report(result, "1:a:update")->state, StepState::kDone);
  const auto* stopped = report(result, "1:b:update");
  ASSERT_NE(stopped, nullptr);
  EXPECT_EQ(stopped->state, StepState::kFailed);
  EXPECT_TRUE(stopped->error->text.starts_with("beyond the plan: only an update was planned")) << stopped->error->text;
  EXPECT_EQ(stopped->error->changed, "no");
  EXPECT_EQ(attribute("b", "Mode"), "\"mode 1\"");
  EXPECT_EQ(fake->requests("update"), 1u) << "nothing was sent for it";
}

TEST_F(HolesTest, ARecheckThatAgreesGoesOn) {
  NUMBER(23);
  write("main.fabric", kMode);
  applied();
  ApplyRequest request;
  request.planning.inputs.sets = {{"size", "2"}};
  size_t asked = 0;
  bends->plan = [&](const driver::Candidate& candidate, driver::Planned&) {
    const Value* mode = candidate.desired.get("Mode");
    asked += mode != nullptr && !mode->is_unknown() ? 1 : 0;
  };
  applied(request);
  EXPECT_EQ(asked, 1u);
  EXPECT_EQ(attribute("b", "Mode"), "\"mode 2\"");
}

TEST_F(HolesTest, DefaultsThatNeedWhatWasUnknownAreAdded) {
  NUMBER(23);
  write("main.fabric", R"(fabric "f" {}
resource a: fake.Thing { Name = "a" }
resource b: fake.Thing {
  Name = "b"
  Zone = "zone-${a.Id}"
}
)");
  bends->prepare = [](const driver::Prepare&, driver::Prepared& prepared) {
    const Value* zone = prepared.desired.get("Zone");
    if (zone == nullptr || zone->is_unknown()) return;
    prepared.desired = with(prepared.desired, Path{}.member("Kept"), Value::string("kept in " + zone->as_text().str()));
  };
  applied();
  EXPECT_EQ(attribute("b", "Kept"), "\"kept in zone-id-1\"");
  EXPECT_FALSE(planned().changes());
}

TEST_F(HolesTest, AnotherValueThanThePlanKnewStops) {
  NUMBER(23);
  write("main.fabric", R"(fabric "f" {}
resource a: fake.Thing { Name = "a" }
resource b: fake.Thing {
  Name = "b"
  Zone = "zone-${a.Id}"
}
)");
  bends->prepare = [](const driver::Prepare&, driver::Prepared& prepared) {
    const Value* zone = prepared.desired.get("Zone");
    if (zone == nullptr || zone->is_unknown()) return;
    prepared.desired = with(prepared.desired, Path{}.member("Size"), Value::integer(7));
  };
  auto result = tried();
  EXPECT_EQ(result.exit, 4);
  ASSERT_NE(report(result, "1:b:create"), nullptr);
  EXPECT_EQ(report(result, "1:b:create")->error->text, "beyond the plan: `Size` is not what was planned");
  EXPECT_EQ(records(), Ids{"a"});
}

TEST_F(HolesTest, WhatIsIgnoredKeepsItsLiveValue) {
  NUMBER(25);
  auto fabric = [](const std::string& size, const std::string& note) {
    return "fabric \"f\" {}\nresource a: fake.Thing {\n  Name    = \"a\"\n  Size    = " + size + "\n  Note    = \"" + note +
           "\"\n  Labels  = { app = \"web\", tier = \"one\" }\n  @ignore = [\"Note\", \"Labels.tier\"]\n}\n";
  };
  write("main.fabric", fabric("1", "ours"));
  applied();
  EXPECT_EQ(attribute("a", "Note"), "\"ours\"") << "at create the value is used";
  fake->touch("a", "Note", Value::string("theirs"));
  fake->touch("a", "Labels", Value::object({{"app", Value::string("web")}, {"tier", Value::string("two")}}));
  EXPECT_FALSE(planned().changes());
  // Not even with a step that is made for something else, and when our own value changes as well.
  write("main.fabric", fabric("2", "ours again"));
  auto plan = planned();
  ASSERT_EQ(ids(plan), Ids{"update a"});
  applied();
  EXPECT_EQ(attribute("a", "Size"), "2");
  EXPECT_EQ(attribute("a", "Note"), "\"theirs\"");
  EXPECT_NE(attribute("a", "Labels").find("\"two\""), std::string::npos) << attribute("a", "Labels");
  EXPECT_FALSE(planned().changes());
}

TEST_F(HolesTest, WhatIsIgnoredAndGoneStaysGone) {
  NUMBER(25);
  auto fabric = [](const std::string& size) {
    return "fabric \"f\" {}\nresource a: fake.Thing {\n  Name    = \"a\"\n  Size    = " + size +
           "\n  Note    = \"ours\"\n  @ignore = [\"Note\"]\n}\n";
  };
  write("main.fabric", fabric("1"));
  applied();
  fake->with([](auto& world) {
    for (auto& [id, object] : world.objects) object.attributes = without(object.attributes, Path{}.member("Note"));
  });
  write("main.fabric", fabric("2"));
  applied();
  EXPECT_EQ(attribute("a", "Size"), "2");
  EXPECT_EQ(attribute("a", "Note"), "none");
}

constexpr const char* kAdopted = R"(fabric "f" {}
input password: secret string = "the same"
input size: int = 5
resource a: fake.Named {
  Name     = "a"
  Size     = size
  Password = password
  @adopt   = true
}
)";

class AdoptedTest : public HolesTest {
 protected:
  void SetUp() override {
    HolesTest::SetUp();
    write("main.fabric", kAdopted);
    auto object = Value::object({{"Name", Value::string("a")}, {"Size", Value::integer(5)}, {"Password", Value::string("live")},
                                 {"Zone", Value::string("zone-a")}, {"Alias", Value::string("f-default-a")}});
    fake->put("fake.Named", object);
  }
  static auto with(const char* name, const char* value) -> ApplyRequest {
    ApplyRequest request;
    request.planning.inputs.sets = {{name, value}};
    return request;
  }
};

TEST_F(AdoptedTest, WriteOnlyValuesAreUnverifiedAndNotSent) {
  NUMBER(26);
  auto plan = planned();
  ASSERT_EQ(ids(plan), Ids{"adopt a"});
  ASSERT_EQ(plan.steps[0].differences.size(), 1u);
  EXPECT_EQ(plan.steps[0].differences[0].kind, plan::Difference::Kind::kUnverified);
  EXPECT_EQ(plan.steps[0].differences[0].path.text(), "Password");
  applied();
  EXPECT_EQ(attribute("a", "Password"), "\"live\"");
  EXPECT_EQ(fake->requests("update"), 0u);
  EXPECT_FALSE(planned().changes());
}

TEST_F(AdoptedTest, NotWithTheUpdateThatAdoptsIt) {
  NUMBER(26);
  applied(with("size", "6"));
  EXPECT_EQ(attribute("a", "Size"), "6");
  EXPECT_EQ(attribute("a", "Password"), "\"live\"");
  EXPECT_FALSE(planned(with("size", "6").planning).changes());
}

TEST_F(AdoptedTest, NotWithALaterUpdateEither) {
  NUMBER(26);
  applied();
  for (const char* size : {"6", "7"}) {
    applied(with("size", size));
    EXPECT_EQ(attribute("a", "Size"), size);
    EXPECT_EQ(attribute("a", "Password"), "\"live\"");
    EXPECT_FALSE(planned(with("size", size).planning).changes());
  }
}

TEST_F(AdoptedTest, SentAsSoonAsItsValueChanges) {
  NUMBER(26);
  applied();
  auto other = with("password", "another");
  EXPECT_EQ(ids(planned(other.planning)), Ids{"update a"});
  applied(other);
  EXPECT_EQ(attribute("a", "Password"), "\"another\"");
  // From now on it is ours and goes along with every update.
  fake->touch("a", "Password", Value::string("somebody else's"));
  other.planning.inputs.sets.emplace_back("size", "8");
  applied(other);
  EXPECT_EQ(attribute("a", "Password"), "\"another\"");
}

}  // namespace
}  // namespace weft::ops
