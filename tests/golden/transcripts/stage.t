# A `for` over what is known only after apply: a later stage, within announced bounds.
run: plan
run: apply
run: apply --auto-approve
run: plan
run: destroy --auto-approve
--- main.fabric
fabric "edge" {}

resource nodes: local.Command {
  create     = ["sh", "-c", "echo '[\"ash\", \"elm\", \"oak\"]' >&3"]
  idempotent = true
}
let names_of_nodes: list<string> = nodes.output

resource record: local.File for name in names_of_nodes {
  path    = "records/${name}"
  content = "${name}\n"
}
output names = [for r in record: r.path]
--- expect
$ weft plan
Plan for edge, state @0: create 1, then stage 2

CREATE 1
+ nodes  local.Command  create = ["sh", "-c", "echo '[\"ash\", \"elm\", \"oak\"]' >&3"], and 1 more  main.fabric:3

STAGE 2, planned after nodes: any number of resources of 1 type
? record[…]  local.File, one for each of names_of_nodes  main.fabric:9
    its keys are (known after nodes)
    bounds: creates only, any number, nothing destroyed or replaced

Outputs: names is new (known after record).
Would create 1, then plan stage 2. Nothing was changed. weft apply asks again before stage 2; with --auto-approve it goes on only inside these bounds.

$ weft apply
Plan for edge, state @0: create 1, then stage 2

CREATE 1
+ nodes  local.Command  create = ["sh", "-c", "echo '[\"ash\", \"elm\", \"oak\"]' >&3"], and 1 more  main.fabric:3

STAGE 2, planned after nodes: any number of resources of 1 type
? record[…]  local.File, one for each of names_of_nodes  main.fabric:9
    its keys are (known after nodes)
    bounds: creates only, any number, nothing destroyed or replaced

Outputs: names is new (known after record).
Would create 1, then plan stage 2. weft apply asks again before stage 2; with --auto-approve it goes on only inside these bounds.

error: weft apply asks before it goes on, and there is nobody to ask
Nothing was changed. Answer beforehand:  weft apply --auto-approve
[exit 3]

$ weft apply --auto-approve
Plan for edge, state @0: create 1, then stage 2

CREATE 1
+ nodes  local.Command  create = ["sh", "-c", "echo '[\"ash\", \"elm\", \"oak\"]' >&3"], and 1 more  main.fabric:3

STAGE 2, planned after nodes: any number of resources of 1 type
? record[…]  local.File, one for each of names_of_nodes  main.fabric:9
    its keys are (known after nodes)
    bounds: creates only, any number, nothing destroyed or replaced
Stage 2 of edge: create 3

CREATE 3
+ 3 × record[…]  local.File  ash, elm, oak  main.fabric:9

Applied edge in 0.0s: created 4.
State @0 → @N. 1 API call. Outputs: names changed.

$ weft plan
Nothing to do for edge, state @N: 4 resources agree (0.0s).

$ weft destroy --auto-approve
Plan to destroy edge, state @N: destroy 4

DESTROY 4
- nodes  local.Command  00000000-0000-0000-0000-000000000000
- record[ash]  local.File  records/ash
- record[elm]  local.File  records/elm
- record[oak]  local.File  records/oak

Destroyed edge in 0.0s: destroyed 4.
State @N → @N. Outputs: names gone.
