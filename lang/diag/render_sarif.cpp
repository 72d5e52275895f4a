// SARIF 2.1.0 (OASIS): one run, one rule for each code that occurs, one result for each diagnostic.
#include <algorithm>
#include <array>

#include "lang/base/text.h"
#include "lang/diag/render.h"

namespace weft {

namespace {

auto level_of(Severity severity) -> std::string_view {
  switch (severity) {
    case Severity::kError: return "error";
    case Severity::kWarning: return "warning";
    case Severity::kHint: return "note";
  }
  return "none";
}

// A name as a relative URI reference: everything that RFC 3986 does not let stand in a path is escaped.
auto uri_of(std::string_view name) -> std::string {
  static constexpr std::string_view kDigits = "0123456789ABCDEF";
  static constexpr std::string_view kPlain = "-._~/!$&'()*+,;=@";
  std::string out;
  for (char c : name) {
    auto byte = static_cast<unsigned char>(c);
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter || kPlain.find(c) != std::string_view::npos) {
      out += c;
    } else {
      out += '%';
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    }
  }
  return out;
}

class Sarif {
 public:
  explicit Sarif(const SourceMap& sources) : sources_(sources) {}

  auto document(std::span<const Diagnostic> diagnostics, std::string_view version) -> std::string {
    for (const auto& diagnostic : diagnostics) {
      if (std::find(rules_.begin(), rules_.end(), diagnostic.code) == rules_.end()) {
        rules_.push_back(diagnostic.code);
      }
    }
    std::sort(rules_.begin(), rules_.end());
    std::string rules = list(rules_, [](std::string_view code) { return R"({"id":)" + json_quote(code) + '}'; });
    return R"({"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[{"tool":{"driver":)"
           R"({"name":"weft","semanticVersion":)" +
           json_quote(version) + R"(,"rules":)" + rules +
           R"(}},"columnKind":"unicodeCodePoints","originalUriBaseIds":{"FABRIC":{"description":{"text":)"
           R"("the fabric's folder"}}},"results":)" +
           list(diagnostics, [&](const Diagnostic& one) { return result(one); }) + "}]}\n";
  }

 private:
  template <class Rows, class Draw>
  static auto list(const Rows& rows, Draw draw) -> std::string {
    std::string out = "[";
    for (const auto& row : rows) {
      if (out.size() > 1) out += ',';
      out += draw(row);
    }
    return out + ']';
  }
  static auto text(std::string_view words) -> std::string { return R"({"text":)" + json_quote(words) + '}'; }

  auto artifact(FileId file) const -> std::string {
    return R"({"uri":)" + json_quote(uri_of(sources_.name(file))) + R"(,"uriBaseId":"FABRIC"})";
  }
  auto region(Range range) const -> std::string {
    Position begin = sources_.position(range.file, range.begin);
    Position end = sources_.position(range.file, range.end);
    return R"({"startLine":)" + std::to_string(begin.line) + R"(,"startColumn":)" + std::to_string(begin.column) +
           R"(,"endLine":)" + std::to_string(end.line) + R"(,"endColumn":)" + std::to_string(end.column) + '}';
  }
  auto physical(Range range) const -> std::string {
    return R"("physicalLocation":{"artifactLocation":)" + artifact(range.file) + R"(,"region":)" + region(range) +
           '}';
  }
  // One change a file; the edits of a fix may touch several.
  auto fix(const Fix& one) const -> std::string {
    std::vector<FileId> files;
    for (const auto& edit : one.edits) {
      if (std::find(files.begin(), files.end(), edit.range.file) == files.end()) files.push_back(edit.range.file);
    }
    auto change = [&](FileId file) {
      std::vector<Edit> edits;
      std::copy_if(one.edits.begin(), one.edits.end(), std::back_inserter(edits),
                   [&](const Edit& edit) { return edit.range.file == file; });
      auto replacement = [&](const Edit& edit) {
        return R"({"deletedRegion":)" + region(edit.range) + R"(,"insertedContent":)" + text(edit.new_text) + '}';
      };
      return R"({"artifactLocation":)" + artifact(file) + R"(,"replacements":)" + list(edits, replacement) + '}';
    };
    return R"({"description":)" + text(one.title) + R"(,"artifactChanges":)" + list(files, change) + '}';
  }
  auto result(const Diagnostic& one) const -> std::string {
    std::string words = one.message;
    if (!one.label.empty()) words += ": " + one.label;
    std::vector<Note> places;
    for (const auto& note : one.notes) {
      if (note.range.valid()) {
        places.push_back(note);
      } else {
        words += "\nnote: " + note.text;
      }
    }
    for (const auto& help : one.help) words += "\nhelp: " + help;
    auto index = std::find(rules_.begin(), rules_.end(), one.code) - rules_.begin();
    std::string out = R"({"ruleId":)" + json_quote(one.code) + R"(,"ruleIndex":)" + std::to_string(index) +
                      R"(,"level":)" + json_quote(level_of(one.severity)) + R"(,"message":)" + text(words) +
                      R"(,"locations":[)";
    if (one.range.valid()) out += '{' + physical(one.range) + '}';
    out += ']';
    auto related = [&](const Note& note) { return '{' + physical(note.range) + R"(,"message":)" + text(note.text) + '}'; };
    if (!places.empty()) out += R"(,"relatedLocations":)" + list(places, related);
    if (!one.fixes.empty()) out += R"(,"fixes":)" + list(one.fixes, [&](const Fix& each) { return fix(each); });
    return out + '}';
  }

  const SourceMap& sources_;
  std::vector<std::string_view> rules_;
};

}  // namespace

auto render_sarif(const SourceMap& sources, std::span<const Diagnostic> diagnostics, std::string_view tool_version)
    -> std::string {
  return Sarif(sources).document(diagnostics, tool_version);
}

}  // namespace weft
