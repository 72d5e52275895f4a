// Digests and encodings of bytes, over OpenSSL's libcrypto.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weft {

using Sha256 = std::array<uint8_t, 32>;

[[nodiscard]] auto sha256(std::string_view bytes) -> Sha256;
[[nodiscard]] auto hmac_sha256(std::string_view key, std::string_view bytes) -> Sha256;
// RFC 5869 with an empty salt; `info` names the purpose.
[[nodiscard]] auto hkdf_sha256(std::string_view key, std::string_view info) -> Sha256;
// Castagnoli, as in iSCSI; crc32c("123456789") is 0xe3069283.
[[nodiscard]] auto crc32c(std::string_view bytes) -> uint32_t;
// Cryptographically strong; stops the program if the system has no randomness to give.
void random_bytes(void* out, size_t size);
[[nodiscard]] auto random_string(size_t size) -> std::string;

template <size_t N>
[[nodiscard]] auto view(const std::array<uint8_t, N>& bytes) -> std::string_view {
  return {reinterpret_cast<const char*>(bytes.data()), N};
}
[[nodiscard]] auto hex(std::string_view bytes) -> std::string;
[[nodiscard]] auto from_hex(std::string_view text) -> std::optional<std::string>;
[[nodiscard]] auto base64(std::string_view bytes) -> std::string;
// Standard alphabet with padding; nothing else is accepted.
[[nodiscard]] auto from_base64(std::string_view text) -> std::optional<std::string>;

}  // namespace weft
