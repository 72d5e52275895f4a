#include "tests/stdlib/functions/tables.h"

namespace weft::testing {
namespace {

TEST(StringTest, SplitAndJoin) {
  expect_equal({
      {"string.split(\"\", \",\")", "[\"\"]"},
      {"string.split(\"a--b-\", \"--\")", "[\"a\", \"b-\"]"},
      {"string.split(\"aé\", \"\")", "[\"a\", \"é\"]"},
      {"string.join([])", "\"\""},
      {"string.join([\"a\", \"b\", \"c\"])", "\"abc\""},
      {"string.lines(\"\")", "[]"},
      {"string.lines(\"a\\r\\n\\nb\")", "[\"a\", \"\", \"b\"]"},
      {"string.lines(\"\\n\")", "[\"\"]"},
  });
  expect_shown({{"string.join([\"a\", u, \"b\"], \"-\")", "(known after vpc.Id, starts with \"a-vpc-\")"},
                {"string.join([\"a\"], u)", "(known after vpc.Id)"}},
               {{"u", unknown("vpc-")}});
}

TEST(StringTest, Case) {
  expect_equal({
      {"string.upper(\"straße éÿ λς дж ž\")", "\"STRAßE ÉŸ ΛΣ ДЖ Ž\""},
      {"string.lower(\"ÄÖÜ ŸŹ ΆΏ ЁЯ\")", "\"äöü ÿź άώ ёя\""},
      {"string.title(\"don't stop, été-time\")", "\"Don't Stop, Été-Time\""},
  });
  expect_shown({{"string.upper(u)", "(known after vpc.Id, starts with \"VPC-\")"}}, {{"u", unknown("vpc-")}});
}

TEST(StringTest, Trim) {
  expect_equal({
      {"string.trim(\"xyaxyx\", \"xy\")", "\"a\""},
      {"string.trim(\"ééa\", \"é\")", "\"a\""},
      {"string.trim(\"aa\", \"a\")", "\"\""},
      {"string.trim(\" a\", \"\")", "\" a\""},
      {"string.trim_space(\"\\t a \\r\\n\")", "\"a\""},
      {"string.trim_prefix(\"aab\", \"a\")", "\"ab\""},
      {"string.trim_prefix(\"b\", \"a\")", "\"b\""},
      {"string.trim_suffix(\"aab\", \"b\")", "\"aa\""},
  });
}

TEST(StringTest, ReplaceAndAsk) {
  expect_equal(
      {
          {"string.replace(\"aaa\", \"aa\", \"b\")", "\"ba\""},
          {"string.replace(\"abc\", \"b\", \"\")", "\"ac\""},
          {"string.contains(\"abc\", \"\")", "true"},
          {"string.contains(\"abc\", \"d\")", "false"},
          {"string.ends_with(\"abc\", \"bc\")", "true"},
          {"string.starts_with(u, \"vpc\")", "true"},
          {"string.starts_with(u, \"x\")", "false"},
          {"string.starts_with(\"x\", \"\")", "true"},
      },
      {{"u", unknown("vpc-")}});
  expect_shown({{"string.starts_with(u, \"vpc-0\")", "(known after vpc.Id)"}}, {{"u", unknown("vpc-")}});
  expect_failure({{"string.replace(\"a\", \"\", \"x\")", "`string.replace`: the text to replace is empty"}});
}

TEST(StringTest, SliceReverseIndent) {
  expect_equal({
      {"string.slice(\"grün\", 2, 3)", "\"ü\""},
      {"string.slice(\"abc\", 1)", "\"bc\""},
      {"string.slice(\"abc\", 5)", "\"\""},
      {"string.slice(\"abc\", 0, 99)", "\"abc\""},
      {"string.reverse(\"né\")", "\"én\""},
      {"string.indent(\"a\\n\\nb\\r\\n\", 1)", "\"a\\n\\n b\\r\\n\""},
  });
  expect_failure({
      {"string.slice(\"abc\", -1)", "`string.slice`: `start` is -1; it cannot be negative"},
      {"string.slice(\"abc\", 2, 1)", "`string.slice`: `end` is before `start`"},
      {"string.indent(\"a\", 2000)", "`string.indent`: `spaces` is 2000; at most 1,000"},
  });
}

TEST(StringTest, RepeatAndPad) {
  expect_equal({
      {"string.repeat(\"ab\", 0)", "\"\""},
      {"length(string.repeat(\"a\", 16777216))", "16777216"},
      {"string.repeat(\"\", 9223372036854775807)", "\"\""},
      {"string.pad_left(\"abc\", 2)", "\"abc\""},
      {"string.pad_right(\"é\", 3, \"ü\")", "\"éüü\""},
  });
  expect_failure({
      {"string.repeat(\"a\", 16777217)", "`string.repeat`: the result is larger than 16 MiB"},
      {"string.repeat(\"ab\", 9223372036854775807)", "`string.repeat`: the result is larger than 16 MiB"},
      {"string.repeat(\"a\", -1)", "`string.repeat`: `times` is -1; it cannot be negative"},
      {"string.pad_left(\"a\", 99999999)", "`string.pad_left`: the result is larger than 16 MiB"},
      {"string.pad_left(\"a\", 3, \"xy\")", "`string.pad_left`: `fill` is \"xy\"; it is one character"},
  });
}

TEST(StringTest, JoinsAreBounded) {
  Names names = {{"x", Value::string(std::string(10 << 20, 'x'))},
                 {"c", Value::string(std::string(64, 'x'))}};
  expect_failure(
      {
          {"string.join([x, x])", "`string.join`: the result is larger than 16 MiB"},
          {"string.format(\"%s%s\", x, x)", "`string.format`: the result is larger than 16 MiB"},
          {"string.replace(x, c, string.join([c, c]))", "`string.replace`: the result is larger than 16 MiB"},
          {"json.encode([x, x])", "`json.encode`: the result is larger than 16 MiB"},
          {"yaml.encode([x, x])", "`yaml.encode`: the result is larger than 16 MiB"},
          {"string.split(x, \"\")", "`string.split`: more than 1,000,000 parts"},
          {"hex.encode(x)", "`hex.encode`: the result is larger than 16 MiB"},
          {"regex.replace(x, \"x\", \"yy\")", "`regex.replace`: more than 1,000,000 matches"},
          {"regex.replace(x, \".{1000}\", \"$0$0\")", "`regex.replace`: the result is larger than 16 MiB"},
      },
      names);
}

TEST(FormatTest, Places) {
  expect_equal({
      {"string.format(\"100%%\")", "\"100%\""},
      {"string.format(\"%5d|%-5d|%05d|%+d|% d\", 42, 42, -42, 42, 42)", "\"   42|42   |-0042|+42| 42\""},
      {"string.format(\"%x %X %#x %o %b\", 255, 255, 255, 8, 5)", "\"ff FF 0xff 10 101\""},
      {"string.format(\"%.2f %8.3f %f %e %g\", 1.005, -2.5, 1, 12345.678, 0.1)",
       "\"1.00   -2.500 1.000000 1.234568e+04 0.1\""},
      {"string.format(\"%s %q %t\", 1h, \"a\\\"b\", true)", "\"1h \\\"a\\\\\\\"b\\\" true\""},
      {"string.format(\"%v %v\", [1, \"a\"], null)", "\"[1,\\\"a\\\"] null\""},
      {"string.format(\"%5s|%-5s|%.2s\", \"é\", \"é\", \"éüa\")", "\"    é|é    |éü\""},
      {"string.format(\"%d\", 4.0)", "\"4\""},
      {"string.format(\"%d\", -9223372036854775807 + -1)", "\"-9223372036854775808\""},
      {"string.format_list(\"%s%d\", [\"a\", \"b\"], [1, 2])", "[\"a1\", \"b2\"]"},
      {"string.format_list(\"x\")", "[\"x\"]"},
      {"string.format_list(\"%s\", [])", "[]"},
  });
  expect_failure({
      {"string.format(\"%d\", 1.5)", "`string.format`: `%d` does not take a number"},
      {"string.format(\"%d\", \"1\")", "`string.format`: `%d` does not take a string"},
      {"string.format(\"%s\", [])", "`string.format`: `%s` does not take a list"},
      {"string.format(\"%s\")", "`string.format`: there are more places than values"},
      {"string.format(\"x\", 1)", "`string.format`: there are more values than places"},
      {"string.format(\"%y\", 1)",
       "`string.format`: \"%y\" is no place for a value; there are `%s %d %x %X %o %b %f %e %g %q %t %v`"},
      {"string.format(\"%\", 1)",
       "`string.format`: \"%\" is no place for a value; there are `%s %d %x %X %o %b %f %e %g %q %t %v`"},
      {"string.format(\"%99999d\", 1)", "`string.format`: a width or precision is at most 1,000"},
      {"string.format_list(\"%s%s\", [1], [1, 2])", "`string.format_list`: the lists differ in length"},
  });
  expect_shown({{"string.format(\"a-%s-b\", u)", "(known after vpc.Id, starts with \"a-vpc-\")"},
                {"string.format(\"a-%9s-b\", u)", "(known after vpc.Id, starts with \"a-\")"},
                {"string.format(\"%s/%s\", \"x\", [u])", "(known after vpc.Id, starts with \"x/\")"}},
               {{"u", unknown("vpc-")}});
}

}  // namespace
}  // namespace weft::testing
