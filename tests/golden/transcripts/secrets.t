# Secrets in plans, reports, records and outputs: that there is one, and whether it changes; nothing else.
env: WEFT_INPUT_token=canary-one-canary
run: plan
quietly: apply --auto-approve
env: WEFT_INPUT_token=canary-two-canary
run: plan
run: plan --full
run: apply --auto-approve
run: state show file
run: state show login
run: output
run: output token
run: console token
run: console "length(token)"
--- main.fabric
fabric "shop" {}

input token: secret string

resource password: local.RandomPassword { length = 20 }
resource file: local.File {
  path    = "token.txt"
  content = "token=${token}\n"
}
resource login: local.Command {
  create      = ["sh", "-c", "cat > /dev/null; echo \"$TOKEN\"; echo \"$TOKEN\" >&2"]
  update      = ["sh", "-c", "cat > /dev/null; echo \"$TOKEN\""]
  environment = { TOKEN = token }
  input       = { user = "ops", password = password.result }
  idempotent  = true
}
output token = token
output length = 20
--- expect
$ weft plan
Plan for shop, state @0: create 3

CREATE 3
+ file  local.File  path = "token.txt", and 2 more  main.fabric:6
+ login  local.Command  create = ["sh", "-c", "cat > /dev/null; echo \"$TOKEN\"; echo \"$TOKEN\" >&2"], and 4 more  main.fabric:10
+ password  local.RandomPassword  length = 20  main.fabric:5

Outputs: length = 20, token is new (secret).
Would create 3. Nothing was changed.

$ weft plan
Plan for shop, state @N: update 2
2 resources read in 0.0s, 1 unchanged

UPDATE 2
~ file  local.File  token.txt  main.fabric:6
    content: (secret, changed)
~ login  local.Command  00000000-0000-0000-0000-000000000000  main.fabric:10
    environment.TOKEN: (secret, changed)

Outputs: token changes (secret), 1 unchanged.
Would update 2. Nothing was changed.

$ weft plan --full
Plan for shop, state @N: update 2
2 resources read in 0.0s, 1 unchanged

UPDATE 2
~ file  local.File  token.txt  main.fabric:6
    content: (secret, changed)
~ login  local.Command  00000000-0000-0000-0000-000000000000  main.fabric:10
    environment.TOKEN: (secret, changed)

Outputs, 1 unchanged:
  token changes (secret)
Would update 2. Nothing was changed.

$ weft apply --auto-approve
Plan for shop, state @N: update 2
2 resources read in 0.0s, 1 unchanged

UPDATE 2
~ file  local.File  token.txt  main.fabric:6
    content: (secret, changed)
~ login  local.Command  00000000-0000-0000-0000-000000000000  main.fabric:10
    environment.TOKEN: (secret, changed)

Applied shop in 0.0s: updated 2.
State @N → @N. 1 API call. Outputs: token changed, 1 unchanged.

$ weft state show file
file  local.File  token.txt  @N, 1 earlier version
  declared  main.fabric:6      provider  local
  content  (secret)
  mode     "0600"
  path     "token.txt"
  sha256   (secret)   (filled in by provider)
  size     (secret)   (filled in by provider)

$ weft state show login
login  local.Command  00000000-0000-0000-0000-000000000000  @N, 1 earlier version
  declared  main.fabric:10      provider  local
  create       ["sh", "-c", "cat > /dev/null; echo \"$TOKEN\"; echo \"$TOKEN\" >&2"]
  environment
    TOKEN = (secret)
  exit_code    0                                    (filled in by provider)
  idempotent   true
  input
    password = (secret)
    user = "ops"
  update       ["sh", "-c", "cat > /dev/null; echo \"$TOKEN\""]

$ weft output
length = 20
token  = (secret)

$ weft output token
error: `token` is secret
Show it:  weft output token --reveal
[exit 1]

$ weft console token
(secret)

$ weft console 'length(token)'
(secret)
