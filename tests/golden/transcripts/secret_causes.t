# What a replacement forces through a secret stands below it like any other, whether the secret is known or not.
env: WEFT_INPUT_token=canary-one-canary
quietly: apply --auto-approve
run: plan --set size=24
run: why session --set size=24
env: WEFT_INPUT_token=canary-two-canary
run: plan
run: plan --set size=24 --out next.plan
run: show next.plan
run: plan --set size=24 --full --only base
--- main.fabric
fabric "shop" {}

input token: secret string
input size: int = 20

resource password: local.RandomPassword { length = size }
resource login: local.File {
  path    = "login"
  content = "password=${password.result}\n"
}
resource session: local.Data {
  value   = 1
  keepers = { password = password.result }
}
resource base: local.Data {
  value   = 1
  keepers = { token = token }
}
resource user: local.Data {
  value   = 2
  keepers = { token = base.keepers?.token }
}
resource own: local.Data {
  value   = 3
  keepers = { token = token, base = base.value }
}
resource none: local.Data { value = 4 }
output list = [password.result, "x"]
output login = { user = "ops", password = "${token}-${password.result}" }
output number = { user = "ops", secret = token, size = size }
--- expect
$ weft plan --set size=24
Plan for shop, state @N: replace 2, update 1
1 resource read in 0.0s, 4 unchanged

REPLACE 2
± password  local.RandomPassword  00000000-0000-0000-0000-000000000000  main.fabric:6
    length: 20 → 24  create-only
    destroyed first, then created: no password in between; forces
    ├ ± session  local.Data  00000000-0000-0000-0000-000000000000
    │     keepers.password: (secret, changed)  create-only
    └ ~ login  local.File  content: (secret, changed)

UPDATE 1 (above)

Outputs: list changes (partly secret), login changes (partly secret), number changes (partly secret).
Would replace 2, update 1. Nothing was changed.

$ weft why session --set size=24
session must be replaced: keepers.password is create-only and changes
    main.fabric:13  keepers = { password = password.result }
    keepers.password: (secret, changed)
    applied @N on 2000-01-01 00:00
└ password must be replaced: length is create-only and changes
    main.fabric:6  resource password: local.RandomPassword { length = size }
    length: 20 → 24
    applied @N on 2000-01-01 00:00
  └ size is 24 (--set size)  main.fabric:4  input size: int = 20
Waits for: password (replace).

$ weft plan
Plan for shop, state @N: replace 3
1 resource read in 0.0s, 4 unchanged

REPLACE 3
± base  local.Data  00000000-0000-0000-0000-000000000000  main.fabric:15
    keepers.token: (secret, changed)  create-only
    destroyed first, then created: no base in between; forces
    └ ± user  local.Data  00000000-0000-0000-0000-000000000000
          keepers.token: (secret, changed)  create-only
± own  local.Data  00000000-0000-0000-0000-000000000000  main.fabric:23
    keepers.token: (secret, changed)  create-only
    destroyed first, then created: no own in between

Outputs: login changes (partly secret), number changes (partly secret), 1 unchanged.
Would replace 3. Nothing was changed.

$ weft plan --set size=24 --out next.plan
Plan for shop, state @N: replace 5, update 1
1 resource read in 0.0s, 1 unchanged

REPLACE 5
± base  local.Data  00000000-0000-0000-0000-000000000000  main.fabric:15
    keepers.token: (secret, changed)  create-only
    destroyed first, then created: no base in between; forces
    └ ± user  local.Data  00000000-0000-0000-0000-000000000000
          keepers.token: (secret, changed)  create-only
± own  local.Data  00000000-0000-0000-0000-000000000000  main.fabric:23
    keepers.token: (secret, changed)  create-only
    destroyed first, then created: no own in between
± password  local.RandomPassword  00000000-0000-0000-0000-000000000000  main.fabric:6
    length: 20 → 24  create-only
    destroyed first, then created: no password in between; forces
    ├ ± session  local.Data  00000000-0000-0000-0000-000000000000
    │     keepers.password: (secret, changed)  create-only
    └ ~ login  local.File  content: (secret, changed)

UPDATE 1 (above)

Outputs: list changes (partly secret), login changes (partly secret), number changes (partly secret).
Would replace 5, update 1. Nothing was changed.
Saved to next.plan.
Do exactly this:  weft apply next.plan

$ weft show next.plan
Plan for shop, state @N: replace 5, update 1
1 resource read in 0.0s, 1 unchanged

REPLACE 5
± base  local.Data  00000000-0000-0000-0000-000000000000  main.fabric:15
    keepers.token: (secret, changed)  create-only
    destroyed first, then created: no base in between; forces
    └ ± user  local.Data  00000000-0000-0000-0000-000000000000
          keepers.token: (secret, changed)  create-only
± own  local.Data  00000000-0000-0000-0000-000000000000  main.fabric:23
    keepers.token: (secret, changed)  create-only
    destroyed first, then created: no own in between
± password  local.RandomPassword  00000000-0000-0000-0000-000000000000  main.fabric:6
    length: 20 → 24  create-only
    destroyed first, then created: no password in between; forces
    ├ ± session  local.Data  00000000-0000-0000-0000-000000000000
    │     keepers.password: (secret, changed)  create-only
    └ ~ login  local.File  content: (secret, changed)

UPDATE 1 (above)

Outputs: list changes (partly secret), login changes (partly secret), number changes (partly secret).
Would replace 5, update 1. Nothing was changed.

$ weft plan --set size=24 --full --only base
Plan for shop, state @N: replace 3
1 resource read in 0.0s, 1 unchanged

REPLACE 3
± base  local.Data  00000000-0000-0000-0000-000000000000  main.fabric:15
    keepers.token: (secret, changed)  create-only
    destroyed first, then created: no base in between; forces
    └ ± user  local.Data  00000000-0000-0000-0000-000000000000
          keepers.token: (secret, changed)  create-only
± own  local.Data  00000000-0000-0000-0000-000000000000  main.fabric:23
    keepers.token: (secret, changed)  create-only
    destroyed first, then created: no own in between

Outputs, 2 unchanged:
  number changes (partly secret)
Would replace 3. Nothing was changed.
