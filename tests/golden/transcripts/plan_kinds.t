# Each kind of step in one plan: what is destroyed and replaced first, consequences under their cause, then the rest.
quietly: apply --auto-approve
edit: main.fabric later/main.fabric
edit: taken.txt later/taken.txt
run: plan
run: plan --out next.plan
run: apply next.plan
run: plan
--- main.fabric
fabric "shop" {}

resource base: local.Directory { path = "site" }
resource page: local.File for name in ["home", "about"] {
  path    = "${base.path}/${name}.html"
  content = "<h1>${name}</h1>\n"
}
resource motd: local.File {
  path    = "motd.txt"
  content = "hello\n"
}
resource gone: local.File {
  path    = "gone.txt"
  content = "no longer wanted\n"
}
resource legacy: local.File {
  path    = "legacy.txt"
  content = "kept by somebody else\n"
}
resource alerts: local.Data { value = "ops@example.com" }
output pages = [for p in page: p.path]
--- later/main.fabric
fabric "shop" {}

resource base: local.Directory { path = "public" }
resource page: local.File for name in ["home", "about"] {
  path    = "${base.path}/${name}.html"
  content = "<h1>${name}</h1>\n"
}
resource motd: local.File {
  path    = "motd.txt"
  content = "good morning\n"
}
resource fresh: local.File {
  path    = "fresh.txt"
  content = "new\n"
}
resource token: local.RandomPassword { length = 20 }
resource taken: local.File {
  @adopt = "taken.txt"

  path    = "taken.txt"
  content = "here already\n"
}
resource alert_topic: local.Data { value = "ops@example.com" }
moved alerts to alert_topic
forget legacy
output pages = [for p in page: p.path]
--- later/taken.txt
here already
--- expect
$ weft plan
Plan for shop, state @N: destroy 1, replace 3, update 1, create 2, state only 3
6 resources read in 0.0s

DESTROY 1
- gone  local.File  gone.txt
    no longer declared; nothing else in this fabric depends on it

REPLACE 3
± base  local.Directory  site  main.fabric:3
    path: "site" → "public"  create-only
    destroyed first, then created: no base in between; forces
    ├ ± page[about]  local.File  site/about.html
    │     path: "site/about.html" → "public/about.html"  create-only
    └ ± page[home]  local.File  site/home.html
          path: "site/home.html" → "public/home.html"  create-only

UPDATE 1
~ motd  local.File  motd.txt  main.fabric:8
    content: "hello\n" → "good morning\n"

CREATE 2
+ fresh  local.File  path = "fresh.txt", and 1 more  main.fabric:12
+ token  local.RandomPassword  length = 20  main.fabric:16

STATE ONLY 3, nothing in the world changes
= move    alerts → alert_topic  local.Data  main.fabric:23
= adopt   taken  local.File  taken.txt, all 3 written attributes agree  main.fabric:17
= forget  legacy  local.File  legacy.txt, stays in the world  main.fabric:25

Outputs: pages changes.
Would destroy 1, replace 3, update 1, create 2, change 3 in the state only. Nothing was changed.

$ weft plan --out next.plan
Plan for shop, state @N: destroy 1, replace 3, update 1, create 2, state only 3
6 resources read in 0.0s

DESTROY 1
- gone  local.File  gone.txt
    no longer declared; nothing else in this fabric depends on it

REPLACE 3
± base  local.Directory  site  main.fabric:3
    path: "site" → "public"  create-only
    destroyed first, then created: no base in between; forces
    ├ ± page[about]  local.File  site/about.html
    │     path: "site/about.html" → "public/about.html"  create-only
    └ ± page[home]  local.File  site/home.html
          path: "site/home.html" → "public/home.html"  create-only

UPDATE 1
~ motd  local.File  motd.txt  main.fabric:8
    content: "hello\n" → "good morning\n"

CREATE 2
+ fresh  local.File  path = "fresh.txt", and 1 more  main.fabric:12
+ token  local.RandomPassword  length = 20  main.fabric:16

STATE ONLY 3, nothing in the world changes
= move    alerts → alert_topic  local.Data  main.fabric:23
= adopt   taken  local.File  taken.txt, all 3 written attributes agree  main.fabric:17
= forget  legacy  local.File  legacy.txt, stays in the world  main.fabric:25

Outputs: pages changes.
Would destroy 1, replace 3, update 1, create 2, change 3 in the state only. Nothing was changed.
Saved to next.plan.
Do exactly this:  weft apply next.plan

$ weft apply next.plan

Applied next.plan in 0.0s: destroyed 1, replaced 3, updated 1, created 2, 3 in the state only.
State @N → @N. Outputs: pages changed.

$ weft plan
Nothing to do for shop, state @N: 8 resources agree (0.0s).
