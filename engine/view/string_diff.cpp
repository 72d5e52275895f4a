#include "engine/view/string_diff.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "engine/view/text_diff.h"
#include "engine/view/words.h"
#include "lang/base/digest.h"
#include "lang/base/text.h"
#include "lang/value/json.h"

namespace weft::draw {

namespace {

constexpr size_t kWholeLine = 100;   // texts up to here are not cut in their differing part
constexpr size_t kMostShown = 200;
constexpr size_t kLeastCut = 12;     // shorter ends are not worth a cut
constexpr size_t kMostRows = 60;

// Byte lengths of the equal ends, at code point boundaries, not overlapping.
auto equal_ends(std::string_view a, std::string_view b) -> std::pair<size_t, size_t> {
  auto is_inside = [](std::string_view text, size_t pos) {
    return pos < text.size() && (static_cast<unsigned char>(text[pos]) & 0xc0) == 0x80;
  };
  size_t front = 0;
  while (front < a.size() && front < b.size() && a[front] == b[front]) ++front;
  while (front > 0 && (is_inside(a, front) || is_inside(b, front))) --front;
  size_t back = 0;
  size_t room = std::min(a.size(), b.size()) - front;
  while (back < room && a[a.size() - 1 - back] == b[b.size() - 1 - back]) ++back;
  while (back > 0 && is_inside(a, a.size() - back)) --back;
  return {front, back};
}

// How much of the equal front may go: up to the last `/`, else to a little before the difference in long texts.
auto front_cut(std::string_view text, size_t front, bool is_long) -> size_t {
  size_t slash = front == 0 ? std::string_view::npos : text.substr(0, front).rfind('/');
  if (slash != std::string_view::npos && slash >= kLeastCut) return slash;
  if (!is_long || front <= 2 * kLeastCut) return 0;
  size_t at = front - kLeastCut;
  while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80) --at;
  return at;
}

auto back_cut(std::string_view text, size_t back, bool is_long) -> size_t {
  if (!is_long || back <= 2 * kLeastCut) return 0;
  size_t cut = back - kLeastCut;
  while (cut > 0 && (static_cast<unsigned char>(text[text.size() - cut]) & 0xc0) == 0x80) --cut;
  return cut;
}

auto cut_quoted(std::string_view text, size_t front, size_t back) -> std::string {
  std::string inner = quoted(text.substr(front, text.size() - front - back));
  return fmt::format("\"{}{}{}\"", front > 0 ? "…" : "", std::string_view(inner).substr(1, inner.size() - 2),
                     back > 0 ? "…" : "");
}

auto without_space(std::string_view text) -> std::string {
  std::string out;
  for (char c : text) {
    if (c != ' ' && c != '\t' && c != '\r' && c != '\n') out += c;
  }
  return out;
}

auto quoted_line(std::string_view line, bool visible, bool full) -> std::string {
  std::string out = visible ? visible_space(line) : std::string(line);
  if (full || count_code_points(out) <= kMostShown) return out;
  size_t end = 0;
  for (size_t n = 0; n < kMostShown; ++n) (void)next_code_point(out, end);
  return fmt::format("{}… ({})", out.substr(0, end), bytes(line.size()));
}

}  // namespace

auto only_space_differs(std::string_view before, std::string_view after) -> bool {
  return before != after && without_space(before) == without_space(after);
}

auto visible_space(std::string_view text) -> std::string {
  std::string out;
  for (char c : text) {
    if (c == ' ') out += "·";
    else if (c == '\t') out += "⇥";
    else if (c == '\r') out += "␍";
    else out += c;
  }
  return out;
}

auto cut_pair(std::string_view before, std::string_view after, bool both, bool full) -> StringPair {
  if (only_space_differs(before, after) && count_code_points(before) <= kMostShown) {
    return {quoted(visible_space(before)), quoted(visible_space(after)), "(only white space differs)"};
  }
  if (full) return {quoted(before), quoted(after), {}};
  auto [front, back] = equal_ends(before, after);
  size_t middle = std::max(before.size(), after.size()) - front - back;
  if (middle > kMostShown) {
    size_t places = hunks(words_of(before), words_of(after)).size();
    std::string remark = fmt::format("({}, {} differ)", bytes(after.size()), counted(places, "place"));
    return {{}, {}, std::move(remark)};
  }
  bool before_long = before.size() > kWholeLine, after_long = after.size() > kWholeLine;
  size_t before_front = both || before_long ? front_cut(before, front, before_long) : 0;
  size_t before_back = back_cut(before, back, before_long);
  return {cut_quoted(before, before_front, before_back),
          cut_quoted(after, front_cut(after, front, after_long), back_cut(after, back, after_long)), {}};
}

auto line_rows(std::string_view before, std::string_view after, uint32_t indent, bool full) -> std::vector<Row> {
  auto a = lines_of(before), b = lines_of(after);
  bool visible = only_space_differs(before, after);
  size_t digits = fmt::format("{}", std::max(a.size(), b.size())).size();
  std::vector<Row> rows;
  auto add = [&](size_t number, char sign, std::string_view line, Ink ink) {
    Line left;
    left.add(fmt::format("{:>{}} {} ", number, digits, sign), ink).add(quoted_line(line, visible, full), ink);
    rows.push_back(Row{.indent = indent, .left = std::move(left), .whole = true});
  };
  size_t shown_until = 0;
  for (const Hunk& hunk : hunks(a, b)) {
    if (!full && rows.size() >= kMostRows) {
      rows.push_back(Row{.indent = indent, .left = Line("… more lines differ: --full")});
      break;
    }
    // One line of context, unless the hunk before has just shown it.
    if (hunk.b_begin > 0 && hunk.b_begin > shown_until) add(hunk.b_begin, ' ', b[hunk.b_begin - 1], Ink::kPlain);
    for (size_t i = hunk.a_begin; i < hunk.a_end; ++i) add(i + 1, '-', a[i], Ink::kRed);
    for (size_t i = hunk.b_begin; i < hunk.b_end; ++i) add(i + 1, '+', b[i], Ink::kGreen);
    shown_until = hunk.b_end;
  }
  if (rows.empty()) rows.push_back(Row{.indent = indent, .left = Line("(only the last newline differs)")});
  return rows;
}

auto json_pair(std::string_view before, std::string_view after) -> std::optional<std::pair<Value, Value>> {
  auto starts = [](std::string_view text) {
    std::string_view inner = trim(text);
    return inner.starts_with('{') || inner.starts_with('[');
  };
  if (!starts(before) || !starts(after)) return std::nullopt;
  auto a = from_json(before);
  auto b = from_json(after);
  if (!a || !b) return std::nullopt;
  return std::pair(std::move(*a), std::move(*b));
}

auto base64_text(std::string_view text) -> std::optional<std::string> {
  if (text.size() < 16) return std::nullopt;
  auto plain = from_base64(text);
  if (!plain || !is_text(*plain)) return std::nullopt;
  return plain;
}

}  // namespace weft::draw
