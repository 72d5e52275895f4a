#include "engine/plan/diff.h"

#include <optional>
#include <string>

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
      Attribute{.name = "fixed", .type = Type::string(), .on_remove = OnRemove::kReplace},
      Attribute{.name = "sticky", .type = Type::string(), .on_remove = OnRemove::kRefuse},
      Attribute{.name = "ports", .type = Type::set(Type::integer())},
      Attribute{.name = "steps", .type = Type::any()},
      Attribute{.name = "policy", .type = Type::string(), .equivalence = Equivalence::kJson},
      Attribute{.name = "words", .type = Type::list(Type::string()), .equivalence = Equivalence::kCase},
      Attribute{.name = "tags", .type = Type::map(Type::string()), .equivalence = Equivalence::kAbsentEmpty},
      Attribute{.name = "password", .type = Type::string(), .secrecy = driver::Secrecy::kWriteOnly},
      Attribute{.name = "status", .type = Type::string(), .input = Input::kNone, .stability = driver::Stability::kVolatile},
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
  // Ours moved, and theirs: one difference, from what is there.
  EXPECT_EQ(result.ignored, 1u);
  ASSERT_EQ(result.differences.size(), 1u);
  EXPECT_EQ(result.differences[0].kind, Difference::Kind::kIgnored);
  EXPECT_EQ(*result.differences[0].before, Value::integer(5));
  EXPECT_EQ(*result.differences[0].after, Value::integer(3));
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

// Each corner of what can stand at one path: what was wanted, sent, seen then and seen now; nothing where it is absent.
struct Corner {
  const char* what;
  const char* name;
  std::optional<Value> desired, applied, baseline, observed;
  const char* says;  // change, drift, replace, refused, moves, in this order; and the paths that count
};

auto said(const DiffResult& result) -> std::string {
  std::string text;
  auto add = [&](bool on, const std::string& word) {
    if (on) text += (text.empty() ? "" : " ") + word;
  };
  add(result.change, "change");
  add(result.drift, "drift");
  add(result.replace, "replace");
  add(!result.refused.empty(), "refused");
  add(result.record_moves, "moves");
  for (const auto& difference : result.differences) {
    if (difference.kind != Difference::Kind::kIgnored) add(true, difference.path.text());
  }
  return text;
}

