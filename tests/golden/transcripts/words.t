# Wrong words on the command line, with the likely right ones.
run: plna
run: statelist
run: state lsit
run: state
run: debug
run: import terraform dir
run: plan --ful
run: plan --out
run: plan extra
run: apply a b
run: adopt web
run: plan --refresh some
run: plan --only
run: plan --env prod --env dev
run: apply --parallel 0
run: apply --parallel many
run: apply --wait soon
run: plan --set size
run: --ascii
run: -C nowhere plan
run: plan --color sometimes
run: completion tcsh
run: docs local.Fil
run: docs E9999
--- main.fabric
fabric "shop" {}
--- expect
$ weft plna
error: weft has no verb `plna`
did you mean `weft plan`?
[exit 64]

$ weft statelist
error: weft has no verb `statelist`
did you mean `weft state list`?
[exit 64]

$ weft state lsit
error: weft has no verb `state lsit`
did you mean `weft state list`?
[exit 64]

$ weft state
Usage: weft state VERB [OPTIONS]
  weft state list                 list records
  weft state show                 show records whole
  weft state history              list the runs that wrote the state
  weft state mv                   rename records
  weft state rm                   take records out of the state, as forget does
  weft state verify               compare the state with its log
  weft state backup               copy the state
  weft state heal                 go on with a state that was moved or put back
  weft state compact              drop old history
[exit 64]

$ weft debug
Usage: weft debug VERB [OPTIONS]
  weft debug tokens               a file's tokens
  weft debug tree                 a file's tree
  weft debug config               the checked module
  weft debug graph                the plan's execution graph
  weft debug plan                 the plan document
[exit 64]

$ weft import terraform dir
error: weft import is not in this version yet
weft --help lists what is
[exit 64]

$ weft plan --ful
error: weft plan has no option `--ful`
did you mean `--full`? weft plan --help has its options
[exit 64]

$ weft plan --out
error: `--out` needs a value: --out FILE
weft plan --help has its options
[exit 64]

$ weft plan extra
error: weft plan takes only options, `extra` is too much
weft plan --help has its options
[exit 64]

$ weft apply a b
error: weft apply takes 1 word, `b` is too much
weft apply --help has its options
[exit 64]

$ weft adopt web
error: weft adopt needs ID
weft adopt --help has its options
[exit 64]

$ weft plan --refresh some
error: `--refresh` takes full, changed, none, not `some`
weft plan --help has its options
[exit 64]

$ weft plan --only
error: `--only` needs a value: --only ADDRESS
weft plan --help has its options
[exit 64]

$ weft plan --env prod --env dev
error: `--env` is given 2 times
weft plan --help has its options
[exit 64]

$ weft apply --parallel 0
error: `--parallel 0` is no number of steps
Nothing was changed. Say 1 or more; without it as many as the graph allows
[exit 64]

$ weft apply --parallel many
error: `--parallel many` is no number of steps
Nothing was changed. Say 1 or more; without it as many as the graph allows
[exit 64]

$ weft apply --wait soon
error: `--wait soon` is no duration
Nothing was changed. For example --wait 10m
[exit 64]

$ weft plan --set size
error: `--set size` is not NAME=VALUE
[exit 64]

$ weft --ascii
error: `--ascii` needs a verb
weft --help lists them
[exit 64]

$ weft -C nowhere plan
error: -C nowhere: no such file or directory
[exit 1]

$ weft plan --color sometimes
error: `--color` takes always, never, not `sometimes`
weft plan --help has its options
[exit 64]

$ weft completion tcsh
error: there is no completion for `tcsh`
There is bash, zsh and fish
[exit 64]

$ weft docs local.Fil
error: nothing is called `local.Fil`
Did you mean `local.File`?
[exit 1]

$ weft docs E9999
error: nothing is called `E9999`
weft docs lists what there is
[exit 1]
