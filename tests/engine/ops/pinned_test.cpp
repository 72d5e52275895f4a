// What a saved plan pins of objects that hold secrets: the file has digests of those only.
#include "tests/engine/ops/fake_bench.h"

namespace weft::ops {
namespace {

class PinnedTest : public FakeTest {
 protected:
  void fabric(const std::string& text) { write("main.fabric", "fabric \"f\" {}\n" + text); }
  auto saved() -> plan::Plan {
    PlanRequest request;
    request.out = folder.path() + "/p.plan";
    return planned(request);
  }
  auto exactly() -> ApplyResult {
    ApplyRequest request;
    request.plan_file = folder.path() + "/p.plan";
    return applied(request);
  }
  auto attribute(const std::string& name, const std::string& which) -> std::string {
    auto object = fake->named(name);
    const Value* value = object ? object->attributes.get(which) : nullptr;
    return value == nullptr ? "none" : display_text(value->revealed());
  }
  auto key() -> std::string {
    auto w = world();
    for (const auto& [name, value] : output(w, "default", "key", true).outputs) return display_text(value.revealed());
    return {};
  }
};

TEST_F(PinnedTest, WhatWasGivenOnceStays) {
  auto text = [](const std::string& more) { return "resource one: fake.Key {\n  Name = \"one\"\n" + more + "}\noutput key = one.AccessKey\n"; };
  fabric(text(""));
  applied();
  auto given = key();
  ASSERT_GT(given.size(), 4u);
  fabric(text("  @protect = true\n") + "resource two: fake.Named {\n  Name = \"two\"\n  Note = one.AccessKey\n}\n");
  EXPECT_EQ(ids(saved()), (Ids{"create two", "record one"}));
  EXPECT_EQ(read("p.plan").find("access-key-of"), std::string::npos);
  exactly();
  EXPECT_EQ(key(), given);
  EXPECT_EQ(attribute("two", "Note"), given);
  // The record has it too.
  EXPECT_FALSE(planned().changes());
  applied();
  EXPECT_EQ(key(), given);
}

TEST_F(PinnedTest, ASecretThatWasSentIsNoDrift) {
  auto text = [](const std::string& size) {
    return "resource one: fake.Named {\n  Name = \"one\"\n  Pin = secret(\"1234\")\n}\n"
           "resource two: fake.Named {\n  Name = \"two\"\n  Pin = secret(\"1234\")\n  Size = " + size + "\n}\n";
  };
  fabric(text("1"));
  applied();
  fabric(text("2"));
  EXPECT_EQ(ids(saved()), Ids{"update two"});
  exactly();
  EXPECT_EQ(attribute("two", "Size"), "2");
  EXPECT_EQ(attribute("two", "Pin"), "\"1234\"");
  EXPECT_FALSE(planned().changes());
}

TEST_F(PinnedTest, ASecretThatHasDriftedIsSetBack) {
  fabric("resource one: fake.Named {\n  Name = \"one\"\n  Pin = secret(\"1234\")\n}\n");
  applied();
  fake->touch("one", "Pin", Value::string("9999"));
  EXPECT_EQ(ids(saved()), Ids{"update one"});
  EXPECT_EQ(read("p.plan").find("9999"), std::string::npos);
  auto result = exactly();
  EXPECT_EQ(result.steps.size(), 1u);
  EXPECT_EQ(attribute("one", "Pin"), "\"1234\"");
  EXPECT_FALSE(planned().changes());
}

TEST_F(PinnedTest, AnIgnoredOneIsLeftAsItIsThere) {
  auto text = [](const std::string& size) {
    return "resource one: fake.Named {\n  Name = \"one\"\n  Pin = secret(\"1234\")\n  Size = " + size + "\n  @ignore = [\"Pin\"]\n}\n";
  };
  fabric(text("1"));
  applied();
  fake->touch("one", "Pin", Value::string("9999"));
  fabric(text("2"));
  EXPECT_EQ(ids(saved()), Ids{"update one"});
  exactly();
  EXPECT_EQ(attribute("one", "Size"), "2");
  EXPECT_EQ(attribute("one", "Pin"), "\"9999\"");
}

TEST_F(PinnedTest, AnIgnoredOneThatWasNotReadIsNoDigest) {
  auto text = [](const std::string& size) {
    return "resource one: fake.Named {\n  Name = \"one\"\n  Pin = secret(\"1234\")\n  Size = " + size + "\n  @ignore = [\"Pin\"]\n}\n";
  };
  fabric(text("1"));
  applied();
  fabric(text("2"));
  ApplyRequest request;
  request.planning.refresh = Refresh::kNone;
  applied(request);
  EXPECT_EQ(attribute("one", "Size"), "2");
  EXPECT_EQ(attribute("one", "Pin"), "\"1234\"");
}

// Something in it moves with every look; what is secret in it is taken from the record as long as that is the same.
TEST_F(PinnedTest, WhatIsSecretInsideIsTheOneThatThePlanSaw) {
  std::string word = "first";
  int looks = 0;
  bends->read = [&](const driver::Instance& item, driver::ReadState& state) {
    if (item.address != "one") return;
    std::vector<Value> list{Value::string("clear"), Value::string(word).as_secret()};
    Value extra = Value::object({{"looks", Value::integer(++looks)}, {"list", Value::list(std::move(list))}});
    state.observed = with(state.observed, Path{}.member("Extra"), extra);
  };
  fabric("resource one: fake.Named { Name = \"one\" }\n");
  applied();
  auto text = [](const std::string& size) {
    return "resource one: fake.Named {\n  Name = \"one\"\n  @protect = true\n}\nresource two: fake.Thing {\n  Name = \"two\"\n  Size = " + size +
           "\n  Note = one.Extra.list[1]\n}\noutput key = one.Extra.list\n";
  };
  fabric(text("1"));
  applied();
  EXPECT_EQ(key(), "[\"clear\", \"first\"]");
  fabric(text("2"));
  EXPECT_EQ(ids(saved()), Ids{"update two"});
  int before = looks;
  exactly();
  EXPECT_EQ(attribute("two", "Size"), "2");
  EXPECT_EQ(attribute("two", "Note"), "\"first\"");
  EXPECT_EQ(key(), "[\"clear\", \"first\"]");
  EXPECT_EQ(looks, before) << "the plan has looked";
  // It is another one, which no file holds: the world is asked.
  word = "second";
  EXPECT_EQ(ids(saved()), Ids{"update two"});
  EXPECT_EQ(read("p.plan").find("second"), std::string::npos);
  before = looks;
  exactly();
  EXPECT_GT(looks, before);
  EXPECT_EQ(attribute("two", "Note"), "\"second\"");
  EXPECT_EQ(key(), "[\"clear\", \"second\"]");
}

TEST_F(PinnedTest, WhatIsMovedTooHasItsSecrets) {
  auto text = [](const std::string& name, const std::string& more) {
    return "resource " + name + ": fake.Key {\n  Name = \"one\"\n  Alias = \"x\"\n  Pin = secret(\"1234\")\n}\noutput key = " + name + ".AccessKey\n" + more;
  };
  fabric(text("a", ""));
  applied();
  auto given = key();
  ASSERT_GT(given.size(), 4u);
  fabric(text("b", "moved a to b\n"));
  EXPECT_EQ(ids(saved()), Ids{"move b"});
  exactly();
  EXPECT_EQ(key(), given);
  EXPECT_EQ(attribute("one", "Pin"), "\"1234\"");
  EXPECT_FALSE(planned().changes());
  applied();
  EXPECT_EQ(key(), given);
}

}  // namespace
}  // namespace weft::ops
