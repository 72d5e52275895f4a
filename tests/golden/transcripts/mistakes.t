# Several mistakes in several files: each once, with its place, the rule and the way out.
run: check
run: apply
run: check --fix
run: check
--- main.fabric
fabric "shop" {}

use site from "./web"

let cluster = "c"

module web: site { names = "a" }
resource note: local.Fil {
  path = "a"
}
output where = clutser
output size = length(5)
--- other.fabric
resource other: local.File {
  pth     = "b"
  content = "x"
}
resource third: local.File {
  path    = 5
  content = string.uper("x")
}
resource fourth: local.Key { algorithm = "ed2551" }
--- web/main.fabric
input names: list<string>
--- expect
$ weft check
error[E0304]: `names` of module web takes list<string>, this is a string
  --> main.fabric:7:28
   |
 7 | module web: site { names = "a" }
   |                            ^^^ string
  ::: web/main.fabric:1:14
   |
 1 | input names: list<string>
   |              ------------ declared here

error[E0201]: there is no type `local.Fil`
  --> main.fabric:8:16
   |
 8 | resource note: local.Fil {
   |                ^^^^^^^^^ did you mean `local.File`?

error[E0102]: nothing here is called `clutser`
  --> main.fabric:11:16
   |
11 | output where = clutser
   |                ^^^^^^^ did you mean `cluster` (main.fabric:5)?

error[E0304]: `of` of length takes list<any> | set<any> | map<any> | string, this is an int
  --> main.fabric:12:22
   |
12 | output size = length(5)
   |                      ^ int

error[E0211]: `local.File` has no attribute `pth`
  --> other.fabric:2:3
   |
 2 |   pth     = "b"
   |   ^^^ did you mean `path`?

error[E0304]: `path` of local.File takes string, this is an int
  --> other.fabric:6:13
   |
 6 |   path    = 5
   |             ^ int
   = help: `"${5}"` makes a text of it

error[E0103]: there is no function `string.uper`
  --> other.fabric:7:13
   |
 7 |   content = string.uper("x")
   |             ^^^^^^^^^^^ did you mean `string.upper`?

error[E0307]: "ed2551" is not a value of `algorithm`
  --> other.fabric:9:42
   |
 9 | resource fourth: local.Key { algorithm = "ed2551" }
   |                                          ^^^^^^^^ did you mean "ed25519"? (also: "rsa", "ecdsa")

8 errors in 2 files; 5 have a fix: weft check --fix. More on one: weft docs E0304.
[exit 1]

$ weft apply
error[E0304]: `names` of module web takes list<string>, this is a string
  --> main.fabric:7:28
   |
 7 | module web: site { names = "a" }
   |                            ^^^ string
  ::: web/main.fabric:1:14
   |
 1 | input names: list<string>
   |              ------------ declared here

error[E0201]: there is no type `local.Fil`
  --> main.fabric:8:16
   |
 8 | resource note: local.Fil {
   |                ^^^^^^^^^ did you mean `local.File`?

error[E0102]: nothing here is called `clutser`
  --> main.fabric:11:16
   |
11 | output where = clutser
   |                ^^^^^^^ did you mean `cluster` (main.fabric:5)?

error[E0304]: `of` of length takes list<any> | set<any> | map<any> | string, this is an int
  --> main.fabric:12:22
   |
12 | output size = length(5)
   |                      ^ int

error[E0211]: `local.File` has no attribute `pth`
  --> other.fabric:2:3
   |
 2 |   pth     = "b"
   |   ^^^ did you mean `path`?

error[E0304]: `path` of local.File takes string, this is an int
  --> other.fabric:6:13
   |
 6 |   path    = 5
   |             ^ int
   = help: `"${5}"` makes a text of it

error[E0103]: there is no function `string.uper`
  --> other.fabric:7:13
   |
 7 |   content = string.uper("x")
   |             ^^^^^^^^^^^ did you mean `string.upper`?

error[E0307]: "ed2551" is not a value of `algorithm`
  --> other.fabric:9:42
   |
 9 | resource fourth: local.Key { algorithm = "ed2551" }
   |                                          ^^^^^^^^ did you mean "ed25519"? (also: "rsa", "ecdsa")

8 errors in 2 files; 5 have a fix: weft check --fix. More on one: weft docs E0304. Nothing was changed.
[exit 1]

$ weft check --fix
error[E0304]: `of` of length takes list<any> | set<any> | map<any> | string, this is an int
  --> main.fabric:12:22
   |
12 | output size = length(5)
   |                      ^ int

error[E0304]: `path` of local.File takes string, this is an int
  --> other.fabric:6:13
   |
 6 |   path    = 5
   |             ^ int
   = help: `"${5}"` makes a text of it

error[E0307]: "ed2551" is not a value of `algorithm`
  --> other.fabric:9:42
   |
 9 | resource fourth: local.Key { algorithm = "ed2551" }
   |                                          ^^^^^^^^ did you mean "ed25519"? (also: "rsa", "ecdsa")

5 mistakes fixed. 3 errors in 2 files. More on one: weft docs E0304.
[exit 1]

$ weft check
error[E0304]: `of` of length takes list<any> | set<any> | map<any> | string, this is an int
  --> main.fabric:12:22
   |
12 | output size = length(5)
   |                      ^ int

error[E0304]: `path` of local.File takes string, this is an int
  --> other.fabric:6:13
   |
 6 |   path    = 5
   |             ^ int
   = help: `"${5}"` makes a text of it

error[E0307]: "ed2551" is not a value of `algorithm`
  --> other.fabric:9:42
   |
 9 | resource fourth: local.Key { algorithm = "ed2551" }
   |                                          ^^^^^^^^ did you mean "ed25519"? (also: "rsa", "ecdsa")

3 errors in 2 files. More on one: weft docs E0304.
[exit 1]
