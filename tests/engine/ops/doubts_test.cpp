// Runs that break off beside another one, and what is said of their calls.
#include "tests/engine/ops/fake_bench.h"
#include "tests/engine/ops/other_run.h"

namespace weft::ops {
namespace {

class DoubtsTest : public FakeTest {
 protected:
  auto other() -> std::unique_ptr<OtherRun> { return std::make_unique<OtherRun>(folder.path(), system_clock()); }
  // A run that made it and died before it could write that down.
  void dies_after_making(OtherRun& run, const std::string& address) {
    auto operation = run.intend(address, "fake.Tagged", "tag");
    auto id = fake->put("fake.Tagged", Value::object({Field{"Name", Value::string(address)}}));
    fake->with([&](fake::FakeWorld::Contents& contents) { contents.objects.at(id).mark = operation; });
  }
  void dies_in_a_blind_create(const std::string& address) {
    auto dead = other();
    dead->claim(address);
    dead->intend(address, "fake.Blind", "blind");
  }
  // Another loop, for a run in the middle of a run.
  auto beside(const ApplyRequest& request) -> ApplyResult {
    Loop another;
    World outer = world();
    World w{.folder = outer.folder, .drivers = drivers, .functions = functions, .clock = outer.clock, .loop = another, .listener = silent,
            .soft_stop = soft.token(), .hard_stop = hard.token(), .environment = {}, .owner = "eve", .host = "there", .command = "weft apply", .version = "0.1.0"};
    return apply(w, request);
  }

