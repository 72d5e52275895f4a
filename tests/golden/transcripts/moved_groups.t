# Collections that move, are adopted or forgotten alike are one entry each; what moves to another key has a line of its own.
quietly: apply --auto-approve
edit: main.fabric later/main.fabric
edit: one.txt later/one.txt
edit: two.txt later/two.txt
run: plan
run: plan --full --only site
quietly: apply --auto-approve
run: plan
--- main.fabric
fabric "shop" {}

resource page: local.File for n in ["a", "b", "c"] {
  path    = "page/${n}"
  content = "page"
}
resource note: local.File for n in ["a", "b"] {
  path    = "note/${n}"
  content = "first"
}
resource old: local.File for n in ["x", "y"] {
  path    = "old/${n}"
  content = "old"
}
resource single: local.File {
  path    = "single"
  content = "s"
}
--- later/one.txt
text
--- later/two.txt
text
--- later/main.fabric
fabric "shop" {}

resource site: local.File for n in ["a", "b", "c"] {
  path    = "page/${n}"
  content = "page"
}
moved page to site
resource memo: local.File for n in ["a", "b"] {
  path    = "note/${n}"
  content = "second"
}
moved note to memo
resource taken: local.File for n in ["one", "two"] {
  @adopt = "${n}.txt"

  path    = "${n}.txt"
  content = "text\n"
}
resource many: local.File for n in ["s"] {
  path    = "single"
  content = "s"
}
moved single to many["s"]
forget old[*]
--- expect
$ weft plan
Plan for shop, state @N: update 2, state only 8
8 resources read in 0.0s

UPDATE 2
~ 2 × memo[…]  local.File  a, b, moved from note[…]  main.fabric:8
    content: "first" → "second"

STATE ONLY 8, nothing in the world changes
= move    single → many[s]  local.File  main.fabric:19
= move    3 × page[…] → site[…]  local.File  a, b, c  main.fabric:3
= adopt   2 × taken[…]  local.File  one, two, all written attributes agree  main.fabric:13
= forget  2 × old[…]  local.File  x, y, stays in the world  main.fabric:24

Would update 2, change 8 in the state only. Nothing was changed.

$ weft plan --full --only site
Plan for shop, state @N: state only 3
8 resources read in 0.0s

STATE ONLY 3, nothing in the world changes
= move    page[a] → site[a]  local.File  main.fabric:3
= move    page[b] → site[b]  local.File  main.fabric:3
= move    page[c] → site[c]  local.File  main.fabric:3

Would change 3 in the state only. Nothing was changed.

$ weft plan
Nothing to do for shop, state @N: 8 resources agree (0.0s).
