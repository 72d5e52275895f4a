// Who the other side is: certificates, names, HTTP/2, tunnels through proxies.
#include <gtest/gtest.h>

#include "lang/os/sync.h"
#include "providers/net/curl_client.h"
#include "tests/support/http_server.h"

namespace weft::net {
namespace {

using test::HttpServer;
using test::SeenRequest;

class CurlTlsTest : public testing::Test {
 protected:
  auto get(const std::string& url, Connection connection) -> Exchange {
    Request request{.url = url, .connection = std::make_shared<Connection>(std::move(connection))};
    return block_on(loop_, client_.send(std::move(request), {}));
  }
  static auto fine(const SeenRequest&) -> test::ServerReply { return test::reply(200, "fine"); }

  test::Authority authority_;
  Loop loop_;
  CurlClient client_{loop_};
};

TEST_F(CurlTlsTest, TrustsWhomItIsToldToTrust) {
  HttpServer server(fine, {.tls = authority_.issue({"127.0.0.1"})});
  auto answer = get(server.url(), {.ca_pem = authority_.pem()});
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_EQ(answer->body, "fine");
}

TEST_F(CurlTlsTest, AStrangerIsRefusedBeforeAnythingIsSent) {
  HttpServer server(fine, {.tls = authority_.issue({"127.0.0.1"})});
  test::Authority other;
  for (const Connection& connection : {Connection{}, Connection{.ca_pem = other.pem()}}) {
    auto answer = get(server.url(), connection);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().error, NetError::kTls);
    EXPECT_EQ(answer.error().sent, Sent::kNo);
    EXPECT_TRUE(answer.error().hint.contains("ca_pem"));
  }
  EXPECT_TRUE(server.seen().empty());
}

TEST_F(CurlTlsTest, ATrustedCertificateOfAnotherNameIsRefused) {
  HttpServer server(fine, {.tls = authority_.issue({"api.example.com"})});
  auto answer = get(server.url(), {.ca_pem = authority_.pem()});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().error, NetError::kTls);
}

TEST_F(CurlTlsTest, TheNameToVerifyMayBeGiven) {
  HttpServer server(fine, {.tls = authority_.issue({"api.example.com"})});
  auto answer = get(server.url("/x"), {.ca_pem = authority_.pem(), .server_name = "api.example.com"});
  ASSERT_TRUE(answer) << answer.error().text;
  auto seen = server.seen().at(0);
  EXPECT_EQ(seen.asked_name, "api.example.com");
  EXPECT_EQ(seen.header("Host"), "127.0.0.1:" + std::to_string(server.port()));
  auto wrong = get(server.url("/x"), {.ca_pem = authority_.pem(), .server_name = "www.example.com"});
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().error, NetError::kTls);
}

TEST_F(CurlTlsTest, InsecureTakesAnybody) {
  HttpServer server(fine, {.tls = authority_.issue({"api.example.com"})});
  EXPECT_TRUE(get(server.url(), {.insecure = true}));
  // And does not lend its connection to those who want to know.
  EXPECT_FALSE(get(server.url(), {.ca_pem = authority_.pem()}));
}

TEST_F(CurlTlsTest, ClientCertificates) {
  test::Authority clients;
  HttpServer server(fine, {.tls = authority_.issue({"127.0.0.1"}), .client_authority_pem = clients.pem()});
  auto me = clients.issue({"weft-client"});
  Connection connection{
      .ca_pem = authority_.pem(), .client_cert_pem = me.certificate_pem, .client_key_pem = me.key_pem};
  auto answer = get(server.url(), connection);
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_EQ(server.seen().at(0).client_name, "weft-client");
  auto without = get(server.url(), {.ca_pem = authority_.pem()});
  ASSERT_FALSE(without);
  EXPECT_EQ(without.error().error, NetError::kTls) << without.error().text;
  auto broken =
      get(server.url(), {.ca_pem = authority_.pem(), .client_cert_pem = "nonsense", .client_key_pem = "x"});
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().error, NetError::kTls);
}

TEST_F(CurlTlsTest, AuthoritiesFromAFile) {
  HttpServer server(fine, {.tls = authority_.issue({"127.0.0.1"})});
  auto path = testing::TempDir() + "weft-net-ca.pem";
  FILE* file = fopen(path.c_str(), "w");
  ASSERT_NE(file, nullptr);
  fputs(authority_.pem().c_str(), file);
  fclose(file);
  EXPECT_TRUE(get(server.url(), {.ca_file = path}));
  auto missing =
      get("https://localhost:" + std::to_string(server.port()) + "/", {.ca_file = path + ".missing"});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().error, NetError::kTls);
}

