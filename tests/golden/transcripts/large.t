# A large plan is told by its groups.
quietly: apply --auto-approve
run: plan --set cost=220
run: plan --set cost=220 --only small
--- main.fabric
fabric "mesh" {}

input cost: int = 114

resource instance: local.Data for i in range(250) { value = { index = i, cost = cost } }
resource volume: local.Data for i in range(40) { value = { index = i, cost = cost } }
resource small: local.Data for i in range(3) { value = { index = i, cost = cost } }
resource alone: local.Data { value = cost }
--- expect
$ weft plan --set cost=220
Plan for mesh, state @N: update 294

UPDATE 294 in 4 groups, alike within each group
~ 250 × instance[…]  local.Data  value.cost: 114 → 220  main.fabric:5
  3 more groups, 44 steps: weft plan --full, or --only ADDRESS, or --html plan.html

294 of these steps take the value from `cost` (main.fabric:3, set by --set cost).
Would update 294. Nothing was changed.

$ weft plan --set cost=220 --only small
Plan for mesh, state @N: update 3

UPDATE 3
~ 3 × small[…]  local.Data  0, 1, 2  main.fabric:7
    value.cost: 114 → 220

Would update 3. Nothing was changed.
