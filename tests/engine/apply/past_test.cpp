// How long it usually takes: what is noted, what is kept, what is told.
#include "engine/apply/past.h"

#include <gtest/gtest.h>

namespace weft::apply {
namespace {

TEST(PastDurations, TheMiddleOfAtLeastFive) {
  PastDurations past;
  for (uint64_t seconds : {4, 7, 5, 6}) past.add("t.T", "destroy", seconds * 1000);
  EXPECT_FALSE(past.usual("t.T", "destroy"));
  past.add("t.T", "destroy", 300);  // of a kind that is known every one counts
  auto usual = past.usual("t.T", "destroy");
  ASSERT_TRUE(usual);
  EXPECT_EQ(usual->least_ms, 1780u);  // between 300 and 4000
  EXPECT_EQ(usual->most_ms, 6600u);
  for (int i = 0; i < 5; ++i) past.add("t.T", "destroy", 5000);
  usual = past.usual("t.T", "destroy");
  ASSERT_TRUE(usual);
  EXPECT_EQ(usual->least_ms, 3630u);
  EXPECT_EQ(usual->most_ms, 6100u);
  EXPECT_FALSE(past.usual("t.T", "create"));
}

TEST(PastDurations, WhatIsOverAtOnceIsNotNoted) {
  PastDurations past;
  EXPECT_FALSE(past.add("local.Data", "create", 999));
  EXPECT_EQ(past.value().length(), 0u);
  EXPECT_TRUE(past.add("local.Data", "create", 1000));
  EXPECT_TRUE(past.add("local.Data", "create", 1));
}

TEST(PastDurations, TheNewestAreKept) {
  PastDurations past;
  for (uint64_t i = 1; i <= 50; ++i) past.add("t.T", "create", i * 1000);
  PastDurations again(past.value());
  EXPECT_EQ(again.value(), past.value());
  auto all = again.value();
  const Value* kept = all.get("t.T create");
  ASSERT_NE(kept, nullptr);
  ASSERT_EQ(kept->length(), 20u);
  EXPECT_EQ(kept->elements().front().as_int(), 31'000);
  for (int i = 0; i < 600; ++i) past.add("t.T" + std::to_string(i), "create", 2000);
  EXPECT_EQ(past.value().length(), 500u);
}

TEST(PastDurations, WhatDoesNotReadCountsAsNothing) {
  EXPECT_EQ(PastDurations(Value::string("?")).value().length(), 0u);
  auto odd = Value::object({Field{"a create", Value::string("?")}, Field{"b create", Value::list({Value::integer(-5), Value::string("x"), Value::integer(7)})}});
  EXPECT_EQ(PastDurations(odd).value(), Value::object({Field{"b create", Value::list({Value::integer(7)})}}));
}

}  // namespace
}  // namespace weft::apply
