#include "providers/local/crypto.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "lang/base/check.h"
#include "lang/base/digest.h"

namespace weft::local {

namespace {

using Bio = std::unique_ptr<BIO, Freed<&BIO_free_all>>;
using BigNumber = std::unique_ptr<BIGNUM, Freed<&BN_clear_free>>;

struct Curve {
  std::string_view name;      // ours
  const char* group;          // OpenSSL's
  std::string_view ssh_name;
};
constexpr Curve kCurves[] = {
    {"P-256", "P-256", "nistp256"},
    {"P-384", "P-384", "nistp384"},
    {"P-521", "P-521", "nistp521"},
};

auto text_in(BIO* bio) -> std::string {
  char* bytes = nullptr;
  long size = BIO_get_mem_data(bio, &bytes);
  return {bytes, static_cast<size_t>(std::max(size, 0L))};
}

auto memory() -> Bio {
  Bio bio(BIO_new(BIO_s_mem()));
  CHECK(bio != nullptr);
  return bio;
}

// Never asks a terminal: a sealed key has no passphrase here.
auto no_passphrase(char* /*out*/, int /*size*/, int /*writing*/, void* /*data*/) -> int { return -1; }

auto number(const PrivateKey& key, const char* name) -> BigNumber {
  BIGNUM* out = nullptr;
  CHECK(EVP_PKEY_get_bn_param(key.get(), name, &out) == 1);
  return BigNumber(out);
}

auto octets(const PrivateKey& key, const char* name) -> std::string {
  size_t size = 0;
  CHECK(EVP_PKEY_get_octet_string_param(key.get(), name, nullptr, 0, &size) == 1);
  std::string out(size, '\0');
  CHECK(EVP_PKEY_get_octet_string_param(key.get(), name, reinterpret_cast<unsigned char*>(out.data()), size, &size) == 1);
  out.resize(size);
  return out;
}

// The wire types of RFC 4251: uint32, string and mpint.
class SshWriter {
 public:
  auto u32(uint32_t value) -> SshWriter& {
    for (int shift = 24; shift >= 0; shift -= 8) bytes_ += static_cast<char>((value >> shift) & 0xffU);
    return *this;
  }
  auto string(std::string_view text) -> SshWriter& {
    u32(static_cast<uint32_t>(text.size()));
    bytes_ += text;
    return *this;
  }
  // Positive: a zero byte in front keeps a high first bit from being a sign.
  auto mpint(const BigNumber& value) -> SshWriter& {
    std::string digits(static_cast<size_t>(BN_num_bytes(value.get())), '\0');
    BN_bn2bin(value.get(), reinterpret_cast<unsigned char*>(digits.data()));
    bool high = !digits.empty() && (static_cast<unsigned char>(digits[0]) & 0x80U) != 0;
    return string(high ? std::string(1, '\0') + digits : digits);
  }
  auto raw(std::string_view bytes) -> SshWriter& {
    bytes_ += bytes;
    return *this;
  }
  [[nodiscard]] auto bytes() const -> const std::string& { return bytes_; }

