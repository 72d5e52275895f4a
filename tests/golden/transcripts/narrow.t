# 80 columns: source lines at the right edge, or on a line of their own; notes; and an answer typed.
quietly: apply --auto-approve
edit: main.fabric later/main.fabric
env: NO_COLOR=1
terminal: 80
run: plan --progress none
type: no
run: apply --progress none
type: yes
run: apply --progress none
terminal: 0
run: plan
--- main.fabric
fabric "shop" {}

resource base: local.Directory { path = "site" }
resource page: local.File for name in ["home", "about"] {
  path    = "${base.path}/${name}.html"
  content = "<h1>${name}</h1>\n"
}
resource a_rather_long_name_for_a_file: local.File {
  path    = "a/rather/long/path/for/a/file/that/does/not/fit"
  content = "hello\n"
}
--- later/main.fabric
fabric "shop" {}

resource base: local.Directory { path = "site" }
resource page: local.File for name in ["home", "about"] {
  path    = "${base.path}/${name}/index.html"
  content = "<h1>${name}</h1>\n"
}
resource a_rather_long_name_for_a_file: local.File {
  path    = "a/rather/long/path/for/a/file/that/does/not/fit"
  content = "a sentence that is long enough to need a second line on a terminal of eighty columns\n"
}
resource another_rather_long_name_for_a_file: local.File {
  path    = "another/rather/long/path/for/a/file/that/does/not/fit"
  content = "hello\n"
}
--- expect
$ weft plan --progress none
Plan for shop, state @N: replace 2, update 1, create 1
4 resources read in 0.0s, 1 unchanged

REPLACE 2
± page[about]  local.File  site/about.html                         main.fabric:4
    path: "site/about.html" → "site/about/index.html"  create-only
    destroyed first, then created: no page[about] in between
± page[home]  local.File  site/home.html                           main.fabric:4
    path: "site/home.html" → "site/home/index.html"   create-only
    destroyed first, then created: no page[home] in between

UPDATE 1
~ a_rather_long_name_for_a_file  local.File
    a/rather/long/path/for/a/file/that/does/not/fit
                                                                   main.fabric:8
    content (text, 1 line)
      1 - hello
      1 + a sentence that is long enough to need a second line on a terminal of eighty columns

CREATE 1
+ another_rather_long_name_for_a_file  local.File                 main.fabric:12
    path = "another/rather/long/path/for/a/file/that/does/not/fit", and 1 more

Would replace 2, update 1, create 1. Nothing was changed.

$ weft apply --progress none
Plan for shop, state @N: replace 2, update 1, create 1
4 resources read in 0.0s, 1 unchanged

REPLACE 2
± page[about]  local.File  site/about.html                         main.fabric:4
    path: "site/about.html" → "site/about/index.html"  create-only
    destroyed first, then created: no page[about] in between
± page[home]  local.File  site/home.html                           main.fabric:4
    path: "site/home.html" → "site/home/index.html"   create-only
    destroyed first, then created: no page[home] in between

UPDATE 1
~ a_rather_long_name_for_a_file  local.File
    a/rather/long/path/for/a/file/that/does/not/fit
                                                                   main.fabric:8
    content (text, 1 line)
      1 - hello
      1 + a sentence that is long enough to need a second line on a terminal of eighty columns

CREATE 1
+ another_rather_long_name_for_a_file  local.File                 main.fabric:12
    path = "another/rather/long/path/for/a/file/that/does/not/fit", and 1 more

Would replace 2, update 1, create 1.

Apply this? Only `yes` goes on: Not confirmed. Nothing was changed.
[exit 3]

$ weft apply --progress none
Plan for shop, state @N: replace 2, update 1, create 1
4 resources read in 0.0s, 1 unchanged

REPLACE 2
± page[about]  local.File  site/about.html                         main.fabric:4
    path: "site/about.html" → "site/about/index.html"  create-only
    destroyed first, then created: no page[about] in between
± page[home]  local.File  site/home.html                           main.fabric:4
    path: "site/home.html" → "site/home/index.html"   create-only
    destroyed first, then created: no page[home] in between

UPDATE 1
~ a_rather_long_name_for_a_file  local.File
    a/rather/long/path/for/a/file/that/does/not/fit
                                                                   main.fabric:8
    content (text, 1 line)
      1 - hello
      1 + a sentence that is long enough to need a second line on a terminal of eighty columns

CREATE 1
+ another_rather_long_name_for_a_file  local.File                 main.fabric:12
    path = "another/rather/long/path/for/a/file/that/does/not/fit", and 1 more

Would replace 2, update 1, create 1.

Apply this? Only `yes` goes on: 
Applied shop in 0.0s: replaced 2, updated 1, created 1.
State @N → @N.

$ weft plan
Nothing to do for shop, state @N: 5 resources agree (0.0s).
