#include "lang/base/text.h"
#include "lang/diag/render.h"

namespace weft {

namespace {

auto name_of(Severity severity) -> std::string_view {
  switch (severity) {
    case Severity::kError: return "error";
    case Severity::kWarning: return "warning";
    case Severity::kHint: return "hint";
  }
  return "";
}

auto position_json(Position position) -> std::string {
  return R"({"line":)" + std::to_string(position.line) + R"(,"col":)" + std::to_string(position.column) + '}';
}

// Lines and columns from 1, columns in characters, the end behind the last one; null for no place.
auto range_json(const SourceMap& sources, Range range) -> std::string {
  if (!range.valid()) return "null";
  return R"({"file":)" + json_quote(sources.name(range.file)) + R"(,"start":)" +
         position_json(sources.position(range.file, range.begin)) + R"(,"end":)" +
         position_json(sources.position(range.file, range.end)) + '}';
}

template <class Rows, class Draw>
auto array_json(const Rows& rows, Draw draw) -> std::string {
  std::string out = "[";
  for (const auto& row : rows) {
    if (out.size() > 1) out += ',';
    out += draw(row);
  }
  return out + ']';
}

}  // namespace

auto render_json_members(const SourceMap& sources, const Diagnostic& diagnostic) -> std::string {
  auto note = [&](const Note& one) {
    return R"({"range":)" + range_json(sources, one.range) + R"(,"text":)" + json_quote(one.text) + '}';
  };
  auto edit = [&](const Edit& one) {
    return R"({"range":)" + range_json(sources, one.range) + R"(,"new_text":)" + json_quote(one.new_text) + '}';
  };
  auto fix = [&](const Fix& one) {
    return R"({"title":)" + json_quote(one.title) + R"(,"edits":)" + array_json(one.edits, edit) + '}';
  };
  return R"("severity":)" + json_quote(name_of(diagnostic.severity)) + R"(,"code":)" + json_quote(diagnostic.code) +
         R"(,"message":)" + json_quote(diagnostic.message) + R"(,"range":)" + range_json(sources, diagnostic.range) +
         R"(,"label":)" + json_quote(diagnostic.label) + R"(,"notes":)" + array_json(diagnostic.notes, note) +
         R"(,"help":)" + array_json(diagnostic.help, [](const std::string& text) { return json_quote(text); }) +
         R"(,"fixes":)" + array_json(diagnostic.fixes, fix);
}

}  // namespace weft
