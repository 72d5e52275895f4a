// @ignore and @replace_when: what is made is made as it is written, what is there stays as others left it, and a value that
// is watched is watched from the first apply on.
#include "tests/engine/ops/fake_bench.h"

namespace weft::ops {
namespace {

class IgnoredTest : public FakeTest {
 protected:
  auto note_of(const std::string& name) -> std::string {
    auto object = fake->named(name);
    const Value* note = object ? object->attributes.get("Note") : nullptr;
    return note == nullptr ? "none" : std::string(note->as_string());
  }
  void declare(const std::string& note, const std::string& more = {}) {
    write("main.fabric", "fabric \"f\" {}\nresource one: fake.Thing {\n  Name    = \"one\"\n  Note    = \"" + note + "\"\n  @ignore = [\"Note\"]\n" + more + "}\noutput note = one.Note\n");
  }
};

TEST_F(IgnoredTest, WhatIsGoneIsMadeAsItIsWritten) {
  declare("ours");
  applied();
  fake->drop("one");
  auto plan = planned();
  ASSERT_EQ(ids(plan), Ids{"create one"});
  ASSERT_NE(plan.steps[0].after.get("Note"), nullptr) << "the plan says it too";
  EXPECT_TRUE(plan.steps[0].drift_only);
  applied();
  EXPECT_EQ(note_of("one"), "ours");
  EXPECT_FALSE(planned().changes());
}

TEST_F(IgnoredTest, WhatIsGoneAndWrittenAnewIsNoMereDrift) {
  declare("ours");
  applied();
  fake->drop("one");
  declare("ours", "  Size    = 7\n");
  auto plan = planned();
  ASSERT_EQ(ids(plan), Ids{"create one"});
  EXPECT_FALSE(plan.steps[0].drift_only);
}

TEST_F(IgnoredTest, AReplacementIsMadeAsItIsWritten) {
  declare("ours");
  applied();
  fake->touch("one", "Note", Value::string("theirs"));
  ApplyRequest request;
  request.planning.replace = {"one"};
  auto plan = planned(request.planning);
  ASSERT_EQ(ids(plan), Ids{"replace one"});
  ASSERT_EQ(plan.steps[0].differences.size(), 1u);
  EXPECT_EQ(plan.steps[0].differences[0].kind, plan::Difference::Kind::kChange);
  EXPECT_EQ(*plan.steps[0].differences[0].before, Value::string("theirs"));
  EXPECT_EQ(plan.ignored_differences, 0u);
  applied(request);
  EXPECT_EQ(note_of("one"), "ours");
  EXPECT_FALSE(planned().changes());
}

TEST_F(IgnoredTest, OutputsSayWhatIsThere) {
  declare("1");
  applied();
  ASSERT_EQ(outputs(), "note = \"1\"\n");
  declare("2");
  auto plan = planned();
  EXPECT_FALSE(plan.changes());
  applied();
  EXPECT_EQ(outputs(), "note = \"1\"\n");
  fake->touch("one", "Note", Value::string("theirs"));
  applied();
  EXPECT_EQ(outputs(), "note = \"theirs\"\n");
  EXPECT_EQ(note_of("one"), "theirs");
}

// A command shows nothing of its environment: what was sent counts.
TEST_F(IgnoredTest, WhatDoesNotShowIsSentAsItWas) {
  auto fabric = [&](const char* word, const char* more) {
    write("main.fabric", std::string("fabric \"f\" {}\nresource c: local.Command {\n  create      = [\"sh\", \"-c\", \"echo made $WORD > log\"]\n"
                                     "  update      = [\"sh\", \"-c\", \"echo changed $WORD > log\"]\n  remove      = [\"true\"]\n  environment = { WORD = \"") +
                             word + "\" }\n  @ignore     = [\"environment\"]\n" + more + "}\n");
  };
  fabric("one", "  input = \"a\"\n");
  auto w = world();
  auto tried_first = apply(w, {});
  ASSERT_EQ(tried_first.exit, 0) << said(tried_first);
  ASSERT_EQ(read("log"), "made one\n");
  fabric("two", "  input = \"b\"\n");
  applied();
  EXPECT_EQ(read("log"), "changed one\n");
  EXPECT_FALSE(planned().changes());
}

class WatchedTest : public FakeTest {
 protected:
  void declare(const std::string& watched, const std::string& seed = "1") {
    write("main.fabric", "fabric \"f\" {}\ninput seed: string = \"" + seed + "\"\nresource a: fake.Thing { Name = \"a\" }\nresource b: fake.Thing {\n  Name = \"b\"\n" +
                             (watched.empty() ? std::string() : "  @replace_when = [" + watched + "]\n") + "}\n");
  }
  static auto replacing(const char* address) -> ApplyRequest {
    ApplyRequest request;
    request.planning.replace = {address};
    return request;
  }
};

TEST_F(WatchedTest, WhatIsMadeInTheSameApplyIsWatched) {
  declare("a.Id");
  applied();
  EXPECT_FALSE(planned().changes());
  auto plan = planned(replacing("a").planning);
  EXPECT_EQ(ids(plan), (Ids{"replace a", "replace b"}));
  auto b = std::ranges::find(plan.steps, "b", &plan::Step::address);
  ASSERT_NE(b, plan.steps.end());
  EXPECT_EQ(b->reasons, (std::vector<std::string>{"a value of @replace_when changes: (known after a)"}));
  applied(replacing("a"));
  EXPECT_FALSE(planned().changes()) << "in one apply";
}

TEST_F(WatchedTest, WhatWasThereBeforeItWasWatchedIsRecordedAndWatched) {
  declare("");
  applied();
  declare("seed");
  EXPECT_EQ(ids(planned()), Ids{"record b"});
  applied();
  EXPECT_FALSE(planned().changes());
  declare("seed", "2");
  EXPECT_EQ(ids(planned()), Ids{"replace b"});
  applied();
  EXPECT_FALSE(planned().changes());
  // Nobody watches any more: what it was then says nothing when it is watched again.
  declare("");
  EXPECT_EQ(ids(planned()), Ids{"record b"});
  applied();
  declare("seed", "3");
  EXPECT_EQ(ids(planned()), Ids{"record b"});
  applied();
  EXPECT_FALSE(planned().changes());
}

TEST_F(WatchedTest, AMoveIsNoChange) {
  auto fabric = [&](const std::string& name, const std::string& value, const std::string& more = {}) {
    write("main.fabric", "fabric \"f\" {}\nresource " + name + ": fake.Thing {\n  Name = \"b\"\n  @replace_when = [\"" + value + "\"]\n}\n" + more);
  };
  fabric("b", "1");
  applied();
  EXPECT_FALSE(planned().changes());
  fabric("c", "1", "moved b to c\n");
  EXPECT_EQ(ids(planned()), Ids{"move c"});
  applied();
  EXPECT_FALSE(planned().changes());
  fabric("c", "2");
  EXPECT_EQ(ids(planned()), Ids{"replace c"});
}

}  // namespace
}  // namespace weft::ops
