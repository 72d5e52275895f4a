#include <gtest/gtest.h>

#include "tests/lang/check/fixture.h"

namespace weft::check::test {
namespace {

TEST(Check, KnowsTheTypesOfWhatIsDeclared) {
  const Checked checked(R"(fabric "t" {}
input zones: list<string> = ["a", "b"]
input size: "s" | "m" = "s"
let count = length(zones)
let half = count / 2
let named = { for i, zone in zones: zone => i }
let both = [...zones, "c"]
let nothing = if count > 1 then "x" else null
fn twice(n: int) = n * 2
let four = twice(2)
resource vpc: aws.ec2.VPC { CidrBlock = "10.0.0.0/16" }
resource subnet: aws.ec2.Subnet for zone in zones { VpcId = vpc.VpcId, AvailabilityZone = zone }
resource spare: aws.ec2.Subnet if size == "m" { VpcId = vpc.VpcId }
output ids = subnet[*].SubnetId
output spare_id = spare?.SubnetId
)");
  EXPECT_EQ(checked.text(), "");
  EXPECT_EQ(checked.get("count").type.text(), "int");
  EXPECT_EQ(checked.get("half").type.text(), "number");
  EXPECT_EQ(checked.get("named").type.text(), "map<int>");
  EXPECT_EQ(checked.get("both").type.text(), "list<string>");
  EXPECT_EQ(checked.get("nothing").type.text(), "string?");
  EXPECT_EQ(checked.get("four").type.text(), "int");
  EXPECT_EQ(checked.get("subnet").type.text(), "map<aws.ec2.Subnet>");
  EXPECT_EQ(checked.get("spare").type.text(), "aws.ec2.Subnet?");
  EXPECT_EQ(checked.output("ids").type.text(), "list<string>");
  EXPECT_EQ(checked.output("spare_id").type.text(), "string?");
}

TEST(Check, OrdersDeclarationsAfterWhatTheyName) {
  const Checked checked(R"(fabric "t" {}
output last = c
let c = b + f(a)
let b = a
fn f(n: int) -> int = n + d
let a = 1
let d = 5
)");
  EXPECT_EQ(checked.text(), "");
  std::vector<std::string> names;
  for (const DeclarationId id : checked.module.order) names.push_back(checked.module.declarations[id].name);
  const auto at = [&](std::string_view name) { return std::ranges::find(names, name) - names.begin(); };
  EXPECT_EQ(names.size(), 5u);  // the function is not evaluated by itself
  EXPECT_LT(at("a"), at("b"));
  EXPECT_LT(at("b"), at("c"));
  EXPECT_LT(at("d"), at("c"));  // through the function
  EXPECT_LT(at("c"), at("last"));
  std::vector<std::string> depends;
  for (const DeclarationId id : checked.get("c").depends) depends.push_back(checked.module.declarations[id].name);
  std::ranges::sort(depends);
  EXPECT_EQ(depends, (std::vector<std::string>{"a", "b", "d"}));
}

// Knowledge about null and types, where a condition or an arm gives it.
TEST(Check, ConditionsNarrow) {
  const Checked checked(R"(fabric "t" {}
input o: { a: int?, b: string }?
input u: int | string | list<int> = 1
input size: "s" | "m" | "l" = "s"
input flag: bool = true
let a = if o != null then o.b else "x"
let b = if o == null or o.b == "y" then "x" else o.b
let c = if o != null and o.a != null then o.a + 1 else 0
let d = if not (o == null) then o.b else "x"
let e = if o?.a != null then o.a + 1 else 0
let f = match u { 1 => "one", _ => "other" }
let g = match type_of(u) { "int" => u + 1, "string" => length(u), _ => u[0] }
let h = if type_of(u) == "int" then u * 2 else 0
let i = if size == "s" then 1 else match size { "m" => 2, "l" => 3 }
let j = [for x in [o] if x != null: x.b]
let k = "%{if o != null}${o.b}%{else}none%{end}"
let l = match o?.a { null => 0, _ => 1 }
resource f1: local.File if o != null { path = o.b }
check "c" {
  require o != null and o.b != "", "o is missing"
  require o == null or o.b != "", "b is ${o.b}"
}
fn name(x: { first?: string }) -> string = if x.first != null then x.first else "nobody"
)");
  EXPECT_EQ(checked.text(), "");
}

TEST(Check, FactsEndWhereTheirConditionDoes) {
  const Checked checked(R"(fabric "t" {}
input o: { b: string }?
let a = [if o != null then o.b else "x", o.b]
let b = if flag or o != null then o.b else "x"
input flag: bool
)");
  EXPECT_EQ(checked.codes(), (std::vector<std::string>{"E0305", "E0305"})) << checked.text();
}

// A string that is a literal in the files becomes a member of an enum, wherever it came from.
TEST(Check, LiteralsAreFollowedToTheFiles) {
  const Checked checked(R"(fabric "t" {}
type Size = "s" | "m" | "l"
input given: Size = "s"
input flag: bool = true
let plain = "s"
let chosen = if flag then "s" else plain
let matched = match given { "s" => "m", _ => "l" }
let listed = ["s", chosen]
let held = { size = "m", inner = { size = "l" } }
let a: Size = plain
let b: Size = chosen
let c: Size = matched
let d: list<Size> = [for x in listed: x]
let e: Size = held.inner.size
let f: Size = listed[1]
let g: Size = given
let h: list<Size> = ["s", chosen]
let i: { size: Size, n?: int } = { size = held.size }
let j: map<Size> = { x = "s" }
let k: 1 | 2 = if flag then 1 else 2
let l: list<Size> = ["s", "m"]
fn pick(x: Size) -> Size = x
let m = pick(chosen)
let n = [for x in ["s", "m"]: pick(x)]
)");
  EXPECT_EQ(checked.text(), "");
}

TEST(Check, CommonTypes) {
  const Checked checked(R"(fabric "t" {}
input flag: bool = true
input size: "s" | "m" = "s"
let a = [1, 2.5]
let b = [1, "x"]
let c = if flag then 1 else null
let d = [{ a = 1 }, { a = 2, b = "x" }]
let e = [{ a = 1 }, { b = "x" }]
let f = if flag then [] else ["a"]
let g = [for x in [1, 2]: { n = x }]
let h = if flag then size else "s"
let i = if flag then size else "other"
let j = { ["${size}"] = 1, b = 2.5 }
let k = [[1], [2.5]]
let l = if flag then { a = 1 } else { ["a"] = 2 }
let m = [null, "a"]
)");
  EXPECT_EQ(checked.text(), "");
  const auto type = [&](std::string_view name) { return checked.get(name).type.text(); };
  EXPECT_EQ(type("a"), "list<number>");
  EXPECT_EQ(type("b"), "list<any>");
  EXPECT_EQ(type("c"), "int?");
  EXPECT_EQ(type("d"), "list<{ a: int, b?: string }>");
  EXPECT_EQ(type("e"), "list<any>");
  EXPECT_EQ(type("f"), "list<string>");
  EXPECT_EQ(type("g"), "list<{ n: int }>");
  EXPECT_EQ(type("h"), "\"s\" | \"m\"");
  EXPECT_EQ(type("i"), "string");
  EXPECT_EQ(type("j"), "map<number>");
  EXPECT_EQ(type("k"), "list<list<number>>");
  EXPECT_EQ(type("l"), "map<int>");
  EXPECT_EQ(type("m"), "list<string?>");
}

TEST(Check, ModulesShowOnlyTheirOutputs) {
  const Checked checked(Files{{"main.fabric", R"(fabric "t" {}
use net from "./net"
module one: net { cidr = "10.0.0.0/16" }
module many: net for k, cidr in { a = "1", b = "2" } { cidr = cidr, zones = null }
module maybe: net if one.count > 3 { ...defaults }
let defaults = { cidr = "x" }
output a = one.count
output b = many["a"].count
output c = many[*].count
output d = maybe?.count ?? 0
output e = { for k, m in many: k => m.count }
)"}},
                        {{"./net", {{"net/main.fabric", "input cidr: string\ninput zones: list<string> = []\n"
                                                        "let secret_inside = 1\noutput count = length(zones)\n"}}}});
  EXPECT_EQ(checked.text(), "");
  EXPECT_EQ(checked.output("a").type.text(), "int");
  EXPECT_EQ(checked.output("c").type.text(), "list<int>");
  EXPECT_EQ(checked.output("e").type.text(), "map<int>");
  const Declaration& maybe = checked.get("maybe");
  ASSERT_EQ(maybe.body->fields.size(), 1u);  // the spread has become an argument
  EXPECT_EQ(maybe.body->fields[0].name, std::string_view("cidr"));
}

TEST(Check, DeclarationsHideNamespacesButNotStd) {
  const Checked checked(R"(fabric "t" {}
let net = { cidr = "10.0.0.0/16" }
let a = net.cidr
let b = std.net.subnet(net.cidr, 4, 0)
let c = std.length([1])
fn length(x: string) -> int = 5
let d = length("x")
)");
  EXPECT_EQ(checked.text(), "");
}

TEST(Check, SecretsReachAttributesButNotPlainTypes) {
  const Checked checked(R"(fabric "t" {}
input token: secret string
resource f: local.File { path = "x", content = token, secret_content = "y", labels = { a = token } }
output o = token
output p: string = token
let login = { user = "web", password = token }
let user: string = login.user
)");
  EXPECT_EQ(checked.text(), "");
  EXPECT_TRUE(checked.output("o").type.secret());
  EXPECT_TRUE(checked.output("p").type.secret());
}

TEST(Check, MetaArguments) {
  const Checked checked(R"(fabric "t" {}
provider aws as dns { region = "x" }
resource vpc: aws.ec2.VPC { CidrBlock = "x", @provider = dns }
resource many: local.File for k in ["a"] { path = k }
resource f: local.File {
  path = "x"
  options = { replicas = 1 }
  @depends_on = [vpc, many, many["a"]]
  @protect = fabric.env == "prod"
  @ignore = ["options.replicas", "options.list[name=web].image", "labels[example.com/x]", "options.list[*].image", "options.list[0].name"]
  @replace_when = [vpc.VpcId, 1]
  @timeouts = { create = 10m }
  @wait = self.sha256 != ""
  @adopt = "id"
  @fields = { yield = ["options.replicas"] }
}
lookup l: local.File { @id = "x", @newest = "sha256", @depends_on = [f] }
)");
  EXPECT_EQ(checked.text(), "");
  const Meta& meta = checked.get("f").meta;
  EXPECT_EQ(meta.depends_on.size(), 3u);
  EXPECT_EQ(meta.ignore.size(), 5u);
  EXPECT_EQ(meta.replace_when.size(), 2u);
  EXPECT_EQ(checked.get("vpc").meta.provider, "dns");
  EXPECT_EQ(checked.get("l").meta.newest, "sha256");
  EXPECT_NE(checked.get("l").meta.id, nullptr);
}

TEST(Check, ConstantsHaveNoNames) {
  const Checked nothing("");
  const auto check = [&](const std::string& text, const Type& type) {
    SourceMap sources;
    DiagSink problems;
    const FileId file = sources.add("value", text);
    const auto tree = syntax::parse_expression(sources, file, problems);
    uint32_t slots = 0;
    const Surroundings around{sources, nothing.surroundings.functions, nothing.schemas, const_cast<Checked&>(nothing), true};
    const ExprPtr expr = check_expression(tree, tree.root, type, nullptr, around, slots, problems);
    return problems.all().empty() ? expr->type.text() : problems.all().front().message;
  };
  EXPECT_EQ(check("[for x in [1, 2]: x * 2]", Type::any()), "list<int>");
  EXPECT_EQ(check("{ a = \"${fabric.env}\" }", Type::any()), "{ a: string }");
  EXPECT_EQ(check("\"s\"", Type::union_of({Type::literal("s"), Type::literal("m")})), "\"s\" | \"m\"");
  EXPECT_EQ(check("large", Type::string()), "nothing here is called `large`");
}

TEST(Check, TheTourOfTheLanguageIsClean) {
  const Checked checked(Files{{"language.fabric", example("language.fabric")}});
  EXPECT_EQ(checked.drawn(), "");
}

// A chain of values as long as one likes, in the wrong order: no recursion over declarations.
TEST(Check, LongChainsOfValues) {
  std::string text = "fabric \"t\" {}\n";
  for (int i = 0; i < 5000; ++i) text += "let v" + std::to_string(i) + " = v" + std::to_string(i + 1) + " + 1\n";
  text += "let v5000 = 1\n";
  const Checked checked(text);
  EXPECT_EQ(checked.text(), "");
  EXPECT_EQ(checked.get("v0").type.text(), "int");
}

}  // namespace
}  // namespace weft::check::test
