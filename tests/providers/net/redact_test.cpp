#include "providers/net/redact.h"

#include <gtest/gtest.h>

#include "lang/base/digest.h"

namespace weft::net {
namespace {

TEST(Redactor, TakesOutRevealedSecretsInEveryForm) {
  Redactor redactor;
  std::string secret = "p\"ss word/+ü1";
  redactor.reveal(secret);
  EXPECT_EQ(redactor.text("is " + secret + "!"), "is (secret)!");
  EXPECT_EQ(redactor.text(R"j({"p":"p\"ss word/+ü1"})j"), R"j({"p":"(secret)"})j");
  EXPECT_EQ(redactor.text("a=p%22ss%20word%2F%2B%C3%BC1&b"), "a=(secret)&b");
  for (auto before : {"", "x", "xy", "user:"}) {
    auto encoded = base64(before + secret + "tail");
    auto shown = redactor.text(encoded);
    EXPECT_TRUE(shown.contains("(secret)")) << before;
    EXPECT_TRUE(redactor.holds_secret(encoded)) << before;
  }
  EXPECT_FALSE(redactor.holds_secret("nothing here"));
}

TEST(Redactor, LongerSecretsGoFirst) {
  Redactor redactor;
  redactor.reveal("abcd");
  redactor.reveal("abcdefgh");
  EXPECT_EQ(redactor.text("abcdefgh abcd"), "(secret) (secret)");
}

TEST(Redactor, WhatOverlapsIsTakenOutAsOne) {
  Redactor redactor;
  redactor.reveal("abcdef");
  redactor.reveal("defghi");
  redactor.reveal("cdef");
  EXPECT_EQ(redactor.text("xabcdefghiy"), "x(secret)y");
  EXPECT_EQ(redactor.text("abcdefabcdef"), "(secret)(secret)");
  EXPECT_EQ(redactor.text("cdef!defghi"), "(secret)!(secret)");
  EXPECT_EQ(redactor.text("abcde"), "abcde");
}

TEST(Redactor, FindsTheLongestOfThoseThatBeginAlike) {
  Redactor redactor;
  for (const char* one : {"aaaa", "aaaab", "aaaabbbbx", "aaaac", "aaaabbbbb", "aaaabbbb1"}) redactor.reveal(one);
  EXPECT_EQ(redactor.text("-aaaabbbb1-"), "-(secret)-");
  EXPECT_EQ(redactor.text("-aaaabbbb-"), "-(secret)bbb-");
  EXPECT_EQ(redactor.text("-aaaab-"), "-(secret)-");
  EXPECT_EQ(redactor.text("-aaa-"), "-aaa-");
}

TEST(Redactor, ManySecretsInMuchText) {
  // Of 20,000 secrets that begin alike, in 20,000 places: only one pass over the text ends.
  Redactor redactor;
  std::string text, wanted;
  for (int i = 0; i < 20'000; ++i) {
    auto number = std::to_string(100'000 + i);
    redactor.reveal("the-token-" + number + "-end");
    text += "say the-token-" + number + "-end and the-token-" + number + "-other; ";
    wanted += "say (secret) and the-token-" + number + "-other; ";
  }
  EXPECT_EQ(redactor.text(text), wanted);
  EXPECT_FALSE(redactor.holds_secret(redactor.text(text)));
}

TEST(Redactor, VeryShortTextsAreNotLookedFor) {
  Redactor redactor;
  redactor.reveal("a");
  redactor.reveal("");
  EXPECT_EQ(redactor.text("banana"), "banana");
}

TEST(Redactor, Headers) {
  Redactor redactor;
  redactor.reveal("hunter22");
  redactor.secret_header("X-Mine");
  Headers shown = redactor.headers(
      {{"authorization", "Bearer x"}, {"x-mine", "y"}, {"Via", "hunter22"}, {"Accept", "z"}});
  EXPECT_EQ(
      shown,
      (Headers{{"authorization", "(secret)"}, {"x-mine", "(secret)"}, {"Via", "(secret)"}, {"Accept", "z"}}));
}

TEST(Redactor, Urls) {
  Redactor redactor;
  redactor.reveal("hunter22");
  EXPECT_EQ(redactor.url("https://u:p@h/a?X-Amz-Signature=abc&b=c&token=&p=hunter22"),
            "https://h/a?X-Amz-Signature=(secret)&b=c&token=(secret)&p=(secret)");
  EXPECT_EQ(redactor.url("not a url?key=1"), "not a url");
}

TEST(Redactor, BodyPaths) {
  Redactor redactor;
  redactor.secret_path("data.*");
  redactor.secret_path("items.*.token");
  EXPECT_EQ(
      redactor.body(R"j({"data":{"a":"x","b":{"c":1}},"items":[{"token":"t","id":7}],"rest":true})j"),
      R"j({"data":{"a":"(secret)","b":"(secret)"},"items":[{"id":7,"token":"(secret)"}],"rest":true})j");
  EXPECT_EQ(redactor.body("data=x&y"), "(secret)");
  EXPECT_EQ(redactor.body(""), "");
  Redactor plain;
  plain.reveal("hunter22");
  EXPECT_EQ(plain.body("pass hunter22 on"), "pass (secret) on");
}

}  // namespace
}  // namespace weft::net
