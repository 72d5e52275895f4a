#include "providers/local/x509.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <ctime>

#include "lang/base/check.h"
#include "lang/base/digest.h"

namespace weft::local {

namespace {

using Bio = std::unique_ptr<BIO, Freed<&BIO_free_all>>;
using BigNumber = std::unique_ptr<BIGNUM, Freed<&BN_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freed<&X509_EXTENSION_free>>;
using Names = std::unique_ptr<GENERAL_NAMES, Freed<&GENERAL_NAMES_free>>;
using Octets = std::unique_ptr<ASN1_OCTET_STRING, Freed<&ASN1_OCTET_STRING_free>>;

struct Usage {
  std::string_view word;
  std::string_view name;
  bool extended;
};
constexpr Usage kUsages[] = {
#define USAGE(word, name, extended) {word, name, extended},
#include "providers/local/certificate_usages.def"
#undef USAGE
};

auto refused(std::string doing) -> std::unexpected<Failure> {
  return fail(Code::kInvalid, std::move(doing) + ": " + crypto_error());
}

// 127 random bits: never negative, never a second time.
auto set_serial(X509* certificate) -> bool {
  std::string bytes = random_string(16);
  bytes[0] = static_cast<char>((static_cast<unsigned char>(bytes[0]) & 0x7fU) | 0x40U);
  BigNumber number(BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()), nullptr));
  return number != nullptr && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

auto add_subject(X509* certificate, const CertificateRequest& request) -> Result<void> {
  X509_NAME* name = X509_get_subject_name(certificate);
  for (const auto& [part, text] : request.subject) {
    if (X509_NAME_add_entry_by_txt(name, part.c_str(), MBSTRING_UTF8,
                                   reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()),
                                   -1, 0) != 1) {
      return refused("the subject's " + part + " \"" + text + "\"");
    }
  }
  return {};
}

auto general_name(const std::string& text) -> GENERAL_NAME* {
  auto kind = name_kind(text);
  if (!kind) return nullptr;
  int type = *kind == NameKind::kIp      ? GEN_IPADD
             : *kind == NameKind::kEmail ? GEN_EMAIL
             : *kind == NameKind::kUri   ? GEN_URI
                                         : GEN_DNS;
  // The text alone decides nothing more: no configuration syntax is read from it.
  return a2i_GENERAL_NAME(nullptr, nullptr, nullptr, type, text.c_str(), 0);
}

auto add_names(X509* certificate, const CertificateRequest& request) -> Result<void> {
  if (request.names.empty()) return {};
  Names names(GENERAL_NAMES_new());
  for (const auto& text : request.names) {
    GENERAL_NAME* name = general_name(text);
    if (name == nullptr) return refused("the name \"" + text + "\"");
    CHECK(sk_GENERAL_NAME_push(names.get(), name) > 0);
  }
  // With no subject the names are all that identifies it, and must be understood.
  int critical = request.subject.empty() ? 1 : 0;
  if (X509_add1_ext_i2d(certificate, NID_subject_alt_name, names.get(), critical, X509V3_ADD_DEFAULT) != 1) {
    return refused("adding its names");
  }
  return {};
}

auto add_extension(X509* certificate, X509V3_CTX* context, int nid, const std::string& text) -> Result<void> {
  Extension extension(X509V3_EXT_conf_nid(nullptr, context, nid, text.c_str()));
  if (extension == nullptr || X509_add_ext(certificate, extension.get(), -1) != 1) return refused("adding " + text);
  return {};
}

auto usage_list(const CertificateRequest& request, bool extended, std::string start) -> std::string {
  for (const auto& usage : kUsages) {
    bool wanted = usage.extended == extended && std::ranges::find(request.usages, usage.word) != request.usages.end();
    if (!wanted) continue;
    if (!start.empty()) start += ',';
    start += usage.name;
  }
  return start;
}

auto add_extensions(X509* certificate, X509* signer, const CertificateRequest& request) -> Result<void> {
  X509V3_CTX context;
  X509V3_set_ctx(&context, signer, certificate, nullptr, nullptr, 0);
  TRY_VOID(add_extension(certificate, &context, NID_basic_constraints,
                         request.is_ca ? "critical,CA:TRUE" : "critical,CA:FALSE"));
  if (auto list = usage_list(request, false, "critical"); list != "critical") {
    TRY_VOID(add_extension(certificate, &context, NID_key_usage, list));
  }
  if (auto list = usage_list(request, true, ""); !list.empty()) {
    TRY_VOID(add_extension(certificate, &context, NID_ext_key_usage, list));
  }
  TRY_VOID(add_extension(certificate, &context, NID_subject_key_identifier, "hash"));
  TRY_VOID(add_extension(certificate, &context, NID_authority_key_identifier, "keyid:always"));
  return add_names(certificate, request);
}

