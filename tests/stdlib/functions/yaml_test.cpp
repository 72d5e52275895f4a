#include "lang/value/json.h"
#include "stdlib/functions/yaml_decode.h"
#include "tests/lang/value/family.h"
#include "tests/stdlib/functions/tables.h"

namespace weft::testing {
namespace {

auto decoded(std::string_view text) -> std::string {
  auto value = evaluate("yaml.decode(text)", {{"text", Value::string(text)}});
  return value ? to_json(*value) : value.error().text;
}
auto encoded(const Value& value) -> std::string {
  return evaluate("yaml.encode(value)", {{"value", value}})->as_text().str();
}

TEST(YamlDecodeTest, PlainScalars) {
  struct Case {
    const char* text;
    const char* json;
  };
  const Case kCases[] = {
      {"", "null"},
      {"~", "null"},
      {"Null", "null"},
      {"nULL", "\"nULL\""},
      {"true", "true"},
      {"FALSE", "false"},
      {"yes", "\"yes\""},
      {"on", "\"on\""},
      {"y", "\"y\""},
      {"12", "12"},
      {"-7", "-7"},
      {"+7", "7"},
      {"0x1F", "31"},
      {"0o17", "15"},
      {"0644", "420"},
      {"089", "89"},
      {"0", "0"},
      {"-0", "0"},
      {"1_000", "\"1_000\""},
      {"1:30", "\"1:30\""},
      {"2024-05-01", "\"2024-05-01\""},
      {"1.2.3", "\"1.2.3\""},
      {"1.5", "1.5"},
      {".5", "0.5"},
      {"1.", "1"},
      {"-1e3", "-1000"},
      {"1e", "\"1e\""},
      {"e5", "\"e5\""},
      {"+", "\"+\""},
      {".", "\".\""},
      {"9223372036854775807", "9223372036854775807"},
      {"9223372036854775808", "9223372036854775808"},
      {"-9223372036854775808", "-9223372036854775808"},
      {"\"12\"", "\"12\""},
      {"'true'", "\"true\""},
      {"!!str 12", "\"12\""},
      {"!!float 3", "3"},
      {"! 12", "\"12\""},
      {"<<", "\"<<\""},
  };
  for (const auto& one : kCases) EXPECT_EQ(decoded(one.text), one.json) << one.text;
}

TEST(YamlDecodeTest, Structures) {
  EXPECT_EQ(decoded("a: [1, {b: c}]\nd:\n- x\n-\n8080: true\ntrue: 1\n"),
            R"({"8080":true,"a":[1,{"b":"c"}],"d":["x",null],"true":1})");
  EXPECT_EQ(decoded("|\n  a\n   b\n"), R"("a\n b\n")");
  EXPECT_EQ(decoded(">-\n  a\n  b\n"), R"("a b")");
  EXPECT_EQ(decoded("a: &x {n: 1}\nb: *x\n"), R"({"a":{"n":1},"b":{"n":1}})");
  EXPECT_EQ(decoded("&k key: *k\n"), R"({"key":"key"})");
  EXPECT_EQ(decoded("\xEF\xBB\xBF"
                    "a: 1"),
            R"({"a":1})");
}

TEST(YamlDecodeTest, MergeKeys) {
  EXPECT_EQ(decoded("base: &b {x: 1, y: 1}\nmore: &m {y: 2, z: 2}\none:\n  <<: *b\n  x: 0\ntwo:\n  y: 0\n  "
                    "<<: [*m, *b]\n"),
            R"({"base":{"x":1,"y":1},"more":{"y":2,"z":2},"one":{"x":0,"y":1},"two":{"x":1,"y":0,"z":2}})");
  EXPECT_EQ(decoded("\"<<\": {a: 1}\n"), R"({"<<":{"a":1}})");
  EXPECT_EQ(decoded("<<: 1\n"), "`yaml.decode`: line 1, column 1 of the YAML: `<<` merges mappings");
  EXPECT_EQ(decoded("<<: [1]\n"), "`yaml.decode`: line 1, column 1 of the YAML: `<<` merges mappings");
}

TEST(YamlDecodeTest, Refuses) {
  EXPECT_EQ(decoded("a: 1\na: 2\n"),
            "`yaml.decode`: line 2, column 1 of the YAML: the key \"a\" is there twice");
  EXPECT_EQ(decoded("a: *x\n"), "`yaml.decode`: line 1, column 4 of the YAML: there is no anchor `&x` above");
  EXPECT_EQ(decoded("a: &x [*x]\n"),
            "`yaml.decode`: line 1, column 8 of the YAML: there is no anchor `&x` above");
  EXPECT_EQ(decoded("? [a]\n: 1\n"), "`yaml.decode`: line 1, column 3 of the YAML: a key is a text");
  EXPECT_EQ(
      decoded("a: !Ref b\n"),
      "`yaml.decode`: line 1, column 4 of the YAML: the tag `!Ref` is not supported, or does not fit \"b\"");
  EXPECT_EQ(decoded("!!int x\n"),
            "`yaml.decode`: line 1, column 1 of the YAML: the tag `tag:yaml.org,2002:int` is not supported, "
            "or does not fit \"x\"");
  EXPECT_EQ(decoded("!!set {a}\n"),
            "`yaml.decode`: line 1, column 1 of the YAML: the tag `tag:yaml.org,2002:set` is not supported");
  EXPECT_EQ(decoded(".inf"), "`yaml.decode`: line 1, column 1 of the YAML: the language has no infinity and no number that is none");
  EXPECT_EQ(decoded("0x10000000000000000"),
            "`yaml.decode`: line 1, column 1 of the YAML: this int is beyond 64 bits; in quotes it is a text");
  EXPECT_EQ(decoded("12345678901234567890"),
            "`yaml.decode`: line 1, column 1 of the YAML: this int is beyond 64 bits; in quotes it is a text");
  EXPECT_EQ(decoded("1\n---\n2\n"), "`yaml.decode`: there are 2 documents; `yaml.decode_all` reads several");
  EXPECT_EQ(decoded("\xff"), "`yaml.decode`: byte 1 of the YAML is not UTF-8");
  for (const auto* bad : {"a: [1", "a: 'x", "\ta: 1", "a: b: c", "- 1\nb: 2", "%YAML 9\n---\n", "{a: 1"}) {
    EXPECT_NE(decoded(bad).find(" of the YAML: "), std::string::npos) << bad << ": " << decoded(bad);
  }
}

TEST(YamlDecodeTest, SaysWhereAndWhatInOwnWords) {
  struct Case {
    std::string text;
    std::string said;
  };
  const Case kCases[] = {
      {"a: [1", "line 1, column 6 of the YAML: expected `,` or `]`, for what begins at line 1, column 4"},
      {"a:\n  {b: 1\n", "line 2, column 8 of the YAML: expected `,` or `}`, for what begins at line 2, column 3"},
      {"a: 'x", "line 1, column 6 of the YAML: expected a closing quote, for what begins at line 1, column 4"},
      {"a: b: c", "line 1, column 5 of the YAML: `:` where no value can begin; a text that holds `: ` needs quotes"},
      {"\ta: 1", "line 1, column 1 of the YAML: a character that no value begins with; texts that begin so need quotes, and tabs do not indent"},
      {"- 1\nb: 2", "line 2, column 1 of the YAML: expected `-` or the end of the list; all elements of a list are indented alike, for what begins at line "
                    "1, column 1"},
      {"a: \"\\q\"", "line 1, column 5 of the YAML: an escape that YAML does not know; in single quotes there are none"},
      {"%YAML 9.0\n---\n1", "line 1, column 1 of the YAML: a version of YAML that is not supported; 1.1 and 1.2 are"},
      {"a: 1\nbé: \x01", "line 2, column 5 of the YAML: a control character; in double quotes it can be written as an escape"},
      {"*", "line 1, column 2 of the YAML: an anchor or alias without a name"},
  };
  for (const auto& one : kCases) EXPECT_EQ(decoded(one.text), "`yaml.decode`: " + one.said) << one.text;
}

TEST(YamlDecodeTest, IsBounded) {
  std::string laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 10; ++i) {
    std::string above = "*a" + std::to_string(i - 1);
    std::string line = "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + above;
    for (int n = 0; n < 9; ++n) line += ", " + above;
    laughs += line + "]\n";
  }
  EXPECT_NE(decoded(laughs).find("its aliases stand for more than 1,000,000 values"), std::string::npos);
  std::string deep = "a0: &a0 []\n";
  for (int i = 1; i < 70; ++i)
    deep += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) + "]\n";
  EXPECT_NE(decoded(deep).find("nested deeper than 64 levels"), std::string::npos);
  EXPECT_NE(decoded(std::string(100, '[') + std::string(100, ']')).find("nested deeper than 64 levels"),
            std::string::npos);
  EXPECT_EQ(decoded(std::string(64, '[') + std::string(64, ']')),
            std::string(64, '[') + std::string(64, ']'));
  EXPECT_NE(decoded(std::string((16 << 20) + 1, ' ')).find("larger than 16 MiB"), std::string::npos);
}

