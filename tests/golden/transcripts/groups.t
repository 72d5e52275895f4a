# Instances that change alike are one entry; what differs between them follows by key; many groups are counted.
run: plan --set size=3
run: plan
quietly: apply --auto-approve
run: plan --set grade=second
run: plan --set size=55
run: apply --auto-approve --set size=55
--- main.fabric
fabric "mesh" {}

input size: int = 60
input grade: string = "first"

resource host: local.Data for i in range(size) {
  value = { name = "host-${i}", grade = grade, index = i }
}
resource page: local.File for i in range(5) {
  path    = "page/${i}"
  content = "${grade} ${i}\n"
}
--- expect
$ weft plan --set size=3
Plan for mesh, state @0: create 8

CREATE 8
+ 3 × host[…]  local.Data  0, 1, 2  main.fabric:6
+ 5 × page[…]  local.File  0, 1, 2, 3, 4  main.fabric:9

Would create 8. Nothing was changed.

$ weft plan
Plan for mesh, state @0: create 65

CREATE 65
+ 60 × host[…]  local.Data  main.fabric:6
+ 5 × page[…]  local.File  0, 1, 2, 3, 4  main.fabric:9

Would create 65. Nothing was changed.

$ weft plan --set grade=second
Plan for mesh, state @N: update 65
5 resources read in 0.0s

UPDATE 65
~ 60 × host[…]  local.Data  main.fabric:6
    value.grade: "first" → "second"
~ 5 × page[…]  local.File  0, 1, 2, 3, 4  main.fabric:9
    content, by key
      0: "first 0\n" → "second 0\n"
      1: "first 1\n" → "second 1\n"
      2: "first 2\n" → "second 2\n"
      3: "first 3\n" → "second 3\n"
      4: "first 4\n" → "second 4\n"

Would update 65. Nothing was changed.

$ weft plan --set size=55
Plan for mesh, state @N: destroy 5
5 resources read in 0.0s, 60 unchanged

DESTROY 5
- host[55]  local.Data  00000000-0000-0000-0000-000000000000
- host[56]  local.Data  00000000-0000-0000-0000-000000000000
- host[57]  local.Data  00000000-0000-0000-0000-000000000000
- host[58]  local.Data  00000000-0000-0000-0000-000000000000
- host[59]  local.Data  00000000-0000-0000-0000-000000000000
    all 5: left out by its `for`; nothing else in this fabric depends on them

Would destroy 5. Nothing was changed.

$ weft apply --auto-approve --set size=55
Plan for mesh, state @N: destroy 5
5 resources read in 0.0s, 60 unchanged

DESTROY 5
- host[55]  local.Data  00000000-0000-0000-0000-000000000000
- host[56]  local.Data  00000000-0000-0000-0000-000000000000
- host[57]  local.Data  00000000-0000-0000-0000-000000000000
- host[58]  local.Data  00000000-0000-0000-0000-000000000000
- host[59]  local.Data  00000000-0000-0000-0000-000000000000
    all 5: left out by its `for`; nothing else in this fabric depends on them

Applied mesh in 0.0s: destroyed 5.
State @N → @N.
