// A diagnostic is data; text, JSON, SARIF (and later LSP) are drawings of it.
//
// Each room lists its diagnostics in `<room>_diags.def`, one line each:
//   DIAG(UnknownAttribute, "E0211", kError, "`{0}` has no attribute `{1}`", "long explanation for weft docs")
// and turns them into constants with
//   namespace diags {
//   #define DIAG(name, code, severity, ...) inline constexpr DiagInfo name{code, Severity::severity, __VA_ARGS__};
//   #include "lang/check/check_diags.def"
//   #undef DIAG
//   }
// Messages: what was seen, small first letter, no full stop, code in backticks. The rule stands in the label,
// the way out in `help` or in a fix. Codes never change their meaning; those taken are E00xx syntax, E01xx names,
// E02xx resources and their attributes, E03xx types, E04xx evaluation, E05xx inputs, modules and configuration,
// E06xx plan, E07xx state and apply; warnings are W and the same hundreds.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lang/source/source_map.h"

namespace weft {

enum class Severity : uint8_t { kError, kWarning, kHint };

struct DiagInfo {
  std::string_view code;
  Severity severity = Severity::kError;
  std::string_view text;         // {0}, {1} … are the arguments
  std::string_view explanation;  // Markdown, for `weft docs CODE`
};

struct Edit {
  Range range;
  std::string new_text;
};

struct Fix {
  std::string title;  // "write `CidrBlock`"
  std::vector<Edit> edits;
};

struct Note {
  Range range;       // where it speaks of; invalid: a remark without a place
  std::string text;  // "declared here"
};

struct Diagnostic {
  std::string_view code;
  Severity severity = Severity::kError;
  std::string message;
  Range range;               // primary
  std::string label;         // beside the underline: the rule; may be empty
  std::vector<Note> notes;
  std::vector<std::string> help;
  std::vector<Fix> fixes;
};

class DiagSink {
 public:
  void add(Diagnostic diagnostic);
  [[nodiscard]] auto errors() const -> size_t { return errors_; }
  [[nodiscard]] auto warnings() const -> size_t { return warnings_; }
  [[nodiscard]] auto all() const -> const std::vector<Diagnostic>& { return all_; }
  // By file in the order of the map, then place; the same diagnostic twice counts once.
  void sort(const SourceMap& sources);
  // Takes the diagnostics out; the sink is empty afterwards.
  auto take() -> std::vector<Diagnostic>;

 private:
  std::vector<Diagnostic> all_;
  size_t errors_ = 0;
  size_t warnings_ = 0;
};

// Builds one diagnostic and sends it when it goes out of scope, so it cannot be forgotten:
//   Report(sink, range, diags::UnknownAttribute, {"aws.ec2.Subnet", "CidrBlok"}).label("…").fix(range, "CidrBlock");
class Report {
 public:
  Report(DiagSink& sink, Range range, const DiagInfo& info, std::vector<std::string> arguments = {});
  ~Report();
  Report(const Report&) = delete;
  auto operator=(const Report&) -> Report& = delete;

  auto label(std::string text) -> Report&;
  auto note(Range range, std::string text) -> Report&;
  auto help(std::string text) -> Report&;
  // One replacement; the title is "write `new_text`" when none is given.
  auto fix(Range range, std::string new_text, std::string title = {}) -> Report&;
  auto fix(Fix fix) -> Report&;

 private:
  DiagSink& sink_;
  Diagnostic diagnostic_;
};

}  // namespace weft
