# Instances that change alike: one diff for all of them, also where their values differ; replacements keep a line each.
quietly: apply --auto-approve
edit: main.fabric later/main.fabric
run: plan
run: plan --full --only site
--- main.fabric
fabric "mesh" {}

resource site: local.File for n in ["a", "b", "c"] {
  path    = "${n}.conf"
  content = """
    server ${n}
    listen 80
    keep alive
    gzip off
    """
}
resource mixed: local.File for n in ["a", "b", "c"] {
  path    = "mixed/${n}"
  content = if n == "b" then "size 1, own file\nof b\n" else "size 1\nname ${n}\nand so on, and so on\n"
}
resource token: local.Data for n in ["a", "b", "c"] {
  value   = n
  keepers = { round = 1 }
}
resource pair: local.Data for n in ["a", "b"] {
  value   = n
  keepers = { round = 1, why = "first" }
}
resource apart: local.Data for n in ["a", "b"] {
  value   = n
  keepers = { round = "${n}1" }
}
output pages = [for n, s in site: n]
output sizes = { for n, s in site: n => s.size }
output limits = { small = 1, large = 10 }
--- later/main.fabric
fabric "mesh" {}

resource site: local.File for n in ["a", "b", "c"] {
  path    = "${n}.conf"
  content = """
    server ${n}
    listen 8080
    keep alive
    gzip off
    """
}
resource mixed: local.File for n in ["a", "b", "c"] {
  path    = "mixed/${n}"
  content = if n == "b" then "size 2, own file\nof b\n" else "size 2\nname ${n}\nand so on, and so on\n"
}
resource token: local.Data for n in ["a", "b", "c"] {
  value   = n
  keepers = { round = 2 }
}
resource pair: local.Data for n in ["a", "b"] {
  value   = n
  keepers = { round = 2, why = "second" }
}
resource apart: local.Data for n in ["a", "b"] {
  value   = n
  keepers = { round = "${n}2" }
}
output pages = [for n, s in site: n]
output sizes = { for n, s in site: n => s.size }
output limits = { small = 1, large = 20 }
output extra = ["x", "y"]
--- expect
$ weft plan
Plan for mesh, state @N: replace 7, update 6
6 resources read in 0.0s

REPLACE 7
± apart[a]  local.Data  00000000-0000-0000-0000-000000000000  main.fabric:24
    keepers.round: "a1" → "a2"  create-only
    destroyed first, then created: no apart[a] in between
± apart[b]  local.Data  00000000-0000-0000-0000-000000000000  main.fabric:24
    keepers.round: "b1" → "b2"  create-only
    destroyed first, then created: no apart[b] in between
± pair[a]  local.Data  00000000-0000-0000-0000-000000000000  main.fabric:20
± pair[b]  local.Data  00000000-0000-0000-0000-000000000000  main.fabric:20
    both:
      keepers.round: 1 → 2  create-only
      keepers.why: "first" → "second"  create-only
      each destroyed first, then created
± token[a]  local.Data  00000000-0000-0000-0000-000000000000  main.fabric:16
± token[b]  local.Data  00000000-0000-0000-0000-000000000000  main.fabric:16
± token[c]  local.Data  00000000-0000-0000-0000-000000000000  main.fabric:16
    all 3: keepers.round: 1 → 2  create-only
    each destroyed first, then created

UPDATE 6
~ 3 × mixed[…]  local.File  a, b, c  main.fabric:12
    content, by key
      a, c (text, 3 lines)
        1 - size 1
        1 + size 2
      b (text, 2 lines)
        1 - size 1, own file
        1 + size 2, own file
~ 3 × site[…]  local.File  a, b, c  main.fabric:3
    content (text, 4 lines)
      2 - listen 80
      2 + listen 8080

Outputs: extra = ["x", "y"], limits.large: 10 → 20, sizes changes (known after site[a]), 1 unchanged.
Would replace 7, update 6. Nothing was changed.

$ weft plan --full --only site
Plan for mesh, state @N: update 3
6 resources read in 0.0s

UPDATE 3
~ site[a]  local.File  a.conf  main.fabric:3
    content (text, 4 lines)
      1   server a
      2 - listen 80
      2 + listen 8080
~ site[b]  local.File  b.conf  main.fabric:3
    content (text, 4 lines)
      1   server b
      2 - listen 80
      2 + listen 8080
~ site[c]  local.File  c.conf  main.fabric:3
    content (text, 4 lines)
      1   server c
      2 - listen 80
      2 + listen 8080

Outputs, 1 unchanged:
  extra = ["x", "y"]
  limits.large: 10 → 20
  sizes.a: 39B → (known after site[a])
  sizes.b: 39B → (known after site[b])
  sizes.c: 39B → (known after site[c])
Would update 3. Nothing was changed.
