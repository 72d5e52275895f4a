# The same where the world can be asked: settled without anybody's help.
env: WEFT_PROGRESS
crash: call.answered apply --auto-approve
run: plan
run: apply --auto-approve
--- main.fabric
fabric "shop" {}

resource other: local.File {
  path    = "other.txt"
  content = "x"
}
--- expect
$ weft plan
Plan for shop, state @N: create 1

CREATE 1
+ other  local.File  path = "other.txt", and 1 more  main.fabric:3

Would create 1. Nothing was changed.
1 call of a run that is over is in doubt. weft apply finds out first what became of it, and so does  weft recover

$ weft apply --auto-approve
Run r-0000 (deploy on host, 00:00) ended without a word and left 1 intent open. Settling:
  create other             found      other.txt: the file is there as it was to be
Settled 1 in 0.0s; nothing was made twice.
Nothing to do for shop, state @N: 1 resource agrees (0.0s).
