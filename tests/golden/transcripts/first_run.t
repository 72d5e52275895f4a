# An empty folder, from nothing typed to the first apply.
run:
run: -C shop plan
run: -C shop apply
run: -C shop state list
run: -C shop show
run: -C shop output
run: -C shop drift
run: -C shop destroy
run: -C shop init
run: -C shop init --from aws
run: -C shop init --from nothing
run: -C shop init --from local
run: -C shop init
run: -C shop plan
run: -C shop show
terminal: 100
env: NO_COLOR=1
type: 2
run: -C other init
run: -C other plan --progress none
--- shop/notes.txt
Not a fabric file.
--- other/notes.txt
Not a fabric file either.
--- expect
$ weft
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
[exit 64]

$ weft -C shop plan
error[E0501]: no fabric file (*.fabric) in this folder
   = help: `weft init` starts one; its local example needs no account
[exit 1]

$ weft -C shop apply
error[E0501]: no fabric file (*.fabric) in this folder
   = help: `weft init` starts one; its local example needs no account

Nothing was changed.
[exit 1]

$ weft -C shop state list
error: there is no state of environment `default` in this folder
weft apply makes it
[exit 1]

$ weft -C shop show
error: there is no state of environment `default` in this folder
weft apply makes it
[exit 1]

$ weft -C shop output
error: there is no state of environment `default` in this folder
weft apply makes it
[exit 1]

$ weft -C shop drift
error[E0501]: no fabric file (*.fabric) in this folder
   = help: `weft init` starts one; its local example needs no account
[exit 1]

$ weft -C shop destroy
error[E0501]: no fabric file (*.fabric) in this folder
   = help: `weft init` starts one; its local example needs no account

Nothing was changed.
[exit 1]

$ weft -C shop init
error: weft init asks before it goes on, and there is nobody to ask
Nothing was changed. Answer beforehand:  weft -C shop init --from local|empty
[exit 3]

$ weft -C shop init --from aws
error: a fabric of `aws` cannot be started yet: its provider is not in this version
One of: local, empty
[exit 1]

$ weft -C shop init --from nothing
error: there is nothing called `nothing` to start from
One of: local, empty
[exit 1]

$ weft -C shop init --from local
Wrote main.fabric (12 lines) and .gitignore. Next:  weft plan

$ weft -C shop init
Everything is ready.  Next:  weft plan

$ weft -C shop plan
Plan for shop, state @0: create 2

CREATE 2
+ hello  local.File  path = "hello.txt", and 1 more  main.fabric:7
+ who  local.RandomPet  words = 2  main.fabric:5

Outputs: file = "hello.txt".
Would create 2. Nothing was changed.

$ weft -C shop show
error: there is no state of environment `default` in this folder
weft apply makes it
[exit 1]

$ weft -C other init
Start from: 1 local files, 2 empty [1]: Wrote main.fabric (1 line) and .gitignore. Next:  weft plan

$ weft -C other plan --progress none
Nothing to do for other, state @0: it declares nothing and holds nothing.
