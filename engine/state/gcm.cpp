#include "engine/state/gcm.h"

#include <openssl/evp.h>

#include <memory>

#include "engine/state/bytes.h"
#include "engine/state/frame.h"
#include "lang/base/check.h"
#include "lang/base/digest.h"

namespace weft::state {
namespace {

constexpr int kNonceBytes = 12;
constexpr int kTagBytes = 16;
constexpr size_t kHeadBytes = 1 + 4 + kNonceBytes;

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

auto bytes(std::string_view text) -> const unsigned char* { return reinterpret_cast<const unsigned char*>(text.data()); }
auto bytes(std::string& text) -> unsigned char* { return reinterpret_cast<unsigned char*>(text.data()); }

}  // namespace

auto gcm_seal(std::string_view key, uint32_t key_id, std::string_view associated, std::string_view plain) -> std::string {
  CHECK(key.size() == kKeyBytes);
  std::string out(1, static_cast<char>(kFormat));
  add_u32(out, key_id);
  auto nonce = random_string(kNonceBytes);
  out += nonce;
  Context context(EVP_CIPHER_CTX_new());
  std::string cipher(plain.size(), '\0');
  std::string tag(kTagBytes, '\0');
  int size = 0;
  bool done = EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, bytes(key), bytes(nonce)) == 1 &&
              EVP_EncryptUpdate(context.get(), nullptr, &size, bytes(associated), static_cast<int>(associated.size())) == 1 &&
              EVP_EncryptUpdate(context.get(), bytes(cipher), &size, bytes(plain), static_cast<int>(plain.size())) == 1 &&
              EVP_EncryptFinal_ex(context.get(), bytes(cipher) + size, &size) == 1 &&
              EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes, bytes(tag)) == 1;
  CHECK(done);
  return out + cipher + tag;
}

auto gcm_open(std::string_view key, std::string_view associated, std::string_view sealed) -> Result<std::string> {
  CHECK(key.size() == kKeyBytes);
  TRY_VOID(gcm_key_id(sealed));
  auto nonce = sealed.substr(1 + 4, kNonceBytes);
  auto cipher = sealed.substr(kHeadBytes, sealed.size() - kHeadBytes - kTagBytes);
  std::string tag(sealed.substr(sealed.size() - kTagBytes));
  Context context(EVP_CIPHER_CTX_new());
  std::string plain(cipher.size(), '\0');
  int size = 0;
  bool opened = EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, bytes(key), bytes(nonce)) == 1 &&
                EVP_DecryptUpdate(context.get(), nullptr, &size, bytes(associated), static_cast<int>(associated.size())) == 1 &&
                EVP_DecryptUpdate(context.get(), bytes(plain), &size, bytes(cipher), static_cast<int>(cipher.size())) == 1 &&
                EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, bytes(tag)) == 1 &&
                EVP_DecryptFinal_ex(context.get(), bytes(plain) + size, &size) == 1;
  if (!opened) return fail(Code::kDenied, "a sealed value does not open: it was sealed with another key, or for another place");
  return plain;
}

auto gcm_key_id(std::string_view sealed) -> Result<uint32_t> {
  if (sealed.size() < kHeadBytes + kTagBytes) return fail(Code::kCorrupt, "a sealed value is cut short");
  ByteReader reader(sealed);
  if (auto format = reader.u8(); format != kFormat) {
    return fail(Code::kNewer, "a sealed value has format " + std::to_string(format) + ", this program opens format 1", "use the newer weft that wrote it");
  }
  return reader.u32();
}

}  // namespace weft::state
