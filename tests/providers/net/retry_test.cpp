// What is repeated, how often, and how long after; on a wire and a clock of our own.
#include "providers/net/retry.h"

#include <gtest/gtest.h>

#include "lang/os/loop.h"
#include "lang/os/sync.h"
#include "tests/support/fake_wire.h"

namespace weft::net {
namespace {

using namespace std::chrono_literals;

auto lost() -> Exchange {
  return net_fail(NetError::kReset, Sent::kMaybe, "lost");
}
auto refused() -> Exchange {
  return net_fail(NetError::kConnect, Sent::kNo, "nobody there");
}
auto answer(int status, Headers headers = {}) -> Exchange {
  return Response{.status = status, .headers = std::move(headers)};
}

class RetryTest : public testing::Test {
 protected:
  // Answers in their order; the last one again and again.
  auto send(std::vector<Exchange> script, Request request, Cancel cancel = {}) -> Exchange {
    script_ = std::move(script);
    next_ = 0;
    wire_.seen.clear();
    timeline_.waits.clear();
    return block_on(loop_, client_.send(std::move(request), std::move(cancel)));
  }
  [[nodiscard]] auto sent() const -> size_t { return wire_.seen.size(); }

  Loop loop_;
  std::vector<Exchange> script_;
  size_t next_ = 0;
  test::FakeTimeline timeline_;
  test::FakeWire wire_{[this](const Request&) {
    timeline_.pass(10ms);
    return script_[std::min(next_++, script_.size() - 1)];
  }};
  RetryingClient client_{wire_, timeline_, {.base = 200ms, .factor = 2, .cap = 20s}};
};

const Request kOnce{.method = "POST", .url = "http://host/x"};
const Request kRepeatable{.url = "http://host/x", .repeatable = true};

TEST_F(RetryTest, AnAnswerIsGivenAsItIs) {
  for (int status : {200, 301, 404, 409, 501}) {
    auto got = send({answer(status)}, kRepeatable);
    ASSERT_TRUE(got);
    EXPECT_EQ(got->status, status);
    EXPECT_EQ(got->attempts, 1);
    EXPECT_EQ(sent(), 1);
  }
}

TEST_F(RetryTest, TransientFaultsOfTheRepeatable) {
  auto got = send({answer(500), lost(), answer(502), answer(200)}, kRepeatable);
  ASSERT_TRUE(got);
  EXPECT_EQ(got->status, 200);
  EXPECT_EQ(got->attempts, 4);
  EXPECT_TRUE(got->uncertain_before);
  EXPECT_EQ(timeline_.waits, (std::vector<std::chrono::nanoseconds>{100ms, 200ms, 400ms}));
}

TEST_F(RetryTest, WhatMayHaveArrivedIsNotSentTwice) {
  auto got = send({lost(), answer(200)}, kOnce);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().sent, Sent::kMaybe);
  EXPECT_EQ(sent(), 1);
  auto fault = send({answer(500), answer(200)}, kOnce);
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->status, 500);
  EXPECT_EQ(sent(), 1);
}

TEST_F(RetryTest, WhatWasNotSentOrNotDoneIsRepeatedAlways) {
  auto got = send({refused(), answer(429), answer(503, {{"Retry-After", "0"}}), answer(200)}, kOnce);
  ASSERT_TRUE(got);
  EXPECT_EQ(got->status, 200);
  EXPECT_EQ(sent(), 4);
  EXPECT_FALSE(got->uncertain_before);
}

TEST_F(RetryTest, SomeFailuresAreFinal) {
  for (auto error :
       {NetError::kTls, NetError::kInvalid, NetError::kTooBig, NetError::kRedirect, NetError::kReplay}) {
    auto got = send({net_fail(error, Sent::kNo, "no"), answer(200)}, kRepeatable);
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().error, error);
    EXPECT_EQ(sent(), 1);
  }
}

TEST_F(RetryTest, RetryAfterIsKept) {
  auto slow = answer(429);
  slow->retry_after = 7s;
  auto got = send({slow, answer(200)}, kOnce);
  ASSERT_TRUE(got);
  EXPECT_GE(timeline_.waits.at(0), 7s);
  EXPECT_LT(timeline_.waits.at(0), 7s + 200ms);
}

