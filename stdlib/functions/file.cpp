// path.*, file.*, template.*: what is read goes through the caller's context, which keeps it inside the
// fabric.
#include "lang/base/digest.h"
#include "lang/base/text.h"
#include "stdlib/functions/parts.h"

namespace weft::functions {

namespace {

// "a//b/./c/../d" → "a/b/d"; a path may start with `..`.
auto cleaned(std::string_view path) -> std::string {
  bool rooted = path.starts_with('/');
  std::vector<std::string> kept;
  for (auto part : weft::split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part == ".." && !kept.empty() && kept.back() != "..") {
      kept.pop_back();
    } else if (part != ".." || !rooted) {
      kept.emplace_back(part);
    }
  }
  std::string out = (rooted ? "/" : "") + weft::join(kept, "/");
  return out.empty() ? "." : out;
}

auto path_join(const Arguments& arguments) -> Result<Value> {
  std::string out;
  for (const auto& part : arguments.values) {
    if (part.as_string().empty()) continue;
    if (!out.empty()) out += '/';
    out += part.as_string();
  }
  return bounded("path.join", out.empty() ? "" : cleaned(out));
}

auto path_base(const Arguments& arguments) -> Result<Value> {
  auto path = cleaned(arguments[0].as_string());
  if (path == "/") return Value::string(path);
  return Value::string(std::string_view(path).substr(path.rfind('/') + 1));
}

auto path_dir(const Arguments& arguments) -> Result<Value> {
  auto path = cleaned(arguments[0].as_string());
  size_t slash = path.rfind('/');
  if (slash == std::string::npos) return Value::string(".");
  return Value::string(slash == 0 ? "/" : std::string_view(path).substr(0, slash));
}

auto path_ext(const Arguments& arguments) -> Result<Value> {
  auto path = arguments[0].as_string();
  auto name = path.substr(path.rfind('/') + 1);
  size_t dot = name.rfind('.');
  bool none = dot == std::string_view::npos || dot == 0;
  return Value::string(none ? "" : name.substr(dot));
}

auto path_absolute(const Arguments& arguments) -> Result<Value> {
  TRY(path, arguments.context.absolute_path(arguments[0].as_string()));
  return Value::string(path);
}

auto text_of(std::string_view function, const Arguments& arguments) -> Result<std::string> {
  auto path = arguments[0].as_string();
  TRY(bytes, arguments.context.read_file(path));
  if (first_invalid_utf8(bytes) != std::string_view::npos) {
    return refused(function, quoted(path) + " is no UTF-8 text; `file.bytes` reads any file, as base64");
  }
  return bytes;
}

auto file_text(const Arguments& arguments) -> Result<Value> {
  TRY(text, text_of("file.text", arguments));
  return Value::string(text);
}

auto file_bytes(const Arguments& arguments) -> Result<Value> {
  TRY(bytes, arguments.context.read_file(arguments[0].as_string()));
  return bounded("file.bytes", base64(bytes));
}

auto file_sha256(const Arguments& arguments) -> Result<Value> {
  TRY(bytes, arguments.context.read_file(arguments[0].as_string()));
  return Value::string(hex(weft::view(weft::sha256(bytes))));
}

auto file_exists(const Arguments& arguments) -> Result<Value> {
  TRY(exists, arguments.context.file_exists(arguments[0].as_string()));
  return Value::boolean(exists);
}

auto file_glob(const Arguments& arguments) -> Result<Value> {
  TRY(paths, arguments.context.glob(arguments[0].as_string()));
  return text_list(paths);
}

// The renderer sees unknown names and keeps what comes before them.
auto template_file(const Arguments& arguments) -> Result<Value> {
  if (arguments[0].is_unknown() || arguments[1].is_unknown()) return unknown_result(arguments);
  if (!arguments[1].is(ValueKind::kObject))
    return refused("template.file", "the names are " + a_kind(arguments[1]) + "; they are an object");
  TRY(text, text_of("template.file", arguments));
  return arguments.context.render_template(arguments[0].as_string(), text, arguments[1]);
}

auto template_text(const Arguments& arguments) -> Result<Value> {
  if (arguments[0].is_unknown() || arguments[1].is_unknown()) return unknown_result(arguments);
  if (!arguments[1].is(ValueKind::kObject))
    return refused("template.text", "the names are " + a_kind(arguments[1]) + "; they are an object");
  return arguments.context.render_template("template", arguments[0].as_string(), arguments[1]);
}

constexpr Function kRows[] = {
    {.name = "path.join",
     .signature = "(...parts: string) -> string",
     .text = "The parts of a path with `/` between them, without `.`, `..` and doubled slashes where they "
             "say nothing.",
     .example = "path.join(\"a\", \"../b/\", \"c.txt\")",
     .result = "\"b/c.txt\"",
     .run = path_join},
    {.name = "path.base",
     .signature = "(path: string) -> string",
     .text = "The last part of a path.",
     .example = "path.base(\"etc/app/config.yaml\")",
     .result = "\"config.yaml\"",
     .run = path_base},
    {.name = "path.dir",
     .signature = "(path: string) -> string",
     .text = "A path without its last part; `.` when there is no other.",
     .example = "path.dir(\"etc/app/config.yaml\")",
     .result = "\"etc/app\"",
     .run = path_dir},
    {.name = "path.ext",
     .signature = "(path: string) -> string",
     .text = "The ending of a path's last part, from its last dot; empty when there is none.",
     .example = "path.ext(\"etc/config.yaml\")",
     .result = "\".yaml\"",
     .run = path_ext},
    {.name = "path.absolute",
     .signature = "(path: string) -> string",
     .text =
         "The path from the root of this machine's files. It differs between machines, and so may the plan.",
     .example = "string.ends_with(path.absolute(\"notes.txt\"), \"/notes.txt\")",
     .result = "true",
     .run = path_absolute,
     .reads_files = true},
    {.name = "file.text",
     .signature = "(path: string) -> string",
     .text = "What a text file holds. Paths are relative to the module's folder and stay inside it or the "
             "fabric's.",
     .example = "file.text(\"notes.txt\")",
     .result = "\"hello\\n\"",
     .run = file_text,
     .reads_files = true},
    {.name = "file.bytes",
     .signature = "(path: string) -> string",
     .text = "What a file holds, in base64.",
     .example = "file.bytes(\"notes.txt\")",
     .result = "\"aGVsbG8K\"",
     .run = file_bytes,
     .reads_files = true},
    {.name = "file.sha256",
     .signature = "(path: string) -> string",
     .text = "The SHA-256 digest of a file, in hexadecimal digits.",
     .example = "string.slice(file.sha256(\"notes.txt\"), 0, 16)",
     .result = "\"5891b5b522d5df08\"",
     .run = file_sha256,
     .reads_files = true},
    {.name = "file.exists",
     .signature = "(path: string) -> bool",
     .text = "Whether there is a file of that path.",
     .example = "file.exists(\"nowhere.txt\")",
     .result = "false",
     .run = file_exists,
     .reads_files = true},
    {.name = "file.glob",
     .signature = "(pattern: string) -> list<string>",
     .text = "The paths of the files that a pattern names, sorted: `*` and `?` within a name, `**` through "
             "folders.",
     .example = "file.glob(\"*.txt\")",
     .result = "[\"notes.txt\"]",
     .run = file_glob,
     .reads_files = true},
    {.name = "template.file",
     .signature = "(path: string, names: any) -> string",
     .text = "A file with `${…}` and `%{…}` in it, in which only the members of the object and functions "
             "have names.",
     .example = "template.file(\"greeting.tmpl\", { name = \"Ada\" })",
     .result = "\"hello, Ada\\n\"",
     .run = template_file,
     .sees_unknown = true,
     .reads_files = true},
    {.name = "template.text",
     .signature = "(text: string, names: any) -> string",
     .text = "A text with `${…}` and `%{…}` in it, in which only the members of the object and functions "
             "have names.",
     .example = "template.text(\"hello, \\${name}\", { name = \"Ada\" })",
     .result = "\"hello, Ada\"",
     .run = template_text,
     .sees_unknown = true,
     .reads_files = true},
};

}  // namespace

auto file_rows() -> Rows {
  return kRows;
}

}  // namespace weft::functions
