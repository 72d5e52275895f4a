# How values differ: JSON inside strings, text line by line, white space, base64, lists, maps, long strings.
quietly: apply --auto-approve
edit: main.fabric later/main.fabric
run: plan
run: plan --full --only text
--- main.fabric
fabric "diffs" {}

resource policy: local.File {
  path    = "policy.json"
  content = json.encode({ Version = "2012", Statement = [{ Sid = "Read", Action = ["get", "list"] }, { Sid = "Write", Action = ["put"] }] })
}
resource text: local.File {
  path    = "nginx.conf"
  content = """
    user  nginx;
    worker_processes  auto;
    error_log  /var/log/nginx/error.log notice;
    events {
      worker_connections  1024;
    }
    http {
      keepalive_timeout  65;
      client_max_body_size  1m;
      gzip  on;
    }
    """
}
resource space: local.File {
  path    = "space"
  content = "a b\n"
}
resource binary: local.File {
  path           = "binary"
  content_base64 = "AAECAwQFBgc="
}
resource long: local.Data {
  value = "registry.example.com/team/web/frontend:1.4.2@production"
}
resource list: local.Data { value = ["a", "b", "c"] }
resource order: local.Data { value = ["a", "b", "c"] }
resource map: local.Data {
  value = { name = "web", ports = { http = 80, admin = 8080 }, on = true, containers = [{ name = "web", image = "1.4" }, { name = "log", image = "7" }] }
}
resource gone: local.Command {
  create      = ["true"]
  remove      = ["true"]
  environment = { A = "1", B = "2" }
  input       = { size = 1 }
  idempotent  = true
}
--- later/main.fabric
fabric "diffs" {}

resource policy: local.File {
  path    = "policy.json"
  content = json.encode({ Statement = [{ Sid = "Read", Action = ["get", "list", "tag"] }, { Sid = "Write", Action = ["put"] }], Version = "2012" })
}
resource text: local.File {
  path    = "nginx.conf"
  content = """
    user  nginx;
    worker_processes  auto;
    error_log  /var/log/nginx/error.log notice;
    events {
      worker_connections  1024;
    }
    http {
      keepalive_timeout  65;
      client_max_body_size  8m;
      gzip  on;
    }
    """
}
resource space: local.File {
  path    = "space"
  content = "a  b\n"
}
resource binary: local.File {
  path           = "binary"
  content_base64 = "AAECAwQFBggJ"
}
resource long: local.Data {
  value = "registry.example.com/team/web/frontend:1.5.0@production"
}
resource list: local.Data { value = ["a", "x", "b"] }
resource order: local.Data { value = ["c", "a", "b"] }
resource map: local.Data {
  value = { name = "web", ports = { http = 80, admin = 9090 }, on = false, containers = [{ name = "web", image = "1.5" }, { name = "log", image = "7" }] }
}
resource gone: local.Command {
  create      = ["true"]
  remove      = ["true"]
  environment = { A = "1", C = "3" }
  input       = { size = 2 }
  idempotent  = true
}
--- expect
$ weft plan
Plan for diffs, state @N: replace 1, update 8
5 resources read in 0.0s

REPLACE 1
± gone  local.Command  00000000-0000-0000-0000-000000000000  main.fabric:39
    environment.B: "2" → (none)
    environment.C = "3"
    input.size: 1 → 2
    there is no `update` command
    destroyed first, then created: no gone in between

UPDATE 8
~ binary  local.File  binary  main.fabric:27
    content_base64 (base64): (8 B, sha256 8a851ff8…) → (9 B, sha256 3aed52cd…)
~ list  local.Data  00000000-0000-0000-0000-000000000000  main.fabric:34
    value[1]: "b" → "x"
    value[2]: "c" → "b"
~ long  local.Data  00000000-0000-0000-0000-000000000000  main.fabric:31
    value: "registry.example.com/team/web/frontend:1.4.2@production" → "…/frontend:1.5.0@production"
~ map  local.Data  00000000-0000-0000-0000-000000000000  main.fabric:36
    value.containers[name=web].image: "1.4" → "1.5"
    value.on: true → false
    value.ports.admin: 8080 → 9090
~ order  local.Data  00000000-0000-0000-0000-000000000000  main.fabric:35
    value (order changed)
~ policy  local.File  policy.json  main.fabric:3
    content (JSON) Statement[Sid=Read].Action: + "tag"
~ space  local.File  space  main.fabric:23
    content: "a·b\n" → "a··b\n" (only white space differs)
~ text  local.File  nginx.conf  main.fabric:7
    content (text, 11 lines)
       8     keepalive_timeout  65;
       9 -   client_max_body_size  1m;
       9 +   client_max_body_size  8m;

Would replace 1, update 8. Nothing was changed.

$ weft plan --full --only text
Plan for diffs, state @N: update 1
5 resources read in 0.0s

UPDATE 1
~ text  local.File  nginx.conf  main.fabric:7
    content (text, 11 lines)
       8     keepalive_timeout  65;
       9 -   client_max_body_size  1m;
       9 +   client_max_body_size  8m;

Would update 1. Nothing was changed.
