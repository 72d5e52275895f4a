#include "stdlib/functions/letter_case.h"

#include "lang/base/text.h"

namespace weft::functions {

namespace {

// Capitals from `first` to `last`; each small letter is `distance` further. With kPairs capitals and small
// letters take turns, beginning with a capital.
struct Range {
  char32_t first;
  char32_t last;
  char32_t distance;
};
constexpr char32_t kPairs = 0;

constexpr Range kRanges[] = {
    {'A', 'Z', 32},         {0xC0, 0xD6, 32},         {0xD8, 0xDE, 32},         {0x100, 0x12F, kPairs},
    {0x132, 0x137, kPairs}, {0x139, 0x148, kPairs},   {0x14A, 0x177, kPairs},   {0x179, 0x17E, kPairs},
    {0x1CD, 0x1DC, kPairs}, {0x1DE, 0x1EF, kPairs},   {0x1F8, 0x21F, kPairs},   {0x222, 0x233, kPairs},
    {0x386, 0x386, 38},     {0x388, 0x38A, 37},       {0x38C, 0x38C, 64},       {0x38E, 0x38F, 63},
    {0x391, 0x3A1, 32},     {0x3A3, 0x3AB, 32},       {0x400, 0x40F, 80},       {0x410, 0x42F, 32},
    {0x460, 0x481, kPairs}, {0x48A, 0x4BF, kPairs},   {0x4C1, 0x4CE, kPairs},   {0x4D0, 0x52F, kPairs},
    {0x531, 0x556, 48},     {0x1E00, 0x1E95, kPairs}, {0x1EA0, 0x1EFF, kPairs},
};

auto is_capital(const Range& range, char32_t letter) -> bool {
  if (letter < range.first || letter > range.last) return false;
  return range.distance != kPairs || (letter - range.first) % 2 == 0;
}

}  // namespace

auto to_lower(char32_t letter) -> char32_t {
  if (letter == 0x178) return 0xFF;  // Ÿ, whose small letter stands far before it
  for (const auto& range : kRanges) {
    if (is_capital(range, letter)) return letter + (range.distance == kPairs ? 1 : range.distance);
  }
  return letter;
}

auto to_upper(char32_t letter) -> char32_t {
  if (letter == 0xFF) return 0x178;
  if (letter == 0x3C2) return 0x3A3;  // the sigma at a word's end
  for (const auto& range : kRanges) {
    char32_t distance = range.distance == kPairs ? 1 : range.distance;
    if (letter >= range.first + distance && is_capital(range, letter - distance)) return letter - distance;
  }
  return letter;
}

auto is_letter_or_digit(char32_t code) -> bool {
  if (code < 0x80)
    return (code >= '0' && code <= '9') || (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z');
  // Beyond ASCII everything counts as a letter but the signs of Latin-1 and general punctuation.
  return code >= 0xC0 && code != 0xD7 && code != 0xF7 && !(code >= 0x2000 && code <= 0x206F);
}

auto upper_text(std::string_view text) -> std::string {
  std::string out;
  out.reserve(text.size());
  for (size_t pos = 0; pos < text.size();) append_utf8(out, to_upper(next_code_point(text, pos)));
  return out;
}

auto lower_text(std::string_view text) -> std::string {
  std::string out;
  out.reserve(text.size());
  for (size_t pos = 0; pos < text.size();) append_utf8(out, to_lower(next_code_point(text, pos)));
  return out;
}

}  // namespace weft::functions
