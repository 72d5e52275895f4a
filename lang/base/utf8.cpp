#include "lang/base/check.h"
#include "lang/base/text.h"

namespace weft {

namespace {

// Length of the well-formed sequence at `pos`, or 0. The limits on the second byte are what excludes overlong
// forms, surrogates and anything above U+10FFFF (Unicode, table 3-7).
auto sequence_length(std::string_view text, size_t pos) -> size_t {
  auto byte = [&](size_t i) -> unsigned {
    return pos + i < text.size() ? static_cast<unsigned char>(text[pos + i]) : 0U;
  };
  auto continues = [&](size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead < 0xC2) return 0;
  if (lead < 0xE0) return continues(1) ? 2 : 0;
  unsigned low = 0x80;
  unsigned high = 0xBF;
  if (lead < 0xF0) {
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
    return byte(1) >= low && byte(1) <= high && continues(2) ? 3 : 0;
  }
  if (lead > 0xF4) return 0;
  if (lead == 0xF0) low = 0x90;
  if (lead == 0xF4) high = 0x8F;
  return byte(1) >= low && byte(1) <= high && continues(2) && continues(3) ? 4 : 0;
}

}  // namespace

auto first_invalid_utf8(std::string_view text) -> size_t {
  for (size_t pos = 0; pos < text.size();) {
    size_t length = sequence_length(text, pos);
    if (length == 0) return pos;
    pos += length;
  }
  return std::string_view::npos;
}

void append_utf8(std::string& out, char32_t code) {
  CHECK(code < 0xD800 || (code > 0xDFFF && code <= 0x10FFFF));
  auto put = [&](char32_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | (code >> 6));
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | (code >> 12));
    put(0x80 | ((code >> 6) & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | (code >> 18));
    put(0x80 | ((code >> 12) & 0x3F));
    put(0x80 | ((code >> 6) & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

// A broken byte decodes as U+FFFD of length 1: whoever draws a message about bad text must not stop on it.
auto next_code_point(std::string_view text, size_t& pos) -> char32_t {
  size_t length = sequence_length(text, pos);
  auto lead = static_cast<unsigned char>(text[pos]);
  if (length <= 1) {
    ++pos;
    return length == 1 ? lead : U'\uFFFD';
  }
  char32_t code = lead & (0x7FU >> length);
  for (size_t i = 1; i < length; ++i) {
    code = (code << 6) | (static_cast<unsigned char>(text[pos + i]) & 0x3FU);
  }
  pos += length;
  return code;
}

auto count_code_points(std::string_view text) -> size_t {
  size_t count = 0;
  for (size_t pos = 0; pos < text.size(); ++count) next_code_point(text, pos);
  return count;
}

}  // namespace weft
