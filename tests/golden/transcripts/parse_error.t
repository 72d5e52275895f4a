# A brace that is never closed, and a file in which nothing is right.
run: check
run: plan
edit: main.fabric later/main.fabric
run: check
edit: main.fabric later/words.fabric
run: check
--- main.fabric
fabric "shop" {}

resource note: local.File {
  path    = "a"
  content = "x"

resource other: local.File {
  path    = "b"
  content = "x"
}
--- later/main.fabric
fabric "shop" {}

resource note: local.File {
  path    = "a
  content = "x"
}
resource other local.File {
  path    = "b"
  content = 1 +
}
--- later/words.fabric
hello there, this is no fabric file
--- expect
$ weft check
error[E0014]: this `{` is never closed
  --> main.fabric:3:27
   |
 3 | resource note: local.File {
   |                           ^ opened here
 7 | resource other: local.File {
   | -------- a declaration starts here, so `}` is missing before it
   = help: `}` after line 5

1 error in 1 file; 1 has a fix: weft check --fix. More on one: weft docs E0014.
[exit 1]

$ weft plan
error[E0014]: this `{` is never closed
  --> main.fabric:3:27
   |
 3 | resource note: local.File {
   |                           ^ opened here
 7 | resource other: local.File {
   | -------- a declaration starts here, so `}` is missing before it
   = help: `}` after line 5

1 error in 1 file; 1 has a fix: weft check --fix. More on one: weft docs E0014.
[exit 1]

$ weft check
error[E0006]: this string is never closed
  --> main.fabric:4:13
   |
 4 |   path    = "a
   |             ^ opened here; a string ends on its line
   = help: a text over several lines stands between `"""`

error[E0022]: `local` where `:` belongs
  --> main.fabric:7:16
   |
 7 | resource other local.File {
   |                ^^^^^ a resource has a type: `resource name: aws.ec2.VPC { … }`

error[E0021]: a value is missing
  --> main.fabric:9:16
   |
 9 |   content = 1 +
   |                ^ a value belongs here, after `+`

3 errors in 1 file; 2 have a fix: weft check --fix. More on one: weft docs E0021.
[exit 1]

$ weft check
error[E0020]: `hello` begins no declaration
  --> main.fabric:1:1
   |
 1 | hello there, this is no fabric file
   | ^^^^^ a declaration begins with `resource`, `let`, `input`, `module`, `output` …

1 error in 1 file; everything after it was read and checked.
[exit 1]
