#include "lang/base/digest.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "lang/base/check.h"

namespace weft {

namespace {
auto bytes_of(std::string_view text) -> const unsigned char* {
  return reinterpret_cast<const unsigned char*>(text.data());
}
auto hex_value(char c) -> int {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}
}  // namespace

auto sha256(std::string_view bytes) -> Sha256 {
  Sha256 out{};
  unsigned size = 0;
  CHECK(EVP_Digest(bytes.data(), bytes.size(), out.data(), &size, EVP_sha256(), nullptr) == 1);
  CHECK(size == out.size());
  return out;
}

auto hmac_sha256(std::string_view key, std::string_view bytes) -> Sha256 {
  Sha256 out{};
  unsigned size = 0;
  CHECK(key.size() <= INT32_MAX);
  // A null key would mean "the key of the call before".
  const char* key_data = key.empty() ? "" : key.data();
  CHECK(HMAC(EVP_sha256(), key_data, static_cast<int>(key.size()), bytes_of(bytes), bytes.size(), out.data(),
             &size) != nullptr);
  CHECK(size == out.size());
  return out;
}

auto hkdf_sha256(std::string_view key, std::string_view info) -> Sha256 {
  Sha256 no_salt{};
  Sha256 extracted = hmac_sha256(view(no_salt), key);
  // One block of output is one round of the expansion.
  std::string round(info);
  round += '\x01';
  return hmac_sha256(view(extracted), round);
}

void random_bytes(void* out, size_t size) {
  CHECK(size <= INT32_MAX);
  CHECK(RAND_bytes(static_cast<unsigned char*>(out), static_cast<int>(size)) == 1);
}

auto random_string(size_t size) -> std::string {
  std::string out(size, '\0');
  random_bytes(out.data(), size);
  return out;
}

auto hex(std::string_view bytes) -> std::string {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (char c : bytes) {
    auto byte = static_cast<unsigned char>(c);
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

auto from_hex(std::string_view text) -> std::optional<std::string> {
  if (text.size() % 2 != 0) return std::nullopt;
  std::string out;
  out.reserve(text.size() / 2);
  for (size_t i = 0; i < text.size(); i += 2) {
    int high = hex_value(text[i]);
    int low = hex_value(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
  }
  return out;
}

}  // namespace weft
