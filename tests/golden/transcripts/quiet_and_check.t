# --quiet, checks that do not hold, rules that refuse, markdown.
run: plan --quiet
run: apply --auto-approve --quiet
run: apply --auto-approve --quiet
run: plan --set size=0
run: plan --set size=12
run: apply --auto-approve --set size=5
run: plan --markdown --set size=6
run: plan --set size=six
run: plan --set sise=6
run: plan --inputs none.inputs
--- main.fabric
fabric "shop" {}

input size: int = 2 {
  require size > 0, "size is at least 1"
}
resource a: local.Data { value = size }
check "size is small" { require a.value < 10, "${a.value} is too much" }
check "size is not 5" { require a.value != 5, "5 is unlucky" }
--- expect
$ weft plan --quiet
Would create 1. Nothing was changed.

$ weft apply --auto-approve --quiet
Applied shop in 0.0s: created 1.

$ weft apply --auto-approve --quiet
Nothing to do for shop, state @N: 1 resource agrees.

$ weft plan --set size=0
error[E0602]: size is at least 1
  --> main.fabric:4:11
   |
 4 |   require size > 0, "size is at least 1"
   |           ^^^^^^^^ this does not hold

1 error in 1 file. More on one: weft docs E0602.
[exit 1]

$ weft plan --set size=12
Plan for shop, state @N: update 1

UPDATE 1
~ a  local.Data  00000000-0000-0000-0000-000000000000  main.fabric:6
    value: 2 → 12

Would update 1. Nothing was changed.
error[E0603]: 12 is too much
  --> main.fabric:7:33
   |
 7 | check "size is small" { require a.value < 10, "${a.value} is too much" }
   |                                 ^^^^^^^^^^^^ this does not hold

1 error in 1 file. More on one: weft docs E0603.
[exit 1]

$ weft apply --auto-approve --set size=5
error[E0603]: 5 is unlucky
  --> main.fabric:8:33
   |
 8 | check "size is not 5" { require a.value != 5, "5 is unlucky" }
   |                                 ^^^^^^^^^^^^ this does not hold

1 error in 1 file. More on one: weft docs E0603. Nothing was changed.
[exit 1]

$ weft plan --markdown --set size=6
### Plan for shop, state @N: update 1

<details><summary>UPDATE 1</summary>
<a id="1:a:update"></a>

```diff
~ a  local.Data  00000000-0000-0000-0000-000000000000  main.fabric:6
    value: 2 → 6
```

</details>

$ weft plan --set size=six
error[E0512]: the value of input `size` is wrong: expected int, this is a string
  --> --set size:1:1
   |
 1 | six
   | ^^^
  ::: main.fabric:3:7
   |
 3 | input size: int = 2 {
   |       ---- declared here as int

1 error in 1 file. More on one: weft docs E0512.
[exit 1]

$ weft plan --set sise=6
error[E0510]: no input is called `sise`
   = help: did you mean `size`?
   = help: given by --set
[exit 1]

$ weft plan --inputs none.inputs
error[E0506]: cannot read `none.inputs`: no such file
[exit 1]
