# The help of the program and of every verb, with an example in each.
run: --help
run: --version
run: init --help
run: fmt --help
run: check --help
run: plan --help
run: apply --help
run: drift --help
run: destroy --help
run: show --help
run: output --help
run: why --help
run: graph --help
run: console --help
run: docs --help
run: state list --help
run: state show --help
run: state history --help
run: state mv --help
run: state rm --help
run: state verify --help
run: state backup --help
run: state heal --help
run: state compact --help
run: adopt --help
run: forget --help
run: recover --help
run: unlock --help
run: version --help
run: completion --help
run: debug tokens --help
run: debug tree --help
run: debug config --help
run: debug graph --help
run: debug plan --help
run: state --help
run: debug --help
--- expect
$ weft --help
Weft plans and applies changes to infrastructure.
Usage: weft [-C DIR] VERB [OPTIONS]
Daily      init     start a fabric in this folder
           fmt      settle the layout of files
           check    find mistakes, offline
           plan     show what would change, and why
           apply    make the changes
           drift    compare the world with the state
           destroy  destroy what the fabric holds
Looking    show output why graph console docs
State      state adopt forget recover unlock
Program    version completion debug
Anywhere   -C DIR  --json  --json-to FILE  --color always|never  --ascii
           --quiet  --no-input  --progress live|plain|none  --trace FILE

weft VERB --help has options and examples; weft docs explains a type, a function
or an error code.

$ weft --version
weft 0.0.0 (0000000, linux x86_64)
schemas: local, time, http; formats: state 1, plan 1, events 1

$ weft init --help
Start a fabric in this folder, or make an existing one ready. Nothing that
exists is overwritten.
Usage: weft init [OPTIONS]
  weft init                            asks what to start from
  weft init --from local               files on this machine: needs no account
Start      --from NAME
Output     --json  --json-to FILE
Exit       0, or 1 on error; 3 when there is nobody to ask

$ weft fmt --help
Settle the layout of fabric files. Only white space changes; a file with a
syntax error is left alone.
Usage: weft fmt [FILE…] [OPTIONS]
  weft fmt                             all files of the folder; names those that
                                       it rewrote
  weft fmt --check                     change nothing, exit 2 when something
                                       would
  weft fmt --diff main.fabric          show what would change
Change     --check  --diff
Output     --json  --json-to FILE
Exit       0, or 1 on error; with --check or --diff 2 when files would change

$ weft check --help
Find mistakes: names, types, attributes, modules. Offline; touches nothing but
with --fix.
Usage: weft check [OPTIONS]
  weft check                           the fabric or module in this folder
  weft check --fix                     mend what can be mended without a doubt
  weft check --sarif check.sarif       for code scanning
  weft docs E0304                      what an error code means
Change     --fix
Output     --json  --json-to FILE  --sarif FILE
Exit       0, or 1 when there are errors

$ weft plan --help
Show what would change, and why. Changes nothing and claims nothing.
Usage: weft plan [OPTIONS]
  weft plan                            what would change
  weft plan --out prod.plan            save it; weft apply prod.plan does
                                       exactly that
  weft plan --only 'web[*]'            only these and what they need
  weft plan --why 'subnet[a]'          one step, down to the source lines
Which      --only ADDRESS  --except ADDRESS  --replace ADDRESS  --destroy
Inputs     --env ENV  --set NAME=VALUE  --inputs FILE
World      --refresh full|changed|none
Output     --full  --out FILE  --json  --json-to FILE  --markdown  --html FILE
           --sarif FILE  --junit FILE
Exit       0, or 1 on error; with --detailed-exitcode 2 when there are changes

$ weft apply --help
Make the changes: plan, show, ask, do. Run again after anything, it goes on
where it stopped.
Usage: weft apply [PLAN] [OPTIONS]
  weft apply                           plan, ask, and do it
  weft apply prod.plan                 exactly the saved plan; refused if it is
                                       stale
  weft apply --auto-approve            ask nothing (CI)
  weft apply --wait 10m                wait for whoever holds what it needs
