#include "tests/lang/check/cases.h"

namespace weft::check::test {

auto resource_cases() -> std::vector<Case> {
  const std::string vpc = "resource vpc: aws.ec2.VPC { CidrBlock = \"10.0.0.0/16\" }\n";
  const auto file = [](const std::string& rest) {
    return "resource f: local.File {\n  path = \"x\"\n  " + rest + "\n}\n";
  };
  return {
      {"E0201", "resource vpc: aws.ec2.VPCs { CidrBlock = \"x\" }\n", "did you mean `aws.ec2.VPC`?", "aws.ec2.VPC {"},
      {"E0201", "resource vpc: aws.VPC { CidrBlock = \"x\" }\n", "did you mean `aws.ec2.VPC`?", "aws.ec2.VPC {"},
      {"E0201", "resource p: local.Pod { metadata = { name = \"p\" } }\n", "did you mean `k8s.core.v1.Pod`?", "k8s.core.v1.Pod {"},
      {"E0201", "resource vpc: aws { CidrBlock = \"x\" }\n", "there is no type `aws`"},
      {"E0202", "resource c: local.Command { run = [\"ls\"] }\n", "`lookup c: local.Command"},
      {"E0202", "lookup r: local.RandomId {}\n", "no way to find one"},
      {"E0202", "lookup r: map<local.File> {}\n", "has a resource type `T`"},
      {"E0211", vpc + "resource s: aws.ec2.Subnet { VpcId = vpc.VpcId, CidrBlok = \"x\" }\n", "did you mean `CidrBlock`?",
       "CidrBlock = \"x\""},
      {"E0211", vpc + "output a = vpc.VpcIdd\n", "`aws.ec2.VPC` has no attribute `VpcIdd`", "vpc.VpcId\n"},
      {"E0211", file("nothing_like_it = 1"), "it has"},
      {"E0211", file("depends_on = []"), "start with `@`", "@depends_on = []"},
      {"E0211", "resource p: k8s.core.v1.Pod { apiVersion = \"v1\", metadata = { name = \"p\" } }\n", "part of the type"},
      {"E0212", vpc + "resource s: aws.ec2.Subnet for zone in [\"a\"] {\n  CidrBlock = \"x\"\n}\n",
       "`VpcId = vpc.VpcId` (the only aws.ec2.VPC here, main.fabric:2)"},
      {"E0212", "lookup o: weft.Outputs {}\n", "`weft.Outputs` needs `fabric`"},
      {"E0213", "resource vpc: aws.ec2.VPC { CidrBlock = \"x\", VpcId = \"y\" }\n", "`VpcId` of `aws.ec2.VPC` is set by the provider"},
      {"E0214", file("path = \"y\""), "`path` is written twice"},
      {"E0214", "let a = { a = 1, a = 2 }\n", "`a` is written twice"},
      {"E0214", "let a: map<int> = { a = 1, a = 2 }\n", "`a` is written twice"},
      {"E0214", file("@retain = true\n  @retain = false"), "`@retain` is written twice"},
      {"E0214", "type T = { a: int, a: string }\n", "`a` is written twice"},
      {"E0215", file("@protct = true"), "did you mean `@protect`?", "@protect = true"},
      {"E0216", "lookup l: local.File {\n  path = \"x\"\n  @protect = true\n}\n", "`@protect` does not belong in a lookup"},
      {"E0216", "check \"c\" { ensure true }\n", "its rules are `require`"},
      {"E0216", "check \"c\" { a = 1 }\n", "`a` does not belong in a check"},
      {"E0216", "input a: int = 1 { @retain = true }\n", "`@retain` does not belong in an input"},
      {"E0217", "resource p: k8s.core.v1.Pod {\n  metadata = { name = \"p\" }\n  @ignore = [\"spec.containrs[*].image\"]\n}\n",
       "has no attribute `containrs`; did you mean `containers`?", "\"spec.containers[*].image\""},
      {"E0217", file("@ignore = [\"path.x\"]"), "which has no attributes"},
      {"E0217", file("@ignore = [\"path[0]\"]"), "not a list"},
      {"E0217", file("@ignore = [\"a..b\"]"), "is no path"},
      {"E0217", file("@fields = { own = [\"contnt\"] }"), "did you mean `content`?"},
      {"E0218", vpc + file("@depends_on = [vpc.VpcId]"), "nothing that can be waited for", "@depends_on = [vpc]"},
      {"E0218", "let a = 1\n" + file("@depends_on = [a]"), "this is a value"},
      {"E0219", "resource f: local.File for k in { a = 1 } { path = k }\n", "two variables", "for k, value in"},
      {"E0219", "resource f: local.File for k, v in [\"a\"] { path = v }\n", "two variables are the key and value"},
      {"E0219", "resource f: local.File for k in [{ name = \"a\" }] { path = k.name }\n", "map.by("},
      {"E0219", "resource f: local.File for k in [1.5] { path = \"${k}\" }\n", "strings or ints"},
      {"E0220", "input t: secret list<string>\nresource f: local.File for k in t { path = k }\n", "a secret cannot stand in the keys"},
      {"E0220", "input t: list<secret string>\nresource f: local.File for k in t { path = k }\n", "a secret cannot stand in the keys"},
      {"E0220", "input t: secret bool\nresource f: local.File if t { path = \"x\" }\n", "the `if` of a declaration"},
      {"E0220", "input t: secret bool\n" + file("@protect = t"), "an argument"},
      {"E0220", "input t: secret string\ncheck \"c\" { require length(t) > 3, \"not ${t}\" }\n", "a message"},
      {"E0220", "input t: secret string\nforget a[t]\n", "an address"},
      {"E0220", "input t: secret string\n" + file("@replace_when = [t]"), "an argument"},
      {"E0221", "lookup l: local.File { path = \"y\" }\n" + file("@protect = l.sha256 == \"\""),
       "@protect has to be known before anything is planned"},
      {"E0221", vpc + "let a = vpc.VpcId\nforget x[a]\n", "an address has to be known"},
      {"E0222", "resource b: local.File for k in [\"a\"] { path = k }\nmoved a[*] to b\n", "on both sides"},
      {"E0222", "resource b: local.File for k in [\"a\"] { path = k }\nadopt b[*] from \"x\"\n", "`[*]` stands in `forget`"},
      {"E0223", "forget a[1.5]\n", "a key is a string or an int"},
      {"E0224", "resource logs: local.File { path = \"x\" }\nadopt lgos from \"x\"\n", "did you mean `logs`?", "adopt logs from"},
      {"E0225", "resource a: local.File { path = \"x\" }\nforget a\n", "cannot be forgotten"},
      {"E0225", "resource a: local.File { path = \"x\" }\nmoved a to b\n", "cannot be moved"},
      {"E0226", vpc + file("@depends_on = vpc"), "takes a list", "@depends_on = [vpc]"},
      {"E0226", file("@ignore = \"path\""), "takes a list", "@ignore = [\"path\"]"},
      {"E0226", file("@replace_when = 1"), "takes a list", "@replace_when = [1]"},
  };
}

}  // namespace weft::check::test
