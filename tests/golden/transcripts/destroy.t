# Destroying: protected, with exceptions, asked about, and all of it.
quietly: apply --auto-approve
run: destroy
run: destroy --except db
run: plan --destroy --except db
run: destroy --except db --auto-approve
edit: main.fabric later/main.fabric
run: apply --auto-approve
run: destroy --auto-approve
run: destroy --auto-approve
--- main.fabric
fabric "shop" {}

resource folder: local.Directory { path = "data" }
resource db: local.File {
  @protect = true

  path    = "${folder.path}/db"
  content = "rows\n"
}
resource page: local.File for n in ["a", "b", "c"] {
  path    = n
  content = n
}
--- later/main.fabric
fabric "shop" {}

resource folder: local.Directory { path = "data" }
resource db: local.File {
  path    = "${folder.path}/db"
  content = "rows\n"
}
resource page: local.File for n in ["a", "b", "c"] {
  path    = n
  content = n
}
--- expect
$ weft destroy
error: 1 resource is protected, so nothing is destroyed
  db  local.File  @protect, main.fabric:4
Nothing was changed. Take @protect out, or keep it:  weft destroy --except db
[exit 3]

$ weft destroy --except db
Plan to destroy shop, state @N: destroy 3, keep 2

DESTROY 3
- page[a]  local.File  a
- page[b]  local.File  b
- page[c]  local.File  c

KEEP 2: db (--except), folder (what is kept needs it)

3 resources. Weft cannot bring them back.

error: weft destroy asks before it goes on, and there is nobody to ask
Nothing was changed. Answer beforehand:  weft destroy --except db --auto-approve
[exit 3]

$ weft plan --destroy --except db
Plan to destroy shop, state @N: destroy 3, keep 2

DESTROY 3
- page[a]  local.File  a
- page[b]  local.File  b
- page[c]  local.File  c

KEEP 2: db (--except), folder (what is kept needs it)

3 resources. Weft cannot bring them back. Nothing was changed.

$ weft destroy --except db --auto-approve
Plan to destroy shop, state @N: destroy 3, keep 2

DESTROY 3
- page[a]  local.File  a
- page[b]  local.File  b
- page[c]  local.File  c

KEEP 2: db (--except), folder (what is kept needs it)

Destroyed shop in 0.0s: destroyed 3.
State @N → @N.

$ weft apply --auto-approve
Plan for shop, state @N: create 3, state only 1
2 resources read in 0.0s, 1 unchanged

CREATE 3
+ 3 × page[…]  local.File  a, b, c  main.fabric:8

STATE ONLY 1, nothing in the world changes
= record  db  local.File  data/db, the world is so already  main.fabric:4
    @protect changes

Applied shop in 0.0s: created 3, 1 in the state only.
State @N → @N.

$ weft destroy --auto-approve
Plan to destroy shop, state @N: destroy 5

DESTROY 5
- db  local.File  data/db
- folder  local.Directory  data
- page[a]  local.File  a
- page[b]  local.File  b
- page[c]  local.File  c

Destroyed shop in 0.0s: destroyed 5.
State @N → @N.

$ weft destroy --auto-approve
Nothing to destroy of shop, state @N: it holds nothing.