Which      --only ADDRESS  --except ADDRESS  --replace ADDRESS
Inputs     --env ENV  --set NAME=VALUE  --inputs FILE
World      --refresh full|changed|none
Run        --auto-approve  --wait DURATION  --parallel N
Output     --full  --json  --json-to FILE  --junit FILE
Exit       0; 1 failed, nothing changed; 3 refused, nothing changed; 4 changed
           in part; 130, 143 stopped

$ weft drift --help
Compare the world with what it was after the last apply. Changes nothing but
with --fix.
Usage: weft drift [OPTIONS]
  weft drift                           what somebody else has changed
  weft drift --fix                     plan the way back, ask, and do it
  weft drift --json                    for a pipeline that watches
Which      --only ADDRESS  --except ADDRESS
Inputs     --env ENV  --set NAME=VALUE  --inputs FILE
Run        --fix  --auto-approve
Output     --full  --json  --json-to FILE
Exit       0 no drift, 2 drift, 1 on error; with --fix as weft apply

$ weft destroy --help
Destroy what the fabric holds, in reverse order. Asks for the fabric's name.
Usage: weft destroy [OPTIONS]
  weft destroy                         everything that the state knows
  weft destroy --except db             all but this and what it needs
  weft destroy --only 'web[*]'         these and what depends on them
  weft plan --destroy                  only look
Which      --only ADDRESS  --except ADDRESS
Inputs     --env ENV  --set NAME=VALUE  --inputs FILE
World      --refresh full|changed|none
Run        --auto-approve  --wait DURATION
Output     --full  --json  --json-to FILE  --junit FILE
Exit       0; 1 failed, nothing changed; 3 refused, nothing changed; 4 changed
           in part; 130, 143 stopped

$ weft show --help
Show a saved plan, or without one what the fabric holds.
Usage: weft show [PLAN] [OPTIONS]
  weft show                            what the state knows, in short
  weft show prod.plan                  a saved plan, as weft plan has shown it
  weft show prod.plan --markdown       for a merge request
Which      --env ENV
Output     --full  --json  --json-to FILE  --markdown  --html FILE  --junit FILE
Exit       0, or 1 on error

$ weft output --help
Show outputs as the last apply recorded them.
Usage: weft output [NAME] [OPTIONS]
  weft output                          all of them; secrets are not shown
  weft output endpoint                 one: a string without quotes, anything
                                       else as JSON
  weft output password --reveal        a secret
Which      --env ENV
Output     --reveal  --json  --json-to FILE
Exit       0, or 1 when there is no such output or no state

$ weft why --help
Explain one step of the plan, down to the source lines.
Usage: weft why ADDRESS [OPTIONS]
  weft why 'subnet[a]'                 of a fresh plan
  weft why --plan prod.plan web        of a saved one
Plan       --plan FILE
Inputs     --env ENV  --set NAME=VALUE  --inputs FILE
World      --refresh full|changed|none
Output     --full  --json  --json-to FILE
Exit       0, or 1 on error

$ weft graph --help
Show what needs what, by layers: everything in a layer can be made at once.
Usage: weft graph [OPTIONS]
  weft graph                                   as text
  weft graph --html graph.html                 a page with search, to look
                                               around in
  weft graph --plan --svg graph.svg            coloured by what the plan would
                                               do
  weft graph --dot | dot -Tpng -o graph.png    for Graphviz
Inputs     --env ENV  --set NAME=VALUE  --inputs FILE
Output     --full  --plan  --dot  --svg FILE  --html FILE  --json
           --json-to FILE
Exit       0, or 1 on error

$ weft console --help
Evaluate expressions against inputs and what the state knows. Reads nothing from
the world.
Usage: weft console [EXPRESSION…] [OPTIONS]
  weft console                                      a prompt
  weft console 'net.subnet(vpc.CidrBlock, 4, 2)'    one expression
  echo 'length(zones)' | weft console               from a pipe
