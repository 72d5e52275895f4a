#include <array>
#include <cstring>

#include "lang/base/digest.h"

namespace weft {

namespace {

constexpr uint32_t kPolynomial = 0x82F63B78;  // Castagnoli, bits reversed

// Row k gives the effect of a byte that is followed by k more: eight bytes are folded in one step.
constexpr auto kTables = [] {
  std::array<std::array<uint32_t, 256>, 8> tables{};
  for (uint32_t byte = 0; byte < 256; ++byte) {
    uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? kPolynomial : 0);
    tables[0][byte] = crc;
  }
  for (uint32_t byte = 0; byte < 256; ++byte) {
    for (size_t k = 1; k < 8; ++k) {
      uint32_t before = tables[k - 1][byte];
      tables[k][byte] = (before >> 8) ^ tables[0][before & 255];
    }
  }
  return tables;
}();

}  // namespace

auto crc32c(std::string_view bytes) -> uint32_t {
  uint32_t crc = UINT32_MAX;
  size_t pos = 0;
  auto at = [&](size_t i) -> uint32_t { return static_cast<unsigned char>(bytes[pos + i]); };
  for (; pos + 8 <= bytes.size(); pos += 8) {
    crc ^= at(0) | at(1) << 8 | at(2) << 16 | at(3) << 24;
    crc = kTables[7][crc & 255] ^ kTables[6][(crc >> 8) & 255] ^ kTables[5][(crc >> 16) & 255] ^
          kTables[4][crc >> 24] ^ kTables[3][at(4)] ^ kTables[2][at(5)] ^ kTables[1][at(6)] ^
          kTables[0][at(7)];
  }
  for (; pos < bytes.size(); ++pos) crc = (crc >> 8) ^ kTables[0][(crc ^ at(0)) & 255];
  return ~crc;
}

}  // namespace weft
