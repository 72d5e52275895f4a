// The examples in every layout that the language allows: breaks, spaces, commas and comments put in at random where
// they change nothing. Whatever comes in, formatting keeps the tree and every comment, and is done after once.
#include <gtest/gtest.h>

#include <map>
#include <regex>

#include "lang/base/text.h"
#include "lang/format/format.h"
#include "tests/lang/syntax/support.h"

namespace weft::format {
namespace {

using syntax::Example;
using syntax::examples;
using syntax::Parsed;
using syntax::Token;
using syntax::TokenKind;
using syntax::Tree;
using syntax::Word;

class Chance {
 public:
  explicit Chance(uint64_t seed) : state_(seed) {}
  auto below(size_t limit) -> size_t {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return static_cast<size_t>(state_ >> 33U) % limit;
  }
  auto one_in(size_t n) -> bool { return below(n) == 0; }

 private:
  uint64_t state_;
};

auto needs_right_side(const Token& token) -> bool {
  switch (token.kind) {
    case TokenKind::kAssign:
    case TokenKind::kFatArrow:
    case TokenKind::kThinArrow:
    case TokenKind::kCoalesce:
    case TokenKind::kEqual:
    case TokenKind::kNotEqual:
    case TokenKind::kPlus:
    case TokenKind::kSlash: return true;
    default: return token.word == Word::kThen || token.word == Word::kElse || token.word == Word::kAnd || token.word == Word::kOr;
  }
}

auto continues(const Token& token) -> bool {
  switch (token.kind) {
    case TokenKind::kDot:
    case TokenKind::kSafeDot:
    case TokenKind::kCoalesce:
    case TokenKind::kEqual:
    case TokenKind::kNotEqual:
    case TokenKind::kPlus:
    case TokenKind::kPipe:
    case TokenKind::kFatArrow:
    case TokenKind::kThinArrow: return true;
    default: return false;
  }
}

// Where a line break changes nothing: between the token `i - 1` and `i`.
struct Gaps {
  std::vector<bool> free;      // anything may stand here, line breaks too
  std::vector<bool> blank;     // white space and block comments may
  std::vector<bool> separator; // a line break between entries: a comma does as well
};

auto gaps_of(const Tree& tree) -> Gaps {
  const std::vector<Token>& tokens = tree.tokens.tokens;
  Gaps gaps{std::vector<bool>(tokens.size()), std::vector<bool>(tokens.size()), std::vector<bool>(tokens.size())};
  std::vector<TokenKind> open;
  std::vector<bool> comprehension(tokens.size());
  std::vector<bool> entry(tokens.size());
  std::vector<bool> behind_rule(tokens.size());  // there a comma is the message's
  for (const syntax::Node& node : tree.nodes) {
    switch (node.kind) {
      case syntax::NodeKind::kObjectFor: comprehension[node.first.index] = true; break;
      case syntax::NodeKind::kAttribute:
      case syntax::NodeKind::kMetaArgument:
      case syntax::NodeKind::kPair:
      case syntax::NodeKind::kTypeMember:
      case syntax::NodeKind::kArm: entry[node.first.index] = true; break;
      case syntax::NodeKind::kRule: behind_rule[node.last.index + 1] = true; break;
      default: break;
    }
  }
  uint32_t in_text = 0;
  for (size_t i = 0; i < tokens.size(); ++i) {
    const TokenKind kind = tokens[i].kind;
    if (kind == TokenKind::kTextEnd && --in_text == 0) continue;
    if (in_text == 0 && i > 0) {
      const Token& before = tokens[i - 1];
      const bool doc = before.kind == TokenKind::kDocComment || kind == TokenKind::kDocComment;
      const bool inside = !open.empty() && open.back() != TokenKind::kLeftBrace;
      gaps.blank[i] = !doc;
      gaps.free[i] = !doc && kind != TokenKind::kEnd && (inside || needs_right_side(before) || continues(tokens[i]));
      gaps.separator[i] = !doc && entry[i] && !behind_rule[i] && before.kind != TokenKind::kLeftBrace &&
                          before.kind != TokenKind::kComma && tokens[i].newline_before;
    }
    switch (kind) {
      case TokenKind::kTextBegin: ++in_text; break;
      case TokenKind::kLeftBracket:
      case TokenKind::kLeftParen: open.push_back(kind); break;
      case TokenKind::kLeftBrace: open.push_back(comprehension[i] ? TokenKind::kLeftParen : kind); break;
      case TokenKind::kRightBracket:
      case TokenKind::kRightParen:
      case TokenKind::kRightBrace: open.pop_back(); break;
      default: break;
    }
  }
  return gaps;
}

auto mangled(const Parsed& parsed, Chance& chance, size_t rarity, bool comments) -> std::string {
  const Gaps gaps = gaps_of(parsed.tree);
  const std::vector<Token>& tokens = parsed.tree.tokens.tokens;
  const std::string_view text = parsed.tree.tokens.text;
  std::string out;
  uint32_t at = 0;
  size_t count = 0;
  for (size_t i = 0; i < tokens.size(); ++i) {
    const std::string_view gap = text.substr(at, tokens[i].begin - at);
    const bool swap = gaps.separator[i] && gap.find('/') == std::string_view::npos && chance.one_in(rarity);
    if (swap) {
      out += chance.one_in(2) ? ", " : ",\n\n";
    } else {
      out += gap;
    }
    if (gaps.free[i] && chance.one_in(rarity)) out += chance.one_in(2) ? "\n" : "\n\n\n   ";
    if (gaps.free[i] && comments && chance.one_in(rarity)) out += " // c" + std::to_string(++count) + "\n\t";
    if (gaps.free[i] && comments && chance.one_in(rarity)) out += "\n // d" + std::to_string(++count) + " \n";
    if (gaps.blank[i] && comments && chance.one_in(3 * rarity)) out += " /* b" + std::to_string(++count) + " */ ";
    if (gaps.blank[i] && chance.one_in(rarity)) out += "   ";
    out += text.substr(tokens[i].begin, tokens[i].end - tokens[i].begin);
    at = tokens[i].end;
  }
  return out;
}

// Every comment of a text, and how often.
auto comments_of(const Tree& tree) -> std::map<std::string, int> {
  std::map<std::string, int> found;
  uint32_t at = 0;
  uint32_t in_text = 0;
  for (const Token& token : tree.tokens.tokens) {
    if (token.kind == TokenKind::kTextEnd) --in_text;
    std::string_view gap = in_text > 0 ? std::string_view() : tree.tokens.text.substr(at, token.begin - at);
    for (size_t i = 0; i + 1 < gap.size();) {
      const bool line = gap.substr(i, 2) == "//";
      if (!line && gap.substr(i, 2) != "/*") {
        ++i;
        continue;
      }
      size_t end = line ? gap.find('\n', i) : gap.find("*/", i) + 2;
      end = std::min(end, gap.size());
      std::string comment(gap.substr(i, end - i));
      while (comment.ends_with(' ') || comment.ends_with('\r')) comment.pop_back();
      ++found[comment];
      i = end;
    }
    if (token.kind == TokenKind::kTextBegin) ++in_text;
    at = token.end;
  }
  return found;
}

// The tree; what has no children of its own is written in it as it stands, white space and comments and all, which do not count.
auto meaning_of(const Tree& tree) -> std::string {
  static const std::regex kBetween(R"re(//.*?\\n|/\*.*?\*/|\\[nt]| )re");
  std::string out;
  const std::string whole = dump(tree);
  for (std::string_view line : split(whole, '\n')) {
    const size_t quote = line.find('"');
    const bool as_written = quote != std::string_view::npos && line.find("Text") == std::string_view::npos && line.find("Doc") == std::string_view::npos;
    if (as_written) out += std::string(line.substr(0, quote)) + std::regex_replace(std::string(line.substr(quote)), kBetween, "");
    else out += line;
    out += '\n';
  }
  return out;
}

void expect_kept(const std::string& name, const std::string& text) {
  const Parsed before(text);
  ASSERT_EQ(before.problems.errors(), 0U) << name << "\n" << before.report() << text;
  const std::string once = format(before.tree);
  const Parsed after(once);
  ASSERT_EQ(after.report(), before.problems.warnings() == 0 ? "" : after.report()) << name << "\n--- before\n" << text << "\n--- after\n" << once;
  ASSERT_EQ(meaning_of(after.tree), meaning_of(before.tree)) << name << "\n--- before\n" << text << "\n--- after\n" << once;
  const auto kept = comments_of(after.tree);
  for (const auto& [comment, count] : comments_of(before.tree)) {
    ASSERT_TRUE(kept.contains(comment) && kept.at(comment) == count) << comment << "\n" << name << "\n--- before\n" << text << "\n--- after\n" << once;
  }
  ASSERT_EQ(kept, comments_of(before.tree)) << name << "\n--- before\n" << text << "\n--- after\n" << once;
  ASSERT_EQ(format(after.tree), once) << name << ": formatting twice changes something\n--- before\n" << text;
  ASSERT_EQ(once.find(" \n"), std::string::npos == once.find("\"\"\"") ? std::string::npos : once.find(" \n")) << name;
}

// The two entries of the language's tour that are not laid out as the rules say: arms on one line, and an entry over
// several lines whose `=` stands under another's.
TEST(Mangled, TheExamplesAreFixedPointsButForTwoPlaces) {
  for (const Example& example : examples()) {
    const Parsed parsed(example.text);
    std::string expected = example.text;
    const auto replace = [&](std::string_view what, std::string_view by) {
      const size_t at = expected.find(what);
      if (at != std::string::npos) expected.replace(at, what.size(), by);
    };
    if (example.name == "language.fabric") {
      replace("  then  = if mode", "  then = if mode");
      replace("  -7 => \"minus seven\", 0 => \"zero\"\n  _ => \"other\"",
              "  -7 => \"minus seven\"\n  0  => \"zero\"\n  _  => \"other\"");
      ASSERT_NE(expected, example.text);
    }
    EXPECT_EQ(format(parsed.tree), expected) << example.name;
  }
}

TEST(Mangled, LineBreaksAndCommas) {
  for (const Example& example : examples()) {
    const Parsed parsed(example.text);
    for (uint64_t seed = 1; seed <= 12; ++seed) {
      Chance chance(seed);
      expect_kept(example.name, mangled(parsed, chance, 4 + 3 * seed, false));
      if (HasFatalFailure()) return;
    }
  }
}

TEST(Mangled, Comments) {
  for (const Example& example : examples()) {
    const Parsed parsed(example.text);
    for (uint64_t seed = 1; seed <= 12; ++seed) {
      Chance chance(seed);
      expect_kept(example.name, mangled(parsed, chance, 5 + 6 * seed, true));
      if (HasFatalFailure()) return;
    }
  }
}

// White space at the begin of lines and around brackets alone: comes back as it was.
TEST(Mangled, WithoutIndentationTheExamplesComeBack) {
  for (const Example& example : examples()) {
    const Parsed parsed(example.text);
    const std::string settled = format(parsed.tree);
    const Parsed again(settled);
    std::string text;
    uint32_t at = 0;
    uint32_t in_text = 0;
    for (const Token& token : again.tree.tokens.tokens) {
      std::string gap(settled.substr(at, token.begin - at));
      if (token.kind == TokenKind::kTextEnd) --in_text;
      if (in_text == 0 && gap.find("//") == std::string::npos) {
        const auto newlines = static_cast<size_t>(std::ranges::count(gap, '\n'));
        const bool space = !gap.empty() && newlines == 0;
        gap = std::string(newlines == 2 ? 4 : newlines, '\n') + (space ? "  " : "");
      }
      if (token.kind == TokenKind::kTextBegin) ++in_text;
      text += gap + settled.substr(token.begin, token.end - token.begin);
      at = token.end;
    }
    const Parsed flat(text);
    ASSERT_EQ(flat.problems.errors(), 0U) << flat.report();
    EXPECT_EQ(format(flat.tree), settled) << example.name;
  }
}

}  // namespace
}  // namespace weft::format
