// Whatever the bytes: a tree with every one of them, no crash, no time that grows faster than the text.
#include <gtest/gtest.h>

#include "lang/syntax/literals.h"
#include "tests/lang/syntax/support.h"

namespace weft::syntax {
namespace {

// What every tree promises. Walks without recursion, since depth is part of the question.
void expect_sound(const Tree& tree, const std::string& text) {
  ASSERT_EQ(printed(tree), text);
  ASSERT_EQ(tree.tokens.tokens.back().kind, TokenKind::kEnd);
  uint32_t end = 0;
  for (const Token& token : tree.tokens.tokens) {
    ASSERT_LE(end, token.begin);
    ASSERT_LE(token.begin, token.end);
    end = token.end;
  }
  std::vector<NodeId> open{tree.root};
  size_t seen = 0;
  while (!open.empty()) {
    const NodeId at = open.back();
    open.pop_back();
    const Node& node = tree[at];
    ASSERT_LE(++seen, tree.nodes.size()) << "a node stands in the tree twice";
    ASSERT_LT(node.first.index, tree.tokens.tokens.size());
    TokenId behind = node.first;
    for (const NodeId child : tree.children(at)) {
      ASSERT_GE(tree[child].first.index, behind.index) << node_kind_name(node.kind) << " " << node_kind_name(tree.kind(child));
      ASSERT_LT(tree[child].height, node.height);
      ASSERT_TRUE(!tree[child].broken || node.broken);
      behind.index = tree[child].last.index + 1;
      open.push_back(child);
    }
    ASSERT_LE(behind.index, node.last.index + 1) << node_kind_name(node.kind);
  }
}

// Everything that reads a tree, on a text that may be anything.
void expect_safe(const std::string& text, Door door = Door::kFile) {
  Parsed parsed(text, door);
  expect_sound(parsed.tree, text);
  if (::testing::Test::HasFatalFailure()) {
    ADD_FAILURE() << "in this text:\n" << text.substr(0, 2000);
    return;
  }
  ASSERT_LE(parsed.problems.all().size(), 200U);
  for (const Diagnostic& problem : parsed.problems.all()) {
    ASSERT_LE(problem.range.end, text.size());
    ASSERT_LE(problem.range.begin, problem.range.end) << problem.code;
    for (const Fix& fix : problem.fixes) {
      for (const Edit& edit : fix.edits) {
        ASSERT_LE(edit.range.begin, edit.range.end) << problem.code;
        ASSERT_LE(edit.range.end, text.size()) << problem.code;
      }
    }
  }
  for (uint32_t i = 0; i < parsed.tree.nodes.size(); ++i) {
    const NodeId node{i};
    if (parsed.tree.kind(node) == NodeKind::kText) (void)text_pieces(parsed.tree, node, parsed.problems);
    if (parsed.tree.kind(node) == NodeKind::kNumber) (void)number_value(parsed.tree, parsed.tree[node].first, parsed.problems);
  }
  const bool is_silent = parsed.problems.errors() == 0 && parsed.tree[parsed.tree.root].broken;
  EXPECT_FALSE(is_silent) << "broken, and nobody says so:\n" << text.substr(0, 20000);
}

TEST(Hostile, TruncatedExamples) {
  for (const Example& example : examples()) {
    for (size_t size = 0; size < example.text.size(); size += 29) expect_safe(example.text.substr(0, size));
  }
}

TEST(Hostile, ExamplesWithoutOneToken) {
  for (const Example& example : examples()) {
    const Parsed whole(example.text);
    for (const Token& token : whole.tree.tokens.tokens) {
      std::string text = example.text;
      text.erase(token.begin, token.end - token.begin);
      expect_safe(text);
    }
  }
}

TEST(Hostile, MutatedExamples) {
  static constexpr std::string_view kPieces[] = {"{", "}", "[", "]", "(", ")", "\"", "\"\"\"", "${", "%{", "}", "\n", "=", "r\"",
                                                 "'", "#", "<<X\n", "/*", "//", "///", ":", "-", "?", "if ", "match ", "\\", "\xFF",
                                                 std::string_view("\0", 1), "~}", "...", "@", ">=", "for ", "\r\n", "0x", "1e"};
  uint64_t state = 1;
  const auto next = [&](size_t below) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    return static_cast<size_t>(state >> 33U) % below;
  };
  for (const Example& example : examples()) {
    for (int round = 0; round < 60; ++round) {
      std::string text = example.text;
      for (int change = 0; change < 4; ++change) {
        const size_t at = next(text.size());
        if (next(2) == 0) {
          text.erase(at, next(30));
        } else {
          text.insert(at, kPieces[next(std::size(kPieces))]);
        }
      }
      expect_safe(text);
    }
  }
}

TEST(Hostile, TheOtherDoors) {
  for (const Door door : {Door::kInputs, Door::kExpression, Door::kTemplate}) {
    for (const Example& example : examples()) {
      expect_safe(example.text, door);
      for (size_t size = 0; size < example.text.size(); size += 101) expect_safe(example.text.substr(size), door);
    }
    for (const std::string_view text : {"", "\n", "a = 1", "a", "${", "%{if x}", "}", "\"", "/// a"}) expect_safe(std::string(text), door);
  }
}

auto repeated(std::string_view piece, size_t bytes) -> std::string {
  std::string text;
  while (text.size() < bytes) text += piece;
  return text;
}

// One line or many, each would take minutes if anything in it were quadratic.
TEST(Hostile, LongRepetitions) {
  for (const std::string_view piece :
       {"{", "}", "[", "](", "({)", "\"", "\"${", "\"\"\"", "\"\"\"\n${\n", "${", "%{if a}", "/*", "/*\n", "#", "#\n", "'", "'\n",
        "<<E\n", "<<", ";", "a:", "a: b\n", "- a\n", "---\n", "///\n", "/// a\n\n", "a.", "a[", "f(", "-", "not ", "if a then ",
        "match a {", "a?b:", "let a = {\n", "let a\n", "let ", "a = 1\n", "a b, ", "x = {a b, ", "resource \"a\" \"b\" {", "locals {",
        "list<", "a|", "a + ", "a ?? ", "1h", "1_", "0x", "\\", "\xC3\xA4", "\xC3", "@", "a-b", "r\"", "r#\"", "r\"\"\"\n", "~}", "!",
        "[for a in ", "{for a in b: ", "...", "for ", ">=", "map<a>=", "\r", "\r\n", "lifecycle {", "dynamic \"a\" {",
        "variable \"a\" {", "validation {", "moved {", "removed {", "terraform {"}) {
    expect_safe(repeated(piece, 20'000));
    expect_safe("let x = {\n" + repeated(piece, 20'000));
    expect_safe("let x = \"\"\"\n" + repeated(piece, 20'000));
    expect_safe("let x = [" + repeated(piece, 10'000) + "\n" + repeated("]", 10'000));
  }
}

TEST(Hostile, ReportsAreBounded) {
  const Parsed parsed(repeated("let a = )\n", 100'000));
  EXPECT_EQ(parsed.problems.all().size(), 200U);
}

TEST(Hostile, NestingUpToTheBoundIsFine) {
  const std::string open(200, '(');
  const std::string close(200, ')');
  EXPECT_EQ(Parsed("let a = " + open + "1" + close + "\n").codes(), "");
  EXPECT_EQ(Parsed("let a = " + repeated("1 + ", 4 * 1500) + "1\n").codes(), "");
  EXPECT_EQ(Parsed("let a = " + repeated("1 + ", 4 * 5000) + "1\n").codes(), "E0003");
}

}  // namespace
}  // namespace weft::syntax
