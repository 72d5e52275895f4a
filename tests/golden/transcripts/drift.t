# Somebody changed the world: drift as such, and inside a plan.
quietly: apply --auto-approve
run: drift
edit: note later/note
remove: page/b.html
run: drift
run: plan
run: drift --fix --auto-approve
run: drift
--- main.fabric
fabric "shop" {}

resource note: local.File {
  path    = "note"
  content = "one\ntwo\nthree\n"
}
resource page: local.File for n in ["a", "b"] {
  path    = "page/${n}.html"
  content = "<h1>${n}</h1>"
}
--- later/note
one
2
three
--- expect
$ weft drift
No drift in shop, state @N: 3 resources read in 0.0s.

$ weft drift
Drift in shop, state @N: 1 resource missing, 1 value in 1 resource
3 resources read in 0.0s

! note  local.File  note  main.fabric:3
    content (text, - applied, + live)
      1   one
      2 - two
      2 + 2
! page[b]  local.File  page/b.html  main.fabric:7
    missing: it is not there any more

Set back:  weft drift --fix    Keep: write the live value into the file, or take out what is gone.
[exit 2]

$ weft plan
Plan for shop, state @N: update 1, create 1
3 resources read in 0.0s, 1 unchanged

UPDATE 1
~ note  local.File  note  main.fabric:3
  ! content: changed since @N; this step sets it back
      1   one
      2 - 2
      2 + two

CREATE 1
+ page[b]  local.File  path = "page/b.html", and 1 more  main.fabric:7
    missing: it is not there any more

Drift: 1 value, set back above; 1 resource missing, made again above.
Would update 1, create 1. Nothing was changed.

$ weft drift --fix --auto-approve
Drift in shop, state @N: 1 resource missing, 1 value in 1 resource
3 resources read in 0.0s

! note  local.File  note  main.fabric:3
    content (text, - applied, + live)
      1   one
      2 - two
      2 + 2
! page[b]  local.File  page/b.html  main.fabric:7
    missing: it is not there any more

Plan for shop, state @N: update 1, create 1
3 resources read in 0.0s, 1 unchanged

UPDATE 1
~ note  local.File  note  main.fabric:3
  ! content: changed since @N; this step sets it back
      1   one
      2 - 2
      2 + two

CREATE 1
+ page[b]  local.File  path = "page/b.html", and 1 more  main.fabric:7
    missing: it is not there any more

Applied shop in 0.0s: updated 1, created 1.
State @N → @N.

$ weft drift
No drift in shop, state @N: 3 resources read in 0.0s.
