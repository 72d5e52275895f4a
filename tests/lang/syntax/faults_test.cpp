// Every diagnostic of this room at least once, with the text that its first fix makes of the fault. "" as the fixed text
// says that there is no fix.
#include <gtest/gtest.h>

#include <set>

#include "lang/syntax/diags.h"
#include "lang/syntax/foreign.h"
#include "lang/syntax/literals.h"
#include "tests/lang/syntax/support.h"

namespace weft::syntax {
namespace {

struct Fault {
  const char* code;
  std::string text;
  std::string fixed = "";
  Door door = Door::kFile;
};

auto faults() -> std::vector<Fault> {
  const std::string deep(300, '(');
  const std::string undeep(300, ')');
  return {
      {"E0001", "let a = \"\xFF\"\n"},
      {"E0003", "let a = " + deep + "1" + undeep + "\n"},
      {"E0004", "let a = b ^ c\n"},
      {"E0004", "let größe = 3\n"},
      {"E0004", "let a = “text\n", "let a = \"text\n"},
      {"E0005", std::string("let a = 1\x01\n"), "let a = 1\n"},
      {"E0006", "let a = \"text\nlet b = 1\n", "let a = \"text\"\nlet b = 1\n"},
      {"E0007", "let a = \"\"\"\n  text\nlet b = 1\n"},
      {"E0008", "let a = \"x ${b\"\nlet c = 1\n"},
      {"E0008", "let a = \"\"\"\n  x ${b;\n  \"\"\"\nlet c = 1\n"},
      {"E0009", "let a = 1 /* never\nlet b = 2\n"},
      {"E0010", "let a = \"\\d\"\n", "let a = \"\\\\d\"\n"},
      {"E0010", "let a = \"it\\'s\"\n", "let a = \"it's\"\n"},
      {"E0010", "let a = \"\\u{D800}\"\n"},
      {"E0011", "let a = \"\"\"text\"\"\"\n", "let a = \"text\"\n"},
      {"E0011", "let a = \"\"\"\n  text\"\"\"\n", "let a = \"\"\"\n  text\n  \"\"\"\n"},
      {"E0012", "let a = \"\"\"\n    good\n  bad\n    \"\"\"\n", "let a = \"\"\"\n    good\n    bad\n    \"\"\"\n"},
      {"E0013", "let a = 007\n", "let a = 7\n"},
      {"E0013", "let a = 1.\n", "let a = 1\n"},
      {"E0013", "let a = .5\n", "let a = 0.5\n"},
      {"E0013", "let a = 1__0\n"},
      {"E0013", "let a = 0XFF\n", "let a = 0xFF\n"},
      {"E0013", "let a = 1.5h\n"},
      {"E0013", "let a = 1h5MB\n"},
      {"E0014", "let a = { b = 1\nlet c = 2\n", "let a = { b = 1}\nlet c = 2\n"},
      {"E0014", "let a = {\n  b = 1\n\nlet c = 2\n", "let a = {\n  b = 1\n}\n\nlet c = 2\n"},
      {"E0014", "let a = [1, (2]\n", "let a = [1, (2)]\n"},
      {"E0015", "let a = 1}\n", "let a = 1\n"},
      {"E0016", "let a = [1, 2)\n", "let a = [1, 2]\n"},
      {"E0017", "let a = 9223372036854775808\n"},
      {"E0018", "let a = 5x\n"},
      {"E0018", "let a = 10G\n", "let a = 10GB\n"},
      {"E0018", "let a = 512Mi\n", "let a = 512MiB\n"},
      {"E0019", "let a = 30m1h\n"},
      {"E0020", "vpc\n"},
      {"E0020", "resorce a: b.c {}\n", "resource a: b.c {}\n"},
      {"E0020", "const a = 1\n", "let a = 1\n"},
      {"E0021", "let a =\nlet b = 1\n"},
      {"E0021", "let a = {\n  b =\n  c = 1\n}\n"},
      {"E0021", "input a\n"},
      {"E0022", "let a = [1 2]\n"},
      {"E0022", "let a = , b\n"},
      {"E0022", "resource a b.c {\n}\n", "resource a: b.c {\n}\n"},
      {"E0022", "module a b {\n}\n", "module a: b {\n}\n"},
      {"E0022", "input a string = \"b\"\n", "input a: string = \"b\"\n"},
      {"E0022", "resource a b c.d {\n}\n"},
      {"E0023", "let if = 1\n"},
      {"E0024", "let a = 1 let b = 2\n", "let a = 1 \nlet b = 2\n"},
      {"E0025", "resource a: b.c\n{\n}\n", "resource a: b.c {\n\n}\n"},
      {"E0026", "let a = {\n  b = 1\n  , c = 2\n}\n", "let a = {\n  b = 1,\n   c = 2\n}\n"},
      {"E0027", "resource a: b.c\n  d = 1\n}\n", "resource a: b.c {\n  d = 1\n}\n"},
      {"E0027", "let a = {\n  b =\n    c = 1\n  }\n}\n", "let a = {\n  b = {\n    c = 1\n  }\n}\n"},
      {"E0028", "let a = 1 < b < 3\n"},
      {"E0029", "let a = { \"${b}/c\" = 1 }\n", "let a = { [\"${b}/c\"] = 1 }\n"},
      {"E0030", "use a from \"${b}\"\n"},
      {"E0031", "let a = match b {}\n"},
      {"E0032", "fn f(a: int = 1, b: int) = a\n"},
      {"E0033", "let a = if b then c\n", "let a = if b then c else null\n"},
      {"E0034", "let a = 1 + if b then 2 else 3\n", "let a = 1 + (if b then 2 else 3)\n"},
      {"E0034", "let a = b == not c\n", "let a = b == (not c)\n"},
      {"E0035", "let a = \"x%{end}\"\n"},
      {"E0035", "let a = \"%{if b}x%{else}y%{else}z%{end}\"\n"},
      {"E0036", "let a = \"%{if b}x\"\n"},
      {"E0037", "let a = \"%{http_code}\"\n", "let a = \"\\%{http_code}\"\n"},
      {"E0038", "let a = \"${}\"\n", "let a = \"\\${}\"\n"},
      {"E0039", "input a: list = []\n", "input a: list<any> = []\n"},
      {"E0040", "let a = f(n = 1)\n", "let a = f(1)\n"},
      {"E0041", "resource a: b.c {\n  d = {\n    @protect = true\n  }\n}\n"},
      {"E0042", "resource a: b.c { [d] = 1 }\n"},
      {"E0043", "a = 1\n", "let a = 1\n"},
      // --- from elsewhere
      {"E0050", "# one\n# two\nlet a = 1 # three\n", "// one\n// two\nlet a = 1 # three\n"},
      {"E0051", "let a = b && c\n", "let a = b and c\n"},
      {"E0051", "let a = b||c\n", "let a = b or c\n"},
      {"E0051", "let a = !b\n", "let a = not b\n"},
      {"E0052", "let a = b ? c : d\n", "let a = if b then c else d\n"},
      {"E0053", "let a = 'say \"hi\"'\n", "let a = \"say \\\"hi\\\"\"\n"},
      {"E0054", "let a = <<-EOT\n  text ${b}\n  EOT\n", "let a = \"\"\"\n  text ${b}\n  \"\"\"\n"},
      // The text stays what it was: what `-` takes off is what its lines have in common, and nothing else is an escape.
      {"E0054", "let a = <<-EOT\n    hello\n\n      there\n  EOT\n", "let a = \"\"\"\n    hello\n\n      there\n    \"\"\"\n"},
      {"E0054", "let a = <<EOT\n    hello\n  EOT\n", "let a = \"\"\"\n    hello\n\"\"\"\n"},
      {"E0054", "let a = <<EOT\na\\n \"\"\" ${f(\"\\n\")}\nEOT\n", "let a = \"\"\"\na\\\\n \\\"\\\"\\\" ${f(\"\\n\")}\n\"\"\"\n"},
      {"E0055", "let a = \"$${b}\"\n", "let a = \"\\${b}\"\n"},
      {"E0056", "let a = 1;\nlet b = { c = 1; d = 2 };\n", "let a = 1\nlet b = { c = 1, d = 2 }\n"},
      {"E0057", "resource \"aws_vpc\" \"main\" {\n  a = 1\n}\n", "resource main: aws.ec2.VPC {\n  a = 1\n}\n"},
      {"E0057", "data \"aws_ami\" \"base\" {\n}\n", "lookup base: aws.ec2.Image {\n}\n"},
      {"E0058", "locals {\n  a = 1\n  b = 2\n}\n", "\n  let a = 1\n  let b = 2\n\n"},
      {"E0059", "variable \"x\" {\n  type = list(string)\n  default = []\n  description = \"Names.\"\n}\n",
       "/// Names.\ninput x: list<string> = []\n"},
      {"E0059", "variable \"x\" {\n  type = object({ a = string, b = optional(list(number)) })\n  sensitive = true\n}\n",
       "input x: secret { a: string, b?: list<number> }\n"},
      {"E0059", "variable \"x\" {\n  type = string\n  default = null\n  // why\n  validation {\n    condition = length(x) > 2\n"
       "    error_message = \"Too short.\"\n  }\n}\n",
       "// why\ninput x: string? {\n  require length(x) > 2, \"Too short.\"\n}\n"},
      {"E0060", "output \"id\" {\n  value = vpc.id\n  sensitive = true\n  description = \"Its \\\"id\\\".\"\n}\n",
       "/// Its \"id\".\noutput id = secret(vpc.id)\n"},
      {"E0060", "output \"id\" {\n  value = vpc.id\n}\n", "output id = vpc.id\n"},
      {"E0060", "provider \"aws\" {\n  region = \"x\"\n}\n", "provider aws {\n  region = \"x\"\n}\n"},
      {"E0060", "module \"db\" {\n  source = \"./db\"\n  a = 1\n}\n",
       "use db_module from \"./db\"\n\nmodule db: db_module {\n  \n  a = 1\n}\n"},
      {"E0061", "terraform {\n  required_version = \"1\"\n}\nlet a = 1\n",
       "// was: terraform {\n// was:   required_version = \"1\"\n// was: }\nlet a = 1\n"},
      {"E0061", "terraform {\n  backend \"s3\" {\n    bucket = \"b\"\n  }\n  required_providers {\n"
       "    a = { source = \"b\" }\n  }\n}\n",
       "// was: terraform {\n// was:   backend \"s3\" {\n// was:     bucket = \"b\"\n// was:   }\n// was:   required_providers {\n"
       "// was:     a = { source = \"b\" }\n// was:   }\n// was: }\n"},
      {"E0062", "resource a: b.c {\n  metadata {\n    name = \"x\"\n  }\n}\n",
       "resource a: b.c {\n  metadata = {\n    name = \"x\"\n  }\n}\n"},
      {"E0063", "resource a: b.c {\n  lifecycle {\n    prevent_destroy = true\n    ignore_changes = [tags, size]\n  }\n}\n",
       "resource a: b.c {\n  @protect = true\n  @ignore = [\"tags\", \"size\"]\n}\n"},
      {"E0063", "resource a: b.c {\n  lifecycle {\n    // why\n    create_before_destroy = true\n    precondition {\n"
       "      condition = x > 1\n      error_message = \"no\"\n    }\n    postcondition {\n      condition = self.y\n"
       "      error_message = \"never\"\n    }\n  }\n}\n",
       "resource a: b.c {\n  // why\n  @create_first = true\n  require x > 1, \"no\"\n  ensure self.y, \"never\"\n}\n"},
      {"E0064", "resource a: b.c {\n  dynamic \"port\" {\n    for_each = ports\n    content {\n      n = port.value\n    }\n  }\n}\n",
       ""},
      {"E0065", "resource a: b.c {\n  name: web\n  labels:\n    app: web\n    tier: 3\n}\n",
       "resource a: b.c {\n  name = \"web\"\n  labels = {\n    app = \"web\"\n    tier = 3\n  }\n}\n"},
      {"E0065", "let a = { \"b\": 1, c: { \"d\": [2] } }\n", "let a = { \"b\" = 1, c = { \"d\" = [2] } }\n"},
      {"E0066", "resource a: b.c {\n  - x\n  - y\n}\n", ""},
      {"E0067", "---\nlet a = 1\n", "\nlet a = 1\n"},
      {"E0068", "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  args:\n    - a\n    - \"b\"\n",
       "resource deployment: k8s.apps.v1.Deployment {\n  metadata = {\n    name = \"web\"\n  }\n  spec = {\n    args = [\n"
       "      \"a\",\n      \"b\",\n    ]\n  }\n}\n"},
      {"E0069", "resource my-vpc: b.c {}\n", "resource my_vpc: b.c {}\n"},
      {"E0069", "let a = { my-key = 1 }\n", "let a = { \"my-key\" = 1 }\n"},
      {"E0070", "resource a: b.c {\n  app.name = 1\n}\n", "resource a: b.c {\n  app = { name = 1 }\n}\n"},
      {"E0071", "let a = b.0\n", "let a = b[0]\n"},
      {"E0071", "let a = b.*.id\n", "let a = b[*].id\n"},
      {"E0072", "input a: list(string)\n", "input a: list<string>\n"},
      {"E0073", "moved {\n  from = aws_vpc.old\n  to   = module.net.aws_vpc.main[\"k\"]\n}\n", "moved old to net.main[\"k\"]\n"},
      {"E0073", "moved {\n  from = module.a\n  to   = module.b[0] // why\n}\n", "// why\nmoved a to b[0]\n"},
      {"E0073", "import {\n  to = aws_vpc.main\n  id = \"vpc-1\"\n}\n", "adopt main from \"vpc-1\"\n"},
      {"E0073", "removed {\n  from = aws_vpc.main\n  lifecycle {\n    destroy = false\n  }\n}\n", "forget main\n"},
      {"W0001", "let a = 1 /// one\n", "let a = 1 // one\n"},
      {"W0001", "let a = 1\n\n/// nothing below\n\nlet b = 2\n", "let a = 1\n\n// nothing below\n\nlet b = 2\n"},
  };
}

// What decoding texts and numbers finds comes on top: the checker asks for every literal.
void decode_all(Parsed& parsed) {
  for (uint32_t i = 0; i < parsed.tree.nodes.size(); ++i) {
    const NodeId node{i};
    if (parsed.tree[node].broken) continue;
    if (parsed.tree.kind(node) == NodeKind::kText) (void)text_pieces(parsed.tree, node, parsed.problems);
    if (parsed.tree.kind(node) == NodeKind::kNumber) (void)number_value(parsed.tree, parsed.tree[node].first, parsed.problems);
  }
}

TEST(Faults, EachIsOneDiagnostic) {
  for (const Fault& fault : faults()) {
    Parsed parsed(fault.text, fault.door);
    decode_all(parsed);
    std::string codes = parsed.codes();
    if (fault.code == std::string("E0050")) codes = codes.substr(0, 5);  // the two comments apart are two faults
    EXPECT_EQ(codes, fault.code) << fault.text << "\n" << parsed.report();
  }
}

TEST(Faults, TheFirstFixIsRight) {
  for (const Fault& fault : faults()) {
    if (fault.fixed.empty()) continue;
    Parsed parsed(fault.text, fault.door);
    decode_all(parsed);
    ASSERT_FALSE(parsed.problems.all().empty()) << fault.text;
    DiagSink first;
    first.add(parsed.problems.all()[0]);
    std::swap(first, parsed.problems);
    EXPECT_EQ(parsed.fixed(), fault.fixed) << fault.text;
  }
}

// What has no form here stays as it was written: there is help and no fix.
TEST(Faults, AFixTakesNothingAway) {
  const std::vector<Fault> all = {
      {"E0059", "variable \"x\" {\n  type = object({ a = string, b = optional(number, 3) })\n}\n"},
      {"E0059", "variable \"x\" {\n  type = tuple([string, number])\n}\n"},
      {"E0059", "variable \"x\" {\n  type = string\n  ephemeral = true\n}\n"},
      {"E0059", "variable \"x\" {\n  type = string\n  nullable = true\n}\n"},
      {"E0059", "variable \"x\" {\n  type = string\n  description = \"one\\ntwo\"\n}\n"},
      {"E0059", "variable \"x\" {\n  type = string /* why */\n}\n"},
      {"E0059", "variable \"x\" {\n  type = string\n  validation {\n    condition = x\n  }\n}\n"},
      {"E0059", "variable \"x\" {\n  type = string\n  validation \"y\" {\n    condition = x\n    error_message = \"no\"\n  }\n}\n"},
      {"E0059", "variable \"a b\" {\n  type = string\n}\n"},
      {"E0060", "output \"x\" {\n  value = a\n  depends_on = [b]\n}\n"},
      {"E0060", "output \"x\" {\n  value = a\n  precondition {\n    condition = b\n    error_message = \"no\"\n  }\n}\n"},
      {"E0057", "resource \"http\" \"x\" {\n}\n"},
      {"E0061", "terraform {\n  required_version = \"1\"\n} /* why */\n",
       "// was: terraform {\n// was:   required_version = \"1\"\n// was: } /* why */\n"},
      {"E0062", "resource a: b.c {\n  provisioner \"local-exec\" {\n    command = \"x\"\n  }\n}\n"},
      {"E0063", "resource a: b.c {\n  lifecycle {\n    ignore_changes = all\n  }\n}\n"},
      {"E0063", "resource a: b.c {\n  lifecycle {\n    prevent_destroy = true\n    action_trigger = [x]\n  }\n}\n"},
      {"E0064", "resource a: b.c {\n  dynamic \"p\" {\n    for_each = ports\n    iterator = it\n    content {\n"
       "      n = it\n    }\n  }\n}\n"},
      {"E0073", "import {\n  for_each = xs\n  to = aws_vpc.main\n  id = \"vpc-1\"\n}\n"},
      {"E0073", "removed {\n  from = aws_vpc.main\n}\n"},
      {"E0073", "moved {\n  from = aws_vpc.main\n}\n"},
      {"E0054", "let a = <<-EOT\n\thello\n    there\n  EOT\n"},
  };
  for (const Fault& fault : all) {
    const Parsed parsed(fault.text);
    EXPECT_EQ(parsed.codes(), fault.code) << fault.text << "\n" << parsed.report();
    EXPECT_EQ(parsed.fixed(), fault.fixed.empty() ? fault.text : fault.fixed) << fault.text;
  }
}

TEST(Faults, EveryDiagnosticIsExercised) {
  std::set<std::string_view> seen{diags::FileTooBig.code};  // BigFile below
  for (const Fault& fault : faults()) seen.insert(fault.code);
#define DIAG(name, code, severity, text, explanation)                                          \
  EXPECT_TRUE(seen.contains(code)) << "no case for " code;                                     \
  EXPECT_GT(std::string_view(explanation).size(), 100U) << code " is explained in a few words only";
#include "lang/syntax/syntax_diags.def"
#undef DIAG
}

TEST(Faults, CodesAreUnique) {
  std::set<std::string_view> seen;
#define DIAG(name, code, severity, text, explanation) EXPECT_TRUE(seen.insert(code).second) << code;
#include "lang/syntax/syntax_diags.def"
#undef DIAG
}

TEST(Foreign, CommentsOfYamlStay) {
  EXPECT_EQ(fabric_from_yaml("# why\napp: web # what\nargs:\n  # one\n  - a\n  # two\n  - b: c\n# end\n", "  ").value_or("-"),
            "// why\n  // what\n  app = \"web\"\n  args = [\n    // one\n    \"a\",\n    // two\n    {\n      b = \"c\"\n    },\n  ]\n"
            "  // end");
}

TEST(Foreign, TypesAndAddresses) {
  const std::vector<std::pair<const char*, const char*>> types = {
      {"string", "string"}, {"map( list(bool) )", "map<list<bool>>"}, {"list", "list<any>"}, {"\"string\"", "string"},
      {"object({\n  a = string,\n  b = optional(map(any))\n})", "{ a: string, b?: map<any> }"}, {"object({})", "{}"},
      {"set(string", nullptr}, {"list(x)", nullptr}, {"object({ a = string # why\n})", nullptr}, {"", nullptr}, {"string number", nullptr},
  };
  for (const auto& [theirs, ours] : types) EXPECT_EQ(type_for(theirs).value_or("-"), ours == nullptr ? "-" : ours) << theirs;
  const std::vector<std::pair<const char*, const char*>> addresses = {
      {"aws_vpc.a", "a"}, {"module.m", "m"}, {"module.m[\"a.b\"].module.n.aws_vpc.a[3]", "m[\"a.b\"].n.a[3]"},
      {"aws_vpc", nullptr}, {"data.aws_ami.a", nullptr}, {"aws_vpc.a[each.key]", nullptr}, {"aws_vpc.a.b", nullptr},
      {"", nullptr}, {"module.", nullptr}, {"aws_vpc.a[", nullptr}, {"data.a", nullptr}, {"a.b[\"${c}\"]", nullptr},
  };
  for (const auto& [theirs, ours] : addresses) EXPECT_EQ(address_for(theirs).value_or("-"), ours == nullptr ? "-" : ours) << theirs;
}

TEST(Faults, BigFile) {
  const Parsed parsed(std::string(kMaxFileBytes + 1, ' '));
  EXPECT_EQ(parsed.codes(), "E0002");
  EXPECT_EQ(Parsed(std::string(kMaxFileBytes, ' ')).codes(), "");
}

}  // namespace
}  // namespace weft::syntax
