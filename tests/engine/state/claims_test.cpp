// Claims between runs: overlap, all or nothing, the dead, doubts, the queue.
#include "engine/state/claims.h"

#include <filesystem>
#include <future>

#include "tests/engine/state/support.h"

namespace weft::state::test {
namespace {

TEST(Claims, Overlap) {
  auto item = [](std::string address, bool subtree = false) { return ClaimItem{.address = std::move(address), .subtree = subtree}; };
  EXPECT_TRUE(overlap(item("a"), item("a")));
  EXPECT_FALSE(overlap(item("a"), item("a[x]")));
  EXPECT_TRUE(overlap(item("a", true), item("a[x]")));
  EXPECT_TRUE(overlap(item("a[x].b"), item("a", true)));
  EXPECT_TRUE(overlap(item("a", true), item("a[x]", true)));
  EXPECT_FALSE(overlap(item("a", true), item("ab")));
  EXPECT_FALSE(overlap(item("a[x]", true), item("a[y]")));
  EXPECT_FALSE(overlap(item("a[x]", true), item("a")));
  EXPECT_EQ(claim_name("web#old-1234"), "web");
  EXPECT_EQ(claim_name("n[\"#\"].web[a]#old-1234"), "n[\"#\"].web[a]");
  EXPECT_EQ(claim_name("w[\"#old\"]"), "w[\"#old\"]");
  EXPECT_EQ(claim_name("#leader"), "#leader");
  EXPECT_EQ(claim_name("#output.x"), "#output.x");
}

// Two runs of one process are as strange to each other as two processes: their locks are of different descriptors.
struct Two {
  Fabric fabric;
  std::unique_ptr<State> one = fabric.open();
  std::unique_ptr<State> other = fabric.open();
  std::unique_ptr<Writer> a = writer_of(*one);
  std::unique_ptr<Writer> b = writer_of(*other, "destroy");
};

TEST(Claims, DisjointRunsBothWork) {
  Two two;
  ASSERT_TRUE(claim(*two.a, writes({"web"})).granted);
  ASSERT_TRUE(claim(*two.b, writes({"db"})).granted);
  ASSERT_OK(two.a->append({put("web")}));
  ASSERT_OK(two.b->append({put("db")}));
  ASSERT_OK(two.b->end({.outcome = "done"}, {}));
  ASSERT_OK(two.a->append({put("web")}));
  ASSERT_OK(two.a->end({.outcome = "done"}, {}));
  ASSERT_OK(two.one->verify());
}

TEST(Claims, AnEndThatRestsOnALookIsRefusedWhenAnotherRunHasEndedSince) {
  Two two;
  auto output = [](int64_t number) {
    auto row = record("#output.x");
    row.applied = Value::object({{.key = "value", .value = Value::integer(number)}});
    return std::vector<OperationBody>{Put{.record = row}};
  };
  ASSERT_TRUE(claim(*two.a, writes({"web"})).granted);
  ASSERT_TRUE(claim(*two.b, writes({"db"})).granted);
  auto looked = two.one->tail()->seq;
  // What the other one records is no matter; that it ends is.
  ASSERT_OK(two.b->append({put("db")}));
  ASSERT_OK(two.b->end({.outcome = "done"}, output(2), two.other->tail()->seq));
  auto before = *two.one->tail();
  EXPECT_CODE(two.a->end({.outcome = "done"}, output(1), looked), Code::kConflict);
  EXPECT_EQ(*two.one->tail(), before) << "nothing is written";
  EXPECT_EQ(two.a->refused(), std::nullopt) << "the run goes on";
  ASSERT_OK(two.a->append({put("web")}));
  ASSERT_OK(two.a->end({.outcome = "done"}, output(3), before.seq));
  EXPECT_EQ(*(*two.one->record("#output.x"))->applied.get("value"), Value::integer(3));
  ASSERT_OK(two.one->verify());
}

TEST(Claims, RefusedTellsWhoHoldsWhat) {
  Two two;
  ASSERT_TRUE(claim(*two.a, writes({"web", "db"})).granted);
  ASSERT_OK(two.a->append({intent("web", "1")}));
  auto before = *two.one->tail();
  auto refused = claim(*two.b, writes({"cache", "web", "db"}));
  EXPECT_FALSE(refused.granted);
  ASSERT_EQ(refused.holders.size(), 2U);
  EXPECT_EQ(refused.holders[0].address, "db");
  EXPECT_EQ(refused.holders[1].address, "web");
  const auto& run = refused.holders[1].run;
  EXPECT_EQ(run.id, two.a->run());
  EXPECT_EQ(run.owner, "ada");
  EXPECT_EQ(run.host, "laptop");
  EXPECT_EQ(run.command, "weft apply");
  EXPECT_EQ(run.claims, 2U);
  EXPECT_EQ(run.open_intents, 1U);
  EXPECT_TRUE(run.alive);
  EXPECT_EQ(*two.one->tail(), before) << "a refused claim writes nothing, and nothing was claimed";
  EXPECT_TRUE(claim(*two.b, writes({"cache"})).granted);
}

TEST(Claims, ReadersShareWritersDoNot) {
  Two two;
  ASSERT_TRUE(claim(*two.a, {{.address = "vpc", .write = false}}).granted);
  ASSERT_TRUE(claim(*two.b, {{.address = "vpc", .write = false}}).granted);
  EXPECT_FALSE(claim(*two.b, writes({"vpc"})).granted);
  ASSERT_OK(two.a->end({.outcome = "done"}, {}));
  EXPECT_TRUE(claim(*two.b, writes({"vpc"})).granted);
}

TEST(Claims, SubtreesExcludeWhatIsInside) {
  Two two;
  ASSERT_TRUE(claim(*two.a, {{.address = "net", .subtree = true}}).granted);
  EXPECT_FALSE(claim(*two.b, writes({"net.subnet[a]"})).granted);
  EXPECT_FALSE(claim(*two.b, {{.address = "net[x].y", .write = false}}).granted);
  EXPECT_TRUE(claim(*two.b, writes({"network"})).granted);
  EXPECT_TRUE(claim(*two.b, writes({"subnet[a]", "w[" + std::string(500, 'k') + "]"})).granted);
  EXPECT_FALSE(claim(*two.a, {{.address = "subnet", .subtree = true}}).granted);
  EXPECT_FALSE(claim(*two.a, {{.address = "w", .subtree = true, .write = false}}).granted);
  EXPECT_FALSE(claim(*two.a, {{.address = "w[" + std::string(500, 'k') + "]"}}).granted);
}

TEST(Claims, OldObjectsGoWithTheirSuccessor) {
  Two two;
  ASSERT_TRUE(claim(*two.a, writes({"web"})).granted);
  EXPECT_FALSE(claim(*two.b, writes({"web#old-12345678"})).granted);
}

TEST(Claims, APinThatMovedClaimsNothing) {
  Two two;
  ASSERT_TRUE(claim(*two.a, writes({"web"}), {{"web", 0}}).granted);
  auto made = two.a->append({put("web")});
  ASSERT_OK(made);
  ASSERT_OK(two.a->end({.outcome = "done"}, {}));
  auto stale = claim(*two.b, writes({"web", "db"}), {{"web", 0}, {"db", 0}});
  EXPECT_FALSE(stale.granted);
  ASSERT_EQ(stale.moved.size(), 1U);
  EXPECT_EQ(stale.moved[0], (std::pair<std::string, uint64_t>{"web", made->seq}));
  EXPECT_TRUE(stale.holders.empty());
  EXPECT_TRUE(claim(*two.b, writes({"web"}), {{"web", made->seq}}).granted);
}

TEST(Claims, TheDeadAreFencedAndTheirDoubtsHandedOn) {
  Two two;
  ASSERT_TRUE(claim(*two.a, {{.address = "web"}, {.address = "db"}, {.address = "vpc", .write = false}}).granted);
  ASSERT_OK(two.a->append({intent("web", "1", 0, {"vpc"})}));
  auto dead = two.a->run();
  two.a.reset();  // its lock is dropped, as the kernel would
  ASSERT_TRUE(std::filesystem::exists(two.fabric.state_path("runs/" + dead + ".lock")));

  // Even a claim for reading becomes one for writing where there is a doubt.
  auto claimed = claim(*two.b, {{.address = "web", .write = false}});
  ASSERT_TRUE(claimed.granted);
  ASSERT_EQ(claimed.in_doubt.size(), 1U);
  EXPECT_EQ(claimed.in_doubt[0].operation, op_id("1"));
  EXPECT_EQ(claimed.in_doubt[0].run, dead);
  EXPECT_FALSE(std::filesystem::exists(two.fabric.state_path("runs/" + dead + ".lock")));
  ASSERT_OK(two.b->append({Settle{.operation = op_id("1"), .outcome = "done", .by = "look-up", .put = record("web", "i-1")}}));
  auto runs = two.one->runs();
  ASSERT_OK(runs);
  ASSERT_EQ(runs->size(), 1U);
  EXPECT_EQ((*runs)[0].id, two.b->run());
  EXPECT_TRUE((*runs)[0].alive);
  ASSERT_OK(two.one->verify());
}

TEST(Claims, WhoWritesWhatADoubtReadsSettlesThatToo) {
  Two two;
  ASSERT_TRUE(claim(*two.a, {{.address = "web"}, {.address = "vpc", .write = false}}).granted);
  ASSERT_OK(two.a->append({intent("web", "1", 0, {"vpc"})}));
  two.a.reset();
  auto claimed = claim(*two.b, writes({"vpc"}));
  ASSERT_TRUE(claimed.granted);
  ASSERT_EQ(claimed.in_doubt.size(), 1U);
  EXPECT_EQ(claimed.in_doubt[0].address, "web");
  EXPECT_CODE(two.b->append({intent("vpc", "2")}), Code::kConflict);
  ASSERT_OK(two.b->append({Settle{.operation = op_id("1"), .outcome = "not_done", .by = "look-up"}}));
  ASSERT_OK(two.b->append({intent("vpc", "2")}));
}

TEST(Claims, WhoReadsACollectionReliesOnEachOfItsMembers) {
  Two two;
  ASSERT_TRUE(claim(*two.a, {{.address = "web"}, {.address = "subnet", .subtree = true, .write = false}}).granted);
  ASSERT_OK(two.a->append({intent("web", "1", 0, {"subnet"})}));
  two.a.reset();
  // A new member, which no record names yet.
  auto claimed = claim(*two.b, writes({"subnet[c]"}));
  ASSERT_TRUE(claimed.granted);
  ASSERT_EQ(claimed.in_doubt.size(), 1U);
  EXPECT_EQ(claimed.in_doubt[0].address, "web");
  EXPECT_CODE(two.b->append({intent("subnet[c]", "2")}), Code::kConflict);
  ASSERT_TRUE(claim(*two.b, writes({"subnets"})).granted);
  ASSERT_OK(two.b->append({intent("subnets", "3")}));
  ASSERT_OK(two.b->append({Settle{.operation = op_id("1"), .outcome = "not_done", .by = "look-up"}}));
  ASSERT_OK(two.b->append({intent("subnet[c]", "2")}));
  ASSERT_OK(two.one->verify());
}

// What goes relies on what it hangs on; the run itself knows in which order.
TEST(Claims, ARunIsNotHeldUpByItsOwnCalls) {
  Two two;
  ASSERT_TRUE(claim(*two.a, writes({"web", "vpc"})).granted);
  ASSERT_OK(two.a->append({intent("web", "1", 0, {"vpc"})}));
  ASSERT_OK(two.a->append({intent("vpc", "2")}));
  EXPECT_CODE(two.a->append({intent("web", "3")}), Code::kInternal);
}

TEST(Claims, ADoubtHeldBySomebodyElseIsInTheWay) {
  Two two;
  ASSERT_TRUE(claim(*two.a, {{.address = "web"}, {.address = "vpc", .write = false}}).granted);
  ASSERT_OK(two.a->append({intent("web", "1", 0, {"vpc"})}));
  two.a.reset();
  auto settler = writer_of(*two.one, "recover");
  ASSERT_TRUE(claim(*settler, writes({"web"})).granted);
  auto refused = claim(*two.b, writes({"vpc"}));
  EXPECT_FALSE(refused.granted);
  ASSERT_EQ(refused.holders.size(), 1U);
  EXPECT_EQ(refused.holders[0].address, "web");
  ASSERT_EQ(refused.blocked.size(), 1U);
  EXPECT_EQ(refused.blocked[0].operation, op_id("1"));
}

TEST(Claims, AnEndedRunMayLeaveADoubtForAPerson) {
  Two two;
  ASSERT_TRUE(claim(*two.a, writes({"web"})).granted);
  ASSERT_OK(two.a->append({intent("web", "1")}));
  ASSERT_OK(two.a->end({.outcome = "partial"}, {}));
  auto snapshot = two.one->snapshot();
  ASSERT_OK(snapshot);
  ASSERT_EQ(snapshot->open.size(), 1U);
  ASSERT_EQ(snapshot->runs.size(), 1U);
  EXPECT_TRUE(snapshot->runs[0].ended);
  EXPECT_FALSE(snapshot->runs[0].alive);
  auto claimed = claim(*two.b, writes({"web"}));
  ASSERT_TRUE(claimed.granted);
  EXPECT_EQ(claimed.in_doubt.size(), 1U);
}

TEST(Claims, FenceByAPerson) {
  Two two;
  ASSERT_TRUE(claim(*two.a, writes({"web"})).granted);
  EXPECT_FALSE(claim(*two.b, writes({"web"})).granted);
  ASSERT_OK(fence_run(*two.other, two.a->run(), "unlock by eve", begin("unlock")));
  EXPECT_TRUE(claim(*two.b, writes({"web"})).granted);
  EXPECT_EQ(two.a->refused(), std::nullopt) << "it finds out when it next writes";
  EXPECT_CODE(two.a->append({put("web")}), Code::kConflict);
  ASSERT_TRUE(two.a->refused());
  EXPECT_NE(two.a->refused()->text.find("unlock by eve"), std::string::npos);
  EXPECT_CODE(two.a->end({.outcome = "failed"}, {}), Code::kConflict);
  EXPECT_CODE(fence_run(*two.other, two.a->run(), "again", begin("unlock")), Code::kNotFound);
}

TEST(Claims, WaitingEndsWhenTheHolderEnds) {
  Two two;
  ASSERT_TRUE(claim(*two.a, writes({"web"})).granted);
  auto waiting = std::async(std::launch::async, [&] { return two.b->wait_for(writes({"web"}), std::chrono::minutes(5)); });
  // The ticket tells that it waits.
  while (two.one->tail()->seq < 2) std::this_thread::yield();
  ASSERT_OK(two.a->end({.outcome = "done"}, {}));
  auto granted = waiting.get();
  ASSERT_OK(granted);
  EXPECT_TRUE(*granted);
  EXPECT_TRUE(claim(*two.b, writes({"web"})).granted);
}

TEST(Claims, WaitingEndsWhenTheHolderDies) {
  Two two;
  ASSERT_TRUE(claim(*two.a, writes({"web"})).granted);
  auto waiting = std::async(std::launch::async, [&] { return two.b->wait_for(writes({"web"}), std::chrono::minutes(5)); });
  while (two.one->tail()->seq < 2) std::this_thread::yield();
  two.a.reset();
  auto granted = waiting.get();
  ASSERT_OK(granted);
  EXPECT_TRUE(*granted);
}

TEST(Claims, PatienceEndsAndTheTicketGoes) {
  Two two;
  ASSERT_TRUE(claim(*two.a, writes({"web"})).granted);
  auto waited = two.b->wait_for(writes({"web"}), std::chrono::milliseconds(1));
  ASSERT_OK(waited);
  EXPECT_FALSE(*waited);
  ASSERT_OK(two.a->end({.outcome = "done"}, {}));
  auto third = writer_of(*two.one);
  EXPECT_TRUE(claim(*third, writes({"web"})).granted) << "a withdrawn ticket stands in nobody's way";
  auto nothing_to_wait_for = two.b->wait_for(writes({"db"}), std::chrono::milliseconds(1));
  ASSERT_OK(nothing_to_wait_for);
  EXPECT_TRUE(*nothing_to_wait_for);
}

TEST(Claims, TheOldestWaiterIsNotOvertaken) {
  Two two;
  ASSERT_TRUE(claim(*two.a, writes({"web"})).granted);
  auto waiting = std::async(std::launch::async, [&] { return two.b->wait_for(writes({"web", "db"}), std::chrono::minutes(5)); });
  while (two.one->tail()->seq < 2) std::this_thread::yield();
  auto third = writer_of(*two.one);
  auto overtaking = claim(*third, writes({"db"}));
  EXPECT_FALSE(overtaking.granted);
  ASSERT_EQ(overtaking.holders.size(), 1U);
  EXPECT_EQ(overtaking.holders[0].run.id, two.b->run());
  EXPECT_TRUE(claim(*third, writes({"cache"})).granted);
  ASSERT_OK(two.a->end({.outcome = "done"}, {}));
  ASSERT_TRUE(*waiting.get());
  EXPECT_FALSE(claim(*third, writes({"db"})).granted);
  EXPECT_TRUE(claim(*two.b, writes({"web", "db"})).granted);
}

TEST(Claims, ADeadWaiterStandsInNobodysWay) {
  Two two;
  ASSERT_TRUE(claim(*two.a, writes({"web"})).granted);
  {
    auto waiter = writer_of(*two.other);
    ASSERT_OK(waiter->append({Wait{.items = writes({"db"})}}));
    EXPECT_FALSE(claim(*two.b, writes({"db"})).granted);
  }
  EXPECT_TRUE(claim(*two.b, writes({"db"})).granted);
}

TEST(Claims, ManyAddressesInOneClaim) {
  Two two;
  std::vector<ClaimItem> many;
  for (int i = 0; i < 40'000; ++i) many.push_back({.address = "instance_with_a_long_name[" + std::to_string(i) + "]"});
  ASSERT_TRUE(claim(*two.a, many).granted);
  EXPECT_GT(two.one->tail()->seq, 1U) << "it took parts";
  auto refused = claim(*two.b, writes({"instance_with_a_long_name[39999]"}));
  EXPECT_FALSE(refused.granted);
  EXPECT_EQ(refused.holders.at(0).run.claims, 40'000U);
  ASSERT_OK(two.a->append({put("instance_with_a_long_name[7]")}));
  ASSERT_OK(two.a->end({.outcome = "done"}, {}));
  ASSERT_OK(two.one->verify());
}

}  // namespace
}  // namespace weft::state::test
