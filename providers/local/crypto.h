// Keys as OpenSSL holds them, and the texts in which they are handed about. Blocking and sometimes slow: pool threads.
#pragma once

#include <openssl/evp.h>

#include <memory>
#include <string>
#include <string_view>

#include "lang/base/result.h"

namespace weft::local {

template <auto kFree>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    kFree(object);
  }
};
using PrivateKey = std::unique_ptr<EVP_PKEY, Freed<&EVP_PKEY_free>>;

// "rsa" with `bits`, "ecdsa" with `curve` ("P-256" …), "ed25519".
[[nodiscard]] auto generate_key(std::string_view algorithm, int bits, std::string_view curve) -> Result<PrivateKey>;
// PKCS #8, or the older forms of RSA and EC; one that is sealed with a passphrase is refused.
[[nodiscard]] auto parse_private_key(std::string_view pem) -> Result<PrivateKey>;
[[nodiscard]] auto private_pem(const PrivateKey& key) -> std::string;  // PKCS #8
[[nodiscard]] auto public_pem(const PrivateKey& key) -> std::string;   // SubjectPublicKeyInfo

// RFC 4253: the public key as the bytes that SSH signs, sends and digests.
[[nodiscard]] auto ssh_blob(const PrivateKey& key) -> std::string;
[[nodiscard]] auto ssh_public_text(const PrivateKey& key) -> std::string;   // "ssh-ed25519 AAAA…", no newline
[[nodiscard]] auto ssh_private_text(const PrivateKey& key) -> std::string;  // "openssh-key-v1", not sealed
[[nodiscard]] auto ssh_fingerprint(const PrivateKey& key) -> std::string;   // "SHA256:…"

// What OpenSSL said last in this thread, in its words; clears them.
[[nodiscard]] auto crypto_error() -> std::string;

}  // namespace weft::local
