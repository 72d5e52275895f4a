// Credentials that are over in the middle of a run: a person is asked, once for all that wait, and the rest goes on. And
// deadlines: which one passed, and where it comes from, is said.
#include "tests/engine/ops/fake_bench.h"

namespace weft::ops {
namespace {

using driver::FailureClass;
using event::StepState;
using fake::Fault;

class Suspended : public FakeTest {
 protected:
  void SetUp() override {
    FakeTest::SetUp();
    write("main.fabric", R"(fabric "f" {}
resource a: fake.Thing { Name = "a" }
resource b: fake.Thing { Name = a.Id }
resource c: fake.Thing { Name = "c" }
)");
    fake->add(Fault{.call = "create", .times = 0, .failure = FailureClass::kExpired, .text = "the token is over"});
  }
  auto asking(std::function<bool()> answer) -> ApplyRequest {
    ApplyRequest request;
    request.ask_credentials = [this, answer = std::move(answer)](std::string provider, std::string why) -> Task<bool> {
      asked.push_back(provider + ": " + why);
      co_return answer();
    };
    return request;
  }
  auto states_of(const std::string& address) -> std::vector<std::string> {
    std::vector<std::string> all;
    for (const auto& event : events.all) {
      const auto* moved = std::get_if<event::StepMoved>(&event.fact);
      if (moved != nullptr && moved->address == address) all.emplace_back(event::word(moved->to));
    }
    return all;
  }
  std::vector<std::string> asked;
};

TEST_F(Suspended, WithNewCredentialsItGoesOn) {
  auto result = tried(asking([&] {
    fake->clear_faults();
    return true;
  }));
  EXPECT_EQ(result.exit, 0) << said(result);
  EXPECT_EQ(asked, std::vector<std::string>{"fake: the token is over"}) << "once, whoever waits for them";
  EXPECT_EQ(fake->objects().size(), 3u);
  auto states = states_of("a");
  ASSERT_GE(states.size(), 3u);
  EXPECT_EQ(std::vector<std::string>(states.end() - 3, states.end()), (std::vector<std::string>{"suspended", "running", "done"}));
}

TEST_F(Suspended, StillOverIsAskedAgain) {
  int times = 0;
  auto result = tried(asking([&] {
    if (++times == 3) fake->clear_faults();
    return true;
  }));
  EXPECT_EQ(result.exit, 0) << said(result);
  EXPECT_GE(asked.size(), 3u);
  EXPECT_EQ(fake->objects().size(), 3u);
}

TEST_F(Suspended, WithoutThemItsStepsAreSkippedAndNobodyIsAskedTwice) {
  auto result = tried(asking([] { return false; }));
  EXPECT_NE(result.exit, 0);
  EXPECT_EQ(asked.size(), 1u);
  for (const char* id : {"1:a:create", "1:b:create", "1:c:create"}) {
    ASSERT_NE(report(result, id), nullptr) << id;
    EXPECT_EQ(report(result, id)->state, StepState::kSkipped) << id;
  }
  EXPECT_TRUE(fake->objects().empty());
}

class Deadlines : public FakeTest {
 protected:
  auto explained(const std::string& timeouts) -> std::string {
    write("main.fabric", "fabric \"f\" {}\nresource one: fake.Thing {\n  Name = \"one\"\n" + timeouts + "}\n");
    fake->clear_faults();
    fake->add(Fault{.call = "create", .failure = FailureClass::kTimeout, .text = "it takes too long"});
    auto result = tried();
    EXPECT_NE(result.exit, 0);
    const auto* one = report(result, "1:one:create");
    if (one == nullptr || !one->error) return "no error";
    std::string all;
    for (const auto& line : one->error->explanation) all += line + "\n";
    return all;
  }
};

TEST_F(Deadlines, OneThatPassedIsNamedWithWhereItComesFrom) {
  EXPECT_NE(explained("  @timeouts = { create = 90s }\n").find("its deadline was 1m30s to create, by its @timeouts"), std::string::npos);
}

TEST_F(Deadlines, TheTypesOwnTooWithTheWayOut) {
  auto text = explained("");
  EXPECT_NE(text.find("to create, its type's own; @timeouts = { create = … } gives it another"), std::string::npos) << text;
}

}  // namespace
}  // namespace weft::ops
