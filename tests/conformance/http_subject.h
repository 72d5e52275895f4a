// The http driver and a server of the test's own behind TLS, with an authority that only the provider's settings name.
#pragma once

#include <atomic>

#include "lang/value/json.h"
#include "providers/http/http.h"
#include "tests/conformance/subject.h"
#include "tests/support/fake_wire.h"
#include "tests/support/http_server.h"

namespace weft::conformance {

class HttpSubject : public Subject {
 public:
  HttpSubject() {
    desk_.settings = settings({});
    desk_.reopen();
  }

  auto name() const -> std::string override { return "http"; }
  auto excuses() const -> std::vector<Excuse> override {
    return {
        {9, "what a request did is recorded and never read again"},
        {10, "what a request did is recorded and never read again"},
        {11, "what a request did is recorded and never read again"},
        {12, "what a request did is recorded and never read again"},
        {13, "what a request did is recorded and never read again"},
        {14, "what a request did is recorded and never read again"},
        {15, "what a request did is recorded and never read again"},
        {17, "a request that was sent cannot be found, so none is adopted"},
        {19, "what a request did is recorded and never read again"},
        {24, "there are no updates"},
        {29, "the server's objects are not the driver's; by class what a killed one leaves is tried in tests/providers/http"},
        {30, "the server's objects are not the driver's; lost answers of each class are tried in tests/providers/http"},
        {31, "no request carries a token of ours"},
        {32, "no value is given only once: the record has the whole answer"},
        {33, "a request meets no object"},
        {35, "there are no updates"},
        {38, "throttled requests are repeated below the driver: tried in tests/providers/http and tests/providers/net"},
        {39, "credentials are what somebody writes into `headers`; nobody knows when they end"},
        {40, "nothing is sent at removal"},
        {41, "nothing that was made is looked for"},
        {42, "there are no batches"},
        {43, "there are no lanes"},
        {44, "a request is ready with its answer"},
        {46, "before its answer there is no record: a deadline that passes is an answer that was lost"},
        {48, "the place is empty: each request says itself where it goes"},
    };
  }
  auto desk() -> Desk& override { return desk_; }
  auto driver() -> driver::Driver& override { return *driver_; }

  auto samples() -> std::vector<Sample> override {
    auto put_one = object({{"url", text(server_.url("/things/1?x=1"))}, {"method", text("PUT")},
                           {"headers", object({{"Content-Type", text("application/json")}})}, {"body", text("{\"a\":1}")},
                           {"expect", Value::set({number(200), number(201)})}, {"ca_pem", text(authority_.pem())},
                           {"class", text("repeatable")}});
    auto post = object({{"url", text(server_.url("/things"))}, {"method", text("POST")}, {"body", text("[null]")}});
    return {{.type = "http.Request", .desired = put_one,
             .replacements = {put(put_one, "body", text("{\"a\":2}")), put(put_one, "method", text("PATCH")),
                              put(put_one, "url", text(server_.url("/things/2"))),
                              put(put_one, "headers", object({{"X-More", text("y")}})),
                              put(put_one, "expect", Value::set({number(200)})), put(put_one, "class", text("blind")),
                              weft::without(put_one, Path{}.member("body"))},
             .invalid = {put(put_one, "url", text("things/1")), put(put_one, "method", text("put")),
                         put(put_one, "expect", Value::set({number(20)})), put(put_one, "ca_pem", text("nonsense")),
                         put(put_one, "headers", object({{"A", text("x\r\ny")}}))}},
            {.type = "http.Request", .desired = post, .replacements = {put(post, "body", text("[1]"))}}};
  }
  auto selector(const Sample& sample) -> std::optional<Value> override {
    return object({{"url", *sample.desired.get("url")}});
  }

  auto world() -> std::string override {
    std::string out;
    for (const auto& request : server_.seen()) out += request.method + " " + request.target + " " + request.body + "\n";
    return out;
  }
  // A request leaves nothing that is the driver's.
  auto objects() -> size_t override { return 0; }

  // The server answers with what it was sent.
  auto echo(const Value& value) -> std::optional<std::string> override {
    auto made = desk_.create("http.Request", object({{"url", text(server_.url("/echo"))}, {"method", text("PUT")},
                                                     {"body", text(to_json(value))}}));
    if (!made) return std::nullopt;
    const Value* answer = made->observed.get("json");
    if (answer == nullptr || !(*answer == value)) return std::nullopt;
    return server_.seen().back().body;
  }

