// Redirects, observation, fault points, recordings: one client each, and all of them together.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "lang/os/loop.h"
#include "lang/os/sync.h"
#include "providers/net/redact.h"
#include "providers/net/stack.h"
#include "providers/net/url.h"
#include "tests/support/fake_wire.h"

namespace weft::net {
namespace {

using namespace std::chrono_literals;
using test::FakeTimeline;
using test::FakeWire;

auto to(int status, std::string location) -> Response {
  return {.status = status, .headers = {{"Location", std::move(location)}}};
}

auto with_credentials(std::string method = "GET") -> Request {
  return {.method = std::move(method),
          .url = "https://host/a",
          .headers = {{"Authorization", "Bearer x"}, {"X-Own", "y"}, {"Accept", "z"}, {"Content-Type", "t"}},
          .body = "body",
          .connection = std::make_shared<Connection>(
              Connection{.ca_pem = "ca", .client_cert_pem = "me", .client_key_pem = "key"})};
}

TEST(Redirects, SameOriginGetsTheSameRequest) {
  auto next = redirected(with_credentials("PUT"), to(307, "/b"));
  ASSERT_TRUE(next);
  EXPECT_EQ(next->url, "https://host/b");
  EXPECT_EQ(next->method, "PUT");
  EXPECT_EQ(next->body, "body");
  EXPECT_EQ(next->headers, with_credentials().headers);
  EXPECT_EQ(next->connection->client_cert_pem, "me");
}

TEST(Redirects, AnotherOriginGetsNothingOfOurs) {
  for (auto elsewhere :
       {"https://other/b", "https://host:8443/b", "//other/b", "https://user:pass@other/b"}) {
    Request request = with_credentials();
    auto next = redirected(request, to(302, elsewhere));
    ASSERT_TRUE(next) << elsewhere;
    EXPECT_EQ(next->headers, (Headers{{"Accept", "z"}})) << elsewhere;
    EXPECT_EQ(next->connection->client_cert_pem, "");
    EXPECT_EQ(next->connection->client_key_pem, "");
    EXPECT_EQ(next->connection->ca_pem, "ca");
    EXPECT_FALSE(next->url.contains("pass"));
  }
}

TEST(Redirects, WhatChangesSomethingStaysAtHome) {
  EXPECT_FALSE(redirected(with_credentials("POST"), to(307, "https://other/b")));
  EXPECT_FALSE(redirected(with_credentials("DELETE"), to(308, "https://other/b")));
  EXPECT_FALSE(redirected(with_credentials("POST"), to(303, "https://other/b")));
}

TEST(Redirects, NeverFromHttpsToHttp) {
  EXPECT_FALSE(redirected(with_credentials(), to(301, "http://host/a")));
}

TEST(Redirects, MethodsTurnAsHttpSays) {
  auto see_other = redirected(with_credentials("PUT"), to(303, "/b"));
  EXPECT_EQ(see_other->method, "GET");
  EXPECT_EQ(see_other->body, "");
  EXPECT_FALSE(see_other->headers.has("Content-Type"));
  EXPECT_EQ(redirected(with_credentials("POST"), to(302, "/b"))->method, "GET");
  EXPECT_EQ(redirected(with_credentials("PUT"), to(302, "/b"))->method, "PUT");
  EXPECT_EQ(redirected(with_credentials("HEAD"), to(303, "/b"))->method, "HEAD");
  EXPECT_EQ(redirected(with_credentials("POST"), to(308, "/b"))->method, "POST");
}

TEST(Redirects, OthersAreAnswers) {
  EXPECT_FALSE(redirected(with_credentials(), to(200, "/b")));
  EXPECT_FALSE(redirected(with_credentials(), to(304, "/b")));
  EXPECT_FALSE(redirected(with_credentials(), {.status = 302}));
  EXPECT_FALSE(redirected(with_credentials(), to(302, "file:///etc/passwd")));
}

class ClientsTest : public testing::Test {
 protected:
  auto send(HttpClient& client, Request request) -> Exchange {
    return block_on(loop_, client.send(std::move(request), {}));
  }
  Loop loop_;
  FakeTimeline timeline_;
};

TEST_F(ClientsTest, AChainOfRedirectsEnds) {
  FakeWire wire([](const Request& request) -> Exchange { return to(302, request.url + "x"); });
  FollowingClient client(wire, timeline_);
  auto got = send(client, {.url = "http://h/"});
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().error, NetError::kRedirect);
  EXPECT_EQ(wire.seen.size(), 11);
  auto as_it_is = send(client, {.url = "http://h/", .follow_redirects = false});
  ASSERT_TRUE(as_it_is);
  EXPECT_EQ(as_it_is->status, 302);
}

TEST_F(ClientsTest, APostThatWasDoneStaysDoneWhenTheLookFails) {
  FakeWire wire([](const Request& request) -> Exchange {
    if (request.method == "POST") return to(303, "/done");
    return net_fail(NetError::kConnect, Sent::kNo, "nobody");
  });
  FollowingClient client(wire, timeline_);
  auto got = send(client, {.method = "POST", .url = "http://h/"});
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().sent, Sent::kMaybe);
}

