// The wire against a real server: what arrives, what comes back, and what is said when it does not.
#include "providers/net/curl_client.h"

#include <unistd.h>

#include <gtest/gtest.h>

#include "lang/os/sync.h"
#include "providers/net/redact.h"
#include "tests/support/http_server.h"

namespace weft::net {
namespace {

using namespace std::chrono_literals;
using test::HttpServer;
using test::SeenRequest;

class CurlClientTest : public testing::Test {
 protected:
  auto send(Request request, Cancel cancel = {}) -> Exchange {
    return block_on(loop_, client_.send(std::move(request), std::move(cancel)));
  }
  auto get(const std::string& url) -> Exchange { return send({.url = url}); }

  Loop loop_;
  CurlClient client_{loop_};
};

TEST_F(CurlClientTest, CarriesARequestAndItsAnswer) {
  HttpServer server([](const SeenRequest&) {
    return test::reply(201, "made", {{"X-Request-Id", "r-1"}, {"X-Two", "2"}});
  });
  auto answer = send({.method = "POST",
                      .url = server.url("/things?a=b%20c"),
                      .headers = {{"X-One", "1"}, {"X-Empty", ""}},
                      .body = "{\"n\":1}"});
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_EQ(answer->status, 201);
  EXPECT_EQ(answer->body, "made");
  EXPECT_EQ(answer->request_id, "r-1");
  EXPECT_EQ(*answer->headers.find("x-two"), "2");
  EXPECT_EQ(answer->protocol, "1.1");
  auto seen = server.seen().at(0);
  EXPECT_EQ(seen.method, "POST");
  EXPECT_EQ(seen.target, "/things?a=b%20c");
  EXPECT_EQ(seen.body, "{\"n\":1}");
  EXPECT_EQ(seen.header("X-One"), "1");
  EXPECT_EQ(seen.header("Content-Type"), "");
  EXPECT_EQ(seen.header("User-Agent"), "weft");
  EXPECT_EQ(seen.header("Expect"), "");
}

TEST_F(CurlClientTest, ARefusalIsAnAnswer) {
  HttpServer server([](const SeenRequest&) { return test::reply(404, "no such thing"); });
  auto answer = get(server.url("/x"));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 404);
  EXPECT_EQ(answer->body, "no such thing");
}

TEST_F(CurlClientTest, EveryMethod) {
  HttpServer server(
      [](const SeenRequest& request) { return test::reply(request.method == "DELETE" ? 204 : 200, "body"); });
  for (std::string method : {"GET", "HEAD", "PUT", "PATCH", "DELETE", "POST", "OPTIONS", "PURGE"}) {
    auto answer = send({.method = method, .url = server.url("/" + method)});
    ASSERT_TRUE(answer) << method << ": " << answer.error().text;
    EXPECT_EQ(answer->body, method == "HEAD" || method == "DELETE" ? "" : "body") << method;
    EXPECT_EQ(server.seen().back().method, method);
  }
  auto with_body = send({.method = "DELETE", .url = server.url("/x"), .body = "why"});
  ASSERT_TRUE(with_body);
  EXPECT_EQ(server.seen().back().body, "why");
}

TEST_F(CurlClientTest, ALargeBodyGoesOutWhole) {
  HttpServer server(
      [](const SeenRequest& request) { return test::reply(200, std::to_string(request.body.size())); });
  auto answer = send({.method = "PUT", .url = server.url(), .body = std::string(3'000'000, 'x')});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "3000000");
}

TEST_F(CurlClientTest, ConnectionsAreUsedAgain) {
  HttpServer server([](const SeenRequest&) { return test::reply(200); });
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(get(server.url()));
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(CurlClientTest, ManyAtOnce) {
  HttpServer server([](const SeenRequest& request) { return test::reply(200, request.target); });
  std::vector<Task<Exchange>> tasks;
  for (int i = 0; i < 200; ++i)
    tasks.push_back(client_.send({.url = server.url("/" + std::to_string(i))}, {}));
  auto answers = block_on(loop_, when_all(loop_, std::move(tasks)));
  for (int i = 0; i < 200; ++i) {
    ASSERT_TRUE(answers[i]) << answers[i].error().text;
    EXPECT_EQ(answers[i]->body, "/" + std::to_string(i));
  }
  EXPECT_LE(server.connections(), 64);
}

TEST_F(CurlClientTest, HeadersThatWouldSmuggleAreNotSent) {
  HttpServer server([](const SeenRequest&) { return test::reply(200); });
  for (Request request : {Request{.url = server.url(), .headers = {{"X", "a\r\nEvil: 1"}}},
                          Request{.url = server.url(), .headers = {{"X: y\r\nEvil", "1"}}},
                          Request{.method = "GET / HTTP/1.1\r\nEvil: 1\r\n", .url = server.url()},
                          Request{.url = "ftp://127.0.0.1/"}}) {
    auto answer = send(request);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().error, NetError::kInvalid);
    EXPECT_EQ(answer.error().sent, Sent::kNo);
  }
  EXPECT_TRUE(server.seen().empty());
}

