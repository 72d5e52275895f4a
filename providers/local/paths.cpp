#include "providers/local/paths.h"

#include <string>

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

}  // namespace weft::local
