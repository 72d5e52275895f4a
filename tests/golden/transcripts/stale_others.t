# A saved plan is refused for a record that it relies on; others that have changed are counted.
quietly: apply --auto-approve
edit: main.fabric later/main.fabric
run: plan --out shop.plan
edit: main.fabric main.fabric
quietly: apply --auto-approve --set size=9 --set rest=2
edit: main.fabric later/main.fabric
run: apply shop.plan
--- main.fabric
fabric "shop" {}

input size: int = 1
input rest: int = 1

resource a: local.Data { value = size }
resource b: local.Data { value = "b" }
resource c: local.Data { value = rest }
resource d: local.Data { value = rest }
--- later/main.fabric
fabric "shop" {}

input size: int = 1
input rest: int = 1

resource a: local.Data { value = size + 1 }
resource b: local.Data { value = "b" }
resource c: local.Data { value = rest }
resource d: local.Data { value = rest }
--- expect
$ weft plan --out shop.plan
Plan for shop, state @N: update 1
nothing read, 3 unchanged

UPDATE 1
~ a  local.Data  00000000-0000-0000-0000-000000000000  main.fabric:6
    value: 1 → 2

Would update 1. Nothing was changed.
Saved to shop.plan.
Do exactly this:  weft apply shop.plan

$ weft apply shop.plan
error: shop.plan is stale: the record that it relies on has changed since
  a  @N → @N, by r-0000 (weft apply, deploy on host)
Nothing was changed. 2 other changed records do not matter to this plan.
Plan again:  weft plan --out shop.plan
[exit 3]