TEST(YamlDecodeTest, Documents) {
  expect_equal({
      {"yaml.decode_all(\"\")", "[]"},
      {"yaml.decode_all(\"---\\n---\\na: 1\\n...\\n\")", "[null, { a = 1 }]"},
      {"yaml.decode(\"# only a comment\\n\")", "null"},
  });
}

TEST(YamlEncodeTest, BlockStyle) {
  EXPECT_EQ(encoded(*evaluate("{ kind = \"Pod\", spec = { containers = [{ image = \"r/web:1.4\", args = [] "
                              "}, { name = \"b\" }], num = 1.5, t = 1h } }")),
            "kind: Pod\nspec:\n  containers:\n  - args: []\n    image: r/web:1.4\n  - name: b\n  num: 1.5\n  "
            "t: \"1h\"\n");
  EXPECT_EQ(encoded(*evaluate("[[1, [2]], {}]")), "- - 1\n  - - 2\n- {}\n");
  EXPECT_EQ(encoded(*evaluate("{ s = \"a\\nb\\n\", t = \"a\\n\\nb\", k = \"a\\n\\n\" }")),
            "k: |+\n  a\n\ns: |\n  a\n  b\nt: |-\n  a\n\n  b\n");
  EXPECT_EQ(encoded(Value::null()), "null\n");
  EXPECT_EQ(encoded(Value::object({})), "{}\n");
}

