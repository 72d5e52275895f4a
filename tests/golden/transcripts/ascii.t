# Without a character outside ASCII: asked for, by the environment, by the locale.
quietly: apply --auto-approve
edit: main.fabric later/main.fabric
run: plan --ascii
env: WEFT_ASCII=1
run: plan --why folder
env: WEFT_ASCII=
env: LANG=C
run: state show folder
run: check
run: apply --auto-approve --parallel 1
--- main.fabric
fabric "shop" {}

resource color: local.Data { value = "blue" }
resource key: local.Data {
  value   = 1
  keepers = { color = color.value }
}
resource folder: local.Directory { path = "out/${key.id}" }
resource page: local.File for n in ["a", "b"] {
  path    = "${folder.path}/${n}"
  content = "page ${n}\n"
}
resource note: local.File {
  path    = "note"
  content = "id ${key.id}\n"
}
--- later/main.fabric
fabric "shop" {}

resource color: local.Data { value = "green" }
resource key: local.Data {
  value   = 1
  keepers = { color = color.value }
}
resource folder: local.Directory { path = "out/${key.id}" }
resource page: local.File for n in ["a", "b"] {
  path    = "${folder.path}/${n}"
  content = "page ${n}\n"
}
resource note: local.File {
  path    = "note"
  content = "id ${key.id}\n"
}
--- expect
$ weft plan --ascii
Plan for shop, state @N: replace 4, update 2
4 resources read in 0.0s

REPLACE 4
-/+ key  local.Data  00000000-0000-0000-0000-000000000000  main.fabric:4
    keepers.color: "blue" -> "green"  create-only
    destroyed first, then created: no key in between; forces
    |- -/+ folder  local.Directory  out/00000000-0000-0000-0000-000000000000  path is create-only
    | |- -/+ page[a]  local.File  out/00000000-0000-0000-0000-000000000000/a  path is create-only
    | \- -/+ page[b]  local.File  out/00000000-0000-0000-0000-000000000000/b  path is create-only
    \- ~ note  local.File  content -> (known after key, starts with "id ")

UPDATE 2 (1 above)
~ color  local.Data  00000000-0000-0000-0000-000000000000  main.fabric:3
    value: "blue" -> "green"

Would replace 4, update 2. Nothing was changed.

$ weft plan --why folder
folder must be replaced: path is create-only and changes
    main.fabric:8  resource folder: local.Directory { path = "out/${key.id}" }
    path: "out/00000000-0000-0000-0000-000000000000" -> (known after key, starts with "out/")
    applied @N on 2000-01-01 00:00, the same in the world now
\- key must be replaced: keepers.color is create-only and changes
    main.fabric:6  keepers = { color = color.value }
    keepers.color: "blue" -> "green"
    applied @N on 2000-01-01 00:00
Waits for: key (replace). Waiting for it: page[a], page[b].

$ weft state show folder
folder  local.Directory  out/00000000-0000-0000-0000-000000000000  @N
  declared  main.fabric:8      provider  local      used by  page[a], page[b]
  mode  "0755"
  path  "out/00000000-0000-0000-0000-000000000000"

$ weft check
1 file checked: no mistakes.

$ weft apply --auto-approve --parallel 1
Plan for shop, state @N: replace 4, update 2
4 resources read in 0.0s

REPLACE 4
-/+ key  local.Data  00000000-0000-0000-0000-000000000000  main.fabric:4
    keepers.color: "blue" -> "green"  create-only
    destroyed first, then created: no key in between; forces
    |- -/+ folder  local.Directory  out/00000000-0000-0000-0000-000000000000  path is create-only
    | |- -/+ page[a]  local.File  out/00000000-0000-0000-0000-000000000000/a  path is create-only
    | \- -/+ page[b]  local.File  out/00000000-0000-0000-0000-000000000000/b  path is create-only
    \- ~ note  local.File  content -> (known after key, starts with "id ")

UPDATE 2 (1 above)
~ color  local.Data  00000000-0000-0000-0000-000000000000  main.fabric:3
    value: "blue" -> "green"

Applied shop in 0.0s: replaced 4, updated 2.
State @N -> @N.