// The look is refused for its rate: nothing of that is news of the POST, which must not be sent again.
TEST_F(ClientsTest, APostThatWasDoneIsNotSentAgainWhenTheLookIsThrottled) {
  for (int sends_on : {301, 302, 303}) {
    for (int look : {429, 503, 404, 200}) {
      FakeWire wire([&](const Request& request) -> Exchange {
        if (request.method == "POST") return to(sends_on, "/done");
        return Response{.status = look, .headers = {{"Retry-After", "1"}}, .retry_after = 1s};
      });
      FollowingClient follow(wire, timeline_);
      RetryingClient client(follow, timeline_);
      auto got = send(client, {.method = "POST", .url = "http://h/"});
      ASSERT_TRUE(got);
      EXPECT_EQ(got->status, look);
      EXPECT_TRUE(got->uncertain_before) << sends_on << ' ' << look;
      EXPECT_EQ(wire.seen.size(), 2) << sends_on << ' ' << look;
    }
  }
  // What was sent on as it is was not done where it came from.
  FakeWire wire([&](const Request& request) -> Exchange {
    return request.url == "http://h/" ? to(307, "/there") : Response{.status = 429};
  });
  FollowingClient follow(wire, timeline_);
  RetryingClient client(follow, timeline_);
  auto got = send(client, {.method = "POST", .url = "http://h/", .attempts = 2});
  ASSERT_TRUE(got);
  EXPECT_FALSE(got->uncertain_before);
  EXPECT_EQ(wire.seen.size(), 4);
}

TEST_F(ClientsTest, AChainOfRedirectsSharesTheDeadline) {
  FakeWire wire([&](const Request& request) -> Exchange {
    timeline_.pass(4s);
    return to(302, request.url + "x");
  });
  FollowingClient client(wire, timeline_);
  auto got = send(client, {.url = "http://h/", .deadline = 10s, .attempt = 5s});
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().error, NetError::kTimeout);
  ASSERT_EQ(wire.seen.size(), 3);
  EXPECT_EQ(wire.seen[1].attempt, 5s);
  EXPECT_EQ(wire.seen[1].deadline, 6s);
  EXPECT_EQ(wire.seen[2].attempt, 2s);
}

TEST_F(ClientsTest, UserInfoDoesNotFollowToAnotherHost) {
  FakeWire wire([](const Request& request) -> Exchange {
    return request.url.contains("other") ? Response{.status = 200} : to(302, "http://other/");
  });
  FollowingClient client(wire, timeline_);
  ASSERT_TRUE(send(client, {.url = "http://me:word@h/"}));
  EXPECT_TRUE(wire.seen.at(0).headers.has("Authorization"));
  EXPECT_EQ(wire.seen.at(0).url, "http://h/");
  EXPECT_FALSE(wire.seen.at(1).headers.has("Authorization"));
}

TEST_F(ClientsTest, ObserverCountsAndLearns) {
  FakeWire wire([&](const Request& request) -> Exchange {
    if (request.url.contains("lost")) return net_fail(NetError::kReset, Sent::kMaybe, "lost");
    if (request.url.contains("slow")) {
      return Response{.status = 429,
                      .headers = {{"Date", "Sun, 06 Nov 1994 08:59:37 GMT"},
                                  {"Retry-After", "Sun, 06 Nov 1994 08:59:40 GMT"}}};
    }
    return Response{.status = request.url.contains("bad") ? 500 : 200};
  });
  ObservingClient client(wire, timeline_, {});
  uint64_t calls = 0;
  for (auto path : {"lost", "slow", "bad", "good"}) {
    auto got = send(client, {.url = std::string("http://h/") + path, .operation = "s Op", .calls = &calls});
    // Ten minutes ahead of us; its date is read on its own clock.
    if (std::string_view(path) == "slow") {
      EXPECT_EQ(got->retry_after, 3s);
    }
  }
  EXPECT_EQ(client.counts(), (CallCounts{{"s Op", {.sent = 4, .throttled = 1, .faults = 1, .failed = 1}}}));
  EXPECT_EQ(calls, 4);
  EXPECT_EQ(client.skews().of("http://h"), 600s);
  EXPECT_EQ(client.skews().of("http://other"), 0s);
}

