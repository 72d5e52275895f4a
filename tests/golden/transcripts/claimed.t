# Somebody else is at work on the same resource: who, what, since when, and what to do.
env: WEFT_PROGRESS
fifo: started
fifo: gate
begin: apply --auto-approve
await: started
run: apply --auto-approve
run: state history
run: state mv slow fast
release: gate
end:
run: state history
--- main.fabric
fabric "shop" {}

resource slow: local.Command {
  create = ["sh", "-c", "echo up > started; cat gate > /dev/null"]
}
--- expect
$ weft apply --auto-approve
Plan for shop, state @N: create 1

CREATE 1
+ slow  local.Command  create = ["sh", "-c", "echo up > started; cat gate > /dev/null"]  main.fabric:3
    if its answer is lost, only a person can tell whether it was done (blind)
error: the record that this plan changes is claimed by another run
  slow
  r-0000: weft apply --auto-approve, deploy on host, for 0s, last sign 0s ago
Nothing was changed. Wait for it:  weft apply --wait 10m
Break it, if the run is dead (it is alive: process 0 on this machine):  weft unlock r-0000
[exit 3]

$ weft state history
VERSIONS  RUN  WHEN  BY  WHAT
@N–@N  r-0000  2000-01-01 00:00  deploy on host  apply, running

$ weft state mv slow fast
error: no record is called `slow`
Nothing was changed. weft state list shows all
[exit 1]

$ weft state history
VERSIONS  RUN  WHEN  BY  WHAT
@N–@N  r-0000  2000-01-01 00:00  deploy on host  apply: 1 done
