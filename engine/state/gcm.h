// AES-256-GCM, by OpenSSL.
#pragma once

#include <string>
#include <string_view>

#include "lang/base/result.h"

namespace weft::state {

inline constexpr size_t kKeyBytes = 32;

// u8 format | u32 key id | nonce 12 | ciphertext | tag 16, with a fresh random nonce.
[[nodiscard]] auto gcm_seal(std::string_view key, uint32_t key_id, std::string_view associated, std::string_view plain) -> std::string;
// kDenied: another key, other associated data, or changed bytes.
[[nodiscard]] auto gcm_open(std::string_view key, std::string_view associated, std::string_view sealed) -> Result<std::string>;
// The key id of what gcm_seal gave; kNewer for another format, kCorrupt when it is too short.
[[nodiscard]] auto gcm_key_id(std::string_view sealed) -> Result<uint32_t>;

}  // namespace weft::state
