// The committer: what goes together, in which order, and what is told to whom.
#include <fcntl.h>

#include <condition_variable>
#include <mutex>

#include "engine/state/frame.h"
#include "tests/engine/state/child.h"
#include "tests/engine/state/support.h"

namespace weft::state::test {
namespace {

TEST(Committer, WhatGathersGoesTogether) {
  Fabric fabric;
  std::mutex mutex;
  std::condition_variable changed;
  int commits = 0;
  bool held = false;
  fabric.store.fault = [&](std::string_view) {
    std::unique_lock lock(mutex);
    ++commits;
    changed.wait(lock, [&] { return !held; });
    return 0;
  };
  auto state = fabric.open();
  auto writer = writer_of(*state);
  ASSERT_TRUE(claim(*writer, {{.address = "w", .subtree = true}}).granted);
  {
    std::lock_guard lock(mutex);
    held = true;
  }
  constexpr int kPuts = 3500;
  int answered = 0;
  uint64_t last = 0;
  bool in_order = true;
  for (int i = 0; i < kPuts; ++i) {
    writer->submit({put("w[" + std::to_string(i) + "]")}, [&, i](Result<Appended> result) {
      in_order = in_order && result && answered == i && result->seq >= last;
      last = result ? result->seq : 0;
      ++answered;
    });
  }
  {
    std::lock_guard lock(mutex);
    held = false;
  }
  changed.notify_all();
  ASSERT_OK(writer->end({.outcome = "done"}, {}));
  EXPECT_EQ(answered, kPuts) << "end() has delivered them";
  EXPECT_TRUE(in_order);
  // Claim, what the first transaction took (at least one), the rest by 1,000, the end.
  EXPECT_LE(commits, 1 + 1 + 4 + 1);
  EXPECT_EQ(state->snapshot()->records.size(), static_cast<size_t>(kPuts));
  ASSERT_OK(state->verify());
}

TEST(Committer, ResultsGoBeforeIntents) {
  Fabric fabric;
  std::mutex mutex;
  std::condition_variable changed;
  bool held = false;
  fabric.store.fault = [&](std::string_view) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return !held; });
    return 0;
  };
  auto state = fabric.open();
  auto writer = writer_of(*state);
  ASSERT_TRUE(claim(*writer, {{.address = "w", .subtree = true}}).granted);
  ASSERT_OK(writer->append({intent("w[0]", "0")}));
  {
    std::lock_guard lock(mutex);
    held = true;
  }
  std::vector<std::string> order;
  auto note = [&](std::string what) { return [&order, what](Result<Appended> result) { order.push_back(result ? what : result.error().text); }; };
  writer->submit({put("w[1]")}, note("first"));  // keeps the committer busy
  for (int i = 2; i < 1500; ++i) writer->submit({intent("w[" + std::to_string(i) + "]", std::to_string(i))}, i == 1499 ? note("last intent") : note("intent"));
  writer->submit({done("0", record("w[0]"))}, note("result"));
  writer->submit({done("1499", record("w[1499]"))}, note("its own intent is queued"));
  {
    std::lock_guard lock(mutex);
    held = false;
  }
  changed.notify_all();
  ASSERT_OK(writer->end({.outcome = "done"}, {}));
  auto at = [&](const std::string& what) { return std::find(order.begin(), order.end(), what) - order.begin(); };
  EXPECT_LT(at("result"), at("last intent"));
  EXPECT_GT(at("its own intent is queued"), at("last intent"));
  EXPECT_EQ(order.size(), 1501U);
  ASSERT_OK(state->verify());
}

TEST(Committer, OneRefusedUnitLeavesTheOthers) {
  Fabric fabric;
  auto state = fabric.open();
  auto writer = writer_of(*state);
  ASSERT_TRUE(claim(*writer, writes({"a", "b"})).granted);
  std::vector<bool> answers;
  auto note = [&](Result<Appended> result) { answers.push_back(result.has_value()); };
  writer->submit({put("a")}, note);
  writer->submit({put("b"), put("not claimed")}, note);
  writer->submit({put("b")}, note);
  writer->submit({}, note);
  ASSERT_OK(writer->end({.outcome = "done"}, {}));
  std::sort(answers.begin(), answers.end());
  EXPECT_EQ(answers, (std::vector<bool>{false, false, true, true}));
  EXPECT_EQ(state->record("b")->value().rev, 1U) << "the refused unit left nothing of itself";
  ASSERT_OK(state->verify());
}

