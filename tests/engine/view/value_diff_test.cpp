#include "engine/view/value_diff.h"

#include <gtest/gtest.h>

#include "engine/view/string_diff.h"
#include "engine/view/text_diff.h"
#include "tests/engine/view/sample_plan.h"

namespace weft::draw {
namespace {

using plan::Difference;

auto drawn(const Difference& difference, DiffContext context = {}) -> std::string {
  Page page(Look{});
  page.block(difference_rows(std::span(&difference, 1), context, 0));
  return page.text();
}

auto changed(std::string_view at, std::optional<Value> before, std::optional<Value> after) -> std::string {
  return drawn({.path = path(at), .before = std::move(before), .after = std::move(after)});
}

auto words(std::initializer_list<std::string_view> list) -> Value {
  std::vector<Value> elements;
  for (std::string_view word : list) elements.push_back(text(word));
  return Value::list(std::move(elements));
}

auto container(std::string_view name, std::string_view image) -> Value {
  return Value::object({{"image", text(image)}, {"name", text(name)}});
}

TEST(Difference, ChangeNewAndGone) {
  EXPECT_EQ(changed("A", text("x"), text("y")), "A: \"x\" → \"y\"\n");
  EXPECT_EQ(changed("A", std::nullopt, text("x")), "A = \"x\"\n");
  EXPECT_EQ(changed("tags.A", text("x"), std::nullopt), "tags.A: \"x\" → (none)\n");
  EXPECT_EQ(changed("A", text("x"), std::nullopt), "A: \"x\" → (provider's default)\n");
  EXPECT_EQ(changed("A", Value::integer(1), Value::boolean(true)), "A: 1 → true\n");
}

TEST(Difference, SecretsShowNothingOfThemselves) {
  Value secret = text("hunter2").as_secret();
  EXPECT_EQ(changed("password", std::nullopt, secret), "password: (secret, new)\n");
  EXPECT_EQ(changed("password", secret, text("other").as_secret()), "password: (secret, changed)\n");
  EXPECT_EQ(changed("password", secret, std::nullopt), "password: (secret) → (provider's default)\n");
  EXPECT_EQ(changed("env", Value::object({{"a", secret}}), Value::object({{"a", text("b").as_secret()}})), "env.a: (secret, changed)\n");
}

TEST(Difference, UnknownsNameWhereTheyComeFrom) {
  EXPECT_EQ(changed("VpcId", text("vpc-1"), later("vpc", "vpc-")), "VpcId: \"vpc-1\" → (known after vpc, starts with \"vpc-\")\n");
  EXPECT_EQ(changed("x", std::nullopt, later("")), "x = (known during the apply)\n");
}

TEST(Difference, EqualFrontsAreCutAtASlash) {
  EXPECT_EQ(changed("image", text("registry.example.com/web:1.4.2"), text("registry.example.com/web:1.5.0")),
            "image: \"registry.example.com/web:1.4.2\" → \"…/web:1.5.0\"\n");
}

TEST(Difference, LongTextsKeepTheirDifferingPart) {
  std::string front(150, 'a'), back(150, 'b');
  std::string line = changed("x", text(front + "ONE" + back), text(front + "TWO" + back));
  EXPECT_EQ(line, "x: \"…aaaaaaaaaaaaONEbbbbbbbbbbbb…\" → \"…aaaaaaaaaaaaTWObbbbbbbbbbbb…\"\n");
}

TEST(Difference, VeryLongDifferencesAreCounted) {
  std::string a = "one " + std::string(300, 'x') + " end", b = "two " + std::string(300, 'x') + " fin";
  EXPECT_EQ(changed("x", text(a), text(b)), "x (308 B, 2 places differ)\n");
}

TEST(Difference, WhiteSpaceAloneIsMadeVisible) {
  EXPECT_EQ(changed("x", text("a  b"), text("a\tb")), "x: \"a··b\" → \"a⇥b\" (only white space differs)\n");
}

TEST(Difference, JsonIsComparedAsJson) {
  EXPECT_EQ(changed("P", text(R"({"a":1,"b":[1,2]})"), text(R"({ "b": [1, 2, 3], "a": 2 })")), "P (JSON)\n  a: 1 → 2\n  b: + 3\n");
  EXPECT_EQ(changed("P", text(R"({"a":1,"b":2})"), text(R"({"b":2,  "a":1})")), "P (JSON): (only its layout differs)\n");
}

TEST(Difference, TextsLineByLine) {
  EXPECT_EQ(changed("script", text("one line\ntwo lines\nthree lines\n"), text("one line\n2 lines\nthree lines\nfour lines\n")),
            "script (text, 4 lines)\n  1   one line\n  2 - two lines\n  2 + 2 lines\n  3   three lines\n  4 + four lines\n");
}

TEST(Difference, Base64OfTextIsDecoded) {
  // "first line\nsecond\nthird line here\n" and the same with SECOND.
  EXPECT_EQ(changed("user_data", text("Zmlyc3QgbGluZQpzZWNvbmQKdGhpcmQgbGluZSBoZXJlCg=="), text("Zmlyc3QgbGluZQpTRUNPTkQKdGhpcmQgbGluZSBoZXJlCg==")),
            "user_data (base64 of text, 3 lines)\n  1   first line\n  2 - second\n  2 + SECOND\n");
}

TEST(Difference, ListsByWhatCameAndWent) {
  EXPECT_EQ(changed("zones", words({"a", "b", "c"}), words({"a", "c", "d", "e"})), "zones: + \"d\", + \"e\", - \"b\"\n");
  EXPECT_EQ(changed("zones", words({"a", "b"}), words({"b", "a"})), "zones (order changed)\n");
  EXPECT_EQ(changed("zones", words({"a", "b"}), words({"a", "x"})), "zones[1]: \"b\" → \"x\"\n");
  EXPECT_EQ(changed("s", Value::set({text("a"), text("b")}), Value::set({text("b"), text("c")})), "s: + \"c\", - \"a\"\n");
}

TEST(Difference, ListsOfObjectsByTheirKey) {
  Value before = Value::list({container("web", "w:1"), container("log", "l:1")});
  Value after = Value::list({container("log", "l:1"), container("web", "w:2"), container("new", "n:1")});
  EXPECT_EQ(changed("containers", before, after),
            "containers[name=web].image: \"w:1\" → \"w:2\"\ncontainers[name=new] = { image = \"n:1\", name = \"new\" }\n");
}

TEST(Difference, PositionsBecomeKeysWhereTheListHasSome) {
  Value whole = Value::object({{"containers", Value::list({container("web", "w:1"), container("log", "l:1")})}});
  Difference difference{.path = path("containers[1].image"), .before = text("l:1"), .after = text("l:2")};
  EXPECT_EQ(drawn(difference, {.before = &whole, .after = &whole}), "containers[name=log].image: \"l:1\" → \"l:2\"\n");
}

TEST(Difference, WhereOtherKeysStandAtThePositionsTheListIsComparedByThem) {
  auto spec = [](std::initializer_list<Value> containers) { return Value::object({{"containers", Value::list(std::vector(containers))}}); };
  Value before = spec({container("web", "1"), container("log", "7"), container("old", "2")});
  Value after = spec({container("log", "8"), container("web", "1"), container("new", "2")});
  std::vector<Difference> differences = {
      {.path = path("containers[0].image"), .before = text("1"), .after = text("8")},
      {.path = path("containers[0].name"), .before = text("web"), .after = text("log")},
      {.path = path("containers[1].image"), .before = text("7"), .after = text("1"), .forces_replace = true, .note = "create-only"},
      {.path = path("containers[1].name"), .before = text("log"), .after = text("web")},
      {.path = path("containers[2].name"), .before = text("old"), .after = text("new")},
  };
  auto text_of = [&](const DiffContext& context) {
    Page page(Look{});
    page.block(difference_rows(differences, context, 0));
    return page.text();
  };
  EXPECT_EQ(text_of({.before = &before, .after = &after}),
            "containers[name=log].image: \"7\" → \"8\"  create-only\n"
            "containers[name=old]: { image = \"2\", name = \"old\" } → (none)  create-only\n"
            "containers[name=new] = { image = \"2\", name = \"new\" }  create-only\n");
  // What was there when the plan was made is not what was sent: then the differences stay as they are.
  Value drifted = spec({container("web", "1"), container("log", "9"), container("old", "2")});
  EXPECT_NE(text_of({.before = &drifted, .after = &after}).find("\"7\" → \"1\""), std::string::npos);
}

TEST(Difference, BinaryInBase64IsSizedNotShown) {
  auto said = [](std::string_view at) { return changed(at, text("AAECAwQFBgc="), text("AAECAwQFBggJCg==")); };
  EXPECT_TRUE(said("content_base64").starts_with("content_base64 (base64): (8 B, sha256 8a851ff8…) → (10 B, sha256 ")) << said("content_base64");
  EXPECT_EQ(said("token"), "token: \"AAECAwQFBgc=\" → \"AAECAwQFBggJCg==\"\n");
}

TEST(Difference, SharedFrontsOfPathsStandOnce) {
  std::vector<Difference> both = {{.path = path("spec.template.labels.a"), .before = text("1"), .after = text("2")},
                                  {.path = path("spec.template.labels.b"), .after = text("3")},
                                  {.path = path("spec.replicas"), .before = Value::integer(1), .after = Value::integer(2)}};
  Page page(Look{});
  page.block(difference_rows(both, {}, 0));
  EXPECT_EQ(page.text(), "spec.template.labels\n  a: \"1\" → \"2\"\n  b = \"3\"\nspec.replicas: 1 → 2\n");
}

TEST(Difference, DriftSaysWhatThisStepDoes) {
  Difference drift{.kind = Difference::Kind::kDrift, .path = path("mode"), .before = text("0600"), .after = text("0644")};
  EXPECT_EQ(drawn(drift, {.version = 12}), "! mode: is \"0600\", changed since @12; this step sets \"0644\"\n");
  drift.after.reset();
  EXPECT_EQ(drawn(drift, {.version = 12}), "! mode: is \"0600\", appeared since @12; this step removes it\n");
  drift.before.reset();
  drift.after = text("0644");
  EXPECT_EQ(drawn(drift, {.version = 12}), "! mode: is not there, gone since @12; this step sets \"0644\"\n");
  drift.before = words({"a"});
  drift.after = words({"a", "b"});
  EXPECT_EQ(drawn(drift, {.version = 12}), "! mode: - \"b\", gone since @12; this step puts it back\n");
}

TEST(Difference, WhatAnotherOwnsSaysWhose) {
  EXPECT_EQ(drawn({.kind = Difference::Kind::kIgnored, .path = path("spec.replicas"), .before = Value::integer(5), .after = Value::integer(3),
                   .note = "owned by \"hpa\" through scale, 3m ago (yields)"}),
            "spec.replicas: 3 here, 5 live, owned by \"hpa\" through scale, 3m ago (yields)\n");
}

TEST(Difference, IgnoredAndUnverified) {
  Difference ignored{.kind = Difference::Kind::kIgnored, .path = path("n"), .before = Value::integer(5), .after = Value::integer(3)};
  EXPECT_EQ(drawn(ignored), "n: 3 here, 5 live (ignored)\n");
  Difference unread{.kind = Difference::Kind::kUnverified, .path = path("key"), .after = Value::null().as_secret()};
  EXPECT_EQ(drawn(unread), "key: (secret, not compared: what is there cannot be read)\n");
}

TEST(Difference, ControlCharactersNeverReachTheTerminal) {
  EXPECT_EQ(changed("x", text("a"), text("\x1b[2Jb")), "x: \"a\" → \"\\u{1b}[2Jb\"\n");
}

TEST(Difference, FullShowsTheWholeOfLongValues) {
  std::string a(400, 'a'), b(400, 'b');
  Difference difference{.path = path("x"), .before = text(a), .after = text(b)};
  EXPECT_EQ(drawn(difference, {.full = true}), "x: \"" + a + "\" → \"" + b + "\"\n");
}

TEST(TextDiff, FindsTheFewestLines) {
  std::vector<std::string_view> a = {"a", "b", "c", "a", "b", "b", "a"}, b = {"c", "b", "a", "b", "a", "c"};
  size_t changed_lines = 0;
  for (const Hunk& hunk : hunks(a, b)) changed_lines += hunk.a_end - hunk.a_begin + hunk.b_end - hunk.b_begin;
  EXPECT_EQ(changed_lines, 5u);  // Myers' own example
}

TEST(TextDiff, HunksTurnOneIntoTheOther) {
  // Every pair out of a family of short texts, put together again from the hunks.
  std::vector<std::vector<std::string_view>> family;
  for (int bits = 0; bits < 64; ++bits) {
    std::vector<std::string_view> lines;
    for (int i = 0; i < 6; ++i) {
      if (i <= bits % 7) lines.push_back((bits >> i & 1) != 0 ? "x" : "y");
    }
    family.push_back(lines);
  }
  for (const auto& a : family) {
    for (const auto& b : family) {
      std::vector<std::string_view> made;
      size_t at = 0;
      for (const Hunk& hunk : hunks(a, b)) {
        made.insert(made.end(), a.begin() + static_cast<long>(at), a.begin() + static_cast<long>(hunk.a_begin));
        made.insert(made.end(), b.begin() + static_cast<long>(hunk.b_begin), b.begin() + static_cast<long>(hunk.b_end));
        at = hunk.a_end;
      }
      made.insert(made.end(), a.begin() + static_cast<long>(at), a.end());
      ASSERT_EQ(made, b);
    }
  }
}

TEST(TextDiff, GivesUpOnTwoDifferentBooks) {
  std::vector<std::string> texts;
  for (int i = 0; i < 4000; ++i) texts.push_back("line " + std::to_string(i));
  std::vector<std::string_view> a(texts.begin(), texts.begin() + 2000), b(texts.begin() + 2000, texts.end());
  ASSERT_EQ(hunks(a, b), (std::vector<Hunk>{{0, 2000, 0, 2000}}));
}

}  // namespace
}  // namespace weft::draw