Inputs     --env ENV  --set NAME=VALUE  --inputs FILE
Output     --json  --json-to FILE
Exit       0, or 1 when an expression fails

$ weft docs --help
Explain a type, a provider, a function, a word of the language, an error code or
a verb. Offline.
Usage: weft docs [NAME…] [OPTIONS]
  weft docs                            what there is
  weft docs local.File                 a type: attributes, defaults, an example
  weft docs string.join                a function
  weft docs @protect                   a word of the language
  weft docs E0304                      an error code
  weft docs state mv                   a verb, option by option
Output     --json  --json-to FILE
Exit       0, or 1 when nothing is called so

$ weft state list --help
List the records of the state. Nothing is read from the world.
Usage: weft state list [ADDRESS] [OPTIONS]
  weft state list                      all of them
  weft state list 'nat[*]'             some
Which      --env ENV
Output     --json  --json-to FILE
Exit       0, or 1 on error

$ weft state show --help
Show records whole: what was written, what the provider filled in, who uses
them.
Usage: weft state show ADDRESS [@VERSION] [OPTIONS]
  weft state show 'nat[us-east-2c]'    as it is now
  weft state show web @N  as it was at a version
  weft state show key --reveal         with its secrets
Which      --env ENV
Output     --full  --reveal  --json  --json-to FILE
Exit       0, or 1 on error

$ weft state history --help
List the runs that wrote the state, newest first.
Usage: weft state history [OPTIONS]
  weft state history                   the last 20
  weft state history --full            all that are kept
Which      --env ENV
Output     --full  --json  --json-to FILE
Exit       0, or 1 on error

$ weft state mv --help
Rename records, in one transaction. The world stays as it is.
Usage: weft state mv OLD NEW [OPTIONS]
  weft state mv topic alerts           one resource
  weft state mv net network            a module with all in it
Which      --env ENV
Output     --json  --json-to FILE
Exit       0; 1 failed, 3 refused: nothing changed

$ weft state rm --help
Take records out of the state, as weft forget does. What they stand for stays.
Usage: weft state rm ADDRESS… [OPTIONS]
  weft state rm legacy                 one resource
  weft state rm 'worker[*]' network    several
Which      --env ENV
Output     --json  --json-to FILE
Exit       0; 1 failed, 3 refused: nothing changed

$ weft state verify --help
Fold the state's whole log again and compare the result with its tables.
Usage: weft state verify [OPTIONS]
  weft state verify                    of this fabric
  weft state verify --env prod         of another environment
Which      --env ENV
Output     --json  --json-to FILE
Exit       0, or 1 when they differ

$ weft state backup --help
Copy the state as it is at one moment, also while others work on it.
Usage: weft state backup FOLDER [OPTIONS]
  weft state backup ../before-the-move    to put back: move it to
                                          .weft/state/ENV
Which      --env ENV
Output     --json  --json-to FILE
Exit       0, or 1 on error

$ weft state heal --help
Go on with a state that was moved here, restored or put back from a backup, or
whose fabric was renamed.
Usage: weft state heal [OPTIONS]
  weft state heal --moved              the folder was copied or restored, and no
                                       other copy is in use
  weft state heal --accept-rewind      the state is older than what was seen of
                                       it, and the newer one is lost
  weft state heal --renamed            the fabric has another name now
Which      --env ENV  --moved  --accept-rewind  --renamed
Output     --json  --json-to FILE
Exit       0, or 1 on error

$ weft state compact --help
Drop old history and give its room back to the disk. Records stay as they are.
Usage: weft state compact [OPTIONS]
  weft state compact                           keep 90 days, and 100 versions
                                               however old
  weft state compact --versions 10 --age 0s    keep the last 10
Which      --env ENV  --versions NUMBER  --age DURATION
Output     --json  --json-to FILE
Exit       0, or 1 on error

