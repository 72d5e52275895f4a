# A run that died: what it left in doubt is settled first, or asked about.
env: WEFT_PROGRESS
crash: call.answered apply --auto-approve --parallel 1
run: state list
run: state history
run: plan
run: apply --auto-approve --parallel 1
run: state history
run: recover once --not-done
run: recover
run: apply --auto-approve
--- main.fabric
fabric "shop" {}

resource once: local.Command {
  create = ["sh", "-c", "echo done >> effects"]
}
resource other: local.File {
  path    = "other.txt"
  content = "x"
}
--- expect
$ weft state list
The state holds no resources.

$ weft state history
VERSIONS  RUN  WHEN  BY  WHAT
@N–@N  r-0000  2000-01-01 00:00  deploy on host  apply, ended without a word

$ weft plan
Plan for shop, state @N: create 2

CREATE 2
+ once  local.Command  create = ["sh", "-c", "echo done >> effects"]  main.fabric:3
    if its answer is lost, only a person can tell whether it was done (blind)
+ other  local.File  path = "other.txt", and 1 more  main.fabric:6

Would create 2. Nothing was changed.
1 call of a run that is over is in doubt. weft apply finds out first what became of it, and so does  weft recover

$ weft apply --auto-approve --parallel 1
Run r-0000 (deploy on host, 00:00) ended without a word and left 1 intent open. Settling:
  create once              open       only a person can tell what the command has done
Settled 0 of 1 in 0.0s; the rest is left open:  weft recover
Plan for shop, state @N: create 2

CREATE 2
+ once  local.Command  create = ["sh", "-c", "echo done >> effects"]  main.fabric:3
    if its answer is lost, only a person can tell whether it was done (blind)
+ other  local.File  path = "other.txt", and 1 more  main.fabric:6
00:00 applying    shop: 2 steps, 1 record claimed, state @N, run r-0000
00:00 open        once (local.Command) after 0.0s
                  what became of an earlier create is not known
                  it is not known whether anything was changed
00:00 created     other (local.File other.txt) in 0.0s
00:00 failed      created 1, open 1; @N → @N

OPEN 1, what became of its call is not known
+ once  local.Command  create, after 0s  main.fabric:3
    what became of an earlier create is not known
    it is not known whether anything was changed
    it was done:      weft recover once --adopt ID
    it was not done:  weft recover once --not-done
    find out again:   weft recover once --retry

DONE 1: created 1

Applied in part in 0.0s, state @N. 1 intent is open.
When the cause is gone:  weft apply
[exit 4]

$ weft state history
VERSIONS  RUN  WHEN  BY  WHAT
@N–@N  r-0000  2000-01-01 00:00  deploy on host  apply: 1 done, partial
@N–@N  r-0000  2000-01-01 00:00  deploy on host  recover: 0 settled, partial
@N–@N  r-0000  2000-01-01 00:00  deploy on host  apply, broken off

$ weft recover once --not-done
create once              not done  nothing is recorded, the next plan makes it
Settled 1, 0 left open. State @N → @N.
No call is in doubt any more. Go on:  weft apply

$ weft recover
No call is in doubt.

$ weft apply --auto-approve
Plan for shop, state @N: create 1
1 resource read in 0.0s, 1 unchanged

CREATE 1
+ once  local.Command  create = ["sh", "-c", "echo done >> effects"]  main.fabric:3
    if its answer is lost, only a person can tell whether it was done (blind)
00:00 applying    shop: 1 step, 1 record claimed, state @N, run r-0000
00:00 created     once (local.Command 00000000-0000-0000-0000-000000000000) in 0.0s
00:00 applied     created 1; @N → @N

Applied shop in 0.0s: created 1.
State @N → @N. 1 API call.
