#include <algorithm>
#include <set>
#include <utility>

#include "lang/base/text.h"
#include "lang/diag/excerpt.h"
#include "lang/diag/render.h"

namespace weft {

namespace {

// Line numbers take at least two columns, so that most diagnostics stand in one line with each other.
constexpr size_t kLongestLine = 1000;
constexpr size_t kLeastGutter = 2;
// A label that would be squeezed into fewer columns starts at the left edge instead.
constexpr size_t kLeastLabelRoom = 30;

enum class Ink { kPlain, kError, kWarning, kNote, kDim };

auto ink_of(Severity severity) -> Ink {
  switch (severity) {
    case Severity::kError: return Ink::kError;
    case Severity::kWarning: return Ink::kWarning;
    case Severity::kHint: return Ink::kNote;
  }
  return Ink::kPlain;
}

auto word_of(Severity severity) -> std::string_view {
  switch (severity) {
    case Severity::kError: return "error";
    case Severity::kWarning: return "warning";
    case Severity::kHint: return "hint";
  }
  return "";
}

// Something underlined in one line.
struct Mark {
  Range range;
  std::string_view text;
  bool primary = false;
  uint32_t line = 0;
};

class TextDrawing {
 public:
  TextDrawing(const SourceMap& sources, const RenderOptions& options) : sources_(sources), options_(options) {}

  void add(const Diagnostic& diagnostic);
  void line(std::string_view text) { out_.append(text).append("\n"); }
  auto take() -> std::string { return std::move(out_); }

 private:
  auto paint(Ink ink, std::string_view text) const -> std::string;
  auto safe(std::string_view text) const -> std::string { return excerpt::safe(text, options_.ascii); }
  auto room_after(size_t columns) const -> size_t;
  auto margin() const -> std::string { return std::string(gutter_, ' '); }
  auto empty_gutter() const -> std::string { return margin() + paint(Ink::kDim, " |"); }
  auto marks_of(const Diagnostic& diagnostic) const -> std::vector<Mark>;
  void title(const Diagnostic& diagnostic);
  void block(std::span<const Mark> marks, Ink primary);
  void source_line(std::span<const Mark> marks, Ink primary);
  void underline(const Mark& mark, const excerpt::Line& line, const excerpt::Cut& cut, Ink ink);
  void remark(std::string_view word, std::string_view text);

