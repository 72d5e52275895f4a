// All clients together, against a real server; only time is ours.
#include "providers/net/stack.h"

#include <gtest/gtest.h>

#include "lang/os/sync.h"
#include "providers/net/lines.h"
#include "tests/support/fake_wire.h"
#include "tests/support/http_server.h"

namespace weft::net {
namespace {

using namespace std::chrono_literals;
using test::HttpServer;
using test::SeenRequest;

class StackTest : public testing::Test {
 protected:
  StackTest() {
    StackOptions options;
    options.timeline = timeline_;
    options.sinks.trace = [this](const ExchangeTrace& trace) { traces_.push_back(trace); };
    options.sinks.warn = [this](const std::string& text) { warnings_.push_back(text); };
    stack_ = *Stack::make(loop_, std::move(options));
  }
  auto send(Request request) -> Exchange { return block_on(loop_, stack_->send(std::move(request), {})); }

  Loop loop_;
  std::shared_ptr<test::FakeTimeline> timeline_ = std::make_shared<test::FakeTimeline>();
  std::vector<ExchangeTrace> traces_;
  std::vector<std::string> warnings_;
  std::shared_ptr<Stack> stack_;
};

TEST_F(StackTest, SitsOutThrottlingAndFaults) {
  std::atomic<int> number = 0;
  HttpServer server([&](const SeenRequest&) {
    switch (number++) {
      case 0: return test::reply(429, "", {{"Retry-After", "5"}});
      case 1:
        return test::ServerReply{.status = 503,
                                 .close = true};  // so that curl meets the reset on a new connection
      case 2: return test::reset_before_answer();
      case 3: return test::reset_mid_body();
      default: return test::reply(200, "at last", {{"X-Request-Id", "r-5"}});
    }
  });
  auto answer = send({.url = server.url(), .repeatable = true, .operation = "test Get"});
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_EQ(answer->body, "at last");
  EXPECT_EQ(answer->attempts, 5);
  EXPECT_TRUE(answer->uncertain_before);
  EXPECT_GE(timeline_->waits.at(0), 5s);
  EXPECT_EQ(stack_->counts().at("test Get"),
            (CallCount{.sent = 5, .throttled = 1, .faults = 1, .failed = 2}));
  ASSERT_EQ(traces_.size(), 5);
  EXPECT_EQ(traces_[0].status, 429);
  EXPECT_TRUE(traces_[2].error.starts_with("reset: ")) << traces_[2].error;
  EXPECT_TRUE(traces_[2].may_have_arrived);
  EXPECT_EQ(traces_[4].request_id, "r-5");
  EXPECT_TRUE(stack_->limits().at({.endpoint = server.url("")}, timeline_->now()).limited());
}

TEST_F(StackTest, RedirectsOnTheWire) {
  HttpServer other([](const SeenRequest&) { return test::reply(200, "there"); });
  HttpServer server([&](const SeenRequest& request) {
    if (request.target == "/here") return test::reply(307, "", {{"Location", "there"}});
    if (request.target == "/there" && request.method == "POST")
      return test::reply(200, "posted " + request.body);
    return test::reply(302, "", {{"Location", other.url()}});
  });
  auto posted = send({.method = "POST", .url = server.url("/here"), .body = "it"});
  ASSERT_TRUE(posted);
  EXPECT_EQ(posted->body, "posted it");
  EXPECT_EQ(posted->url, server.url("/there"));
  auto with_userinfo = "http://me:word@127.0.0.1:" + std::to_string(server.port()) + "/away";
  auto away = send({.url = with_userinfo, .headers = {{"X-Private", "1"}}});
  ASSERT_TRUE(away);
  EXPECT_EQ(away->body, "there");
  EXPECT_EQ(server.seen().back().header("Authorization"), "Basic bWU6d29yZA==");
  EXPECT_EQ(other.seen().at(0).header("Authorization"), "");
  EXPECT_EQ(other.seen().at(0).header("X-Private"), "");
  EXPECT_EQ(traces_.back().method, "GET");
}

TEST_F(StackTest, ClientCertificatesDoNotFollowToAnotherHost) {
  test::Authority authority, clients;
  auto me = clients.issue({"weft-client"});
  HttpServer other(
      [](const SeenRequest& request) { return test::reply(200, "seen as '" + request.client_name + "'"); },
      {.tls = authority.issue({"127.0.0.1"})});
  HttpServer server(
      [&](const SeenRequest& request) {
        EXPECT_EQ(request.client_name, "weft-client");
        return test::reply(302, "", {{"Location", other.url()}});
      },
      {.tls = authority.issue({"127.0.0.1"}), .client_authority_pem = clients.pem()});
  auto connection = std::make_shared<Connection>(Connection{
      .ca_pem = authority.pem(), .client_cert_pem = me.certificate_pem, .client_key_pem = me.key_pem});
  auto answer = send({.url = server.url(), .connection = connection});
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_EQ(answer->body, "seen as ''");
}

TEST_F(StackTest, InsecureIsLoud) {
  test::Authority authority;
  HttpServer server([](const SeenRequest&) { return test::reply(200); },
                    {.tls = authority.issue({"127.0.0.1"})});
  auto insecure = std::make_shared<Connection>(Connection{.insecure = true});
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(send({.url = server.url(), .connection = insecure}));
  ASSERT_EQ(warnings_.size(), 1);
  EXPECT_TRUE(warnings_[0].contains(server.url("")));
}

TEST_F(StackTest, KnowsTheServersClock) {
  HttpServer server([](const SeenRequest&) {
    return test::reply(200, "", {{"Date", "Sun, 06 Nov 1994 08:39:37 GMT"}});
  });
  ASSERT_TRUE(send({.url = server.url()}));
  EXPECT_EQ(stack_->skew(server.url("")), -599s);
}

TEST_F(StackTest, LinesOfAWatchUntilItsReaderHasEnough) {
  HttpServer server([](const SeenRequest&) {
    return test::chunks({"{\"n\":", "1}\n{\"n\":2}\n{", "\"n\":3}\n"}, {}, true);
  });
  std::vector<std::string> lines;
  LineSplitter splitter([&](std::string_view line) {
    lines.emplace_back(line);
    return lines.size() < 3;
  });
  auto answer = send({.url = server.url(),
                      .on_body = [&](std::string_view piece) { return splitter.add(piece); },
                      .idle = 10s});
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_TRUE(answer->stopped);
  EXPECT_EQ(lines, (std::vector<std::string>{"{\"n\":1}", "{\"n\":2}", "{\"n\":3}"}));
}

TEST_F(StackTest, TwoThousandRequestsThroughOneThrottlingServer) {
  std::atomic<int> number = 0;
  HttpServer server([&](const SeenRequest&) { return test::reply(++number % 3 == 0 ? 429 : 200); });
  std::vector<Task<Exchange>> tasks;
  for (int i = 0; i < 2000; ++i) {
    tasks.push_back(
        stack_->send({.url = server.url("/" + std::to_string(i)), .deadline = 1h, .attempts = 100}, {}));
  }
  for (auto& answer : block_on(loop_, when_all(loop_, std::move(tasks)))) {
    ASSERT_TRUE(answer) << answer.error().text;
    ASSERT_EQ(answer->status, 200);
  }
  EXPECT_GE(server.seen().size(), 3000 - 1);
}

TEST_F(StackTest, FaultPointsAreInPlace) {
  HttpServer server([](const SeenRequest&) { return test::reply(200); });
  stack_->faults().add({.kind = Fault::Kind::kLose});
  auto answer = send({.method = "POST", .url = server.url()});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().sent, Sent::kMaybe);
  EXPECT_EQ(server.seen().size(), 1);
}

TEST_F(StackTest, DroppingEverythingAtOnceLeavesNothingBehind) {
  std::atomic<int> arrived = 0;
  HttpServer server([&](const SeenRequest&) {
    if (++arrived == 20) loop_.post([] {});
    return test::silence();
  });
  auto stack = stack_;
  {
    TaskGroup group(loop_);
    auto wait = [](HttpClient& client, std::string url) -> Task<void> {
      Request request{.url = url};
      co_await client.send(std::move(request), {});
    };
    for (int i = 0; i < 20; ++i) group.spawn(wait(*stack, server.url()));
    loop_.run_until([&] { return arrived == 20; });
  }
  loop_.run();  // ends: no timer and no descriptor is left
}

TEST_F(StackTest, RecordsAndReplays) {
  auto path = testing::TempDir() + "weft-net-stack.jsonl";
  std::remove(path.c_str());
  std::string url;
  {
    HttpServer server([](const SeenRequest& request) { return test::reply(200, "to " + request.target); });
    url = server.url("/x");
    StackOptions options;
    options.record = path;
    auto recording = *Stack::make(loop_, std::move(options));
    EXPECT_EQ(block_on(loop_, recording->send({.url = url}, {}))->body, "to /x");
    ASSERT_TRUE(recording->finish());
  }
  StackOptions options;
  options.replay = path;
  auto replay = *Stack::make(loop_, std::move(options));
  auto answer = block_on(loop_, replay->send({.url = url}, {}));
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_EQ(answer->body, "to /x");
  EXPECT_FALSE(block_on(loop_, replay->send({.url = url}, {})));
  options = {};
  options.replay = path + ".missing";
  EXPECT_FALSE(Stack::make(loop_, std::move(options)));
}

}  // namespace
}  // namespace weft::net