$ weft adopt --help
Take an object that exists into the state, as the declared resource. The world
stays as it is.
Usage: weft adopt ADDRESS ID [OPTIONS]
  weft adopt logs ref-logs                  a bucket by its name
  weft adopt 'subnet[a]' subnet-0c51d7a2    one of many
Inputs     --env ENV  --set NAME=VALUE  --inputs FILE
Output     --json  --json-to FILE
Exit       0; 1 failed, 3 refused: nothing changed

$ weft forget --help
Take records out of the state. What they stand for stays in the world.
Usage: weft forget ADDRESS… [OPTIONS]
  weft forget legacy                   one resource
  weft forget 'worker[*]' network      several
Which      --env ENV
Output     --json  --json-to FILE
Exit       0; 1 failed, 3 refused: nothing changed

$ weft recover --help
Find out what became of calls that a dead run left open. weft apply does so
first, too.
Usage: weft recover [ADDRESS] [OPTIONS]
  weft recover                         settle all that can be settled
  weft recover vol --adopt vol-1       it was done, and this is it
  weft recover vol --not-done          it was not done: the next plan does it
  weft recover vol --retry             find out once more
Answer     --adopt ID  --done  --not-done  --retry
Inputs     --env ENV  --set NAME=VALUE  --inputs FILE
Output     --json  --json-to FILE
Exit       0; 1 failed, 3 refused; 4 some are left for a person

$ weft unlock --help
Free the claims of a run that is dead. A dead run on this machine is noticed
without it.
Usage: weft unlock RUN [OPTIONS]
  weft unlock r-0000                   shows the run, asks, and frees what it
                                       holds
Which      --env ENV
Run        --auto-approve
Output     --json  --json-to FILE
Exit       0; 1 failed, 3 refused: nothing changed

$ weft version --help
Show the version of the program, of its schemas and of the formats that it
writes.
Usage: weft version [OPTIONS]
  weft version                         also weft --version
  weft version --json                  for scripts
Output     --json  --json-to FILE
Exit       0

$ weft completion --help
Print a completion script for a shell.
Usage: weft completion SHELL
  source <(weft completion bash)               in ~/.bashrc
  weft completion zsh > "${fpath[1]}/_weft"    once
  weft completion fish | source                in config.fish
Exit       0

$ weft debug tokens --help
Show a file's tokens, as the lexer sees them.
Usage: weft debug tokens FILE
  weft debug tokens main.fabric        one a line, with its place
Exit       0, or 1 on error

$ weft debug tree --help
Show a file's tree, as the parser sees it.
Usage: weft debug tree FILE
  weft debug tree main.fabric          one node a line, children indented
Exit       0, or 1 on error

$ weft debug config --help
Show the checked module of this folder: declarations in the order in which they
are evaluated.
Usage: weft debug config
  weft debug config                    before any value is known
Exit       0, or 1 on error

$ weft debug graph --help
Show the plan's execution graph, for Graphviz.
Usage: weft debug graph [OPTIONS]
  weft debug graph | dot -Tsvg > plan.svg    what must be done before what
Which      --only ADDRESS  --except ADDRESS
Inputs     --env ENV  --set NAME=VALUE  --inputs FILE
World      --refresh full|changed|none
Exit       0, or 1 on error

$ weft debug plan --help
Show the whole plan document as JSON.
Usage: weft debug plan [OPTIONS]
  weft debug plan --only web           of a part of the fabric
Which      --only ADDRESS  --except ADDRESS
Inputs     --env ENV  --set NAME=VALUE  --inputs FILE
World      --refresh full|changed|none
Exit       0, or 1 on error

$ weft state --help
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

$ weft debug --help
Usage: weft debug VERB [OPTIONS]
  weft debug tokens               a file's tokens
  weft debug tree                 a file's tree
  weft debug config               the checked module
  weft debug graph                the plan's execution graph
  weft debug plan                 the plan document