  const SourceMap& sources_;
  const RenderOptions& options_;
  size_t gutter_ = kLeastGutter;
  std::string out_;
};

auto TextDrawing::paint(Ink ink, std::string_view text) const -> std::string {
  if (!options_.color || ink == Ink::kPlain || text.empty()) return std::string(text);
  std::string_view code;
  switch (ink) {
    case Ink::kPlain: break;
    case Ink::kError: code = "31"; break;
    case Ink::kWarning: code = "33"; break;
    case Ink::kNote: code = "34"; break;
    case Ink::kDim: code = "2"; break;
  }
  return "\x1b[" + std::string(code) + 'm' + std::string(text) + "\x1b[0m";
}

// Columns left of the width, 0 for "as many as you like"; never so few that wrapping makes it worse.
auto TextDrawing::room_after(size_t columns) const -> size_t {
  if (options_.width == 0) return 0;
  return std::max<size_t>(options_.width > columns ? options_.width - columns : 0, kLeastLabelRoom);
}

void TextDrawing::add(const Diagnostic& diagnostic) {
  std::vector<Mark> marks = marks_of(diagnostic);
  gutter_ = kLeastGutter;
  for (const auto& mark : marks) gutter_ = std::max(gutter_, std::to_string(mark.line).size());
  title(diagnostic);
  for (size_t begin = 0; begin < marks.size();) {
    size_t end = begin;
    while (end < marks.size() && marks[end].range.file == marks[begin].range.file) ++end;
    block(std::span(marks).subspan(begin, end - begin), ink_of(diagnostic.severity));
    begin = end;
  }
  for (const auto& note : diagnostic.notes) {
    if (!note.range.valid()) remark("note", note.text);
  }
  for (const auto& help : diagnostic.help) remark("help", help);
  // A fix usually says in the label what it does; where nothing does, its title is the way out.
  if (diagnostic.label.empty() && diagnostic.help.empty()) {
    for (const auto& fix : diagnostic.fixes) remark("help", fix.title);
  }
}

// The file of the primary range first, then the others as the notes name them; in a file by line, and in a line the
// primary one first.
auto TextDrawing::marks_of(const Diagnostic& diagnostic) const -> std::vector<Mark> {
  std::vector<Mark> marks;
  std::vector<FileId> files;
  auto add = [&](Range range, std::string_view text, bool primary) {
    if (!range.valid()) return;
    marks.push_back({.range = range,
                     .text = text,
                     .primary = primary,
                     .line = sources_.position(range.file, range.begin).line});
    if (std::find(files.begin(), files.end(), range.file) == files.end()) files.push_back(range.file);
  };
  add(diagnostic.range, diagnostic.label, true);
  for (const auto& note : diagnostic.notes) add(note.range, note.text, false);
  auto rank = [&](const Mark& mark) {
    return std::tuple(std::find(files.begin(), files.end(), mark.range.file), mark.line, !mark.primary,
                      mark.range.begin);
  };
  std::stable_sort(marks.begin(), marks.end(), [&](const Mark& a, const Mark& b) { return rank(a) < rank(b); });
  return marks;
}

void TextDrawing::title(const Diagnostic& diagnostic) {
  std::string head(word_of(diagnostic.severity));
  if (!diagnostic.code.empty()) head.append("[").append(diagnostic.code).append("]");
  auto lines = excerpt::wrap(safe(diagnostic.message), room_after(head.size() + 2));
  std::string indent(4, ' ');
  for (size_t i = 0; i < lines.size(); ++i) {
    line(i == 0 ? paint(ink_of(diagnostic.severity), head) + ": " + lines[i] : indent + lines[i]);
  }
}

// All marks of one file.
void TextDrawing::block(std::span<const Mark> marks, Ink primary) {
  auto named = std::find_if(marks.begin(), marks.end(), [](const Mark& mark) { return mark.primary; });
  const Mark& place = named == marks.end() ? marks.front() : *named;
  Position at = sources_.position(place.range.file, place.range.begin);
  std::string where = safe(sources_.name(place.range.file)) + ':' + std::to_string(at.line) + ':' +
                      std::to_string(at.column);
  line(margin() + paint(Ink::kDim, (place.primary ? "--> " : "::: ") + where));
  line(empty_gutter());
  for (size_t begin = 0; begin < marks.size();) {
    size_t end = begin;
    while (end < marks.size() && marks[end].line == marks[begin].line) ++end;
    source_line(marks.subspan(begin, end - begin), primary);
    begin = end;
  }
}

void TextDrawing::source_line(std::span<const Mark> marks, Ink primary) {
  Range whole = sources_.line_range(marks[0].range.file, marks[0].range.begin);
  excerpt::Line drawn = excerpt::draw(sources_.text(whole), options_.ascii);
  auto column = [&](uint32_t offset) {
    return drawn.columns[std::min<size_t>(offset - whole.begin, drawn.columns.size() - 1)];
  };
  excerpt::Cut cut{.text = drawn.text, .shift = 0};
  // One column is kept for a caret behind the end of the line.
  size_t room = options_.width > gutter_ + 4 ? options_.width - gutter_ - 4 : 0;
  // Without a terminal nothing is cut but what no person ever wrote.
  if (room == 0 && drawn.width() > kLongestLine) room = kLongestLine;
  if (room > 0) {
    cut = excerpt::cut(drawn, column(marks[0].range.begin), column(std::min(marks[0].range.end, whole.end)),
                       static_cast<uint32_t>(room), options_.ascii);
  }
  std::string number = std::to_string(marks[0].line);
  std::string text = cut.text.empty() ? "" : ' ' + cut.text;
  line(paint(Ink::kDim, std::string(gutter_ - number.size(), ' ') + number + " |") + text);
  for (const auto& mark : marks) underline(mark, drawn, cut, mark.primary ? primary : Ink::kNote);
}

void TextDrawing::underline(const Mark& mark, const excerpt::Line& drawn, const excerpt::Cut& cut, Ink ink) {
  Range whole = sources_.line_range(mark.range.file, mark.range.begin);
  auto column = [&](uint32_t offset) {
    return drawn.columns[std::min<size_t>(offset - whole.begin, drawn.columns.size() - 1)];
  };
  size_t end_of_cut = display_width(cut.text);
  size_t begin = column(mark.range.begin);
  size_t end = column(std::clamp(mark.range.end, mark.range.begin, std::max(whole.end, mark.range.begin)));
  begin = std::min(begin > cut.shift ? begin - cut.shift : 0, end_of_cut);
  end = std::min(end > cut.shift ? end - cut.shift : 0, std::max(end_of_cut, begin));
  size_t length = std::max<size_t>(end - begin, 1);
  std::string signs(length, mark.primary ? '^' : '-');
  std::string before(begin, ' ');
  std::string label = safe(mark.text);
  std::replace(label.begin(), label.end(), '\n', ' ');
  size_t used = gutter_ + 3 + begin + length + 1;
  bool beside = options_.width == 0 || used + display_width(label) <= options_.width;
  if (label.empty() || beside) {
    std::string row = before + paint(ink, label.empty() ? signs : signs + ' ' + label);
    line(empty_gutter() + ' ' + row);
    return;
  }
  line(empty_gutter() + ' ' + before + paint(ink, signs));
  size_t widest = kLeastLabelRoom;
  for (std::string_view word : split(label, ' ')) widest = std::max(widest, display_width(word));
  bool at_mark = gutter_ + 3 + begin + widest <= options_.width;
  size_t indent = at_mark ? begin : 0;
  for (const auto& part : excerpt::wrap(label, room_after(gutter_ + 3 + indent))) {
    line(empty_gutter() + ' ' + std::string(indent, ' ') + paint(ink, part));
  }
}

void TextDrawing::remark(std::string_view word, std::string_view text) {
  size_t indent = gutter_ + 3 + word.size() + 2;
  bool first = true;
  for (const auto& part : excerpt::wrap(safe(text), room_after(indent))) {
    std::string head = margin() + ' ' + paint(Ink::kDim, "=") + ' ' + paint(Ink::kNote, word) + ": ";
    line((std::exchange(first, false) ? head : std::string(indent, ' ')) + part);
  }
}

}  // namespace

auto render_text(const SourceMap& sources, std::span<const Diagnostic> diagnostics, const RenderOptions& options)
    -> std::string {
  TextDrawing drawing(sources, options);
  size_t drawn = std::min(diagnostics.size(), options.most);
  for (size_t i = 0; i < drawn; ++i) {
    if (i > 0) drawing.line("");
    drawing.add(diagnostics[i]);
  }
  if (drawn < diagnostics.size()) {
    if (drawn > 0) drawing.line("");
    drawing.line("and " + with_thousands(diagnostics.size() - drawn) + " more");
  }
  return drawing.take();
}

auto render_summary(const SourceMap& /*sources*/, std::span<const Diagnostic> diagnostics) -> std::string {
  if (diagnostics.empty()) return {};
  size_t fixable = 0;
  std::set<uint32_t> files;
  std::string_view to_read;  // the first that no fix will take away, else the first
  size_t counts[3] = {};
  for (const auto& diagnostic : diagnostics) {
    ++counts[static_cast<size_t>(diagnostic.severity)];
    if (diagnostic.range.valid()) files.insert(diagnostic.range.file.index);
    fixable += diagnostic.fixes.empty() ? 0 : 1;
    if (to_read.empty() && diagnostic.fixes.empty()) to_read = diagnostic.code;
  }
  if (to_read.empty()) to_read = diagnostics.front().code;

  std::vector<std::string> kinds;
  static constexpr std::string_view kNames[3] = {"error", "warning", "hint"};
  for (size_t i = 0; i < 3; ++i) {
    if (counts[i] > 0) kinds.push_back(counted(counts[i], kNames[i]));
  }
  std::string out = join(kinds, ", ");
  if (!files.empty()) out += " in " + counted(files.size(), "file");
  bool lone_syntax_error = diagnostics.size() == 1 && counts[0] == 1 && to_read.starts_with("E00");
  if (lone_syntax_error && fixable == 0) return out + "; everything after it was read and checked.";
  if (fixable > 0) {
    out += "; " + with_thousands(fixable) + (fixable == 1 ? " has" : " have") + " a fix: weft check --fix";
  }
  out += '.';
  if (!to_read.empty()) out.append(" More on one: weft docs ").append(to_read).append(".");
  return out;
}

}  // namespace weft