TEST(YamlEncodeTest, QuotesWhatOldReadersWouldTakeForSomethingElse) {
  for (const auto* text :
       {"yes",   "No", "on", "y",  "null", "~",    "true", "1",   "1.5", "0x1", "1e3", "2024-01-01",
        "12:30", "",   " a", "a ", "a: b", "a #b", "a:",   "- a", "*a",  "&a",  "!a",  "%a",
        "@a",    "`a", "{a", "[a", "a\tb", "<<",   "=",    "?",   "|",   ">",   "---", "é"}) {
    auto yaml = encoded(Value::string(text));
    EXPECT_TRUE(yaml.starts_with('"')) << yaml;
  }
  for (const auto* text :
       {"web", "a b", "a:b", "registry.example.com/web:1.4.2", "app.kubernetes.io/name", "/bin/sh", "_x"}) {
    EXPECT_EQ(encoded(Value::string(text)), std::string(text) + "\n");
  }
}

TEST(YamlTest, ReadsBackWhatItWrote) {
  for (uint64_t seed = 0; seed < 800; ++seed) {
    // Through JSON once: durations, sizes and sets are texts and lists afterwards, as YAML has them.
    Value value = *from_json(to_json(Family(seed).value(4, false)));
    auto yaml = encoded(value);
    auto back = functions::yaml_documents(yaml);
    ASSERT_TRUE(back.has_value()) << yaml << back.error().text;
    ASSERT_EQ(back->size(), 1U) << yaml;
    ASSERT_EQ(equal(back->front(), value), true) << yaml << to_json(value);
  }
}

TEST(YamlTest, AnyTextSurvives) {
  for (const auto* text : {"\n",       "\n\n",
                           "a\n",      "a\n\n\n",
                           " a\nb",    "a\n b",
                           "a\n\tb\n", "\ta\nb",
                           "a\r\nb",   "a\x01",
                           "\u0085",   "a\u2028\nb",
                           "\u00a0",   "\uFEFF",
                           "---\na",   "a\n---\nb",
                           "a\n...\n", "# a\n# b",
                           "- a\n- b", "a: b\nc: d\n",
                           "a \nb ",   "\U0001F600\n\U0001F600",
                           "%a\nb",    "\x7f\n"}) {
    for (const Value& value : {Value::string(text), Value::list({Value::string(text)}),
                               Value::object({{"k", Value::object({{text, Value::string(text)}})}})}) {
      auto yaml = encoded(value);
      auto back = functions::yaml_documents(yaml);
      ASSERT_TRUE(back.has_value()) << yaml << back.error().text;
      ASSERT_EQ(back->size(), 1U) << yaml;
      EXPECT_EQ(back->front(), value) << yaml;
    }
  }
}

}  // namespace
}  // namespace weft::testing
