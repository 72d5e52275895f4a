# A replacement and what it forces: drawn under it, once, though it stands further away than one reference; and why.
quietly: apply --auto-approve
edit: main.fabric later/main.fabric
run: plan
run: plan --progress plain
run: plan --why page[a]
run: plan --why folder
run: why note
run: why color
run: why nothing
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
$ weft plan
Plan for shop, state @N: replace 4, update 2
4 resources read in 0.0s

REPLACE 4
± key  local.Data  00000000-0000-0000-0000-000000000000  main.fabric:4
    keepers.color: "blue" → "green"  create-only
    destroyed first, then created: no key in between; forces
    ├ ± folder  local.Directory  out/00000000-0000-0000-0000-000000000000  path is create-only
    │ ├ ± page[a]  local.File  out/00000000-0000-0000-0000-000000000000/a  path is create-only
    │ └ ± page[b]  local.File  out/00000000-0000-0000-0000-000000000000/b  path is create-only
    └ ~ note  local.File  content → (known after key, starts with "id ")

UPDATE 2 (1 above)
~ color  local.Data  00000000-0000-0000-0000-000000000000  main.fabric:3
    value: "blue" → "green"

Would replace 4, update 2. Nothing was changed.

$ weft plan --progress plain
Plan for shop, state @N: replace 4, update 2
4 resources read in 0.0s

REPLACE 4
± key  local.Data  00000000-0000-0000-0000-000000000000  main.fabric:4
    keepers.color: "blue" → "green"  create-only
    destroyed first, then created: no key in between; forces
      ± folder  local.Directory  out/00000000-0000-0000-0000-000000000000  path is create-only
        ± page[a]  local.File  out/00000000-0000-0000-0000-000000000000/a  path is create-only
        ± page[b]  local.File  out/00000000-0000-0000-0000-000000000000/b  path is create-only
      ~ note  local.File  content → (known after key, starts with "id ")

UPDATE 2 (1 above)
~ color  local.Data  00000000-0000-0000-0000-000000000000  main.fabric:3
    value: "blue" → "green"

Would replace 4, update 2. Nothing was changed.

$ weft plan --why 'page[a]'
page[a] must be replaced: path is create-only and changes
    main.fabric:10  path    = "${folder.path}/${n}"
    path: "out/00000000-0000-0000-0000-000000000000/a" → (known after key, starts with "out/")
    applied @N on 2000-01-01 00:00, the same in the world now
└ folder must be replaced: path is create-only and changes
    main.fabric:8  resource folder: local.Directory { path = "out/${key.id}" }
    path: "out/00000000-0000-0000-0000-000000000000" → (known after key, starts with "out/")
    applied @N on 2000-01-01 00:00, the same in the world now
  └ key must be replaced: keepers.color is create-only and changes
      main.fabric:6  keepers = { color = color.value }
      keepers.color: "blue" → "green"
      applied @N on 2000-01-01 00:00
Waits for: folder (replace).

$ weft plan --why folder
folder must be replaced: path is create-only and changes
    main.fabric:8  resource folder: local.Directory { path = "out/${key.id}" }
    path: "out/00000000-0000-0000-0000-000000000000" → (known after key, starts with "out/")
    applied @N on 2000-01-01 00:00, the same in the world now
└ key must be replaced: keepers.color is create-only and changes
    main.fabric:6  keepers = { color = color.value }
    keepers.color: "blue" → "green"
    applied @N on 2000-01-01 00:00
Waits for: key (replace). Waiting for it: page[a], page[b].

$ weft why note
note is updated: content changes
    main.fabric:15  content = "id ${key.id}\n"
    content: "id 00000000-0000-0000-0000-000000000000\n" → (known after key, starts with "id ")
    applied @N on 2000-01-01 00:00, the same in the world now
└ key must be replaced: keepers.color is create-only and changes
    main.fabric:6  keepers = { color = color.value }
    keepers.color: "blue" → "green"
    applied @N on 2000-01-01 00:00
Waits for: key (replace).

$ weft why color
color is updated: value changes
    main.fabric:3  resource color: local.Data { value = "green" }
    value: "blue" → "green"
    applied @N on 2000-01-01 00:00
Waiting for it: key.

$ weft why nothing
error: nothing is called `nothing`
weft graph lists what is declared
[exit 1]
