# Tables at 80 columns: a record is one line, the least telling columns are left out; what happened is broken in its column.
quietly: apply --auto-approve
env: NO_COLOR=1
terminal: 80
run: state list
run: state list a
run: state history
terminal: 60
run: state list
terminal: 0
run: state list
--- main.fabric
fabric "shop" {}

resource a: local.File {
  path    = "a"
  content = ""
}
resource password: local.RandomPassword { length = 16 }
--- expect
$ weft state list
ADDRESS   TYPE                  ID                                    VERSION
a         local.File            a                                     @N
password  local.RandomPassword  00000000-0000-0000-0000-000000000000  @N
Too narrow for CHANGED.

$ weft state list a
ADDRESS  TYPE        ID  VERSION  CHANGED
a        local.File  a   @N  2000-01-01 00:00

$ weft state history
VERSIONS  RUN  WHEN  BY  WHAT
@N–@N  r-0000  2000-01-01 00:00  deploy on host  apply: 2 done

$ weft state list
ADDRESS   ID
a         a
password  00000000-0000-0000-0000-000000000000
Too narrow for TYPE, VERSION, CHANGED.

$ weft state list
ADDRESS   TYPE                  ID                                    VERSION  CHANGED
a         local.File            a                                     @N  2000-01-01 00:00
password  local.RandomPassword  00000000-0000-0000-0000-000000000000  @N  2000-01-01 00:00