TEST(Diff, Corners) {
  auto set = [](std::initializer_list<int64_t> members) {
    std::vector<Value> all;
    for (auto one : members) all.push_back(number(one));
    return Value::set(std::move(all));
  };
  auto list = [](std::initializer_list<const char*> members) {
    std::vector<Value> all;
    for (auto one : members) all.push_back(text(one));
    return Value::list(std::move(all));
  };
  auto map = [](const char* key, Value value) { return Value::object({{Text(key), std::move(value)}}); };
  Value unknown = Value::unknown({.type = Type::string(), .origin = "x.y"});
  std::optional<Value> absent;
  Value empty = Value::object({});
  for (const auto& one : std::vector<Corner>{
           {"nowhere", "size", absent, absent, absent, absent, ""},
           {"filled in by the provider", "size", absent, absent, number(3), number(3), ""},
           {"drift of what nobody wrote", "size", absent, absent, number(3), number(4), ""},
           {"drift", "size", number(1), number(1), number(1), number(2), "drift size"},
           {"drift back to what was applied", "size", number(1), number(1), number(1), number(1), ""},
           {"drift to what the files say now", "size", number(2), number(1), number(1), number(2), "moves"},
           {"drift from a baseline of the provider's own back to what was sent", "size", number(1), number(1), number(5), number(1), "moves"},
           {"what the provider makes of it is no drift", "size", number(1), number(1), number(5), number(5), ""},
           {"drift of what the files change too", "size", number(3), number(1), number(1), number(2), "change drift size size"},
           {"the same, gone", "size", number(3), number(1), number(1), absent, "change drift size size"},
           {"the same, taken out", "size", absent, number(1), number(1), number(2), "change drift size size"},
           {"taken out and gone", "size", absent, number(1), number(1), absent, "change size"},
           {"newly written over what the provider keeps moving", "size", number(1), absent, number(3), number(4), "change size"},
           {"gone in the world", "size", number(1), number(1), number(1), absent, "drift size"},
           {"newly written", "size", number(1), absent, number(3), number(3), "change size"},
           {"newly written as it is already", "size", number(3), absent, number(3), number(3), "moves"},
           {"taken out, reset", "size", absent, number(1), number(1), number(1), "change size"},
           {"taken out, kept", "kept", absent, text("k"), text("k"), text("k"), "moves"},
           {"taken out, kept, whatever became of it", "kept", absent, text("k"), text("k"), text("x"), "moves"},
           {"taken out, replaced", "fixed", absent, text("k"), text("k"), text("k"), "change replace fixed"},
           {"taken out, refused", "sticky", absent, text("k"), text("k"), text("k"), "change refused sticky"},
           {"changed, where taking out is refused", "sticky", text("l"), text("k"), text("k"), text("k"), "change sticky"},
           {"a set in another order", "ports", set({1, 2}), set({2, 1}), set({1, 2}), set({2, 1}), ""},
           {"a member of a set", "ports", set({1, 2, 3}), set({1, 2}), set({1, 2}), set({1, 2}), "change ports"},
           {"null inside what holds anything", "steps", map("a", Value::null()), map("a", Value::null()), map("a", Value::null()), map("a", Value::null()), ""},
           {"null is not absent there", "steps", map("a", Value::null()), empty, empty, empty, "change steps.a"},
           {"absent is not null there", "steps", empty, map("a", Value::null()), map("a", Value::null()), map("a", Value::null()), "change steps.a"},
           {"a list in another order", "words", list({"b", "a"}), list({"a", "b"}), list({"a", "b"}), list({"a", "b"}), "change words"},
           {"one element of a list", "words", list({"a", "c"}), list({"a", "b"}), list({"a", "b"}), list({"a", "b"}), "change words[1]"},
           {"another case is none", "words", list({"A", "b"}), list({"a", "B"}), list({"a", "b"}), list({"a", "b"}), ""},
           {"of several only those that mean something else", "words", list({"A", "c"}), list({"a", "b"}), list({"a", "b"}), list({"a", "b"}), "change words[1]"},
           {"JSON laid out otherwise", "policy", text(R"({"a":1,"b":2})"), text(R"({"b": 2, "a": 1})"), text("{\"a\":1,\"b\":2}"), text("{\"b\":2,\"a\":1}"), ""},
           {"another JSON document", "policy", text("{\"a\":2}"), text("{\"a\":1}"), text("{\"a\":1}"), text("{\"a\":1}"), "change policy"},
           {"drift of a JSON document", "policy", text("{\"a\":1}"), text("{\"a\":1}"), text("{\"a\":1}"), text("{\"a\":3}"), "drift policy"},
           {"absent, where that is empty", "tags", empty, absent, absent, empty, ""},
           {"empty, where that is absent", "tags", absent, empty, empty, absent, ""},
           {"empty, where that is something else", "labels", empty, absent, absent, absent, "change labels"},
           {"unknown inside", "labels", Value::object({{"a", unknown}, {"b", text("1")}}), Value::object({{"a", text("0")}, {"b", text("1")}}),
            Value::object({{"a", text("0")}, {"b", text("1")}}), Value::object({{"a", text("0")}, {"b", text("1")}}), "change labels.a"},
           {"unknown as a whole", "labels", unknown, map("a", text("0")), map("a", text("0")), map("a", text("0")), "change labels"},
           {"what cannot be read is no drift", "password", map("$digest", Value::bytes("1")), map("$digest", Value::bytes("1")), absent, absent, ""},
           {"what cannot be read and is another one", "password", map("$digest", Value::bytes("2")), map("$digest", Value::bytes("1")), absent, absent, "change password"},
           {"computed", "id", absent, absent, text("i-1"), text("i-2"), ""},
           {"volatile", "status", absent, absent, text("up"), text("down"), ""},
           {"create-only", "name", text("b"), text("a"), text("a"), text("a"), "change replace name"},
           {"create-only, as it was made by somebody", "name", text("b"), text("a"), text("a"), text("b"), "moves"},
           {"create-only drifts", "name", text("a"), text("a"), text("a"), text("b"), "drift name"},
       }) {
    auto put = [&](const std::optional<Value>& value) { return value ? Value::object({{Text(one.name), *value}}) : Value::object({}); };
    EXPECT_EQ(said(run({put(one.desired), put(one.applied), put(one.baseline), put(one.observed)})), one.says) << one.what;
  }
}

// Before it was ever seen ready there is nothing that it could have drifted from.
TEST(Diff, WithoutABaselineThereIsNoDrift) {
  EXPECT_EQ(said(run({thing(1), thing(1), Value(), thing(2)})), "");
  EXPECT_EQ(said(run({thing(2), thing(1), Value(), thing(2)})), "change size") << "it may not be finished";
}

TEST(Diff, AdoptedWithWhatCannotBeRead) {
  static const driver::TypeSchema type = schema();
  Value marked = with(thing(1), *parse_path("password"), text("hunter2").as_secret());
  Value digest = with(thing(1), *parse_path("password"), Value::object({{"$digest", Value::bytes("x")}}));
  std::vector<Path> none;
  auto result = difference(DiffInput{.type = type, .desired = marked, .desired_digested = digest, .applied = Value(), .baseline = Value(), .observed = thing(1), .ignore = none});
  EXPECT_FALSE(result.change || result.drift);
  ASSERT_EQ(result.differences.size(), 1u);
  EXPECT_EQ(result.differences[0].kind, Difference::Kind::kUnverified);
}