TEST(Committer, NotifiesWhenAnswersAreDue) {
  Fabric fabric;
  auto state = fabric.open();
  auto writer = writer_of(*state);
  std::mutex mutex;
  std::condition_variable changed;
  bool due = false;
  writer->on_ready([&] {
    std::lock_guard lock(mutex);
    due = true;
    changed.notify_all();
  });
  auto here = std::this_thread::get_id();
  bool called = false;
  ASSERT_TRUE(claim(*writer, writes({"a"})).granted);
  writer->submit({put("a")}, [&](Result<Appended> result) { called = result.has_value() && std::this_thread::get_id() == here; });
  std::unique_lock lock(mutex);
  changed.wait(lock, [&] { return due; });
  lock.unlock();
  while (writer->poll() == 0) std::this_thread::yield();
  EXPECT_TRUE(called);
}

TEST(Committer, UnitsAreBoundedAndLargeOnesGoInParts) {
  Fabric fabric;
  auto state = fabric.open();
  auto writer = writer_of(*state);
  ASSERT_TRUE(claim(*writer, {{.address = "w", .subtree = true}}).granted);
  std::vector<OperationBody> many;
  for (int i = 0; i < 999; ++i) many.push_back(bulky("w[" + std::to_string(i) + "]", 4000));
  ASSERT_OK(writer->append(many));
  many.push_back(bulky("w[999]", 10));
  EXPECT_CODE(writer->append(many), Code::kInvalid);
  ASSERT_OK(writer->append({bulky("w[0]", 5'000'000), bulky("w[1]", 2'000'000)}));
  EXPECT_CODE(writer->append({bulky("w[0]", 70'000'000)}), Code::kInvalid);
  ASSERT_OK(writer->end({.outcome = "done"}, {}));
  auto large = state->record("w[0]");
  ASSERT_OK(large);
  EXPECT_EQ((*large)->driver_data.as_string().size(), 5'000'000U);
  auto frames = state->frames(1, 1000);
  ASSERT_OK(frames);
  for (const auto& one : *frames) {
    EXPECT_LE(one.size(), kMostFrameBytes);
    EXPECT_TRUE(read_frame(one));
  }
  EXPECT_EQ(frames->size(), state->tail()->seq);
  ASSERT_OK(state->verify());
}

TEST(Committer, ManyOutputs) {
  Fabric fabric;
  auto state = fabric.open();
  auto writer = writer_of(*state);
  std::vector<OperationBody> outputs;
  for (int i = 0; i < 2500; ++i) outputs.push_back(put("#output.o" + std::to_string(i)));
  ASSERT_OK(writer->end({.outcome = "done"}, outputs));
  auto snapshot = state->snapshot();
  ASSERT_OK(snapshot);
  EXPECT_EQ(snapshot->outputs.size(), 2500U);
  EXPECT_TRUE(snapshot->records.empty());
  ASSERT_OK(state->verify());
}

TEST(Committer, AnotherFabricBeganMeanwhile) {
  Fabric fabric;
  auto state = fabric.open();
  auto writer = writer_of(*state);
  auto told = writer->fabric_id();
  ASSERT_OK(told);
  ASSERT_TRUE(Child("MapChild.DISABLED_Fills", {{kChildFolder, fabric.dir.path()}, {kChildName, "a"}, {"HOME", fabric.dir.path("home")}}).succeeded());
  EXPECT_CODE(writer->claim(writes({"web"}), {}), Code::kConflict);
  auto again = writer_of(*state);
  EXPECT_NE(*again->fabric_id(), *told);
  EXPECT_TRUE(claim(*again, writes({"web"})).granted);
}

}  // namespace
}  // namespace weft::state::test
