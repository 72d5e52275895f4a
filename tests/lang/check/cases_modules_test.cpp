#include "tests/lang/check/cases.h"

namespace weft::check::test {

auto module_cases() -> std::vector<Case> {
  const std::map<std::string, Files> net{
      {"./net", {{"net/main.fabric", "input cidr: string\ninput zones: list<string> = []\noutput vpc_id = cidr\n"}}}};
  const std::map<std::string, Files> slotted{
      {"./net", {{"net/main.fabric", "provider aws as dns\nprovider aws\n"
                                     "resource v: aws.ec2.VPC { CidrBlock = \"x\", @provider = dns }\n"}}}};
  const std::string use = "use net from \"./net\"\n";
  return {
      {"E0521", "resource f: locl.File { path = \"x\" }\n", "did you mean `local`?", "local.File {"},
      {"E0521", "provider awz {}\n", "there is no provider `awz`"},
      {"E0522", "group g: local.File size 3 { path = \"x\" }\n", "`group` is not in this version yet"},
      {"E0522", "policy \"p\" { deny true }\n", "`policy` is not in this version yet"},
      {"E0522", "test \"t\" { expect true }\n", "`test` is not in this version yet"},
      {"E0522", "use q from \"git+https://example.com/q.git\" version \"^1\"\nmodule m: q { a = 1 }\noutput o = m.x\n",
       "`use from git+https"},
      {"E0522", "state { store = \"s3://bucket/x\" }\n", "not in this version yet"},
      {"E0522", "state { encrypt = true }\n", "`encrypt` is not in this version yet"},
      {"E0522", "let a = member\n", "given in a group"},
      {"E0522", "resource f: local.File {\n  path = \"x\"\n  @roll = { batch = 1 }\n}\n", "belongs to groups"},
      {"E0523", "", "`provider` stands in a fabric's root only", "", {}, {{"main.fabric", "provider aws { region = \"x\" }\n"}}},
      {"E0523", "", "`state` stands in a fabric's root only", "", {}, {{"main.fabric", "state { store = \"local\" }\n"}}},
      {"E0524", "provider aws\n", "nobody can fill the slot", "provider aws {}"},
      {"E0525", "provider aws as dns {}\nresource v: aws.ec2.VPC { CidrBlock = \"x\", @provider = dsn }\n",
       "did you mean `dns` (main.fabric:2)?", "@provider = dns"},
      {"E0525", "provider aws as dns {}\nresource v: aws.ec2.VPC { CidrBlock = \"x\", @provider = \"dns\" }\n", "without quotes",
       "@provider = dns"},
      {"E0525", "provider aws as dns {}\nresource v: aws.ec2.VPC { CidrBlock = \"x\", @provider = aws.dns }\n", "without quotes",
       "@provider = dns"},
      {"E0526", "provider aws as dns {}\nresource f: local.File { path = \"x\", @provider = dns }\n",
       "`dns` configures `aws`, not local.File"},
      {"E0526", "provider local as l {}\n" + use + "module n: net { @providers = { dns = l } }\n", "not the slot dns", "", slotted},
      {"E0527", "provider aws as g {}\n" + use + "module n: net { @providers = { dns = g, dn = g } }\n", "did you mean `dns`?", "",
       slotted},
      {"E0528", use + "module n: net {}\n", "has an empty slot `dns`", "", slotted},
      {"E0529", use + "module n: nett { cidr = \"x\" }\n", "did you mean `net`?", "module n: net {", net},
      {"E0530", use + "module n: net { cidr = \"x\", zonse = [] }\n", "did you mean `zones`?", "zones = []", net},
      {"E0530", use + "module n: net { cdir = \"x\" }\n", "did you mean `cidr`?", "cidr = \"x\"", net},
      {"E0531", use + "module n: net {}\n", "module net needs `cidr`", "", net},
      {"E0532", use + "module n: net { cidr = \"x\" }\noutput a = n.vpcid\n", "did you mean `vpc_id`?", "n.vpc_id", net},
      {"E0532", "lookup o: weft.Outputs { fabric = \"../other\" }\noutput a = o.vpcid\n", "fabric ../other has no output `vpcid`",
       "o.vpc_id", {{"../other", {{"../other/main.fabric", "fabric \"other\" {}\noutput vpc_id = \"x\"\n"}}}}},
      {"E0533", "use net from \"modules/net\"\n", "a path starts with `./`"},
      {"E0534", use, "is a fabric of its own", "", {{"./net", {{"net/main.fabric", "fabric \"net\" {}\n"}}}}},
      {"E0535", "", "small letters, digits and `-`", "fabric \"my-shop\"", {}, {{"main.fabric", "fabric \"My Shop\" {}\n"}}},
      {"E0304", use + "module n: net { cidr = \"x\", zones = \"a\" }\n",
       "`zones` of module net takes list<string>, this is a string", "zones = [\"a\"]", net},
      {"E0306", "input t: secret string\n" + use + "module n: net { cidr = t }\n", "`cidr` of module net takes string, this is secret",
       "", net},
  };
}

}  // namespace weft::check::test
