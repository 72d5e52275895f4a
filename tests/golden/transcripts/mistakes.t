# Several mistakes in several files: each once, with its place, the rule and the way out.
run: check
run: plan
run: apply
run: check --fix
run: check
--- main.fabric
fabric "shop" {}

use web from "./web" { names = "a" }
resource note: local.Fil {
  path = "a"
}
output where = clutser
--- other.fabric
resource other: local.File {
  pth     = "b"
  content = "x"
}
resource third: local.File {
  path    = 5
  content = string.uper("x")
}
--- web/main.fabric
input names: list<string>
--- expect
$ weft check
error[E0022]: `{` where a new line belongs
  --> main.fabric:3:22
   |
 3 | use web from "./web" { names = "a" }
   |                      ^ the declaration is complete before this

error[E0201]: there is no type `local.Fil`
  --> main.fabric:4:16
   |
 4 | resource note: local.Fil {
   |                ^^^^^^^^^ did you mean `local.File`?

error[E0102]: nothing here is called `clutser`
  --> main.fabric:7:16
   |
 7 | output where = clutser
   |                ^^^^^^^

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

error[E0103]: there is no function `string.uper`
  --> other.fabric:7:13
   |
 7 |   content = string.uper("x")
   |             ^^^^^^^^^^^ did you mean `string.upper`?

6 errors in 2 files; 4 have a fix: weft check --fix. More on one: weft docs E0022.
[exit 1]

$ weft plan
error[E0022]: `{` where a new line belongs
  --> main.fabric:3:22
   |
 3 | use web from "./web" { names = "a" }
   |                      ^ the declaration is complete before this

error[E0201]: there is no type `local.Fil`
  --> main.fabric:4:16
   |
 4 | resource note: local.Fil {
   |                ^^^^^^^^^ did you mean `local.File`?

error[E0102]: nothing here is called `clutser`
  --> main.fabric:7:16
   |
 7 | output where = clutser
   |                ^^^^^^^

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

error[E0103]: there is no function `string.uper`
  --> other.fabric:7:13
   |
 7 |   content = string.uper("x")
   |             ^^^^^^^^^^^ did you mean `string.upper`?

6 errors in 2 files; 4 have a fix: weft check --fix. More on one: weft docs E0022.
[exit 1]

$ weft apply
error[E0022]: `{` where a new line belongs
  --> main.fabric:3:22
   |
 3 | use web from "./web" { names = "a" }
   |                      ^ the declaration is complete before this

error[E0201]: there is no type `local.Fil`
  --> main.fabric:4:16
   |
 4 | resource note: local.Fil {
   |                ^^^^^^^^^ did you mean `local.File`?

error[E0102]: nothing here is called `clutser`
  --> main.fabric:7:16
   |
 7 | output where = clutser
   |                ^^^^^^^

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

error[E0103]: there is no function `string.uper`
  --> other.fabric:7:13
   |
 7 |   content = string.uper("x")
   |             ^^^^^^^^^^^ did you mean `string.upper`?

6 errors in 2 files; 4 have a fix: weft check --fix. More on one: weft docs E0022. Nothing was changed.
[exit 1]

$ weft check --fix
error[E0022]: `{` where a new line belongs
  --> main.fabric:3:22
   |
 3 | use web from "./web" { names = "a" }
   |                      ^ the declaration is complete before this

error[E0102]: nothing here is called `clutser`
  --> main.fabric:7:16
   |
 7 | output where = clutser
   |                ^^^^^^^

4 mistakes fixed. 2 errors in 1 file. More on one: weft docs E0022.
[exit 1]

$ weft check
error[E0022]: `{` where a new line belongs
  --> main.fabric:3:22
   |
 3 | use web from "./web" { names = "a" }
   |                      ^ the declaration is complete before this

error[E0102]: nothing here is called `clutser`
  --> main.fabric:7:16
   |
 7 | output where = clutser
   |                ^^^^^^^

2 errors in 1 file. More on one: weft docs E0022.
[exit 1]