TEST_F(CurlTlsTest, Http2SharesOneConnectionWithinTheServersLimit) {
  HttpServer server(fine, {.tls = authority_.issue({"127.0.0.1"}), .http2 = {.streams = 4}});
  CurlClient client(loop_, {.host_connections = 1});
  auto connection = std::make_shared<Connection>(Connection{.ca_pem = authority_.pem()});
  // The first exchange tells the limit.
  Request first{.method = "POST", .url = server.url(), .body = "now", .connection = connection};
  ASSERT_TRUE(block_on(loop_, client.send(first, {})));
  std::vector<Task<Exchange>> tasks;
  for (int i = 0; i < 20; ++i)
    tasks.push_back(client.send({.url = server.url("/"), .connection = connection}, {}));
  auto answers = block_on(loop_, when_all(loop_, std::move(tasks)));
  for (auto& answer : answers) {
    ASSERT_TRUE(answer) << answer.error().text;
    EXPECT_EQ(answer->protocol, "2");
    EXPECT_EQ(answer->status, 200);
    EXPECT_TRUE(answer->body.starts_with("stream "));
  }
  EXPECT_EQ(server.connections(), 1);
  EXPECT_EQ(server.http2().most, 4);
  EXPECT_EQ(server.http2().refused, 0);
}

// The server says that it did nothing with these streams (it is full, or about to go), so the request is sent
// again, the unrepeatable too, and answered once.
TEST_F(CurlTlsTest, AStreamRefusedUndoneIsSentAgain) {
  HttpServer server(fine,
                    {.tls = authority_.issue({"127.0.0.1"}), .http2 = {.streams = 100, .refuse_first = 3}});
  auto connection = std::make_shared<Connection>(Connection{.ca_pem = authority_.pem()});
  Request request{.method = "POST", .url = server.url(), .body = "x", .connection = connection};
  auto answer = block_on(loop_, client_.send(request, {}));
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(server.http2().refused, 3);
  EXPECT_EQ(server.http2().answered, 1);
}

TEST_F(CurlTlsTest, ManyStreamsSurviveRefusals) {
  HttpServer server(fine,
                    {.tls = authority_.issue({"127.0.0.1"}), .http2 = {.streams = 100, .refuse_first = 3}});
  auto connection = std::make_shared<Connection>(Connection{.ca_pem = authority_.pem()});
  std::vector<Task<Exchange>> tasks;
  for (int i = 0; i < 20; ++i) {
    tasks.push_back(client_.send({.url = server.url(), .connection = connection, .repeatable = true}, {}));
  }
  for (auto& answer : block_on(loop_, when_all(loop_, std::move(tasks)))) {
    ASSERT_TRUE(answer) << answer.error().text;
    EXPECT_EQ(answer->status, 200);
  }
  EXPECT_EQ(server.http2().refused, 3);
}

TEST_F(CurlTlsTest, Http1OnRequest) {
  HttpServer server(fine, {.tls = authority_.issue({"127.0.0.1"}), .http2 = {.streams = 4}});
  auto answer = get(server.url(), {.ca_pem = authority_.pem(), .http1_only = true});
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_EQ(answer->protocol, "1.1");
}

TEST_F(CurlTlsTest, TunnelsThroughAProxy) {
  HttpServer server(fine, {.tls = authority_.issue({"server.example"})});
  HttpServer proxy([&](const SeenRequest& request) {
    if (request.method != "CONNECT") return test::reply(405);
    return test::ServerReply{.script = [&](test::Wire& wire) {
      if (wire.write("HTTP/1.1 200 Connected\r\n\r\n")) wire.tunnel(server.port());
    }};
  });
  auto answer =
      get("https://server.example/x",
          {.ca_pem = authority_.pem(), .proxy = "http://127.0.0.1:" + std::to_string(proxy.port())});
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_EQ(answer->body, "fine");
  EXPECT_EQ(proxy.seen().at(0).target, "server.example:443");
}

TEST_F(CurlTlsTest, AProxyThatRefusesHasSentNothing) {
  HttpServer proxy([](const SeenRequest&) { return test::reply(403); });
  auto answer =
      get("https://server.example/x", {.proxy = "http://127.0.0.1:" + std::to_string(proxy.port())});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().error, NetError::kProxy) << answer.error().text;
  EXPECT_EQ(answer.error().sent, Sent::kNo);
}

}  // namespace
}  // namespace weft::net