TEST_F(CurlClientTest, NobodyThereMeansNothingWasSent) {
  auto answer = get("http://127.0.0.1:" + std::to_string(test::closed_port()) + "/");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().error, NetError::kConnect);
  EXPECT_EQ(answer.error().sent, Sent::kNo);
}

TEST_F(CurlClientTest, ANameWithoutAddress) {
  auto answer = send({.url = "http://no-such-host.invalid/",
                      .connection = std::make_shared<Connection>(Connection{.proxy = ""})});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().error, NetError::kResolve);
  EXPECT_EQ(answer.error().sent, Sent::kNo);
}

TEST_F(CurlClientTest, ALostAnswerMayHaveBeenSent) {
  HttpServer server([](const SeenRequest&) { return test::reset_before_answer(); });
  auto answer = send({.method = "POST", .url = server.url(), .body = "x"});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().error, NetError::kReset);
  EXPECT_EQ(answer.error().sent, Sent::kMaybe);
}

TEST_F(CurlClientTest, AResetInTheBodyIsNoAnswer) {
  HttpServer server([](const SeenRequest&) { return test::reset_mid_body(); });
  auto answer = get(server.url());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().error, NetError::kReset);
  EXPECT_EQ(answer.error().sent, Sent::kMaybe);
}

TEST_F(CurlClientTest, SomethingElseThanHttp) {
  HttpServer server([](const SeenRequest&) { return test::not_http(); });
  auto answer = get(server.url());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().error, NetError::kProtocol);
}

// The server answers the first request and resets the connection on the second: curl would send that one
// again by itself, which is right for a GET and wrong for what must not arrive twice.
TEST_F(CurlClientTest, OnlyTheRepeatableIsSentAgainOnADeadConnection) {
  for (bool repeatable : {true, false}) {
    HttpServer server([](const SeenRequest& request) {
      bool second_on_first = request.connection == 0 && request.target == "/second";
      return second_on_first ? test::reset_before_answer() : test::reply(200);
    });
    ASSERT_TRUE(get(server.url("/first")));
    auto answer =
        send({.method = "POST", .url = server.url("/second"), .body = "x", .repeatable = repeatable});
    EXPECT_EQ(answer.has_value(), repeatable);
    EXPECT_TRUE(!answer || answer->uncertain_before);
    EXPECT_EQ(server.seen().size(), repeatable ? 3 : 2);
    if (!answer) {
      EXPECT_EQ(answer.error().error, NetError::kReset);
      EXPECT_TRUE(answer.error().text.contains("without an answer")) << answer.error().text;
      EXPECT_EQ(answer.error().sent, Sent::kMaybe);
    }
  }
}

TEST_F(CurlClientTest, SilenceEndsAtTheDeadline) {
  HttpServer server([](const SeenRequest&) { return test::silence(); });
  auto answer = send({.url = server.url(), .attempt = 50ms});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().error, NetError::kTimeout);
  EXPECT_EQ(answer.error().sent, Sent::kMaybe);
}

TEST_F(CurlClientTest, BodiesAreBounded) {
  HttpServer server([](const SeenRequest&) { return test::reply(200, std::string(1001, 'x')); });
  auto fits = send({.url = server.url(), .max_body = 1001});
  EXPECT_TRUE(fits);
  auto answer = send({.url = server.url(), .max_body = 1000});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().error, NetError::kTooBig);
}

TEST_F(CurlClientTest, HeadersAreBounded) {
  HttpServer server([](const SeenRequest&) {
    test::ServerReply reply = test::reply(200);
    for (int i = 0; i < 10; ++i) reply.headers.emplace_back("X-Long", std::string(50'000, 'x'));
    return reply;
  });
  EXPECT_FALSE(get(server.url()));
}

TEST_F(CurlClientTest, CancelEndsAnExchange) {
  HttpServer server([&](const SeenRequest&) { return test::chunks({"first"}, {}, true); });
  CancelSource stop;
  Request request{.url = server.url(), .on_body = [&](std::string_view) {
                    stop.request();  // from inside curl's own callback: the hardest place
                    return true;
                  }};
  auto answer = send(request, stop.token());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().error, NetError::kCancelled);
  EXPECT_EQ(answer.error().sent, Sent::kMaybe);
  auto late = send({.url = server.url()}, stop.token());
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().sent, Sent::kNo);
  EXPECT_EQ(server.seen().size(), 1);
}

TEST_F(CurlClientTest, AChangeInFlightIsFinishedWhenAskedToStop) {
  test::Gate gate;
  HttpServer server([&](const SeenRequest&) { return test::chunks({"a", "b"}, {nullptr, &gate}); });
  CancelSource stop;
  std::string got;
  Request request{.url = server.url(),
                  .on_body =
                      [&](std::string_view piece) {
                        got += piece;
                        stop.request();
                        gate.open();
                        return true;
                      },
                  .finish = true};
  auto answer = send(request, stop.token());
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_EQ(got, "ab");
}

