// The http provider in the built program: a request as a resource, one as a lookup, over TLS with an authority that only
// the environment names.
#include <gtest/gtest.h>

#include <atomic>

#include "tests/support/certificates.h"
#include "tests/support/events.h"
#include "tests/support/http_server.h"
#include "tests/support/program.h"

namespace weft::test {
namespace {

TEST(Http, SentOnceAndLookedUp) {
  Authority authority;
  HttpServer server(
      [](const SeenRequest& request) {
        if (request.method == "POST") return reply(202, R"({"id":"d-7"})", {{"Content-Type", "application/json"}});
        return reply(200, R"({"version":"1.2"})", {{"Content-Type", "application/json"}});
      },
      {.tls = authority.issue({"127.0.0.1"})});
  Program program;
  program.files().write("ca.pem", authority.pem());
  program.files().write("main.fabric", R"(fabric "web" {}
lookup release: http.Request { url = ")" + server.url("/release") + R"(" }
resource deploy: http.Request {
  url    = ")" + server.url("/deploys") + R"("
  method = "POST"
  body   = json.encode({ version = to.string(release.json.version) })
}
output deploy = to.string(deploy.json.id)
)");
  std::vector<std::string> trust{"SSL_CERT_FILE=" + program.files().path("ca.pem")};
  auto stranger = program.run({"plan"});
  EXPECT_EQ(stranger.exit, 1) << stranger.all();
  auto apply = program.run({"apply", "--auto-approve"}, trust);
  ASSERT_EQ(apply.exit, 0) << apply.all();
  EXPECT_EQ(program.run({"output", "deploy"}).out, "d-7\n");
  auto again = program.run({"plan", "--detailed-exitcode"}, trust);
  EXPECT_EQ(again.exit, 0) << again.all();
  auto gone = program.run({"destroy", "--auto-approve"}, trust);
  EXPECT_EQ(gone.exit, 0) << gone.all();
  size_t sent = 0;
  for (const auto& request : server.seen()) {
    if (request.method != "POST") continue;
    ++sent;
    EXPECT_EQ(request.body, R"({"version":"1.2"})");
  }
  EXPECT_EQ(sent, 1U) << "once, and nothing at removal";
}

// Who asks for fewer requests is heeded, and that is told: in the log lines, as events and at the end.
TEST(Http, ThrottlingIsTold) {
  std::atomic<int> asked = 0;
  HttpServer server([&](const SeenRequest&) { return ++asked == 1 ? reply(429, "slow down") : reply(200, "done"); });
  Program program;
  program.files().write("main.fabric", R"(fabric "web" {}
resource deploy: http.Request {
  url    = ")" + server.url("/deploys") + R"("
  method = "PUT"
}
)");
  auto apply = program.run({.arguments = {"apply", "--auto-approve", "--json-to", "events"}, .apart = true});
  ASSERT_EQ(apply.exit, 0) << apply.all();
  EXPECT_EQ(asked, 2);
  auto rates = test::events_of(program.files().read("events"), "endpoint.rate");
  ASSERT_GE(rates.size(), 1u);
  EXPECT_EQ(rates[0].get("endpoint")->as_string(), server.url(""));
  EXPECT_NE(apply.error.find("throttled   " + server.url("") + ": "), std::string::npos) << apply.error;
  EXPECT_NE(apply.error.find("requests a second, was "), std::string::npos) << apply.error;
  EXPECT_NE(apply.out.find("2 API calls, 1 of them sent again"), std::string::npos) << apply.out;
}

// The status stands in the error, and whether it was sent again.
TEST(Http, AFailureHasItsStatus) {
  HttpServer server([](const SeenRequest&) { return reply(404, "nothing here"); });
  Program program;
  program.files().write("main.fabric", "fabric \"web\" {}\nresource deploy: http.Request {\n  url    = \"" + server.url("/deploys") + "\"\n  method = \"PUT\"\n}\n");
  auto apply = program.run({.arguments = {"apply", "--auto-approve", "--json"}, .apart = true});
  EXPECT_EQ(apply.exit, 1) << apply.all();
  bool told = false;
  for (const Value& state : test::events_of(apply.out, "step.state")) {
    const Value* error = state.get("error");
    if (error == nullptr) continue;
    told = true;
    ASSERT_NE(error->get("http"), nullptr) << apply.out;
    EXPECT_EQ(error->get("http")->as_int(), 404);
    EXPECT_TRUE(error->get("final")->as_bool());
  }
  EXPECT_TRUE(told) << apply.out;
}

}  // namespace
}  // namespace weft::test
