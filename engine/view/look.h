// How a drawing looks on one stream: width, colour, characters. Lines are composed in full (Unicode, any ink) and only
// turned into bytes at the end, so that every drawing measures what it shows.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weft::driver {
class Registry;
}

namespace weft::draw {

struct Look {
  bool color = false;
  bool ascii = false;     // no character outside ASCII
  bool trees = true;      // lines of trees; false: by indentation alone (for screen readers)
  bool full = false;      // --full: nothing is left out
  bool hints = true;      // commands after success
  uint32_t width = 0;     // columns; 0: nothing is cut or wrapped
  uint64_t now_ms = 0;    // wall clock, for "today"
  const driver::Registry* types = nullptr;  // to tell what was written from defaults; nobody's types when null
};

enum class Ink : uint8_t { kPlain, kDim, kBold, kRed, kYellow, kGreen, kBlue, kBoldRed, kBoldYellow, kBoldGreen };

struct Piece {
  std::string text;
  Ink ink = Ink::kPlain;
};

// One line of text in the making; control characters in it are shown as escapes.
class Line {
 public:
  Line() = default;
  Line(std::string text) { add(std::move(text)); }               // NOLINT: a text is a line
  Line(const char* text) { add(std::string(text)); }             // NOLINT
  auto add(std::string_view text, Ink ink = Ink::kPlain) -> Line&;
  auto append(const Line& other) -> Line&;
  // Spaces until the line is `column` wide; at least `least` of them.
  auto pad(const Look& look, size_t column, size_t least = 0) -> Line&;
  [[nodiscard]] auto pieces() const -> const std::vector<Piece>& { return pieces_; }
  [[nodiscard]] auto empty() const -> bool { return pieces_.empty(); }
  [[nodiscard]] auto width(const Look& look) const -> size_t;
  // Unpainted, as it was composed.
  [[nodiscard]] auto plain() const -> std::string;
  // The bytes for the stream, without a newline.
  [[nodiscard]] auto paint(const Look& look) const -> std::string;

 private:
  std::vector<Piece> pieces_;
};

// The text as that stream shows it: known signs become ASCII ones (→ ->, × x, … ...), others \u{…}.
[[nodiscard]] auto shown(std::string_view text, const Look& look) -> std::string;
// Columns that shown() takes.
[[nodiscard]] auto shown_width(std::string_view text, const Look& look) -> size_t;
// Control characters (C0, DEL, C1, and bidirectional overrides) as \u{1b}: foreign words never reach the terminal as they are.
[[nodiscard]] auto without_controls(std::string_view text) -> std::string;
// Cut to `columns` with `…` at the end; whole when it fits.
[[nodiscard]] auto cut(std::string_view text, size_t columns, const Look& look) -> std::string;

}  // namespace weft::draw
