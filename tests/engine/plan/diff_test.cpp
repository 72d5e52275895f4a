#include "engine/plan/diff.h"

#include <gtest/gtest.h>

namespace weft::plan {
namespace {

using driver::Attribute;
using driver::Equivalence;
using driver::Input;
using driver::OnChange;
using driver::OnRemove;

auto schema() -> driver::TypeSchema {
  driver::TypeSchema type{.name = "test.Thing"};
  type.attributes = {
      Attribute{.name = "name", .type = Type::string(), .input = Input::kRequired, .change = OnChange::kReplace},
      Attribute{.name = "size", .type = Type::integer()},
      Attribute{.name = "host", .type = Type::string(), .equivalence = Equivalence::kTrailingDot},
      Attribute{.name = "kept", .type = Type::string(), .on_remove = OnRemove::kKeep},
      Attribute{.name = "labels", .type = Type::map(Type::string())},
      Attribute{.name = "id", .type = Type::string(), .input = Input::kNone},
  };
  return type;
}

auto text(const char* value) -> Value { return Value::string(value); }
auto number(int64_t value) -> Value { return Value::integer(value); }

struct Four {
  Value desired, applied, baseline, observed;
  std::vector<Path> ignore{};
};

auto run(const Four& four) -> DiffResult {
  static const driver::TypeSchema type = schema();
  return difference(DiffInput{.type = type,
                              .desired = four.desired,
                              .desired_digested = four.desired,
                              .applied = four.applied,
                              .baseline = four.baseline,
                              .observed = four.observed,
                              .ignore = four.ignore});
}

auto thing(int64_t size) -> Value { return Value::object({{"name", text("a")}, {"size", number(size)}}); }

TEST(Diff, NothingDiffersWhenAllFourAgree) {
  auto result = run({thing(1), thing(1), thing(1), thing(1)});
  EXPECT_FALSE(result.change || result.drift || result.replace || result.record_moves);
  EXPECT_TRUE(result.differences.empty());
}

TEST(Diff, AChangeIsDesiredAgainstApplied) {
  auto result = run({thing(2), thing(1), thing(1), thing(1)});
  EXPECT_TRUE(result.change);
  EXPECT_FALSE(result.drift || result.replace);
  ASSERT_EQ(result.differences.size(), 1u);
  EXPECT_EQ(result.differences[0].path.text(), "size");
  EXPECT_EQ(*result.differences[0].before, number(1));
  EXPECT_EQ(*result.differences[0].after, number(2));
}

TEST(Diff, DriftIsObservedAgainstBaseline) {
  auto result = run({thing(1), thing(1), thing(1), thing(7)});
  EXPECT_TRUE(result.drift);
  EXPECT_FALSE(result.change);
  ASSERT_EQ(result.differences.size(), 1u);
  EXPECT_EQ(result.differences[0].kind, Difference::Kind::kDrift);
}

TEST(Diff, WhatTheProviderFillsInIsNoDrift) {
  Value filled = Value::object({{"name", text("a")}, {"size", number(1)}, {"labels", Value::object({{"x", text("y")}})}, {"id", text("i-1")}});
  auto result = run({thing(1), thing(1), filled, filled});
  EXPECT_FALSE(result.drift || result.change);
  Value moved = with(filled, *parse_path("id"), text("i-2"));
  EXPECT_FALSE(run({thing(1), thing(1), filled, moved}).drift) << "computed values are refreshed silently";
}

TEST(Diff, WhatSomebodyHasAlreadyMadeSoNeedsNoCall) {
  auto result = run({thing(2), thing(1), thing(1), thing(2)});
  EXPECT_FALSE(result.change || result.drift);
  EXPECT_TRUE(result.record_moves);
}

TEST(Diff, ACreateOnlyAttributeForcesReplacement) {
  Value renamed = with(thing(1), *parse_path("name"), text("b"));
  auto result = run({renamed, thing(1), thing(1), thing(1)});
  EXPECT_TRUE(result.replace);
  ASSERT_EQ(result.differences.size(), 1u);
  EXPECT_TRUE(result.differences[0].forces_replace);
  EXPECT_EQ(result.differences[0].note, "create-only");
}

TEST(Diff, AnUnknownIsAChange) {
  Value unknown = with(thing(1), *parse_path("size"), Value::unknown({.type = Type::integer(), .origin = "x.y"}));
  auto result = run({unknown, thing(1), thing(1), thing(1)});
  EXPECT_TRUE(result.change);
  EXPECT_TRUE(result.differences[0].after->is_unknown());
}

TEST(Diff, EquivalentTextsAreNoDifference) {
  auto host = [](const char* name) { return with(thing(1), *parse_path("host"), text(name)); };
  EXPECT_FALSE(run({host("a.test"), host("a.test"), host("a.test."), host("a.test.")}).change);
  EXPECT_FALSE(run({host("a.test"), host("a.test."), host("a.test."), host("a.test.")}).change);
}

TEST(Diff, AnAttributeThatIsKeptWhenRemovedIsNoChange) {
  Value with_kept = with(thing(1), *parse_path("kept"), text("k"));
  auto result = run({thing(1), with_kept, with_kept, with_kept});
  EXPECT_FALSE(result.change);
  EXPECT_TRUE(result.record_moves);
}

TEST(Diff, IgnoredPathsAreShownAndDoNotCount) {
  auto result = run({thing(3), thing(1), thing(1), thing(5), {*parse_path("size")}});
  EXPECT_FALSE(result.change || result.drift);
  EXPECT_EQ(result.ignored, 2u);  // ours moved, and theirs
  for (const auto& difference : result.differences) EXPECT_EQ(difference.kind, Difference::Kind::kIgnored);
}

TEST(Diff, AfterAdoptionDesiredIsHeldAgainstTheWorld) {
  auto result = run({thing(2), Value(), Value(), thing(1)});
  EXPECT_TRUE(result.change);
  EXPECT_FALSE(run({thing(1), Value(), Value(), thing(1)}).change);
}

TEST(Diff, SecretsAreComparedByDigestAndNeverShown) {
  static const driver::TypeSchema type = schema();
  Value marked = with(thing(1), *parse_path("host"), text("hunter2").as_secret());
  auto digest = [](const char* bytes) { return with(thing(1), *parse_path("host"), Value::object({{"$digest", Value::bytes(bytes)}})); };
  Value now = digest("new"), then = digest("old");
  std::vector<Path> none;
  auto result = difference(DiffInput{.type = type, .desired = marked, .desired_digested = now, .applied = then, .baseline = then, .observed = then, .ignore = none});
  EXPECT_TRUE(result.change);
  ASSERT_EQ(result.differences.size(), 1u);
  EXPECT_TRUE(result.differences[0].before->secret());
  EXPECT_TRUE(result.differences[0].after->secret());
  EXPECT_TRUE(result.differences[0].after->is_null());
  auto same = difference(DiffInput{.type = type, .desired = marked, .desired_digested = then, .applied = then, .baseline = then, .observed = then, .ignore = none});
  EXPECT_FALSE(same.change);
}

TEST(Diff, NestedDifferencesAreSaidPathByPath) {
  auto labels = [](const char* x, const char* y) {
    return with(thing(1), *parse_path("labels"), Value::object({{"x", text(x)}, {"y", text(y)}}));
  };
  auto result = run({labels("1", "2"), labels("1", "3"), labels("1", "3"), labels("1", "3")});
  ASSERT_EQ(result.differences.size(), 1u);
  EXPECT_EQ(result.differences[0].path.text(), "labels.y");
}

TEST(Diff, HeldPathsKeepTheLiveValue) {
  EXPECT_EQ(with_held(thing(3), thing(5), {*parse_path("size")}), thing(5));
  Value without_size = Value::object({{"name", text("a")}});
  EXPECT_EQ(with_held(thing(3), without_size, {*parse_path("size")}), without_size);
}

}  // namespace
}  // namespace weft::plan