  Events silent;
};

constexpr const char* kTagged = R"(fabric "f" {}
resource a: fake.Tagged { Name = "a" }
)";

// Its prompt stands while another run makes the same and is killed.
TEST_F(DoubtsTest, FoundByTheClaimItIsPlannedAgain) {
  write("main.fabric", kTagged);
  int asked = 0;
  ApplyRequest request;
  request.approve = [&](const plan::Plan&, uint32_t) {
    if (++asked > 1) return true;
    auto dead = other();
    dead->claim("a");
    dies_after_making(*dead, "a");
    return true;
  };
  auto result = tried(request);
  EXPECT_EQ(result.exit, 0) << said(result) << steps_said(result);
  EXPECT_EQ(fake->objects().size(), 1u) << "two objects, one record";
  EXPECT_EQ(records(), Ids{"a"});
  EXPECT_FALSE(planned().changes());
}

TEST_F(DoubtsTest, FoundAfterWaitingItIsPlannedAgain) {
  write("main.fabric", kTagged);
  auto holder = other();
  holder->claim("a");
  events.hook = [&](const event::Event& event) {
    if (!std::holds_alternative<event::ClaimTaken>(event.fact) || holder == nullptr) return;
    dies_after_making(*holder, "a");
    holder.reset();
  };
  ApplyRequest request;
  request.wait = std::chrono::minutes(5);
  auto result = tried(request);
  EXPECT_EQ(result.exit, 0) << said(result) << steps_said(result);
  EXPECT_EQ(fake->objects().size(), 1u);
  EXPECT_FALSE(planned().changes());
}

TEST_F(DoubtsTest, ASavedPlanIsStaleThen) {
  write("main.fabric", kTagged);
  PlanRequest saving;
  saving.out = folder.path() + "/saved.plan";
  planned(saving);
  auto holder = other();
  holder->claim("a");
  events.hook = [&](const event::Event& event) {
    if (!std::holds_alternative<event::ClaimTaken>(event.fact) || holder == nullptr) return;
    dies_after_making(*holder, "a");
    holder.reset();
  };
  ApplyRequest request;
  request.plan_file = saving.out;
  request.wait = std::chrono::minutes(5);
  auto result = tried(request);
  EXPECT_EQ(result.exit, 3) << said(result) << steps_said(result);
  EXPECT_NE(result.stale, "");
  EXPECT_EQ(fake->objects().size(), 1u);
  other()->claim("a");  // nothing is held any more
}

TEST_F(DoubtsTest, RetryLooksAgainAndSettlesNothingByItself) {
  write("main.fabric", "fabric \"f\" {}\nresource a: fake.Blind { Name = \"a\" }\n");
  dies_in_a_blind_create("a");
  auto w = world();
  RecoverRequest request;
  request.address = "a";
  request.answer = RecoverRequest::Answer::kRetry;
  auto looked = recover(w, request);
  EXPECT_TRUE(looked.ok()) << said(looked);
  EXPECT_EQ(looked.open, 1u) << "taken for not done, it would be made again";
  request.answer = RecoverRequest::Answer::kNotDone;
  EXPECT_EQ(recover(w, request).open, 0u);
}

TEST_F(DoubtsTest, WhatThePlanDoesNotTouchIsSaidToo) {
  write("main.fabric", "fabric \"f\" {}\nresource b: fake.Named { Name = \"b\" }\n");
  applied();
  dies_in_a_blind_create("a");
  auto result = tried();
  EXPECT_EQ(result.exit, 4);
  EXPECT_FALSE(result.nothing_to_do);
  const auto* open = report(result, "1:a:create");
  ASSERT_NE(open, nullptr) << steps_said(result);
  EXPECT_EQ(open->state, event::StepState::kOpen);
  EXPECT_NE(open->intent, "");
  // Nobody else is held up, nor told of it who asked for something else.
  ApplyRequest only;
  only.planning.only = {"b"};
  EXPECT_EQ(tried(only).exit, 0);
  write("main.fabric", "fabric \"f\" {}\nresource b: fake.Named {\n  Name = \"b\"\n  Note = \"new\"\n}\n");
  result = tried();
  EXPECT_EQ(result.exit, 4);
  EXPECT_NE(report(result, "1:a:create"), nullptr) << steps_said(result);
  EXPECT_EQ(fake->named("b")->attributes.get("Note")->as_string(), "new");
}

TEST_F(DoubtsTest, WhatSomebodyElseIsSettlingHoldsNobodyUp) {
  write("main.fabric", "fabric \"f\" {}\nresource a: fake.Blind { Name = \"a\" }\nresource b: fake.Named { Name = \"b\" }\n");
  dies_in_a_blind_create("a");
  auto settler = other();
  EXPECT_EQ(settler->claim("a").in_doubt.size(), 1u);
  ApplyRequest request;
  request.planning.only = {"b"};
  auto result = tried(request);
  EXPECT_EQ(result.exit, 0) << said(result) << steps_said(result);
  EXPECT_EQ(names(), std::set<std::string>{"b"});
  EXPECT_EQ(tried().exit, 3) << "what needs it meets who settles it";
}

TEST_F(DoubtsTest, WhatOthersHaveSettledMeanwhileLeavesNoRunBehind) {
  write("main.fabric", "fabric \"f\" {}\nresource a: fake.Blind { Name = \"a\" }\n");
  dies_in_a_blind_create("a");
  bool told = false;
  bends->prepare = [&](const driver::Prepare&, driver::Prepared&) {
    if (std::exchange(told, true)) return;
    Loop another;
    World outer = world();
    World w{.folder = outer.folder, .drivers = drivers, .functions = functions, .clock = outer.clock, .loop = another, .listener = silent,
            .soft_stop = soft.token(), .hard_stop = hard.token(), .environment = {}, .owner = "eve", .host = "there", .command = "weft recover", .version = "0.1.0"};
    RecoverRequest request;
    request.address = "a";
    request.answer = RecoverRequest::Answer::kNotDone;
    EXPECT_TRUE(recover(w, request).ok());
  };
  applied();
  auto state = state_now();
  ASSERT_TRUE(state);
  auto snapshot = state->snapshot();
  ASSERT_TRUE(snapshot);
  for (const auto& run : snapshot->runs) EXPECT_TRUE(run.ended || run.fenced) << run.verb << " never ended";
}

TEST_F(DoubtsTest, ARemovalIsSaidToBeDone) {
  write("main.fabric", "fabric \"f\" {}\nresource a: fake.Named { Name = \"a\" }\nresource b: fake.Named { Name = \"b\" }\n");
  applied();
  {
    auto dead = other();
    dead->claim("a");
    dead->intend("a", "fake.Named", "blind", "remove");
    dead->claim("b");
    dead->intend("b", "fake.Named", "blind", "update");
  }
  auto w = world();
  RecoverRequest request;
  request.answer = RecoverRequest::Answer::kDone;
  request.address = "b";
  EXPECT_NE(said(recover(w, request)).find("leaves an object"), std::string::npos);
  request.address = "a";
  auto result = recover(w, request);
  EXPECT_TRUE(result.ok()) << said(result);
  EXPECT_EQ(result.open, 0u);
  EXPECT_EQ(records(), Ids{"b"});
}

TEST_F(DoubtsTest, AreSettledSideBySide) {
  write("main.fabric", "fabric \"f\" {}\nresource a: fake.Tagged { Name = \"a\" }\nresource b: fake.Tagged { Name = \"b\" }\n");
  auto dead = other();
  dead->claim("a");
  dead->claim("b");
  dies_after_making(*dead, "a");
  dies_after_making(*dead, "b");
  dead.reset();
  fake->add(fake::Fault{.call = "settle", .times = 2, .effect = fake::Effect::kHold});
  // Lets go when both are looked for, or when the second does not come.
  size_t most = 0;
  auto let_go = [](Loop& turns, fake::FakeWorld& held, size_t& together) -> Task<void> {
    for (size_t turn = 0, released = 0; released < 2; ++turn) {
      together = std::max(together, held.held());
      if (held.held() == 2 || (held.held() == 1 && turn > 200'000)) {
        released += held.held();
        held.release();
      }
      co_await turns.yield();
    }
  };
  loop.spawn(let_go(loop, *fake, most));
  auto result = tried();
  EXPECT_EQ(result.exit, 0) << said(result) << steps_said(result);
  EXPECT_EQ(most, 2u);
  EXPECT_EQ(fake->objects().size(), 2u);
  EXPECT_EQ(records(), (Ids{"a", "b"}));
}

// Who has left it open has ended in order: that is not told as a death.
TEST_F(DoubtsTest, WhoEndedInOrderIsNotCalledDead) {
  write("main.fabric", "fabric \"f\" {}\nresource a: fake.Blind { Name = \"a\" }\n");
  fake->add(fake::Fault{.call = "create", .effect = fake::Effect::kLoseAnswer});
  EXPECT_EQ(tried().exit, 4);
  events.all.clear();
  EXPECT_EQ(tried().exit, 4);
  const event::RunInDoubt* told = nullptr;
  for (const auto& one : events.all) {
    if (const auto* fact = std::get_if<event::RunInDoubt>(&one.fact)) told = fact;
  }
  ASSERT_NE(told, nullptr);
  EXPECT_EQ(told->run, "");
  EXPECT_EQ(told->owner, "tester");
  EXPECT_EQ(told->intents, 1u);
}

// Another run has made a member of what is read whole, between this one's plan and its claim.
TEST_F(DoubtsTest, ANewMemberOfAWholeCollectionIsNoticed) {
  auto text = [](const char* names) {
    return std::string("fabric \"f\" {}\nresource s: fake.Named for n in ") + names +
           " { Name = n }\nresource all: fake.Put {\n  Name = \"all\"\n  Needs = [for k, one in s: one.Name]\n}\n";
  };
  write("main.fabric", text("[\"a\"]"));
  ApplyRequest first;
  first.planning.only = {"s"};
  applied(first);
  int asked = 0;
  ApplyRequest request;
  request.approve = [&](const plan::Plan&, uint32_t) {
    if (++asked > 1) return true;
    write("main.fabric", text("[\"a\", \"b\"]"));
    EXPECT_EQ(beside(first).exit, 0);
    write("main.fabric", text("[\"a\"]"));
    return true;
  };
  tried(request);
  EXPECT_EQ(asked, 2) << "what was shown rests on a collection of one";
}

// The test ends, for the wait does.
TEST_F(DoubtsTest, AWaitHearsOfCtrlC) {
  write("main.fabric", kTagged);
  auto holder = other();
  holder->claim("a");
  events.hook = [&](const event::Event& event) {
    if (std::holds_alternative<event::ClaimTaken>(event.fact)) loop.post([&] { soft.request(); });
  };
  ApplyRequest request;
  request.wait = std::chrono::hours(5);
  auto result = tried(request);
  EXPECT_EQ(result.exit, 3) << said(result);
  EXPECT_EQ(result.holders.size(), 1u);
}

constexpr const char* kPair = R"(fabric "f" {}
resource x: fake.Named {
  Name = "x"
  Note = "@X"
}
resource y: fake.Named {
  Name = "y"
  Note = "@Y"
}
output o = "${x.Note ?? ""} ${y.Note ?? ""}"
)";

class OutputsTest : public DoubtsTest {
 protected:
  void declare(const std::string& x, const std::string& y) {
    std::string text = kPair;
    text.replace(text.find("@X"), 2, x);
    text.replace(text.find("@Y"), 2, y);
    write("main.fabric", text);
  }
  static auto only(const std::string& address) -> ApplyRequest {
    ApplyRequest request;
    request.planning.only = {address};
    return request;
  }
  // In the middle of the run.
  void meanwhile(std::function<void()> work) {
    events.hook = [this, work = std::move(work)](const event::Event& event) {
      const auto* moved = std::get_if<event::StepMoved>(&event.fact);
      if (moved == nullptr || moved->to != event::StepState::kRunning) return;
      auto once = std::exchange(events.hook, {});
      work();
    };
  }
};

TEST_F(OutputsTest, OfWhatAllRunsHaveMade) {
  declare("1", "1");
  applied();
  declare("2", "2");
  meanwhile([&] { EXPECT_EQ(beside(only("x")).exit, 0); });
  EXPECT_EQ(tried(only("y")).exit, 0);
  EXPECT_EQ(outputs(), "o = \"2 2\"\n");
}

TEST_F(OutputsTest, NumberedAfterThoseOfOthers) {
  declare("1", "1");
  applied();
  declare("1", "2");
  meanwhile([&] {
    for (const char* x : {"2", "3"}) {
      declare(x, "1");
      EXPECT_EQ(beside(only("x")).exit, 0);
    }
  });
  auto result = tried(only("y"));
  EXPECT_EQ(result.exit, 0) << said(result);
  EXPECT_NE(outputs(), "o = \"1 2\"\n") << "x is 3 by now";
  declare("3", "2");
  tried();
  EXPECT_EQ(outputs(), "o = \"3 2\"\n");
}

// What is read whole is relied on whole.
TEST_F(DoubtsTest, AMemberThatMovedMakesTheReaderStale) {
  auto declare = [&](const std::string& member, const std::string& reader) {
    write("main.fabric", "fabric \"f\" {}\nresource m: fake.Named for i in [\"a\", \"b\"] {\n  Name = i\n  Note = \"" + member +
                             "\"\n}\nresource r: fake.Named {\n  Name = \"r\"\n  Note = \"" + reader + " ${string.join([for k, one in m: one.Note ?? \"\"])}\"\n}\n");
  };
  declare("1", "old");
  applied();
  declare("1", "new");
  ApplyRequest request;
  request.approve = [&](const plan::Plan&, uint32_t) {
    declare("2", "old");
    ApplyRequest inner;
    inner.planning.only = {"m"};
    EXPECT_EQ(beside(inner).exit, 0);
    return true;
  };
  auto result = tried(request);
  EXPECT_EQ(result.exit, 3) << said(result) << steps_said(result);
  EXPECT_NE(result.stale, "");
  EXPECT_EQ(result.stale_details.size(), 2u);
}

}  // namespace
}  // namespace weft::ops