TEST_F(RetryTest, AWaitBeyondTheDeadlineIsNotBegun) {
  auto slow = answer(429);
  slow->retry_after = 100s;
  Request request = kOnce;
  request.deadline = 60s;
  auto got = send({slow, answer(200)}, request);
  ASSERT_TRUE(got);
  EXPECT_EQ(got->status, 429);
  EXPECT_EQ(got->retry_after, 100s);
  EXPECT_TRUE(timeline_.waits.empty());
}

TEST_F(RetryTest, AttemptsAreBounded) {
  Request request = kRepeatable;
  request.attempts = 3;
  auto got = send({lost()}, request);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().attempts, 3);
  EXPECT_EQ(sent(), 3);
}

TEST_F(RetryTest, OneDoubtfulAttemptMakesTheWholeDoubtful) {
  Request request = kRepeatable;
  request.attempts = 2;
  auto got = send({lost(), refused()}, request);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().error, NetError::kConnect);
  EXPECT_EQ(got.error().sent, Sent::kMaybe);
}

TEST_F(RetryTest, AFaultOfTheServerMakesWhatFollowsDoubtful) {
  Request request = kRepeatable;
  request.attempts = 2;
  auto unreached = send({answer(500), refused()}, request);
  ASSERT_FALSE(unreached);
  EXPECT_EQ(unreached.error().sent, Sent::kMaybe);
  auto gone = send({answer(500), answer(404)}, request);
  ASSERT_TRUE(gone);
  EXPECT_TRUE(gone->uncertain_before);
}

TEST_F(RetryTest, AttemptsShareTheDeadline) {
  Request request = kRepeatable;
  request.deadline = 5s;
  request.attempt = 4s;
  send({answer(500), answer(200)}, request);
  ASSERT_EQ(sent(), 2);
  EXPECT_EQ(wire_.seen[0].attempt, 4s);
  EXPECT_EQ(wire_.seen[1].deadline, 5s - 10ms - 100ms);
  request.deadline = 1s;
  send({answer(500), answer(200)}, request);
  EXPECT_EQ(wire_.seen[0].attempt, 1s);
}

TEST_F(RetryTest, AStreamThatBeganIsNotRepeated) {
  std::string got_pieces;
  Request request = kRepeatable;
  request.on_body = [&](std::string_view piece) {
    got_pieces += piece;
    return true;
  };
  Loop loop;
  int calls = 0;
  // Hands over a piece, then breaks off.
  class Breaking final : public HttpClient {
   public:
    explicit Breaking(int& calls) : calls_(calls) {}
    auto send(Request request, Cancel) -> Task<Exchange> override {
      ++calls_;
      request.on_body("piece");
      co_return net_fail(NetError::kReset, Sent::kMaybe, "lost");
    }
    int& calls_;
  } breaking{calls};
  RetryingClient client(breaking, timeline_);
  EXPECT_FALSE(block_on(loop, client.send(request, {})));
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(got_pieces, "piece");
}

TEST_F(RetryTest, StopEndsTheWaitAndGivesWhatIsKnown) {
  CancelSource stop;
  timeline_.on_wait = [&] { stop.request(); };
  auto got = send({answer(500), answer(200)}, kRepeatable, stop.token());
  ASSERT_TRUE(got);
  EXPECT_EQ(got->status, 500);
  EXPECT_EQ(sent(), 1);
}

TEST_F(RetryTest, PausesAreTold) {
  std::vector<Pause> told;
  Request request = kRepeatable;
  request.on_pause = [&](Pause why, std::chrono::milliseconds) { told.push_back(why); };
  ASSERT_TRUE(send({answer(500), answer(429), answer(200)}, request));
  ASSERT_EQ(told.size(), timeline_.waits.size());
  EXPECT_EQ(told[0], Pause::kRepeat);
  EXPECT_EQ(told[1], Pause::kThrottled);
  told.clear();
  for (int i = 0; i < 5; ++i) send({refused()}, {.url = "http://dead/", .attempts = 1});
  request.url = "http://dead/";
  ASSERT_TRUE(send({answer(200)}, request));
  EXPECT_EQ(told, std::vector<Pause>{Pause::kCircuit});
}

