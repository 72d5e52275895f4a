// What goes to the driver together, and when it goes.
#include "engine/apply/batches.h"

#include <gtest/gtest.h>

#include "lang/os/clock.h"

namespace weft::apply {
namespace {

class Driver : public driver::Session {
 public:
  auto configured() const -> const driver::Configured& override { return configured_; }
  auto read(driver::Call, std::vector<driver::Instance>, std::function<void(size_t, driver::ReadState)>) -> Task<void> override { co_return; }
  auto change(driver::Call, std::vector<driver::Step> steps, std::function<void(size_t, driver::ChangeResult)> sink) -> Task<void> override {
    calls.push_back(steps.size());
    for (size_t i = 0; i < steps.size(); ++i) {
      if (steps[i].operation_id == silent) continue;
      driver::Changed changed;
      changed.warnings = {steps[i].operation_id};
      sink(i, std::move(changed));
    }
    co_return;
  }
  auto settle(driver::Call, std::vector<driver::Settle>, std::function<void(size_t, driver::Settled)>) -> Task<void> override { co_return; }

  std::vector<size_t> calls;
  std::string silent;

 private:
  driver::Configured configured_;
};

class BatchesTest : public ::testing::Test {
 protected:
  // As long as the test: what goes before goes for another reason.
  static constexpr std::chrono::milliseconds kForEver = std::chrono::hours(1);

  auto joins(Batches& batches, Batches::Joiner joiner, size_t limit, std::string name) -> Task<void> {
    driver::Step step;
    step.operation_id = name;
    driver::Call call{.loop = loop, .clock = system_clock(), .cancel = {}};
    auto answer = co_await batches.call(std::move(joiner), limit, std::move(call), std::move(step));
    answers[name] = answer ? answer->warnings.front() : answer.error().text;
  }

  Loop loop;
  Driver session;
  std::map<std::string, std::string> answers;
};

TEST_F(BatchesTest, GoWhenNobodyElseIsOnTheWay) {
  Batches batches(loop, kForEver);
  Batches::Key key{&session, "zone"};
  Batches::Joiner a(batches, key), b(batches, key), late(batches, key);
  loop.spawn(joins(batches, std::move(a), 0, "a"));
  loop.spawn(joins(batches, std::move(b), 0, "b"));
  block_on(loop, [](Loop& turns) -> Task<void> { for (int i = 0; i < 10; ++i) co_await turns.yield(); }(loop));
  EXPECT_TRUE(session.calls.empty()) << "a third may still join";
  late = Batches::Joiner();  // it has failed on its way
  loop.run_until([&] { return answers.size() == 2; });
  EXPECT_EQ(session.calls, std::vector<size_t>{2});
  EXPECT_EQ(answers, (std::map<std::string, std::string>{{"a", "a"}, {"b", "b"}})) << "each has its own answer";
}

TEST_F(BatchesTest, GoWhenTheyAreAsManyAsTheKeyTakes) {
  Batches batches(loop, kForEver);
  Batches::Key key{&session, "zone"};
  std::vector<Batches::Joiner> joiners;
  for (int i = 0; i < 6; ++i) joiners.emplace_back(batches, key);
  for (int i = 0; i < 5; ++i) loop.spawn(joins(batches, std::move(joiners[static_cast<size_t>(i)]), 2, std::to_string(i)));
  loop.run_until([&] { return answers.size() == 4; });
  EXPECT_EQ(session.calls, (std::vector<size_t>{2, 2}));
  joiners.clear();
  loop.run_until([&] { return answers.size() == 5; });
  EXPECT_EQ(session.calls, (std::vector<size_t>{2, 2, 1}));
}

TEST_F(BatchesTest, GoWhenTheyHaveWaitedLongEnough) {
  Batches batches(loop);
  Batches::Key key{&session, "zone"};
  Batches::Joiner joiner(batches, key), never(batches, key);
  loop.spawn(joins(batches, std::move(joiner), 0, "a"));
  loop.run_until([&] { return answers.size() == 1; });
  EXPECT_EQ(session.calls, std::vector<size_t>{1});
}

TEST_F(BatchesTest, KeysAndSessionsAreKeptApart) {
  Batches batches(loop, kForEver);
  Driver other;
  loop.spawn(joins(batches, Batches::Joiner(batches, {&session, "zone"}), 0, "a"));
  loop.spawn(joins(batches, Batches::Joiner(batches, {&session, "elsewhere"}), 0, "b"));
  loop.spawn(joins(batches, Batches::Joiner(batches, {&other, "zone"}), 0, "c"));
  loop.run_until([&] { return answers.size() == 3; });
  EXPECT_EQ(session.calls, (std::vector<size_t>{1, 1}));
  EXPECT_EQ(other.calls, std::vector<size_t>{1});
}

TEST_F(BatchesTest, OneThatIsNotAnsweredIsTheDriversBug) {
  Batches batches(loop, kForEver);
  Batches::Key key{&session, "zone"};
  session.silent = "a";
  Batches::Joiner a(batches, key), b(batches, key);
  loop.spawn(joins(batches, std::move(a), 0, "a"));
  loop.spawn(joins(batches, std::move(b), 0, "b"));
  loop.run_until([&] { return answers.size() == 2; });
  EXPECT_NE(answers["a"].find("no answer"), std::string::npos) << answers["a"];
  EXPECT_EQ(answers["b"], "b");
}

}  // namespace
}  // namespace weft::apply
