#include "tests/lang/check/cases.h"

namespace weft::check::test {

auto name_cases() -> std::vector<Case> {
  return {
      {"E0101", "let a = 1\nlet a = 2\n", "`a` is declared twice"},
      {"E0101", "resource a: local.File { path = \"x\" }\ninput a: int = 1\n", "share their names"},
      {"E0101", "input a: string = \"x\"\nresource a: local.File { path = \"x\" }\nlet b = a.path\n", "share their names"},
      {"E0101", "fn f(a: int) = a\nfn f(a: string, b: string) = a\nlet c = f(\"a\", \"b\")\n", "share their names"},
      {"E0101", "type T = { a: int }\ntype T = { b: int }\nlet c: T = { b = 1 }\n", "share their names"},
      {"E0101", "output a = 1\noutput a = 2\n", "`a` is declared twice"},
      {"E0101", "fn f(a: int, a: int) = a\n", "`a` is declared twice"},
      {"E0101", "provider aws {}\nprovider aws {}\n", "`aws` is declared twice"},
      {"E0102", "let cluster = 1\nlet b = clutser\n", "did you mean `cluster` (main.fabric:2)?", "let b = cluster"},
      {"E0102", "let b = [for zone in [\"a\"]: zoen]\n", "did you mean `zone`?", "[for zone in [\"a\"]: zone]"},
      {"E0102", "let b = length\n", "`length` is a function"},
      {"E0102", "output a = 1\nlet b = a\n", "outputs are read from outside only"},
      {"E0102", "provider aws as dns {}\nlet b = dns\n", "named by `@provider` only"},
      {"E0103", "let b = string.uper(\"a\")\n", "did you mean `string.upper`?", "string.upper(\"a\")"},
      {"E0103", "let b = upper(\"a\")\n", "did you mean `string.upper`?", "string.upper(\"a\")"},
      {"E0103", "let b = aws.tgas({})\n", "did you mean `aws.tags`?", "aws.tags({})"},
      {"E0104", "input a: strng = \"x\"\n", "did you mean `string`?", "input a: string"},
      {"E0104", "input a: boolean = true\n", "did you mean `bool`?", "input a: bool"},
      {"E0104", "type Node = { a: int }\nlet b: Nod = { a = 1 }\n", "did you mean `Node`?", "let b: Node"},
      {"E0105", "input region: string = \"x\"\nlet b = var.region\n", "no prefix", "let b = region"},
      {"E0105", "let x = 1\nlet b = local.x\n", "no prefix", "let b = x\n"},
      {"E0105", "resource f: local.File for k, v in { a = \"1\" } { path = each.key, content = v }\n", "have names",
       "path = k,"},
      {"E0105", "resource f: local.File for k, v in { a = \"1\" } { path = k, content = each.value }\n", "have names",
       "content = v "},
      {"E0105", "resource f: local.File for i in range(2) { path = \"${count.index}\" }\n", "have names", "\"${i}\""},
      {"E0105", "let main = 1\nlet b = aws_vpc.main\n", "without a type", "let b = main"},
      {"E0105", "let main = 1\nlet b = data.aws_ami.main\n", "a lookup has no prefix", "let b = main"},
      {"E0105", "let main = { id = 1 }\nlet b = module.main.id\n", "modules have no prefix", "let b = main.id"},
      {"E0105", "let b = path.module\n", "leave it out"},
      {"E0105", "let b = terraform.workspace\n", "environment's name", "let b = fabric.env"},
      {"E0106", "let a = { name = 1 }\nlet b = a.nmae\n", "did you mean `name`?", "a.name"},
      {"E0106", "type Node = { instance: string }\ninput n: Node = { instance = \"a\" }\nlet b = n.max\n",
       "`Node` has no `max` | it has instance"},
      {"E0106", "let a = { name = 1 }\nlet b = a[\"nmae\"]\n", "did you mean `name`?", "a[\"name\"]"},
      {"E0106", "let b = fabric.nme\n", "`fabric` has no `nme`", "fabric.name"},
      {"E0107", "fn f(a: int) = a\nlet b = f\n", "`f` is a function, not a value"},
      {"E0107", "let b = string.upper\n", "functions are only called"},
      {"E0107", "let b = string.nothing\n", "stands before functions"},
      {"E0107", "type A = int\nlet b = A\n", "`A` is a type, not a value"},
      {"E0107", "let b = string\n", "a namespace"},
      {"E0108", "let a = b\nlet b = c\nlet c = a\n", "a → b → c → a"},
      {"E0108", "resource f: local.File { path = f.sha256 }\n", "`self` is the instance itself"},
      {"E0108", "fn f(n: int) -> int = f(n - 1)\n", "functions are not recursive"},
      {"E0108", "type T = { t: T }\n", "types are not recursive"},
      {"E0108", "provider aws { region = vpc.VpcId }\nresource vpc: aws.ec2.VPC { CidrBlock = \"x\" }\n",
       "aws → vpc → aws"},
      {"E0109", "let f = 1\nlet b = f(2)\n", "`f` is a value, not a function"},
      {"E0109", "let string = 1\nlet b = string.upper(\"a\")\n", "hides the library's", "std.string.upper(\"a\")"},
      {"E0109", "let b = [for f in [1]: f(1)]\n", "`f` is a variable, not a function"},
      {"E0110", "let a = \"local\"\nstate { store = a }\n", "has to be a constant"},
      {"E0110", "resource f: local.File {\n  path = \"x\"\n  @ignore = [path]\n}\n", "plain texts", "[\"path\"]"},
      {"E0111", "type string = int\n", "a type of the language"},
      {"E0112", "let a = " + [] {
         std::string sum = "1";
         for (int i = 0; i < 600; ++i) sum += " + 1";
         return sum;
       }() + "\n", "nested too deeply"},
      {"E0113", "let a = self\n", "`self` means nothing here"},
      {"E0114", "let small = 1\ninput a: small = 1\n", "`small` is a value, not a type"},
      {"W0101", "let zone = 1\nlet b = [for zone in [1]: zone]\n", "`zone` hides a value"},
      {"W0101", "let zone = 1\nfn f(zone: int) = zone\n", "`zone` hides a value"},
      {"W0101", "let b = [for x in [[1]]: [for x in x: x]]\n", "`x` hides a variable"},
  };
}

}  // namespace weft::check::test
