# A saved plan: shown, stale by files or by a record that it relies on, not by others; and applied.
quietly: apply --auto-approve
edit: main.fabric later/main.fabric
run: plan --out shop.plan
run: show shop.plan
run: why --plan shop.plan a
edit: main.fabric later/other.fabric
run: apply shop.plan
edit: main.fabric main.fabric
quietly: apply --auto-approve --set size=9 --only a
edit: main.fabric later/main.fabric
run: apply shop.plan
run: plan --out shop.plan
run: apply shop.plan
run: apply shop.plan
--- main.fabric
fabric "shop" {}

input size: int = 1

resource a: local.Data { value = size }
resource b: local.Data { value = "b" }
--- later/main.fabric
fabric "shop" {}

input size: int = 1

resource a: local.Data { value = size + 1 }
resource b: local.Data { value = "b" }
--- later/other.fabric
fabric "shop" {}

input size: int = 1

resource a: local.Data { value = size + 2 }
resource b: local.Data { value = "b" }
--- expect
$ weft plan --out shop.plan
Plan for shop, state @N: update 1
nothing read, 1 unchanged

UPDATE 1
~ a  local.Data  00000000-0000-0000-0000-000000000000  main.fabric:5
    value: 1 → 2

Would update 1. Nothing was changed.
Saved to shop.plan.
Do exactly this:  weft apply shop.plan

$ weft show shop.plan
Plan for shop, state @N: update 1
nothing read, 1 unchanged

UPDATE 1
~ a  local.Data  00000000-0000-0000-0000-000000000000  main.fabric:5
    value: 1 → 2

Would update 1. Nothing was changed.

$ weft why --plan shop.plan a
a is updated: value changes
    main.fabric:5  resource a: local.Data { value = size + 1 }
    value: 1 → 2
    applied @N

$ weft apply shop.plan
error: shop.plan is stale: the fabric's files have changed since
  main.fabric  changed
Nothing was changed.
Plan again:  weft plan --out shop.plan
[exit 3]

$ weft apply shop.plan
error: shop.plan is stale: the record that it relies on has changed since
  a  @N → @N, by r-0000 (weft apply, deploy on host)
Nothing was changed.
Plan again:  weft plan --out shop.plan
[exit 3]

$ weft plan --out shop.plan
Plan for shop, state @N: update 1
nothing read, 1 unchanged

UPDATE 1
~ a  local.Data  00000000-0000-0000-0000-000000000000  main.fabric:5
    value: 9 → 2

Would update 1. Nothing was changed.
Saved to shop.plan.
Do exactly this:  weft apply shop.plan

$ weft apply shop.plan

Applied shop.plan in 0.0s: updated 1.
State @N → @N.

$ weft apply shop.plan
Nothing to do for shop, state @N: 2 resources agree.
