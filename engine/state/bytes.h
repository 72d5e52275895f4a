// Integers as they stand in keys and frames: big-endian, so that keys sort by number.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace weft::state {

inline void add_u32(std::string& out, uint32_t number) {
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(number >> shift);
}
inline void add_u64(std::string& out, uint64_t number) {
  for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(number >> shift);
}
// A part that cannot run into the next one: its size first.
inline void add_part(std::string& out, std::string_view part) {
  add_u32(out, static_cast<uint32_t>(part.size()));
  out += part;
}

// Takes from the front; what is not there any more reads as 0 or empty and makes `short_of` true.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  auto number(size_t bytes) -> uint64_t {
    uint64_t out = 0;
    for (char c : take(bytes)) out = out << 8 | static_cast<uint8_t>(c);
    return out;
  }
  auto u8() -> uint8_t { return static_cast<uint8_t>(number(1)); }
  auto u32() -> uint32_t { return static_cast<uint32_t>(number(4)); }
  auto u64() -> uint64_t { return number(8); }
  auto take(size_t size) -> std::string_view {
    if (size > rest_.size()) {
      short_of_ = true;
      rest_ = {};
      return {};
    }
    auto out = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return out;
  }
  [[nodiscard]] auto rest() const -> std::string_view { return rest_; }
  [[nodiscard]] auto short_of() const -> bool { return short_of_; }

 private:
  std::string_view rest_;
  bool short_of_ = false;
};

}  // namespace weft::state
