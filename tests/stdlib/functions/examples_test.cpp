// Every row of the library: its example is what it says, and its words are in order.
#include <gtest/gtest.h>

#include <set>

#include "stdlib/functions/library.h"
#include "tests/stdlib/functions/tables.h"

namespace weft {
namespace {

TEST(LibraryTest, EveryExampleIsTrue) {
  for (const auto* function : functions::library()) {
    auto value = testing::evaluate(function->example);
    auto wanted = testing::evaluate(function->result);
    ASSERT_TRUE(value.has_value()) << function->name << ": " << value.error().text;
    ASSERT_TRUE(wanted.has_value()) << function->name;
    EXPECT_EQ(equal(*value, *wanted), true) << function->example << " is " << display_text(*value);
    EXPECT_NE(function->example.find(std::string(function->name) + "("), std::string_view::npos)
        << function->name;
  }
}

TEST(LibraryTest, EveryRowIsDocumentedAndWellFormed) {
  for (const auto* function : functions::library()) {
    EXPECT_TRUE(parse_signature(function->signature).has_value()) << function->name;
    EXPECT_FALSE(function->text.empty()) << function->name;
    EXPECT_TRUE(function->text.ends_with(".") || function->text.ends_with("…") ||
                function->text.ends_with("'"))
        << function->name;
    bool reads = function->name.starts_with("file.") || function->name.starts_with("template.") ||
                 function->name == "path.absolute";
    EXPECT_EQ(function->reads_files, reads) << function->name;
  }
}

TEST(LibraryTest, HoldsWhatTheLanguagePromises) {
  const char* kPromised[] = {"length",
                             "keys",
                             "values",
                             "min",
                             "max",
                             "abs",
                             "floor",
                             "ceil",
                             "round",
                             "sum",
                             "one",
                             "range",
                             "reveal",
                             "secret",
                             "type_of",
                             "try",
                             "can",
                             "string.split",
                             "string.join",
                             "string.upper",
                             "string.lower",
                             "string.title",
                             "string.trim",
                             "string.trim_prefix",
                             "string.trim_suffix",
                             "string.trim_space",
                             "string.replace",
                             "string.contains",
                             "string.starts_with",
                             "string.ends_with",
                             "string.slice",
                             "string.reverse",
                             "string.format",
                             "string.indent",
                             "string.lines",
                             "string.repeat",
                             "string.pad_left",
                             "string.pad_right",
                             "string.format_list",
                             "list.flatten",
                             "list.distinct",
                             "list.sort",
                             "list.sort_by",
                             "list.reverse",
                             "list.index",
                             "list.slice",
                             "list.first",
                             "list.last",
                             "list.zip",
                             "list.chunk",
                             "list.compact",
                             "list.all",
                             "list.any",
                             "list.product",
                             "list.coalesce",
                             "list.match_keys",
                             "list.at",
                             "map.merge",
                             "map.get",
                             "map.by",
                             "map.zip",
                             "map.select",
                             "map.omit",
                             "map.deep_merge",
                             "map.invert",
                             "map.group",
                             "set.union",
                             "set.intersect",
                             "set.subtract",
                             "number.parse",
                             "number.pow",
                             "number.log",
                             "number.sign",
                             "regex.match",
                             "regex.all",
                             "regex.replace",
                             "regex.is",
                             "json.encode",
                             "json.decode",
                             "json.pretty",
                             "yaml.encode",
                             "yaml.decode",
                             "yaml.decode_all",
                             "csv.decode",
                             "base64.encode",
                             "base64.decode",
                             "url.encode",
                             "url.decode",
                             "hex.encode",
                             "hex.decode",
                             "hash.sha256",
                             "hash.sha1",
                             "hash.sha512",
                             "hash.md5",
                             "hash.base64",
                             "crypto.hmac",
                             "net.subnet",
                             "net.subnets",
                             "net.host",
                             "net.netmask",
                             "net.contains",
                             "net.family",
                             "net.normalize",
                             "net.range",
                             "time.add",
                             "time.format",
                             "time.parse",
                             "time.compare",
                             "semver.compare",
                             "semver.satisfies",
                             "uuid.v5",
                             "path.join",
                             "path.base",
                             "path.dir",
                             "path.ext",
                             "path.absolute",
                             "file.text",
                             "file.exists",
                             "file.glob",
                             "file.bytes",
                             "file.sha256",
                             "template.file",
                             "template.text",
                             "to.string",
                             "to.number",
                             "to.bool",
                             "to.list",
                             "to.set",
                             "to.map"};
  std::set<std::string_view> promised(std::begin(kPromised), std::end(kPromised));
  for (auto name : promised) EXPECT_NE(testing::table().find(name), nullptr) << name;
  for (const auto& row : testing::table().rows())
    EXPECT_TRUE(promised.contains(row.function->name)) << row.function->name;
}

// Whatever the function, a secret argument makes the result secret and no failure shows it.
TEST(LibraryTest, SecretsStaySecret) {
  const testing::Names names = {{"s", Value::string("hunter2").as_secret()}};
  for (const auto* expression :
       {"length(s)", "string.upper(s)", "string.join([\"a\", s])", "json.encode({ a = s })", "hash.sha256(s)",
        "keys({ a = s })", "map.merge([{ a = s }, { b = \"x\" }])", "list.first([s])",
        "string.format(\"%s\", s)", "to.list(to.set([s]))", "base64.encode(s)", "regex.is(s, \"h\")",
        "template.text(\"x\", { a = s })", "range(length(s))"}) {
    auto value = testing::evaluate(expression, names);
    ASSERT_TRUE(value.has_value()) << expression << value.error().text;
    EXPECT_TRUE(value->secret()) << expression;
  }
  for (const auto* expression :
       {"number.parse(s)", "json.decode(s)", "yaml.decode(string.join([s, \": : :\"]))",
        "list.index([\"a\"], s)", "net.subnet(s, 1, 1)", "file.text(s)",
        "regex.is(\"x\", string.join([\"(\", s]))"}) {
    auto value = testing::evaluate(expression, names);
    ASSERT_FALSE(value.has_value()) << expression;
    EXPECT_EQ(value.error().text.find("hunter2"), std::string::npos) << value.error().text;
  }
  EXPECT_FALSE(testing::evaluate("reveal([s])", names)->has_secret());
  EXPECT_TRUE(testing::evaluate("secret(1)")->secret());
  EXPECT_FALSE(testing::evaluate("type_of(s)", names)->has_secret()) << "a type is no secret";
}

// Without knowing, nearly every function answers that it does not know, and where it will be known.
TEST(LibraryTest, UnknownsStayUnknown) {
  const testing::Names names = {{"u", testing::unknown()}};
  for (const auto* expression :
       {"string.split(u, \",\")", "length(u)", "json.encode([u])", "list.sort([u, \"a\"])",
        "net.subnet(u, 4, 1)", "file.text(u)", "template.file(u, {})", "map.get({ a = 1 }, u)",
        "list.index([\"a\", u, \"b\"], \"b\")", "hash.md5(u)"}) {
    auto value = testing::evaluate(expression, names);
    ASSERT_TRUE(value.has_value()) << expression;
    ASSERT_TRUE(value->is_unknown()) << expression << display_text(*value);
    EXPECT_EQ(value->facts().origin, "vpc.Id") << expression;
  }
  auto secret = testing::evaluate("hash.sha256(u)", {{"u", testing::unknown().as_secret()}});
  EXPECT_TRUE(secret->is_unknown() && secret->secret());
  EXPECT_EQ(testing::evaluate("hash.sha256(u)", names)->facts().type, Type::string());
}

}  // namespace
}  // namespace weft
