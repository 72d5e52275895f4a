// Making and reading X.509 certificates with OpenSSL. Blocking: pool threads.
#pragma once

#include <openssl/x509.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "providers/local/crypto.h"

namespace weft::local {

using X509Ptr = std::unique_ptr<X509, Freed<&X509_free>>;

struct CertificateRequest {
  // OpenSSL's short names ("CN", "O" …) with their texts, in the order of the certificate.
  std::vector<std::pair<std::string, std::string>> subject;
  std::vector<std::string> names;   // DNS names, IP and email addresses, URIs; told apart by their form
  std::vector<std::string> usages;  // words of certificate_usages.def
  bool is_ca = false;
  int64_t not_before = 0;           // seconds since 1970
  int64_t not_after = 0;
};

// Which kind of name a text is; nothing when it is none.
enum class NameKind { kDns, kIp, kEmail, kUri };
[[nodiscard]] auto name_kind(std::string_view text) -> std::optional<NameKind>;
[[nodiscard]] auto is_usage(std::string_view word) -> bool;

// Signed by `signer_key` for the authority `signer`, or by itself when there is none (then `signer_key` is `key`).
[[nodiscard]] auto make_certificate(const CertificateRequest& request, const PrivateKey& key, const X509Ptr& signer,
                                    const PrivateKey& signer_key) -> Result<X509Ptr>;
// The first certificate of a PEM text.
[[nodiscard]] auto parse_certificate(std::string_view pem) -> Result<X509Ptr>;
[[nodiscard]] auto certificate_pem(const X509Ptr& certificate) -> std::string;
// SHA-256 of its bytes, hexadecimal.
[[nodiscard]] auto certificate_fingerprint(const X509Ptr& certificate) -> std::string;
[[nodiscard]] auto belongs_to(const X509Ptr& certificate, const PrivateKey& key) -> bool;
[[nodiscard]] auto may_sign(const X509Ptr& certificate) -> bool;
// Seconds since 1970.
[[nodiscard]] auto ends_at(const X509Ptr& certificate) -> int64_t;

}  // namespace weft::local
