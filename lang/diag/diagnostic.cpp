#include "lang/diag/diagnostic.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace weft {

namespace {

auto is_digit(char c) -> bool { return c >= '0' && c <= '9'; }

// `{0}` is the first argument; any other brace stands for itself, since messages speak of braces.
auto filled(std::string_view text, const std::vector<std::string>& arguments) -> std::string {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    bool is_place = text[i] == '{' && i + 2 < text.size() && is_digit(text[i + 1]) && text[i + 2] == '}';
    if (!is_place) {
      out += text[i];
      continue;
    }
    auto index = static_cast<size_t>(text[i + 1] - '0');
    CHECK(index < arguments.size());
    out += arguments[index];
    i += 2;
  }
  return out;
}

auto order(const Diagnostic& d) {
  return std::tie(d.range.file.index, d.range.begin, d.range.end, d.severity, d.code, d.message);
}

}  // namespace

void DiagSink::add(Diagnostic diagnostic) {
  errors_ += diagnostic.severity == Severity::kError ? 1 : 0;
  warnings_ += diagnostic.severity == Severity::kWarning ? 1 : 0;
  all_.push_back(std::move(diagnostic));
}

// FileIds are the map's order already; the map is asked for only so that no caller sorts without one.
void DiagSink::sort(const SourceMap& /*sources*/) {
  std::stable_sort(all_.begin(), all_.end(),
                   [](const Diagnostic& a, const Diagnostic& b) { return order(a) < order(b); });
  auto same = [](const Diagnostic& a, const Diagnostic& b) { return order(a) == order(b); };
  all_.erase(std::unique(all_.begin(), all_.end(), same), all_.end());
  auto count = [&](Severity severity) {
    return static_cast<size_t>(
        std::count_if(all_.begin(), all_.end(), [&](const auto& d) { return d.severity == severity; }));
  };
  errors_ = count(Severity::kError);
  warnings_ = count(Severity::kWarning);
}

auto DiagSink::take() -> std::vector<Diagnostic> {
  errors_ = 0;
  warnings_ = 0;
  return std::exchange(all_, {});
}

Report::Report(DiagSink& sink, Range range, const DiagInfo& info, std::vector<std::string> arguments)
    : sink_(sink) {
  diagnostic_.code = info.code;
  diagnostic_.severity = info.severity;
  diagnostic_.message = filled(info.text, arguments);
  diagnostic_.range = range;
}

Report::~Report() { sink_.add(std::move(diagnostic_)); }

auto Report::label(std::string text) -> Report& {
  diagnostic_.label = std::move(text);
  return *this;
}

auto Report::note(Range range, std::string text) -> Report& {
  diagnostic_.notes.push_back({.range = range, .text = std::move(text)});
  return *this;
}

auto Report::help(std::string text) -> Report& {
  diagnostic_.help.push_back(std::move(text));
  return *this;
}

auto Report::fix(Range range, std::string new_text, std::string title) -> Report& {
  if (title.empty()) title = new_text.empty() ? "take this out" : "write `" + new_text + '`';
  Fix fix{.title = std::move(title), .edits = {}};
  fix.edits.push_back({.range = range, .new_text = std::move(new_text)});
  diagnostic_.fixes.push_back(std::move(fix));
  return *this;
}

auto Report::fix(Fix fix) -> Report& {
  diagnostic_.fixes.push_back(std::move(fix));
  return *this;
}

}  // namespace weft
