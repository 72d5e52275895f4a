#include "providers/local/paths.h"

#include <filesystem>
#include <string>
#include <system_error>

#include "lang/base/text.h"
#include "lang/os/files.h"
#include "providers/local/disk.h"
#include "providers/local/values.h"

namespace weft::local {

void check_path(Prepared& out, std::string_view attribute) {
  constexpr size_t kMostPath = 4095;
  const Value* path = known(out.desired, attribute);
  if (path == nullptr || !path->is(ValueKind::kString)) return;
  std::string_view text = path->as_string();
  std::string quoted = "`" + std::string(attribute) + "`";
  if (text.empty()) out.problems.push_back(invalid(attribute, quoted + " is empty; it must name a file or folder"));
  if (text.size() > kMostPath) out.problems.push_back(invalid(attribute, quoted + " is longer than 4095 bytes"));
  if (text.find('\0') != std::string_view::npos) {
    out.problems.push_back(invalid(attribute, quoted + " holds a null byte, which no path may"));
  }
}

void check_file_path(Prepared& out, std::string_view attribute) {
  check_path(out, attribute);
  std::string path = text_of(out.desired, attribute);
  std::string name = path.substr(path.rfind('/') + 1);
  if (path.empty() || !(name.empty() || name == "." || name == "..")) return;
  out.problems.push_back(invalid(attribute, "`" + std::string(attribute) + "` is " + json_quote(path) + ", which names a folder",
                                 "write the name of a file at its end"));
}

void check_mode(Prepared& out) {
  const Value* value = known(out.desired, "mode");
  if (value == nullptr || !value->is(ValueKind::kString)) return;
  auto mode = mode_from(value->as_string());
  if (!mode) {
    out.problems.push_back(invalid("mode", "`mode` must be three or four octal digits", "for example \"0644\""));
    return;
  }
  out.desired = merged(out.desired, {{"mode", Value::string(mode_text(*mode))}});
}

auto path_key(std::string_view folder, std::string_view path) -> std::string {
  std::string simple = join_path(folder, path);
  auto has = [&](std::string_view part) { return simple.find(part) != std::string::npos; };
  if (simple.starts_with('/') && !simple.ends_with('/') && !has("/.") && !has("//")) return simple;
  std::filesystem::path whole = simple;
  std::error_code error;
  if (!whole.is_absolute()) whole = std::filesystem::absolute(whole, error);
  std::string text = whole.lexically_normal().string();
  while (text.size() > 1 && text.ends_with('/')) text.pop_back();
  return text;
}

auto path_standing(std::string_view folder, const driver::Identity& identity) -> driver::Standing {
  driver::Standing out;
  std::string path = text_of(identity, "path");
  if (path.empty()) return out;
  out.key = path_key(folder, path);
  for (std::string above = out.key; above != "/";) {
    above = folder_of(above);
    out.inside.push_back(above);
  }
  return out;
}

auto file_standing(std::string_view folder, const driver::Identity& identity) -> driver::Standing {
  auto out = path_standing(folder, identity);
  out.full = true;
  return out;
}

auto kept_made(const Call& call, const std::vector<std::string>& made) -> Value {
  std::vector<Value> texts;
  std::string below = call.working_folder + "/";
  for (const auto& folder : made) {
    texts.push_back(Value::string(folder.starts_with(below) ? folder.substr(below.size()) : folder));
  }
  return Value::list(std::move(texts));
}

auto made_before(const driver::Step& step) -> Value {
  const Value* made = written(step.instance.driver_data, "made");
  return made == nullptr ? Value::null() : *made;
}

auto recorded_made(const Call& call, const Value& driver_data) -> std::vector<std::string> {
  std::vector<std::string> made;
  const Value* list = written(driver_data, "made");
  if (list == nullptr || !list->is(ValueKind::kList)) return made;
  for (const auto& folder : list->elements()) {
    if (folder.is(ValueKind::kString)) made.push_back(resolved(call, folder.as_string()));
  }
  return made;
}

}  // namespace weft::local