TEST_F(ClientsTest, InsecureIsReportedOncePerEndpoint) {
  FakeWire wire([](const Request&) -> Exchange { return Response{.status = 200}; });
  std::vector<std::string> warnings;
  ObservingClient client(wire, timeline_,
                         {.warn = [&](const std::string& text) { warnings.push_back(text); }});
  auto insecure = std::make_shared<Connection>(Connection{.insecure = true});
  for (auto url : {"https://a/1", "https://a/2", "https://b/", "http://c/"})
    send(client, {.url = url, .connection = insecure});
  send(client, {.url = "https://d/"});
  ASSERT_EQ(warnings.size(), 2);
  EXPECT_TRUE(warnings[0].contains("https://a is not verified"));
  EXPECT_TRUE(warnings[1].contains("https://b is not verified"));
}

// 7 of the conformance list, for the wire: a canary in every place, looked for in all that comes out.
TEST_F(ClientsTest, NoSecretInTraceErrorOrRecording) {
  auto redactor = std::make_shared<Redactor>();
  redactor->reveal("canary-one");
  Request request{.method = "POST",
                  .url = "https://u:canary-two@h/canary-one?token=canary-three",
                  .headers = {{"X-Key", "canary-four"}, {"X-Plain", "canary-one"}},
                  .body = R"({"data":{"x":"canary-five"},"y":"canary-one"})",
                  .secret_headers = {"X-Key"},
                  .secret_paths = {"data.*"},
                  .redactor = redactor};
  auto path = testing::TempDir() + "weft-net-canary.jsonl";
  std::remove(path.c_str());
  std::string out;
  auto wire = std::make_shared<FakeWire>([](const Request& seen) -> Exchange {
    if (seen.url.contains("lost"))
      return net_fail(NetError::kReset, Sent::kMaybe, "canary-one was lost, and canary-four");
    return Response{
        .status = 200,
        .headers = {{"Set-Cookie", "canary-six"}, {"X-Echo", "canary-four"}, {"X-Request-Id", "canary-one"}},
        .body = R"({"data":{"z":"canary-five"},"echo":"canary-four"})"};
  });
  StackOptions options{.record = path, .wire = wire};
  options.timeline = std::make_shared<FakeTimeline>();
  options.sinks.trace = [&](const ExchangeTrace& trace) {
    std::ostringstream text;
    text << trace.operation << trace.method << trace.url << trace.request_body << trace.status
         << trace.response_body << trace.request_id << trace.error;
    for (const auto& headers : {trace.request_headers, trace.response_headers}) {
      for (const auto& row : headers) text << row.name << row.value;
    }
    out += text.str();
  };
  auto stack = Stack::make(loop_, options);
  ASSERT_TRUE(stack);
  ASSERT_TRUE(send(**stack, request));
  request.url += "&lost=1";
  ASSERT_FALSE(send(**stack, request));
  ASSERT_TRUE((*stack)->finish());
  std::ifstream file(path);
  std::stringstream recorded;
  recorded << file.rdbuf();
  EXPECT_GT(recorded.str().size(), 300);
  EXPECT_GT(out.size(), 300);
  EXPECT_EQ(out.find("canary"), std::string::npos) << out;
  EXPECT_EQ(recorded.str().find("canary"), std::string::npos) << recorded.str();
}

TEST_F(ClientsTest, TracedBodiesAreShortened) {
  std::string shown;
  FakeWire wire([](const Request&) -> Exchange {
    return Response{.status = 200, .body = std::string(4095, 'x') + "ü" + "yz"};
  });
  ObservingClient client(wire, timeline_,
                         {.trace = [&](const ExchangeTrace& trace) { shown = trace.response_body; }});
  send(client, {.url = "http://h/"});
  EXPECT_EQ(shown, std::string(4095, 'x') + "… (4 more bytes)");
}

TEST_F(ClientsTest, FaultPoints) {
  FakeWire wire([](const Request&) -> Exchange { return Response{.status = 200}; });
  FaultyClient client(wire);
  client.add({.kind = Fault::Kind::kRefuse, .match = "GET http://h/refuse"});
  client.add({.kind = Fault::Kind::kLose, .match = "/lose"});
  client.add(
      {.kind = Fault::Kind::kAnswer, .match = "/third", .every = 3, .times = 0, .answer = {.status = 429}});
  client.add({.kind = Fault::Kind::kDuplicate, .match = "/twice", .skip = 1});
  auto refused = send(client, {.url = "http://h/refuse"});
  EXPECT_EQ(refused.error().sent, Sent::kNo);
  EXPECT_EQ(wire.seen.size(), 0);
  EXPECT_TRUE(send(client, {.url = "http://h/refuse"}));
  auto lost = send(client, {.method = "PUT", .url = "http://h/lose"});
  EXPECT_EQ(lost.error().sent, Sent::kMaybe);
  EXPECT_EQ(wire.seen.size(), 2);
  std::vector<int> statuses;
  for (int i = 0; i < 6; ++i) statuses.push_back(send(client, {.url = "http://h/third"})->status);
  EXPECT_EQ(statuses, (std::vector<int>{200, 200, 429, 200, 200, 429}));
  wire.seen.clear();
  send(client, {.url = "http://h/twice"});
  EXPECT_EQ(wire.seen.size(), 1);
  send(client, {.url = "http://h/twice"});
  EXPECT_EQ(wire.seen.size(), 3);
  EXPECT_EQ(client.struck(), 5);
}

