#include "engine/view/look.h"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "lang/base/text.h"

namespace weft::draw {

namespace {

constexpr auto kAscii = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"→", "->"}, {"×", "x"}, {"…", "..."}, {"–", "-"}, {"─", "-"}, {"│", "|"}, {"├", "|-"}, {"└", "\\-"},
    {"±", "-/+"}, {"·", "."}, {"⇥", ">"}, {"␍", "\\r"}, {"≠", "!="}, {"≤", "<="}, {"≥", ">="}, {"■", "#"},
});

auto ascii_for(std::string_view sign) -> std::string_view {
  for (const auto& [from, to] : kAscii) {
    if (from == sign) return to;
  }
  return {};
}

auto is_hidden(char32_t code) -> bool {
  return code < 0x20 || (code >= 0x7f && code < 0xa0) || (code >= 0x202a && code <= 0x202e) ||
         (code >= 0x2066 && code <= 0x2069) || code == 0xfeff;
}

auto escape(Ink ink) -> std::string_view {
  switch (ink) {
    case Ink::kPlain: return {};
    case Ink::kDim: return "\x1b[2m";
    case Ink::kBold: return "\x1b[1m";
    case Ink::kRed: return "\x1b[31m";
    case Ink::kYellow: return "\x1b[33m";
    case Ink::kGreen: return "\x1b[32m";
    case Ink::kBlue: return "\x1b[34m";
    case Ink::kBoldRed: return "\x1b[1;31m";
    case Ink::kBoldYellow: return "\x1b[1;33m";
    case Ink::kBoldGreen: return "\x1b[1;32m";
  }
  return {};
}

}  // namespace

auto without_controls(std::string_view text) -> std::string {
  std::string out;
  out.reserve(text.size());
  size_t broken = first_invalid_utf8(text);
  for (size_t pos = 0; pos < text.size();) {
    if (pos == broken) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[pos]));
      ++pos;
      size_t next = first_invalid_utf8(text.substr(pos));
      broken = next == std::string_view::npos ? next : pos + next;
      continue;
    }
    size_t begin = pos;
    char32_t code = next_code_point(text, pos);
    if (is_hidden(code)) out += fmt::format("\\u{{{:x}}}", static_cast<uint32_t>(code));
    else out += text.substr(begin, pos - begin);
  }
  return out;
}

auto shown(std::string_view text, const Look& look) -> std::string {
  std::string clean = without_controls(text);
  if (!look.ascii) return clean;
  std::string out;
  out.reserve(clean.size());
  for (size_t pos = 0; pos < clean.size();) {
    if (static_cast<unsigned char>(clean[pos]) < 0x80) {
      out += clean[pos++];
      continue;
    }
    size_t begin = pos;
    char32_t code = next_code_point(clean, pos);
    std::string_view known = ascii_for(std::string_view(clean).substr(begin, pos - begin));
    if (!known.empty()) out += known;
    else out += fmt::format("\\u{{{:x}}}", static_cast<uint32_t>(code));
  }
  return out;
}

auto shown_width(std::string_view text, const Look& look) -> size_t { return display_width(shown(text, look)); }

auto cut(std::string_view text, size_t columns, const Look& look) -> std::string {
  std::string clean = without_controls(text);
  if (shown_width(clean, look) <= columns) return clean;
  std::string out;
  size_t used = shown_width("…", look);
  for (size_t pos = 0; pos < clean.size();) {
    size_t begin = pos;
    (void)next_code_point(clean, pos);
    std::string_view sign = std::string_view(clean).substr(begin, pos - begin);
    used += shown_width(sign, look);
    if (used > columns) break;
    out += sign;
  }
  return out + "…";
}

auto Line::add(std::string_view text, Ink ink) -> Line& {
  if (text.empty()) return *this;
  if (!pieces_.empty() && pieces_.back().ink == ink) pieces_.back().text += text;
  else pieces_.push_back({std::string(text), ink});
  return *this;
}

auto Line::append(const Line& other) -> Line& {
  for (const Piece& piece : other.pieces_) add(piece.text, piece.ink);
  return *this;
}

auto Line::pad(const Look& look, size_t column, size_t least) -> Line& {
  size_t now = width(look);
  size_t spaces = now < column ? column - now : 0;
  return add(std::string(spaces < least ? least : spaces, ' '));
}

auto Line::width(const Look& look) const -> size_t {
  size_t total = 0;
  for (const Piece& piece : pieces_) total += shown_width(piece.text, look);
  return total;
}

auto Line::plain() const -> std::string {
  std::string out;
  for (const Piece& piece : pieces_) out += piece.text;
  return out;
}

auto Line::paint(const Look& look) const -> std::string {
  std::string out;
  for (const Piece& piece : pieces_) {
    bool inked = look.color && piece.ink != Ink::kPlain;
    if (inked) out += escape(piece.ink);
    out += shown(piece.text, look);
    if (inked) out += "\x1b[0m";
  }
  return out;
}

}  // namespace weft::draw
