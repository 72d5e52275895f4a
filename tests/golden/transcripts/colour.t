# Colour, forced: the terminal's own eight, bold and dim; words carry the meaning without it.
quietly: apply --auto-approve
edit: main.fabric later/main.fabric
run: plan --color always
env: CLICOLOR_FORCE=1
run: plan --why folder
run: plna
env: NO_COLOR=1
run: check
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
$ weft plan --color always
[1mPlan for shop, state @N: replace 4, update 2[0m
4 resources read in 0.0s

[1;31mREPLACE 4[0m
[31m±[0m [1mkey[0m  local.Data  00000000-0000-0000-0000-000000000000  [2mmain.fabric:4[0m
    keepers.color: "blue" → "green"  create-only
    destroyed first, then created: no key in between; forces
    [2m├ [0m[31m±[0m [1mfolder[0m  local.Directory  out/00000000-0000-0000-0000-000000000000  path is create-only
    [2m│ ├ [0m[31m±[0m [1mpage[a][0m  local.File  out/00000000-0000-0000-0000-000000000000/a  path is create-only
    [2m│ └ [0m[31m±[0m [1mpage[b][0m  local.File  out/00000000-0000-0000-0000-000000000000/b  path is create-only
    [2m└ [0m[33m~[0m [1mnote[0m  local.File  content → (known after key, starts with "id ")

[1;33mUPDATE 2 (1 above)[0m
[33m~[0m [1mcolor[0m  local.Data  00000000-0000-0000-0000-000000000000  [2mmain.fabric:3[0m
    value: "blue" → "green"

Would replace 4, update 2. Nothing was changed.

$ weft plan --why folder
[1mfolder[0m must be replaced: path is create-only and changes
    [2mmain.fabric:8[0m  resource folder: local.Directory { path = "out/${key.id}" }
    path: "out/00000000-0000-0000-0000-000000000000" → (known after key, starts with "out/")
    [2mapplied @N on 2000-01-01 00:00, the same in the world now[0m
[2m└ [0m[1mkey[0m must be replaced: keepers.color is create-only and changes
    [2mmain.fabric:6[0m  keepers = { color = color.value }
    keepers.color: "blue" → "green"
    [2mapplied @N on 2000-01-01 00:00[0m
Waits for: key (replace). Waiting for it: page[a], page[b].

$ weft plna
error: weft has no verb `plna`
did you mean `weft plan`?
[exit 64]

$ weft check
1 file checked: no mistakes.
