# Nothing to do, in the words for one, many and none.
run: plan
run: apply
edit: main.fabric later/one.fabric
quietly: apply --auto-approve
run: plan
run: apply
edit: main.fabric later/three.fabric
quietly: apply --auto-approve
run: plan
run: plan --detailed-exitcode
run: plan --env prod
--- main.fabric
fabric "shop" {}
--- later/one.fabric
fabric "shop" {}

resource a: local.Data { value = 1 }
--- later/three.fabric
fabric "shop" {}

resource a: local.Data { value = 1 }
resource b: local.File for n in ["x", "y"] {
  path    = n
  content = ""
}
--- expect
$ weft plan
Nothing to do for shop, state @0: it declares nothing and holds nothing.

$ weft apply
Nothing to do for shop, state @0: it declares nothing and holds nothing.

$ weft plan
Nothing to do for shop, state @N: 1 resource agrees.

$ weft apply
Nothing to do for shop, state @N: 1 resource agrees.

$ weft plan
Nothing to do for shop, state @N: 3 resources agree (0.0s).

$ weft plan --detailed-exitcode
Nothing to do for shop, state @N: 3 resources agree (0.0s).

$ weft plan --env prod
Plan for shop/prod, state @0 (new environment): create 3

CREATE 3
+ a  local.Data  value = 1  main.fabric:3
+ 2 × b[…]  local.File  x, y  main.fabric:4
    content = ""

Would create 3. Nothing was changed.
