// Credentials and secrets: where they go, and that nobody repeats them.
#include "tests/providers/http/http_bench.h"
#include "tests/support/http_server.h"

namespace weft::http {
namespace {

using test::HttpServer;
using test::SeenRequest;

TEST_F(HttpDriverTest, CredentialsStayWithTheirHost) {
  HttpServer other([](const SeenRequest&) { return test::reply(200, "there"); });
  HttpServer server([&](const SeenRequest& request) {
    return request.target == "/in" ? test::reply(302, "", {{"Location", "/on"}})
                                   : test::reply(302, "", {{"Location", other.url("/out")}});
  });
  auto& session = open(object({{"headers", object({{"X-Api-Key", text("sesame")}}).as_secret()}}));
  auto made = change(session, step(object({{"url", text(server.url("/in"))},
                                           {"headers", object({{"Authorization", text("Bearer x")}})}})));
  ASSERT_TRUE(made) << made.error().text;
  EXPECT_EQ(made->observed.get("response")->as_string(), "there");
  EXPECT_EQ(server.seen().at(1).header("X-Api-Key"), "sesame");
  EXPECT_EQ(server.seen().at(1).header("Authorization"), "Bearer x");
  EXPECT_EQ(other.seen().at(0).header("X-Api-Key"), "");
  EXPECT_EQ(other.seen().at(0).header("Authorization"), "");
}

TEST_F(HttpDriverTest, WhatRepeatsASecretIsOne) {
  HttpServer server([](const SeenRequest&) {
    return test::reply(200, R"({"echo":"got canary-body","plain":"word","deep":[{"k":"canary-head"}]})",
                       {{"X-Echo", "canary-head"}, {"Set-Cookie", "session=1"}, {"X-Plain", "word"}});
  });
  auto made = create(object({{"url", text(server.url())},
                             {"method", text("POST")},
                             {"headers", object({{"X-Mine", text("canary-head").as_secret()}})},
                             {"body", text("canary-body").as_secret()}}));
  ASSERT_TRUE(made);
  const Value& observed = made->observed;
  EXPECT_TRUE(observed.get("response")->secret());
  EXPECT_TRUE(observed.get("json")->get("echo")->secret());
  EXPECT_FALSE(observed.get("json")->get("plain")->has_secret());
  EXPECT_TRUE(observed.get("json")->get("deep")->elements()[0].get("k")->secret());
  const Value& headers = *observed.get("response_headers");
  EXPECT_TRUE(headers.get("x-echo")->secret());
  EXPECT_TRUE(headers.get("set-cookie")->secret());
  EXPECT_FALSE(headers.get("x-plain")->secret());
  EXPECT_TRUE(observed.get("body")->secret());
  EXPECT_GT(traced_.size(), 20);
  EXPECT_EQ(traced_.find("canary"), std::string::npos) << traced_;
}

// A body is secret as a whole; what comes back is a part of it, written in another way.
TEST_F(HttpDriverTest, PartsOfASecretBodyAreSecrets) {
  HttpServer server([](const SeenRequest&) {
    return test::reply(200, R"({ "pin" : 48151623, "share": -4815.25, "name" : "canary \u0041", "other": 200, "kind": "short" })",
                       {{"X-Pin", "48151623"}, {"Content-Type", "application/json"}});
  });
  auto made = create(object({{"url", text(server.url())},
                             {"method", text("POST")},
                             {"body", text(R"({"pin":48151623,"share":-4815.25,"name":"canary A","kind":"short"})").as_secret()}}));
  ASSERT_TRUE(made);
  const Value& json = *made->observed.get("json");
  EXPECT_TRUE(json.get("pin")->secret());
  EXPECT_TRUE(json.get("share")->secret());
  EXPECT_TRUE(json.get("name")->secret());
  EXPECT_FALSE(json.get("other")->secret());
  EXPECT_FALSE(json.get("kind")->secret());
  EXPECT_TRUE(made->observed.get("response")->secret());
  EXPECT_TRUE(made->observed.get("response_headers")->get("x-pin")->secret());
  EXPECT_EQ(traced_.find("48151623"), std::string::npos) << traced_;
  made = create(object({{"url", text(server.url())}, {"method", text("POST")}, {"body", text("a=1&pin=48151623").as_secret()}}));
  ASSERT_TRUE(made);
  EXPECT_TRUE(made->observed.get("json")->get("pin")->secret());
}

TEST_F(HttpDriverTest, PartsOfASecretAddressAreSecrets) {
  HttpServer server([](const SeenRequest&) { return test::reply(400, "no 48151623 at /canary/path here"); });
  auto made = create(object({{"url", text(server.url("/canary/path?pin=48151623")).as_secret()}}));
  ASSERT_FALSE(made);
  auto all = made.error().text + made.error().operation + made.error().hint + traced_;
  EXPECT_EQ(all.find("48151623"), std::string::npos) << all;
  EXPECT_EQ(all.find("canary"), std::string::npos) << all;
}

TEST_F(HttpDriverTest, WhatIsWrongWithASecretDoesNotQuoteIt) {
  auto prepared = prepare(object({{"url", text("ftp://canary").as_secret()},
                                  {"method", text("canary").as_secret()},
                                  {"expect", Value::set({Value::integer(48151623).as_secret()})}}));
  ASSERT_EQ(prepared.problems.size(), 3U);
  for (const auto& problem : prepared.problems) {
    auto all = problem.text + problem.hint;
    EXPECT_EQ(all.find("canary"), std::string::npos) << all;
    EXPECT_EQ(all.find("CANARY"), std::string::npos) << all;
    EXPECT_EQ(all.find("48151623"), std::string::npos) << all;
  }
}

// 7 of the conformance list: a canary in every place, and every kind of failure.
TEST_F(HttpDriverTest, FailuresTellNoSecret) {
  HttpServer server([](const SeenRequest& request) {
    if (request.target.contains("reset")) return test::reset_before_answer();
    return test::reply(400, "bad canary-body and canary-head", {{"X-Request-Id", "canary-head"}});
  });
  auto& session = open(object({{"headers", object({{"X-Set", text("canary-head")}}).as_secret()}}));
  for (auto url : {server.url("/canary-path"), server.url("/reset/canary-path"),
                   std::string("http://canary-path.invalid/")}) {
    auto made = change(session, step(object({{"url", text(url).as_secret()},
                                             {"method", text("POST")},
                                             {"headers", object({{"X-P", text("canary-path").as_secret()}})},
                                             {"body", text("canary-body").as_secret()}})));
    ASSERT_FALSE(made);
    auto all = made.error().text + made.error().code + made.error().operation + made.error().request_id +
               made.error().hint;
    EXPECT_EQ(all.find("canary"), std::string::npos) << all;
  }
  EXPECT_EQ(traced_.find("canary"), std::string::npos) << traced_;
}

}  // namespace
}  // namespace weft::http