TEST_F(CurlClientTest, DroppingTheTaskEndsTheExchange) {
  bool arrived = false;
  HttpServer server([&](const SeenRequest& request) {
    if (request.target == "/after") return test::reply(200);
    loop_.post([&] { arrived = true; });
    return test::silence();
  });
  {
    TaskGroup group(loop_);
    auto wait = [](CurlClient& client, std::string url) -> Task<void> {
      Request request{.url = url};
      co_await client.send(std::move(request), {});
    };
    group.spawn(wait(client_, server.url()));
    loop_.run_until([&] { return arrived; });
  }
  EXPECT_TRUE(get(server.url("/after")));
}

TEST_F(CurlClientTest, StreamsComeInPieces) {
  test::Gate gate;
  HttpServer server([&](const SeenRequest&) {
    return test::chunks({"{\"a\":1}\n{\"b\"", ":2}\n"}, {nullptr, &gate});
  });
  std::vector<std::string> pieces;
  auto answer = send({.url = server.url(), .on_body = [&](std::string_view piece) {
                        pieces.emplace_back(piece);
                        gate.open();  // the second piece comes only because the first was handed over
                        return true;
                      }});
  ASSERT_TRUE(answer);
  EXPECT_EQ(pieces, (std::vector<std::string>{"{\"a\":1}\n{\"b\"", ":2}\n"}));
  EXPECT_EQ(answer->body, "");
  EXPECT_EQ(server.seen().at(0).header("Accept-Encoding"), "");
}

TEST_F(CurlClientTest, AStreamMayBeEndedByItsReader) {
  HttpServer server([&](const SeenRequest&) { return test::chunks({"enough"}, {}, true); });
  auto answer = send({.url = server.url(), .on_body = [&](std::string_view) { return false; }});
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_TRUE(answer->stopped);
  EXPECT_EQ(answer->status, 200);
}

TEST_F(CurlClientTest, ASilentStreamIsIdle) {
  HttpServer server([&](const SeenRequest&) { return test::chunks({"one"}, {}, true); });
  std::string got;
  auto answer = send({.url = server.url(),
                      .on_body =
                          [&](std::string_view piece) {
                            got += piece;
                            return true;
                          },
                      .idle = 30ms});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().error, NetError::kIdle);
  EXPECT_EQ(got, "one");
}

TEST_F(CurlClientTest, ARefusalToStreamHasItsBody) {
  HttpServer server([&](const SeenRequest&) { return test::reply(410, "too old"); });
  auto answer = send({.url = server.url(), .on_body = [&](std::string_view) { return false; }});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 410);
  EXPECT_EQ(answer->body, "too old");
}

TEST_F(CurlClientTest, UserInfoBecomesAHeader) {
  HttpServer server([](const SeenRequest&) { return test::reply(200); });
  auto answer = get("http://us%40er:word@127.0.0.1:" + std::to_string(server.port()) + "/");
  ASSERT_TRUE(answer);
  EXPECT_EQ(server.seen().at(0).header("Authorization"), "Basic dXNAZXI6d29yZA==");
  EXPECT_EQ(answer->url, server.url());
}

TEST_F(CurlClientTest, UnixSockets) {
  auto path = testing::TempDir() + "weft-net-" + std::to_string(getpid()) + ".sock";
  HttpServer server([](const SeenRequest& request) { return test::reply(200, request.target); },
                    {.unix_path = path});
  auto answer = send({.url = "http://localhost/info",
                      .connection = std::make_shared<Connection>(Connection{.unix_socket = path})});
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_EQ(answer->body, "/info");
  auto nobody = send({.url = "http://localhost/",
                      .connection = std::make_shared<Connection>(Connection{.unix_socket = path + "x"})});
  ASSERT_FALSE(nobody);
  EXPECT_EQ(nobody.error().error, NetError::kConnect);
}

TEST_F(CurlClientTest, PlainRequestsGoThroughAProxy) {
  HttpServer proxy([](const SeenRequest& request) { return test::reply(200, request.target); });
  auto through = std::make_shared<Connection>(
      Connection{.proxy = "http://me:pass@127.0.0.1:" + std::to_string(proxy.port())});
  auto answer = send({.url = "http://elsewhere.invalid/x", .connection = through});
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_EQ(answer->body, "http://elsewhere.invalid/x");
  EXPECT_EQ(proxy.seen().at(0).header("Proxy-Authorization"), "Basic bWU6cGFzcw==");
}

TEST_F(CurlClientTest, ErrorsDoNotTellSecrets) {
  auto redactor = std::make_shared<Redactor>();
  redactor->reveal("no-such-host");
  auto answer = send({.url = "http://no-such-host.invalid/",
                      .connection = std::make_shared<Connection>(Connection{.proxy = ""}),
                      .redactor = redactor});
  ASSERT_FALSE(answer);
  EXPECT_FALSE(answer.error().text.contains("no-such-host")) << answer.error().text;
}

}  // namespace
}  // namespace weft::net