// Ed25519 digests by itself; a longer curve deserves a longer digest.
auto digest_for(const PrivateKey& key) -> const EVP_MD* {
  if (EVP_PKEY_get_base_id(key.get()) == EVP_PKEY_ED25519) return nullptr;
  if (EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_EC) return EVP_sha256();
  int bits = EVP_PKEY_get_bits(key.get());
  return bits > 384 ? EVP_sha512() : bits > 256 ? EVP_sha384() : EVP_sha256();
}

auto is_host_character(char c) -> bool {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

// Labels of letters, digits, - and _; the first may be `*`. Other scripts come in their xn-- form.
auto is_dns_name(std::string_view text) -> bool {
  if (text.starts_with("*.")) text.remove_prefix(2);
  if (text.empty() || text.size() > 253 || text.ends_with('.')) return false;
  size_t label = 0;
  for (char c : text) {
    if (c == '.') {
      if (label == 0) return false;
      label = 0;
    } else if (!is_host_character(c) || ++label > 63) {
      return false;
    }
  }
  return label > 0;
}

auto is_printable(std::string_view text) -> bool {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
}

}  // namespace

auto name_kind(std::string_view text) -> std::optional<NameKind> {
  if (text.empty() || text.size() > 2048 || !is_printable(text)) return std::nullopt;
  Octets address(a2i_IPADDRESS(std::string(text).c_str()));
  ERR_clear_error();
  if (address != nullptr) return NameKind::kIp;
  auto scheme = text.find("://");
  if (scheme != std::string_view::npos) return scheme > 0 ? std::optional(NameKind::kUri) : std::nullopt;
  if (text.starts_with("urn:")) return NameKind::kUri;
  auto at = text.find('@');
  if (at != std::string_view::npos) {
    bool is_address = at > 0 && is_dns_name(text.substr(at + 1));
    return is_address ? std::optional(NameKind::kEmail) : std::nullopt;
  }
  return is_dns_name(text) ? std::optional(NameKind::kDns) : std::nullopt;
}

auto is_usage(std::string_view word) -> bool {
  return std::ranges::find(kUsages, word, &Usage::word) != std::end(kUsages);
}

auto make_certificate(const CertificateRequest& request, const PrivateKey& key, const X509Ptr& signer,
                      const PrivateKey& signer_key) -> Result<X509Ptr> {
  ERR_clear_error();
  X509Ptr certificate(X509_new());
  CHECK(certificate != nullptr);
  X509* raw = certificate.get();
  X509* issuer = signer != nullptr ? signer.get() : raw;
  bool made = X509_set_version(raw, X509_VERSION_3) == 1 && set_serial(raw) &&
              ASN1_TIME_set(X509_getm_notBefore(raw), static_cast<time_t>(request.not_before)) != nullptr &&
              ASN1_TIME_set(X509_getm_notAfter(raw), static_cast<time_t>(request.not_after)) != nullptr &&
              X509_set_pubkey(raw, key.get()) == 1;
  if (!made) return refused("making a certificate");
  TRY_VOID(add_subject(raw, request));
  if (X509_set_issuer_name(raw, X509_get_subject_name(issuer)) != 1) return refused("naming its issuer");
  TRY_VOID(add_extensions(raw, issuer, request));
  if (X509_sign(raw, signer_key.get(), digest_for(signer_key)) == 0) return refused("signing");
  return certificate;
}

auto parse_certificate(std::string_view pem) -> Result<X509Ptr> {
  ERR_clear_error();
  Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  CHECK(bio != nullptr);
  X509Ptr certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  if (certificate == nullptr) return refused("reading the certificate");
  return certificate;
}

auto certificate_pem(const X509Ptr& certificate) -> std::string {
  Bio bio(BIO_new(BIO_s_mem()));
  CHECK(bio != nullptr && PEM_write_bio_X509(bio.get(), certificate.get()) == 1);
  char* bytes = nullptr;
  long size = BIO_get_mem_data(bio.get(), &bytes);
  return {bytes, static_cast<size_t>(size)};
}

auto certificate_fingerprint(const X509Ptr& certificate) -> std::string {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  CHECK(X509_digest(certificate.get(), EVP_sha256(), digest.data(), &size) == 1);
  return hex({reinterpret_cast<const char*>(digest.data()), size});
}

auto belongs_to(const X509Ptr& certificate, const PrivateKey& key) -> bool {
  bool belongs = X509_check_private_key(certificate.get(), key.get()) == 1;
  ERR_clear_error();
  return belongs;
}

auto may_sign(const X509Ptr& certificate) -> bool { return X509_check_ca(certificate.get()) != 0; }

auto ends_at(const X509Ptr& certificate) -> int64_t {
  std::tm parts{};
  CHECK(ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &parts) == 1);
  return static_cast<int64_t>(timegm(&parts));
}

}  // namespace weft::local
