#include "tests/lang/check/cases.h"

namespace weft::check::test {

namespace {

// t0 = first, t1 = shape of t0, …; `#` in the shape stands for the one before.
auto levels(const std::string& word, const std::string& first, const std::string& shape, int count) -> std::string {
  std::string text = word + " t0 = " + first + "\n";
  for (int level = 1; level <= count; ++level) {
    std::string one = shape;
    for (size_t at = one.find('#'); at != std::string::npos; at = one.find('#')) one.replace(at, 1, "t" + std::to_string(level - 1));
    text += word + " t" + std::to_string(level) + " = " + one + "\n";
  }
  return text;
}

}  // namespace

auto type_cases() -> std::vector<Case> {
  return {
      {"E0301", "let a = 10m + 5\n", "this is a duration and an int"},
      {"E0301", "let a = 1 < 2m\n", "which have an order"},
      {"E0301", "let a = true * 2\n", "a bool and an int"},
      {"E0301", "let a = 1 in { a = 1 }\n", "a key of a map"},
      {"E0302", "let n = \"x\"\nlet a = n + \" b\"\n", "`+` does not join strings", "\"${n} b\""},
      {"E0302", "let n = [1]\nlet a = n + [2]\n", "`+` does not join lists", "[...n, ...[2]]"},
      {"E0302", "let n = { a = 1 }\nlet a = n + { b = 2 }\n", "`+` does not join objects", "{ ...n, ...{ b = 2 } }"},
      {"E0303", "let a = 80\nlet b = a == \"80\"\n", "an int is never equal to a string"},
      {"E0303", "let b = 2 in [\"a\"]\n", "the elements are of type string"},
      {"E0304", "let a: string = 5\n", "`\"${5}\"` makes a text of it"},
      {"E0304", "let a: int = \"5\"\n", "this is a string", "let a: int = 5"},
      {"E0304", "let s = string.upper(\"5\")\nlet a: number = s\n", "this is a string", "number.parse(s)"},
      {"E0304", "let a: bool = \"true\"\n", "this is a string", "let a: bool = true"},
      {"E0304", "let s = string.upper(\"5\")\nlet a: bool = s\n", "`s == \"true\"`"},
      {"E0304", "let a: int = 1.5\n", "`floor(…)`"},
      {"E0304", "let a: string = 5m\n", "`\"${5m}\"` makes a text of it"},
      {"E0304", "let a: duration = \"5m\"\n", "this is a string", "let a: duration = 5m"},
      {"E0304", "let a: duration = 5\n", "a number has no unit"},
      {"E0304", "let l = [\"a\"]\nlet a: set<string> = l\n", "this is a list<string>", "to.set(l)"},
      {"E0304", "let l = to.set([\"a\"])\nlet a: list<string> = l\n", "this is a set<string>", "to.list(l)"},
      {"E0304", "let a: list<string> = \"a\"\n", "takes list<string>, this is a string", "[\"a\"]"},
      {"E0304", "let l = [\"a\"]\nlet a: string = l\n", "`l[0]` is its first element"},
      {"E0304", "let o = { a = 1, b = 2 }\nlet a: { a: int } = o\n", "`b` is no member of"},
      {"E0304", "let o: map<int> = { a = 1 }\nlet a: { a: int } = o\n", "written one by one"},
      {"E0304", "let a = if 1 then 2 else 3\n", "`if` takes bool, this is an int"},
      {"E0304", "let a = string.upper(1)\n", "`\"${1}\"` makes a text of it"},
      {"E0304", "fn f(n: int) = n\nlet a = f(\"x\")\n", "`n` of f takes int"},
      {"E0304", "fn f(n: int) -> string = n\n", "`f` takes string"},
      {"E0304", "resource f: local.File { path = [\"x\"] }\n", "`path` of local.File takes string"},
      {"E0304", "resource p: k8s.core.v1.Pod {\n  metadata = { name = \"p\" }\n  spec = { containers = [{ name = 1 }] }\n}\n",
       "`spec.containers[…].name` of k8s.core.v1.Pod takes string"},
      {"E0305", "input o: { a: int }?\nlet a = o.a\n", "`o` may be null", "o?.a"},
      {"E0305", "resource f: local.File if 1 > 2 { path = \"x\" }\noutput a = f.sha256\n", "`f` may be null", "f?.sha256"},
      {"E0305", "input o: string?\nlet a = \"x ${o}\"\n", "no place for null"},
      {"E0305", "input o: int?\nlet a = o + 1\n", "`o` may be null"},
      {"E0305", "input o: list<int>?\nlet a = [for x in o: x]\n", "`o` may be null"},
      {"E0305", "input o: list<int>?\nlet a = o[0]\n", "`o` may be null"},
      {"E0306", "input t: secret string\nlet a: string = t\n", "takes string, this is secret"},
      {"E0306", "input t: secret string\nlet a: string = if length(t) > 1 then \"a\" else \"b\"\n", "this is secret"},
      {"E0307", "input m: \"off\" | \"slow\" = \"slw\"\n", "did you mean \"slow\"? (also: \"off\")"},
      {"E0307", "let s = \"slw\"\nlet m: \"off\" | \"slow\" = s\n", "did you mean \"slow\"?"},
      {"E0307", "input m: \"off\" | \"slow\" = \"off\"\nlet a = m == \"slw\"\n", "\"slw\" is not a value of `m`"},
      {"E0307", "input m: \"off\" | \"slow\" = \"off\"\nlet a = m in [\"off\", \"slw\"]\n", "\"slw\" is not a value of `m`"},
      {"E0307", "input m: \"off\" | \"slow\" = \"off\"\nlet a = match m { \"of\" => 1, _ => 2 }\n", "\"of\" is not a value of `m`"},
      {"E0307", "input n: 1 | 3 = 2\n", "2 is not a value of `n`"},
      {"E0308", "input s: string = \"x\"\nlet m: \"off\" | \"slow\" = s\n", "`match s { … }` names each case"},
      {"E0309", "let l = [{ a = 1 }]\nlet a = l.a\n", "a list<{ a: int }> has no member `a`", "l[*].a"},
      {"E0309", "let a = 5\nlet b = a.x\n", "an int has no member `x`"},
      {"E0310", "let a = \"x\"\nlet b = a[0]\n", "a string has no elements to pick"},
      {"E0310", "let a = to.set([1])\nlet b = a[0]\n", "a set has no order", "to.list(a)[0]"},
      {"E0311", "let l = [\"a\"]\nlet a = \"${l}\"\n", "`string.join(l, \", \")` makes a text of it"},
      {"E0311", "let l = { a = 1 }\nlet a = \"${l}\"\n", "`json.encode(l)` makes a text of it"},
      {"E0312", "let a = [for i in 3: i]\n", "an int holds no elements", "range(3)"},
      {"E0312", "let a = \"x\"\nlet b = \"y\" in a\n", "`in` asks a list", "string.contains(a, \"y\")"},
      {"E0312", "let a = 5\nlet b = a[*]\n", "takes each element"},
      {"E0313", "let a = string.upper()\n", "`string.upper` takes 1 argument, not 0"},
      {"E0313", "fn f(a: int, b: int = 1) = a\nlet c = f(1, 2, 3)\n", "takes 1 to 2 arguments, not 3"},
      {"E0313", "let a = can(1, 2)\n", "`can` takes 1 argument, not 2"},
      {"E0314", "input m: \"a\" | \"b\" = \"a\"\nlet x = match m { \"a\" => 1 }\n", "leaves out \"b\""},
      {"E0314", "let n = 5\nlet x = match n { 5 => 1 }\n", "leaves out everything else"},
      {"E0314", "input m: \"a\"?\nlet x = match m { \"a\" => 1 }\n", "leaves out null"},
      {"E0314", "input m: int | string = 1\nlet x = match type_of(m) { \"int\" => 1 }\n", "leaves out \"string\""},
      {"E0315", "let n = 5\nlet x = match n { \"5\" => 1, _ => 2 }\n", "\"5\" is never what is matched"},
      {"E0315", "input m: int | string = 1\nlet x = match type_of(m) { \"strng\" => 1, _ => 2 }\n", "did you mean \"string\"?"},
      {"E0315", "input m: int | string = 1\nlet x = match type_of(m) { \"list\" => 1, _ => 2 }\n", "never what is matched"},
      {"E0316", "type N = { min: int, max?: int }\nlet n: N = { min = 1, mx = 2 }\n", "`mx` is not a member of N | did you mean `max`?",
       "max = 2"},
      {"E0316", "let o = { a = 1, b = 2 }\nlet n: { a: int } = { ...o }\n", "the spread object has this member"},
      {"E0317", "type N = { min: int, max?: int }\nlet n: N = { max = 2 }\n", "N needs `min`"},
      {"E0318", "resource f: local.File for k in [\"a\"] { path = k }\noutput a = f.sha256\n", "one for each key", "f[*].sha256"},
      {"E0319", "let a = 5\nlet b = [...a]\n", "an int cannot be spread"},
      {"E0319", "let a = { x = 1 }\nlet b = [...a]\n", "`...values(a)`"},
      {"E0319", "let a = [1]\nlet b = { ...a }\n", "cannot be spread"},
      {"E0320", "type N = { min: int }\nlet k = \"min\"\nlet n: N = { [k] = 1 }\n", "does not fit N"},
      {"E0321", "input o: int?\nlet a: int = o\n", "takes int, this may be null"},
      {"E0321", "let a: int = null\n", "`a` takes int, this is null"},
      // What is misspelt is not missing as well.
      {"E0316", "type N = { min: int, max?: int }\nlet n: N = { mn = 1 }\n", "`mn` is not a member of N | did you mean `min`?", "min = 1"},
      {"E0316", "input o: { zone: { name: string } } = { zone = { nme = \"a\" } }\n", "did you mean `name`?", "name = \"a\""},
      {"E0304", "let a: bool = \"yes\"\n", "`a` takes bool, this is a string"},
      {"E0322", "let a = -\"x\"\n", "`-` takes a number or a duration"},
      {"E0323", levels("type", "int", "{ a: #, b: #, c: #, d: # }", 40), "the type of `t9` is too large"},
      {"E0323", levels("let", "1", "{ a = #, b = #, c = #, d = # }", 40), "the type of `t9` is too large"},
      {"E0323", levels("type", "int", "list<#>", 1000), "the type of `t201` is too large"},
      {"E0323", levels("let", "1", "[#]", 1000), "the type of `t201` is too large"},
      {"W0301", "input m: \"a\" | \"b\" = \"a\"\nlet x = match m { \"a\" => 1, _ => 2, \"b\" => 3 }\n", "`\"b\"` is never reached"},
      {"W0302", "let n = 5\nlet x = n ?? 6\n", "`n` is never null"},
      {"W0302", "let n = { a = 5 }\nlet x = n?.a\n", "`.` is enough", "n.a"},
      {"W0302", "let n = 5\nlet x = n == null\n", "`n` is never null"},
  };
}

}  // namespace weft::check::test
