// The driver against a real server: what a request sends, records, refuses and says when it fails.
#include <algorithm>
#include <fstream>

#include "lang/value/json.h"
#include "tests/providers/http/http_bench.h"
#include "tests/support/http_server.h"

namespace weft::http {
namespace {

using driver::FailureClass;
using driver::Happened;
using test::HttpServer;
using test::SeenRequest;

TEST_F(HttpDriverTest, CreateSendsWhatIsWritten) {
  HttpServer server([](const SeenRequest&) {
    return test::reply(202, R"({"id":7,"tags":["a"]})",
                       {{"Content-Type", "application/json"}, {"X-A", "1"}, {"x-a", "2"}});
  });
  auto& session =
      open(object({{"headers", object({{"X-Team", text("blue")}, {"X-Own", text("theirs")}}).as_secret()}}));
  auto made = change(session, step(object({{"url", text(server.url("/hooks"))},
                                           {"method", text("POST")},
                                           {"headers", object({{"X-Own", text("mine")}})},
                                           {"body", text("hello")},
                                           {"expect", Value::set({Value::integer(202)})}})));
  ASSERT_TRUE(made) << made.error().text;
  auto seen = server.seen().at(0);
  EXPECT_EQ(seen.method, "POST");
  EXPECT_EQ(seen.target, "/hooks");
  EXPECT_EQ(seen.body, "hello");
  EXPECT_EQ(seen.header("X-Team"), "blue");
  EXPECT_EQ(seen.header("X-Own"), "mine");
  EXPECT_EQ(made->identity.get("id")->as_string(), "0123456789abcdef0123456789abcdef");
  const Value& observed = made->observed;
  EXPECT_EQ(observed.get("status")->as_int(), 202);
  EXPECT_EQ(observed.get("response")->as_string(), R"({"id":7,"tags":["a"]})");
  EXPECT_EQ(to_json(*observed.get("json")), R"({"id":7,"tags":["a"]})");
  EXPECT_EQ(observed.get("response_headers")->get("x-a")->as_string(), "1, 2");
  EXPECT_EQ(observed.get("body")->as_string(), "hello");
  EXPECT_EQ(calls_, 1);
}

TEST_F(HttpDriverTest, NothingIsSentAtRemovalOrWhenRead) {
  auto& session = open();
  EXPECT_TRUE(change(session, step(Value::null(), driver::Change::kRemove)));
  std::vector<driver::Instance> items = {
      {.address = "r", .type = type(), .observed = object({{"status", Value::integer(1)}})}};
  int told = 0;
  block_on(loop_, session.read(call(), items, [&](size_t, driver::ReadState state) {
    ++told;
    EXPECT_EQ(state.kind, driver::ReadState::Kind::kSame);
  }));
  EXPECT_EQ(told, 1);
  EXPECT_EQ(calls_, 0);
}

TEST_F(HttpDriverTest, EverythingWrittenReplaces) {
  for (const auto& attribute : type()->attributes) {
    EXPECT_FALSE(attribute.documentation.empty()) << attribute.name;
    if (attribute.input == driver::Input::kNone) continue;
    EXPECT_EQ(attribute.change, driver::OnChange::kReplace) << attribute.name;
    bool required = attribute.input == driver::Input::kRequired;
    EXPECT_EQ(attribute.on_remove, required ? driver::OnRemove::kRefuse : driver::OnRemove::kReplace) << attribute.name;
    EXPECT_NE(type()->filter(attribute.name), nullptr) << attribute.name;
  }
  EXPECT_EQ(type()->remove.idempotency, driver::Idempotency::kPure);
  EXPECT_FALSE(type()->update.exists);
  EXPECT_EQ(change(open(), step(object({}), driver::Change::kUpdate)).error().failure,
            FailureClass::kNeedsReplace);
}

TEST_F(HttpDriverTest, EachInstanceHasItsClass) {
  using driver::Idempotency;
  auto with = [&](std::vector<Field> more) {
    more.push_back({"url", text("http://h/")});
    return prepare(object(std::move(more))).idempotency;
  };
  EXPECT_EQ(with({}), Idempotency::kRepeatable);
  for (auto method : {"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
    EXPECT_EQ(with({{"method", text(method)}}), Idempotency::kRepeatable);
  for (auto method : {"POST", "PATCH", "PURGE"})
    EXPECT_EQ(with({{"method", text(method)}}), Idempotency::kBlind) << method;
  EXPECT_EQ(with({{"method", text("POST")}, {"class", text("repeatable")}}), Idempotency::kRepeatable);
  EXPECT_EQ(with({{"method", text("PUT")}, {"class", text("blind")}}), Idempotency::kBlind);
  EXPECT_EQ(with({{"method", Value::unknown({.type = Type::string()})}}), std::nullopt);
  EXPECT_EQ(with({{"method", text("PUT")}, {"class", Value::unknown({.type = Type::string()})}}),
            std::nullopt);
}

TEST_F(HttpDriverTest, PrepareFindsMistakesAndPassesUnknowns) {
  auto problem = [&](std::vector<Field> fields) -> std::string {
    bool has_url =
        std::ranges::any_of(fields, [](const Field& field) { return field.key == std::string_view("url"); });
    if (!has_url) fields.push_back({"url", text("https://h/")});
    auto prepared = prepare(object(std::move(fields)));
    EXPECT_EQ(prepared.identity, std::nullopt);
    if (prepared.problems.empty()) return "";
    EXPECT_EQ(prepared.problems[0].failure, FailureClass::kInvalid);
    return prepared.problems[0].path.text();
  };
  auto unknown = Value::unknown({.type = Type::string()});
  auto at = [](std::string_view header) { return Path{}.member("headers").member(header).text(); };
  EXPECT_EQ(problem({}), "");
  EXPECT_EQ(problem({{"url", unknown},
                     {"headers", unknown},
                     {"body", unknown},
                     {"expect", unknown},
                     {"ca_pem", unknown}}),
            "");
  EXPECT_EQ(problem({{"url", text("host/x")}}), "url");
  EXPECT_EQ(problem({{"method", text("get")}}), "method");
  EXPECT_EQ(problem({{"method", text("TRACE")}}), "method");
  EXPECT_EQ(problem({{"headers", object({{"A", unknown}, {"B b", text("x")}})}}), at("B b"));
  EXPECT_EQ(problem({{"headers", object({{"A", text("x\r\ny")}})}}), at("A"));
  EXPECT_EQ(problem({{"headers", object({{"content-length", text("5")}})}}), at("content-length"));
  EXPECT_EQ(problem({{"expect", Value::set({Value::integer(20)})}}), "expect");
  EXPECT_EQ(problem({{"ca_pem", text("nonsense")}}), "ca_pem");
}

TEST_F(HttpDriverTest, StatusesAndWhatTheyMean) {
  struct Row {
    int status;
    FailureClass failure;
    Happened happened;
  };
  int status = 0;
  HttpServer server([&](const SeenRequest&) {
    return test::reply(status, "said so", {{"X-Request-Id", "r-9"}});
  });
  for (auto row :
       {Row{400, FailureClass::kInvalid, Happened::kNo}, Row{401, FailureClass::kDenied, Happened::kNo},
        Row{403, FailureClass::kDenied, Happened::kNo}, Row{404, FailureClass::kNotFound, Happened::kNo},
        Row{409, FailureClass::kInvalid, Happened::kMaybe}, Row{423, FailureClass::kBusy, Happened::kNo},
        Row{500, FailureClass::kTransient, Happened::kMaybe},
        Row{501, FailureClass::kUnsupported, Happened::kNo},
        Row{503, FailureClass::kTransient, Happened::kMaybe},
        Row{304, FailureClass::kInvalid, Happened::kNo}}) {
    status = row.status;
    auto made = create(object({{"url", text(server.url("/x?token=abc"))}, {"method", text("POST")}}));
    ASSERT_FALSE(made) << row.status;
    EXPECT_EQ(made.error().failure, row.failure) << row.status;
    EXPECT_EQ(made.error().happened, row.happened) << row.status;
    EXPECT_EQ(made.error().code, "HTTP " + std::to_string(row.status));
    EXPECT_EQ(made.error().http, static_cast<uint32_t>(row.status));
    EXPECT_EQ(made.error().request_id, "r-9");
    EXPECT_EQ(made.error().operation, "POST " + server.url("/x?token=(secret)"));
    if (row.status != 304) {
      EXPECT_EQ(made.error().text, "answered " + std::to_string(row.status) + ": said so");
    }
  }
  EXPECT_EQ(server.seen().size(), 10);  // none of them twice
}

TEST_F(HttpDriverTest, AnUnexpectedSuccessHasHappened) {
  HttpServer server([](const SeenRequest&) { return test::reply(200); });
  auto made = create(object({{"url", text(server.url())}, {"expect", Value::set({Value::integer(201)})}}));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().failure, FailureClass::kInvalid);
  EXPECT_EQ(made.error().happened, Happened::kYes);
  EXPECT_TRUE(made.error().hint.contains("expect"));
}

TEST_F(HttpDriverTest, AnExpectedFaultIsASuccessAtOnce) {
  HttpServer server([](const SeenRequest&) { return test::reply(503, "", {{"Retry-After", "60"}}); });
  auto made = create(object({{"url", text(server.url())}, {"expect", Value::set({Value::integer(503)})}}));
  ASSERT_TRUE(made) << made.error().text;
  EXPECT_EQ(made->observed.get("status")->as_int(), 503);
  EXPECT_EQ(server.seen().size(), 1);
}

TEST_F(HttpDriverTest, TheRepeatableIsRepeatedTheBlindIsNot) {
  std::atomic<int> number = 0;
  HttpServer server(
      [&](const SeenRequest&) { return number++ % 2 == 0 ? test::reset_before_answer() : test::reply(200); });
  auto put = create(object({{"url", text(server.url())}, {"method", text("PUT")}}));
  EXPECT_TRUE(put) << put.error().text;
  EXPECT_EQ(server.seen().size(), 2);
  auto post = create(object({{"url", text(server.url())}, {"method", text("POST")}}));
  ASSERT_FALSE(post);
  EXPECT_EQ(post.error().failure, FailureClass::kTransient);
  EXPECT_EQ(post.error().happened, Happened::kMaybe);
  EXPECT_EQ(server.seen().size(), 3);
}

TEST_F(HttpDriverTest, ThrottlingIsSatOut) {
  std::atomic<int> number = 0;
  HttpServer server([&](const SeenRequest&) {
    return number++ == 0 ? test::reply(429, "", {{"Retry-After", "3"}}) : test::reply(200);
  });
  auto post = create(object({{"url", text(server.url())}, {"method", text("POST")}}));
  ASSERT_TRUE(post) << post.error().text;
  EXPECT_EQ(server.seen().size(), 2);
  ASSERT_FALSE(timeline_->waits.empty());
  EXPECT_GE(timeline_->waits[0], 3s);
  // And given back, with its wait, when it outlasts the deadline.
  HttpServer busy([&](const SeenRequest&) { return test::reply(429, "", {{"Retry-After", "300"}}); });
  auto refused = create(object({{"url", text(busy.url())}}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().failure, FailureClass::kThrottled);
  EXPECT_EQ(refused.error().happened, Happened::kNo);
  EXPECT_EQ(refused.error().retry_after, 300s);
}

TEST_F(HttpDriverTest, NobodyThereIsUnreachable) {
  auto made = create(object({{"url", text("http://127.0.0.1:" + std::to_string(test::closed_port()) + "/")},
                             {"method", text("POST")}}));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().failure, FailureClass::kUnreachable);
  EXPECT_EQ(made.error().happened, Happened::kNo);
}

TEST_F(HttpDriverTest, AuthoritiesOfTheProviderAndOfTheRequest) {
  test::Authority authority;
  HttpServer server([](const SeenRequest&) { return test::reply(200); },
                    {.tls = authority.issue({"127.0.0.1"})});
  auto url = text(server.url());
  auto stranger = create(object({{"url", url}}));
  ASSERT_FALSE(stranger);
  EXPECT_EQ(stranger.error().failure, FailureClass::kInvalid);
  EXPECT_EQ(stranger.error().happened, Happened::kNo);
  EXPECT_EQ(stranger.error().path.text(), "ca_pem");
  EXPECT_TRUE(create(object({{"url", url}, {"ca_pem", text(authority.pem())}})));
  auto& session = open(object({{"ca_pem", text(authority.pem())}}));
  EXPECT_TRUE(change(session, step(object({{"url", url}}))));
}

TEST_F(HttpDriverTest, AuthoritiesOfTheEnvironment) {
  test::Authority authority;
  HttpServer server([](const SeenRequest&) { return test::reply(200); },
                    {.tls = authority.issue({"127.0.0.1"})});
  auto path = testing::TempDir() + "weft-http-ca.pem";
  std::ofstream(path) << authority.pem();
  driver_ = make_http_driver({.environment = {{{"SSL_CERT_FILE", path}}}});
  auto made = create(object({{"url", text(server.url())}}));
  EXPECT_TRUE(made) << made.error().text;
  // What is written goes before it.
  test::Authority other;
  EXPECT_FALSE(create(object({{"url", text(server.url())}, {"ca_pem", text(other.pem())}})));
}

TEST_F(HttpDriverTest, PausesAreShown) {
  std::atomic<int> number = 0;
  HttpServer server([&](const SeenRequest&) { return test::reply(number++ < 3 ? 500 : 200); });
  std::vector<driver::Progress::Phase> phases;
  auto with_progress = call();
  with_progress.progress = [&](size_t, const driver::Progress& progress) {
    phases.push_back(progress.phase);
  };
  std::vector<driver::Step> steps = {step(object({{"url", text(server.url())}}))};
  block_on(loop_, open().change(with_progress, std::move(steps),
                                [](size_t, driver::ChangeResult result) { EXPECT_TRUE(result); }));
  using Phase = driver::Progress::Phase;
  EXPECT_EQ(phases,
            (std::vector<Phase>{Phase::kSent, Phase::kRetrying}));  // the second pause is not a second later
}

TEST_F(HttpDriverTest, BodiesThatAreNoText) {
  HttpServer server([](const SeenRequest&) { return test::reply(200, "\xff\xfe"); });
  auto made = create(object({{"url", text(server.url())}}));
  ASSERT_TRUE(made);
  EXPECT_EQ(made->observed.get("response")->as_string(), "//4=");
  EXPECT_EQ(made->observed.get("json"), nullptr);
}

TEST_F(HttpDriverTest, JsonByTypeOrByLook) {
  std::string body, content_type;
  HttpServer server([&](const SeenRequest&) {
    return test::reply(200, body, {{"Content-Type", content_type}});
  });
  auto json = [&](std::string b, std::string t) -> std::string {
    body = std::move(b);
    content_type = std::move(t);
    auto made = create(object({{"url", text(server.url())}}));
    const Value* value = made->observed.get("json");
    return value == nullptr ? "none" : to_json(*value);
  };
  EXPECT_EQ(json("7", "application/problem+json; charset=utf-8"), "7");
  EXPECT_EQ(json("7", "text/plain"), "none");
  EXPECT_EQ(json(" [9007199254740993]", "text/plain"), "[9007199254740993]");
  EXPECT_EQ(json("{broken", "application/json"), "none");
}

TEST_F(HttpDriverTest, Lookups) {
  HttpServer server([](const SeenRequest& request) {
    return request.target == "/gone" ? test::reply(404) : test::reply(200, R"({"version":"1.2"})");
  });
  auto found = look_up(object({{"url", text(server.url("/v"))}}));
  ASSERT_TRUE(found) << found.error().text;
  ASSERT_EQ(found->size(), 1);
  EXPECT_EQ(found->at(0).observed.get("json")->get("version")->as_string(), "1.2");
  EXPECT_EQ(found->at(0).observed.get("status")->as_int(), 200);
  EXPECT_EQ(look_up(object({{"url", text(server.url("/gone"))}})).error().failure, FailureClass::kNotFound);
  auto changing = look_up(object({{"url", text(server.url("/v"))}, {"method", text("PUT")}}));
  ASSERT_FALSE(changing);
  EXPECT_EQ(changing.error().path.text(), "method");
  EXPECT_EQ(server.seen().size(), 2);
}

TEST_F(HttpDriverTest, WhatWasSentCannotBeFoundByItsId) {
  auto found = look_up(object({{"id", text("0123456789abcdef0123456789abcdef")}}));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().failure, FailureClass::kUnsupported);
}

TEST_F(HttpDriverTest, JsonThatIsTooDeepStaysText) {
  HttpServer server([](const SeenRequest& request) {
    auto depth = std::stoul(request.target.substr(1));
    return test::reply(200, std::string(depth, '[') + std::string(depth, ']'));
  });
  for (auto [depth, is_json] : {std::pair{48, true}, {49, false}, {60, false}, {100'000, false}}) {
    auto made = create(object({{"url", text(server.url("/" + std::to_string(depth)))}}));
    ASSERT_TRUE(made) << depth << made.error().text;
    EXPECT_EQ(made->observed.get("json") != nullptr, is_json) << depth;
    EXPECT_EQ(made->observed.get("response")->as_string().size(), 2 * depth);
  }
}

// 1, 2 and 3 of the conformance list.
TEST_F(HttpDriverTest, SchemaAndPrepareAreSound) {
  EXPECT_EQ(type()->digest(), make_http_driver()->types()[0].digest());
  for (const auto& name : type()->identity) EXPECT_NE(type()->attribute(name), nullptr);
  for (const auto& row : driver_->settings()) EXPECT_FALSE(row.documentation.empty()) << row.name;
  auto unknown = Value::unknown({.type = Type::string()});
  for (auto desired :
       {object({{"url", text("http://h/")}}), object({{"url", unknown}, {"method", unknown}}),
        object({{"url", text("http://h/")}, {"method", Value::null()}, {"body", Value::null()}})}) {
    auto once = prepare(desired);
    EXPECT_TRUE(once.problems.empty());
    EXPECT_EQ(once.desired, prepare(desired).desired);
    EXPECT_EQ(once.desired, prepare(once.desired).desired);
    EXPECT_NE(once.desired.get("method"), nullptr);
  }
}

TEST_F(HttpDriverTest, SessionsShareConnectionsWithinALoop) {
  HttpServer server([](const SeenRequest&) { return test::reply(200); });
  auto url = object({{"url", text(server.url())}});
  auto& first = open();
  auto kept = std::move(session_);
  auto& second = open(object({{"headers", object({{"X", text("1")}}).as_secret()}}));
  EXPECT_TRUE(change(first, step(url)));
  EXPECT_TRUE(change(second, step(url)));
  EXPECT_EQ(server.connections(), 1);
  Loop other;
  driver::Call elsewhere{.loop = other, .clock = clock_, .cancel = {}};
  auto opened = block_on(other, driver_->open(elsewhere, object({})));
  ASSERT_TRUE(opened);
  std::vector<driver::Step> steps = {step(url)};
  block_on(other, (*opened)->change(elsewhere, std::move(steps),
                                    [](size_t, driver::ChangeResult result) { EXPECT_TRUE(result); }));
  EXPECT_EQ(server.connections(), 2);
}

TEST_F(HttpDriverTest, SettlesByClass) {
  using Kind = driver::Settled::Kind;
  EXPECT_EQ(settle(object({{"url", text("http://h/")}, {"method", text("PUT")}})).kind, Kind::kNotDone);
  EXPECT_EQ(settle(object({{"url", text("http://h/")}, {"method", text("POST")}})).kind, Kind::kUnknown);
  EXPECT_EQ(settle(Value::null()).kind, Kind::kUnknown);
  EXPECT_EQ(settle(Value::null(), driver::Change::kRemove).kind, Kind::kDone);
}

TEST_F(HttpDriverTest, ASoftStopSendsNothingNew) {
  HttpServer server([](const SeenRequest&) { return test::reply(200); });
  stop_.request();
  auto made = create(object({{"url", text(server.url())}}));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().failure, FailureClass::kCancelled);
  EXPECT_EQ(made.error().happened, Happened::kNo);
  EXPECT_TRUE(server.seen().empty());
}

TEST_F(HttpDriverTest, ASoftStopWaitsForTheAnswerOfWhatWasSent) {
  test::Gate gate;
  HttpServer server([&](const SeenRequest&) {
    loop_.post([&] {
      stop_.request();
      gate.open();
    });
    return test::ServerReply{.script = [&](test::Wire& wire) {
      if (wire.wait(gate) && wire.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone"))
        wire.wait_for_close();
    }};
  });
  auto made = create(object({{"url", text(server.url())}, {"method", text("POST")}}));
  ASSERT_TRUE(made) << made.error().text;
  EXPECT_EQ(made->observed.get("response")->as_string(), "done");
}

TEST_F(HttpDriverTest, UnknownSettingsArePartial) {
  auto& session =
      open(object({{"headers", object({{"Authorization", Value::unknown({.type = Type::string()})}})}}));
  EXPECT_TRUE(session.configured().partial);
  auto made = change(session, step(object({{"url", text("http://127.0.0.1:1/")}})));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().happened, Happened::kNo);
  EXPECT_EQ(calls_, 0);
}

TEST_F(HttpDriverTest, WrongSettingsAreRefused) {
  auto opened = block_on(loop_, driver_->open(call(), object({{"ca_pem", text("nonsense")}})));
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().path.text(), "ca_pem");
}

TEST_F(HttpDriverTest, ManyAtOnceAreToldOneByOne) {
  HttpServer server([](const SeenRequest& request) {
    return request.target == "/13" ? test::reply(400, "unlucky") : test::reply(200, request.target);
  });
  std::vector<driver::Step> steps;
  for (int i = 0; i < 100; ++i)
    steps.push_back(step(object({{"url", text(server.url("/" + std::to_string(i)))}})));
  std::vector<int> told(100);
  block_on(loop_, open().change(call(), std::move(steps), [&](size_t index, driver::ChangeResult result) {
    ++told[index];
    EXPECT_EQ(result.has_value(), index != 13);
    if (result) {
      EXPECT_EQ(result->observed.get("response")->as_string(), "/" + std::to_string(index));
    }
  }));
  EXPECT_EQ(told, std::vector<int>(100, 1));
}

}  // namespace
}  // namespace weft::http
