# What stands in the instances of a module is forgotten by a star; each is called by its whole address.
quietly: apply --auto-approve
edit: main.fabric later/main.fabric
run: plan
--- one/one.fabric
input n: string
resource pw: local.Data { value = n }
--- main.fabric
fabric "shop" {}

use one from "./one"
module two: one for k in ["a", "b"] { n = k }
--- later/main.fabric
fabric "shop" {}

forget two[*].pw
--- expect
$ weft plan
Plan for shop, state @N: state only 2

STATE ONLY 2, nothing in the world changes
= forget  2 × two[…]  local.Data  two[a].pw, two[b].pw, stays in the world  main.fabric:3

Would change 2 in the state only. Nothing was changed.
