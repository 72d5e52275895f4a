# Looking at the state, and renaming in it.
quietly: apply --auto-approve --parallel 1
edit: main.fabric later/main.fabric
quietly: apply --auto-approve --parallel 1
run: show
run: state list
run: state list page[*]
run: state list nothing
run: state show conf
run: state show pages
run: state show page
run: state show password
run: state show conf @1
run: state show conf @999
run: state history
run: state mv conf config
run: state mv conf config
run: state list
run: output
run: output where
run: output secret
run: output all
run: output nothing
run: forget page[b]
run: plan
run: unlock r-0000
run: recover
--- main.fabric
fabric "shop" {}

resource conf: local.File {
  path    = "conf.json"
  content = json.encode({ a = 1 })
}
resource page: local.File for n in ["a", "b"] {
  path    = "${n}.html"
  content = "<h1>${n}</h1>\n<p>see ${conf.path}</p>\n<hr>\n"
}
resource password: local.RandomPassword { length = 16 }
--- later/main.fabric
fabric "shop" {}

resource conf: local.File {
  path    = "conf.json"
  content = json.encode({ a = 2 })
}
resource page: local.File for n in ["a", "b"] {
  path    = "${n}.html"
  content = "<h1>${n}</h1>\n<p>see ${conf.path}</p>\n<hr>\n"
}
resource password: local.RandomPassword { length = 16 }
output where = conf.path
output secret = password.result
output all = { for n, p in page: n => p.path }
--- expect
$ weft show
shop, state @N: 4 resources
last changed 00:00 by deploy on host: apply: 1 done

     3 × local.File
     1 × local.RandomPassword

all    = { a = "a.html", b = "b.html" }
secret = (secret)
where  = "conf.json"

$ weft state list
ADDRESS   TYPE                  ID                                    VERSION  CHANGED
conf      local.File            conf.json                             @N  2000-01-01 00:00
page[a]   local.File            a.html                                @N  2000-01-01 00:00
page[b]   local.File            b.html                                @N  2000-01-01 00:00
password  local.RandomPassword  00000000-0000-0000-0000-000000000000  @N  2000-01-01 00:00

$ weft state list 'page[*]'
ADDRESS  TYPE        ID      VERSION  CHANGED
page[a]  local.File  a.html  @N  2000-01-01 00:00
page[b]  local.File  b.html  @N  2000-01-01 00:00

$ weft state list nothing
error: no record is called `nothing`
weft state list shows all
[exit 1]

$ weft state show conf
conf  local.File  conf.json  @N, 1 earlier version
  declared  main.fabric:3      provider  local      used by  page[a], page[b]
  content  "{\"a\":2}"
  mode     "0644"
  path     "conf.json"
  sha256   "7e8059f495589fcd981232cc11d00b00da3802c01d688fa1cf1f6bed6e5bb33c"  (filled in by provider)
  size     7B         (filled in by provider)

$ weft state show pages
error: no record is called `pages`
weft state list shows all
[exit 1]

$ weft state show page
page[a]  local.File  a.html  @N
  provider  local
  content  (text, 3 lines, 37 B)
    | <h1>a</h1>
    | <p>see conf.json</p>
    | <hr>
  mode     "0644"
  path     "a.html"
  sha256   "2e38caea69164ef6b7aeaf3c5bbf9496b7d60c2e7aed6b7e375781b6d969026a"  (filled in by provider)
  size     37B     (filled in by provider)

page[b]  local.File  b.html  @N
  provider  local
  content  (text, 3 lines, 37 B)
    | <h1>b</h1>
    | <p>see conf.json</p>
    | <hr>
  mode     "0644"
  path     "b.html"
  sha256   "45c8dab5c12c26cc17337e7243642d290c895d06ff31102a51315644fb91e62a"  (filled in by provider)
  size     37B     (filled in by provider)

$ weft state show password
password  local.RandomPassword  00000000-0000-0000-0000-000000000000  @N
  declared  main.fabric:11      provider  local
  digits         1
  length         16
  lower          1
  result         (secret)               (filled in by provider)
  special        1
  special_chars  "!@#$%&*()-_=+[]{}<>:?"
  upper          1

$ weft state show conf @N
error: no record was called `conf` at @N
[exit 1]

$ weft state show conf @N
error: there is no version @N yet: the state is at @N
[exit 1]

$ weft state history
VERSIONS  RUN  WHEN  BY  WHAT
@N–@N  r-0000  2000-01-01 00:00  deploy on host  apply: 1 done
@N–@N  r-0000  2000-01-01 00:00  deploy on host  apply: 4 done

$ weft state mv conf config
conf → config
Moved 1 record. State @N → @N.
In the files, `moved conf to config` does the same for everybody.

$ weft state mv conf config
error: no record is called `conf`
Nothing was changed. weft state list shows all
[exit 1]

$ weft state list
ADDRESS   TYPE                  ID                                    VERSION  CHANGED
config    local.File            conf.json                             @N  2000-01-01 00:00
page[a]   local.File            a.html                                @N  2000-01-01 00:00
page[b]   local.File            b.html                                @N  2000-01-01 00:00
password  local.RandomPassword  00000000-0000-0000-0000-000000000000  @N  2000-01-01 00:00

$ weft output
all    = { a = "a.html", b = "b.html" }
secret = (secret)
where  = "conf.json"

$ weft output where
conf.json

$ weft output secret
error: `secret` is secret
Show it:  weft output secret --reveal
[exit 1]

$ weft output all
{
  "a": "a.html",
  "b": "b.html"
}

$ weft output nothing
error: no output is called `nothing`
weft output lists them
[exit 1]

$ weft forget 'page[b]'
page[b]
Forgot 1 record. State @N → @N.

$ weft plan
Plan for shop, state @N: destroy 1, create 2
2 resources read in 0.0s, 2 unchanged

DESTROY 1
- config  local.File  conf.json
    no longer declared; page[a] depends on it

CREATE 2
+ conf  local.File  path = "conf.json", and 1 more  main.fabric:3
+ page[b]  local.File  path = "b.html", and 1 more  main.fabric:7

Would destroy 1, create 2. Nothing was changed.

$ weft unlock r-0000
error: no run r-0000 holds anything
Nothing was changed. No run holds a claim
[exit 1]

$ weft recover
No call is in doubt.
