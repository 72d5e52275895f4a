#include "lang/diag/render.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "lang/base/text.h"

namespace weft {
namespace {

// The mistakes of the design's transcript, made by hand.
class Mistakes : public testing::Test {
 protected:
  // The range of `needle` in `file`, which holds it once.
  auto find(FileId file, std::string_view needle) const -> Range {
    size_t at = sources.text(file).find(needle);
    CHECK(at != std::string_view::npos);
    return {.file = file, .begin = static_cast<uint32_t>(at), .end = static_cast<uint32_t>(at + needle.size())};
  }
  // A file whose line `number` is `line`.
  auto file_with(std::string name, size_t number, std::string line) -> FileId {
    return sources.add(std::move(name), std::string(number - 1, '\n') + line + "\nnext\n");
  }
  auto text(RenderOptions options = {}) -> std::string { return render_text(sources, sink.all(), options); }

  SourceMap sources;
  DiagSink sink;
};

constexpr DiagInfo kUnknownName{"E0102", Severity::kError, "nothing here is called `{0}`", ""};
constexpr DiagInfo kWrongType{"E0304", Severity::kError, "`{0}` of module {1} takes {2}, this is {3}", ""};
constexpr DiagInfo kUnknownAttribute{"E0211", Severity::kError, "`{0}` has no attribute `{1}`", ""};
constexpr DiagInfo kUnclosed{"E0014", Severity::kError, "this `{` is never closed", ""};
constexpr DiagInfo kUnused{"W0101", Severity::kWarning, "`{0}` is never used", ""};

TEST_F(Mistakes, OneLineIsUnderlined) {
  FileId file = file_with("network.fabric", 31, "  CidrBlok = net.subnet(vpc.CidrBlock, 4, 0)");
  Range word = find(file, "CidrBlok");
  Report(sink, word, kUnknownAttribute, {"aws.ec2.Subnet", "CidrBlok"})
      .label("did you mean `CidrBlock`?")
      .fix(word, "CidrBlock");
  EXPECT_EQ(text(), R"(error[E0211]: `aws.ec2.Subnet` has no attribute `CidrBlok`
  --> network.fabric:31:3
   |
31 |   CidrBlok = net.subnet(vpc.CidrBlock, 4, 0)
   |   ^^^^^^^^ did you mean `CidrBlock`?
)");
}

TEST_F(Mistakes, NotesInOtherFilesAndHelp) {
  FileId main = file_with("main.fabric", 24, "  subnets  = subnet[\"us-east-2a\"].SubnetId");
  FileId module = file_with("std/postgres 1.4.0, inputs.fabric", 6, "input subnets: list<string>");
  Report(sink, find(main, "subnet[\"us-east-2a\"].SubnetId"), kWrongType,
         {"subnets", "std/postgres", "list<string>", "a string"})
      .label("string")
      .note(find(module, "list<string>"), "declared here")
      .help("`subnet[*].SubnetId` is the list of all three; `[…]` around it makes a list of one");
  EXPECT_EQ(text(), R"(error[E0304]: `subnets` of module std/postgres takes list<string>, this is a string
  --> main.fabric:24:14
   |
24 |   subnets  = subnet["us-east-2a"].SubnetId
   |              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ string
  ::: std/postgres 1.4.0, inputs.fabric:6:16
   |
 6 | input subnets: list<string>
   |                ------------ declared here
   = help: `subnet[*].SubnetId` is the list of all three; `[…]` around it makes a list of one
)");
}

TEST_F(Mistakes, TwoPlacesOfOneFileStandInTheirOrder) {
  FileId file = sources.add("network.fabric",
                            "\n\nresource vpc: aws.ec2.VPC {\n\n\n\n\nresource igw: aws.ec2.InternetGateway {\n");
  Range word = find(file, "resource igw");
  word.end = word.begin + 8;
  Report(sink, find(file, "{\n\n"), kUnclosed)
      .label("opened here")
      .note(word, "a declaration starts here, so `}` is missing before it")
      .help("`}` after line 6");
  std::string drawn = text();
  EXPECT_EQ(drawn, R"(error[E0014]: this `{` is never closed
  --> network.fabric:3:27
   |
 3 | resource vpc: aws.ec2.VPC {
   |                           ^ opened here
 8 | resource igw: aws.ec2.InternetGateway {
   | -------- a declaration starts here, so `}` is missing before it
   = help: `}` after line 6
)");
  EXPECT_EQ(render_summary(sources, sink.all()), "1 error in 1 file; everything after it was read and checked.");
}

TEST_F(Mistakes, WideNumbersWidenTheGutter) {
  FileId file = file_with("main.fabric", 1234, "let x = y");
  Report(sink, find(file, "y"), kUnknownName, {"y"});
  EXPECT_EQ(text(), R"(error[E0102]: nothing here is called `y`
    --> main.fabric:1234:9
     |
1234 | let x = y
     |         ^
)");
}

TEST_F(Mistakes, AnEmptyLineStandsBetweenTwoAndACountAfterTheLast) {
  FileId file = sources.add("main.fabric", "let x = a\nlet y = b\n");
  for (const char* name : {"a", "b", "a"}) {
    Report(sink, find(file, std::string("= ") + name), kUnknownName, {name});
  }
  EXPECT_EQ(text({.most = 2}), R"(error[E0102]: nothing here is called `a`
  --> main.fabric:1:7
   |
 1 | let x = a
   |       ^^^

error[E0102]: nothing here is called `b`
  --> main.fabric:2:7
   |
 2 | let y = b
   |       ^^^

and 1 more
)");
}

TEST_F(Mistakes, WithoutAPlaceOnlyWordsAreLeft) {
  Report(sink, {}, kUnknownName, {"prod"}).note({}, "environments are named by --env").help("weft plan --env dev");
  EXPECT_EQ(text(), R"(error[E0102]: nothing here is called `prod`
   = note: environments are named by --env
   = help: weft plan --env dev
)");
}

TEST_F(Mistakes, AFixThatNothingElseTellsOfIsHelp) {
  FileId file = sources.add("main.fabric", "let x = a");
  Report(sink, find(file, "a"), kUnknownName, {"a"}).fix(find(file, "a"), "b");
  EXPECT_NE(text().find("   = help: write `b`\n"), std::string::npos);
}

TEST_F(Mistakes, WideCharactersAndTabsKeepTheMarkInPlace) {
  FileId file = sources.add("main.fabric", "\tlet 名前 = x\n");
  Report(sink, find(file, "x"), kUnknownName, {"x"});
  EXPECT_EQ(text(), "error[E0102]: nothing here is called `x`\n"
                    "  --> main.fabric:1:11\n"
                    "   |\n"
                    " 1 |     let 名前 = x\n"
                    "   |                ^\n");
}

TEST_F(Mistakes, NothingFromAFileReachesTheTerminalAsACommand) {
  FileId file = sources.add("evil\x1b[2J.fabric", "let x = \"\x1b]0;boo\x07\" \u202E y\n");
  Report(sink, find(file, "y"), kUnknownName, {"\x1b[31m\r"}).help("a\x7f");
  std::string drawn = text();
  EXPECT_EQ(drawn.find('\x1b'), std::string::npos);
  EXPECT_EQ(drawn.find('\r'), std::string::npos);
  EXPECT_EQ(drawn.find('\x07'), std::string::npos);
  EXPECT_EQ(drawn.find("\u202E"), std::string::npos);
  EXPECT_NE(drawn.find("nothing here is called `\\u{1b}[31m\\u{d}`"), std::string::npos) << drawn;
}

TEST_F(Mistakes, ARangeOverSeveralLinesIsUnderlinedInItsFirst) {
  FileId file = sources.add("main.fabric", "let x = {\n  a = 1\n}\n");
  Report(sink, find(file, "{\n  a = 1\n}"), kUnknownName, {"x"}).label("here");
  EXPECT_NE(text().find("   |         ^ here\n"), std::string::npos) << text();
}

TEST_F(Mistakes, AnEmptyRangeAtTheEndOfTheFileIsOneCaret) {
  FileId file = sources.add("main.fabric", "let x =");
  Report(sink, {.file = file, .begin = 7, .end = 7}, kUnknownName, {"x"}).label("here");
  EXPECT_NE(text().find(" 1 | let x =\n   |        ^ here\n"), std::string::npos) << text();
}

TEST_F(Mistakes, LongLinesAreCutAroundTheMark) {
  std::string before(150, 'a');
  std::string after(150, 'b');
  FileId file = sources.add("main.fabric", before + " MARK " + after);
  Report(sink, find(file, "MARK"), kUnknownName, {"x"}).label("a label that is rather long and goes below the mark");
  std::string drawn = text({.width = 60});
  std::vector<std::string> lines;
  for (size_t pos = 0; pos < drawn.size();) {
    size_t end = drawn.find('\n', pos);
    lines.push_back(drawn.substr(pos, end - pos));
    pos = end + 1;
  }
  ASSERT_EQ(lines.size(), 7U) << drawn;
  size_t mark = lines[3].find("MARK");
  ASSERT_NE(mark, std::string::npos) << drawn;
  // Two ellipses of three bytes and one column: the left one stands before the mark.
  EXPECT_EQ(lines[4].find("^^^^"), mark - 2) << drawn;
  EXPECT_EQ(lines[4].substr(lines[4].find('^')), "^^^^");
  EXPECT_EQ(lines[5], "   |                   a label that is rather long and goes");
  EXPECT_EQ(lines[6], "   |                   below the mark");
  EXPECT_NE(text({.width = 0}).find(after), std::string::npos) << "without a terminal nothing is cut";
}

TEST_F(Mistakes, AsciiSpellsOutOurOwnSigns) {
  FileId file = sources.add("main.fabric", "let é = x");
  Report(sink, find(file, "x"), kUnknownName, {"x"}).label("a → b, `[…]`");
  std::string drawn = text({.ascii = true});
  EXPECT_NE(drawn.find("^ a -> b, `[...]`"), std::string::npos) << drawn;
  EXPECT_NE(drawn.find(" 1 | let \\u{e9} = x\n   |              ^ a"), std::string::npos) << "what the file holds has no other spelling than its number\n" << drawn;
}

TEST_F(Mistakes, ColoursSayTheSeverity) {
  FileId file = sources.add("main.fabric", "let x = y");
  Report(sink, find(file, "y"), kUnused, {"y"}).note(find(file, "x"), "here");
  std::string drawn = text({.color = true});
  EXPECT_TRUE(drawn.starts_with("\x1b[33mwarning[W0101]\x1b[0m: ")) << drawn;
  EXPECT_NE(drawn.find("\x1b[33m^\x1b[0m\n"), std::string::npos);
  EXPECT_NE(drawn.find("\x1b[34m- here\x1b[0m\n"), std::string::npos);
  // Without the colours it is the same drawing.
  std::string plain;
  for (size_t i = 0; i < drawn.size(); ++i) {
    if (drawn[i] == '\x1b') i = drawn.find('m', i);
    else plain += drawn[i];
  }
  EXPECT_EQ(plain, text());
}

TEST_F(Mistakes, TheSummaryCountsAndNamesWhatToRead) {
  FileId a = sources.add("a.fabric", "x y z");
  FileId b = sources.add("b.fabric", "x");
  EXPECT_EQ(render_summary(sources, sink.all()), "");
  Report(sink, find(a, "x"), kUnknownName, {"x"}).fix(find(a, "x"), "y");
  EXPECT_EQ(render_summary(sources, sink.all()),
            "1 error in 1 file; 1 has a fix: weft check --fix. More on one: weft docs E0102.");
  Report(sink, find(b, "x"), kWrongType, {"x", "m", "string", "number"});
  Report(sink, find(a, "y"), kUnknownName, {"y"}).fix(find(a, "y"), "z");
  EXPECT_EQ(render_summary(sources, sink.all()),
            "3 errors in 2 files; 2 have a fix: weft check --fix. More on one: weft docs E0304.");
  Report(sink, find(a, "z"), kUnused, {"z"});
  EXPECT_TRUE(render_summary(sources, sink.all()).starts_with("3 errors, 1 warning in 2 files; "));
}

// Whatever the bytes, the ranges and the width: a drawing without commands to the terminal, in which each source line
// fits and each mark stands under its place; and JSON that can be read.
TEST_F(Mistakes, AnyBytesAnyRangeAnyWidth) {
  std::mt19937 random(11);
  const std::vector<std::string> pieces = {"a", " ", "\t", "\n", "\r\n", "é", "名", "😀", "\xff", "\x1b", "\u202e", "word "};
  for (int round = 0; round < 1500; ++round) {
    std::string bytes;
    for (size_t n = random() % 120; n > 0; --n) bytes += pieces[random() % pieces.size()];
    FileId file = sources.add("f", bytes);
    auto range = [&] {
      auto a = static_cast<uint32_t>(random() % (bytes.size() + 1));
      auto b = static_cast<uint32_t>(random() % (bytes.size() + 1));
      return Range{.file = file, .begin = std::min(a, b), .end = std::max(a, b)};
    };
    Report(sink, range(), kUnknownName, {pieces[random() % pieces.size()]})
        .label(std::string(random() % 50, 'l'))
        .note(range(), "a note with words")
        .fix(range(), bytes);
    RenderOptions options{.color = false, .ascii = random() % 2 == 0, .width = random() % 2 == 0 ? 60U : 0U};
    std::string drawn = text(options);
    for (char c : drawn) ASSERT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20);
    for (char c : drawn) ASSERT_TRUE(!options.ascii || static_cast<unsigned char>(c) < 0x80) << drawn;
    ASSERT_EQ(first_invalid_utf8(drawn), std::string::npos);
    for (std::string_view line : split(drawn, '\n')) {
      // Of a remark a word may be wider than the room; so it is where signs are spelt by their numbers.
      bool bounded = options.width > 0 && (!options.ascii || line.find(" | ") != std::string_view::npos);
      ASSERT_LE(display_width(line), bounded ? options.width : 10'000) << drawn;
    }
    ASSERT_TRUE(nlohmann::json::accept("{" + render_json_members(sources, sink.all()[0]) + "}"));
    ASSERT_TRUE(nlohmann::json::accept(render_sarif(sources, sink.all(), "1")));
    sink.take();
  }
}

TEST_F(Mistakes, JsonHoldsTheSameFacts) {
  FileId file = file_with("network.fabric", 15, "  é CidrBlok = 1");
  Range word = find(file, "CidrBlok");
  Report(sink, word, kUnknownAttribute, {"aws.ec2.Subnet", "CidrBlok"})
      .label("did you mean `CidrBlock`?")
      .note({}, "no place")
      .help("say \"so\"")
      .fix(word, "CidrBlock");
  auto json = nlohmann::json::parse("{" + render_json_members(sources, sink.all()[0]) + "}");
  EXPECT_EQ(json["severity"], "error");
  EXPECT_EQ(json["code"], "E0211");
  EXPECT_EQ(json["message"], "`aws.ec2.Subnet` has no attribute `CidrBlok`");
  auto range = nlohmann::json::parse(
      R"({"file":"network.fabric","start":{"line":15,"col":5},"end":{"line":15,"col":13}})");
  EXPECT_EQ(json["range"], range);
  EXPECT_EQ(json["label"], "did you mean `CidrBlock`?");
  EXPECT_EQ(json["notes"], nlohmann::json::parse(R"([{"range":null,"text":"no place"}])"));
  EXPECT_EQ(json["help"], nlohmann::json::parse(R"(["say \"so\""])"));
  EXPECT_EQ(json["fixes"][0]["title"], "write `CidrBlock`");
  EXPECT_EQ(json["fixes"][0]["edits"][0]["range"], range);
  EXPECT_EQ(json["fixes"][0]["edits"][0]["new_text"], "CidrBlock");
}

TEST_F(Mistakes, SarifHoldsTheSameFacts) {
  FileId a = sources.add("a b.fabric", "x\ny");
  FileId b = sources.add("b.fabric", "z");
  Report(sink, find(a, "y"), kUnknownName, {"y"})
      .label("the label")
      .note(find(b, "z"), "declared here")
      .help("the help")
      .fix({.title = "both", .edits = {{.range = find(a, "y"), .new_text = "1"}, {.range = find(b, "z"), .new_text = "2"}}});
  Report(sink, {}, kUnused, {"w"});
  auto json = nlohmann::json::parse(render_sarif(sources, sink.all(), "0.1.0"));
  EXPECT_EQ(json["version"], "2.1.0");
  auto& run = json["runs"][0];
  EXPECT_EQ(run["tool"]["driver"]["semanticVersion"], "0.1.0");
  EXPECT_EQ(run["columnKind"], "unicodeCodePoints");
  auto& first = run["results"][0];
  EXPECT_EQ(first["ruleId"], "E0102");
  EXPECT_EQ(run["tool"]["driver"]["rules"][first["ruleIndex"].get<size_t>()]["id"], "E0102");
  EXPECT_EQ(first["level"], "error");
  EXPECT_EQ(first["message"]["text"], "nothing here is called `y`: the label\nhelp: the help");
  EXPECT_EQ(first["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "a%20b.fabric");
  EXPECT_EQ(first["locations"][0]["physicalLocation"]["region"],
            nlohmann::json::parse(R"({"startLine":2,"startColumn":1,"endLine":2,"endColumn":2})"));
  EXPECT_EQ(first["relatedLocations"][0]["message"]["text"], "declared here");
  EXPECT_EQ(first["fixes"][0]["artifactChanges"].size(), 2U);
  EXPECT_EQ(first["fixes"][0]["artifactChanges"][1]["replacements"][0]["insertedContent"]["text"], "2");
  EXPECT_EQ(run["results"][1]["level"], "warning");
  EXPECT_TRUE(run["results"][1]["locations"].empty());
}

}  // namespace
}  // namespace weft