TEST(Diff, IgnoringAPartLeavesTheRest) {
  auto labels = [](const char* x, const char* y) {
    return with(thing(1), *parse_path("labels"), Value::object({{"x", text(x)}, {"y", text(y)}}));
  };
  auto of = [&](const Value& desired, const Value& observed, const char* ignored) {
    return run({desired, labels("1", "1"), labels("1", "1"), observed, {*parse_path(ignored)}});
  };
  EXPECT_EQ(said(of(labels("1", "1"), labels("9", "1"), "labels.x")), "");
  EXPECT_EQ(said(of(labels("1", "1"), labels("9", "1"), "labels.y")), "drift labels.x");
  EXPECT_EQ(said(of(labels("2", "2"), labels("1", "1"), "labels.x")), "change labels.y");
  EXPECT_EQ(said(of(labels("2", "2"), labels("1", "1"), "labels[*]")), "");
  EXPECT_EQ(said(of(labels("2", "2"), labels("1", "1"), "labels")), "");
}

// Only what has moved in the world is drift, where the files change other parts of the same attribute.
TEST(Diff, DriftBesideAChangeIsSaidWhereItIs) {
  auto labels = [](const char* x, const char* y) {
    return with(thing(1), *parse_path("labels"), Value::object({{"x", text(x)}, {"y", text(y)}}));
  };
  EXPECT_EQ(said(run({labels("2", "1"), labels("1", "1"), labels("1", "1"), labels("1", "9")})), "change drift labels.x labels.y");
  EXPECT_EQ(said(run({labels("2", "1"), labels("1", "1"), labels("1", "8"), labels("1", "8")})), "change labels.x") << "the provider's own";
  auto result = run({labels("2", "1"), labels("1", "1"), labels("1", "1"), labels("7", "1")});
  ASSERT_EQ(result.differences.size(), 2u);
  EXPECT_EQ(result.differences[0].kind, Difference::Kind::kChange);
  EXPECT_EQ(*result.differences[0].before, text("1"));
  EXPECT_EQ(result.differences[1].kind, Difference::Kind::kDrift);
  EXPECT_EQ(*result.differences[1].before, text("7"));
  EXPECT_EQ(*result.differences[1].after, text("2"));
  auto held = run({labels("2", "1"), labels("1", "1"), labels("1", "1"), labels("1", "9"), {*parse_path("labels.y")}});
  EXPECT_FALSE(held.drift);
  EXPECT_EQ(held.ignored, 1u);
}

TEST(Diff, TakenOutSaysWhyItIsReplaced) {
  auto fixed = with(thing(1), *parse_path("fixed"), text("k"));
  auto result = run({thing(1), fixed, fixed, fixed});
  ASSERT_EQ(result.differences.size(), 1u);
  EXPECT_TRUE(result.differences[0].forces_replace);
  EXPECT_EQ(result.differences[0].note, "cannot be taken out in place");
}

TEST(Diff, HeldPatternsKeepTheLiveValueOfEachElement) {
  auto steps = [](std::initializer_list<std::pair<const char*, int64_t>> all) {
    std::vector<Value> list;
    for (const auto& [name, weight] : all) list.push_back(Value::object({{"name", text(name)}, {"weight", number(weight)}}));
    return Value::object({{"steps", Value::list(std::move(list))}});
  };
  auto ignored = *parse_path("steps[*].weight");
  EXPECT_EQ(with_held(steps({{"a", 1}, {"b", 2}}), steps({{"x", 8}, {"y", 9}}), {ignored}), steps({{"a", 8}, {"b", 9}}));
  EXPECT_EQ(with_held(steps({{"a", 1}, {"b", 2}}), steps({{"x", 8}}), {ignored}), steps({{"a", 8}, {"b", 2}})) << "the second is all ours";
  EXPECT_EQ(with_held(steps({{"a", 1}}), steps({{"x", 8}, {"y", 9}}), {ignored}), steps({{"a", 8}}));
  auto labels = [](const char* x) { return Value::object({{"labels", Value::object({{"x", text(x)}})}}); };
  EXPECT_EQ(with_held(labels("1"), labels("2"), {*parse_path("labels[*]")}), labels("2"));
  EXPECT_EQ(with_held(labels("1"), Value::object({}), {*parse_path("labels[*]")}), labels("1"));
}

TEST(Diff, HeldPathsKeepTheLiveValue) {
  EXPECT_EQ(with_held(thing(3), thing(5), {*parse_path("size")}), thing(5));
  Value without_size = Value::object({{"name", text("a")}});
  EXPECT_EQ(with_held(thing(3), without_size, {*parse_path("size")}), without_size);
}

}  // namespace
}  // namespace weft::plan
