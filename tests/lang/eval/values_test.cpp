// What each form of the language evaluates to.
#include <gtest/gtest.h>

#include "tests/lang/eval/fixture.h"

namespace weft::eval::test {
namespace {

struct Row {
  const char* expression;
  const char* value;
};

// Evaluates `let x = …` and shows the value as a fabric would write it.
auto shown(const std::string& expression) -> std::string {
  World world("fabric \"t\" {}\nlet x = " + expression + "\n");
  if (world.checked.problems.errors() > 0) return world.checked.text();
  std::string result = world.show("x");
  return result == "failed" ? world.text() : result;
}

TEST(Eval, Operators) {
  const Row rows[] = {
      {"1 + 2 * 3", "7"},          {"7 / 2", "3.5"},           {"7 % 4", "3"},         {"-7 % 4", "-3"},
      {"7.5 % 2", "1.5"},          {"1 + 0.5", "1.5"},         {"2 * 10GiB", "20GiB"}, {"1h30m + 30m", "2h"},
      {"4d / 1s", "345600"},       {"1h / 2", "30m"},          {"1m * 1.5", "1m30s"},  {"-(5)", "-5"},
      {"-(1h)", "-1h"},            {"1 < 2 and 2 <= 2", "true"}, {"1m > 59s", "true"}, {"not true", "false"},
      {"true or 1 / 0 == 0", "true"}, {"1 == 1.0", "true"},    {"[1, 2] == [1, 2]", "true"},
      {"{ a = 1 } == { a = 1 }", "true"}, {"\"a\" in [\"a\"]", "true"}, {"\"b\" not in { a = 1 }", "true"},
      {"2 in to.set([1, 2])", "true"}, {"null ?? 5", "5"},     {"1GiB >= 1024MiB", "true"},
      {"9223372036854775807 % -1", "0"}, {"20h + 4h == 1d", "true"}, {"1d - 2d", "-1d"},
  };
  for (const Row& row : rows) EXPECT_EQ(shown(row.expression), row.value) << row.expression;
}

TEST(Eval, TextsListsAndObjects) {
  const Row rows[] = {
      {R"("a ${1 + 1} b")", R"("a 2 b")"},
      {R"("%{if 1 > 2}x%{else if 2 > 1}y%{else}z%{end}")", R"("y")"},
      {R"("%{if 1 > 2}x%{end}")", R"("")"},
      {R"("%{for i, x in ["a", "b", "c"] if i > 0}${i}${x};%{end}")", R"("1b;2c;")"},
      {R"("${1.50} ${true} ${36h} ${1024MiB} ${2e6}")", R"("1.5 true 1d12h 1GiB 2000000")"},
      {"[1, ...[2, 3], 4]", "[1, 2, 3, 4]"},
      {"[...to.set([3, 1])]", "[1, 3]"},
      {"{ a = 1, ...{ a = 2, b = 3 } }", "{ a = 2, b = 3 }"},
      {"{ ...{ a = 2, b = 3 }, a = 1 }", "{ a = 1, b = 3 }"},
      {R"({ ["${1}x"] = 1, "x/y" = 2 })", R"({ "1x" = 1, "x/y" = 2 })"},
      {"[for x in [1, 2, 3] if x != 2: x * x]", "[1, 9]"},
      {"[for i, x in [5, 6]: i + x]", "[5, 7]"},
      {"[for k, v in { b = 2, a = 1 }: \"${k}${v}\"]", R"(["a1", "b2"])"},
      {"[for x in to.set([\"b\", \"a\"]): x]", R"(["a", "b"])"},
      {"{ for k, v in { a = \"x\", b = \"y\" }: v => k }", R"({ x = "a", y = "b" })"},
      {"{ for n in [1, 2, 3]: \"${n % 2}\" => n... }", R"({ "0" = [2], "1" = [1, 3] })"},
      {"[{ a = { b = 1 } }, { a = { b = 2 } }][*].a.b", "[1, 2]"},
      {"{ x = { a = 1 }, y = { a = 2 } }[*].a", "[1, 2]"},
      {"[[1, 2], [3]][0][1]", "2"},
      {"{ a = 1 }[\"a\"]", "1"},
      {"if 1 < 2 then \"a\" else null", R"("a")"},
      {"match 1h { 1h => \"hour\", _ => \"other\" }", R"("hour")"},
      {"match null ?? 3 { 1 | 3 => \"odd\", _ => \"other\" }", R"("odd")"},
      {"[for x in [1, \"a\", null, 2.5, 1m, [1], { a = 1 }]: type_of(x)]",
       R"(["int", "string", "null", "number", "duration", "list", "object"])"},
      {"try(json.decode(\"{\"), 5)", "5"},
      {"[can(number.parse(\"x\")), can(number.parse(\"1\"))]", "[false, true]"},
      {"try([1][5], [1][6], \"none\")", R"("none")"},
  };
  for (const Row& row : rows) EXPECT_EQ(shown(row.expression), row.value) << row.expression;
}

// A member that must be there is there when it is null, written as a constant or not.
TEST(Eval, RequiredMembersMayBeNull) {
  World world(R"(fabric "t" {}
type Pair = { q: string?, r?: string }
input some: string?
fn same(p: Pair) = p
let plain = same({ q = null, r = null })
let made = same({ q = some, r = some })
let has = "q" in same({ q = null })
)");
  EXPECT_EQ(world.checked.text(), "");
  world.give("some", Value());
  EXPECT_EQ(world.show("plain"), "{ q = null }");
  EXPECT_EQ(world.show("made"), "{ q = null }");
  EXPECT_EQ(world.show("has"), "true");
}

TEST(Eval, FunctionsOfTheModule) {
  World world(R"(fabric "t" {}
let base = 10
fn add(a: int, b: int = 2) -> int = a + b + base
fn twice(a: int) = add(add(a), 0)
let x = twice(1)
let y = [for i in [1, 2]: add(i, i)]
)");
  EXPECT_EQ(world.checked.text(), "");
  EXPECT_EQ(world.show("x"), "23");
  EXPECT_EQ(world.show("y"), "[12, 14]");
}

TEST(Eval, SafePathsAndMissingMembers) {
  World world(R"(fabric "t" {}
type Node = { name: string, tag?: { text: string } }
input node: Node?
input full: Node = { name = "n", tag = { text = "t" } }
let a = node?.tag?.text ?? "none"
let b = full.tag?.text
let c = if full.tag != null then full.tag.text else "none"
let dropped: Node = { name = "n", tag = null }
)");
  EXPECT_EQ(world.checked.text(), "");
  EXPECT_EQ(world.show("a"), "\"none\"");
  EXPECT_EQ(world.show("b"), "\"t\"");
  EXPECT_EQ(world.show("c"), "\"t\"");
  EXPECT_EQ(world.show("dropped"), "{ name = \"n\" }");
  world.give("node", Value::object({{"name", Value::string("x")}}));
  World again(R"(fabric "t" {}
input node: { name: string, tag?: string }?
let a = node?.tag ?? "none"
)");
  again.give("node", Value::object({{"name", Value::string("x")}}));
  EXPECT_EQ(again.show("a"), "\"none\"");
}

TEST(Eval, ConversionsChangeTheValue) {
  World world(R"(fabric "t" {}
let a: number = 1
let b: list<number> = [1, 2.5]
let c: set<string> = ["b", "a", "b"]
let d: map<number> = { x = 1 }
let i = [1, 2]
let e: list<number> = i
let anything: any = json.decode("{\"a\": [1, 2], \"t\": \"5m\"}")
let f: int = anything.a[1]
let g: duration = anything.t
let h = anything.a[0] + 1
)");
  EXPECT_EQ(world.checked.text(), "");
  EXPECT_TRUE(world.value("a")->is(ValueKind::kNumber));
  EXPECT_TRUE(world.value("b")->elements()[0].is(ValueKind::kNumber));
  EXPECT_EQ(world.show("c"), "[\"a\", \"b\"]");
  EXPECT_TRUE(world.value("c")->is(ValueKind::kSet));
  EXPECT_TRUE(world.value("d")->get("x")->is(ValueKind::kNumber));
  EXPECT_TRUE(world.value("e")->elements()[0].is(ValueKind::kNumber));
  EXPECT_EQ(world.show("f"), "2");
  EXPECT_EQ(world.show("g"), "5m");
  EXPECT_EQ(world.show("h"), "2");
}

TEST(Eval, CollectionsReadSingleInstances) {
  World world(R"(fabric "t" {}
input zones: list<string> = ["b", "a"]
resource f: local.File for zone in zones { path = zone }
output one = f["a"].sha256
output dotted = f.a.sha256
output all = f[*].sha256
output keyed = { for k, v in f: k => v.sha256 }
)");
  ASSERT_EQ(world.checked.codes(), (std::vector<std::string>{}));
  const auto file = [](const char* sum) { return Value::object({{"sha256", Value::string(sum)}}); };
  world.give_instances("f", {{Value::string("b"), file("2")}, {Value::string("a"), file("1")}});
  EXPECT_EQ(world.show("one"), "\"1\"");
  EXPECT_EQ(world.asked, std::vector<std::string>{"f[a]"});
  world.asked.clear();
  EXPECT_EQ(world.show("dotted"), "\"1\"");
  EXPECT_EQ(world.asked, std::vector<std::string>{"f[a]"});
  EXPECT_EQ(world.show("all"), "[\"2\", \"1\"]");  // in source order
  EXPECT_EQ(world.show("keyed"), "{ a = \"1\", b = \"2\" }");
}

TEST(Eval, KeysThatAreNumbers) {
  World world(R"(fabric "t" {}
resource f: local.File for i in range(2) { path = "${i}" }
output one = f[1].sha256
)");
  ASSERT_EQ(world.checked.text(), "");
  world.give_instances("f", {{Value::integer(0), Value::object({{"sha256", Value::string("0")}})},
                             {Value::integer(1), Value::object({{"sha256", Value::string("1")}})}});
  EXPECT_EQ(world.show("one"), "\"1\"");
}

TEST(Eval, SelfAndGivenNames) {
  World world(R"(fabric "t" {}
output name = "${fabric.name}-${fabric.env}"
resource f: local.File {
  path = "x"
  ensure self.sha256 != "", "empty"
}
)");
  ASSERT_EQ(world.checked.text(), "");
  EXPECT_EQ(world.show("name"), "\"t-default\"");
  world.self_value = Value::object({{"sha256", Value::string("1")}});
  const Declaration& file = world.checked.get("f");
  ASSERT_EQ(file.rules.size(), 1u);
  std::vector<Value> frame(file.slots);
  EXPECT_EQ(world.evaluator.evaluate(*file.rules[0].condition, world, frame), Value::boolean(true));
  EXPECT_EQ(world.evaluator.explain(*file.rules[0].condition, world, frame), "self.sha256 is \"1\"");
}

TEST(Eval, Explains) {
  World world(R"(fabric "t" {}
input zones: list<string> = ["a"]
input token: secret string = "t0ken"
check "c" {
  require length(zones) >= 2 and string.starts_with(zones[0], "b")
  require token == "x"
}
)");
  ASSERT_EQ(world.checked.text(), "");
  for (const Declaration& declaration : world.checked.module.declarations) {
    if (declaration.kind != DeclarationKind::kCheck) continue;
    std::vector<Value> frame(declaration.slots);
    EXPECT_EQ(declaration.rules[0].condition_text, "length(zones) >= 2 and string.starts_with(zones[0], \"b\")");
    EXPECT_EQ(world.evaluator.explain(*declaration.rules[0].condition, world, frame), "length(zones) is 1, zones[0] is \"a\"");
    EXPECT_EQ(world.evaluator.explain(*declaration.rules[1].condition, world, frame).find("t0ken"), std::string::npos);
  }
  EXPECT_EQ(world.text(), "");
}

TEST(Eval, Templates) {
  World world(R"(fabric "t" {}
let x = template.text(r"hello ${string.upper(name)}%{if loud}!%{end}", { name = "kim", loud = true })
let y = template.text(r"${other}", { name = "kim" })
)");
  ASSERT_EQ(world.checked.text(), "");
  EXPECT_EQ(world.show("x"), "\"hello KIM!\"");
  EXPECT_EQ(world.show("y"), "failed");
  EXPECT_EQ(world.codes(), std::vector<std::string>{"E0405"});
}

}  // namespace
}  // namespace weft::eval::test
