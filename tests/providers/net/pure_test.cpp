// What needs no loop: addresses, headers, dates, waits.
#include <gtest/gtest.h>

#include "providers/net/backoff.h"
#include "providers/net/headers.h"
#include "providers/net/http.h"
#include "providers/net/http_date.h"
#include "providers/net/lines.h"
#include "providers/net/skew.h"
#include "providers/net/url.h"

namespace weft::net {
namespace {

using namespace std::chrono_literals;

TEST(Url, TakesApartAndPutsTogether) {
  auto url = parse_url("HTTPS://us%40er:p:w@Example.com:8443/a/../b?x=1#part");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->scheme, "https");
  EXPECT_EQ(url->user_info, "us%40er:p:w");
  EXPECT_EQ(url->host, "example.com");
  EXPECT_EQ(url->port, 8443);
  EXPECT_EQ(url->target, "/a/../b?x=1");
  EXPECT_EQ(url->text(), "https://example.com:8443/a/../b?x=1");
  EXPECT_EQ(parse_url("http://host")->text(), "http://host/");
  EXPECT_EQ(parse_url("http://host:80?q")->text(), "http://host/?q");
  EXPECT_EQ(parse_url("http://[::1]:8080/x")->text(), "http://[::1]:8080/x");
  EXPECT_EQ(parse_url("http://[::1]:8080/x")->host, "::1");
}

TEST(Url, RefusesWhatIsNone) {
  for (auto bad : {"", "host", "ftp://host/", "http://", "http:///x", "http://host:0/", "http://host:99999/",
                   "http://a b/", "http://host/a\nb", "http://[::1/", "http://[::1]x/", "http://[zz]/",
                   "http://ho<st/"}) {
    EXPECT_FALSE(parse_url(bad)) << bad;
  }
  EXPECT_FALSE(parse_url("http://host/" + std::string(20'000, 'a')));
}

TEST(Url, ResolvesLocations) {
  auto base = *parse_url("https://host/a/b?c=1");
  auto at = [&](std::string_view location) { return resolve(base, location)->text(); };
  EXPECT_EQ(at("http://other/x"), "http://other/x");
  EXPECT_EQ(at("//other/x"), "https://other/x");
  EXPECT_EQ(at("/x/./y/../z?q=/../"), "https://host/x/z?q=/../");
  EXPECT_EQ(at("x"), "https://host/a/x");
  EXPECT_EQ(at("../x"), "https://host/x");
  EXPECT_EQ(at(".."), "https://host/");
  EXPECT_EQ(at("?d=2"), "https://host/a/b?d=2");
  EXPECT_EQ(at("#part"), "https://host/a/b?c=1");
  EXPECT_EQ(at("x?at=http://y"), "https://host/a/x?at=http://y");
  EXPECT_FALSE(resolve(base, ""));
  EXPECT_FALSE(resolve(base, "file:///etc/passwd"));
}

TEST(Url, PercentEncoding) {
  EXPECT_EQ(percent_encode("a b/ü~"), "a%20b%2F%C3%BC~");
  EXPECT_EQ(percent_decode("a%20b%2f%C3%BC~%"), "a b/ü~%");
  EXPECT_EQ(percent_decode("%4"), "%4");
  EXPECT_EQ(percent_decode("%zz%41"), "%zzA");
}

TEST(Headers, NamesWithoutCase) {
  Headers headers = {{"Accept", "a"}, {"X-One", "1"}, {"accept", "b"}};
  EXPECT_EQ(*headers.find("ACCEPT"), "a");
  headers.set("accept", "c");
  EXPECT_EQ(headers, (Headers{{"Accept", "c"}, {"X-One", "1"}}));
  headers.set("New", "2");
  headers.remove("x-one");
  EXPECT_EQ(headers, (Headers{{"Accept", "c"}, {"New", "2"}}));
  EXPECT_EQ(headers.find("x-one"), nullptr);
}

TEST(Headers, WhatMayStandInThem) {
  EXPECT_TRUE(is_token("X-Amz-Date"));
  EXPECT_FALSE(is_token(""));
  EXPECT_FALSE(is_token("X Y"));
  EXPECT_FALSE(is_token("X:"));
  EXPECT_TRUE(is_header_value("any text, ü and\ttabs"));
  EXPECT_FALSE(is_header_value("a\r\nEvil: 1"));
  EXPECT_FALSE(is_header_value(std::string_view("a\0b", 3)));
}

TEST(HttpDate, ThreeForms) {
  auto wanted = 784111777s;
  auto now = 1'700'000'000s;
  EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT", now), wanted);
  EXPECT_EQ(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT", now), wanted);
  EXPECT_EQ(parse_http_date("Sun Nov  6 08:49:37 1994", now), wanted);
  for (auto bad :
       {"", "yesterday", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 31 Feb 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 25:49:37 GMT", "Sun, 06 Nov 1994 08:49 GMT", "Sun, -6 Nov 1994 08:49:37 GMT"}) {
    EXPECT_FALSE(parse_http_date(bad, now)) << bad;
  }
}

TEST(HttpDate, RetryAfter) {
  auto now = 784111777s;
  EXPECT_EQ(parse_retry_after("120", now), 120s);
  EXPECT_EQ(parse_retry_after(" 0 ", now), 0s);
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:49:47 GMT", now), 10s);
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:49:30 GMT", now), 0s);
  EXPECT_EQ(parse_retry_after("99999999999999999999999", now), 24h);
  EXPECT_FALSE(parse_retry_after("-5", now));
  EXPECT_FALSE(parse_retry_after("soon", now));
  EXPECT_FALSE(parse_retry_after("", now));
}

TEST(Backoff, GrowsToItsCapWithFullJitter) {
  Backoff backoff{.base = 100ms, .factor = 2, .cap = 1000ms};
  EXPECT_EQ(longest_wait(backoff, 1), 100ms);
  EXPECT_EQ(longest_wait(backoff, 3), 400ms);
  EXPECT_EQ(longest_wait(backoff, 5), 1000ms);
  EXPECT_EQ(longest_wait(backoff, 4'000'000'000), 1000ms);
  EXPECT_EQ(wait_before_repeat(backoff, 3, 0), 0ms);
  EXPECT_EQ(wait_before_repeat(backoff, 3, 0.5), 200ms);
  EXPECT_LT(wait_before_repeat(backoff, 3, 0.999999), 400ms);
}

TEST(Backoff, WhatTheServerAskedForCountsInFull) {
  Backoff backoff{.base = 100ms, .factor = 2, .cap = 1000ms};
  EXPECT_EQ(wait_before_repeat(backoff, 1, 0, 7000ms), 7000ms);
  EXPECT_EQ(wait_before_repeat(backoff, 9, 0.5, 7000ms), 7050ms);
}

TEST(Skew, IsNoneWhereTheExchangeExplainsIt) {
  Headers answer = {{"Date", "Sun, 06 Nov 1994 08:49:37 GMT"}};
  auto date = std::chrono::milliseconds(784111777s);
  EXPECT_EQ(clock_skew(answer, date - 50ms, date + 50ms), 0ms);
  EXPECT_EQ(clock_skew(answer, date + 900ms, date + 990ms), 0ms);
  EXPECT_EQ(clock_skew(answer, date + 5000ms, date + 6000ms), -4000ms);
  EXPECT_EQ(clock_skew(answer, date - 6000ms, date - 5000ms), 5000ms);
  EXPECT_FALSE(clock_skew({}, date, date));
  EXPECT_FALSE(clock_skew({{"Date", "now"}}, date, date));
}

TEST(Lines, AreCutWhereverThePiecesEnd) {
  std::vector<std::string> lines;
  LineSplitter splitter([&](std::string_view line) {
    lines.emplace_back(line);
    return true;
  });
  for (auto piece : {"a", "b\nc\r", "\n\n", "d\ne\nf"}) EXPECT_TRUE(splitter.add(piece));
  EXPECT_EQ(lines, (std::vector<std::string>{"ab", "c", "d", "e"}));
  EXPECT_TRUE(splitter.finish());
  EXPECT_EQ(lines.back(), "f");
}

TEST(Lines, StopWhenTheSinkHasEnoughOrALineIsTooLong) {
  int count = 0;
  LineSplitter stops([&](std::string_view) { return ++count < 2; }, 10);
  EXPECT_FALSE(stops.add("a\nb\nc\n"));
  EXPECT_EQ(count, 2);
  EXPECT_FALSE(stops.too_long());
  LineSplitter bounded([](std::string_view) { return true; }, 10);
  EXPECT_TRUE(bounded.add("0123456789"));
  EXPECT_FALSE(bounded.add("x"));
  EXPECT_TRUE(bounded.too_long());
}

TEST(Http, JudgesByStatus) {
  EXPECT_EQ(by_status({.status = 429}), Judgement::kThrottled);
  EXPECT_EQ(by_status({.status = 503}), Judgement::kTransient);
  EXPECT_EQ(by_status({.status = 503, .headers = {{"retry-after", "1"}}}), Judgement::kThrottled);
  EXPECT_EQ(by_status({.status = 502}), Judgement::kTransient);
  EXPECT_EQ(by_status({.status = 404}), Judgement::kAnswer);
  EXPECT_EQ(by_status({.status = 501}), Judgement::kAnswer);
}

TEST(Http, FindsTheServersRequestId) {
  EXPECT_EQ(request_id_of({{"X-Request-ID", "b"}, {"X-Amzn-Requestid", "a"}}), "a");
  EXPECT_EQ(request_id_of({{"audit-id", "c"}}), "c");
  EXPECT_EQ(request_id_of({{"Date", "x"}}), "");
}

TEST(Http, EveryErrorHasItsWords) {
  EXPECT_EQ(word(NetError::kInvalid), "invalid");
  EXPECT_EQ(word(NetError::kInternal), "internal");
  EXPECT_TRUE(transient(NetError::kReset));
  EXPECT_FALSE(transient(NetError::kTls));
  EXPECT_EQ(meaning(NetError::kTooBig), "the answer is larger than its bound");
}

}  // namespace
}  // namespace weft::net
