// Outputs of runs that work beside each other: whoever ends last has seen what all have made.
#include "tests/engine/ops/fake_bench.h"

namespace weft::ops {
namespace {

class OutputsBesideTest : public FakeTest {
 protected:
  // Another run in the middle of this one: with a loop and ears of its own.
  void beside(const ApplyRequest& request) {
    Loop other_loop;
    Events other_events;
    auto w = World{.folder = folder.path(),
                   .drivers = drivers,
                   .functions = functions,
                   .clock = const_cast<Clock&>(system_clock()),
                   .loop = other_loop,
                   .listener = other_events,
                   .soft_stop = soft.token(),
                   .hard_stop = hard.token(),
                   .environment = {},
                   .owner = "other",
                   .host = "there",
                   .command = "weft apply",
                   .version = "0.1.0"};
    auto result = apply(w, request);
    EXPECT_EQ(result.exit, 0) << said(result) << steps_said(result);
  }
  // Only that one, with these values of the inputs.
  static auto only(std::vector<std::string> addresses, const char* a, const char* b, const char* c) -> ApplyRequest {
    ApplyRequest request;
    request.planning.inputs.sets = {{"a", a}, {"b", b}, {"c", c}};
    request.planning.only = std::move(addresses);
    return request;
  }
};

TEST_F(OutputsBesideTest, AnOlderOneDoesNotWin) {
  write("main.fabric", R"(fabric "f" {}
input a: string
input b: string
input c: string
resource one: fake.Thing {
  Name = "one"
  Note = a
}
resource two: fake.Thing {
  Name = "two"
  Note = b
}
resource three: fake.Thing {
  Name = "three"
  Note = c
}
output all = [one.Note, two.Note, three.Note]
)");
  applied(only({}, "1", "1", "1"));
  ASSERT_NE(outputs().find("[\"1\", \"1\", \"1\"]"), std::string::npos) << outputs();
  // While the first changes `one`, a second changes `two`: so the first looks at everything anew at its end. Between this
  // look and its last word a third changes `three`, and ends.
  bool began = false, looked = false;
  events.hook = [&](const event::Event& event) {
    const auto* moved = std::get_if<event::StepMoved>(&event.fact);
    if (moved == nullptr || moved->to != event::StepState::kDone || began) return;
    began = true;
    beside(only({"two"}, "2", "2", "1"));
    bends->prepare = [&](const driver::Prepare&, driver::Prepared&) {
      if (looked) return;
      looked = true;
      beside(only({"three"}, "2", "2", "2"));
    };
  };
  auto result = applied(only({"one"}, "2", "2", "1"));
  EXPECT_TRUE(began && looked);
  EXPECT_EQ(outputs(), "all = [\"2\", \"2\", \"2\"]\n");
  EXPECT_EQ(result.outputs_changed, 0u) << "the third has recorded it";
}

// Its earlier life had revisions of its own.
TEST_F(OutputsBesideTest, OneThatWasGoneIsRecordedAgain) {
  write("main.fabric", "fabric \"f\" {}\ninput v: string\nresource one: fake.Thing {\n  Name = \"one\"\n  Note = v\n}\noutput v = one.Note\n");
  auto with = [](const char* value) {
    ApplyRequest request;
    request.planning.inputs.sets = {{"v", value}};
    return request;
  };
  applied(with("1"));
  applied(with("2"));
  auto gone = with("2");
  gone.planning.destroy = true;
  applied(gone);
  ASSERT_EQ(outputs(), "");
  applied(with("3"));
  EXPECT_EQ(outputs(), "v = \"3\"\n");
}

// What a lookup gave a run, its outputs go by: nothing is read for them.
TEST_F(OutputsBesideTest, LookupsAreNotReadAnew) {
  fake->put("fake.Named", Value::object({{"Name", Value::string("shared")}, {"Note", Value::string("one")}}));
  write("main.fabric", R"(fabric "f" {}
input a: string
input b: string
input c: string
lookup shared: fake.Named { Name = "shared" }
resource one: fake.Thing {
  Name = "one"
  Note = a
}
resource two: fake.Thing {
  Name = "two"
  Note = b
}
output all = [one.Note, two.Note, shared.Note]
)");
  applied(only({}, "1", "1", "1"));
  bool done = false;
  events.hook = [&](const event::Event& event) {
    const auto* moved = std::get_if<event::StepMoved>(&event.fact);
    if (done || moved == nullptr || moved->address != "one" || moved->to != event::StepState::kDone) return;
    done = true;
    beside(only({"two"}, "2", "2", "2"));
    fake->touch("shared", "Note", Value::string("other"));
  };
  applied(only({"one"}, "2", "2", "2"));
  events.hook = nullptr;
  ASSERT_TRUE(done);
  EXPECT_NE(outputs().find("[\"2\", \"2\", \"one\"]"), std::string::npos) << outputs();
}

}  // namespace
}  // namespace weft::ops
