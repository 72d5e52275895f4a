// weft adopt and weft state mv: what the record says afterwards.
#include "tests/engine/ops/fake_bench.h"

namespace weft::ops {
namespace {

class RecordsTest : public FakeTest {
 protected:
  auto record(const std::string& address) -> state::Record {
    auto state = state_now();
    auto found = state ? state->record(address) : Result<std::optional<state::Record>>(std::nullopt);
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

// More than one transaction holds.
TEST_F(RecordsTest, ManyAreRenamedAndForgottenAtOnce) {
  write("main.fabric", "fabric \"f\" {}\nresource a: local.Data for n in range(1001) { value = n }\nresource one: local.Data { value = length(a) }\n");
  applied();
  auto w = world();
  auto moved = state_move(w, "default", "a", "b");
  EXPECT_FALSE(moved.failure.has_value()) << moved.failure->text;
  EXPECT_EQ(moved.addresses.size(), 1001u);
  EXPECT_EQ(records().size(), 1002u);
  EXPECT_EQ(record("one").dependencies.front().address, "b");
  auto gone = forget(w, "default", {"b"});
  EXPECT_FALSE(gone.failure.has_value()) << gone.failure->text;
  EXPECT_EQ(records(), Ids{"one"});
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

TEST_F(RecordsTest, WhatSomebodyHasMadeSoOfAnAdoptedObjectIsRecordedOnce) {
  auto text = [](const std::string& more) {
    return "fabric \"f\" {}\nresource a: fake.Named {\n  Name = \"a\"\n  Password = secret(\"ours\")\n" + more + "}\n";
  };
  write("main.fabric", text("  Size = 5\n  Kept = \"k\"\n"));
  fake->put("fake.Named", Value::object({{"Name", Value::string("a")}, {"Size", Value::integer(5)}, {"Password", Value::string("live")},
                                         {"Kept", Value::string("k")}, {"Zone", Value::string("zone-a")}, {"Alias", Value::string("f-default-a")}}));
  auto w = world();
  auto adopted = adopt(w, {}, "a", "a");
  ASSERT_TRUE(adopted.ok()) << said(adopted);
  fake->touch("a", "Size", Value::integer(7));
  write("main.fabric", text("  Size = 7\n  Kept = \"k\"\n"));
  EXPECT_EQ(ids(planned()), Ids{"record a"});
  applied();
  EXPECT_FALSE(planned().changes());
  EXPECT_EQ(display_text(*record("a").applied.get("Size")), "7");
  EXPECT_NE(record("a").extra.get("unverified"), nullptr);
  // Left alone when it is not written any more.
  write("main.fabric", text("  Size = 7\n"));
  EXPECT_EQ(ids(planned()), Ids{"record a"});
  applied();
  EXPECT_FALSE(planned().changes());
  EXPECT_EQ(record("a").applied.get("Kept"), nullptr);
  // Still nobody has sent it.
  write("main.fabric", text("  Size = 8\n"));
  applied();
  EXPECT_EQ(password("a"), "\"live\"");
  EXPECT_FALSE(planned().changes());
}

TEST_F(RecordsTest, WhatWasNotReadKeepsItsDigest) {
  auto text = [](const std::string& more) {
    return "fabric \"f\" {}\nresource a: fake.Named {\n  Name = \"a\"\n  Pin = secret(\"1234\")\n" + more + "}\n";
  };
  write("main.fabric", text(""));
  applied();
  auto before = record("a");
  write("main.fabric", text("  @protect = true\n"));
  ApplyRequest unread;
  unread.planning.refresh = Refresh::kNone;
  applied(unread);
  auto after = record("a");
  EXPECT_TRUE(after.protect);
  EXPECT_EQ(*after.observed.get("Pin"), *before.observed.get("Pin"));
  EXPECT_FALSE(planned().changes());
  EXPECT_TRUE(planned().drift.empty());
}

TEST_F(RecordsTest, WhatIsMovedAndWasMadeSoIsRecordedOnce) {
  auto text = [](const std::string& name, int size, const std::string& more = "") {
    return "fabric \"f\" {}\nresource " + name + ": fake.Named {\n  Name = \"a\"\n  Alias = \"x\"\n  Pin = secret(\"1234\")\n" +
           "  Password = secret(\"ours\")\n  Size = " + std::to_string(size) + "\n}\n" + more;
  };
  write("main.fabric", text("a", 5));
  applied();
  auto uid = record("a").uid;
  fake->touch("a", "Size", Value::integer(7));
  write("main.fabric", text("b", 7, "moved a to b\n"));
  EXPECT_EQ(ids(planned()), Ids{"move b"});
  applied();
  EXPECT_EQ(records(), Ids{"b"});
  EXPECT_EQ(record("b").uid, uid);
  EXPECT_EQ(display_text(*record("b").applied.get("Size")), "7");
  EXPECT_FALSE(planned().changes()) << "the next plan has nothing left to record";
  // Without a look its digests are still those of the former address, and are made anew.
  write("main.fabric", text("c", 7, "moved b to c\n"));
  ApplyRequest unread;
  unread.planning.refresh = Refresh::kNone;
  applied(unread);
  EXPECT_EQ(records(), Ids{"c"});
  EXPECT_FALSE(planned().changes());
  EXPECT_TRUE(planned().drift.empty());
}

}  // namespace
}  // namespace weft::ops