TEST_F(RetryTest, ChangesOfTheRateAreTold) {
  std::vector<RateChange> told;
  uint64_t repeats = 0;
  Request request = kRepeatable;
  request.repeats = &repeats;
  request.on_rate = [&](const RateChange& change) { told.push_back(change); };
  ASSERT_TRUE(send({answer(200)}, request));
  EXPECT_TRUE(told.empty());
  ASSERT_TRUE(send({answer(429), answer(200)}, request));
  EXPECT_EQ(repeats, 1u);
  ASSERT_GE(told.size(), 1u);
  EXPECT_LT(told[0].per_second, told[0].was);
  EXPECT_EQ(told[0].endpoint, "http://host");
  // It grows with each answer, and is told when it has doubled.
  for (int i = 0; i < 100 && told.size() < 2; ++i) ASSERT_TRUE(send({answer(200)}, request));
  ASSERT_GE(told.size(), 2u);
  EXPECT_EQ(told[1].was, told[0].per_second);
  EXPECT_GE(told[1].per_second, 2 * told[0].per_second);
  EXPECT_EQ(repeats, 1u);
}

TEST_F(RetryTest, ADriverSaysWhatAnAnswerMeans) {
  Request request = kOnce;
  request.judge = [](const Response& response) {
    return response.status == 400 ? Judgement::kThrottled : Judgement::kAnswer;
  };
  auto got = send({answer(400), answer(500)}, request);
  ASSERT_TRUE(got);
  EXPECT_EQ(got->status, 500);
  EXPECT_EQ(sent(), 2);
}

TEST_F(RetryTest, ThrottlingSlowsDownTheKeyAndNoOther) {
  Request reads = kOnce, writes = kOnce;
  reads.limit = {.endpoint = "e", .operation_class = "read"};
  writes.limit = {.endpoint = "e", .operation_class = "write"};
  send({answer(429), answer(200)}, reads);
  EXPECT_TRUE(client_.limits().at(reads.limit, timeline_.now()).limited());
  EXPECT_FALSE(client_.limits().at(writes.limit, timeline_.now()).limited());
  EXPECT_EQ(client_.limits().size(), 2);
}

TEST_F(RetryTest, EveryThirdRequestThrottledStillAllSucceed) {
  int number = 0;
  test::FakeWire wire([&](const Request&) {
    timeline_.pass(1ms);
    return answer(++number % 3 == 0 ? 429 : 200);
  });
  RetryingClient client(wire, timeline_);
  for (int i = 0; i < 300; ++i) {
    auto got = block_on(loop_, client.send(kOnce, {}));
    ASSERT_TRUE(got);
    ASSERT_EQ(got->status, 200) << i;
  }
}

TEST_F(RetryTest, ADeadEndpointIsLeftAlone) {
  Request request = kRepeatable;
  request.deadline = 500ms;
  request.attempts = 1;
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(send({refused()}, request));
  auto got = send({answer(200)}, request);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().error, NetError::kCircuit);
  EXPECT_EQ(got.error().sent, Sent::kNo);
  EXPECT_EQ(sent(), 0);
  // Others are not held up, and it is tried again after its pause.
  Request other = request;
  other.url = "http://elsewhere/";
  EXPECT_TRUE(send({answer(200)}, other));
  request.deadline = 60s;
  EXPECT_TRUE(send({answer(200)}, request));
  EXPECT_EQ(client_.circuits().at("http://host").state(), Circuit::State::kClosed);
}

TEST_F(RetryTest, WhileOneTriesADeadEndpointTheOthersWait) {
  for (int i = 0; i < 5; ++i) {
    Request request = kRepeatable;
    request.attempts = 1;
    send({refused()}, request);
  }
  script_ = {answer(200)};
  std::vector<Task<Exchange>> tasks;
  for (int i = 0; i < 50; ++i) tasks.push_back(client_.send(kRepeatable, {}));
  for (auto& got : block_on(loop_, when_all(loop_, std::move(tasks)))) EXPECT_TRUE(got);
}

}  // namespace
}  // namespace weft::net
