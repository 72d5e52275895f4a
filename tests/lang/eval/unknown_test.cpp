// What stays known of values that are not known yet, and where secrets go.
#include <gtest/gtest.h>

#include "tests/lang/eval/fixture.h"

namespace weft::eval::test {
namespace {

// `vpc.VpcId` and `vpc.CidrBlock` are unknown; `id` may be null, `list` has 2 to 4 elements.
auto unknown_world(const std::string& text) -> World {
  return World("fabric \"t\" {}\ninput flag: bool\ninput name: string\ninput maybe: string?\ninput items: list<string>\n"
               "input any_value: any\ninput node: { a: string, b?: string }\n" + text);
}

void give_unknowns(World& world) {
  world.give("flag", unknown_of(Type::boolean(), "flag"));
  world.give("name", Value::unknown(Unknown{.type = Type::string(), .not_null = true, .prefix = Text("vpc-"), .origin = Text("vpc.VpcId")}));
  world.give("maybe", unknown_of(Type::string().with_optional(), "maybe", false));
  world.give("items", Value::unknown(Unknown{.type = Type::list(Type::string()), .not_null = true, .least_length = 2, .most_length = 4, .origin = Text("items")}));
  world.give("any_value", unknown_of(Type::any(), "any_value", false));
  world.give("node", unknown_of(type_from_text("{ a: string, b?: string }"), "node"));
}

TEST(Unknown, TextsKeepTheirPrefix) {
  World world = unknown_world("let x = \"arn:${name}:${flag}\"\nlet y = \"%{if flag}a%{end}\"\n");
  give_unknowns(world);
  const auto x = world.value("x");
  ASSERT_TRUE(x && x->is_unknown());
  EXPECT_EQ(x->facts().prefix, std::string_view("arn:vpc-"));
  EXPECT_TRUE(x->facts().not_null);
  EXPECT_EQ(x->facts().origin, std::string_view("vpc.VpcId"));
  EXPECT_TRUE(world.value("y")->is_unknown());
}

TEST(Unknown, NullIsDecidedByNotNull) {
  World world = unknown_world(R"(let a = maybe == null
let b = (maybe ?? "x") == "x"
let c = any_value == null
let d = node.b == null
let e = maybe ?? "x"
)");
  give_unknowns(world);
  EXPECT_TRUE(world.value("a")->is_unknown());
  EXPECT_TRUE(world.value("b")->is_unknown());
  EXPECT_TRUE(world.value("c")->is_unknown());
  EXPECT_TRUE(world.value("d")->is_unknown());
  EXPECT_TRUE(world.value("e")->facts().not_null);
  World sure("fabric \"t\" {}\ninput maybe: string?\nlet a = maybe == null\nlet b = maybe ?? \"x\"\n");
  sure.give("maybe", unknown_of(Type::string(), "maybe", true));
  EXPECT_EQ(sure.show("a"), "false");
  EXPECT_TRUE(sure.value("b")->is_unknown());
}

TEST(Unknown, LogicDecidesWhatItCan) {
  World world = unknown_world(R"(let a = flag and 1 > 2
let b = flag or 1 < 2
let c = flag and 1 < 2
let d = flag or [1][length(items)] > 0
let e = if flag then "a" else "b"
let f = not flag
)");
  give_unknowns(world);
  EXPECT_EQ(world.show("a"), "false");
  EXPECT_EQ(world.show("b"), "true");
  EXPECT_TRUE(world.value("c")->is_unknown());
  EXPECT_TRUE(world.value("d")->is_unknown());
  EXPECT_TRUE(world.value("e")->facts().not_null);
  EXPECT_TRUE(world.value("f")->is_unknown());
  EXPECT_EQ(world.text(), "");
}

TEST(Unknown, ListsKeepTheirLength) {
  World world = unknown_world(R"(let a = ["x", ...items]
let b = [for i in items: i]
let c = [for i in items if i != "a": i]
let d = [for i in ["a", "b"] if flag: i]
let e = [name, "b"]
let f = length(["x", name])
)");
  give_unknowns(world);
  EXPECT_EQ(world.value("a")->facts().least_length, 3u);
  EXPECT_EQ(world.value("b")->facts().least_length, 2u);
  EXPECT_EQ(world.value("b")->facts().most_length, 4u);
  EXPECT_FALSE(world.value("c")->facts().least_length.has_value());
  EXPECT_EQ(world.value("c")->facts().most_length, 4u);
  EXPECT_EQ(world.value("d")->facts().most_length, 2u);
  EXPECT_EQ(world.value("d")->facts().least_length, 0u);
  EXPECT_EQ(world.value("e")->length(), 2u);
  EXPECT_EQ(world.show("f"), "2");
}

TEST(Unknown, ObjectsKeepTheirOtherMembers) {
  World world = unknown_world(R"(let a = { x = name, y = 1 }
let b = a.y
let c = { ...node, b = "k" }
let d = c.b
let e = { for i in ["p"]: i => name }
let g = { ["${name}"] = 1 }
let h = node?.a
)");
  give_unknowns(world);
  EXPECT_EQ(world.show("b"), "1");
  EXPECT_EQ(world.show("d"), "\"k\"");
  EXPECT_TRUE(world.value("c")->get("a")->is_unknown());
  EXPECT_EQ(world.value("c")->get("a")->facts().origin, std::string_view("node.a"));
  EXPECT_TRUE(world.value("e")->get("p")->is_unknown());
  EXPECT_TRUE(world.value("g")->is_unknown());
}

TEST(Unknown, TypesOfUnknownsAreThoseOfTheExpression) {
  World world = unknown_world("let a = length(items) + 1\nlet b: int = any_value\nlet c = node.b\nlet d = type_of(name)\n");
  give_unknowns(world);
  EXPECT_EQ(world.value("a")->facts().type.text(), "int");
  EXPECT_EQ(world.value("b")->facts().type.text(), "int");
  EXPECT_EQ(world.value("c")->facts().type.text(), "string?");
  EXPECT_FALSE(world.value("c")->facts().not_null);
  EXPECT_EQ(world.show("d"), "\"string\"");
}

TEST(Secret, StaysWithWhatReadIt) {
  World world(R"(fabric "t" {}
input token: secret string = "t0ken"
input names: secret list<string> = ["a", "b"]
let text = "x-${token}"
let login = { user = "web", password = token }
let user = login.user
let password = login.password
let chosen = if token == "x" then 1 else 2
let count = length(names)
let each = [for n in names: n]
let listed = ["a", token]
let shown = reveal(token)
let upper = string.upper(token)
fn twice(s: string) = "${s}${s}"
let doubled = twice(token)
let picked = names[0]
let either = token ?? "x"
let held = token in ["x"]
let matched = match token { "x" => 1, _ => 2 }
let fields = { for n in names: n => 1 }
)");
  EXPECT_EQ(world.checked.codes(), std::vector<std::string>{"W0302"});  // `token ?? …`: never null
  const auto secret = [&](std::string_view name) {
    const auto value = world.value(name);
    EXPECT_TRUE(value.has_value()) << name << world.text();
    return value && value->secret();
  };
  for (const char* name : {"text", "password", "chosen", "count", "each", "upper", "doubled", "picked", "either", "held", "matched", "fields"}) {
    EXPECT_TRUE(secret(name)) << name;
    EXPECT_TRUE(world.checked.get(name).type.secret()) << name;
  }
  EXPECT_FALSE(secret("login"));
  EXPECT_TRUE(world.value("login")->has_secret());
  EXPECT_FALSE(secret("user"));
  EXPECT_FALSE(secret("shown"));
  EXPECT_TRUE(world.value("listed")->has_secret());
  EXPECT_EQ(world.checked.get("login").type.text(), "{ password: secret string, user: string }");
  EXPECT_EQ(world.checked.get("shown").type.text(), "string");
}

TEST(Secret, UnknownTextsOfSecretsTellNothing) {
  World world("fabric \"t\" {}\ninput token: secret string = \"t0ken\"\ninput name: string\nlet x = \"${token}-${name}\"\n");
  world.give("name", unknown_of(Type::string(), "name"));
  const auto x = world.value("x");
  ASSERT_TRUE(x && x->is_unknown() && x->secret());
  EXPECT_TRUE(x->facts().prefix.empty());
}

}  // namespace
}  // namespace weft::eval::test