TEST_F(ClientsTest, AHeldRequestGoesWhenItIsReleased) {
  FakeWire wire([](const Request&) -> Exchange { return Response{.status = 200}; });
  FaultyClient client(wire);
  Latch release(loop_);
  client.add({.kind = Fault::Kind::kHold, .release = &release});
  TaskGroup group(loop_);
  bool done = false;
  auto wait = [](HttpClient& client, bool& done) -> Task<void> {
    Request request{.url = "http://h/"};
    Exchange got = co_await client.send(std::move(request), {});
    done = got.has_value();
  };
  group.spawn(wait(client, done));
  bool looked = false;
  loop_.post([&] { looked = true; });
  loop_.run_until([&] { return looked && client.struck() == 1; });
  EXPECT_TRUE(wire.seen.empty());
  release.set();
  loop_.run_until([&] { return done; });
  EXPECT_EQ(wire.seen.size(), 1);
}

TEST_F(ClientsTest, WhatWasRecordedIsPlayedBack) {
  auto path = testing::TempDir() + "weft-net-recording.jsonl";
  std::remove(path.c_str());
  int number = 0;
  auto wire = std::make_shared<FakeWire>([&](const Request& request) -> Exchange {
    if (request.url.contains("lost")) return net_fail(NetError::kReset, Sent::kMaybe, "lost");
    ++number;
    return Response{.status = 200,
                    .headers = {{"X-N", std::to_string(number)}},
                    .body = "body " + std::to_string(number) + "\xff"};
  });
  std::string streamed;
  auto play = [&](HttpClient& client) {
    std::vector<std::string> told;
    for (auto path : {"a", "b", "a", "lost"}) {
      Request request{.method = "POST",
                      .url = std::string("http://h/") + path,
                      .headers = {{"Authorization", "Bearer sesame"}},
                      .body = std::string("b ") + path,
                      .attempts = 1};
      auto got = send(client, request);
      told.push_back(got ? *got->headers.find("x-n") + got->body : std::string(word(got.error().error)));
    }
    streamed.clear();
    Request stream{.url = "http://h/s", .on_body = [&](std::string_view piece) {
                     streamed += piece;
                     return true;
                   }};
    EXPECT_TRUE(send(client, stream));
    told.push_back(streamed);
    return told;
  };
  StackOptions recording{.record = path, .wire = wire};
  auto recorder = *Stack::make(loop_, recording);
  auto first = play(*recorder);
  ASSERT_TRUE(recorder->finish());
  auto replay = ReplayClient::open(path);
  ASSERT_TRUE(replay) << replay.error().text;
  EXPECT_EQ((*replay)->unused().size(), 5);
  auto second = play(**replay);
  EXPECT_EQ(first, second);
  EXPECT_EQ(first.back(), "body 4\xff");
  EXPECT_TRUE((*replay)->unused().empty());
  auto more = send(**replay, {.method = "POST", .url = "http://h/a", .body = "b a"});
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().error, NetError::kReplay);
  EXPECT_TRUE(more.error().text.contains("more often"));
  auto other = send(**replay, {.method = "POST", .url = "http://h/a", .body = "another"});
  EXPECT_TRUE(other.error().text.contains("nothing like it"));
}

TEST_F(ClientsTest, ABrokenRecordingIsNamedWithItsLine) {
  auto path = testing::TempDir() + "weft-net-broken.jsonl";
  for (auto bad : {"{", "{\"v\":2}", "{\"v\":1,\"request\":{}}",
                   R"({"v":1,"request":{"method":"GET","url":"u","headers":[]},"error":{"error":"odd"}})"}) {
    std::ofstream(path) << "\n" << bad << "\n";
    auto opened = ReplayClient::open(path);
    ASSERT_FALSE(opened) << bad;
    EXPECT_TRUE(opened.error().text.contains(":2:")) << opened.error().text;
  }
  EXPECT_EQ(ReplayClient::open(path + ".missing").error().code, Code::kNotFound);
}

}  // namespace
}  // namespace weft::net