  auto failures() -> std::vector<driver::DriverFailure> override {
    std::vector<driver::DriverFailure> out;
    auto refused = [&](const std::string& url, std::string_view method) {
      auto made = desk_.create("http.Request", object({{"url", text(url)}, {"method", text(method)}}));
      if (!made) out.push_back(made.error());
    };
    for (int status : {400, 401, 403, 404, 410, 423, 500, 501}) refused(server_.url("/status/" + std::to_string(status)), "POST");
    refused(server_.url("/throttled"), "POST");
    refused(server_.url("/reset"), "POST");
    refused("https://127.0.0.1:" + std::to_string(test::closed_port()) + "/", "POST");
    refused(server_.url("/"), "put");
    auto strangers = object({{"url", text(server_.url("/"))}, {"ca_pem", text(test::Authority("another").pem())}});
    if (auto made = desk_.create("http.Request", strangers); !made) out.push_back(made.error());
    return out;
  }
  auto with_secret(const Value& canary) -> std::vector<Sample> override {
    std::string word = canary.revealed().as_text().str();
    auto at = [&](const std::string& target, std::string_view method) {
      return object({{"url", text(server_.url(target))}, {"method", text(method)}, {"body", canary},
                     {"headers", object({{"Authorization", canary}})}});
    };
    return {{.type = "http.Request", .desired = at("/echo", "POST")},
            {.type = "http.Request", .desired = put(at("/", "PUT"), "url", text(server_.url("/echo?word=" + word)).as_secret())},
            {.type = "http.Request", .desired = at("/status/400", "POST")},
            {.type = "http.Request", .desired = at("/status/500", "POST")},
            {.type = "http.Request", .desired = at("/reset", "POST")},
            {.type = "http.Request", .desired = put(at("/", "POST"), "url", text("https://" + word + ".invalid/").as_secret())}};
  }
  auto hanging() -> std::optional<driver::Step> override {
    Record none{.address = "x", .type = &desk_.type("http.Request")};
    return desk_.step(driver::Change::kCreate, none, object({{"url", text(server_.url("/hang"))}, {"method", text("POST")}}));
  }
  auto hangs() -> bool override { return hangs_; }
  auto unknown_settings() -> Value override {
    return settings(object({{"Authorization", Value::unknown({.type = Type::string()})}}));
  }

 private:
  static auto text(std::string_view value) -> Value { return Value::string(value); }
  static auto number(int64_t value) -> Value { return Value::integer(value); }
  static auto object(std::vector<Field> fields) -> Value { return Value::object(std::move(fields)); }
  static auto put(const Value& in, std::string_view name, const Value& value) -> Value {
    return with(in, Path{}.member(name), value);
  }
  auto settings(const Value& headers) -> Value {
    std::vector<Field> fields{{"ca_pem", text(authority_.pem())}};
    if (!headers.is_null()) fields.push_back({"headers", headers});
    return object(std::move(fields));
  }
  // On a thread of the server.
  auto answer(const test::SeenRequest& request) -> test::ServerReply {
    constexpr std::string_view kStatus = "/status/";
    if (request.target == "/reset") return test::reset_before_answer();
    if (request.target == "/throttled") return test::reply(429, "slower", {{"Retry-After", "100000"}});
    if (request.target.starts_with(kStatus)) {
      return test::reply(std::stoi(request.target.substr(kStatus.size())), "said: " + request.body, {{"X-Request-Id", "r-1"}});
    }
    if (request.target == "/hang") {
      hangs_ = true;
      desk_.loop.post([] {});
      return test::silence();
    }
    return test::reply(200, request.body, {{"Content-Type", "application/json"}});
  }

  test::Authority authority_;
  std::unique_ptr<driver::Driver> driver_ = http::make_http_driver({.stack = [](Loop& loop) {
    net::StackOptions options;
    options.timeline = std::make_shared<test::FakeTimeline>();
    return net::Stack::make(loop, options);
  }});
  Desk desk_{*driver_};
  std::atomic<bool> hangs_ = false;
  // The last to be made and the first to go: its threads use all the others.
  test::HttpServer server_{[this](const test::SeenRequest& request) { return answer(request); },
                           {.tls = authority_.issue({"127.0.0.1"})}};
};

inline auto make_http_subject() -> std::unique_ptr<Subject> { return std::make_unique<HttpSubject>(); }

}  // namespace weft::conformance
