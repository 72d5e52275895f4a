// What an answer says of whether the change was done.
#include "providers/http/answer.h"

#include <gtest/gtest.h>

namespace weft::http {
namespace {

using driver::Happened;

auto happened(std::string method, net::Response answer) -> Happened {
  return refused(answer, {.method = std::move(method), .url = "https://host/a"}).happened;
}

// 301 and 302 answer a POST that was done as well as one that was not; so many servers mean 303 by them. Those that were sent
// on to another host are not followed, and come here.
TEST(HttpAnswer, AChangeThatWasSentOnMayBeDone) {
  for (int status : {301, 302, 303}) {
    for (auto method : {"POST", "PUT", "DELETE"}) EXPECT_EQ(happened(method, {.status = status}), Happened::kMaybe) << method << status;
  }
  for (int status : {307, 308}) EXPECT_EQ(happened("POST", {.status = status}), Happened::kNo) << status;
  EXPECT_EQ(happened("GET", {.status = 302}), Happened::kNo);
}

TEST(HttpAnswer, AfterADoubtEveryRefusalIsOne) {
  using namespace std::chrono_literals;
  for (int status : {403, 404, 429, 503}) {
    EXPECT_EQ(happened("POST", {.status = status, .uncertain_before = true, .retry_after = 5s}), Happened::kMaybe) << status;
  }
  EXPECT_EQ(happened("POST", {.status = 503, .retry_after = 5s}), Happened::kNo);
}

}  // namespace
}  // namespace weft::http
