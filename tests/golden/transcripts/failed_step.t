# A step fails: what does not depend on it goes on, what does is skipped, a replacement is left half done, the next apply goes on.
env: WEFT_PROGRESS
quietly: apply --auto-approve
edit: main.fabric later/main.fabric
run: apply --auto-approve --parallel 1
run: plan
edit: main.fabric later/mended.fabric
run: apply --auto-approve --parallel 1
run: plan
--- main.fabric
fabric "shop" {}

resource service: local.Command {
  create     = ["sh", "-c", "echo up > service"]
  read       = ["sh", "-c", "test -f service || exit 3"]
  remove     = ["rm", "-f", "service"]
  idempotent = true
}
--- later/main.fabric
fabric "shop" {}

resource first: local.File {
  path    = "first"
  content = "1\n"
}
resource service: local.Command {
  create     = ["sh", "-c", "echo 'preparing'; echo 'no room on the device' >&2; exit 7"]
  read       = ["sh", "-c", "test -f service || exit 3"]
  remove     = ["rm", "-f", "service"]
  idempotent = true
}
resource user: local.File {
  path    = "user"
  content = "after ${service.exit_code}\n"
}
resource page: local.File {
  path    = "${user.path}.html"
  content = user.sha256
}
--- later/mended.fabric
fabric "shop" {}

resource first: local.File {
  path    = "first"
  content = "1\n"
}
resource service: local.Command {
  create     = ["sh", "-c", "echo up > service"]
  read       = ["sh", "-c", "test -f service || exit 3"]
  remove     = ["rm", "-f", "service"]
  idempotent = true
}
resource user: local.File {
  path    = "user"
  content = "after ${service.exit_code}\n"
}
resource page: local.File {
  path    = "${user.path}.html"
  content = user.sha256
}
--- expect
$ weft apply --auto-approve --parallel 1
Plan for shop, state @N: replace 1, create 3
1 resource read with 1 API call in 0.0s

REPLACE 1
± service  local.Command  00000000-0000-0000-0000-000000000000  main.fabric:7
    create[2]: "echo up > service" → "echo 'preparing'; echo 'no room on the device' >&2; exit 7"
    there is no `update` command
    destroyed first, then created: no service in between

CREATE 3
+ first  local.File  path = "first", and 1 more  main.fabric:3
+ page  local.File  path = "user.html", and 1 more  main.fabric:17
+ user  local.File  path = "user", and 1 more  main.fabric:13
00:00 applying    shop: 4 steps, 4 records claimed, state @N, run r-0000
00:00 failed      service (local.Command) after 0.0s
                  create: exit 7
                  "no room on the device"
00:00 created     first (local.File first) in 0.0s
00:00 failed      created 1, failed 1, skipped 2; @N → @N

FAILED 1
± service  local.Command  create, after 0s  main.fabric:7
    create: exit 7
    "no room on the device"
    half done: 00000000-0000-0000-0000-000000000000 is destroyed, the new one does not exist

SKIPPED 2, because service failed
+ page  local.File
+ user  local.File

DONE 1: created 1

Applied in part in 0.0s, state @N. State and world agree; no intent is open.
When the cause is gone:  weft apply
[exit 4]

$ weft plan
Plan for shop, state @N: create 3
1 resource read in 0.0s, 1 unchanged

CREATE 3
+ page  local.File  path = "user.html", and 1 more  main.fabric:17
+ service  local.Command  create = ["sh", "-c", "echo 'preparing'; echo 'no room on the device' >&2; exit 7"], and 3 more  main.fabric:7
+ user  local.File  path = "user", and 1 more  main.fabric:13

Would create 3. Nothing was changed.

$ weft apply --auto-approve --parallel 1
Plan for shop, state @N: create 3
1 resource read in 0.0s, 1 unchanged

CREATE 3
+ page  local.File  path = "user.html", and 1 more  main.fabric:17
+ service  local.Command  create = ["sh", "-c", "echo up > service"], and 3 more  main.fabric:7
+ user  local.File  path = "user", and 1 more  main.fabric:13
00:00 applying    shop: 3 steps, 3 records claimed, state @N, run r-0000
00:00 created     service (local.Command 00000000-0000-0000-0000-000000000000) in 0.0s
00:00 created     user (local.File user) in 0.0s
00:00 created     page (local.File user.html) in 0.0s
00:00 applied     created 3; @N → @N

Applied shop in 0.0s: created 3.
State @N → @N. 1 API call.

$ weft plan
Nothing to do for shop, state @N: 4 resources agree (1 API call, 0.0s).
