// A part of a fabric: what is left out, rows of the state's own, and members of a collection that go.
#include "tests/engine/ops/fake_bench.h"

namespace weft::ops {
namespace {

class PartsTest : public FakeTest {
 protected:
  void fabric(const std::string& text) { write("main.fabric", "fabric \"f\" {}\n" + text); }
  static auto with(const char* name, const char* value) -> ApplyRequest {
    ApplyRequest request;
    request.planning.inputs.sets = {{name, value}};
    return request;
  }
  // A create-first replacement whose old object would not go; its row's name.
  auto left_behind() -> std::string {
    fabric("input zone: string = \"a\"\nresource top: fake.Thing {\n  Name = \"top\"\n  Zone = zone\n  @create_first = true\n}\n");
    applied();
    fake->with([](auto& contents) {
      contents.faults.push_back({.call = "remove", .times = 0, .failure = driver::FailureClass::kInvalid, .text = "never"});
    });
    EXPECT_NE(tried(with("zone", "b")).exit, 0);
    auto all = records();
    EXPECT_EQ(all.size(), 2u);
    return all.empty() ? "" : all.back();
  }
};

TEST_F(PartsTest, OutputsOfWhatIsLeftOutStayAsRecorded) {
  fabric(R"(input text: string = "one"
resource a: local.File {
  path    = "a.txt"
  content = text
}
resource b: local.File {
  path    = "b.txt"
  content = text
}
output o = a.content
output p = b.content
)");
  applied();
  auto before = outputs();
  ASSERT_NE(before.find("o = \"one\""), std::string::npos) << before;
  auto except = with("text", "two");
  except.planning.except = {"a"};
  for (const auto& output : planned(except.planning).outputs) EXPECT_EQ(output.changed, output.name == "p") << output.name;
  applied(except);
  EXPECT_EQ(read("a.txt"), "one");
  EXPECT_NE(outputs().find("o = \"one\""), std::string::npos) << outputs();
  EXPECT_NE(outputs().find("p = \"two\""), std::string::npos) << outputs();
  auto only = with("text", "three");
  only.planning.only = {"b"};
  applied(only);
  EXPECT_NE(outputs().find("o = \"one\""), std::string::npos) << outputs();
  EXPECT_NE(outputs().find("p = \"three\""), std::string::npos) << outputs();
}

TEST_F(PartsTest, AnOldRowIsForgottenByItsWholeName) {
  auto old = left_behind();
  ASSERT_NE(old.find("top#old-"), std::string::npos) << old;
  auto w = world();
  auto wrong = forget(w, "default", {"top#old-00000000"});
  EXPECT_TRUE(wrong.failure.has_value());
  auto forgot = forget(w, "default", {old});
  EXPECT_TRUE(forgot.ok()) << said(forgot);
  EXPECT_EQ(records(), Ids{"top"});
}

TEST_F(PartsTest, AnOldRowIsLeftOutByItsWholeName) {
  auto old = left_behind();
  auto request = with("zone", "b");
  request.planning.except = {old};
  EXPECT_TRUE(planned(request.planning).steps.empty());
  request.planning.except.clear();
  request.planning.only = {old};
  EXPECT_EQ(ids(planned(request.planning)), Ids{"destroy " + old});
}

TEST_F(PartsTest, ReadersLetGoOfAMemberBeforeItGoes) {
  auto members = [&](const std::string& names) {
    fabric("resource member: fake.Thing for name in " + names +
           " { Name = name }\nresource reader: fake.Thing {\n  Name  = \"reader\"\n  Needs = [for m in member: m.Id]\n}\n");
  };
  members(R"(["a", "b"])");
  applied();
  members(R"(["a"])");
  auto plan = planned();
  ASSERT_EQ(ids(plan), (Ids{"destroy member[b]", "update reader"}));
  events.all.clear();
  applied();  // the fake world refuses to remove what somebody needs
  EXPECT_EQ(done(), (Ids{"1:reader:update", "1:member[b]:destroy"}));
}

}  // namespace
}  // namespace weft::ops
