// The http provider in the built program: a request as a resource, one as a lookup, over TLS with an authority that only
// the environment names.
#include <gtest/gtest.h>

#include "tests/support/certificates.h"
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

}  // namespace
}  // namespace weft::test
