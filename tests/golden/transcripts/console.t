# Expressions against inputs and the state, one by one and from a pipe.
quietly: apply --auto-approve
run: console "1 + 2"
run: console page.path
run: console password
run: console "password.result"
run: console "nothing"
run: console "1 +"
type: names
type: [for n in names: string.upper(n)]
type: { a = 1, b = [1, 2, 3], c = null }
type: string.upper(page.path)
type: length(names)
type: 1 / 0
run: console
--- main.fabric
fabric "shop" {}

input names: list<string> = ["a", "b"]

resource page: local.File {
  path    = "a.html"
  content = "x"
}
resource password: local.RandomPassword { length = 16 }
--- expect
$ weft console '1 + 2'
3

$ weft console page.path
"a.html"

$ weft console password
digits = 1
length = 16
lower = 1
result = (secret)
special = 1
special_chars = "!@#$%&*()-_=+[]{}<>:?"
upper = 1

$ weft console password.result
(secret)

$ weft console nothing
error[E0102]: nothing here is called `nothing`
  --> console:1:1
   |
 1 | nothing
   | ^^^^^^^
[exit 1]

$ weft console '1 +'
error[E0021]: a value is missing
  --> console:1:4
   |
 1 | 1 +
   |    ^ a value belongs here, after `+`
[exit 1]

$ weft console
names, page, password
["A", "B"]
{ a = 1, b = [1, 2, 3], c = null }
"A.HTML"
2
error[E0406]: division by zero
  --> console:1:5
   |
 1 | 1 / 0
   |     ^
[exit 1]