 private:
  std::string bytes_;
};

auto curve_of(const PrivateKey& key) -> const Curve& {
  std::array<char, 64> name{};
  CHECK(EVP_PKEY_get_utf8_string_param(key.get(), OSSL_PKEY_PARAM_GROUP_NAME, name.data(), name.size(), nullptr) == 1);
  // OpenSSL answers in its own names of the same curves.
  int nid = OBJ_sn2nid(name.data());
  for (const auto& curve : kCurves) {
    if (std::string_view(name.data()) == curve.group || nid == EC_curve_nist2nid(curve.group)) return curve;
  }
  CHECK(!"a curve that this room does not make");
}

auto ssh_type(const PrivateKey& key) -> std::string {
  switch (EVP_PKEY_get_base_id(key.get())) {
    case EVP_PKEY_RSA:
      return "ssh-rsa";
    case EVP_PKEY_EC:
      return "ecdsa-sha2-" + std::string(curve_of(key).ssh_name);
    default:
      return "ssh-ed25519";
  }
}

auto failure(std::string doing) -> std::unexpected<Failure> {
  return fail(Code::kInvalid, std::move(doing) + ": " + crypto_error());
}

// The part that only the holder has, as OpenSSH lists it.
void add_private_part(const PrivateKey& key, SshWriter& out) {
  out.string(ssh_type(key));
  switch (EVP_PKEY_get_base_id(key.get())) {
    case EVP_PKEY_RSA:
      for (const char* name : {OSSL_PKEY_PARAM_RSA_N, OSSL_PKEY_PARAM_RSA_E, OSSL_PKEY_PARAM_RSA_D,
                               OSSL_PKEY_PARAM_RSA_COEFFICIENT1, OSSL_PKEY_PARAM_RSA_FACTOR1,
                               OSSL_PKEY_PARAM_RSA_FACTOR2}) {
        out.mpint(number(key, name));
      }
      break;
    case EVP_PKEY_EC:
      out.string(curve_of(key).ssh_name)
          .string(octets(key, OSSL_PKEY_PARAM_ENCODED_PUBLIC_KEY))
          .mpint(number(key, OSSL_PKEY_PARAM_PRIV_KEY));
      break;
    default: {
      std::string open = octets(key, OSSL_PKEY_PARAM_PUB_KEY);
      out.string(open).string(octets(key, OSSL_PKEY_PARAM_PRIV_KEY) + open);
    }
  }
}

}  // namespace

auto crypto_error() -> std::string {
  unsigned long code = ERR_get_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  std::string text = reason == nullptr ? "OpenSSL gave no reason" : reason;
  ERR_clear_error();
  return text;
}

auto generate_key(std::string_view algorithm, int bits, std::string_view curve) -> Result<PrivateKey> {
  ERR_clear_error();
  EVP_PKEY* key = nullptr;
  if (algorithm == "rsa") {
    key = EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", static_cast<size_t>(bits));
  } else if (algorithm == "ecdsa") {
    const auto* row = std::ranges::find(kCurves, curve, &Curve::name);
    if (row == std::end(kCurves)) return fail(Code::kInvalid, "no curve is called `" + std::string(curve) + "`");
    key = EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", row->group);
  } else if (algorithm == "ed25519") {
    key = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
  } else {
    return fail(Code::kInvalid, "no algorithm is called `" + std::string(algorithm) + "`");
  }
  if (key == nullptr) return failure("making a key");
  return PrivateKey(key);
}

auto parse_private_key(std::string_view pem) -> Result<PrivateKey> {
  ERR_clear_error();
  Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  CHECK(bio != nullptr);
  PrivateKey key(PEM_read_bio_PrivateKey(bio.get(), nullptr, &no_passphrase, nullptr));
  if (key != nullptr) return key;
  if (pem.find("ENCRYPTED") != std::string_view::npos) {
    ERR_clear_error();
    return fail(Code::kInvalid, "the private key is sealed with a passphrase", "give it without one, as a secret input");
  }
  return failure("reading the private key");
}

auto private_pem(const PrivateKey& key) -> std::string {
  Bio bio = memory();
  CHECK(PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
  return text_in(bio.get());
}

auto public_pem(const PrivateKey& key) -> std::string {
  Bio bio = memory();
  CHECK(PEM_write_bio_PUBKEY(bio.get(), key.get()) == 1);
  return text_in(bio.get());
}

auto ssh_blob(const PrivateKey& key) -> std::string {
  SshWriter out;
  out.string(ssh_type(key));
  switch (EVP_PKEY_get_base_id(key.get())) {
    case EVP_PKEY_RSA:
      out.mpint(number(key, OSSL_PKEY_PARAM_RSA_E)).mpint(number(key, OSSL_PKEY_PARAM_RSA_N));
      break;
    case EVP_PKEY_EC:
      out.string(curve_of(key).ssh_name).string(octets(key, OSSL_PKEY_PARAM_ENCODED_PUBLIC_KEY));
      break;
    default:
      out.string(octets(key, OSSL_PKEY_PARAM_PUB_KEY));
  }
  return out.bytes();
}

auto ssh_public_text(const PrivateKey& key) -> std::string { return ssh_type(key) + " " + base64(ssh_blob(key)); }

auto ssh_fingerprint(const PrivateKey& key) -> std::string {
  std::string digest = base64(view(sha256(ssh_blob(key))));
  std::erase(digest, '=');
  return "SHA256:" + digest;
}

// "openssh-key-v1": no cipher, no key derivation, one key; the private part twice begins with one check number and is
// filled up with 1, 2, 3 … to a whole block. The check number only guards against wrong passphrases, so it may be
// derived, and the same key has always the same text.
auto ssh_private_text(const PrivateKey& key) -> std::string {
  constexpr size_t kBlock = 8;
  constexpr size_t kLine = 70;
  std::string blob = ssh_blob(key);
  std::string check(view(sha256(blob)).substr(0, 4));
  SshWriter inner;
  inner.raw(check).raw(check);
  add_private_part(key, inner);
  inner.string("");  // the comment
  for (char fill = 1; inner.bytes().size() % kBlock != 0; ++fill) inner.raw(std::string_view(&fill, 1));
  SshWriter outer;
  outer.raw(std::string_view("openssh-key-v1\0", 15)).string("none").string("none").string("").u32(1);
  outer.string(blob).string(inner.bytes());
  std::string encoded = base64(outer.bytes());
  std::string text = "-----BEGIN OPENSSH PRIVATE KEY-----\n";
  for (size_t at = 0; at < encoded.size(); at += kLine) text += encoded.substr(at, kLine) + "\n";
  return text + "-----END OPENSSH PRIVATE KEY-----\n";
}

}  // namespace weft::local
